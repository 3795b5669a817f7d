use actions::{ErrorKind, LatestQuery, ListQuery, Subject, TellLater, VerbError, ViewActivity, ViewError, ViewingLine};
use domain::{Activity, ActivityId, Audience, Category, CategorySet, Outcome, PersonId, Phase, PolicyId};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::test_school::{TestSchool, policy_id};

fn visit(test: &TestSchool, number: u128, person: PersonId, host: &str) -> Activity {
    Activity {
        id: ActivityId(Uuid::from_u128(number)),
        phase: Phase::Done,
        at: test.school.now(),
        client: "10.0.0.7".parse().unwrap(),
        device: None,
        person: Some(person),
        audience: Audience::Pupil,
        method: "GET".to_owned(),
        scheme: "http".to_owned(),
        host: host.to_owned(),
        port: 80,
        path: Some("/".to_owned()),
        search: None,
        categories: CategorySet::EMPTY,
        outcome: Outcome::Blocked,
        reason: "blocked-by-host".to_owned(),
        policy: Some("web-use".to_owned()),
        clause: Some("social-media".to_owned()),
        version: Some(1),
        status: Some(403),
        sent: 1,
        received: 2,
        duration: 3,
    }
}

async fn looking(test: &TestSchool) -> ViewActivity {
    ViewActivity {
        subject: Subject::Person(test.id("ada").await),
        policy: policy_id(),
        clause: "looking".to_owned(),
        purpose: "A safeguarding concern: a teacher is worried about her".to_owned(),
        from: test.school.now() - SignedDuration::from_hours(1),
        to: test.school.now() + SignedDuration::from_hours(1),
        tell_later: None,
    }
}

async fn busy() -> TestSchool {
    let test = TestSchool::open().await;
    let (ada, ben) = (test.id("ada").await, test.id("ben").await);
    test.activity.append(&visit(&test, 1, ada, "reddit.com")).unwrap();
    test.activity.append(&visit(&test, 2, ben, "example.net")).unwrap();
    test
}

#[tokio::test]
async fn nothing_is_shown_before_a_second_person_agreed_and_each_page_stands_in_the_ledger() {
    let test = busy().await;
    let (dee, dan) = (test.actor("dee").await, test.actor("dan").await);
    let viewing = test.school.view_activity(&dee, looking(&test).await).await.unwrap();
    let early = test.school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap_err();
    assert!(matches!(early, ViewError::AwaitsSecond { .. }));
    let own = test.school.second_viewing(&dee, viewing.id).await.unwrap_err();
    assert_eq!(own.kind(), ErrorKind::Forbidden);
    assert_eq!(test.school.home(&dan).await.unwrap().tasks.len(), 2, "to sign, and to agree");
    test.school.second_viewing(&dan, viewing.id).await.unwrap();
    let before = test.ledger().await;
    let page = test.school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap().page;
    assert_eq!(page.rows.iter().map(|row| row.activity.host.as_str()).collect::<Vec<_>>(), ["reddit.com"]);
    assert_eq!(page.rows[0].person.as_ref().unwrap().username, "ada");
    assert_eq!(test.ledger().await, before + 1);
    let other = test.school.read_activity(&dan, viewing.id, ListQuery::default()).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Forbidden, "who agrees does not look");
    test.turn(SignedDuration::from_hours(1));
    let late = test.school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap_err();
    assert!(matches!(late, ViewError::Lapsed));
}

#[tokio::test]
async fn nobody_agrees_to_a_purpose_that_was_stated_more_than_an_hour_ago() {
    let test = busy().await;
    let (dee, dan) = (test.actor("dee").await, test.actor("dan").await);
    let viewing = test.school.view_activity(&dee, looking(&test).await).await.unwrap();
    test.turn(SignedDuration::from_hours(1));
    let (dee, dan) = (test.actor(dee.username()).await, test.actor(dan.username()).await);
    let late = test.school.second_viewing(&dan, viewing.id).await.unwrap_err();
    assert!(matches!(late, ViewError::Lapsed), "{late}");
    let unseen = test.school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap_err();
    assert!(matches!(unseen, ViewError::Lapsed), "{unseen}");
}

#[tokio::test]
async fn a_purpose_a_span_and_a_clause_are_asked_for() {
    let test = busy().await;
    let dee = test.actor("dee").await;
    let good = looking(&test).await;
    let purpose = ViewActivity { purpose: "  ".to_owned(), ..good.clone() };
    let span = ViewActivity { to: good.from, ..good.clone() };
    let clause = ViewActivity { clause: "sessions".to_owned(), ..good.clone() };
    for (field, input) in [("purpose", purpose), ("to", span), ("clause", clause)] {
        assert_eq!(test.school.view_activity(&dee, input).await.unwrap_err().field(), Some(field));
    }
    let head = test.school.view_activity(&test.actor("hal").await, good).await.unwrap_err();
    assert_eq!(head.kind(), ErrorKind::Forbidden, "the clause does not name the head");
}

#[tokio::test]
async fn whoever_was_looked_at_can_see_who_looked_and_why() {
    let test = busy().await;
    let ada = test.actor("ada").await;
    let viewing = test.school.view_activity(&test.actor("dee").await, looking(&test).await).await.unwrap();
    assert!(test.school.what_is_watched(&ada).await.unwrap().viewings.is_empty(), "nobody has looked yet");
    test.school.second_viewing(&test.actor("dan").await, viewing.id).await.unwrap();
    test.school.read_activity(&test.actor("dee").await, viewing.id, ListQuery::default()).await.unwrap();
    let watched = test.school.what_is_watched(&ada).await.unwrap();
    assert_eq!(watched.viewings[0].viewer.username, "dee");
    assert!(watched.clauses.iter().any(|clause| clause.kind == "view"));
    assert!(test.school.what_is_watched(&test.actor("ben").await).await.unwrap().viewings.is_empty());
}

/// A second policy, by which IT staff, the safeguarding lead and a deputy may look without a second person.
async fn also_looked_at_by_it_staff(test: &TestSchool, tell: &str) {
    let text = format!(
        "+++\nid = \"monitoring\"\ntitle = \"Monitoring\"\naudiences = [\"pupil\"]\nowner = \"headteacher\"\n+++\n\n\
         # Monitoring\n\n## Who looks {{#who-looks}}\nSome may look.\n\n```rule\n[view]\nwhat = [\"web\"]\n\
         who = [\"it-staff\", \"dsl\", \"deputy-dsl\"]\npurposes = [\"keeping the systems secure\"]\n{tell}```\n"
    );
    test.install("monitoring.md", &text).await;
}

async fn looking_by_it(test: &TestSchool) -> ViewActivity {
    let policy = PolicyId("monitoring".to_owned());
    let purpose = "keeping the systems secure: odd traffic from her address".to_owned();
    ViewActivity { policy, clause: "who-looks".to_owned(), purpose, ..looking(test).await }
}

fn later(test: &TestSchool, days: i64, reason: &str) -> TellLater {
    let until = test.school.now() + SignedDuration::from_hours(24 * days);
    TellLater { until, reason: reason.to_owned() }
}

async fn look(test: &TestSchool, viewer: &str, wish: ViewActivity) -> (ViewingLine, actions::ActivityPage) {
    let viewer = test.actor(viewer).await;
    let viewing = test.school.view_activity(&viewer, wish).await.unwrap();
    let page = test.school.read_activity(&viewer, viewing.id, ListQuery::default()).await.unwrap();
    (viewing, page)
}

async fn told(test: &TestSchool) -> Vec<String> {
    let watched = test.school.what_is_watched(&test.actor("ada").await).await.unwrap();
    assert!(watched.viewings.iter().all(|viewing| viewing.untold_reason.is_none()), "why they waited is not shown");
    watched.viewings.into_iter().map(|viewing| viewing.viewer.username).collect()
}

#[tokio::test]
async fn a_purpose_and_why_somebody_is_told_later_are_no_longer_than_the_school_lets_them_be() {
    let test = busy().await;
    also_looked_at_by_it_staff(&test, "").await;
    let ivy = test.actor("ivy").await;
    let good = looking_by_it(&test).await;
    let long = "é".repeat(actions::PeopleSettings::default().longest_text);
    let purpose = ViewActivity { purpose: format!("{} {long}", good.purpose), ..good.clone() };
    let why = ViewActivity { tell_later: Some(later(&test, 10, &format!("{long}é"))), ..good.clone() };
    for (field, input) in [("purpose", purpose), ("tell-reason", why)] {
        let refused = test.school.view_activity(&ivy, input).await.unwrap_err();
        assert!(refused.field() == Some(field) && refused.to_string().contains("Make it shorter"), "{refused}");
    }
    let longest = ViewActivity { tell_later: Some(later(&test, 10, &long)), ..good };
    test.school.view_activity(&ivy, longest).await.unwrap();
}

#[tokio::test]
async fn a_second_person_whom_a_new_version_asks_for_is_needed_for_what_was_stated_before_too() {
    let test = busy().await;
    also_looked_at_by_it_staff(&test, "").await;
    let ivy = test.actor("ivy").await;
    let (viewing, _) = look(&test, "ivy", looking_by_it(&test).await).await;
    also_looked_at_by_it_staff(&test, "second-person = [\"headteacher\"]\n").await;
    let refused = test.school.read_activity(&ivy, viewing.id, ListQuery::default()).await.unwrap_err();
    assert!(matches!(refused, ViewError::SecondAsked), "{refused}");
}

#[tokio::test]
async fn whoever_was_looked_at_is_told_no_sooner_than_the_viewer_says_and_why_is_not_in_the_ledger() {
    let test = busy().await;
    also_looked_at_by_it_staff(&test, "").await;
    let reason = "Her uncle reads her account";
    let wish = ViewActivity { tell_later: Some(later(&test, 10, reason)), ..looking_by_it(&test).await };
    let (viewing, page) = look(&test, "ivy", wish).await;
    assert_eq!(page.page.rows.len(), 1, "the look itself goes ahead");
    assert_eq!(viewing.untold_reason.as_deref(), Some(reason), "the viewer's own record keeps it");
    assert_eq!(told(&test).await, Vec::<String>::new());
    test.turn(SignedDuration::from_hours(24 * 10));
    assert_eq!(told(&test).await, ["ivy"]);
    let ledger = test.school.ledger(&test.actor("hal").await, ListQuery::default()).await.unwrap();
    let ledger = format!("{ledger:?}");
    assert!(ledger.contains("untold-until") && !ledger.contains(reason), "{ledger}");
}

#[tokio::test]
async fn telling_waits_only_with_a_reason_and_no_longer_than_the_school_lets_it() {
    let test = busy().await;
    also_looked_at_by_it_staff(&test, "").await;
    let ivy = test.actor("ivy").await;
    let longest = i64::from(test.school.settings().longest_untold_days);
    for (days, reason, field) in [(5, " ", "tell-reason"), (0, "harm", "tell-on"), (longest + 1, "harm", "tell-on")] {
        let wish = ViewActivity { tell_later: Some(later(&test, days, reason)), ..looking_by_it(&test).await };
        let refused = test.school.view_activity(&ivy, wish).await.unwrap_err();
        assert_eq!(refused.field(), Some(field), "{days} days, '{reason}': {refused}");
    }
}

#[tokio::test]
async fn a_clause_that_says_when_the_person_is_told_is_not_for_the_viewer_to_change() {
    for (tell, days) in [("tell = \"at once\"\n", 0), ("tell = \"after 30 days\"\n", 30)] {
        let test = busy().await;
        also_looked_at_by_it_staff(&test, tell).await;
        let wish = ViewActivity { tell_later: Some(later(&test, 90, "harm")), ..looking_by_it(&test).await };
        let refused = test.school.view_activity(&test.actor("ivy").await, wish).await.unwrap_err();
        assert_eq!(refused.field(), Some("tell"), "{tell}");
        look(&test, "ivy", looking_by_it(&test).await).await;
        if days > 0 {
            assert_eq!(told(&test).await, Vec::<String>::new(), "{tell}");
            test.turn(SignedDuration::from_hours(24 * days));
        }
        assert_eq!(told(&test).await, ["ivy"], "{tell}");
    }
}

fn sought_help(test: &TestSchool, person: PersonId) -> Activity {
    Activity { categories: CategorySet::from_iter([Category::Helplines]), ..visit(test, 3, person, "childline.org.uk") }
}

#[tokio::test]
async fn visits_to_helplines_are_shown_only_by_the_duty() {
    let test = busy().await;
    test.know_the_starter_list();
    also_looked_at_by_it_staff(&test, "").await;
    test.activity.append(&sought_help(&test, test.id("ada").await)).unwrap();

    let ivy = test.actor("ivy").await;
    let host = Subject::Host("www.childline.org.uk".parse().unwrap());
    let wish = ViewActivity { subject: host, ..looking_by_it(&test).await };
    let refused = test.school.view_activity(&ivy, wish).await.unwrap_err();
    assert_eq!(refused.field(), Some("site"), "{refused}");

    for viewer in ["dee", "dan"] {
        let (viewing, seen) = look(&test, viewer, looking_by_it(&test).await).await;
        let marks: Vec<_> = seen.page.rows.iter().map(|row| (row.activity.host.as_str(), row.sought_help)).collect();
        assert_eq!(marks, [("childline.org.uk", true), ("reddit.com", false)], "{viewer}");
        assert!(test.school.sees_help(&test.actor(viewer).await, &viewing.policy, &viewing.clause), "{viewer}");
    }
}

#[tokio::test]
async fn without_the_duty_nothing_tells_a_span_with_visits_to_helplines_from_one_without() {
    let test = busy().await;
    test.know_the_starter_list();
    also_looked_at_by_it_staff(&test, "").await;
    let (viewing, _) = look(&test, "ivy", looking_by_it(&test).await).await;
    let before = all_that_is_shown(&test, &viewing).await;
    test.activity.append(&sought_help(&test, test.id("ada").await)).unwrap();
    assert_eq!(all_that_is_shown(&test, &viewing).await, before);
    assert!(
        before.contains("reddit.com")
            && !test.school.sees_help(&test.actor("ivy").await, &viewing.policy, &viewing.clause)
    );
}

/// What a viewing shows Ivy, in words: its pages with what is counted, with and without a search, and all at once.
async fn all_that_is_shown(test: &TestSchool, viewing: &ViewingLine) -> String {
    let ivy = test.actor("ivy").await;
    let mut shown = String::new();
    for (search, page) in [("", 1), ("", 2), ("reddit", 1), ("childline", 1)] {
        let query = ListQuery { search: search.to_owned(), page, ..ListQuery::default() };
        let found = test.school.read_activity(&ivy, viewing.id, query).await.unwrap();
        shown.push_str(&format!("{found:?}"));
    }
    shown + &format!("{:?}", test.school.read_all_activity(&ivy, viewing.id).await.unwrap())
}

#[tokio::test]
async fn the_gate_live_shows_hosts_and_clauses_and_no_names() {
    let test = busy().await;
    also_looked_at_by_it_staff(&test, "").await;
    let dee = test.actor("dee").await;
    let latest = test.school.latest_verdicts(&dee, LatestQuery::default()).await.unwrap();
    let hosts: Vec<&str> = latest.rows.iter().filter_map(|row| row.host.as_deref()).collect();
    assert_eq!(hosts, ["example.net", "reddit.com"]);
    assert_eq!(latest.rows[0].clause_title.as_deref(), Some("Social media"));
    let shown = serde_json::to_string(&latest).unwrap();
    assert!(!shown.contains("10.0.0.7") && !shown.contains(&test.id("ada").await.to_string()), "{shown}");
    let counts = test.school.verdicts_by_clause(&dee).await.unwrap();
    assert_eq!((counts[0].title.as_str(), counts[0].blocked), ("Social media", 2));
}

#[tokio::test]
async fn a_clause_opens_nothing_of_those_to_whom_its_policy_does_not_speak() {
    let test = busy().await;
    also_looked_at_by_it_staff(&test, "").await;
    let tom = test.id("tom").await;
    let by_staff = Activity { audience: Audience::Staff, ..visit(&test, 3, tom, "example.com") };
    let by_nobody = Activity { audience: Audience::Unidentified, person: None, ..visit(&test, 4, tom, "example.com") };
    for visit in [by_staff, by_nobody] {
        test.activity.append(&visit).unwrap();
    }
    let of_tom = ViewActivity { subject: Subject::Person(tom), ..looking_by_it(&test).await };
    let refused = test.school.view_activity(&test.actor("ivy").await, of_tom).await.unwrap_err();
    assert!(matches!(refused, ViewError::NotToldOfIt), "{refused}");
    for subject in [Subject::Everyone, Subject::Host("example.com".parse().unwrap())] {
        let is_everyone = subject == Subject::Everyone;
        let (_, page) = look(&test, "ivy", ViewActivity { subject, ..looking_by_it(&test).await }).await;
        let hosts: Vec<&str> = page.page.rows.iter().map(|row| row.activity.host.as_str()).collect();
        assert_eq!(hosts, if is_everyone { vec!["example.net", "reddit.com"] } else { vec![] });
    }
    let watched = test.school.what_is_watched(&test.actor("tom").await).await.unwrap();
    let views = watched.clauses.iter().filter(|clause| clause.kind == "view");
    let clauses: Vec<&str> = views.map(|view| view.citation.clause.as_str()).collect();
    assert_eq!(clauses, ["looking"], "what is told is what is opened");
}

#[tokio::test]
async fn the_gate_live_shows_no_site_of_those_to_whom_the_view_clause_does_not_speak() {
    let test = busy().await;
    also_looked_at_by_it_staff(&test, "").await;
    let mut by_staff = visit(&test, 3, test.id("tom").await, "example.com");
    by_staff.audience = Audience::Staff;
    test.activity.append(&by_staff).unwrap();
    let latest = test.school.latest_verdicts(&test.actor("dee").await, LatestQuery::default()).await.unwrap();
    let hosts: Vec<_> = latest.rows.iter().map(|row| (row.audience, row.host.as_deref())).collect();
    assert_eq!(hosts.iter().filter(|(audience, host)| *audience == Audience::Staff && host.is_some()).count(), 0);
    assert_eq!(hosts.iter().filter(|(_, host)| host.is_some()).count(), 2, "the clause speaks to pupils: {hosts:?}");
    assert_eq!(hosts.len(), 3, "that the gate answered is shown");
}

#[tokio::test]
async fn a_duty_shows_no_site_that_people_visited_where_no_view_clause_does() {
    let test = busy().await;
    let ivy = test.actor("ivy").await;
    let latest = test.school.latest_verdicts(&ivy, LatestQuery::default()).await.unwrap();
    assert_eq!(latest.rows.len(), 2, "that the gate works is shown");
    let shown = serde_json::to_string(&latest).unwrap();
    assert!(!shown.contains("reddit.com") && !shown.contains("example.net"), "{shown}");
    assert!(latest.rows.iter().all(|row| row.categories.is_empty()), "nor what kind of site it was");
    let list = ListQuery { search: "reddit".to_owned(), ..ListQuery::default() };
    let searched = test.school.latest_verdicts(&ivy, LatestQuery { list, ..LatestQuery::default() }).await.unwrap();
    assert!(searched.rows.is_empty(), "nor can it be found by searching");
    assert_eq!(test.school.verdicts_by_clause(&ivy).await.unwrap()[0].blocked, 2);
}

#[tokio::test]
async fn the_gate_live_shows_no_site_by_a_clause_that_asks_for_a_second_person() {
    let test = busy().await;
    let dee = test.actor("dee").await;
    assert!(test.school.audiences_whose_sites_show(&dee).is_empty(), "nobody has agreed");
    let latest = test.school.latest_verdicts(&dee, LatestQuery::default()).await.unwrap();
    assert!(latest.rows.len() == 2 && latest.rows.iter().all(|row| row.host.is_none()), "{latest:?}");
}

#[tokio::test]
async fn the_gate_live_leaves_out_visits_to_helplines_for_everybody() {
    let test = busy().await;
    also_looked_at_by_it_staff(&test, "").await;
    let mut help = visit(&test, 3, test.id("ada").await, "childline.org.uk");
    help.categories = CategorySet::from_iter([Category::Helplines]);
    test.activity.append(&help).unwrap();
    for username in ["dee", "ivy"] {
        let actor = test.actor(username).await;
        let latest = test.school.latest_verdicts(&actor, LatestQuery::default()).await.unwrap();
        let hosts: Vec<_> = latest.rows.iter().filter_map(|row| row.host.as_deref()).collect();
        assert_eq!(hosts, ["example.net", "reddit.com"], "{username}");
        assert_eq!(test.school.verdicts_by_clause(&actor).await.unwrap()[0].blocked, 2, "{username}");
    }
}
