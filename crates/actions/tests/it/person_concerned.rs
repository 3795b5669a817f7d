//! What the person decides whom a request is about: they alone, about themselves, for as long as they like.

use std::collections::BTreeMap;

use actions::{
    Ask, AskError, Decide, ErrorKind, ListQuery, MenuEntry, RequestAnswer, Revoke, TaskKind, VerbError, Wants,
};
use domain::{PolicyId, Recipient, RelativeRole, RequestId, Told};

use crate::test_school::TestSchool;

const SHARING: &str = r#"+++
id          = "sharing"
title       = "Sharing"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Sharing

## Something about somebody {#about-somebody}
The person decides, or the headteacher instead.

```rule
[permission]
id      = "share"
title   = "Share something about somebody"
asks    = ["staff", "pupil"]
decides = ["person-concerned", "headteacher"]
opens   = "publication"
fields  = { about-whom = "person" }
```

## A picture of somebody {#picture}
The person alone decides.

```rule
[permission]
id      = "picture"
title   = "Take a picture of somebody"
asks    = ["staff", "pupil"]
decides = ["person-concerned"]
opens   = "other"
to      = "person"
```

## A search of somebody's device {#device}
Those who look after children decide, and the pupil is not told beforehand.

```rule
[permission]
id      = "search"
title   = "Look through a pupil's device"
asks    = ["staff"]
decides = ["dsl"]
opens   = "other"
fields  = { pupil = "pupil" }
```
"#;

async fn with_sharing() -> TestSchool {
    let test = TestSchool::open().await;
    test.install("sharing.md", SHARING).await;
    test
}

async fn share(test: &TestSchool, about: &str) -> Ask {
    Ask {
        policy: PolicyId("sharing".to_owned()),
        permission: "share".to_owned(),
        recipient: Recipient::Person(test.id("tom").await),
        wants: Wants::Words("a poem of hers".to_owned()),
        reason: "The newsletter".to_owned(),
        until: None,
        answers: BTreeMap::from([("about-whom".to_owned(), about.to_owned())]),
        from: None,
        id: None,
    }
}

async fn picture(test: &TestSchool, of: &str) -> Ask {
    let recipient = Recipient::Person(test.id(of).await);
    Ask { permission: "picture".to_owned(), recipient, answers: BTreeMap::new(), ..share(test, of).await }
}

fn yes(request: RequestId) -> Decide {
    Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } }
}

async fn to_decide(test: &TestSchool, username: &str) -> Vec<RequestId> {
    let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks;
    let requests = tasks.into_iter().filter_map(|task| match task.kind {
        TaskKind::Decide { request } => Some(request),
        _ => None,
    });
    requests.collect()
}

#[tokio::test]
async fn the_person_whom_a_request_is_about_decides_it_and_takes_it_back() {
    let test = with_sharing().await;
    let (tom, ada) = (test.actor("tom").await, test.actor("ada").await);
    let line = test.school.ask(&tom, share(&test, "ada").await).await.unwrap();
    assert_eq!(line.with, [RelativeRole::PersonConcerned.role(), testkit::role("headteacher")]);
    assert_eq!((to_decide(&test, "ada").await, to_decide(&test, "ben").await), (vec![line.id], vec![]));
    for username in ["ben", "pat", "ivy"] {
        let other = test.actor(username).await;
        assert_eq!(
            test.school.decide(&other, yes(line.id)).await.unwrap_err().kind(),
            ErrorKind::Forbidden,
            "{username}"
        );
        assert!(test.school.request(&other, line.id).await.is_err(), "{username} reads it");
    }
    assert_eq!(
        test.school.decide(&tom, yes(line.id)).await.unwrap_err().kind(),
        ErrorKind::Forbidden,
        "their own request"
    );
    assert!(test.school.request(&ada, line.id).await.unwrap().may_decide);
    assert!(!test.school.navigation(&ada).contains(&MenuEntry::Decide), "a task leads her there");
    let grant = test.school.decide(&ada, yes(line.id)).await.unwrap().grant.expect("one yes is enough");
    let news = test.school.home(&tom).await.unwrap().news;
    assert!(news.iter().any(|news| news.told == Told::RequestDecided(line.id)));
    assert_eq!(test.school.my_grants(&ada).await.unwrap().len(), 1, "it is about her");
    assert!(test.school.grant(&ada, grant.id).await.unwrap().may_revoke);
    assert!(test.school.grant(&test.actor("ben").await, grant.id).await.is_err());
    let revoke = || Revoke { grant: grant.id, reason: "I changed my mind".to_owned() };
    assert!(test.school.revoke(&test.actor("ben").await, revoke()).await.is_err());
    assert!(!test.school.revoke(&ada, revoke()).await.unwrap().live);
}

#[tokio::test]
async fn what_somebody_else_gave_the_person_concerned_takes_back() {
    let test = with_sharing().await;
    let line = test.school.ask(&test.actor("tom").await, share(&test, "ada").await).await.unwrap();
    let grant = test.school.decide(&test.actor("hal").await, yes(line.id)).await.unwrap().grant.unwrap();
    assert!(to_decide(&test, "ada").await.is_empty());
    let revoke = Revoke { grant: grant.id, reason: "I don't want it".to_owned() };
    assert!(!test.school.revoke(&test.actor("ada").await, revoke).await.unwrap().live);
}

#[tokio::test]
async fn their_own_consent_is_no_decision_for_themselves_and_nobody_gives_it_in_their_place() {
    let test = with_sharing().await;
    let tom = test.actor("tom").await;
    let line = test.school.ask(&tom, picture(&test, "ada").await).await.unwrap();
    let hal = test.actor("hal").await;
    assert_eq!(test.school.decide(&hal, yes(line.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    let own = test.school.ask(&tom, picture(&test, "tom").await).await.unwrap_err();
    assert!(matches!(own, AskError::NobodyConcerned), "{own}");
    assert!(test.school.decide(&test.actor("ada").await, yes(line.id)).await.unwrap().grant.is_some());
}

#[tokio::test]
async fn whoever_asks_about_themselves_is_not_the_person_concerned() {
    let test = with_sharing().await;
    let ada = test.actor("ada").await;
    let ask = Ask { recipient: Recipient::Person(test.id("ada").await), ..share(&test, "ada").await };
    let line = test.school.ask(&ada, ask).await.unwrap();
    assert!(to_decide(&test, "ada").await.is_empty());
    assert_eq!(test.school.decide(&ada, yes(line.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(to_decide(&test, "hal").await, [line.id]);
    assert_eq!(test.school.my_requests(&ada, ListQuery::default()).await.unwrap().total, 1);
}

#[tokio::test]
async fn whom_a_request_names_but_does_not_ask_learns_nothing_of_what_was_given() {
    let test = with_sharing().await;
    let recipient = Recipient::Person(test.id("tom").await);
    let ask = Ask {
        permission: "search".to_owned(),
        recipient,
        answers: BTreeMap::from([("pupil".to_owned(), "ada".to_owned())]),
        ..share(&test, "ada").await
    };
    let asked = test.school.ask(&test.actor("tom").await, ask).await.expect("tom may ask");
    test.school.decide(&test.actor("dee").await, yes(asked.id)).await.expect("dee decides");
    let given_to = async |username: &str| test.school.my_grants(&test.actor(username).await).await.unwrap().len();
    assert_eq!((given_to("tom").await, given_to("ada").await), (1, 0));
    assert_eq!(test.school.home(&test.actor("ada").await).await.unwrap().grants.len(), 0);
}
