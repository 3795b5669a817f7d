//! What somebody who manages people can't do for themselves: come to decide requests, or act as somebody who does.

use actions::{Actor, ErrorKind, ImportFile, ImportPeople, Invite, LeftBy, MarkLeaver, SetParticulars, VerbError};
use domain::{PersonId, Roles};

use crate::test_school::TestSchool;

fn files(people: &str) -> Vec<ImportFile> {
    vec![ImportFile { name: "people.csv".to_owned(), bytes: people.as_bytes().to_vec() }]
}

pub fn nothing(person: PersonId) -> SetParticulars {
    SetParticulars {
        person,
        manager: String::new(),
        born: String::new(),
        hours: String::new(),
        teaches: String::new(),
        absent_from: String::new(),
        absent_until: String::new(),
        stand_in: String::new(),
        leaving_date: String::new(),
    }
}

/// Where problems were found: line and column.
async fn problems(test: &TestSchool, actor: &Actor, list: &str) -> Vec<(u64, String)> {
    let plan = test.school.import_dry_run(actor, &files(list)).await.expect("they may import");
    plan.problems.into_iter().map(|problem| (problem.line, problem.column)).collect()
}

/// A school with somebody who manages and imports people and gives no roles.
async fn with_a_registrar() -> (TestSchool, Actor) {
    let test = TestSchool::open().await;
    let registrar = "\n[[role]]\nname = \"registrar\"\ntitle = \"Registrar\"\nmay-hold = [\"staff\"]\n\
        duties = [\"see-people\", \"manage-people\", \"import-people\"]\n";
    let roles = [Roles::ready().to_toml(), registrar.to_owned()].concat();
    test.school.import_roles(&Actor::operator(), &roles).await.expect("the roles are sound");
    test.import("username,name,audience,roles\nreg,Reg Plumstead,staff,registrar\n").await;
    let reg = test.actor("reg").await;
    (test, reg)
}

#[tokio::test]
async fn nobody_sets_what_makes_a_decider_for_themselves_or_names_themselves() {
    let test = TestSchool::open().await;
    for username in ["oli", "sam"] {
        let actor = test.actor(username).await;
        let own = nothing(actor.person());
        let other = nothing(test.id("vic").await);
        let text = |text: &str| text.to_owned();
        for refused in [
            SetParticulars { manager: text("vic"), ..own.clone() },
            SetParticulars { teaches: text("9B"), ..own.clone() },
            SetParticulars { hours: text("mon-fri 06:00-23:00"), ..own.clone() },
            SetParticulars { absent_from: text("2026-05-12"), absent_until: text("2026-05-12"), ..own },
            SetParticulars { manager: text(username), ..other.clone() },
            SetParticulars {
                absent_from: text("2026-05-12"),
                absent_until: text("2026-05-12"),
                stand_in: text(username),
                ..other
            },
        ] {
            let error = test.school.set_particulars(&actor, refused.clone()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Forbidden, "{refused:?}: {error}");
        }
    }
    let sam = test.actor("sam").await;
    let list = "username,name,audience,groups,roles,manager,teaches,hours,stand-in,absent-from,absent-until\n\
        sam,Sam Zephyrstone,staff,9B,system-manager,,,,,,\n\
        tom,Tom Kiteswell,staff,9B;science,subject-teacher;teacher,sam,,,,,\n\
        vic,Vic Umberlight,visitor,,,,,,sam,2026-05-12,2026-05-12\n";
    let expected = [(2, "groups"), (3, "manager"), (4, "stand-in")].map(|(line, column)| (line, column.to_owned()));
    assert_eq!(problems(&test, &sam, list).await, expected);
    for (column, own) in [("teaches", "9B"), ("manager", "hal"), ("hours", "mon-fri 06:00-23:00")] {
        let list = format!("username,name,audience,roles,{column}\nsam,Sam Zephyrstone,staff,system-manager,{own}\n");
        assert_eq!(problems(&test, &sam, &list).await, [(2, column.to_owned())]);
    }
    let other = "username,name,audience,groups,roles,manager,teaches\n\
        tom,Tom Kiteswell,staff,9B;science,subject-teacher;teacher,hal,9B\n";
    assert_eq!(problems(&test, &sam, other).await, [], "as a school brings it in each September");
}

#[tokio::test]
async fn whoever_gives_no_roles_invites_nobody_who_decides_by_a_class_or_as_a_manager() {
    let test = TestSchool::open().await;
    let (oli, sam, vic) = (test.actor("oli").await, test.actor("sam").await, test.id("vic").await);
    let teaching = SetParticulars { teaches: "9B".to_owned(), ..nothing(vic) };
    let managed = SetParticulars { manager: "vic".to_owned(), ..nothing(test.id("ben").await) };
    for decider in [&teaching, &managed] {
        let refused = test.school.set_particulars(&oli, decider.clone()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Forbidden, "the office could act as whom it invites");
    }
    test.school.invite(&oli, Invite { person: vic }).await.expect("a visitor decides nothing");
    test.school.set_particulars(&sam, teaching).await.unwrap();
    assert_eq!(test.school.invite(&oli, Invite { person: vic }).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert!(!test.school.person(&oli, vic).await.unwrap().may.invite, "nothing is offered that is refused");
    test.school.set_particulars(&sam, nothing(vic)).await.unwrap();
    test.school.set_particulars(&sam, managed).await.unwrap();
    assert_eq!(test.school.invite(&oli, Invite { person: vic }).await.unwrap_err().kind(), ErrorKind::Forbidden);
    test.school
        .invite(&oli, Invite { person: test.id("pat").await })
        .await
        .expect("a parent is no decider of the school");
}

#[tokio::test]
async fn a_list_gives_no_roles_for_somebody_who_gives_none() {
    let (test, reg) = with_a_registrar().await;
    let list = "username,name,audience,groups,roles,password\n\
        vic,Vic Umberlight,staff,,subject-teacher,\n\
        una,Una Whistlepond,staff,,,marble-saddle-tunnel\n\
        uli,Uli Whistlepond,pupil,9C,,marble-saddle-tunnel\n";
    let expected = [(2, "roles".to_owned()), (3, "password".to_owned())];
    assert_eq!(problems(&test, &reg, list).await, expected);
    assert_eq!(problems(&test, &test.actor("sam").await, list).await, []);
    let deciders = "username,name,audience,groups,roles,manager,teaches\n\
        vic,Vic Umberlight,visitor,,,,9B\n\
        tom,Tom Kiteswell,staff,9B;science,subject-teacher;teacher,vic,\n";
    let expected = [(2, "teaches".to_owned()), (3, "manager".to_owned())];
    assert_eq!(problems(&test, &reg, deciders).await, expected, "whoever manages or teaches decides by it");
}

#[tokio::test]
async fn a_leaver_who_holds_roles_is_brought_back_by_those_who_give_roles_alone() {
    let (test, reg) = with_a_registrar().await;
    let tom = test.id("tom").await;
    let without = crate::test_school::PEOPLE.lines().filter(|line| !line.starts_with("tom,"));
    let without = without.chain(["reg,Reg Plumstead,staff,,registrar,,,"]).collect::<Vec<_>>().join("\n");
    let input = || ImportPeople {
        files: files(&without),
        digest: None,
        mark_missing_as_leavers: true,
        leavers_confirmed: None,
    };
    assert_eq!(test.school.import_people(&Actor::operator(), input()).await.unwrap().left, 1);
    let listed = "username,name,audience,groups\ntom,Tom Kiteswell,staff,9B;science\n";
    assert_eq!(problems(&test, &reg, listed).await, [(2, "roles".to_owned())]);
    assert_eq!(test.school.undo_leavers(&reg, LeftBy::LastImport).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(test.school.bring_back(&reg, tom).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert!(!test.school.person(&reg, tom).await.unwrap().may.bring_back, "it is not offered either");
    assert!(test.school.person(&test.actor("sam").await, tom).await.unwrap().may.bring_back);
    assert_eq!(test.school.undo_leavers(&test.actor("sam").await, LeftBy::LastImport).await.unwrap(), 1);
    let sam = test.actor("sam").await;
    test.school.mark_leaver(&sam, MarkLeaver { person: tom }).await.unwrap();
    assert_eq!(problems(&test, &sam, listed).await, []);
}

#[tokio::test]
async fn a_line_manager_who_has_left_stays_on_record_when_the_office_sets_something_else() {
    let test = TestSchool::open().await;
    let (oli, sam, tom) = (test.actor("oli").await, test.actor("sam").await, test.id("tom").await);
    let managed = SetParticulars { manager: "vic".to_owned(), ..nothing(tom) };
    test.school.set_particulars(&sam, managed.clone()).await.unwrap();
    let person = test.id("vic").await;
    test.school.mark_leaver(&sam, MarkLeaver { person }).await.unwrap();
    let hours = SetParticulars { hours: "mon-fri 08:30-16:00".to_owned(), ..managed };
    test.school.set_particulars(&oli, hours).await.expect("nothing else is changed");
}
