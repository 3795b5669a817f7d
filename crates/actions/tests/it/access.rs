use actions::{
    Actor, ErrorKind, InstallPolicy, MarkLeaver, RestoreAccess, VerbError, WhoIs, WhyIsSite, WithdrawAccess,
};
use domain::{Audience, Outcome};
use jiff::SignedDuration;

use crate::test_school::{POLICY, TestSchool, policy_id};

async fn withdraw(test: &TestSchool, until: Option<SignedDuration>) -> WithdrawAccess {
    WithdrawAccess {
        person: test.id("ada").await,
        policy: policy_id(),
        clause: "consequences".to_owned(),
        reason: "She shared her password".to_owned(),
        until: until.map(|until| test.school.now() + until),
    }
}

#[tokio::test]
async fn access_is_withdrawn_by_whom_the_clause_names_and_given_back() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let hal = test.actor("hal").await;
    let other = test.school.withdraw_access(&test.actor("ivy").await, withdraw(&test, None).await).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Forbidden);
    let line = test.school.withdraw_access(&hal, withdraw(&test, None).await).await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await, (Outcome::Blocked, "withdrawn"));
    let home = test.school.home(&test.actor("ada").await).await.unwrap();
    assert_eq!(home.withdrawn.unwrap().reason.as_deref(), Some("She shared her password"));
    let twice = test.school.withdraw_access(&hal, withdraw(&test, None).await).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Conflict);
    let restore = || RestoreAccess { sanction: line.id, reason: "We have talked".to_owned() };
    test.school.restore_access(&hal, restore()).await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Allowed);
    assert_eq!(test.school.restore_access(&hal, restore()).await.unwrap_err().kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn access_is_given_back_by_those_who_decide_by_the_clause_and_never_by_the_person() {
    let test = TestSchool::open().await;
    let line = test.school.withdraw_access(&test.actor("hal").await, withdraw(&test, None).await).await.unwrap();
    for username in ["ivy", "ada"] {
        let restore = RestoreAccess { sanction: line.id, reason: "We have talked".to_owned() };
        let refused = test.school.restore_access(&test.actor(username).await, restore).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Forbidden, "{username}: {refused}");
    }
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Blocked);
}

#[tokio::test]
async fn access_is_given_back_by_those_who_decide_by_another_clause_once_its_own_is_gone() {
    let test = TestSchool::open().await;
    let hal = test.actor("hal").await;
    let line = test.school.withdraw_access(&hal, withdraw(&test, None).await).await.unwrap();
    let text = POLICY.replace("{#consequences}", "{#what-follows}").replace("#consequences", "#what-follows");
    let policy = InstallPolicy { file_name: "web-use.md".to_owned(), text };
    test.school.install_policy(&Actor::operator(), policy).await.unwrap();
    let restore = || RestoreAccess { sanction: line.id, reason: "We have talked".to_owned() };
    let refused = test.school.restore_access(&test.actor("ivy").await, restore()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden, "{refused}");
    test.school.restore_access(&test.actor("hal").await, restore()).await.unwrap();
}

#[tokio::test]
async fn a_withdrawal_with_an_end_ends_by_itself() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let input = withdraw(&test, Some(SignedDuration::from_hours(2))).await;
    test.school.withdraw_access(&test.actor("hal").await, input).await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await.1, "withdrawn");
    test.turn(SignedDuration::from_hours(2));
    test.school.tick().await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Allowed);
}

#[tokio::test]
async fn access_is_withdrawn_only_by_a_clause_that_allows_it_and_from_those_whom_it_means() {
    let test = TestSchool::open().await;
    let hal = test.actor("hal").await;
    let good = withdraw(&test, None).await;
    let clause = WithdrawAccess { clause: "social-media".to_owned(), ..good.clone() };
    let staff = WithdrawAccess { person: test.id("tom").await, ..good.clone() };
    let reason = WithdrawAccess { reason: String::new(), ..good.clone() };
    let passed = WithdrawAccess { until: Some(test.school.now()), ..good };
    for (field, input) in [("clause", clause), ("clause", staff), ("reason", reason), ("until", passed)] {
        assert_eq!(test.school.withdraw_access(&hal, input).await.unwrap_err().field(), Some(field));
    }
}

#[tokio::test]
async fn nobody_marks_themselves_as_a_leaver_and_nobody_leaves_twice() {
    let test = TestSchool::open().await;
    let oli = test.actor("oli").await;
    let own = test.school.mark_leaver(&oli, MarkLeaver { person: oli.person() }).await.unwrap_err();
    assert_eq!(own.kind(), ErrorKind::Forbidden);
    let person = test.id("vic").await;
    test.school.mark_leaver(&oli, MarkLeaver { person }).await.unwrap();
    assert_eq!(test.school.mark_leaver(&oli, MarkLeaver { person }).await.unwrap_err().kind(), ErrorKind::Conflict);
}

const CLASS_CHAT: &str = r#"+++
id          = "reaching"
title       = "Reaching pupils"
audiences   = ["staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Reaching pupils

## Chat {#chat}
You may ask to chat with a class.

```rule
[permission]
id      = "class-chat"
title   = "Chat with a class"
asks    = ["staff"]
decides = ["dsl"]
opens   = "contact"
longest = "1 day"
```

## Ways {#ways}
You reach pupils on the board.

```rule
[channel]
from   = ["staff"]
to     = ["pupil"]
by     = ["board"]
except = ["class-chat"]
sites  = { board = ["board.example"], "chat rooms" = ["chat.example"] }
```

## Games {#games}
There are no games on the board.

```rule
[block]
sites = ["games.board.example"]
```
"#;

#[tokio::test]
async fn what_would_open_a_site_is_named_by_the_rules_that_close_it_alone() {
    let test = TestSchool::open().await;
    test.install("reaching.md", CLASS_CHAT).await;
    let ivy = test.actor("ivy").await;
    let why = async |address: &str| {
        let who = WhoIs::Audience { audience: Audience::Staff, groups: Vec::new(), roles: Vec::new() };
        let input = WhyIsSite { address: address.to_owned(), who, at: None };
        test.school.why_is_site(&ivy, input).await.unwrap()
    };
    let games = why("games.board.example").await;
    let said: Vec<_> = games.evidence.iter().map(|line| (line.citation.clause.as_str(), line.says.as_str())).collect();
    assert_eq!((games.outcome, said), (Outcome::Blocked, vec![("games", "closes it"), ("ways", "opens it")]));
    assert!(games.permissions.is_empty(), "{:?}", games.permissions);
    let chat = why("chat.example").await;
    let opens: Vec<_> = chat.permissions.iter().map(|card| card.permission.as_str()).collect();
    assert_eq!((chat.outcome, opens), (Outcome::Blocked, vec!["class-chat"]));
}

#[tokio::test]
async fn why_a_site_is_closed_is_answered_with_the_clause_and_what_would_open_it() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let ivy = test.actor("ivy").await;
    let why = async |who| {
        let input = WhyIsSite { address: "reddit.com/r/chemistry".to_owned(), who, at: None };
        test.school.why_is_site(&ivy, input).await.unwrap()
    };
    let page = why(WhoIs::Person(test.id("ada").await)).await;
    assert_eq!(page.outcome, Outcome::Blocked);
    assert_eq!(page.evidence[0].citation.clause, "social-media");
    assert!(page.evidence[0].deciding);
    assert_eq!(page.permissions[0].permission, "lesson-site");
    let staff = why(WhoIs::Audience { audience: Audience::Staff, groups: Vec::new(), roles: Vec::new() }).await;
    assert_eq!(staff.outcome, Outcome::Allowed);
    let ben = why(WhoIs::Person(test.id("ben").await)).await;
    assert_eq!(ben.reason.name(), "not-signed");
    let wrong = WhyIsSite { address: "http://".to_owned(), who: WhoIs::Person(ivy.person()), at: None };
    assert_eq!(test.school.why_is_site(&ivy, wrong).await.unwrap_err().field(), Some("address"));
}
