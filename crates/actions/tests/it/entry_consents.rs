//! The consents on which what a register lists rests, as those who keep it see them.

use std::collections::BTreeMap;

use actions::{
    Actor, AnswerConsent, Ask, AwaitingConsents, Decide, Enter, EntryAct, InstallPolicy, ListQuery, RequestAnswer,
    StepEntry, Wants,
};
use domain::{EntryId, PolicyId, Recipient, RequestId, Said};

use crate::test_school::TestSchool;

const PLATFORMS: &str = r#"+++
id          = "platforms"
title       = "Learning platforms"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Learning platforms

## Names that we give {#names}
A parent consents before a platform is given a pupil's name.

```rule
[consent]
id    = "names"
title = "A name given to a platform"
from  = ["parent"]
about = ["pupil"]
for   = "Giving the platform the name."

[permission]
id       = "names"
title    = "Give names to a platform"
asks     = ["staff"]
decides  = ["headteacher"]
opens    = "other"
needs    = ["platform"]
fields   = { pupils-concerned = "pupils" }
consents = ["names"]
enforced-by = "platforms"

[register]
id     = "platforms"
title  = "Platforms that have names"
keeper = ["headteacher", "it-staff"]
fields = { platform = "text", pupils-concerned = "pupils", found-by = "pupil" }
later  = ["found-by"]
```
"#;

struct Platforms {
    test: TestSchool,
}

fn policy() -> PolicyId {
    PolicyId("platforms".to_owned())
}

fn answers() -> BTreeMap<String, String> {
    [("platform", "Sums Online"), ("pupils-concerned", "ada, ben")]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

impl Platforms {
    async fn open() -> Platforms {
        Platforms::open_by(PLATFORMS).await
    }

    async fn open_by(text: &str) -> Platforms {
        let test = TestSchool::open().await;
        let policy = InstallPolicy { file_name: "platforms.md".to_owned(), text: text.to_owned() };
        test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
        Platforms { test }
    }

    async fn asked(&self, asker: &str, answers: BTreeMap<String, String>) -> RequestId {
        let ask = Ask {
            policy: policy(),
            permission: "names".to_owned(),
            recipient: Recipient::Person(self.test.id(asker).await),
            wants: Wants::Words("Sums Online".to_owned()),
            reason: "For homework".to_owned(),
            until: None,
            answers,
            from: None,
            id: None,
        };
        self.test.school.ask(&self.test.actor(asker).await, ask).await.expect("it may be asked for").id
    }

    async fn awaiting(&self, who: &str) -> Vec<AwaitingConsents> {
        let actor = self.test.actor(who).await;
        self.test.school.awaiting_consents(&actor, &policy(), "platforms").await.expect("the register is there")
    }

    async fn consents(&self, who: &str, request: RequestId, about: &str) {
        let about = self.test.id(about).await;
        let answer = AnswerConsent { request, consent: "names".to_owned(), about, said: Said::Yes };
        self.test.school.answer_consent(&self.test.actor(who).await, answer).await.expect("it is theirs to give");
    }

    /// What somebody is shown of the consents on which an entry rests, and how many are missing.
    async fn of_entry(&self, who: &str, entry: EntryId) -> (Vec<String>, usize) {
        let actor = self.test.actor(who).await;
        let consents = self.test.school.consents_of_entry(&actor, entry).await.expect("the entry is there");
        let missing = consents.iter().filter(|consent| consent.is_missing).count();
        let mut words: Vec<String> =
            consents.into_iter().map(|consent| format!("{}: {}", consent.about, consent.state_words)).collect();
        words.sort();
        (words, missing)
    }
}

#[tokio::test]
async fn a_keeper_sees_whose_consent_is_missing_and_that_nobody_was_asked_of_an_entry_by_hand() {
    let platforms = Platforms::open().await;
    let request = platforms.asked("tom", answers()).await;
    platforms.consents("pat", request, "ada").await;
    let awaiting = platforms.awaiting("hal").await;
    let [line] = &awaiting[..] else { panic!("{awaiting:?}") };
    assert_eq!((line.missing, &line.about[..], line.needed), (1, &["Ben Quillfeather".to_owned()][..], 2));
    assert_eq!((line.request, line.scope_words.as_str()), (request, "Sums Online"));
    assert_eq!(platforms.awaiting("ivy").await, [], "she keeps the register, and does not decide who may come into it");
    platforms.consents("pat", request, "ben").await;
    assert_eq!(platforms.awaiting("hal").await, [], "nothing is missing any more");

    let (school, hal) = (&platforms.test.school, platforms.test.actor("hal").await);
    let decide = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    school.decide(&hal, decide).await.expect("every consent is given");
    let list = school.register(&hal, &policy(), "platforms", ListQuery::default()).await.unwrap();
    let given = list.entries.rows[0].id;
    let said = ["Ada Fernhaven: Pat Fernhaven said yes", "Ben Quillfeather: Pat Fernhaven said yes"];
    assert_eq!(platforms.of_entry("hal", given).await, (said.map(str::to_owned).to_vec(), 0));
    assert_eq!(platforms.of_entry("ivy", given).await, (Vec::new(), 0), "what a family said is for those who decide");
    // Whoever is named in it by a correction was not asked.
    let corrected = answers().into_iter().chain([("pupils-concerned".to_owned(), "ada, ben, orphan".to_owned())]);
    let act = EntryAct::Correct { answers: corrected.collect(), second: String::new() };
    let correct = StepEntry { entry: given, act, reason: "Olive has joined".to_owned() };
    school.step_entry(&hal, correct).await.expect("he keeps it");
    let olive = "Olive Emberlow: nobody was asked: the entry was corrected by hand";
    assert_eq!(platforms.of_entry("hal", given).await, ([said[0], said[1], olive].map(str::to_owned).to_vec(), 1));
    assert_eq!(platforms.of_entry("ivy", given).await, (vec![olive.to_owned()], 1));

    // Nobody's consent is missing for whom a yes would have waited for none.
    let found_by = ("found-by".to_owned(), "orphan".to_owned());
    let by_hand = Enter {
        policy: policy(),
        register: "platforms".to_owned(),
        answers: answers().into_iter().chain([found_by]).collect(),
        second: String::new(),
        id: None,
    };
    let by_hand = school.enter(&hal, by_hand).await.expect("it may be entered");
    let nobody = ["Ada Fernhaven", "Ben Quillfeather"]
        .map(|name| format!("{name}: nobody was asked: the entry was written by hand"));
    assert_eq!(platforms.of_entry("ivy", by_hand).await, (nobody.to_vec(), 2));
    assert_eq!(platforms.of_entry("tom", by_hand).await, (Vec::new(), 0));
}

#[tokio::test]
async fn a_keeper_is_shown_no_request_about_themselves_and_none_that_they_only_asked() {
    let text = PLATFORMS
        .replace("decides  = [\"headteacher\"]", "decides  = [\"headteacher\", \"dsl\"]")
        .replace("keeper = [\"headteacher\", \"it-staff\"]", "keeper = [\"headteacher\", \"it-staff\", \"dsl\"]")
        .replace("{ pupils-concerned = \"pupils\" }", "{ pupils-concerned = \"pupils\", used-by = \"person\" }");
    let platforms = Platforms::open_by(&text).await;
    let used_by = |who: &str| -> BTreeMap<String, String> {
        answers().into_iter().chain([("used-by".to_owned(), who.to_owned())]).collect()
    };
    let about_hal = platforms.asked("tom", used_by("hal")).await;
    let by_ivy = platforms.asked("ivy", used_by("tom")).await;
    let awaiting = async |who: &str| {
        let mut requests: Vec<RequestId> = platforms.awaiting(who).await.iter().map(|line| line.request).collect();
        requests.sort();
        requests
    };
    let mut both = [about_hal, by_ivy];
    both.sort();
    assert_eq!(awaiting("dee").await, both);
    assert_eq!(awaiting("hal").await, [by_ivy]);
    assert_eq!(awaiting("ivy").await, []);
}
