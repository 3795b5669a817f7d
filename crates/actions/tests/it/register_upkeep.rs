//! What registers ask of those who keep them: checks that fall due, days that come, and what somebody who leaves has.

use std::collections::BTreeMap;

use actions::{
    CheckRegister, CheckRegisterError, Enter, EntryAct, ErrorKind, ListQuery, MarkLeaver, RegisterPage, StepEntry,
    TaskKind, TaskStatus, VerbError,
};
use domain::{EntryId, PersonId, PolicyId};
use jiff::{SignedDuration, Timestamp};
use testkit::TurnableClock;

use crate::test_school::TestSchool;

/// The policy of a register of loans.
pub const LENDING: &str = r#"+++
id          = "lending"
title       = "What we lend"
audiences   = ["staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# What we lend

## Loans {#loans}
What we lend stands in a list, and comes back.

```rule
[register]
id          = "loans"
title       = "What is lent to staff"
keeper      = ["it-staff"]
fields      = { item = "text", holder = "person", until = "date", back = "date" }
later       = ["until", "back"]
due         = "until"
done        = "back"
shown-to    = ["person-concerned"]
shows       = ["item", "until"]
check-every = "every 3 months"
on-leaving  = "return"
```

## What was asked of people {#asked}
Whoever was told of it sees until when, and not what it is.

```rule
[register]
id         = "asked"
title      = "What was asked of people"
keeper     = ["it-staff"]
fields     = { what = "text", whom = "person", until = "date", told = "yes-no" }
due        = "until"
shown-to   = ["person-concerned"]
shows      = ["until"]
shown-when = { told = ["yes"] }
```

## Keys {#keys}
Whoever has a key stands in a list of people.

```rule
[register]
id         = "keys"
title      = "Who has a key"
keeper     = ["it-staff", "dsl"]
fields     = { holder = "person" }
on-leaving = "remove"
```

## Sites of our own {#own-sites}
Staff say which sites they run for the school.

```rule
[register]
id          = "own-sites"
title       = "Sites that staff run"
keeper      = ["it-staff"]
fields      = { site = "text" }
declared-by = "self"
for         = ["staff"]
on-leaving  = "hand over"
```
"#;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn lending() -> PolicyId {
    PolicyId("lending".to_owned())
}

fn typed(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect()
}

async fn school() -> TestSchool {
    let test = TestSchool::open().await;
    test.import("username,name,audience,roles,mail\nivy,Ivy Lanternfield,staff,it-staff,ivy@larkfield.example\n").await;
    test.install("lending.md", LENDING).await;
    test
}

async fn enters(test: &TestSchool, who: &str, register: &str, fields: &[(&str, &str)]) -> EntryId {
    let input = Enter {
        policy: lending(),
        register: register.to_owned(),
        answers: typed(fields),
        second: String::new(),
        id: None,
    };
    test.school.enter(&test.actor(who).await, input).await.expect("the register lets it in")
}

async fn corrects(test: &TestSchool, who: &str, entry: EntryId, fields: &[(&str, &str)]) {
    let act = EntryAct::Correct { answers: typed(fields), second: String::new() };
    let step = StepEntry { entry, act, reason: "as it is".to_owned() };
    test.school.step_entry(&test.actor(who).await, step).await.expect("they keep it");
}

fn is_of_registers(kind: &TaskKind) -> bool {
    use TaskKind::{CheckRegister, SeeToEntries, SeeToEntry, SeeToOwnEntry};
    matches!(kind, CheckRegister { .. } | SeeToEntry { .. } | SeeToEntries { .. } | SeeToOwnEntry { .. })
}

/// The tasks about registers on somebody's Home, by their titles.
async fn tasks(test: &TestSchool, who: &str) -> Vec<String> {
    let home = test.school.home(&test.actor(who).await).await.expect("everybody has a Home");
    let mut titles: Vec<String> =
        home.tasks.into_iter().filter(|task| is_of_registers(&task.kind)).map(|task| task.title).collect();
    titles.sort_unstable();
    titles
}

/// To whom mail is due.
async fn mailed(test: &TestSchool) -> Vec<String> {
    test.turn(SignedDuration::from_mins(6));
    let mut to = Vec::new();
    for mail in test.school.due_mail().await.unwrap() {
        to.push(mail.to.clone());
        test.school.mail_sent(&mail).await.unwrap();
    }
    to
}

async fn leaves(test: &TestSchool, who: &str) -> PersonId {
    let person = test.id(who).await;
    test.school.mark_leaver(&test.actor("hal").await, MarkLeaver { person }).await.expect("they are here");
    person
}

async fn loans(test: &TestSchool, who: &str) -> RegisterPage {
    let page = test.school.register(&test.actor(who).await, &lending(), "loans", ListQuery::default()).await;
    page.expect("they read the register")
}

async fn checks(test: &TestSchool, who: &str, finding: &str) -> Result<(), CheckRegisterError> {
    checks_after(test, who, finding, last_check(test).await).await
}

/// When the loans were checked last.
async fn last_check(test: &TestSchool) -> Option<Timestamp> {
    loans(test, "ivy").await.checks.expect("she keeps it").last.first().map(|check| check.at)
}

/// A check by a form that was shown when the loans had been checked last at a moment.
async fn checks_after(
    test: &TestSchool,
    who: &str,
    finding: &str,
    after: Option<Timestamp>,
) -> Result<(), CheckRegisterError> {
    let (policy, register, finding) = (lending(), "loans".to_owned(), finding.to_owned());
    let input = CheckRegister { policy, register, finding, after };
    test.school.check_register(&test.actor(who).await, input).await
}

async fn is_in_step(test: &TestSchool) {
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn a_register_is_checked_as_often_as_its_clause_says_and_those_who_keep_it_are_told() {
    let test = school().await;
    enters(&test, "ivy", "loans", &[("item", "Laptop 12"), ("holder", "tom")]).await;
    assert!(tasks(&test, "ivy").await.is_empty());
    let before = loans(&test, "ivy").await.checks.expect("she keeps it");
    assert_eq!((before.due.unwrap().to_string().as_str(), before.is_due), ("2026-08-12", false));

    test.clock.set("2026-08-12T09:00:00Z".parse().unwrap());
    assert_eq!(test.school.tick().await.unwrap().checks_due, 1);
    assert_eq!(mailed(&test).await, ["ivy@larkfield.example"]);
    assert_eq!(tasks(&test, "ivy").await, ["Check the register ‘What is lent to staff’"]);
    for other in ["hal", "dee", "tom"] {
        assert!(tasks(&test, other).await.is_empty(), "{other}");
        assert_eq!(checks(&test, other, "").await.unwrap_err().kind(), ErrorKind::Forbidden, "{other}");
    }
    assert_eq!(test.school.tick().await.unwrap().checks_due, 0, "once");

    checks(&test, "ivy", "Laptop 12 has a scratch.").await.unwrap();
    assert!(tasks(&test, "ivy").await.is_empty());
    let after = loans(&test, "ivy").await.checks.expect("she keeps it");
    assert_eq!((after.due.unwrap().to_string().as_str(), after.is_due), ("2026-11-12", false));
    let last = &after.last[0];
    assert_eq!(
        (last.by.as_str(), last.entries, last.finding.as_str()),
        ("Ivy Lanternfield", 1, "Laptop 12 has a scratch.")
    );

    // The next one is told anew, after a restart too.
    test.clock.set("2026-11-12T09:00:00Z".parse().unwrap());
    let (folder, clock) = (test.folder.clone(), TurnableClock::at("2026-11-12T09:00:00Z"));
    drop(test);
    let test = TestSchool::reopen(folder, clock, 2).await;
    assert_eq!(test.school.tick().await.unwrap().checks_due, 1);
    assert_eq!(tasks(&test, "ivy").await.len(), 1);
}

#[tokio::test]
async fn what_a_check_found_stands_in_no_ledger_and_is_bounded() {
    let test = school().await;
    checks(&test, "ivy", "A mistletoe was found.").await.unwrap();
    let ledger: String =
        sqlx::query_scalar("SELECT group_concat(details) FROM ledger").fetch_one(&test.database().await).await.unwrap();
    assert!(ledger.contains("loans") && !ledger.contains("mistletoe"));
    let long = "a".repeat(100_000);
    assert_eq!(checks(&test, "ivy", &long).await.unwrap_err().kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn those_who_keep_an_entry_are_reminded_of_its_day_and_anew_when_it_is_put_off() {
    let test = school().await;
    // Three quarters of the twenty days to the end of 31 May are over on 27 May.
    let loan = [("item", "Laptop 12"), ("holder", "tom"), ("until", "2026-05-31")];
    let entry = enters(&test, "ivy", "loans", &loan).await;
    test.turn(DAY * 14);
    assert_eq!(test.school.tick().await.unwrap().entries_due, 0);
    assert!(tasks(&test, "ivy").await.is_empty());

    test.turn(DAY);
    assert_eq!(test.school.tick().await.unwrap().entries_due, 1);
    is_in_step(&test).await;
    assert_eq!(tasks(&test, "ivy").await, ["See to ‘Laptop 12’"]);
    assert_eq!(tasks(&test, "tom").await, ["See to ‘Laptop 12’"], "he has it");
    assert!(tasks(&test, "fay").await.is_empty());
    let home = test.school.home(&test.actor("ivy").await).await.unwrap();
    let task = home.tasks.iter().find(|task| task.kind == TaskKind::SeeToEntry { entry }).unwrap();
    assert_eq!(task.status(test.school.now(), test.school.time_zone()), TaskStatus::Due);

    corrects(&test, "ivy", entry, &[("item", "Laptop 12"), ("holder", "tom"), ("until", "2026-07-31")]).await;
    assert!(tasks(&test, "ivy").await.is_empty());
    test.turn(DAY * 70);
    assert_eq!(test.school.tick().await.unwrap().entries_due, 1);
    assert_eq!(tasks(&test, "ivy").await, ["See to ‘Laptop 12’"]);

    let back = [("item", "Laptop 12"), ("holder", "tom"), ("until", "2026-07-31"), ("back", "2026-08-03")];
    corrects(&test, "ivy", entry, &back).await;
    for who in ["ivy", "tom"] {
        assert!(tasks(&test, who).await.is_empty(), "it is back");
    }
    is_in_step(&test).await;
}

#[tokio::test]
async fn what_a_leaver_has_is_called_in_until_it_is_back() {
    let test = school().await;
    let laptop = enters(&test, "ivy", "loans", &[("item", "Laptop 12"), ("holder", "tom")]).await;
    enters(&test, "ivy", "loans", &[("item", "Laptop 13"), ("holder", "fay")]).await;
    enters(&test, "ivy", "keys", &[("holder", "tom")]).await;
    enters(&test, "tom", "own-sites", &[("site", "chess club")]).await;
    assert!(tasks(&test, "ivy").await.is_empty());
    assert!(mailed(&test).await.is_empty());

    let tom = leaves(&test, "tom").await;
    is_in_step(&test).await;
    assert_eq!(mailed(&test).await, ["ivy@larkfield.example"]);
    let called =
        ["Give ‘chess club’ to somebody else", "Take Tom Kiteswell out of the register", "Take back ‘Laptop 12’"];
    assert_eq!(tasks(&test, "ivy").await, called);
    assert_eq!(tasks(&test, "dee").await, called[1..2], "she keeps the register of keys");
    assert!(tasks(&test, "hal").await.is_empty());

    // The leaver's page lists it for those who keep the registers, and for nobody else.
    for (who, sees) in [("ivy", 3), ("oli", 0)] {
        let page = test.school.person(&test.actor(who).await, tom).await.unwrap();
        assert_eq!(page.to_do.len(), sees, "{who}");
    }
    let entry = test.school.register_entry(&test.actor("ivy").await, laptop).await.unwrap();
    assert_eq!(entry.to_do.unwrap().title, called[2]);

    let back = [("item", "Laptop 12"), ("holder", "tom"), ("back", "2026-05-13")];
    corrects(&test, "ivy", laptop, &back).await;
    assert_eq!(tasks(&test, "ivy").await, called[..2]);
}

#[tokio::test]
async fn whoever_is_named_is_told_of_no_more_than_the_clause_shows() {
    let test = school().await;
    let asked =
        |told: &'static str| [("what", "A mistletoe"), ("whom", "tom"), ("until", "2026-05-13"), ("told", told)];
    let entry = enters(&test, "ivy", "asked", &asked("no")).await;
    test.turn(SignedDuration::from_hours(30));
    assert_eq!(test.school.tick().await.unwrap().entries_due, 1);
    assert!(tasks(&test, "tom").await.is_empty(), "he has not been told");
    let registers = test.school.registers(&test.actor("tom").await).await.unwrap();
    assert!(!registers.iter().any(|card| card.register == "asked"));

    corrects(&test, "ivy", entry, &asked("yes")).await;
    assert_eq!(tasks(&test, "tom").await, ["See to ‘What was asked of people’"], "not what it is");
    let page = test.school.register(&test.actor("tom").await, &lending(), "asked", ListQuery::default()).await.unwrap();
    assert_eq!(page.shown.unwrap().fields, ["Until"]);
}

#[tokio::test]
async fn a_day_that_is_renewed_counts_from_its_renewal_each_time() {
    let test = school().await;
    let loan = |until: &'static str| [("item", "Laptop 12"), ("holder", "tom"), ("until", until)];
    let entry = enters(&test, "ivy", "loans", &loan("2026-08-12")).await;
    for until in ["2026-11-12", "2027-02-12", "2027-05-12", "2027-08-12"] {
        test.turn(DAY * 91);
        assert_eq!(test.school.tick().await.unwrap().entries_due, 1, "{until}");
        assert!(tasks(&test, "ivy").await.contains(&"See to ‘Laptop 12’".to_owned()));
        corrects(&test, "ivy", entry, &loan(until)).await;
        assert!(!tasks(&test, "ivy").await.contains(&"See to ‘Laptop 12’".to_owned()), "{until}");
        assert_eq!(test.school.tick().await.unwrap().entries_due, 0, "{until}");
    }
}

#[tokio::test]
async fn who_is_left_to_keep_a_register_is_told_whoever_leaves_with_whom() {
    let test = school().await;
    enters(&test, "ivy", "loans", &[("item", "Laptop 12"), ("holder", "tom")]).await;
    test.import("username,name,audience,roles,mail\nhal,Hal Brackenwick,staff,headteacher;countersigner,hal@larkfield.example\n").await;
    leaves(&test, "ivy").await;
    leaves(&test, "tom").await;
    assert!(mailed(&test).await.contains(&"hal@larkfield.example".to_owned()), "nobody else keeps it");
    assert_eq!(tasks(&test, "hal").await, ["Take back ‘Laptop 12’"]);
    is_in_step(&test).await;
    // Somebody holds the role again: it is theirs.
    test.import("username,name,audience,roles\nian,Ian Jollybrook,staff,it-director;it-staff\n").await;
    assert!(tasks(&test, "hal").await.is_empty());
    assert_eq!(tasks(&test, "ian").await, ["Take back ‘Laptop 12’"]);
}

#[tokio::test]
async fn nothing_is_called_in_once_somebody_is_back() {
    let test = school().await;
    enters(&test, "ivy", "loans", &[("item", "Laptop 12"), ("holder", "tom")]).await;
    let tom = leaves(&test, "tom").await;
    test.school.bring_back(&test.actor("ian").await, tom).await.expect("she gives roles");
    assert!(tasks(&test, "ivy").await.is_empty());
    assert!(mailed(&test).await.is_empty());
    is_in_step(&test).await;
}

#[tokio::test]
async fn nobody_sees_to_what_they_have_themselves() {
    let test = school().await;
    // Ivy alone keeps the register, and has the laptop: it comes to whoever receives reports.
    let loan = [("item", "Laptop 12"), ("holder", "ivy"), ("until", "2026-05-13")];
    let entry = enters(&test, "ivy", "loans", &loan).await;
    test.turn(SignedDuration::from_hours(30));
    assert_eq!(test.school.tick().await.unwrap().entries_due, 1);
    let home = test.school.home(&test.actor("ivy").await).await.unwrap();
    let own = TaskKind::SeeToOwnEntry { policy: lending(), register: "loans".to_owned(), entry };
    assert_eq!(
        home.tasks.iter().map(|task| &task.kind).filter(|kind| is_of_registers(kind)).collect::<Vec<_>>(),
        [&own]
    );
    assert_eq!(tasks(&test, "hal").await, ["See to ‘Laptop 12’"]);
}

#[tokio::test]
async fn people_read_what_they_have_and_nothing_of_what_others_have() {
    let test = school().await;
    let laptop = enters(&test, "ivy", "loans", &[("item", "Laptop 12"), ("holder", "tom")]).await;
    enters(&test, "ivy", "loans", &[("item", "Laptop 13"), ("holder", "fay")]).await;
    let shown = async |who: &str| {
        let page = test.school.register(&test.actor(who).await, &lending(), "loans", ListQuery::default()).await;
        page.ok().and_then(|page| page.shown).map(|shown| shown.rows.rows)
    };
    assert_eq!(shown("tom").await, Some(vec![vec![("Item".to_owned(), "Laptop 12".to_owned())]]));
    assert_eq!((shown("dee").await, shown("ada").await), (None, None));
    let listed = async |who: &str| {
        test.school
            .registers(&test.actor(who).await)
            .await
            .is_ok_and(|all| all.iter().any(|card| card.register == "loans"))
    };
    assert!(listed("tom").await && !listed("dee").await);
    let entry = test.school.register_entry(&test.actor("tom").await, laptop).await;
    assert_eq!(entry.unwrap_err().kind(), ErrorKind::NotFound, "who wrote what of it is not theirs to read");

    corrects(&test, "ivy", laptop, &[("item", "Laptop 12"), ("holder", "tom"), ("back", "2026-05-12")]).await;
    assert_eq!(shown("tom").await, None, "it is back");
}

#[tokio::test]
async fn a_stocktake_says_what_nobody_has_seen_since_the_last_check() {
    let test = school().await;
    let mut ids = Vec::new();
    for item in ["Laptop 12", "Laptop 13"] {
        ids.push(enters(&test, "ivy", "loans", &[("item", item), ("holder", "tom")]).await);
    }
    enters(&test, "ivy", "loans", &[("item", "Laptop 14"), ("holder", "ivy")]).await;
    let ivy = test.actor("ivy").await;
    let unseen = async || {
        let stocktake = test.school.stocktake(&ivy, &lending(), "loans").await.expect("she checks it");
        assert_eq!(stocktake.total_unseen, stocktake.unseen.len() as u64);
        let mut names: Vec<String> = stocktake.unseen.into_iter().map(|line| line.name).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(unseen().await, ["Laptop 12", "Laptop 13"], "what she has herself, she does not see to");
    test.school.see_entry(&ivy, ids[0], None).await.unwrap();
    assert_eq!(unseen().await, ["Laptop 13"]);
    let history = test.school.register_entry(&ivy, ids[0]).await.unwrap().history;
    assert_eq!(history.iter().map(|line| line.what.as_str()).collect::<Vec<_>>(), ["wrote it", "saw it"]);

    checks(&test, "ivy", "Laptop 13 is missing.").await.unwrap();
    test.turn(DAY);
    assert_eq!(unseen().await, ["Laptop 12", "Laptop 13"], "the next check begins anew");

    for who in ["tom", "dee", "ada"] {
        let actor = test.actor(who).await;
        let refused = test.school.see_entry(&actor, ids[1], None).await.unwrap_err().kind();
        assert!(matches!(refused, ErrorKind::NotFound | ErrorKind::Forbidden), "{who}: {refused:?}");
        assert!(test.school.stocktake(&actor, &lending(), "loans").await.is_err(), "{who}");
    }
    let close = StepEntry { entry: ids[1], act: EntryAct::Close, reason: "It is lost".to_owned() };
    test.school.step_entry(&ivy, close).await.unwrap();
    assert_eq!(test.school.see_entry(&ivy, ids[1], None).await.unwrap_err().kind(), ErrorKind::Conflict);
    let key = enters(&test, "ivy", "keys", &[("holder", "tom")]).await;
    let unasked = test.school.see_entry(&ivy, key, None).await.unwrap_err().kind();
    assert_eq!(unasked, ErrorKind::Forbidden, "the clause asks for no checks of it");
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_check_and_notes_one_sighting() {
    let test = school().await;
    let entry = enters(&test, "ivy", "loans", &[("item", "Laptop 12"), ("holder", "tom")]).await;
    let ivy = test.actor("ivy").await;
    let seen = async || {
        let history = test.school.register_entry(&ivy, entry).await.unwrap().history;
        history.iter().filter(|line| line.what == "saw it").count()
    };
    for _ in 0..2 {
        checks_after(&test, "ivy", "All is well.", None).await.unwrap();
        test.school.see_entry(&ivy, entry, None).await.unwrap();
        test.turn(SignedDuration::from_secs(1));
    }
    assert_eq!((loans(&test, "ivy").await.checks.unwrap().last.len(), seen().await), (1, 1));
    checks_after(&test, "ivy", "All but one.", None).await.unwrap();
    assert_eq!(loans(&test, "ivy").await.checks.unwrap().last.len(), 2, "what was changed is another check");
    let shown = test.school.register_entry(&ivy, entry).await.unwrap().last_seen;
    test.school.see_entry(&ivy, entry, shown).await.unwrap();
    let after = last_check(&test).await;
    test.turn(SignedDuration::from_secs(1));
    checks_after(&test, "ivy", "All but one.", after).await.unwrap();
    assert_eq!((loans(&test, "ivy").await.checks.unwrap().last.len(), seen().await), (3, 2), "a form shown anew");
}

#[tokio::test]
async fn much_to_see_to_in_one_register_is_one_line_on_home_and_a_list_of_its_own() {
    let test = school().await;
    for number in 1..=10 {
        let (item, until) = (format!("Laptop {number}"), format!("2026-05-{}", 20 + number));
        enters(&test, "ivy", "loans", &[("item", &item), ("holder", "tom"), ("until", &until)]).await;
    }
    enters(&test, "ivy", "keys", &[("holder", "tom")]).await;
    test.turn(DAY * 30);
    test.school.tick().await.unwrap();
    assert_eq!(tasks(&test, "ivy").await.len(), 10, "ten are listed one by one");
    enters(&test, "ivy", "loans", &[("item", "Laptop 11"), ("holder", "fay"), ("until", "2026-06-01")]).await;
    leaves(&test, "tom").await;
    let tasks_of = async |who| tasks(&test, who).await.join("; ");
    let all = "See to 11 entries in ‘What is lent to staff’; Take Tom Kiteswell out of the register";
    assert_eq!(tasks_of("ivy").await, all);
    let ivy = test.actor("ivy").await;
    let counted = "SELECT count(*) FROM notices WHERE kind = 'entry-due' AND person = ? AND seen_at IS NULL";
    let unread = async || {
        let query = sqlx::query_scalar::<_, i64>(counted).bind(ivy.person().to_string());
        query.fetch_one(&test.database().await).await.unwrap()
    };
    assert!(unread().await > 10, "she was told of each, and of Tom's key");
    let list = async |query: ListQuery| {
        let (_, rows) = test.school.entries_to_see_to(&ivy, &lending(), "loans", &query).await.unwrap();
        rows.rows.into_iter().map(|(_, task)| task.title).collect::<Vec<_>>()
    };
    let all = list(ListQuery::default()).await;
    assert_eq!((all.len(), all.iter().filter(|title| title.starts_with("Take back")).count()), (11, 10));
    assert_eq!(unread().await, 1, "what the list shows she has read; the key is in another register");
    let search = "laptop 11".to_owned();
    assert_eq!(list(ListQuery { search, ..ListQuery::default() }).await, ["See to ‘Laptop 11’"]);
    assert_eq!(tasks(&test, "fay").await, ["See to ‘Laptop 11’"], "what somebody has is their own line");
    for (who, sees) in [("fay", None), ("dee", None), ("hal", Some(0))] {
        let actor = test.actor(who).await;
        let page = test.school.entries_to_see_to(&actor, &lending(), "loans", &ListQuery::default()).await;
        assert_eq!(page.ok().map(|(_, rows)| rows.total), sees, "{who}: no more than what is about all who keep it");
    }
}
