//! To whom a report comes when those for whom it was meant can't see to it: it is about them, or they have left or are away.

use actions::{MarkLeaver, Report, ReportAbout, TaskKind};
use domain::{CaseId, CaseStep, PolicyId, RelativeRole};
use jiff::SignedDuration;

use crate::reporting::{ids, reported, school, step, words, worry};
use crate::test_school::TestSchool;
use testkit::role;

#[tokio::test]
async fn a_form_names_everybody_to_whom_it_may_come_so_that_it_goes_past_them() {
    let test = school().await;
    let ada = test.actor("ada").await;
    let forms = test.school.report_forms(Some(&ada)).await.unwrap();
    let bullying = forms.iter().find(|form| form.report == "bullying").expect("a form");
    let hal = ReportAbout::Person(test.id("hal").await);
    assert!(bullying.may_be_about.iter().any(|(about, _)| *about == hal), "it goes to him in two hours");
    reported(&test, "ada", Report { about: hal, ..worry(&test, "bullying", "He shouts") }).await;
    test.turn(SignedDuration::from_hours(3));
    test.school.tick().await.unwrap();
    assert!(ids(&test, "hal").await.is_empty());
    let [case] = ids(&test, "gil").await[..] else { panic!("it goes to the next who receive reports") };
    let kept = kept_of_case(&test, case).await;
    assert!(kept.len() == 3 && !kept.iter().any(|details| details.contains("governors")), "{kept:?}");
}

/// Whether somebody has a report to take up on Home.
async fn has_to_take_up(test: &TestSchool, username: &str) -> bool {
    let home = test.school.home(&test.actor(username).await).await.unwrap();
    home.tasks.iter().any(|task| matches!(task.kind, TaskKind::TakeUp { .. }))
}

#[tokio::test]
async fn what_somebody_took_up_who_leaves_or_is_away_is_there_for_others_to_take_up() {
    for leaves in [true, false] {
        let test = school().await;
        reported(&test, "ada", worry(&test, "tell", "Something")).await;
        let [case] = ids(&test, "dan").await[..] else { panic!("one case") };
        step(&test, "dan", case, CaseStep::TakeUp { from: None }).await.unwrap();
        assert!(!has_to_take_up(&test, "dee").await);
        let (hal, dan) = (test.actor("hal").await, test.id("dan").await);
        if leaves {
            test.school.mark_leaver(&hal, MarkLeaver { person: dan }).await.unwrap();
        } else {
            test.import(
                "username,name,audience,roles,absent-from,absent-until\ndan,Dan Oatcakeham,staff,deputy-dsl,2026-05-11,2026-05-15\n",
            )
            .await;
        }
        assert!(has_to_take_up(&test, "dee").await, "leaves: {leaves}");
        step(&test, "dee", case, CaseStep::TakeUp { from: Some(dan) }).await.unwrap();
        assert!(!has_to_take_up(&test, "dee").await);
    }
}

#[tokio::test]
async fn a_report_comes_to_somebody_who_is_there_though_the_role_has_a_holder_whom_it_is_about() {
    let test = school().await;
    test.import(
        "username,name,audience,roles,absent-from,absent-until\ndax,Dax Thornfield,staff,dsl,2026-05-11,2026-05-15\n",
    )
    .await;
    let about = ReportAbout::Person(test.id("dee").await);
    let sent = reported(&test, "ada", Report { about, ..worry(&test, "bullying", "She shouts") }).await;
    assert_eq!(sent.route.receivers, [test.id("dax").await, test.id("hal").await], "Dax is away");
    assert_eq!(sent.route.roles, [role("dsl"), role("headteacher")], "the receipt names whoever reads it");
    assert!(has_to_take_up(&test, "hal").await && ids(&test, "dee").await.is_empty());
}

#[tokio::test]
async fn an_absence_opens_what_waits_alone_and_without_the_name_that_was_given_in_confidence() {
    let test = school().await;
    let forms = test.school.report_forms(Some(&test.actor("ada").await)).await.unwrap();
    let bullying = forms.iter().find(|form| form.report == "bullying").expect("a form");
    let gil = ReportAbout::Person(test.id("gil").await);
    assert!(bullying.may_be_about.iter().any(|(about, _)| *about == gil), "who comes next is named on the form");
    reported(&test, "ada", worry(&test, "bullying", "Long ago")).await;
    let [closed] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", closed, CaseStep::TakeUp { from: None }).await.unwrap();
    step(&test, "dee", closed, CaseStep::Close { reason: words("Settled") }).await.unwrap();
    reported(&test, "ada", worry(&test, "bullying", "He shouts")).await;
    assert!(ids(&test, "hal").await.is_empty());
    test.import(
        "username,name,audience,roles,absent-from,absent-until\ndee,Dee Inkermoss,staff,dsl,2026-05-11,2026-05-15\n",
    )
    .await;
    let [waiting] = ids(&test, "hal").await[..] else { panic!("what waits, and not what is closed") };
    assert_ne!(waiting, closed);
    let page = test.school.concern(&test.actor("hal").await, waiting).await.unwrap();
    assert_eq!(page.reporter_words, "Kept in confidence by those whom it went to first");
}

#[tokio::test]
async fn what_nobody_of_a_role_receives_is_the_next_ones_whoever_is_away() {
    let test = school().await;
    let about = ReportAbout::Person(test.id("dee").await);
    let about_dee = || Report { about: about.clone(), ..worry(&test, "bullying", "She shouts") };
    reported(&test, "ada", about_dee()).await;
    let [closed] = ids(&test, "hal").await[..] else { panic!("the one lead is whom it is about") };
    step(&test, "hal", closed, CaseStep::TakeUp { from: None }).await.unwrap();
    step(&test, "hal", closed, CaseStep::Close { reason: words("Settled") }).await.unwrap();
    test.import(
        "username,name,audience,roles,absent-from,absent-until\n\
         hal,Hal Brackenwick,staff,headteacher;countersigner,2026-05-11,2026-05-15\n",
    )
    .await;
    assert!(ids(&test, "gil").await.is_empty(), "a day's absence opens nothing that is closed");
    let anew = Report { key: test.school.new_report_key(), ..about_dee() };
    reported(&test, "ada", anew).await;
    let [waiting] = ids(&test, "gil").await[..] else { panic!("what waits, and not what is closed") };
    let page = test.school.concern(&test.actor("gil").await, waiting).await.unwrap();
    assert_eq!(page.reporter_words, "Kept in confidence by those whom it went to first");
}

const PASSED_ON: &str = "+++\nid = \"passing\"\ntitle = \"Passing on\"\naudiences = [\"staff\"]\n\
    owner = \"headteacher\"\n+++\n\n# Passing on\n\n## Noise {#noise}\nTell the safeguarding lead.\n\n\
    ```rule\n[report]\nid = \"noise\"\ntitle = \"Noise\"\nwho = [\"staff\"]\nto = [\"dsl\"]\n\
    refer = [\"headteacher\"]\nin-absence = { headteacher = [\"governors\"] }\n```\n";

#[tokio::test]
async fn who_receives_what_is_passed_on_to_somebody_absent_is_told() {
    let test = school().await;
    test.install("passing.md", PASSED_ON).await;
    test.import(
        "username,name,audience,roles,absent-from,absent-until\n\
         hal,Hal Brackenwick,staff,headteacher;countersigner,2026-05-11,2026-05-15\n",
    )
    .await;
    let noise = Report { policy: PolicyId("passing".to_owned()), ..worry(&test, "noise", "It hums") };
    reported(&test, "tom", noise).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    let on = CaseStep::PassOn { to: role("headteacher"), note: String::new() };
    let told = step(&test, "dee", case, on).await.unwrap().tell;
    let (hal, gil) = (test.id("hal").await, test.id("gil").await);
    assert!(told.contains(&gil) && told.contains(&hal) && told.len() == 2, "{told:?}");
    assert_eq!(ids(&test, "gil").await, [case]);
}

#[tokio::test]
async fn whoever_reports_is_told_who_closes_it_and_so_can_read_it() {
    let test = school().await;
    let breach =
        Report { needs: [("where".to_owned(), "The office".to_owned())].into(), ..worry(&test, "breach", "Lost") };
    let sent = reported(&test, "tom", breach).await;
    assert_eq!((sent.route.roles, sent.route.closed_by), (vec![role("it-staff")], vec![role("headteacher")]));
    let sent = reported(&test, "ada", worry(&test, "tell", "Something")).await;
    assert!(sent.route.closed_by.is_empty(), "whoever receives it closes it");
}

const OF_A_PUPIL: &str = "+++\nid = \"work\"\ntitle = \"Pupils' work\"\naudiences = [\"staff\", \"pupil\"]\n\
    owner = \"headteacher\"\n+++\n\n# Pupils' work\n\n## Copying {#copying}\nTell a teacher of the pupil.\n\n\
    ```rule\n[report]\nid = \"copying\"\ntitle = \"Copied work\"\nwho = [\"staff\"]\nto = [\"teacher-of:pupil\"]\n```\n";

#[tokio::test]
async fn a_form_that_asks_for_a_pupil_lets_it_go_past_the_pupils_teachers() {
    let test = school().await;
    test.install("work.md", OF_A_PUPIL).await;
    test.import(
        "username,name,audience,groups,roles,manager,teaches\n\
         tom,Tom Kiteswell,staff,science,subject-teacher;teacher,sam,\n\
         fay,Fay Thimblegate,staff,,finance-operations-director,,9B\n",
    )
    .await;
    let forms = test.school.report_forms(Some(&test.actor("tom").await)).await.unwrap();
    let copying = forms.iter().find(|form| form.report == "copying").expect("a form");
    let teacher = RelativeRole::TeacherOfPupil.role();
    let named: Vec<&str> = copying.may_be_about.iter().map(|(_, words)| words.as_str()).collect();
    assert!(copying.may_be_about.iter().any(|(about, _)| *about == ReportAbout::HoldersOf(teacher)), "{named:?}");
    assert!(!named.iter().any(|words| words.contains("Sam") || words.contains("Fay")), "{named:?}");
    let copied = |test: &TestSchool, about| Report {
        policy: PolicyId("work".to_owned()),
        about,
        ..worry(test, "copying", "The essay")
    };
    let pupil = Some(test.id("ada").await);
    let sent = reported(&test, "tom", Report { pupil, ..copied(&test, ReportAbout::Nobody) }).await;
    assert_eq!(sent.route.receivers, [test.id("fay").await]);
    let sent = reported(&test, "tom", Report { pupil, ..copied(&test, ReportAbout::HoldersOf(teacher)) }).await;
    assert!(!sent.route.receivers.contains(&test.id("fay").await) && !sent.route.receivers.is_empty());
}

const OWN: &str = "+++\nid = \"own\"\ntitle = \"Your teacher\"\naudiences = [\"staff\", \"pupil\"]\n\
    owner = \"headteacher\"\n+++\n\n# Your teacher\n\n## Tell them {#tell}\nTell your teacher.\n\n\
    ```rule\n[report]\nid = \"own\"\ntitle = \"Tell your teacher\"\nwho = [\"pupil\"]\nto = [\"teacher-of:pupil\"]\n\
    in-confidence = true\n```\n";

#[tokio::test]
async fn a_pupils_report_stays_with_their_own_teachers_whomever_it_turns_out_to_be_about() {
    let test = school().await;
    test.install("own.md", OWN).await;
    test.import("username,name,audience,teaches\ntia,Tia Bramblecote,staff,9B\numa,Uma Bramblecote,staff,9C\n").await;
    let own = Report { policy: PolicyId("own".to_owned()), ..worry(&test, "own", "Ben hits me") };
    reported(&test, "ada", own).await;
    let [case] = ids(&test, "tia").await[..] else { panic!("one case") };
    step(&test, "tia", case, CaseStep::is_about(test.id("ben").await)).await.unwrap();
    assert_eq!(ids(&test, "tia").await, [case]);
    assert!(ids(&test, "uma").await.is_empty(), "Ben's teacher, to whom Ada said nothing");
}

#[tokio::test]
async fn a_report_about_a_pupil_stays_with_that_pupils_teachers_when_another_is_named() {
    let test = school().await;
    test.install("work.md", OF_A_PUPIL).await;
    test.import("username,name,audience,teaches\ntia,Tia Bramblecote,staff,9B\numa,Uma Bramblecote,staff,9C\n").await;
    // One of the two has the smaller id.
    for (first, second, teacher, other) in [("ada", "ben", "tia", "uma"), ("ben", "ada", "uma", "tia")] {
        let pupil = Some(test.id(first).await);
        let copied = Report { policy: PolicyId("work".to_owned()), pupil, ..worry(&test, "copying", "The essay") };
        reported(&test, "tom", copied).await;
        let before = ids(&test, other).await;
        let case = *ids(&test, teacher).await.iter().find(|case| !before.contains(case)).expect("a case");
        step(&test, teacher, case, CaseStep::is_about(test.id(second).await)).await.unwrap();
        assert!(ids(&test, teacher).await.contains(&case), "{first}'s teacher");
        assert_eq!(ids(&test, other).await, before, "{second}'s teacher, whom nobody told");
    }
}

const INSTEAD: &str = "+++\nid = \"instead\"\ntitle = \"Instead\"\naudiences = [\"staff\"]\n\
    owner = \"headteacher\"\n+++\n\n# Instead\n\n## Tell {#tell}\nTell IT staff.\n\n\
    ```rule\n[report]\nid = \"instead\"\ntitle = \"Instead\"\nwho = [\"staff\"]\nto = [\"it-staff\"]\n\
    instead-if-about = { it-staff = [\"office\"] }\n```\n";

/// What the ledger keeps of a case, as it stands in the database: each entry's verb and details. At the desk nobody reads the
/// details.
pub async fn kept_of_case(test: &TestSchool, case: CaseId) -> Vec<String> {
    let pool = test.database().await;
    let question = "SELECT verb || ' ' || details FROM ledger WHERE subject = ? ORDER BY sequence";
    let rows = sqlx::query_scalar(question).bind(format!("case {case}"));
    let kept = rows.fetch_all(&pool).await.expect("the ledger");
    pool.close().await;
    kept
}

#[tokio::test]
async fn who_receives_a_report_instead_of_a_holder_keeps_it_when_that_holder_leaves() {
    let test = school().await;
    test.install("instead.md", INSTEAD).await;
    let about = Report { policy: PolicyId("instead".to_owned()), ..worry(&test, "instead", "It was Ivy") };
    reported(&test, "tom", about).await;
    let [case] = ids(&test, "ivy").await[..] else { panic!("one case") };
    let ivy = test.id("ivy").await;
    step(&test, "ivy", case, CaseStep::is_about(ivy)).await.unwrap();
    assert_eq!((ids(&test, "oli").await, ids(&test, "ivy").await.len()), (vec![case], 0));
    let page = test.school.concern(&test.actor("oli").await, case).await.unwrap();
    let history: Vec<&str> = page.history.iter().map(|line| line.what.as_str()).collect();
    assert!(
        history.iter().any(|line| line.ends_with("by the policy it goes to the school office instead")),
        "{history:?}"
    );
    let kept = kept_of_case(&test, case).await;
    assert!(kept.iter().any(|details| details.contains("is-about")), "{kept:?}");
    assert!(!kept.iter().any(|details| details.contains("office")), "it would say whom it is about: {kept:?}");
    step(&test, "oli", case, CaseStep::TakeUp { from: None }).await.unwrap();
    test.school.mark_leaver(&test.actor("hal").await, MarkLeaver { person: ivy }).await.unwrap();
    assert_eq!(ids(&test, "oli").await, [case]);
    assert!(ids(&test, "hal").await.is_empty() && ids(&test, "dee").await.is_empty());
}

#[tokio::test]
async fn what_is_said_of_the_holders_of_a_role_is_said_of_no_stand_in_and_not_of_whoever_reports() {
    let test = school().await;
    test.install("instead.md", INSTEAD).await;
    test.import(
        "username,name,audience,roles,absent-from,absent-until,stand-in\n\
         ivy,Ivy Bellwether,staff,it-staff,2026-05-11,2026-05-15,sam\nsam,Sam Oakapple,staff,,,,\n",
    )
    .await;
    let about = ReportAbout::HoldersOf(role("it-staff"));
    for (reporter, named) in [("tom", 1), ("ivy", 0)] {
        let instead = Report { policy: PolicyId("instead".to_owned()), ..worry(&test, "instead", "Of IT staff") };
        let before = ids(&test, "oli").await;
        reported(&test, reporter, Report { about: about.clone(), ..instead }).await;
        let now = ids(&test, "oli").await;
        let case = *now.iter().find(|case| !before.contains(case)).expect("it goes to the office");
        let page = test.school.concern(&test.actor("oli").await, case).await.unwrap();
        let names: Vec<&str> = page.about.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, &["Ivy Bellwether"][..named], "{reporter}");
    }
}
