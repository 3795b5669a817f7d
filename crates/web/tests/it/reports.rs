//! Reports: signing progress, who is missing, whom to remind, the ledger, and activity looked at for a purpose.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::desk::SmallSchool;

#[tokio::test]
async fn the_menu_leads_to_the_reports_however_much_stands_in_it() {
    let school = SmallSchool::open().await;
    for username in ["hedy", "dora"] {
        let home = school.signed_in(username).await.get("/").await;
        let menu = home.body.split("aria-label=\"Menu\"").nth(1).and_then(|menu| menu.split("</nav>").next());
        assert!(menu.is_some_and(|menu| menu.contains("href=\"/reports\"")), "{username}: {}", home.body);
    }
}

#[tokio::test]
async fn progress_is_drawn_and_stands_in_numbers_beneath() {
    let school = SmallSchool::open().await;
    school.signed_in("tess").await.sign_policy("", "Tess Kettlewind").await;
    let mut hedy = school.signed_in("hedy").await;
    let page = hedy.get("/reports").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("<svg role=\"img\"") && page.has("Staff: 1 of 6"), "{}", page.body);
    assert!(page.has("<title id=\"chart-1-title\">") && page.has("Signing progress in numbers"));
    assert!(page.has("href=\"/reports/unsigned/use?audience=staff\""), "{}", page.body);
    let csv = hedy.get("/reports?format=csv").await;
    assert!(csv.body.contains("Staff,6,1,"), "{}", csv.body);
    for username in ["pip", "pat", "tess"] {
        let status = school.signed_in(username).await.get("/reports").await.status;
        assert_eq!(status, StatusCode::FORBIDDEN, "{username}");
    }
}

#[tokio::test]
async fn who_is_missing_is_named_with_whose_signature() {
    let school = SmallSchool::open().await;
    school.signed_in("pip").await.sign_policy("", "Pip Fernhaven").await;
    let mut olga = school.signed_in("olga").await;
    let page = olga.get("/reports/unsigned/use?audience=pupil").await;
    assert!(page.has("Pip Fernhaven") && page.has("A parent’s") && page.has("Pat Fernhaven"), "{}", page.body);
    assert!(!page.has("Tess Kettlewind"));
    assert!(olga.get("/reports/unsigned/use?audience=visitor").await.has("Everybody who was asked has signed"));
    assert_eq!(olga.get("/reports/unsigned/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(school.signed_in("tess").await.get("/reports/unsigned/use").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn reminders_leave_the_list_when_they_are_noted_as_given() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let page = hedy.get("/reports/reminders").await;
    assert!(
        page.has("Tess Kettlewind") && page.has("First notice") && page.has("/reports/reminders/use/told"),
        "{}",
        page.body
    );
    let ask = hedy.get("/reports/reminders/use/told").await;
    assert!(ask.has("Note that they were told") && ask.has("the desk sends no mail"), "{}", ask.body);
    assert!(hedy.get("/reports/reminders").await.has("Tess Kettlewind"), "asking notes nothing");
    let page = hedy.post("/reports/reminders/use/told", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert!(hedy.get("/reports/reminders").await.has("Nobody is to be told today"));
    assert_eq!(hedy.get("/reports/reminders/use/told").await.status, StatusCode::SEE_OTHER, "nothing is left to note");
    school.wait(SignedDuration::from_hours(24 * 7));
    let mut hedy = school.signed_in("hedy").await;
    assert!(hedy.get("/reports/reminders").await.has("First reminder"));
    let mut tess = school.signed_in("tess").await;
    assert_eq!(tess.get("/reports/reminders").await.status, StatusCode::FORBIDDEN);
    assert_eq!(tess.post("/reports/reminders/use/told", &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_ledger_is_listed_and_checked_for_those_who_may() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let page = hedy.get("/reports/ledger").await;
    assert!(page.has("install policy") && page.has("Hedy Inkermoss"), "{}", page.body);
    let check = hedy.get("/reports/ledger/check").await;
    assert!(check.has("The ledger fits") && check.has("Hash of the newest entry in the list"), "{}", check.body);
    for path in ["/reports/ledger", "/reports/ledger/check"] {
        assert_eq!(school.signed_in("olga").await.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut dora = school.signed_in("dora").await;
    let case = crate::case_lines::report(&school, &mut dora).await;
    let path = format!("{case}/ledger");
    assert!(dora.get(&case).await.has(&format!("href=\"{path}\"")));
    let page = dora.get(&path).await;
    assert!(page.has("What the ledger holds of this report") && page.has(">report<"), "{}", page.body);
    crate::routes::check_html(&path, &page.body);
    assert_eq!(hedy.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn activity_opens_after_a_purpose_was_stated() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    assert!(dora.get("/reports").await.has("/reports/activity"), "the lead finds the way, without the progress");
    assert!(dora.get("/reports/activity").await.has("You have stated no purpose"));
    let pip = school.school.actor_named(&Actor::operator(), "pip").await.unwrap().person();
    let form = dora.get(&format!("/reports/activity/new?person={pip}")).await;
    assert_eq!((form.value("subject").as_str(), form.value("to").as_str()), ("pip", "2026-05-12"), "{}", form.body);
    let page = dora.post("/reports/activity/new", &[("from", "2026-05-01"), ("to", "soon")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["purpose", "case", "kind", "to"] {
        assert!(page.has(&format!("href=\"#{field}\"")), "{field}: {}", page.body);
    }
    let undecided = dora.post("/reports/activity/new", &[("purpose", "0-0"), ("case", "A worry.")]).await;
    assert!(undecided.has("href=\"#tell\""), "{}", undecided.body);
    let stated = [
        ("purpose", "0-0"),
        ("case", "A worry was reported."),
        ("kind", "person"),
        ("subject", "pip"),
        ("from", "2026-05-01"),
        ("from-time", "08:00"),
        ("to", "2026-05-12"),
        ("to-time", "10:00"),
        ("tell", "at-once"),
    ];
    let page = dora.post("/reports/activity/new", &stated).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let viewing = page.location().to_owned();
    let page = dora.get(&viewing).await;
    assert!(page.has("safeguarding: A worry was reported.") && page.has("Show the activity"), "{}", page.body);
    let page = dora.post(&viewing, &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.has("Nothing was recorded for this in the span"), "{}", page.body);
    assert!(!page.has("Activity is missing here"), "{}", page.body);
    assert!(!page.has("Visits to helplines are never shown here"), "the safeguarding lead is shown them");
    let damaged = school.folder.path().join("activity/sealed/day=2026-05-11/part-00000001.parquet");
    std::fs::create_dir_all(damaged.parent().unwrap()).unwrap();
    std::fs::write(&damaged, b"PAR1, and nothing that belongs to it").unwrap();
    let page = dora.post(&viewing, &[]).await;
    assert!(page.has("Activity is missing here") && page.has("11 May 2026"), "{}", page.body);
    assert_eq!(school.signed_in("hedy").await.get("/reports/activity").await.status, StatusCode::FORBIDDEN);
    assert_eq!(school.signed_in("hedy").await.get("/reports/activity/new").await.status, StatusCode::FORBIDDEN);
    school.wait(SignedDuration::from_mins(61));
    let mut dora = school.signed_in("dora").await;
    assert!(dora.get(&viewing).await.has("The time is over"));
    assert_eq!(dora.post(&viewing, &[]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_second_person_agrees_before_anything_is_shown() {
    let school = SmallSchool::open().await;
    let text = include_str!("policy.md")
        .replace("purposes = [\"safeguarding\"]", "purposes = [\"safeguarding\"]\nsecond-person = [\"headteacher\"]");
    let policy = InstallPolicy { file_name: "use.md".to_owned(), text };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let mut dora = school.signed_in("dora").await;
    assert!(dora.get("/reports/activity/new").await.has("somebody else must agree first: the headteacher"));
    let stated = [
        ("purpose", "0-0"),
        ("case", "A worry was reported."),
        ("kind", "site"),
        ("site", "reddit.com"),
        ("from", "2026-05-01"),
        ("from-time", "08:00"),
        ("to", "2026-05-12"),
        ("to-time", "10:00"),
        ("tell", "at-once"),
    ];
    let page = dora.post("/reports/activity/new", &stated).await;
    let viewing = page.location().to_owned();
    assert!(dora.get(&viewing).await.has("the headteacher must agree first"));
    assert_eq!(dora.post(&viewing, &[]).await.status, StatusCode::CONFLICT, "nothing is shown yet");
    let agree = format!("{viewing}/agree");
    assert_eq!(dora.post(&agree, &[]).await.status, StatusCode::FORBIDDEN, "nobody is their own second person");
    let mut hedy = school.signed_in("hedy").await;
    assert!(hedy.get("/reports/activity").await.has("Waiting for you"));
    assert!(hedy.get(&viewing).await.has("Agree that they look"));
    let page = hedy.post(&agree, &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(dora.post(&viewing, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_look_that_could_tip_somebody_off_is_shown_to_them_later_and_never_with_its_reason() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    dora.get("/reports/activity/new").await;
    let (reason, day) = ("Her uncle reads over her shoulder.", "2026-05-20");
    let stated = [
        ("purpose", "0-0"),
        ("case", "A worry was reported."),
        ("kind", "person"),
        ("subject", "pip"),
        ("from", "2026-05-01"),
        ("to", "2026-05-12"),
        ("tell", "later"),
    ];
    let page = dora.post("/reports/activity/new", &stated).await;
    assert!(page.has("href=\"#tell-on\"") && page.has("href=\"#tell-reason\""), "{}", page.body);
    let stated: Vec<_> = stated.into_iter().chain([("tell-on", day), ("tell-reason", reason)]).collect();
    let page = dora.post("/reports/activity/new", &stated).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let viewing = page.location().to_owned();
    assert!(dora.get(&viewing).await.has(reason), "the viewer sees what they recorded");
    assert_eq!(dora.post(&viewing, &[]).await.status, StatusCode::OK);
    let page = school.signed_in("pip").await.get("/watched").await;
    assert!(!page.has("Dora Honeystone") && !page.has("Nobody has looked"), "it claims nothing untrue: {}", page.body);
    assert!(page.has("When somebody looks at your activity and you can be told"), "{}", page.body);
    school.wait(SignedDuration::from_hours(24 * 9));
    let page = school.signed_in("pip").await.get("/watched").await;
    assert!(page.has("Dora Honeystone") && !page.has(reason), "{}", page.body);
}

#[tokio::test]
async fn what_a_policy_asks_to_be_watched_is_nowhere_said_to_be_watched() {
    let school = SmallSchool::open().await;
    let text = "+++\nid = \"watching\"\ntitle = \"Watching\"\naudiences = [\"pupil\", \"staff\"]\nowner = \"headteacher\"\n+++\n\n\
        # Watching\n\n## Searches {#searches}\nSearches are watched.\n\n```rule\n[watch]\nin = [\"search\"]\n\
        phrases = [\"self-harm\"]\nseverity = \"high\"\ntell = [\"dsl\"]\n```\n\n## Keeping {#keeping}\nNot for ever.\n\n\
        ```rule\n[retain]\nwhat = [\"the record of web use\"]\nfor = \"12 months\"\nthen = \"delete\"\n```\n\n\
        ## Looking {#looking}\nStaff may look.\n\n```rule\n[view]\nwhat = [\"web\", \"calls\"]\nwho = [\"dsl\"]\n\
        purposes = [\"Safety\"]\nacts = [\"intercept\"]\nchosen = [\"purposes\"]\n```\n";
    let policy = InstallPolicy { file_name: "watching.md".to_owned(), text: text.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    let mut pip = school.signed_in("pip").await;
    let page = pip.get("/watched").await;
    let heading = "In the policy, and not done by Schoolgate yet";
    let (done, not_done) = page.body.split_once(heading).expect("what is not done stands by itself");
    assert!(done.contains("may look at use of the web") && !done.contains("searches of"), "{done}");
    assert!(!done.contains("telephone calls") && !done.contains("intercept"), "{done}");
    assert!(done.contains("the page’s address and what was searched for"), "{done}");
    assert!(done.contains("own choice: the purposes."), "{done}");
    for words in [
        "The policy asks for searches of everyone to be watched",
        "it watches for nothing and raises no alert",
        "The policy asks for the record of web use to be kept for 12 months, then deleted",
        "it keeps and deletes nothing by this rule",
        "look at telephone calls too. Schoolgate shows nobody any of that by this clause",
        "lead intercept what they may look at. Schoolgate lets them look, and no more",
    ] {
        assert!(not_done.contains(words), "{words}: {not_done}");
    }
    for path in ["/watched", "/policies/watching", "/policies/watching/v/1", "/"] {
        let page = pip.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.has("The software watches") && !page.has(": kept for"), "{path}: {}", page.body);
    }
}
