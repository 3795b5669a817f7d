//! A role, a duty or a policy of one's own shows what it is about, and nothing of the rest.

use std::collections::BTreeMap;

use actions::{
    Actor, Ask, Decide, ErrorKind, GrantQuery, InstallPolicy, ListQuery, ReadError, RequestAnswer, Revoke, TaskKind,
    UnsignedQuery, VerbError, Wants, WhoIs, WhyIsSite, WithdrawAccess,
};
use domain::{GrantId, PolicyId, Recipient, RequestId};
use jiff::SignedDuration;

use crate::test_school::{TestSchool, policy_id};

const DEVICES: &str = r#"+++
id          = "devices"
title       = "Devices"
audiences   = ["staff", "pupil"]
owner       = "subject-teacher"
+++

# Devices

## Your signature {#signing}

```rule
[agreement]
by = ["self"]
```

## A search of somebody's device {#device}
Those who look after children decide, and the person is not told beforehand.

```rule
[permission]
id      = "search"
title   = "Look through somebody's device"
asks    = ["staff"]
decides = ["dsl", "deputy-dsl"]
opens   = "other"
to      = "person"
fields  = { whose = "person" }
```
"#;

async fn with_devices() -> TestSchool {
    let test = TestSchool::open().await;
    test.install("devices.md", DEVICES).await;
    test
}

/// A search of somebody's device that the deputy safeguarding lead agreed to.
async fn search(test: &TestSchool, whose: &str) -> GrantId {
    search_for(test, "tom", whose).await
}

async fn search_for(test: &TestSchool, recipient: &str, whose: &str) -> GrantId {
    let request = ask_to_search(test, recipient, whose).await;
    let yes = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    test.school.decide(&test.actor("dan").await, yes).await.unwrap().grant.expect("one yes is enough").id
}

async fn ask_to_search(test: &TestSchool, recipient: &str, whose: &str) -> RequestId {
    let ask = Ask {
        policy: PolicyId("devices".to_owned()),
        permission: "search".to_owned(),
        recipient: Recipient::Person(test.id(recipient).await),
        wants: Wants::Words("the telephone".to_owned()),
        reason: "A worry".to_owned(),
        until: None,
        answers: BTreeMap::from([("whose".to_owned(), whose.to_owned())]),
        from: None,
        id: None,
    };
    test.school.ask(&test.actor("tom").await, ask).await.unwrap().id
}

async fn seen(test: &TestSchool, username: &str) -> Vec<GrantId> {
    let seen = test.school.grants(&test.actor(username).await, GrantQuery::default()).await.unwrap();
    assert_eq!(seen.total, seen.rows.len() as u64, "what is not shown is not counted");
    seen.rows.into_iter().map(|line| line.id).collect()
}

#[tokio::test]
async fn whoever_decides_one_permission_sees_nothing_that_others_gave() {
    let test = with_devices().await;
    let (_, site) = test.open_reddit().await;
    let searched = search(&test, "ada").await;
    assert_eq!(seen(&test, "ivy").await, [site.id], "IT staff decide about sites");
    assert_eq!(seen(&test, "hal").await, [site.id], "whoever sees the gate sees what is open at it");
    assert_eq!(seen(&test, "dee").await, [searched, site.id]);
    for (username, grant, is_seen) in [("ivy", searched, false), ("hal", searched, false), ("dee", searched, true)] {
        let read = test.school.grant(&test.actor(username).await, grant).await;
        assert_eq!(read.is_ok(), is_seen, "{username}");
    }
    let of_teacher = async |viewer: &str| {
        let page = test.school.person(&test.actor(viewer).await, test.id("tom").await).await.unwrap();
        page.grants.into_iter().map(|line| line.id).collect::<Vec<_>>()
    };
    assert_eq!(of_teacher("oli").await, [], "the office sees people");
    assert_eq!(of_teacher("ivy").await, [site.id], "they are in the class that it is open to");
    assert_eq!(of_teacher("dee").await.len(), 2);
    assert_eq!(of_teacher("tom").await.len(), 2, "both are for them");
}

#[tokio::test]
async fn nobody_hears_of_a_request_that_is_about_themselves_or_decides_it() {
    let test = with_devices().await;
    let request = ask_to_search(&test, "tom", "dee").await;
    for (username, is_theirs) in [("dee", false), ("dan", true)] {
        let actor = test.actor(username).await;
        let queue = test.school.queue(&actor, ListQuery::default()).await.unwrap();
        assert_eq!(queue.rows.iter().any(|line| line.id == request), is_theirs, "{username}");
        let home = test.school.home(&actor).await.unwrap();
        let to_decide = |task: &actions::Task| matches!(task.kind, TaskKind::Decide { .. });
        assert_eq!(home.tasks.iter().any(to_decide), is_theirs, "{username}");
        assert_eq!(test.school.request(&actor, request).await.is_ok(), is_theirs, "{username}");
        assert_eq!(test.school.may_read_request(&actor, request).await.unwrap(), is_theirs, "{username}");
    }
    let yes = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    let refused = test.school.decide(&test.actor("dee").await, yes.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    test.school.decide(&test.actor("dan").await, yes).await.expect("it is not about him");
}

#[tokio::test]
async fn nobody_sees_among_what_was_given_what_is_about_themselves() {
    let test = with_devices().await;
    let about_her = search(&test, "dee").await;
    assert_eq!(seen(&test, "dee").await, []);
    assert_eq!(seen(&test, "dan").await, [about_her]);
    for (username, is_shown) in [("dee", false), ("dan", true)] {
        let actor = test.actor(username).await;
        assert_eq!(test.school.grant(&actor, about_her).await.is_ok(), is_shown, "{username}");
        let asker = test.school.person(&actor, test.id("tom").await).await.unwrap();
        assert_eq!(asker.grants.iter().any(|line| line.id == about_her), is_shown, "{username}");
    }
    let revoke = Revoke { grant: about_her, reason: "Not mine".to_owned() };
    let refused = test.school.revoke(&test.actor("dee").await, revoke).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound, "nor do they take it back by its number");
    test.turn(SignedDuration::from_secs(1));
    let for_another = search_for(&test, "ben", "dee").await;
    assert_eq!(seen(&test, "dee").await, [], "two people have to do with it, and one of them is she");
    assert_eq!(seen(&test, "dan").await, [for_another, about_her]);
}

#[tokio::test]
async fn a_permission_that_the_policy_no_longer_has_is_seen_as_its_last_version_said() {
    let test = with_devices().await;
    let searched = search(&test, "ada").await;
    let without = DEVICES.split("## A search").next().expect("what comes before").to_owned();
    let policy = InstallPolicy { file_name: "devices.md".to_owned(), text: without };
    test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    assert_eq!(seen(&test, "dee").await, [searched]);
    assert_eq!(seen(&test, "ivy").await, []);
}

#[tokio::test]
async fn why_access_was_withdrawn_is_told_to_the_person_and_to_those_who_decide() {
    let test = TestSchool::open().await;
    let withdraw = WithdrawAccess {
        person: test.id("ada").await,
        policy: policy_id(),
        clause: "consequences".to_owned(),
        reason: "She shared her password".to_owned(),
        until: None,
    };
    test.school.withdraw_access(&test.actor("hal").await, withdraw).await.unwrap();
    for (username, is_told) in [("ada", true), ("hal", true), ("oli", false), ("ivy", false)] {
        let page = test.school.person(&test.actor(username).await, test.id("ada").await).await.unwrap();
        assert_eq!(page.sanction.expect("it holds").reason.is_some(), is_told, "{username}");
    }
}

#[tokio::test]
async fn what_the_gate_says_to_one_person_is_for_those_who_see_people_and_the_gate() {
    let test = TestSchool::open().await;
    test.open_reddit().await;
    let ada = test.id("ada").await;
    for (username, is_told) in [("ivy", true), ("dee", true), ("fay", false), ("oli", false)] {
        let why = WhyIsSite { address: "reddit.com".to_owned(), who: WhoIs::Person(ada), at: None };
        let told = test.school.why_is_site(&test.actor(username).await, why).await;
        assert_eq!(told.is_ok(), is_told, "{username}");
    }
}

#[tokio::test]
async fn a_line_says_whether_its_reader_may_open_what_it_stands_for() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let (_, site) = test.open_reddit().await;
    for (username, may_read) in [("oli", true), ("dee", false)] {
        let actor = test.actor(username).await;
        let page = test.school.person(&actor, test.id("ada").await).await.unwrap();
        let line = page.agreements.first().expect("she has signed");
        assert_eq!(line.may_read, may_read, "{username}");
        assert_eq!(test.school.agreement(&actor, line.id).await.is_ok(), may_read, "{username}");
    }
    for username in ["ivy", "hal", "dee"] {
        let actor = test.actor(username).await;
        let grant = test.school.grant(&actor, site.id).await.unwrap();
        let opens = test.school.request(&actor, grant.request).await.is_ok();
        assert_eq!(grant.may_read_request, opens, "{username}");
    }
}

#[tokio::test]
async fn an_owner_follows_the_signing_of_their_own_policy_alone() {
    let test = with_devices().await;
    let policies = async |username: &str| {
        let lines = test.school.signing_progress(&test.actor(username).await).await.unwrap();
        let mut policies: Vec<String> = lines.into_iter().map(|line| line.policy.0).collect();
        policies.dedup();
        policies
    };
    assert_eq!(policies("tom").await, ["devices"], "subject teachers own it");
    assert_eq!(policies("oli").await, ["devices", "web-use"], "the office follows signing");
    let tom = test.actor("tom").await;
    let unsigned = test.school.unsigned_people(&tom, UnsignedQuery::default()).await.unwrap();
    assert!(unsigned.rows.iter().all(|line| line.owed.policy.0 == "devices") && !unsigned.rows.is_empty());
    let due = test.school.reminders_due(&tom).await.unwrap();
    assert!(due.iter().all(|line| line.policy.0 == "devices") && !due.is_empty());
    assert_eq!(test.school.reminders_given(&tom, &policy_id()).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert!(!test.school.may_note_reminders(&tom, &policy_id()));
    test.school.reminders_given(&tom, &PolicyId("devices".to_owned())).await.unwrap();
    let visitor: ReadError = test.school.signing_progress(&test.actor("vic").await).await.unwrap_err();
    assert_eq!(visitor.kind(), ErrorKind::Forbidden);
}
