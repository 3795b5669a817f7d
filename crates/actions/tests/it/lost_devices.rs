//! What a register lists is lost or stolen: a report says so in the same step, or whoever keeps the register.

use std::collections::BTreeMap;

use actions::*;
use domain::{CaseStep, EntryId, Outcome, PolicyId, Told};
use jiff::SignedDuration;

use crate::reporting::{ids, reported, step, words};
use crate::test_school::{PEOPLE, TestSchool};

const LOSSES: &str = r#"+++
id          = "losses"
title       = "Devices"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Devices

## Lost {#lost}
Tell us at once.

```rule
[report]
id             = "lost-data"
title          = "Personal data may be lost"
who            = ["staff", "pupil"]
to             = ["dsl"]
clock          = "72 hours"
before-closing = ["regulator"]
```

## Devices {#devices}
We keep a list.

```rule
[permission]
id          = "join"
title       = "Join the network"
asks        = ["staff"]
decides     = ["it-staff"]
opens       = "device"
fields      = { laptop = "text", serial-number = "text", address = "network-address" }
enforced-by = "laptops"
longest     = "12 months"
```

```rule
[register]
id         = "laptops"
title      = "Our laptops"
keeper     = ["it-staff"]
fields     = { laptop = "text", serial-number = "text", colour = "text", holder = "person", until = "date", back = "date", address = "network-address" }
later      = ["colour", "holder", "until", "back", "address"]
due        = "until"
done       = "back"
check-every = "every 12 months"
on-leaving = "return"
shown-to   = ["person-concerned"]
shows      = ["laptop"]
signed-by  = "holder"
known-by   = "address"
lost-by    = ["lost-data"]
labelled-with = ["laptop", "serial-number"]
```

```rule
[register]
id     = "keys"
title  = "Keys"
keeper = ["it-staff"]
fields = { key = "text" }
```
"#;

async fn school() -> TestSchool {
    let test = TestSchool::empty().await;
    test.import(PEOPLE).await;
    test.install("losses.md", LOSSES).await;
    test
}

async fn enters(test: &TestSchool, register: &str, fields: &[(&str, &str)]) -> EntryId {
    let answers = fields.iter().map(|(field, text)| (words(field), words(text))).collect();
    let (policy, register) = (PolicyId(words("losses")), register.to_owned());
    let enter = Enter { policy, register, answers, second: String::new(), id: None };
    test.school.enter(&test.actor("ivy").await, enter).await.expect("she keeps it")
}

/// Tom's laptop, which the gate knows by its address and which he has to give back tomorrow.
async fn laptop(test: &TestSchool, serial: &str) -> EntryId {
    let until =
        test.school.now().to_zoned(test.school.time_zone().clone()).date().tomorrow().expect("a day").to_string();
    let fields = [
        ("laptop", "Laptop 12"),
        ("serial-number", serial),
        ("holder", "tom"),
        ("until", until.as_str()),
        ("address", "10.20.0.7"),
    ];
    enters(test, "laptops", &fields).await
}

fn losing(test: &TestSchool, lost: ReportLost) -> Report {
    Report {
        policy: PolicyId(words("losses")),
        report: words("lost-data"),
        told: words("A bag was left on the train"),
        needs: BTreeMap::new(),
        chosen: None,
        about: ReportAbout::Nobody,
        pupil: None,
        lost,
        capacity: None,
        has_reported_harm: false,
        key: test.school.new_report_key(),
        address: None,
    }
}

async fn marks(test: &TestSchool, who: &str, entry: EntryId, act: EntryAct) -> Result<(), ErrorKind> {
    let step = StepEntry { entry, act, reason: words("It was said on the telephone") };
    test.school.step_entry(&test.actor(who).await, step).await.map_err(|error| error.kind())
}

async fn entry(test: &TestSchool, entry: EntryId) -> EntryPage {
    test.school.register_entry(&test.actor("ivy").await, entry).await.expect("she keeps it")
}

async fn is_let_in(test: &TestSchool) -> bool {
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    test.gate_from("ben", "example.org", Some("10.20.0.7")).await.0 == Outcome::Allowed
}

/// The titles of what there is to do for somebody.
async fn to_do(test: &TestSchool, who: &str) -> Vec<String> {
    let home = test.school.home(&test.actor(who).await).await.expect("everybody has a Home");
    home.tasks.into_iter().map(|task| task.title).filter(|title| title.contains("Laptop 12")).collect()
}

async fn may_name(test: &TestSchool, who: &str) -> Vec<String> {
    let forms = test.school.report_forms(Some(&test.actor(who).await)).await.unwrap();
    let form = forms.into_iter().find(|form| form.report == "lost-data").expect("it is open to them");
    assert!(form.asks_lost);
    form.may_be_lost.into_iter().map(|(_, words)| words).collect()
}

#[tokio::test]
async fn what_its_holder_reports_as_lost_is_marked_in_the_same_step_and_asks_for_nothing_until_it_is_found() {
    let test = school().await;
    let lost = laptop(&test, "SN-1").await;
    test.clock.turn(SignedDuration::from_hours(34));
    test.school.tick().await.unwrap();
    assert!(is_let_in(&test).await);
    assert_eq!(to_do(&test, "tom").await, ["Sign for ‘Laptop 12’", "See to ‘Laptop 12’"]);
    assert_eq!(to_do(&test, "ivy").await, ["See to ‘Laptop 12’"]);
    assert_eq!(may_name(&test, "tom").await, ["Laptop 12 (Our laptops)"]);
    assert!(may_name(&test, "ada").await.is_empty(), "it is not hers");
    let before = test.ledger().await;
    let report = losing(&test, ReportLost::Entry(lost));
    reported(&test, "tom", report.clone()).await;
    assert_eq!(test.ledger().await, before + 1, "of the entry the ledger says nothing, which would say whose it is");
    reported(&test, "tom", report.clone()).await;
    assert_eq!((test.ledger().await, ids(&test, "dee").await.len()), (before + 1, 1), "sent twice, it is one report");
    assert!(!is_let_in(&test).await);
    assert!(to_do(&test, "tom").await.is_empty() && to_do(&test, "ivy").await.is_empty());
    let page = entry(&test, lost).await;
    assert_eq!(page.line.standing, EntryStanding::Lost);
    let said = &page.line.standing_words;
    assert!(said.starts_with("Lost or stolen: reported on"), "{said}");
    assert!(!said.trim_start_matches("Lost or stolen: ").contains(':'), "the day alone: {said}");
    assert!(page.history.last().is_some_and(|line| line.by_day));
    let last = page.history.last().map(|line| format!("{} {}", line.who, line.what)).expect("it has a history");
    assert_eq!(last, "A report marked it as lost or stolen", "who made it, the list does not say");
    assert!(!page.may_correct && !page.may_hand_over && !page.may_see && page.may_mark_found && page.may_close);
    let correct = EntryAct::Correct { answers: BTreeMap::new(), second: String::new() };
    assert_ne!(marks(&test, "ivy", lost, correct).await, Ok(()), "it can't be given to anybody else");
    assert_eq!(marks(&test, "tom", lost, EntryAct::MarkFound).await, Err(ErrorKind::Forbidden));
    marks(&test, "ivy", lost, EntryAct::MarkFound).await.unwrap();
    assert!(is_let_in(&test).await);
    assert_eq!(to_do(&test, "ivy").await, ["See to ‘Laptop 12’"]);
    assert_eq!(marks(&test, "ivy", lost, EntryAct::MarkFound).await, Err(ErrorKind::Conflict));
    marks(&test, "ivy", lost, EntryAct::Close).await.unwrap();
    reported(&test, "tom", report).await;
    assert_eq!(ids(&test, "dee").await.len(), 1, "what was sent once is answered as it was then");
}

#[tokio::test]
async fn somebody_else_names_it_by_its_label_and_nothing_that_is_not_on_the_list() {
    let test = school().await;
    let one = laptop(&test, "SN-1").await;
    enters(&test, "laptops", &[("laptop", "Laptop 12"), ("serial-number", "SN-2")]).await;
    enters(&test, "keys", &[("key", "K-7")]).await;
    let (ada, tom) = (test.actor("ada").await, test.actor("tom").await);
    let labelled = |label: &str| losing(&test, ReportLost::Labelled(label.to_owned()));
    for (label, wrong) in [
        ("Laptop 12", WrongLabel::Several),
        ("SN-3", WrongLabel::Nothing),
        ("K-7", WrongLabel::Nothing),
        ("tom", WrongLabel::Nothing),
        ("Our laptops", WrongLabel::Nothing),
    ] {
        let refused = test.school.report(Some(&ada), labelled(label)).await;
        assert!(matches!(refused, Err(ReportError::WrongLabel { wrong: why }) if why == wrong), "{label}");
    }
    let not_hers = losing(&test, ReportLost::Entry(one));
    let refused = test.school.check_report(Some(&ada), &not_hers).await;
    assert!(matches!(refused, Err(ReportError::NoLongerTheirs)), "an identifier names nothing");
    assert!(ids(&test, "dee").await.is_empty());
    test.school.check_report(Some(&tom), &labelled(" sn-1 ")).await.unwrap();
    assert!(!entry(&test, one).await.may_mark_found, "looked at once more, it has not been said");
    reported(&test, "ada", labelled(" sn-1 ")).await;
    assert!(entry(&test, one).await.may_mark_found);
}

#[tokio::test]
async fn whoever_has_the_report_names_it_and_nobody_else_learns_which_report_it_was() {
    let test = school().await;
    let lost = laptop(&test, "SN-1").await;
    reported(&test, "tom", losing(&test, ReportLost::Nothing)).await;
    let case = ids(&test, "dee").await[0];
    let dee = test.actor("dee").await;
    let refused = test.school.find_lost(&test.actor("dan").await, case, "SN-1").await;
    assert!(refused.is_err(), "it did not come to him");
    let refused = test.school.find_lost(&dee, case, "SN-9").await;
    assert!(matches!(refused, Err(HandleCaseError::WrongLabel { wrong: WrongLabel::Nothing })));
    let found = test.school.find_lost(&dee, case, "SN-1").await.unwrap();
    assert_eq!(found, lost);
    let key = enters(&test, "keys", &[("key", "K-7")]).await;
    let say = |entry| CaseStep::SayLost { entry };
    let refused = step(&test, "dee", case, say(key)).await;
    assert!(matches!(refused, Err(HandleCaseError::WrongLabel { .. })), "of a key the clause does not let it be said");
    step(&test, "dee", case, say(lost)).await.unwrap();
    let again = step(&test, "dee", case, say(lost)).await;
    assert!(matches!(again, Err(HandleCaseError::SaidLostAlready)));
    assert!(!is_let_in(&test).await);
    let page = test.school.concern(&dee, case).await.unwrap();
    let words = "Laptop 12 (Our laptops)".to_owned();
    assert_eq!(page.lost, [LostLine { words, is_lost: true, entry: None }], "she does not keep the list");
    assert!(page.history.iter().any(|line| line.what == "marked something as lost or stolen on its list"));
    let ivy = test.actor("ivy").await;
    assert!(test.school.reports_losing(&ivy, lost).await.unwrap().is_empty(), "she does not have the report");
    let theirs = test.school.reports_losing(&dee, lost).await.unwrap();
    assert_eq!(theirs, [(case, "Personal data may be lost".to_owned())]);
    let history = entry(&test, lost).await.history;
    assert!(history.iter().all(|line| line.who != "Dee Inkermoss"), "nor who handles it");
}

#[tokio::test]
async fn a_stolen_bag_is_one_report_that_marks_each_thing_that_was_in_it() {
    let test = school().await;
    let telephone = [("laptop", "Telephone 3"), ("serial-number", "SN-3"), ("address", "10.20.0.8")];
    let (laptop, telephone) = (laptop(&test, "SN-1").await, enters(&test, "laptops", &telephone).await);
    reported(&test, "tom", losing(&test, ReportLost::Entry(laptop))).await;
    let (dee, case) = (test.actor("dee").await, ids(&test, "dee").await[0]);
    assert!(test.school.concern(&dee, case).await.unwrap().may_say_lost, "one thing is not all");
    let found = test.school.find_lost(&dee, case, "SN-3").await.unwrap();
    assert_eq!(found, telephone);
    let say = |entry| CaseStep::SayLost { entry };
    step(&test, "dee", case, say(telephone)).await.unwrap();
    let lost = async || {
        let page = test.school.concern(&dee, case).await.unwrap();
        page.lost.into_iter().map(|line| (line.words, line.is_lost)).collect::<Vec<_>>()
    };
    let (one, other) = (words("Laptop 12 (Our laptops)"), words("Telephone 3 (Our laptops)"));
    assert_eq!(lost().await, [(one.clone(), true), (other.clone(), true)]);
    let let_in = async |address| test.gate_from("ben", "example.org", Some(address)).await.0 == Outcome::Allowed;
    assert!(!let_in("10.20.0.7").await && !let_in("10.20.0.8").await);
    marks(&test, "ivy", laptop, EntryAct::MarkFound).await.unwrap();
    assert_eq!(lost().await, [(one.clone(), false), (other.clone(), true)]);
    assert!(let_in("10.20.0.7").await && !let_in("10.20.0.8").await, "each comes back by itself");
    let again = step(&test, "dee", case, say(laptop)).await;
    assert!(matches!(again, Err(HandleCaseError::FoundSince)), "nothing says that it is marked when it is not");
    marks(&test, "ivy", telephone, EntryAct::MarkFound).await.unwrap();
    assert_eq!(lost().await, [(one, false), (other, false)]);
    assert!(let_in("10.20.0.8").await);
}

#[tokio::test]
async fn whoever_keeps_the_list_marks_it_where_its_clause_says_that_it_may_be_lost() {
    let test = school().await;
    let (laptop, key) = (laptop(&test, "SN-1").await, enters(&test, "keys", &[("key", "K-7")]).await);
    assert!(entry(&test, laptop).await.may_mark_lost && !entry(&test, key).await.may_mark_lost);
    assert_eq!(marks(&test, "ivy", key, EntryAct::MarkLost).await, Err(ErrorKind::Forbidden));
    assert_eq!(marks(&test, "tom", laptop, EntryAct::MarkLost).await, Err(ErrorKind::Forbidden));
    marks(&test, "ivy", laptop, EntryAct::MarkLost).await.unwrap();
    assert!(!is_let_in(&test).await);
    let page = entry(&test, laptop).await;
    let said = &page.line.standing_words;
    assert!(said.starts_with("Marked as lost or stolen by Ivy Lanternfield on"), "{said}");
    let last = page.history.last().map(|line| line.what.clone()).expect("it has a history");
    assert_eq!(last, "marked it as lost or stolen: It was said on the telephone");
    assert_eq!(marks(&test, "ivy", laptop, EntryAct::MarkLost).await, Err(ErrorKind::Conflict));
    // A report names it all the same, and changes nothing of the list.
    reported(&test, "tom", losing(&test, ReportLost::Labelled(words("SN-1")))).await;
    assert_eq!(entry(&test, laptop).await.line.standing_words, page.line.standing_words);
    let case = ids(&test, "dee").await[0];
    assert_eq!(test.school.concern(&test.actor("dee").await, case).await.unwrap().lost.len(), 1);
    marks(&test, "ivy", laptop, EntryAct::Close).await.unwrap();
    assert_eq!(entry(&test, laptop).await.line.standing, EntryStanding::Closed);
}

#[tokio::test]
async fn a_label_is_what_stands_on_it_and_whoever_guesses_is_told_no_more_after_a_while() {
    let test = school().await;
    let fields = [("laptop", "Laptop 12"), ("serial-number", "SN-1"), ("colour", "blue")];
    let first = enters(&test, "laptops", &[&fields[..], &[("back", "2026-05-01")]].concat()).await;
    let ada = test.actor("ada").await;
    let says = async |label: &str| {
        let report = losing(&test, ReportLost::Labelled(label.to_owned()));
        match test.school.check_report(Some(&ada), &report).await {
            Ok(_) => None,
            Err(ReportError::WrongLabel { wrong }) => Some(wrong),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(says("blue").await, Some(WrongLabel::Nothing), "it does not stand on the label");
    assert_eq!(says("SN-1").await, None, "one that came back may be meant");
    let out = enters(&test, "laptops", &fields).await;
    reported(&test, "ada", losing(&test, ReportLost::Labelled(words("SN-1")))).await;
    assert!(entry(&test, out).await.may_mark_found && !entry(&test, first).await.may_mark_found);
    for number in 0..9 {
        assert_eq!(says(&format!("SN-9{number}")).await, Some(WrongLabel::Nothing));
    }
    assert_eq!(says("SN-1").await, Some(WrongLabel::TooMany));
    test.clock.turn(SignedDuration::from_mins(61));
    assert_eq!(says("SN-1").await, None);
}

#[tokio::test]
async fn a_report_in_confidence_marks_nothing_whatever_the_clause_says_later() {
    let test = TestSchool::empty().await;
    test.import(PEOPLE).await;
    let without = LOSSES.replace("lost-by    = [\"lost-data\"]\n", "");
    let without = without.replace("labelled-with = [\"laptop\", \"serial-number\"]\n", "");
    let in_confidence = without.replace("clock          =", "in-confidence  = true\nclock          =");
    test.install("losses.md", &in_confidence).await;
    reported(&test, "tom", losing(&test, ReportLost::Nothing)).await;
    test.install("losses.md", LOSSES).await;
    let lost = laptop(&test, "SN-1").await;
    let (dee, case) = (test.actor("dee").await, ids(&test, "dee").await[0]);
    assert!(!test.school.concern(&dee, case).await.unwrap().may_say_lost);
    let found = test.school.find_lost(&dee, case, "SN-1").await;
    assert!(matches!(found, Err(HandleCaseError::InConfidence)));
    let said = step(&test, "dee", case, CaseStep::SayLost { entry: lost }).await;
    assert!(matches!(said, Err(HandleCaseError::InConfidence)));
    assert!(entry(&test, lost).await.may_mark_lost);
}

#[tokio::test]
async fn a_label_is_looked_up_for_whoever_may_say_that_it_is_lost_and_for_nobody_else() {
    let test = school().await;
    laptop(&test, "SN-1").await;
    reported(&test, "tom", losing(&test, ReportLost::Nothing)).await;
    let (dee, case) = (test.actor("dee").await, ids(&test, "dee").await[0]);
    let found = test.school.find_lost(&test.actor("ivy").await, case, "SN-1").await;
    assert!(!matches!(found, Ok(_) | Err(HandleCaseError::WrongLabel { .. })), "nor is it said whether there is one");
    let told = domain::CaseLine::RegulatorNotTold { reason: words("It was in the cupboard") };
    let known = domain::CaseLine::BreachKnown { parts: [(domain::BreachPart::Nature, words("None"))].into() };
    for line in [known, told] {
        step(&test, "dee", case, CaseStep::WriteDown { line, today: jiff::civil::date(2026, 5, 14) }).await.unwrap();
    }
    step(&test, "dee", case, CaseStep::Close { reason: words("It was in the cupboard") }).await.unwrap();
    assert!(!test.school.concern(&dee, case).await.unwrap().may_say_lost);
    let found = test.school.find_lost(&dee, case, "SN-1").await;
    assert!(matches!(found, Err(HandleCaseError::IsClosed)));
}

#[tokio::test]
async fn a_list_that_is_brought_in_leaves_out_what_it_says_is_lost() {
    let test = school().await;
    let text = "Laptop,Serial number,State\nLaptop 1,SN-1,Lost or stolen since 1 May 2026\nLaptop 2,SN-2,Holds\n";
    let file = ImportFile { name: words("laptops.csv"), bytes: text.as_bytes().to_vec() };
    let (policy, register, id) = (PolicyId(words("losses")), words("laptops"), test.school.new_entry_id());
    let input = ImportEntries { policy, register, file, id };
    let plan = test.school.entries_dry_run(&test.actor("ivy").await, &input).await.expect("it is read");
    assert_eq!((plan.problems.len(), plan.entries.len(), plan.left_out), (0, 1, 1));
}

#[tokio::test]
async fn no_entry_lets_a_device_in_while_one_says_that_it_is_lost() {
    let test = school().await;
    let ask = |serial: &str| Ask {
        policy: PolicyId(words("losses")),
        permission: words("join"),
        recipient: domain::Recipient::Everyone,
        wants: Wants::Words(words("Laptop 12")),
        reason: words("For marking"),
        from: None,
        until: None,
        answers: [("laptop", "Laptop 12"), ("serial-number", serial), ("address", "10.20.0.7")]
            .map(|(field, text)| (words(field), words(text)))
            .into(),
        id: None,
    };
    let (ivy, tom) = (test.actor("ivy").await, test.actor("tom").await);
    let to_tom = domain::Recipient::Person(test.id("tom").await);
    let asked = test.school.ask(&tom, Ask { recipient: to_tom.clone(), ..ask("SN-1") }).await.unwrap().id;
    let lost = laptop(&test, "SN-1").await;
    let double = [("laptop", "Laptop 13"), ("serial-number", "SN-2"), ("address", "10.20.0.7")];
    let other = enters(&test, "laptops", &double).await;
    assert!(is_let_in(&test).await);
    marks(&test, "ivy", lost, EntryAct::MarkLost).await.unwrap();
    assert!(!is_let_in(&test).await, "the other entry has the same address");
    let answers = [("laptop", "Laptop 14"), ("serial-number", "SN-3"), ("address", "10.20.0.7")];
    let enter = Enter {
        policy: PolicyId(words("losses")),
        register: words("laptops"),
        answers: answers.map(|(field, text)| (words(field), words(text))).into(),
        second: String::new(),
        id: None,
    };
    let refused = test.school.enter(&ivy, enter.clone()).await.expect_err("it is lost").to_string();
    assert!(refused.contains("10.20.0.7") && refused.contains("mark it as found first"), "{refused}");
    let mended = [("laptop", "Laptop 13"), ("serial-number", "SN-20"), ("address", "10.20.0.7")];
    let answers = mended.map(|(field, text)| (words(field), words(text))).into();
    marks(&test, "ivy", other, EntryAct::Correct { answers, second: String::new() }).await.expect("its address stays");
    let refused = test.school.ask(&tom, Ask { recipient: to_tom, ..ask("SN-4") }).await;
    assert!(matches!(refused, Err(AskError::Answers { .. })));
    let yes = || Decide { request: asked, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    assert!(matches!(test.school.decide(&ivy, yes()).await, Err(DecideError::DeviceLost)));
    marks(&test, "ivy", lost, EntryAct::MarkFound).await.unwrap();
    assert!(is_let_in(&test).await);
    test.school.enter(&ivy, enter).await.unwrap();
    test.school.decide(&ivy, yes()).await.unwrap();
    assert!(is_let_in(&test).await);
}

#[tokio::test]
async fn those_who_keep_the_list_are_told_of_a_mark_and_its_holder_goes_on_seeing_it() {
    let test = school().await;
    let lost = laptop(&test, "SN-1").await;
    reported(&test, "tom", losing(&test, ReportLost::Entry(lost))).await;
    let (ivy, tom) = (test.actor("ivy").await, test.actor("tom").await);
    let told = async || {
        let news = test.school.home(&ivy).await.unwrap().news;
        news.into_iter().map(|news| news.told).filter(|told| *told == Told::EntryLost(lost)).count()
    };
    assert_eq!(told().await, 1);
    let list = test.school.register(&tom, &PolicyId(words("losses")), "laptops", ListQuery::default()).await.unwrap();
    let shown = list.shown.expect("it names him");
    assert_eq!(shown.fields, ["Laptop", "State"]);
    assert!(shown.rows.rows[0].iter().any(|(_, says)| says.starts_with("Lost or stolen: reported on")));
    entry(&test, lost).await;
    assert_eq!(told().await, 0, "she has read it");
    marks(&test, "ivy", lost, EntryAct::MarkFound).await.unwrap();
    marks(&test, "ivy", lost, EntryAct::MarkLost).await.unwrap();
    assert_eq!(told().await, 0, "she marked it herself");
}

#[tokio::test]
async fn what_is_lost_is_neither_seen_nor_counted_at_a_check() {
    let test = school().await;
    let lost = laptop(&test, "SN-1").await;
    enters(&test, "laptops", &[("laptop", "Laptop 13"), ("serial-number", "SN-2")]).await;
    marks(&test, "ivy", lost, EntryAct::MarkLost).await.unwrap();
    let ivy = test.actor("ivy").await;
    let seen = test.school.see_entry(&ivy, lost, None).await;
    assert!(matches!(seen, Err(SeeEntryError::IsLost)));
    let (policy, register) = (PolicyId(words("losses")), words("laptops"));
    let still = test.school.stocktake(&ivy, &policy, &register).await.unwrap().total_unseen;
    let check =
        CheckRegister { policy: policy.clone(), register: register.clone(), finding: String::new(), after: None };
    test.school.check_register(&ivy, check).await.unwrap();
    let checks = test.school.register(&ivy, &policy, &register, ListQuery::default()).await.unwrap().checks;
    assert_eq!((checks.expect("it is checked").last[0].entries, still), (1, 1));
}
