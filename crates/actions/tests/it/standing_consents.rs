//! Consents that are asked once: who answers, who is shown what, and what follows for requests and grants.

use std::collections::BTreeMap;

use actions::{
    Ask, Decide, DecideError, ErrorKind, RequestAnswer, SayToConsent, SayToPurpose, Stands, TaskKind, VerbError, Wants,
};
use domain::{FileId, GrantId, PolicyId, Recipient, RequestId, StandingSaid};

use crate::test_school::TestSchool;

pub const ALBUM: &str = r#"+++
id          = "album"
title       = "Pictures of pupils"
audiences   = ["staff", "pupil", "parent"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Pictures of pupils

## In the album {#album}
A parent says once whether a child may be shown.

```rule
[consent]
id       = "album"
title    = "My child in the album"
from     = ["parent"]
about    = ["pupil"]
for      = "Showing the child in the album."
veto     = ["pupil"]
purposes = ["in print", "on the website"]
expires  = "end of year"
asked    = "once"

[permission]
id       = "album"
title    = "Show a picture in the album"
asks     = ["staff"]
decides  = ["headteacher"]
opens    = "publication"
fields   = { shown = "pupils" }
consents = ["album"]
longest  = "until revoked"
```
"#;

fn album() -> PolicyId {
    PolicyId("album".to_owned())
}

/// Asks for a picture of a pupil that needs a consent which is asked once.
pub async fn asked_for_pictures(test: &TestSchool, shown: &str) -> RequestId {
    test.install("album.md", ALBUM).await;
    ask(test, shown).await
}

pub async fn ask(test: &TestSchool, shown: &str) -> RequestId {
    let ask = Ask {
        policy: album(),
        permission: "album".to_owned(),
        recipient: Recipient::Person(test.id("tom").await),
        wants: Wants::Words("the choir".to_owned()),
        reason: "For the front page".to_owned(),
        until: None,
        answers: BTreeMap::from([("shown".to_owned(), shown.to_owned())]),
        from: None,
        id: None,
    };
    test.school.ask(&test.actor("tom").await, ask).await.expect("it may be asked for").id
}

pub async fn says(test: &TestSchool, by: &str, about: &str, said: StandingSaid) -> Result<(), ErrorKind> {
    let mut all = Vec::new();
    for purpose in ["in print", "on the website"] {
        all.push(SayToPurpose { about: test.id(about).await, purpose: purpose.to_owned(), said });
    }
    let input = SayToConsent { policy: album(), consent: "album".to_owned(), said: all };
    test.school.say_to_consent(&test.actor(by).await, input).await.map_err(|error| error.kind())
}

pub async fn approve(test: &TestSchool, request: RequestId) -> Result<GrantId, DecideError> {
    approve_seen(test, request, &[]).await
}

/// The headteacher's yes, who was shown these pictures.
pub async fn approve_seen(test: &TestSchool, request: RequestId, seen: &[FileId]) -> Result<GrantId, DecideError> {
    let decide = Decide { request, answer: RequestAnswer::Approve { until: None, seen: seen.to_vec() } };
    let decided = test.school.decide(&test.actor("hal").await, decide).await?;
    Ok(decided.grant.expect("it is given").id)
}

pub async fn is_asked(test: &TestSchool, who: &str) -> bool {
    let tasks = test.school.home(&test.actor(who).await).await.unwrap().tasks;
    tasks.iter().any(|task| matches!(task.kind, TaskKind::GiveConsent { .. }))
}

pub async fn with_other_parent() -> TestSchool {
    let test = TestSchool::open().await;
    let others = "username,name,audience,groups,roles,mail,children,password\n\
                  mo,Mo Fernhaven,parent,,,,ada,\nmia,Mia Emberlow,parent,,,,orphan,\n";
    test.import(others).await;
    test
}

#[tokio::test]
async fn what_a_parent_says_once_holds_for_each_request_until_it_is_taken_back() {
    let test = with_other_parent().await;
    let request = asked_for_pictures(&test, "ada").await;
    assert!(is_asked(&test, "pat").await && is_asked(&test, "mo").await, "each of the parents");
    assert!(!is_asked(&test, "ada").await, "a pupil's no alone counts");
    assert!(matches!(approve(&test, request).await.unwrap_err(), DecideError::ConsentMissing));
    assert_eq!(says(&test, "mia", "ada", StandingSaid::Yes).await, Err(ErrorKind::NotFound), "another child's parent");
    assert_eq!(says(&test, "tom", "ada", StandingSaid::Yes).await, Err(ErrorKind::NotFound));
    assert_eq!(says(&test, "ada", "ada", StandingSaid::Yes).await, Err(ErrorKind::Forbidden));
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    assert!(!is_asked(&test, "mo").await, "one yes is enough");
    let first = approve(&test, request).await.unwrap();
    let again = ask(&test, "ada").await;
    let second = approve(&test, again).await.unwrap();
    assert_eq!(test.school.out_of_step().await.unwrap(), None);

    says(&test, "pat", "ada", StandingSaid::TakenBack).await.unwrap();
    let hal = test.actor("hal").await;
    for grant in [first, second] {
        let line = test.school.grant(&hal, grant).await.unwrap();
        assert_eq!(line.revoke_reason.as_deref(), Some("A consent that it needs is not given."));
    }
    let waits = ask(&test, "ada").await;
    assert!(matches!(approve(&test, waits).await.unwrap_err(), DecideError::ConsentMissing));
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn one_refusal_wins_and_the_family_alone_is_told_who_said_what() {
    let test = with_other_parent().await;
    let request = asked_for_pictures(&test, "ada").await;
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    says(&test, "ada", "ada", StandingSaid::No).await.unwrap();
    assert!(matches!(approve(&test, request).await.unwrap_err(), DecideError::ConsentMissing));
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    assert!(approve(&test, request).await.is_err(), "a later yes does not outweigh it");
    let consents = test.school.my_consents(&test.actor("mo").await).await.unwrap();
    let [consent] = &consents[..] else { panic!("{consents:?}") };
    let [about] = &consent.about[..] else { panic!("{:?}", consent.about) };
    assert_eq!(about.about.name, "Ada Fernhaven");
    assert!(matches!(about.asked[0].stands, Stands::Refused { .. }));
    let who: Vec<&str> = about.asked[0].said.iter().map(|line| line.by.name.as_str()).collect();
    assert_eq!(who, ["Pat Fernhaven", "Ada Fernhaven", "Pat Fernhaven"], "nothing is overwritten");
    let others = test.school.my_consents(&test.actor("mia").await).await.unwrap();
    assert!(!format!("{others:?}").contains("Ada"), "another family is told nothing");
    assert!(test.school.my_consents(&test.actor("hal").await).await.unwrap().is_empty());
    let page = test.school.request(&test.actor("tom").await, request).await.unwrap();
    assert_eq!(page.consents[0].state_words, "it is refused", "whoever asked is not told by whom");
}

#[tokio::test]
async fn a_yes_for_one_purpose_is_none_for_another_and_ends_with_the_school_year() {
    let test = with_other_parent().await;
    let request = asked_for_pictures(&test, "ada").await;
    let one = SayToPurpose { about: test.id("ada").await, purpose: "in print".to_owned(), said: StandingSaid::Yes };
    let input = SayToConsent { policy: album(), consent: "album".to_owned(), said: vec![one] };
    test.school.say_to_consent(&test.actor("pat").await, input).await.unwrap();
    assert!(approve(&test, request).await.is_err(), "nothing was said of the website");
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    let grant = approve(&test, request).await.unwrap();
    let line = test.school.grant(&test.actor("hal").await, grant).await.unwrap();
    let ends = line.until.expect("it ends with the consent").to_string();
    assert_eq!(ends, "2026-08-31T23:00:00Z", "midnight after the last of August in London");
    test.clock.set("2026-09-01T08:00:00Z".parse().unwrap());
    test.school.tick().await.unwrap();
    assert!(is_asked(&test, "pat").await, "it is asked again");
    let next = ask(&test, "ada").await;
    assert!(approve(&test, next).await.is_err());
}

#[tokio::test]
async fn a_yes_counts_for_what_its_giver_was_told_and_for_nothing_more() {
    let test = with_other_parent().await;
    let request = asked_for_pictures(&test, "ada").await;
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    assert!(!is_asked(&test, "mo").await, "what Pat said stands");
    test.install("album.md", &ALBUM.replace("Showing the child in the album.", "Showing the child anywhere.")).await;
    assert!(is_asked(&test, "mo").await, "it is for something else now");
    assert!(matches!(approve(&test, request).await, Err(DecideError::ConsentMissing)));
    says(&test, "mo", "ada", StandingSaid::No).await.unwrap();
    test.install("album.md", ALBUM).await;
    assert!(matches!(approve(&test, request).await, Err(DecideError::ConsentMissing)), "a no counts on");
}

#[tokio::test]
async fn what_was_said_of_a_request_does_not_stand_for_a_consent_that_is_asked_once() {
    let test = with_other_parent().await;
    let each_time = ALBUM.replace("asked    = \"once\"\n", "");
    test.install("album.md", &each_time).await;
    let request = ask(&test, "ada").await;
    let (consent, about) = ("album".to_owned(), test.id("ada").await);
    let yes = actions::AnswerConsent { request, consent, about, said: domain::Said::Yes };
    test.school.answer_consent(&test.actor("pat").await, yes).await.expect("it is hers to say");
    test.install("album.md", ALBUM).await;
    assert!(matches!(approve(&test, request).await, Err(DecideError::ConsentMissing)));
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    assert!(approve(&test, request).await.is_ok());
}

#[tokio::test]
async fn whoever_asked_is_told_that_it_ended_and_the_ledger_does_not_say_who_said_no() {
    let test = with_other_parent().await;
    let request = asked_for_pictures(&test, "ada").await;
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    approve(&test, request).await.unwrap();
    let news = async || test.school.home(&test.actor("tom").await).await.unwrap().news;
    test.school.request(&test.actor("tom").await, request).await.unwrap();
    assert!(news().await.is_empty());
    says(&test, "pat", "ada", StandingSaid::TakenBack).await.unwrap();
    let told: Vec<domain::Told> = news().await.into_iter().map(|news| news.told).collect();
    assert_eq!(told, [domain::Told::RequestEnded(request)]);
    test.school.request(&test.actor("tom").await, request).await.unwrap();
    assert!(news().await.is_empty(), "he has read it");
    let written: String = sqlx::query_scalar("SELECT group_concat(verb || details) FROM ledger")
        .fetch_one(&test.database().await)
        .await
        .unwrap();
    assert!(written.contains("say-to-consent") && written.contains("end-grant"));
    assert!(!written.contains("taken-back") && !written.contains("revoke"), "{written}");
}
