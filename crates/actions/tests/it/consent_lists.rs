//! A register that follows from a consent: whom it lists, and who reads it.

use std::collections::BTreeMap;

use actions::{
    Ask, ConsentList, Decide, Enter, EnterError, ErrorKind, ListQuery, MenuEntry, RequestAnswer, SayToConsent,
    SayToPurpose, VerbError, Wants, WhyListed,
};
use domain::{Group, PolicyId, Recipient, StandingSaid};
use jiff::SignedDuration;

use crate::test_school::TestSchool;

const PICTURES: &str = r#"+++
id          = "pictures"
title       = "Pictures of pupils"
audiences   = ["staff", "pupil", "parent"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Pictures of pupils

## Whom not to photograph {#list}
A child is photographed only if a parent has said yes.

```rule
[consent]
id    = "photographs"
title = "Photographs of my child"
from  = ["parent"]
about = ["pupil"]
for   = "being photographed at school"
veto  = ["pupil"]
asked = "once"

[register]
id              = "no-photographs"
title           = "Children who may not be photographed"
keeper          = ["office"]
without-consent = "photographs"
shown-with      = "see-list"

[permission]
id      = "see-list"
title   = "See the list"
asks    = ["staff"]
decides = ["office"]
opens   = "other"
longest = "1 week"
```
"#;

fn pictures() -> PolicyId {
    PolicyId("pictures".to_owned())
}

async fn school() -> TestSchool {
    let test = TestSchool::open().await;
    test.import(
        "username,name,audience,groups,roles,mail,children,password\n\
         mia,Mia Emberlow,parent,,,,orphan,\nzed,Zed Applecross,pupil,10A,,,,\n",
    )
    .await;
    test.install("pictures.md", PICTURES).await;
    test
}

async fn says(test: &TestSchool, by: &str, about: &str, said: StandingSaid) {
    let said = vec![SayToPurpose { about: test.id(about).await, purpose: String::new(), said }];
    let input = SayToConsent { policy: pictures(), consent: "photographs".to_owned(), said };
    test.school.say_to_consent(&test.actor(by).await, input).await.expect("it is theirs to say");
}

async fn list(test: &TestSchool, who: &str) -> Result<ConsentList, ErrorKind> {
    let (actor, all) = (test.actor(who).await, ListQuery::default());
    let list = test.school.consent_list(&actor, &pictures(), "no-photographs", (None, &all)).await;
    list.map_err(|error| error.kind())
}

/// Who is listed, and why, by name.
async fn listed(test: &TestSchool) -> Vec<(String, WhyListed)> {
    let list = list(test, "oli").await.expect("the office keeps it");
    list.lines.into_iter().map(|line| (line.person.name, line.why)).collect()
}

fn name(name: &str, why: WhyListed) -> (String, WhyListed) {
    (name.to_owned(), why)
}

#[tokio::test]
async fn the_list_follows_from_what_each_family_said_and_comes_by_class() {
    use WhyListed::{NotGiven, Refused};
    let test = school().await;
    let [ada, ben] = [name("Ada Fernhaven", NotGiven), name("Ben Quillfeather", NotGiven)];
    let [olive, zed] = [name("Olive Emberlow", NotGiven), name("Zed Applecross", NotGiven)];
    assert_eq!(listed(&test).await, [ada.clone(), ben, olive.clone(), zed.clone()], "nobody has answered");
    test.turn(SignedDuration::from_hours(1));
    says(&test, "pat", "ada", StandingSaid::Yes).await;
    says(&test, "pat", "ben", StandingSaid::Yes).await;
    says(&test, "ben", "ben", StandingSaid::No).await;
    let refused = name("Ben Quillfeather", Refused);
    assert_eq!(listed(&test).await, [refused.clone(), olive.clone(), zed.clone()]);
    let kept = list(&test, "oli").await.unwrap();
    assert_eq!(kept.lines[0].since, Some(test.school.now()));
    assert!(kept.lines[1].since.is_some_and(|since| since < test.school.now()), "since she came");
    assert_eq!(kept.as_of, test.school.now());
    let groups: Vec<&str> = kept.groups.iter().map(|group| group.0.as_str()).collect();
    assert_eq!(groups, ["9C", "10A", "year-9"]);
    test.turn(SignedDuration::from_hours(1));
    says(&test, "pat", "ada", StandingSaid::TakenBack).await;
    assert_eq!(listed(&test).await, [ada, refused, olive.clone(), zed]);
    let taken_back = list(&test, "oli").await.unwrap().lines[0].clone();
    assert_eq!(taken_back.since, Some(test.school.now()));
    let leaver = actions::MarkLeaver { person: test.id("zed").await };
    test.school.mark_leaver(&test.actor("hal").await, leaver).await.unwrap();
    assert!(!listed(&test).await.iter().any(|(name, _)| name == "Zed Applecross"));
    let (actor, search) =
        (test.actor("oli").await, ListQuery { search: "olive 9c".to_owned(), ..ListQuery::default() });
    let class = Group("9C".to_owned());
    let found = test.school.consent_list(&actor, &pictures(), "no-photographs", (Some(&class), &search)).await.unwrap();
    let names: Vec<&str> = found.lines.iter().map(|line| line.person.name.as_str()).collect();
    assert_eq!(names, ["Olive Emberlow"]);
}

#[tokio::test]
async fn its_keeper_reads_it_and_whoever_holds_the_permission_as_long_as_they_do() {
    let test = school().await;
    says(&test, "pat", "ada", StandingSaid::No).await;
    for who in ["tom", "hal", "dee", "pat", "mia", "ada", "vic", "gil"] {
        let refused = list(&test, who).await.unwrap_err();
        assert!(matches!(refused, ErrorKind::NotFound | ErrorKind::Forbidden), "{who}");
        let cards = test.school.registers(&test.actor(who).await).await.unwrap_or_default();
        assert!(!cards.iter().any(|card| card.register == "no-photographs"), "{who}");
        let (actor, all) = (test.actor(who).await, ListQuery::default());
        let register = test.school.register(&actor, &pictures(), "no-photographs", all).await;
        assert!(register.is_err(), "{who}");
    }
    assert!(list(&test, "oli").await.is_ok());
    let ask = Ask {
        policy: pictures(),
        permission: "see-list".to_owned(),
        recipient: Recipient::Person(test.id("tom").await),
        wants: Wants::Words("the sports day".to_owned()),
        reason: "I take the pictures".to_owned(),
        until: None,
        answers: BTreeMap::new(),
        from: None,
        id: None,
    };
    let request = test.school.ask(&test.actor("tom").await, ask).await.unwrap().id;
    assert!(list(&test, "tom").await.is_err(), "nobody has decided");
    let decide = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    test.school.decide(&test.actor("oli").await, decide).await.unwrap();
    let kept = list(&test, "tom").await.unwrap();
    assert!(kept.lines.iter().any(|line| line.person.name == "Ada Fernhaven" && line.why == WhyListed::Refused));
    assert!(!format!("{kept:?}").contains("Pat"), "who said no is for the family to know");
    let tom = test.actor("tom").await;
    let cards = test.school.registers(&tom).await.unwrap();
    assert!(cards.iter().any(|card| card.register == "no-photographs" && card.follows && !card.keeps));
    assert!(test.school.navigation(&tom).contains(&MenuEntry::Registers), "Home leads there");
    assert!(list(&test, "dee").await.is_err(), "it was given to one person");
    test.turn(SignedDuration::from_hours(8 * 24));
    test.school.tick().await.unwrap();
    assert!(list(&test, "tom").await.is_err(), "it has ended");
}

#[tokio::test]
async fn nobody_writes_in_it_and_what_was_written_by_hand_before_stays_to_be_closed() {
    let test = TestSchool::open().await;
    let by_hand =
        PICTURES.replace("without-consent = \"photographs\"\nshown-with      = \"see-list\"", "fields = [\"child\"]");
    test.install("pictures.md", &by_hand).await;
    let enter = || Enter {
        policy: pictures(),
        register: "no-photographs".to_owned(),
        answers: BTreeMap::from([("child".to_owned(), "Somebody".to_owned())]),
        second: String::new(),
        id: None,
    };
    let oli = test.actor("oli").await;
    let entry = test.school.enter(&oli, enter()).await.unwrap();
    test.install("pictures.md", PICTURES).await;
    assert!(matches!(test.school.enter(&oli, enter()).await, Err(EnterError::Forbidden(_))));
    let kept = test.school.register(&oli, &pictures(), "no-photographs", ListQuery::default()).await.unwrap();
    assert_eq!((kept.entries.total, kept.card.may_enter, kept.shown.is_none()), (1, false, true));
    let page = test.school.register_entry(&oli, entry).await.unwrap();
    assert!(page.may_close && !page.may_correct);
    let act = actions::EntryAct::Correct { answers: BTreeMap::new(), second: String::new() };
    let correct = actions::StepEntry { entry, act, reason: "It is another".to_owned() };
    assert!(test.school.step_entry(&oli, correct).await.is_err());
    let close = actions::StepEntry { entry, act: actions::EntryAct::Close, reason: "It is on the list".to_owned() };
    test.school.step_entry(&oli, close).await.unwrap();
}
