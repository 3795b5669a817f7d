//! Consents that a request needs: of whom they are asked, and how they hold a yes back.

use std::collections::BTreeMap;

use actions::{
    Actor, AnswerConsent, Ask, Decide, DecideError, EditPerson, ErrorKind, InstallPolicy, ListQuery, RequestAnswer,
    TaskKind, VerbError, Wants,
};
use domain::{Audience, PolicyId, Recipient, RequestId, Said, Told};

use crate::test_school::TestSchool;

pub const PICTURES: &str = r#"+++
id          = "pictures"
title       = "Pictures of pupils"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Pictures of pupils

## On the website {#website}
A parent of each pupil in a picture consents before it is shown. A pupil's own no is enough.

```rule
[consent]
id    = "website"
title = "A picture on the website"
from  = ["parent"]
about = ["pupil"]
for   = "Showing the picture on the school's website."
veto  = ["pupil"]

[permission]
id       = "website"
title    = "Show a picture on the website"
asks     = ["staff", "parent"]
decides  = ["headteacher"]
opens    = "publication"
fields   = { shown = "pupils" }
consents = ["website"]
waive    = ["dsl"]
```
"#;

struct Pictures {
    test: TestSchool,
}

impl Pictures {
    async fn open() -> Pictures {
        let test = TestSchool::open().await;
        let policy = InstallPolicy { file_name: "pictures.md".to_owned(), text: PICTURES.to_owned() };
        test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
        Pictures { test }
    }

    async fn asked(&self, asker: &str, shown: &str) -> RequestId {
        let ask = pictures_of(&self.test, asker, shown).await;
        self.test.school.ask(&self.test.actor(asker).await, ask).await.expect("it may be asked for").id
    }

    async fn says(&self, by: &str, request: RequestId, about: &str, said: Said) -> Result<(), ErrorKind> {
        let about = self.test.id(about).await;
        let answer = AnswerConsent { request, consent: "website".to_owned(), about, said };
        let said = self.test.school.answer_consent(&self.test.actor(by).await, answer).await;
        said.map(|_| ()).map_err(|error| error.kind())
    }

    async fn yes(&self, request: RequestId) -> Result<(), DecideError> {
        let decide = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
        self.test.school.decide(&self.test.actor("hal").await, decide).await.map(|_| ())
    }
}

pub async fn pictures_of(test: &TestSchool, asker: &str, shown: &str) -> Ask {
    Ask {
        policy: PolicyId("pictures".to_owned()),
        permission: "website".to_owned(),
        recipient: Recipient::Person(test.id(asker).await),
        wants: Wants::Words("the choir".to_owned()),
        reason: "For the front page".to_owned(),
        until: None,
        answers: BTreeMap::from([("shown".to_owned(), shown.to_owned())]),
        from: None,
        id: None,
    }
}

fn not_needed(reason: &str) -> Said {
    Said::NotNeeded { reason: reason.to_owned() }
}

#[tokio::test]
async fn a_yes_waits_until_a_parent_of_each_pupil_has_consented() {
    let pictures = Pictures::open().await;
    let (school, hal) = (&pictures.test.school, pictures.test.actor("hal").await);
    let request = pictures.asked("tom", "ada, ben").await;
    let home = school.home(&pictures.test.actor("pat").await).await.unwrap();
    let tasks = home.tasks.iter().filter(|task| matches!(task.kind, TaskKind::AnswerConsent { .. }));
    assert_eq!(tasks.count(), 2, "about each child of theirs");
    assert!(matches!(pictures.yes(request).await.unwrap_err(), DecideError::ConsentMissing));
    for stranger in ["tom", "hal", "fay", "dee"] {
        assert_eq!(pictures.says(stranger, request, "ada", Said::Yes).await, Err(ErrorKind::Forbidden), "{stranger}");
    }
    pictures.says("pat", request, "ada", Said::Yes).await.unwrap();
    assert!(matches!(pictures.yes(request).await.unwrap_err(), DecideError::ConsentMissing));
    assert!(school.request(&hal, request).await.unwrap().held_back);
    pictures.says("pat", request, "ben", Said::Yes).await.unwrap();
    let page = school.request(&hal, request).await.unwrap();
    let words: Vec<&str> = page.consents.iter().map(|line| line.state_words.as_str()).collect();
    assert_eq!(words, ["Pat Fernhaven said yes", "Pat Fernhaven said yes"]);
    pictures.yes(request).await.unwrap();
    assert_eq!(pictures.says("pat", request, "ben", Said::Yes).await, Ok(()), "a form that is sent twice answers once");
    // That somebody answered stands in the ledger; no name does, nor what they said.
    let ledger = school.ledger(&hal, ListQuery::default()).await.unwrap();
    let rows: Vec<String> =
        ledger.rows.iter().filter(|row| row.verb == "answer-consent").map(|row| format!("{:?}", row.details)).collect();
    assert!(rows.len() == 2 && rows.iter().all(|row| !row.contains("Fernhaven") && !row.contains("yes")), "{rows:?}");
    assert_eq!(school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn what_one_family_said_is_no_other_familys_business() {
    let pictures = Pictures::open().await;
    let other = "username,name,audience,groups,roles,mail,children,password\nmia,Mia Emberlow,parent,,,,orphan,\n";
    pictures.test.import(other).await;
    let request = pictures.asked("tom", "ada, orphan").await;
    pictures.says("pat", request, "ada", Said::No).await.unwrap();
    let reason = "The council, which cares for her, consented";
    pictures.says("dee", request, "orphan", not_needed(reason)).await.unwrap();
    let page = async |who: &str| {
        let page = pictures.test.school.request(&pictures.test.actor(who).await, request).await.unwrap();
        let consents = page.consents.iter().map(|line| format!("{}: {}", line.about.name, line.state_words));
        (consents.collect::<Vec<_>>(), page.line.answers.iter().map(|(_, given)| given.clone()).collect::<Vec<_>>())
    };
    let ada = "Ada Fernhaven: Pat Fernhaven said no";
    let olive = format!("Olive Emberlow: Dee Inkermoss says that it is not needed: {reason}");
    let own = |name: &str, line: &str| (vec![line.to_owned()], vec![name.to_owned()]);
    assert_eq!(page("pat").await, own("Ada Fernhaven", ada));
    assert_eq!(page("ada").await, own("Ada Fernhaven", ada));
    assert_eq!(page("mia").await, own("Olive Emberlow", &olive));
    for decides in ["hal", "dee"] {
        let (consents, answers) = page(decides).await;
        assert_eq!(consents, [ada.to_owned(), olive.clone()], "{decides}");
        assert_eq!(answers, ["Ada Fernhaven, Olive Emberlow"], "{decides}");
    }
    let (consents, _) = page("tom").await;
    assert_eq!(consents, ["Ada Fernhaven: it is refused", "Olive Emberlow: it is not needed"], "whoever asked");
}

#[tokio::test]
async fn a_pupil_or_a_parent_who_asks_reads_that_it_waits_and_of_no_child_what_was_said() {
    let pictures = Pictures::open().await;
    let test = &pictures.test;
    test.install("pictures.md", &PICTURES.replace("[\"staff\", \"parent\"]", "[\"pupil\", \"parent\"]")).await;
    for (asker, shown) in [("orphan", "ada"), ("pat", "orphan")] {
        let request = pictures.asked(asker, shown).await;
        let page = test.school.request(&test.actor(asker).await, request).await.unwrap();
        assert!(page.held_back && page.is_waiting(), "{asker}");
        assert_eq!(page.consents, [], "{asker}");
    }
}

#[tokio::test]
async fn a_no_counts_more_than_any_yes_and_whoever_said_it_may_change_it() {
    let pictures = Pictures::open().await;
    let request = pictures.asked("tom", "ben").await;
    assert_eq!(
        pictures.says("ben", request, "ben", Said::Yes).await,
        Err(ErrorKind::Forbidden),
        "a pupil's no alone counts"
    );
    pictures.says("ben", request, "ben", Said::No).await.unwrap();
    pictures.says("pat", request, "ben", Said::Yes).await.unwrap();
    pictures.says("dee", request, "ben", not_needed("It shows his back")).await.unwrap();
    assert!(matches!(pictures.yes(request).await.unwrap_err(), DecideError::ConsentMissing));
    let other = pictures.asked("tom", "ada").await;
    pictures.says("pat", other, "ada", Said::No).await.unwrap();
    assert!(pictures.yes(other).await.is_err());
    pictures.says("pat", other, "ada", Said::Yes).await.unwrap();
    pictures.yes(other).await.unwrap();
}

#[tokio::test]
async fn those_whom_the_clause_names_say_with_a_reason_that_no_consent_is_needed() {
    let pictures = Pictures::open().await;
    let request = pictures.asked("tom", "orphan").await;
    assert_eq!(pictures.says("hal", request, "orphan", not_needed("It is old")).await, Err(ErrorKind::Forbidden));
    assert_eq!(pictures.says("dee", request, "orphan", not_needed(" ")).await, Err(ErrorKind::Invalid));
    pictures.says("dee", request, "orphan", not_needed("The council, which cares for her, consented")).await.unwrap();
    pictures.yes(request).await.unwrap();
    // Whoever asked does not answer in a matter of their own, and what shows nobody needs no consent.
    let own = pictures.asked("pat", "ada").await;
    assert_eq!(pictures.says("pat", own, "ada", Said::Yes).await, Err(ErrorKind::Forbidden));
    let nobody = pictures.asked("tom", "none").await;
    pictures.yes(nobody).await.unwrap();
    // Nobody else is shown the request.
    let refused = pictures.test.school.request(&pictures.test.actor("fay").await, own).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_consent_to_one_request_can_be_taken_back_while_what_it_gave_lasts() {
    let pictures = Pictures::open().await;
    let (school, hal) = (&pictures.test.school, pictures.test.actor("hal").await);
    let given = async || {
        let pat = pictures.test.actor("pat").await;
        let found = school.my_request_consents(&pat).await.unwrap();
        found.into_iter().map(|one| (one.line.id, one.consents.len())).collect::<Vec<_>>()
    };
    let request = pictures.asked("tom", "ada, ben").await;
    for child in ["ada", "ben"] {
        pictures.says("pat", request, child, Said::Yes).await.unwrap();
    }
    assert_eq!(given().await, [], "while it waits it is a task of hers");
    pictures.yes(request).await.unwrap();
    assert_eq!(given().await, [(request, 2)]);
    let read = school.request(&pictures.test.actor("tom").await, request).await.unwrap();
    assert_eq!(read.history.last().unwrap().what, "approved");
    for (who, said) in [("tom", Said::No), ("dee", not_needed("It shows his back")), ("fay", Said::No)] {
        assert_eq!(pictures.says(who, request, "ben", said).await, Err(ErrorKind::Forbidden), "{who}");
    }
    let before = pictures.test.ledger().await;
    pictures.says("ben", request, "ben", Said::No).await.expect("his own no is enough");
    assert_eq!(pictures.test.ledger().await, before + 2, "that he answered, and that it ended");
    let page = school.request(&hal, request).await.unwrap();
    assert_eq!(page.history.last().unwrap().what, "a consent that it needs is not given");
    let news = school.home(&pictures.test.actor("tom").await).await.unwrap().news;
    assert!(matches!(news[..], [ref one] if one.told == Told::RequestEnded(request)), "{news:?}");
    assert_eq!(given().await, []);
    let before = pictures.test.ledger().await;
    pictures.says("ben", request, "ben", Said::No).await.expect("he pressed twice");
    assert_eq!(pictures.test.ledger().await, before, "nothing is done again");
    assert_eq!(pictures.says("pat", request, "ada", Said::No).await, Err(ErrorKind::Conflict), "it is over");
    assert_eq!(school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn a_yes_of_somebody_whose_role_gives_it_ends_with_the_role() {
    let pictures = Pictures::open().await;
    let test = &pictures.test;
    test.install("pictures.md", &PICTURES.replace("from  = [\"parent\"]", "from  = [\"deputy-dsl\"]")).await;
    let request = pictures.asked("tom", "ada").await;
    pictures.says("dan", request, "ada", Said::Yes).await.unwrap();
    pictures.yes(request).await.unwrap();
    let (dan, sam) = (test.actor("dan").await, test.actor("sam").await);
    let edit = EditPerson {
        person: dan.person(),
        name: dan.name().to_owned(),
        mail: None,
        audience: Audience::Staff,
        groups: Vec::new(),
        roles: Vec::new(),
        children: Vec::new(),
    };
    test.school.edit_person(&sam, edit).await.expect("an administrator changes roles");
    let page = test.school.request(&test.actor("hal").await, request).await.unwrap();
    assert_eq!(page.history.last().unwrap().what, "a consent that it needs is not given");
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}
