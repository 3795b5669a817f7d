use actions::{ErrorKind, LatestQuery, ListQuery, Subject, VerbError, ViewActivity, ViewError};
use domain::{Activity, ActivityId, Audience, CategorySet, Outcome, PersonId, Phase};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::house::{House, policy_id};

fn visit(house: &House, number: u128, person: PersonId, host: &str) -> Activity {
    Activity {
        id: ActivityId(Uuid::from_u128(number)),
        phase: Phase::Done,
        at: house.school.now(),
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

async fn looking(house: &House) -> ViewActivity {
    ViewActivity {
        subject: Subject::Person(house.id("ada").await),
        policy: policy_id(),
        clause: "looking".to_owned(),
        purpose: "A teacher is worried about her".to_owned(),
        from: house.school.now() - SignedDuration::from_hours(1),
        to: house.school.now() + SignedDuration::from_hours(1),
    }
}

async fn busy() -> House {
    let house = House::open().await;
    let (ada, ben) = (house.id("ada").await, house.id("ben").await);
    house.activity.append(&visit(&house, 1, ada, "reddit.com")).unwrap();
    house.activity.append(&visit(&house, 2, ben, "example.net")).unwrap();
    house
}

#[tokio::test]
async fn nothing_is_shown_before_a_second_person_agreed_and_each_page_stands_in_the_ledger() {
    let house = busy().await;
    let (dee, dan) = (house.actor("dee").await, house.actor("dan").await);
    let viewing = house.school.view_activity(&dee, looking(&house).await).await.unwrap();
    let early = house.school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap_err();
    assert!(matches!(early, ViewError::AwaitsSecond { .. }));
    let own = house.school.second_viewing(&dee, viewing.id).await.unwrap_err();
    assert_eq!(own.kind(), ErrorKind::Forbidden);
    assert_eq!(house.school.home(&dan).await.unwrap().tasks.len(), 2, "to sign, and to agree");
    house.school.second_viewing(&dan, viewing.id).await.unwrap();
    let before = house.ledger().await;
    let page = house.school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.activity.host.as_str()).collect::<Vec<_>>(), ["reddit.com"]);
    assert_eq!(page.rows[0].person.as_ref().unwrap().username, "ada");
    assert_eq!(house.ledger().await, before + 1);
    let other = house.school.read_activity(&dan, viewing.id, ListQuery::default()).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Forbidden, "who agrees does not look");
    house.turn(SignedDuration::from_hours(1));
    let late = house.school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap_err();
    assert!(matches!(late, ViewError::Lapsed));
}

#[tokio::test]
async fn a_purpose_a_span_and_a_clause_are_asked_for() {
    let house = busy().await;
    let dee = house.actor("dee").await;
    let good = looking(&house).await;
    let purpose = ViewActivity { purpose: "  ".to_owned(), ..good.clone() };
    let span = ViewActivity { to: good.from, ..good.clone() };
    let clause = ViewActivity { clause: "sessions".to_owned(), ..good.clone() };
    for (field, input) in [("purpose", purpose), ("to", span), ("clause", clause)] {
        assert_eq!(house.school.view_activity(&dee, input).await.unwrap_err().field(), Some(field));
    }
    let head = house.school.view_activity(&house.actor("hal").await, good).await.unwrap_err();
    assert_eq!(head.kind(), ErrorKind::Forbidden, "the clause does not name the head");
}

#[tokio::test]
async fn whoever_was_looked_at_can_see_who_looked_and_why() {
    let house = busy().await;
    let ada = house.actor("ada").await;
    let viewing = house.school.view_activity(&house.actor("dee").await, looking(&house).await).await.unwrap();
    assert!(house.school.what_is_watched(&ada).await.unwrap().viewings.is_empty(), "nobody has looked yet");
    house.school.second_viewing(&house.actor("dan").await, viewing.id).await.unwrap();
    house.school.read_activity(&house.actor("dee").await, viewing.id, ListQuery::default()).await.unwrap();
    let watched = house.school.what_is_watched(&ada).await.unwrap();
    assert_eq!(watched.viewings[0].viewer.username, "dee");
    assert!(watched.clauses.iter().any(|clause| clause.kind == "view"));
    assert!(house.school.what_is_watched(&house.actor("ben").await).await.unwrap().viewings.is_empty());
}

#[tokio::test]
async fn the_gate_live_shows_hosts_and_clauses_and_no_names() {
    let house = busy().await;
    let ivy = house.actor("ivy").await;
    let latest = house.school.latest_verdicts(&ivy, LatestQuery::default()).await.unwrap();
    assert_eq!(latest.rows.iter().map(|row| row.host.as_str()).collect::<Vec<_>>(), ["example.net", "reddit.com"]);
    assert_eq!(latest.rows[0].clause_title.as_deref(), Some("Social media"));
    let shown = serde_json::to_string(&latest).unwrap();
    assert!(!shown.contains("10.0.0.7") && !shown.contains(&house.id("ada").await.to_string()), "{shown}");
    let counts = house.school.verdicts_by_clause(&ivy).await.unwrap();
    assert_eq!((counts[0].title.as_str(), counts[0].blocked), ("Social media", 2));
}
