use actions::{Actor, Ask, Decide, ErrorKind, InstallPolicy, RequestAnswer, UploadDraft, VerbError, Wants};
use actions::{ApprovePolicy, PublishPolicy};
use domain::{Audience, Duty, Group, Outcome, PolicyId, Recipient, Role, RoleEntry, Roles};
use testkit::{TurnableClock, role};

use crate::test_school::{POLICY, TestSchool};

/// What a school adds to the file that `schoolgate roles export` prints.
const OWN: &str = r#"
[[role]]
name = "head-of-year"
title = "Head of year"
in-sentence = "a head of year"
may-hold = ["staff"]

[[role]]
name = "librarian"
title = "Librarian"
may-hold = ["staff", "volunteer"]
may-stand-empty = false
"#;

const READING_ROOM: &str = r#"+++
id          = "reading-room"
title       = "The reading room"
audiences   = ["pupil", "staff"]
owner       = "headteacher"
approved_by = ["headteacher", "governors"]
+++

# The reading room

## Games {#games}
Games are closed. A head of year may ask for a site; the librarian decides.

```rule
[block]
sites  = ["chess.example"]
for    = ["pupil"]
unless = "club-site"

[permission]
id      = "club-site"
title   = "Open a site for a club"
asks    = ["head-of-year"]
decides = ["librarian"]
opens   = "site"
to      = "group"
longest = "1 day"
```

```example
head-of-year asks club-site -> librarian decides
teacher asks club-site      -> refused
```
"#;

async fn with_own_roles() -> TestSchool {
    let test = TestSchool::open().await;
    let text = [Roles::ready().to_toml(), OWN.to_owned()].concat();
    test.school.import_roles(&Actor::operator(), &text).await.unwrap();
    test.import("username,name,audience,groups,roles\nhoy,Hoy Figgleton,staff,9B,head-of-year\nlib,Lib Quince,volunteer,,librarian\n").await;
    test
}

#[tokio::test]
async fn a_policy_routes_to_a_schools_own_roles_from_upload_to_decision() {
    let test = TestSchool::open().await;
    let upload = || UploadDraft {
        file_name: "reading-room.md".to_owned(),
        text: READING_ROOM.to_owned(),
        minor: false,
        summary: "New".to_owned(),
    };
    let unknown = test.school.upload_draft(&test.actor("hal").await, upload()).await.unwrap();
    assert!(unknown.problems.iter().any(|problem| problem.message.contains("librarian")), "{:?}", unknown.problems);

    let test = with_own_roles().await;
    let draft = test.school.upload_draft(&test.actor("hal").await, upload()).await.unwrap();
    assert!(draft.problems.is_empty() && draft.examples.iter().all(|example| example.passed), "{:?}", draft.problems);
    let says = draft.explanation[0].sentences.join(" ");
    assert!(says.contains("A head of year may ask") && says.contains("The librarian decides"), "{says}");
    for (username, held) in [("hal", "headteacher"), ("gil", "governors")] {
        let input = ApprovePolicy { version: draft.id, text_hash: draft.text_hash.clone(), role: role(held) };
        test.school.approve_policy(&test.actor(username).await, input).await.unwrap();
    }
    let input = PublishPolicy { version: draft.id, text_hash: draft.text_hash.clone() };
    test.school.publish_policy(&test.actor("hal").await, input).await.unwrap();

    test.sign_for("ada").await;
    assert_eq!(test.gate("ada", "chess.example").await.0, Outcome::Blocked);
    let ask = Ask {
        policy: PolicyId("reading-room".to_owned()),
        permission: "club-site".to_owned(),
        wants: Wants::Site("chess.example".to_owned()),
        recipient: Recipient::Group(Group("9B".to_owned())),
        reason: "The chess club".to_owned(),
        answers: std::collections::BTreeMap::default(),
        from: None,
        id: None,
        until: None,
    };
    let refused = test.school.ask(&test.actor("tom").await, ask.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden, "teachers may not ask for it");
    let request = test.school.ask(&test.actor("hoy").await, ask).await.unwrap();
    let decide = || Decide { request: request.id, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    assert!(test.school.decide(&test.actor("hal").await, decide()).await.is_err(), "it is for the librarian");
    test.school.decide(&test.actor("lib").await, decide()).await.unwrap();
    assert_eq!(test.gate("ada", "chess.example").await.0, Outcome::Allowed);
}

#[tokio::test]
async fn a_schools_own_roles_outlive_a_restart_and_the_gate_reads_them_without_the_records() {
    let TestSchool { school, folder, clock, activity, .. } = with_own_roles().await;
    let policy = InstallPolicy { file_name: "reading-room.md".to_owned(), text: READING_ROOM.to_owned() };
    school.install_policy(&Actor::operator(), policy).await.unwrap();
    school.flush().await;
    let rules = feed::load(&folder.path().join("data"), &policy::SchoolFacts::default()).unwrap().rules;
    assert_eq!(rules.permissions().count(), 2, "each policy's permission, read by the roles on disk");
    drop((school, activity, clock));
    let test = TestSchool::reopen(folder, TurnableClock::at("2026-05-12T11:00:00+01:00"), 2).await;
    assert_eq!(test.school.roles().title(Role::named("librarian").unwrap()), "Librarian");
    assert!(test.actor("lib").await.holds(Role::named("librarian").unwrap()));
}

#[tokio::test]
async fn a_role_that_is_held_or_named_stays_in_the_catalogue() {
    let test = with_own_roles().await;
    let policy = InstallPolicy { file_name: "reading-room.md".to_owned(), text: READING_ROOM.to_owned() };
    test.school.install_policy(&Actor::operator(), policy).await.unwrap();
    let operator = Actor::operator();
    let held = test.school.import_roles(&operator, &Roles::ready().to_toml()).await.unwrap_err();
    assert!(held.to_string().contains("Head of year"), "{held}");
    let fewer = Roles::ready().entries().iter().filter(|entry| entry.role != role("subject-teacher"));
    let own = Roles::parse(OWN).unwrap();
    let fewer = Roles::of(fewer.chain(own.entries()).cloned().collect()).unwrap();
    test.import("username,name,audience,groups,roles\ntom,Tom Kiteswell,staff,9B,teacher\n").await;
    let named = test.school.import_roles(&operator, &fewer.to_toml()).await.unwrap_err();
    assert!(named.to_string().contains("Using the web"), "{named}");
    assert!(POLICY.contains("subject-teacher"));
}

#[tokio::test]
async fn whoever_gives_roles_gives_no_duty_that_they_lack() {
    let test = TestSchool::open().await;
    let sam = test.actor("sam").await;
    let librarian = |duties: &[Duty]| RoleEntry {
        role: Role::named("librarian").unwrap(),
        title: "Librarian".to_owned(),
        in_sentence: None,
        plural: false,
        may_hold: vec![Audience::Staff],
        may_stand_empty: true,
        duties: duties.to_vec(),
        helps_with: Vec::new(),
    };
    let refused = test.school.save_role(&sam, librarian(&[Duty::ApprovePolicies])).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden, "{refused}");
    test.school.save_role(&sam, librarian(&[Duty::SeePeople])).await.unwrap();
    let before = test.ledger().await;
    test.school.save_role(&sam, librarian(&[])).await.unwrap();
    assert_eq!(test.ledger().await, before + 1, "each change stands in the ledger");
    let none = Roles::ready().entries().iter().cloned().map(|entry| RoleEntry { duties: Vec::new(), ..entry });
    let none = Roles::of(none.chain([librarian(&[])]).collect()).unwrap();
    let refused = test.school.import_roles(&Actor::operator(), &none.to_toml()).await.unwrap_err();
    assert!(refused.to_string().contains("nobody who can give roles"), "{refused}");
}
