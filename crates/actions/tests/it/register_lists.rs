//! A list that is brought into a register: checked by the register's rules, entered whole or not at all.

use actions::{
    Actor, EntryStanding, ErrorKind, ImportEntries, ImportEntriesError, ImportFile, InstallPolicy, ListQuery,
    RegisterEntryLine, VerbError,
};
use domain::PolicyId;

use crate::register_upkeep::LENDING;
use crate::test_school::TestSchool;

const OWN_AND_WITNESSED: &str = r#"+++
id          = "keeping"
title       = "What we keep"
audiences   = ["staff"]
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
fields = { device = "text" }
second-person = ["dsl"]
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

## Trips {#trips}
A trip stands in a list.

```rule
[register]
id     = "trips"
title  = "Trips"
keeper = ["headteacher"]
fields = { what = "text", at = "date-time", pupils = "pupils", place = ["near", "far"], paid = "yes-no", lead = "person" }
refuse = { place = ["far"] }
later  = ["pupils"]
```

## Licences {#licences}
No more copies are in use than a licence is for.

```rule
[register]
id      = "licences"
title   = "Licences"
keeper  = ["headteacher"]
fields  = { program = "text", copies = "number", installed = "number" }
later   = ["installed"]
at-most = { installed = "copies" }
```
"#;

async fn school() -> TestSchool {
    let test = TestSchool::open().await;
    test.install("lending.md", LENDING).await;
    let policy = InstallPolicy { file_name: "keeping.md".to_owned(), text: OWN_AND_WITNESSED.to_owned() };
    test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    test
}

fn list(test: &TestSchool, policy: &str, register: &str, text: &str) -> ImportEntries {
    let file = ImportFile { name: "list.csv".to_owned(), bytes: text.as_bytes().to_vec() };
    let policy = PolicyId(policy.to_owned());
    ImportEntries { policy, register: register.to_owned(), file, id: test.school.new_entry_id() }
}

async fn entries(test: &TestSchool, who: &str, policy: &str, register: &str) -> Vec<RegisterEntryLine> {
    let (actor, query) = (test.actor(who).await, ListQuery { whole: true, ..ListQuery::default() });
    test.school
        .register(&actor, &PolicyId(policy.to_owned()), register, query)
        .await
        .expect("the register")
        .entries
        .rows
}

#[tokio::test]
async fn every_line_is_checked_by_the_registers_rules_and_nothing_is_entered_while_one_is_wrong() {
    let test = school().await;
    let hal = test.actor("hal").await;
    let text = "What,At,Pupils,Place,Paid,Lead,Colour\n\
                A walk,12 May 2026 at noon,Nobody Known,far,perhaps,Tom Kiteswell,green\n\
                ,2026-05-12 10:30,ada,near,yes,tom,\n\
                A fair,2026-05-12 10:30,,near,yes,Tom Kiteswell,blue\n";
    let input = list(&test, "keeping", "trips", text);
    let plan = test.school.entries_dry_run(&hal, &input).await.expect("it is read");
    let told: Vec<(u64, &str)> = plan.problems.iter().map(|problem| (problem.line, problem.column.as_str())).collect();
    assert_eq!(
        told,
        [(1, "Colour"), (2, "At"), (2, "Pupils"), (2, "Place"), (2, "Paid"), (3, "What")],
        "{:?}",
        plan.problems
    );
    assert!(plan.problems[3].message.contains("can’t be ‘far’: the clause lets no such entry"), "{:?}", plan.problems);
    assert!(plan.problems.iter().all(|problem| !problem.mend.is_empty()), "{:?}", plan.problems);
    let Err(ImportEntriesError::Problems { problems }) = test.school.import_entries(&hal, input).await else {
        panic!("it is refused")
    };
    assert_eq!(problems, plan.problems);
    assert!(entries(&test, "hal", "keeping", "trips").await.is_empty());
}

#[tokio::test]
async fn how_many_are_in_use_is_left_out_of_a_list_only_where_the_register_says_it_itself() {
    let test = school().await;
    let hal = test.actor("hal").await;
    let told = async |register: &str, text: &str| {
        let input = list(&test, "keeping", register, text);
        let plan = test.school.entries_dry_run(&hal, &input).await.expect("it is read");
        plan.problems.into_iter().map(|problem| (problem.line, problem.message, problem.mend)).collect::<Vec<_>>()
    };
    assert_eq!(told("licences", "Program,Copies,Installed,In use\nA quiz,5,3,3 of 5\nA game,5,,\n").await, []);
    let no_field = |fields: &str| {
        let (message, mend) =
            ("the register has no field ‘In use’", format!("take it out, or name it one of {fields}"));
        [(1_u64, message.to_owned(), mend)]
    };
    let typed = told("licences", "Program,Copies,In use\nA quiz,30,31\n").await;
    assert_eq!(typed, no_field("Program, Copies, Installed"), "a number that somebody typed is not dropped");
    let uncounted = "What,At,Pupils,Place,Paid,Lead,In use\nA walk,2026-05-12 10:30,,near,yes,tom,3 of 5\n";
    assert_eq!(told("trips", uncounted).await, no_field("What, At, Pupils, Place, Paid, Lead"));
    let too_many = told("licences", "Program,Copies,Installed\nA quiz,30,31\n").await;
    let [(2, message, mend)] = &too_many[..] else { panic!("{too_many:?}") };
    assert!(message.starts_with("‘Installed’ can’t be 31 while ‘Copies’ is 30"), "{message}");
    assert_eq!(mend, "lower it, or raise ‘Copies’");
}

#[tokio::test]
async fn a_sound_list_is_entered_by_whoever_brings_it_in_once_and_each_entry_stands_in_the_ledger() {
    let test = school().await;
    let ivy = test.actor("ivy").await;
    let text = "Item,Holder,Until,Back,State\r\nA laptop,Tom Kiteswell,12/06/2026,,Holds\r\n\
                A camera,dee,2026-06-13,,Holds\r\nAn old tablet,dee,2026-01-13,2026-01-14,Closed\r\n,,,,\r\n";
    let input = list(&test, "lending", "loans", text);
    let plan = test.school.entries_dry_run(&ivy, &input).await.expect("it is read");
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    assert_eq!((plan.entries.len(), plan.left_out), (2, 1));
    assert!(entries(&test, "ivy", "lending", "loans").await.is_empty(), "looking enters nothing");
    for _ in 0..2 {
        assert_eq!(test.school.import_entries(&ivy, input.clone()).await.expect("it is entered"), 2);
    }
    let lines = entries(&test, "ivy", "lending", "loans").await;
    let says = |line: &RegisterEntryLine| line.answers.iter().map(|(_, words)| words.clone()).collect::<Vec<_>>();
    let mut said: Vec<Vec<String>> = lines.iter().map(says).collect();
    said.sort();
    assert_eq!(said, [["A camera", "Dee Inkermoss", "13 June 2026"], ["A laptop", "Tom Kiteswell", "12 June 2026"]]);
    assert!(lines.iter().all(|line| line.written_by.username == "ivy" && line.standing == EntryStanding::Holds));
    let hal = test.actor("hal").await;
    let ledger = test.school.ledger(&hal, ListQuery::default()).await.expect("the ledger");
    let text = serde_json::to_string(&ledger.rows.iter().map(|row| &row.details).collect::<Vec<_>>()).expect("json");
    assert_eq!(text.matches("\"loans\"").count(), 2, "{text}");
    assert!(!text.contains("laptop") && !text.contains("Kiteswell"), "{text}");
    let again = ImportEntries { id: test.school.new_entry_id(), ..input };
    assert_eq!(test.school.import_entries(&ivy, again).await.expect("another list"), 2);
    assert_eq!(entries(&test, "ivy", "lending", "loans").await.len(), 4);
}

#[tokio::test]
async fn a_name_that_two_people_have_is_asked_about() {
    let test = school().await;
    test.import("username,name,audience\ntom2,Tom Kiteswell,staff\n").await;
    let ivy = test.actor("ivy").await;
    let input = list(&test, "lending", "loans", "item,holder\nA laptop,Tom Kiteswell\nA camera,tom2\n");
    let plan = test.school.entries_dry_run(&ivy, &input).await.expect("it is read");
    let [problem] = &plan.problems[..] else { panic!("{:?}", plan.problems) };
    assert_eq!((problem.line, problem.column.as_str()), (2, "Holder"));
    assert!(problem.message.contains("Several people are called ‘Tom Kiteswell’"), "{problem:?}");
}

#[tokio::test]
async fn a_list_is_for_those_who_may_write_and_no_longer_than_the_school_lets_it_be() {
    let test = school().await;
    let loans = "item,holder\nA laptop,tom\n";
    let refused = async |who: &str, register: (&str, &str), text: &str| {
        let (actor, input) = (test.actor(who).await, list(&test, register.0, register.1, text));
        let looked = test.school.entries_dry_run(&actor, &input).await.err().map(|error| error.kind());
        let entered = test.school.import_entries(&actor, input).await.err().map(|error| error.kind());
        assert_eq!(looked, entered, "looking and entering are refused alike");
        entered
    };
    assert_eq!(refused("tom", ("lending", "loans"), loans).await, Some(ErrorKind::Forbidden));
    assert_eq!(refused("ada", ("lending", "loans"), loans).await, Some(ErrorKind::Forbidden));
    assert_eq!(refused("ivy", ("lending", "none"), loans).await, Some(ErrorKind::NotFound));
    assert_eq!(refused("hal", ("keeping", "searches"), "device\nA phone\n").await, Some(ErrorKind::Conflict));
    assert_eq!(refused("tom", ("keeping", "known"), "whom\nA cousin\n").await, Some(ErrorKind::Conflict));
    assert_eq!(refused("ivy", ("lending", "loans"), "item,holder\n").await, Some(ErrorKind::Invalid));
    let most = actions::PeopleSettings::default().entries_at_once;
    let long = |rows: u32| format!("item,holder\n{}", "A laptop,tom\n".repeat(rows as usize));
    assert_eq!(refused("ivy", ("lending", "loans"), &long(most + 1)).await, Some(ErrorKind::Invalid));
    let ivy = test.actor("ivy").await;
    let plan =
        test.school.entries_dry_run(&ivy, &list(&test, "lending", "loans", &long(most))).await.expect("it is read");
    assert_eq!(plan.entries.len(), most as usize);
}

#[tokio::test]
async fn a_list_sent_under_anothers_identifier_is_entered_all_the_same() {
    let test = school().await;
    let (ivy, hal) = (test.actor("ivy").await, test.actor("hal").await);
    let loans = list(&test, "lending", "loans", "item,holder\nA laptop,tom\n");
    test.school.import_entries(&ivy, loans.clone()).await.expect("it is entered");
    let trips = list(&test, "keeping", "trips", "What,At,Place,Paid,Lead\nA walk,2026-05-12 10:30,near,no,tom\n");
    test.school.import_entries(&hal, ImportEntries { id: loans.id, ..trips }).await.expect("it is entered");
    assert_eq!(entries(&test, "hal", "keeping", "trips").await.len(), 1);
    assert_eq!(entries(&test, "ivy", "lending", "loans").await.len(), 1);
}
