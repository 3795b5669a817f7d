//! Entries in registers: who writes and reads them, what is refused, what a yes writes down.

use std::collections::BTreeMap;

use actions::{
    Actor, Ask, AskError, Decide, Enter, EnterError, EntryAct, EntryStanding, ErrorKind, InstallPolicy, ListQuery,
    MarkLeaver, RegisterEntryLine, RequestAnswer, Revoke, StepEntry, VerbError, Wants,
};
use domain::{EntryId, PolicyId, Recipient, RequestState};

use crate::test_school::TestSchool;

const REGISTERS: &str = r#"+++
id          = "keeping"
title       = "What we keep"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# What we keep

## Searches {#searches}
Two people search, and both are written down.

```rule
[register]
id     = "searches"
title  = "Searches of devices"
keeper = ["headteacher"]
fields = { pupil = "pupil", device = "text", found = "text" }
later  = ["found"]
second-person = ["dsl", "deputy-dsl"]
```

## People we know {#known}
Staff say whom they know.

```rule
[register]
id          = "known"
title       = "People whom staff know"
keeper      = ["headteacher"]
fields      = ["whom"]
declared-by = "self"
for         = ["staff"]
```

## Work telephones {#phones}
Whoever has one stands in a list.

```rule
[register]
id     = "phones"
title  = "Work telephones"
keeper = ["dsl", "deputy-dsl"]
fields = { holder = "person", number = "text" }
```

## Own devices {#devices}
A device of your own has a code.

```rule
[permission]
id      = "own-device"
title   = "Bring a device of your own"
asks    = ["staff"]
decides = ["it-staff"]
opens   = "device"
fields  = { device = "text", lock = ["a code", "none"] }
longest = "1 week"
enforced-by = "devices"

[register]
id     = "devices"
title  = "Devices of people's own"
keeper = ["it-staff"]
fields = { owner = "person", device = "text", lock = ["a code", "none"] }
refuse = { lock = ["none"] }
```

## Visitors {#visitors}
Staff bring a visitor in on their own word, and it is written down.

```rule
[permission]
id      = "visitor"
title   = "Bring a visitor in"
asks    = ["staff"]
decides = "asker"
opens   = "other"
fields  = { badge = ["worn", "none"] }
longest = "1 day"
enforced-by = "visitors"

[register]
id     = "visitors"
title  = "Visitors"
keeper = ["it-staff"]
fields = { host = "person", badge = ["worn", "none"] }
refuse = { badge = ["none"] }
```
"#;

struct Registers {
    test: TestSchool,
}

fn policy() -> PolicyId {
    PolicyId("keeping".to_owned())
}

fn typed(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect()
}

impl Registers {
    async fn open() -> Registers {
        let test = TestSchool::open().await;
        let policy = InstallPolicy { file_name: "keeping.md".to_owned(), text: REGISTERS.to_owned() };
        test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
        Registers { test }
    }

    async fn enters(
        &self,
        who: &str,
        register: &str,
        fields: &[(&str, &str)],
        second: &str,
    ) -> Result<EntryId, EnterError> {
        let (answers, second) = (typed(fields), second.to_owned());
        let input = Enter { policy: policy(), register: register.to_owned(), answers, second, id: None };
        self.test.school.enter(&self.test.actor(who).await, input).await
    }

    async fn lists(&self, who: &str, register: &str) -> Vec<RegisterEntryLine> {
        let actor = self.test.actor(who).await;
        let page = self.test.school.register(&actor, &policy(), register, ListQuery::default()).await;
        page.map(|page| page.entries.rows).unwrap_or_default()
    }

    async fn steps(&self, who: &str, entry: EntryId, act: EntryAct, reason: &str) -> Result<(), ErrorKind> {
        let step = StepEntry { entry, act, reason: reason.to_owned() };
        let taken = self.test.school.step_entry(&self.test.actor(who).await, step).await;
        taken.map_err(|error| error.kind())
    }

    fn own_device(lock: &str) -> Ask {
        Ask {
            policy: policy(),
            permission: "own-device".to_owned(),
            recipient: Recipient::Person(domain::PersonId(uuid::Uuid::nil())),
            wants: Wants::Words("a laptop".to_owned()),
            reason: "For marking at home".to_owned(),
            from: None,
            until: None,
            answers: typed(&[("device", "a laptop"), ("lock", lock)]),
            id: None,
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_entry_is_told_at_once() {
    let registers = Registers::open().await;
    let error = registers.enters("hal", "searches", &[("pupil", "tom")], "hal").await.unwrap_err();
    let EnterError::Wrong { problems } = error else { panic!("{error}") };
    let fields: Vec<&str> = problems.fields.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["pupil", "device"]);
    let second = problems.second.expect("nobody is their own second person");
    assert!(second.contains("somebody else"), "{second}");
    assert!(registers.lists("hal", "searches").await.is_empty(), "nothing was written");
}

#[tokio::test]
async fn a_second_person_has_to_be_there_and_reads_the_entry_too() {
    let registers = Registers::open().await;
    let search = [("pupil", "ada"), ("device", "a telephone")];
    for second in ["", "nobody", "tom", "hal"] {
        let error = registers.enters("hal", "searches", &search, second).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "'{second}': {error}");
    }
    let entry = registers.enters("hal", "searches", &search, "dee").await.unwrap();
    for (who, reads) in [("hal", true), ("dee", true), ("dan", false), ("tom", false), ("ada", false)] {
        let page = registers.test.school.register_entry(&registers.test.actor(who).await, entry).await;
        assert_eq!(page.is_ok(), reads, "{who}");
        assert_eq!(registers.lists(who, "searches").await.len(), usize::from(reads), "{who}");
    }
    let refused = registers.enters("tom", "searches", &search, "dee").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn a_correction_keeps_what_stood_there_and_the_ledger_says_nothing_of_it() {
    let registers = Registers::open().await;
    let search = [("pupil", "ada"), ("device", "a telephone")];
    let entry = registers.enters("hal", "searches", &search, "dee").await.unwrap();
    let correct = |device: &str| EntryAct::Correct {
        answers: typed(&[("pupil", "ada"), ("device", device), ("found", "nothing")]),
        second: "dee".to_owned(),
    };
    assert_eq!(registers.steps("dee", entry, correct("a watch"), "no").await, Err(ErrorKind::Forbidden));
    assert_eq!(registers.steps("tom", entry, correct("a watch"), "no").await, Err(ErrorKind::NotFound));
    assert_eq!(registers.steps("hal", entry, correct("a watch"), " ").await, Err(ErrorKind::Invalid));
    registers.steps("hal", entry, correct("a watch"), "It was a watch").await.unwrap();
    registers.steps("hal", entry, EntryAct::Close, "It was given back").await.unwrap();
    assert_eq!(registers.steps("hal", entry, correct("a ring"), "Late").await, Err(ErrorKind::Conflict));
    let hal = registers.test.actor("hal").await;
    let page = registers.test.school.register_entry(&hal, entry).await.unwrap();
    assert_eq!(page.line.answers[1..], [("Device", "a watch"), ("Found", "nothing")].map(owned));
    let told: Vec<&str> = page.history.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(told, ["wrote it", "corrected it: It was a watch", "closed it: It was given back"]);
    assert_eq!(page.history[1].before, [owned(("Device", "a telephone"))]);
    assert!(page.may_reopen && !page.may_correct && !page.may_close);
    let ledger = registers.test.school.ledger(&hal, ListQuery::default()).await.unwrap();
    let text = serde_json::to_string(&ledger.rows.iter().map(|row| &row.details).collect::<Vec<_>>()).unwrap();
    assert!(text.contains("\"searches\"") && text.contains("corrected"), "{text}");
    assert!(!text.contains("watch") && !text.contains("telephone") && !text.contains("Fernhaven"), "{text}");
}

#[tokio::test]
async fn a_correction_names_the_second_person_again_and_whoever_was_there_before_reads_on() {
    let registers = Registers::open().await;
    let search = [("pupil", "ada"), ("device", "a telephone")];
    let entry = registers.enters("hal", "searches", &search, "dee").await.unwrap();
    let correct = |second: &str| EntryAct::Correct {
        answers: typed(&[("pupil", "ada"), ("device", "a watch")]),
        second: second.to_owned(),
    };
    for second in ["", "hal", "tom"] {
        assert_eq!(
            registers.steps("hal", entry, correct(second), "A slip").await,
            Err(ErrorKind::Invalid),
            "'{second}'"
        );
    }
    registers.steps("hal", entry, correct("dan"), "A slip").await.unwrap();
    for who in ["hal", "dee", "dan"] {
        assert_eq!(registers.lists(who, "searches").await.len(), 1, "{who}");
    }
    let page = registers.test.school.register_entry(&registers.test.actor("dee").await, entry).await.unwrap();
    assert_eq!(page.history[1].before, [("Device", "a telephone"), ("Also there", "Dee Inkermoss")].map(owned));
}

fn owned((label, says): (&str, &str)) -> (String, String) {
    (label.to_owned(), says.to_owned())
}

#[tokio::test]
async fn where_entries_are_peoples_own_each_writes_and_closes_theirs_and_the_keeper_reads_them() {
    let registers = Registers::open().await;
    let refused = registers.enters("ada", "known", &[("whom", "a cousin")], "").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
    let entry = registers.enters("tom", "known", &[("whom", "a cousin in 9B")], "").await.unwrap();
    assert_eq!(registers.lists("hal", "known").await.len(), 1);
    assert_eq!(registers.lists("tom", "known").await.len(), 1);
    assert!(registers.lists("ivy", "known").await.is_empty());
    assert_eq!(registers.steps("ivy", entry, EntryAct::Close, "no").await, Err(ErrorKind::NotFound));
    registers.steps("tom", entry, EntryAct::Close, "They have left").await.unwrap();
    assert_eq!(registers.lists("hal", "known").await[0].standing, EntryStanding::Closed);
    registers.steps("hal", entry, EntryAct::Reopen, "They have not").await.unwrap();
    assert_eq!(registers.lists("hal", "known").await[0].standing, EntryStanding::Holds);
}

#[tokio::test]
async fn a_form_sent_twice_writes_one_entry() {
    let registers = Registers::open().await;
    let tom = registers.test.actor("tom").await;
    let id = Some(registers.test.school.new_entry_id());
    let input = |whom: &str| Enter {
        policy: policy(),
        register: "known".to_owned(),
        answers: typed(&[("whom", whom)]),
        second: String::new(),
        id,
    };
    let school = &registers.test.school;
    let first = school.enter(&tom, input("a cousin")).await.unwrap();
    assert_eq!(school.enter(&tom, input("a cousin")).await.unwrap(), first);
    assert_ne!(school.enter(&tom, input("an aunt")).await.unwrap(), first, "filled in anew, it is another");
    assert_eq!(registers.lists("tom", "known").await.len(), 2);
}

#[tokio::test]
async fn a_yes_becomes_an_entry_that_ends_with_it_and_what_the_register_refuses_is_refused_at_the_form() {
    let registers = Registers::open().await;
    let (school, tom, ivy) =
        (&registers.test.school, registers.test.actor("tom").await, registers.test.actor("ivy").await);
    let ask = |lock: &str| Ask { recipient: Recipient::Person(tom.person()), ..Registers::own_device(lock) };
    let AskError::Answers { problems } = school.ask(&tom, ask("none")).await.unwrap_err() else { panic!("no problem") };
    assert!(problems[0].wrong.to_string().contains("can’t be ‘none’"), "{problems:?}");
    let wrong = typed(&[("device", ""), ("lock", "none")]);
    let told = school.wrong_answers(&tom, &policy(), "own-device", &wrong).unwrap();
    assert_eq!(told.len(), 2, "all at once: {told:?}");

    let asked = school.ask(&tom, ask("a code")).await.unwrap();
    assert!(registers.lists("ivy", "devices").await.is_empty(), "nothing is entered before the yes");
    let yes = Decide { request: asked.id, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    let decided = school.decide(&ivy, yes).await.unwrap();
    let [line] = &registers.lists("ivy", "devices").await[..] else { panic!("one entry") };
    let says = [("Owner", "Tom Kiteswell"), ("Device", "a laptop"), ("Lock", "a code")].map(owned);
    assert_eq!((&line.answers[..], line.standing, line.request), (&says[..], EntryStanding::Holds, Some(asked.id)));
    assert_eq!(registers.steps("ivy", line.id, EntryAct::Close, "no").await, Err(ErrorKind::Conflict));
    let grant = decided.grant.expect("it was given").id;
    school.revoke(&ivy, Revoke { grant, reason: "It was lost".to_owned() }).await.unwrap();
    assert_eq!(registers.lists("ivy", "devices").await[0].standing, EntryStanding::Ended);
    assert!(matches!(decided.request.state, RequestState::Decided(_)));
}

impl Registers {
    /// Publishes a version of the policy in which one text stands in the place of another.
    async fn changes(&self, text: &str, into: &str) {
        let text = REGISTERS.replace(text, into);
        assert_ne!(text, REGISTERS, "the version says something else");
        let policy = InstallPolicy { file_name: "keeping.md".to_owned(), text };
        self.test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    }

    async fn cards(&self, who: &str) -> Vec<(String, bool, bool)> {
        let cards = self.test.school.registers(&self.test.actor(who).await).await.unwrap_or_default();
        cards.into_iter().map(|card| (card.register, card.in_force, card.may_enter)).collect()
    }
}

#[tokio::test]
async fn entries_of_a_register_that_a_new_version_renames_stay_with_those_who_kept_it() {
    let registers = Registers::open().await;
    let search = [("pupil", "ada"), ("device", "a telephone")];
    let entry = registers.enters("hal", "searches", &search, "dee").await.unwrap();
    let own = registers.enters("tom", "known", &[("whom", "a cousin in 9B")], "").await.unwrap();
    registers
        .changes(
            "id     = \"searches\"\ntitle  = \"Searches of devices\"\nkeeper = [\"headteacher\"]",
            "id     = \"looks\"\ntitle  = \"Searches of devices\"\nkeeper = [\"dsl\"]",
        )
        .await;

    let kept = ("searches".to_owned(), false, false);
    assert!(registers.cards("hal").await.contains(&kept), "whoever kept it finds it");
    assert!(registers.cards("dee").await.contains(&kept), "so does the second person");
    assert!(!registers.cards("tom").await.contains(&kept));
    let refused = registers.enters("hal", "searches", &search, "dee").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound, "nothing new is written into it");
    for (who, reads) in [("hal", true), ("dee", true), ("dan", false), ("tom", false)] {
        let page = registers.test.school.register_entry(&registers.test.actor(who).await, entry).await;
        assert_eq!(page.is_ok(), reads, "{who}");
        assert_eq!(registers.lists(who, "searches").await.len(), usize::from(reads), "{who}");
    }
    assert_eq!(registers.steps("dee", entry, EntryAct::Close, "no").await, Err(ErrorKind::Forbidden));
    registers.steps("hal", entry, EntryAct::Close, "It was given back").await.unwrap();

    registers.changes("id          = \"known\"", "id          = \"friends\"").await;
    registers.steps("tom", own, EntryAct::Close, "They have left").await.unwrap();
    let searches = registers.cards("hal").await.into_iter().find(|(register, ..)| register == "searches");
    assert_eq!(searches, Some(("searches".to_owned(), true, true)), "a version that has it again keeps it again");
}

#[tokio::test]
async fn a_register_that_is_gone_and_empty_is_not_listed() {
    let registers = Registers::open().await;
    registers.changes("id     = \"searches\"", "id     = \"looks\"").await;
    let listed: Vec<String> = registers.cards("hal").await.into_iter().map(|(register, ..)| register).collect();
    assert_eq!(listed, ["looks", "known"]);
}

#[tokio::test]
async fn nobody_reads_or_closes_an_entry_that_names_them_and_another_keeper_does() {
    let registers = Registers::open().await;
    let school = &registers.test.school;
    let entry = registers.enters("dee", "phones", &[("holder", "dee"), ("number", "01632 960001")], "").await.unwrap();
    for (who, reads) in [("dee", false), ("dan", true), ("hal", false), ("gil", false), ("tom", false)] {
        let page = school.register_entry(&registers.test.actor(who).await, entry).await;
        assert_eq!(page.is_ok(), reads, "{who}");
        assert_eq!(registers.lists(who, "phones").await.len(), usize::from(reads), "{who}");
    }
    let listed = async |who: &str| registers.cards(who).await.into_iter().any(|(register, ..)| register == "phones");
    assert!(listed("dee").await, "the register is still hers to write in");
    assert!(!listed("hal").await);
    for who in ["dee", "hal"] {
        assert_eq!(registers.steps(who, entry, EntryAct::Close, "no").await, Err(ErrorKind::NotFound), "{who}");
    }
    registers.steps("dan", entry, EntryAct::Close, "It was given back").await.unwrap();
}

#[tokio::test]
async fn what_is_about_all_who_keep_a_register_comes_to_those_who_receive_reports() {
    let registers = Registers::open().await;
    let (school, hal) = (&registers.test.school, registers.test.actor("hal").await);
    let dan = registers.test.id("dan").await;
    let entry = registers.enters("dan", "phones", &[("holder", "dee"), ("number", "01632 960001")], "").await.unwrap();
    let pupils = registers.enters("dan", "phones", &[("holder", "ada"), ("number", "01632 960002")], "").await.unwrap();
    assert!(registers.lists("hal", "phones").await.is_empty(), "dan keeps it");
    school.mark_leaver(&hal, MarkLeaver { person: dan }).await.unwrap();

    let read: Vec<EntryId> = registers.lists("hal", "phones").await.into_iter().map(|line| line.id).collect();
    assert_eq!(read, [entry], "the first role that receives reports, and what is about every keeper");
    assert!(registers.cards("hal").await.iter().any(|(register, ..)| register == "phones"));
    assert!(registers.lists("gil", "phones").await.is_empty(), "the governors come after the headteacher");
    assert!(registers.lists("dee", "phones").await.iter().all(|line| line.id == pupils));
    assert_eq!(registers.steps("gil", entry, EntryAct::Close, "no").await, Err(ErrorKind::NotFound));
    registers.steps("hal", entry, EntryAct::Close, "It was given back").await.unwrap();
    assert_eq!(registers.steps("hal", pupils, EntryAct::Close, "no").await, Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn what_opens_on_ones_own_word_is_entered_and_opens_nothing_that_the_register_refuses() {
    let registers = Registers::open().await;
    let (school, tom) = (&registers.test.school, registers.test.actor("tom").await);
    let ask = |badge: &str| Ask {
        permission: "visitor".to_owned(),
        recipient: Recipient::Person(tom.person()),
        answers: typed(&[("badge", badge)]),
        ..Registers::own_device("a code")
    };
    let AskError::Answers { problems } = school.ask(&tom, ask("none")).await.unwrap_err() else { panic!("no problem") };
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(school.my_grants(&tom).await.unwrap().is_empty() && registers.lists("ivy", "visitors").await.is_empty());
    let opened = school.ask(&tom, ask("worn")).await.unwrap();
    let [line] = &registers.lists("ivy", "visitors").await[..] else { panic!("one entry") };
    let says = [("Host", "Tom Kiteswell"), ("Badge", "worn")].map(owned);
    assert_eq!((&line.answers[..], line.standing, line.request), (&says[..], EntryStanding::Holds, Some(opened.id)));
}

const SHOWN: &str = r#"+++
id          = "programs"
title       = "Programs that we have"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Programs that we have

## Programs {#programs}
Some may be had at home.

```rule
[register]
id         = "programs"
title      = "Programs for home"
keeper     = ["it-staff"]
fields     = { title = "text", key = "text", for-home = "yes-no" }
shown-to   = ["pupil"]
shows      = ["title"]
shown-when = { for-home = ["yes"] }
```
"#;

#[tokio::test]
async fn what_a_register_shows_to_others_is_what_its_clause_names_and_no_more() {
    let test = TestSchool::open().await;
    test.install("programs.md", SHOWN).await;
    let programs = PolicyId("programs".to_owned());
    let ivy = test.actor("ivy").await;
    let mut ids = Vec::new();
    for (title, for_home) in [("Drawing", "yes"), ("Accounts", "no"), ("Writing", "yes")] {
        let answers = typed(&[("title", title), ("key", "mistletoe"), ("for-home", for_home)]);
        let (policy, register) = (programs.clone(), "programs".to_owned());
        let input = Enter { policy, register, answers, second: String::new(), id: None };
        ids.push(test.school.enter(&ivy, input).await.unwrap());
    }
    let close = StepEntry { entry: ids[2], act: EntryAct::Close, reason: "It ran out".to_owned() };
    test.school.step_entry(&ivy, close).await.unwrap();

    let ada = test.actor("ada").await;
    assert_eq!(test.school.registers(&ada).await.unwrap().len(), 1);
    let page = test.school.register(&ada, &programs, "programs", ListQuery::default()).await.unwrap();
    let shown = page.shown.expect("it is shown to pupils");
    assert_eq!(shown.fields, ["Title"]);
    assert_eq!(shown.rows.rows, [[("Title".to_owned(), "Drawing".to_owned())]]);
    assert!(page.entries.rows.is_empty() && page.checks.is_none());
    let looked_for = ListQuery { search: "mistletoe".to_owned(), ..ListQuery::default() };
    let found = test.school.register(&ada, &programs, "programs", looked_for).await.unwrap();
    assert!(found.shown.unwrap().rows.rows.is_empty(), "what is not shown is not searched");
    for id in ids {
        assert_eq!(test.school.register_entry(&ada, id).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
    for other in ["tom", "pat"] {
        let page = test.school.register(&test.actor(other).await, &programs, "programs", ListQuery::default()).await;
        assert!(page.is_err(), "{other}");
    }
    assert!(test.school.register(&ivy, &programs, "programs", ListQuery::default()).await.unwrap().shown.is_none());
}
