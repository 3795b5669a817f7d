//! Who is told of what, on the desk and by mail, when, and when they are told no more.

use actions::*;
use domain::{CaseStep, PolicyId, Told};
use jiff::SignedDuration;

use crate::receiving::kept_of_case;
use crate::reporting::{ids, reported, school, step, words, worry};
use crate::test_school::{TestSchool, policy_id};

/// The people of the sample whom a mail can reach, in a school that is open on this Tuesday morning.
pub async fn with_mail(test: &TestSchool) {
    test.import(
        "username,name,audience,groups,roles,mail\n\
         ada,Ada Fernhaven,pupil,9B;year-9,,ada@larkfield.example\n\
         tom,Tom Kiteswell,staff,9B;science,subject-teacher;teacher,tom@larkfield.example\n\
         ivy,Ivy Lanternfield,staff,,it-staff,ivy@larkfield.example\n\
         hal,Hal Brackenwick,staff,,headteacher;countersigner,hal@larkfield.example\n\
         dee,Dee Inkermoss,staff,,dsl,dee@larkfield.example\n\
         dan,Dan Oatcakeham,staff,,deputy-dsl,dan@larkfield.example\n",
    )
    .await;
}

/// The usernames of those to whom mail is due.
async fn due(test: &TestSchool) -> Vec<String> {
    let mails = test.school.due_mail().await.unwrap();
    let mut names: Vec<String> =
        mails.iter().map(|mail| mail.to.split('@').next().unwrap_or_default().to_owned()).collect();
    names.sort_unstable();
    names
}

async fn news(test: &TestSchool, username: &str) -> Vec<Told> {
    let home = test.school.home(&test.actor(username).await).await.unwrap();
    home.news.iter().map(|news| news.told).collect()
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

#[tokio::test]
async fn those_who_receive_a_report_are_told_at_once_and_nobody_else() {
    let test = school().await;
    with_mail(&test).await;
    assert!(due(&test).await.is_empty());
    reported(&test, "ada", worry(&test, "tell", "Somebody frightens me")).await;
    assert_eq!(due(&test).await, ["dan", "dee"]);
    let mails = test.school.due_mail().await.unwrap();
    assert!(mails.iter().all(|mail| mail.urgent), "it is to be taken up within two hours");
    assert!(!format!("{mails:?}").contains("frightens"));
}

#[tokio::test]
async fn somebody_whom_a_report_is_about_is_told_nothing_and_no_more() {
    let test = school().await;
    with_mail(&test).await;
    let about = ReportAbout::Person(test.id("dee").await);
    reported(&test, "ada", Report { about, ..worry(&test, "tell", "It was Dee") }).await;
    assert_eq!(due(&test).await, ["dan"]);
    let [case] = ids(&test, "dan").await[..] else { panic!("one case") };
    step(&test, "dan", case, CaseStep::is_about(test.id("dan").await)).await.unwrap();
    assert_eq!(due(&test).await, ["hal"], "what was said to Dan before is taken back");
}

#[tokio::test]
async fn who_has_a_report_is_not_told_again_when_it_is_passed_on_to_a_role_of_theirs() {
    let test = school().await;
    with_mail(&test).await;
    test.import(
        "username,name,audience,roles,mail\ndan,Dan Oatcakeham,staff,deputy-dsl;office,dan@larkfield.example\n\
         oli,Oli Inkwellham,staff,office,oli@larkfield.example\n",
    )
    .await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    for mail in test.school.due_mail().await.unwrap() {
        test.school.mail_sent(&mail).await.unwrap();
    }
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    let pass_on = CaseStep::PassOn { to: testkit::role("office"), note: String::new() };
    step(&test, "dee", case, pass_on).await.unwrap();
    assert_eq!(due(&test).await, ["oli"], "Dan has it");
}

const REFERRED: &str = "+++\nid = \"referred\"\ntitle = \"Referred\"\naudiences = [\"pupil\"]\nowner = \"headteacher\"\n+++\n\n\
    # Referred\n\n## Tell {#tell}\nTell us.\n\n```rule\n[report]\nid = \"referred\"\ntitle = \"Referred\"\nto = [\"dsl\"]\n\
    within = \"2 hours\"\nescalate = [\"headteacher\"]\nrefer = [\"office\"]\n```\n";

#[tokio::test]
async fn whoever_a_report_came_to_because_nobody_took_it_up_is_not_told_again_when_it_is_passed_on_to_them() {
    let test = school().await;
    test.install("referred.md", REFERRED).await;
    with_mail(&test).await;
    test.import(
        "username,name,audience,roles,mail\n\
         hal,Hal Brackenwick,staff,headteacher;countersigner;office,hal@larkfield.example\n\
         oli,Oli Inkwellham,staff,office,oli@larkfield.example\n",
    )
    .await;
    reported(&test, "ada", Report { policy: PolicyId("referred".to_owned()), ..worry(&test, "referred", "Help") })
        .await;
    test.turn(SignedDuration::from_hours(3));
    test.school.tick().await.unwrap();
    assert!(due(&test).await.contains(&"hal".to_owned()));
    for mail in test.school.due_mail().await.unwrap() {
        test.school.mail_sent(&mail).await.unwrap();
    }
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    let pass_on = CaseStep::PassOn { to: testkit::role("office"), note: String::new() };
    step(&test, "dee", case, pass_on).await.unwrap();
    assert_eq!(due(&test).await, ["oli"], "Hal has it");
}

#[tokio::test]
async fn who_had_a_report_while_others_were_away_is_told_when_it_is_passed_on_to_a_role_of_theirs() {
    let test = school().await;
    with_mail(&test).await;
    let list = "username,name,audience,roles,mail,absent-from,absent-until\n\
                hal,Hal Brackenwick,staff,headteacher;countersigner;office,hal@larkfield.example,,\n";
    let away = |from: &str, until: &str| {
        format!(
            "{list}dee,Dee Inkermoss,staff,dsl,dee@larkfield.example,{from},{until}\n\
             dan,Dan Oatcakeham,staff,deputy-dsl,dan@larkfield.example,{from},{until}\n"
        )
    };
    test.import(&away("2026-05-11", "2026-05-15")).await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    assert_eq!(due(&test).await, ["dan", "dee", "hal"], "nobody else is there");
    for mail in test.school.due_mail().await.unwrap() {
        test.school.mail_sent(&mail).await.unwrap();
    }
    test.import(&away("", "")).await;
    assert!(ids(&test, "hal").await.is_empty());
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    let pass_on = CaseStep::PassOn { to: testkit::role("office"), note: String::new() };
    step(&test, "dee", case, pass_on).await.unwrap();
    assert_eq!(due(&test).await, ["hal"]);
}

#[tokio::test]
async fn a_report_sent_twice_is_told_of_once() {
    let test = school().await;
    with_mail(&test).await;
    let input = worry(&test, "tell", "Something");
    reported(&test, "ada", input.clone()).await;
    for mail in test.school.due_mail().await.unwrap() {
        test.school.mail_sent(&mail).await.unwrap();
    }
    reported(&test, "ada", input).await;
    assert!(due(&test).await.is_empty());
}

#[tokio::test]
async fn an_answer_is_news_to_the_reporter_until_they_have_read_it() {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", case, CaseStep::Answer { text: words("Thank you") }).await.unwrap();
    test.turn(minutes(1));
    step(&test, "dee", case, CaseStep::Close { reason: words("Settled") }).await.unwrap();
    assert_eq!(news(&test, "ada").await, [Told::ReportClosed(case)], "once for each report, and the newest");
    assert!(due(&test).await.is_empty(), "it is closed; an answer is not urgent and waits for others");
    test.turn(minutes(6));
    assert_eq!(due(&test).await, ["ada"]);
    test.school.my_report(&test.actor("ada").await, case).await.unwrap();
    assert!(news(&test, "ada").await.is_empty());
    assert!(due(&test).await.is_empty(), "what was read on the desk goes by no mail");
}

#[tokio::test]
async fn deciders_are_told_of_a_request_and_whoever_asked_of_the_decision() {
    let test = TestSchool::open().await;
    with_mail(&test).await;
    let request = test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap();
    test.turn(minutes(6));
    let told = due(&test).await;
    assert!(told.contains(&"ivy".to_owned()) && !told.contains(&"tom".to_owned()), "{told:?}");
    let decide = Decide { request: request.id, answer: RequestAnswer::Refuse { reason: "Not now".to_owned() } };
    test.school.decide(&test.actor("ivy").await, decide).await.unwrap();
    assert!(due(&test).await.is_empty(), "there is nothing left to decide");
    assert_eq!(news(&test, "tom").await, [Told::RequestDecided(request.id)]);
    test.turn(minutes(6));
    assert_eq!(due(&test).await, ["tom"]);
    test.school.request(&test.actor("tom").await, request.id).await.unwrap();
    assert!(due(&test).await.is_empty() && news(&test, "tom").await.is_empty());
}

#[tokio::test]
async fn a_request_that_is_taken_back_is_told_to_nobody() {
    let test = TestSchool::open().await;
    with_mail(&test).await;
    let tom = test.actor("tom").await;
    let request = test.school.ask(&tom, test.ask_reddit()).await.unwrap();
    test.school.withdraw_request(&tom, request.id).await.unwrap();
    test.turn(minutes(6));
    assert!(due(&test).await.is_empty());
}

#[tokio::test]
async fn at_the_weekend_what_is_urgent_goes_and_the_rest_waits_for_monday() {
    let test = school().await;
    with_mail(&test).await;
    // From Tuesday to Saturday.
    test.turn(SignedDuration::from_hours(4 * 24));
    test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap();
    test.turn(SignedDuration::from_hours(5));
    assert!(due(&test).await.is_empty());
    let next = test.school.next_mail().await.unwrap().expect("something waits");
    assert_eq!(next.to_string(), "2026-05-18T06:30:00Z");
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    assert_eq!(due(&test).await, ["dan", "dee"]);
    test.clock.set(next);
    assert!(due(&test).await.contains(&"ivy".to_owned()));
}

#[tokio::test]
async fn ordinary_mail_that_could_not_go_in_its_hours_waits_for_them_again() {
    let test = school().await;
    with_mail(&test).await;
    let friday_evening = "2026-05-15T16:55:00Z".parse().unwrap();
    test.clock.set("2026-05-15T16:30:00Z".parse().unwrap());
    test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap();
    test.clock.set(friday_evening);
    let mails = test.school.due_mail().await.unwrap();
    assert_eq!(mails.len(), 1);
    test.school.mail_failed(&mails[0]).await.unwrap();
    let monday = "2026-05-18T06:30:00Z".parse().unwrap();
    let saturday = "2026-05-16T09:00:00Z".parse().unwrap();
    for late in ["2026-05-15T17:02:00Z".parse().unwrap(), saturday] {
        test.clock.set(late);
        assert!(due(&test).await.is_empty(), "{late}");
        assert_eq!(test.school.next_mail().await.unwrap(), Some(monday), "{late}");
    }
    // What is urgent goes, and takes with it what waits for the same people.
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    assert_eq!(due(&test).await, ["dan", "dee"]);
    test.clock.set(monday);
    assert!(due(&test).await.contains(&"ivy".to_owned()));
}

#[tokio::test]
async fn ordinary_mail_of_a_server_that_was_away_on_friday_goes_on_monday() {
    let test = school().await;
    with_mail(&test).await;
    test.clock.set("2026-05-15T14:00:00Z".parse().unwrap());
    test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap();
    test.turn(SignedDuration::from_hours(2));
    assert_eq!(due(&test).await, ["ivy"]);
    test.turn(SignedDuration::from_hours(20));
    assert!(due(&test).await.is_empty(), "it is Saturday");
    test.clock.set("2026-05-18T06:30:00Z".parse().unwrap());
    assert_eq!(due(&test).await, ["ivy"]);
}

#[tokio::test]
async fn a_mail_that_fails_is_tried_later_and_in_the_end_no_more() {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let tries = NoticeSettings::default().tries;
    for _ in 0..tries {
        let mails = test.school.due_mail().await.unwrap();
        assert_eq!(mails.len(), 2);
        for mail in &mails {
            test.school.mail_failed(mail).await.unwrap();
        }
        assert!(due(&test).await.is_empty(), "not at once");
        test.turn(SignedDuration::from_hours(6));
    }
    assert!(due(&test).await.is_empty());
    assert_eq!((test.school.mail_figures().given_up, test.school.mail_figures().refused), (2, 2 * u64::from(tries)));
}

#[tokio::test]
async fn those_who_receive_a_report_are_reminded_once_before_its_time_is_over_and_once_after() {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let reminded = async |after: i64| {
        for mail in test.school.due_mail().await.unwrap() {
            test.school.mail_sent(&mail).await.unwrap();
        }
        test.turn(minutes(after));
        let reminded = test.school.tick().await.unwrap().reminded;
        (reminded, due(&test).await)
    };
    assert_eq!(test.school.next_due().await.unwrap(), Some(test.school.now() + minutes(90)));
    let nobody: [&str; 0] = [];
    assert_eq!(reminded(80).await, (0, nobody.map(str::to_owned).to_vec()));
    assert_eq!(reminded(10).await, (1, ["dan", "dee"].map(str::to_owned).to_vec()), "an hour and a half of two hours");
    assert_eq!(reminded(20).await.0, 0);
    assert_eq!(reminded(10).await, (1, ["dan", "dee"].map(str::to_owned).to_vec()), "two hours are over");
    assert_eq!(reminded(10_000).await.0, 0);
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    let kept = kept_of_case(&test, case).await;
    assert_eq!(kept.iter().filter(|entry| entry.starts_with("remind ")).count(), 2, "{kept:?}");
}

#[tokio::test]
async fn those_to_whom_a_report_comes_late_are_told_by_mail_and_nobody_else_is() {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "bullying", "Something")).await;
    for mail in test.school.due_mail().await.unwrap() {
        test.school.mail_sent(&mail).await.unwrap();
    }
    test.turn(minutes(120));
    test.school.tick().await.unwrap();
    assert_eq!(due(&test).await, ["dee", "hal"]);
}

#[tokio::test]
async fn nobody_is_reminded_of_a_report_that_somebody_has_taken_up() {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    test.turn(SignedDuration::from_hours(3));
    assert_eq!(test.school.tick().await.unwrap().reminded, 0);
}

#[tokio::test]
async fn a_reminder_that_fell_due_while_the_program_was_off_is_given_when_it_starts() {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    test.turn(SignedDuration::from_hours(3));
    let beside = test.beside().await;
    assert_eq!(beside.school.tick().await.unwrap().reminded, 1, "before and after in one look");
    assert_eq!(beside.school.tick().await.unwrap().reminded, 0);
    assert_eq!(test.school.tick().await.unwrap().reminded, 0, "another program has done it");
}

#[tokio::test]
async fn those_who_owe_a_signature_are_told_by_mail_when_that_is_noted_until_they_read_what_to_sign() {
    let test = TestSchool::open().await;
    with_mail(&test).await;
    test.turn(minutes(6));
    assert!(due(&test).await.is_empty(), "nobody has said yet that they are to be told");
    test.school.reminders_given(&test.actor("fay").await, &policy_id()).await.unwrap();
    test.turn(minutes(6));
    assert!(due(&test).await.contains(&"ada".to_owned()));
    test.school.to_sign(&test.actor("ada").await, ToSign { policy: policy_id(), for_child: None }).await.unwrap();
    assert!(!due(&test).await.contains(&"ada".to_owned()));
    assert!(news(&test, "ada").await.is_empty(), "what there is to sign stands among the tasks");
}
