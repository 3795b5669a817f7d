use actions::{
    Actor, AddPerson, EditPerson, ErrorKind, Format, ImportError, ImportFile, ImportPeople, Invite, MarkLeaver,
    PeopleQuery, SetParticulars, VerbError,
};
use domain::{Audience, Group, PersonStatus, Role};
use testkit::role;

use crate::test_school::{PEOPLE, TestSchool};

pub fn files(people: &str) -> Vec<ImportFile> {
    vec![ImportFile { name: "people.csv".to_owned(), bytes: people.as_bytes().to_vec() }]
}

#[tokio::test]
async fn a_dry_run_names_every_problem_with_its_line_and_writes_nothing() {
    let test = TestSchool::empty().await;
    let list = "username,name,audience,groups,roles,mail,children,password\n\
        good,Good Person,pupil,9B,,,,\n\
        ,No Username,pupil,,,,,\n\
        two words,Bad Username,pupil,,,,,\n\
        good,Twice Here,pupil,,,,,\n\
        noname,,pupil,,,,,\n\
        puppy,Wrong Audience,puppil,,,,,\n\
        rolly,Wrong Role,staff,,headteecher,,,\n\
        maily,Wrong Mail,staff,,,nowhere,,\n\
        parent,Wrong Child,parent,,,,nobody,\n\
        weak,Weak Password,pupil,,,,,short\n";
    let plan = test.school.import_dry_run(&Actor::operator(), &files(list)).await.unwrap();
    let found: Vec<(u64, &str)> = plan.problems.iter().map(|problem| (problem.line, problem.column.as_str())).collect();
    let expected = [
        (3, "username"),
        (4, "username"),
        (5, "username"),
        (6, "name"),
        (7, "audience"),
        (8, "roles"),
        (9, "mail"),
        (10, "children"),
        (11, "password"),
    ];
    assert_eq!(found, expected, "{:#?}", plan.problems);
    assert!(plan.problems.iter().all(|problem| !problem.mend.is_empty() && problem.file == "people.csv"));
    let input =
        ImportPeople { files: files(list), digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
    let refused = test.school.import_people(&Actor::operator(), input).await.unwrap_err();
    assert!(matches!(refused, ImportError::Problems { problems } if problems.len() == 9));
    assert_eq!(test.ledger().await, 0);
}

#[tokio::test]
async fn a_list_with_windows_line_ends_is_counted_as_a_spreadsheet_counts_it() {
    let test = TestSchool::empty().await;
    let list =
        "username,name,audience,children\npip,Pip Fernhaven,pupil,\n\ngood,\"Good\nPerson\",pupil,\nbad,,pupil,\n";
    for list in [list.to_owned(), list.replace('\n', "\r\n"), format!("\u{feff}{}", list.replace('\n', "\r\n"))] {
        let plan = test.school.import_dry_run(&Actor::operator(), &files(&list)).await.unwrap();
        let found: Vec<_> = plan.problems.iter().map(|problem| (problem.line, problem.column.as_str())).collect();
        assert_eq!(found, [(4, "name"), (6, "name")], "{:#?}", plan.problems);
    }
    let latin =
        ImportFile { name: "people.csv".to_owned(), bytes: b"username,name,audience\r\nzoe,Zo\xeb,pupil\r\n".to_vec() };
    let plan = test.school.import_dry_run(&Actor::operator(), &[latin]).await.unwrap();
    assert_eq!((plan.problems[0].line, plan.problems[0].message.as_str()), (2, "this line is not in UTF-8"));
}

#[tokio::test]
async fn nobody_answers_for_somebody_who_is_no_pupil_and_no_name_hides_a_character() {
    let test = TestSchool::open().await;
    let list = "username,name,audience,children\npax,Pax Plumstead,parent,tom;una;ada\nuna,Una Whistlepond,staff,\n\
                izy,Izy\u{202e}Wren,staff,\n";
    let plan = test.school.import_dry_run(&Actor::operator(), &files(list)).await.unwrap();
    let found: Vec<_> = plan.problems.iter().map(|problem| (problem.line, problem.column.as_str())).collect();
    assert_eq!(found, [(2, "children"), (2, "children"), (4, "name")], "{:#?}", plan.problems);
    let hidden = AddPerson {
        username: "izy".to_owned(),
        name: "Izy\u{200b} Wren".to_owned(),
        mail: None,
        audience: Audience::Volunteer,
        groups: Vec::new(),
        roles: Vec::new(),
        children: Vec::new(),
    };
    assert_eq!(test.school.add_person(&test.actor("oli").await, hidden).await.unwrap_err().field(), Some("name"));
}

#[tokio::test]
async fn a_manager_a_birth_date_and_an_absence_are_brought_in_and_stay_where_a_list_is_silent() {
    let test = TestSchool::open().await;
    let wrong = "username,name,audience,manager,born,absent-from,absent-until,stand-in\n\
        a,A Example,staff,nobody,,,,\n\
        b,B Example,staff,b,,,,\n\
        c,C Example,staff,,14.5.2012,,,\n\
        d,D Example,staff,,,2026-05-13,2026-05-12,\n\
        e,E Example,staff,,,2026-05-13,,\n\
        f,F Example,staff,,,,2026-05-13,\n\
        g,G Example,staff,,,,,a\n";
    let plan = test.school.import_dry_run(&Actor::operator(), &files(wrong)).await.unwrap();
    let found: Vec<(u64, &str)> = plan.problems.iter().map(|problem| (problem.line, problem.column.as_str())).collect();
    let expected = [
        (2, "manager"),
        (3, "manager"),
        (4, "born"),
        (5, "absent-until"),
        (6, "absent-until"),
        (7, "absent-from"),
        (8, "stand-in"),
    ];
    assert_eq!(found, expected, "{:#?}", plan.problems);
    // The manager stands below on the same list, and is new.
    let list = "username,name,audience,manager,born,absent-from,absent-until,stand-in\n\
        ben,Ben Quillfeather,pupil,,2012-05-12,,,\n\
        una,Una Whistlepond,staff,zoe,,2026-05-11,2026-05-13,zoe\n\
        zoe,Zoe Tumblebrook,staff,,,,,\n";
    test.import(list).await;
    test.import("username,name,audience\nuna,Una Again,staff\n").await;
    let oli = test.actor("oli").await;
    let known = test.school.person(&oli, test.id("una").await).await.unwrap().particulars.unwrap();
    assert_eq!(known.manager.unwrap().username, "zoe");
    assert_eq!(known.absence.unwrap().stand_in.unwrap().username, "zoe");
    let ben = test.school.person(&oli, test.id("ben").await).await.unwrap().particulars.unwrap();
    assert_eq!(ben.age, Some(14), "today is the birthday");
    let own = test.school.person(&test.actor("ben").await, test.id("ben").await).await.unwrap();
    assert!(own.particulars.is_none(), "it is shown to those who manage people");
    test.import("username,name,audience,manager\nuna,Una Again,staff,\n").await;
    let known = test.school.person(&oli, test.id("una").await).await.unwrap().particulars.unwrap();
    assert!(known.manager.is_none() && known.absence.is_some());
}

#[tokio::test]
async fn working_hours_classes_and_a_leaving_date_are_brought_in_and_stay_where_a_list_is_silent() {
    let test = TestSchool::open().await;
    let wrong = "username,name,audience,hours,leaving-date\n\
        a,A Example,staff,mornings,\n\
        b,B Example,staff,mon 9am-12:00,\n\
        c,C Example,staff,,2026-05-11\n\
        d,D Example,staff,,next summer\n";
    let plan = test.school.import_dry_run(&Actor::operator(), &files(wrong)).await.unwrap();
    let found: Vec<(u64, &str)> = plan.problems.iter().map(|problem| (problem.line, problem.column.as_str())).collect();
    assert_eq!(found, [(2, "hours"), (3, "hours"), (4, "leaving-date"), (5, "leaving-date")], "{:#?}", plan.problems);
    let list = "username,name,audience,hours,teaches,leaving-date\n\
        una,Una Whistlepond,staff,mon-thu 08:30-16:00; fri 08:30-12:00,5C;5B;5C,2026-07-21\n";
    test.import(list).await;
    test.import("username,name,audience\nuna,Una Again,staff\n").await;
    let oli = test.actor("oli").await;
    let una = test.id("una").await;
    let known = test.school.person(&oli, una).await.unwrap().particulars.unwrap();
    assert_eq!(known.hours.to_string(), "mon-thu 08:30-16:00; fri 08:30-12:00");
    assert_eq!(known.teaches, [Group("5B".to_owned()), Group("5C".to_owned())]);
    assert_eq!(known.leaving_date.unwrap().to_string(), "2026-07-21");
    test.import("username,name,audience,hours,teaches,leaving-date\nuna,Una Again,staff,,,\n").await;
    let known = test.school.person(&oli, una).await.unwrap().particulars.unwrap();
    assert!(known.hours.is_empty() && known.teaches.is_empty() && known.leaving_date.is_none());
}

#[tokio::test]
async fn an_absence_and_a_stand_in_are_set_by_those_who_give_roles_and_by_nobody_for_themselves() {
    let test = TestSchool::open().await;
    let tom = test.id("tom").await;
    let set = |born: &str, stand_in: &str| SetParticulars {
        person: tom,
        manager: "hal".to_owned(),
        born: born.to_owned(),
        hours: String::new(),
        teaches: String::new(),
        absent_from: "2026-05-11".to_owned(),
        absent_until: "2026-05-13".to_owned(),
        stand_in: stand_in.to_owned(),
        leaving_date: String::new(),
    };
    let (oli, sam) = (test.actor("oli").await, test.actor("sam").await);
    let wrong = test.school.set_particulars(&oli, set("31 May", "")).await.unwrap_err();
    assert_eq!(wrong.field(), Some("born"), "{wrong}");
    assert_eq!(test.school.set_particulars(&oli, set("", "")).await.unwrap_err().kind(), ErrorKind::Forbidden);
    test.school.set_particulars(&sam, set("", "")).await.unwrap();
    test.school.set_particulars(&oli, set("1990-05-31", "")).await.expect("the absence stays as it is");
    assert_eq!(test.school.set_particulars(&oli, set("", "ivy")).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(test.school.set_particulars(&sam, set("", "sam")).await.unwrap_err().kind(), ErrorKind::Forbidden);
    test.school.set_particulars(&sam, set("", "ivy")).await.unwrap();
    let known = test.school.person(&oli, tom).await.unwrap().particulars.unwrap();
    assert_eq!((known.born, known.manager.unwrap().username.as_str()), (None, "hal"));
    assert_eq!(known.absence.unwrap().stand_in.unwrap().username, "ivy");
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    let pupil = test.actor("ada").await;
    assert_eq!(test.school.set_particulars(&pupil, set("", "")).await.unwrap_err().kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn an_import_does_what_its_dry_run_said_and_the_second_time_nothing() {
    let test = TestSchool::empty().await;
    let operator = Actor::operator();
    let plan = test.school.import_dry_run(&operator, &files(PEOPLE)).await.unwrap();
    assert_eq!((plan.format, plan.new.len(), plan.problems.len()), (Format::Plain, 15, 0));
    let input =
        |digest| ImportPeople { files: files(PEOPLE), digest, mark_missing_as_leavers: false, leavers_confirmed: None };
    let done = test.school.import_people(&operator, input(Some(plan.digest.clone()))).await.unwrap();
    assert_eq!((done.new, done.changed, done.unchanged), (15, 0, 0));
    assert_eq!(test.actor("pat").await.children().len(), 2);
    let late = test.school.import_people(&operator, input(Some(plan.digest))).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Conflict, "the plan was for other records");
    let again = test.school.import_people(&operator, input(None)).await.unwrap();
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 15));
}

#[tokio::test]
async fn a_oneroster_folder_brings_classes_and_parents() {
    let test = TestSchool::empty().await;
    let file = |name: &str, text: &str| ImportFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
    let files = vec![
        file(
            "users.csv",
            "sourcedId,status,enabledUser,role,username,givenName,familyName,email,agentSourcedIds,grades\n\
             u1,active,true,student,ada,Ada,Fernhaven,,u3,09\n\
             u2,active,true,teacher,tom,Tom,Kiteswell,tom@larkfield.example,,\n\
             u3,active,true,guardian,pat,Pat,Fernhaven,,,\n\
             u4,tobedeleted,true,student,old,Old,Pupil,,,\n",
        ),
        file("classes.csv", "sourcedId,status,title,classCode\nc1,active,Science 9B,9B\n"),
        file(
            "enrollments.csv",
            "sourcedId,status,classSourcedId,userSourcedId,role\ne1,active,c1,u1,student\ne2,active,c1,u2,teacher\n",
        ),
    ];
    let operator = Actor::operator();
    let plan = test.school.import_dry_run(&operator, &files).await.unwrap();
    assert_eq!((plan.format, plan.new.len()), (Format::OneRoster, 3), "{:?}", plan.problems);
    let input = ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
    test.school.import_people(&operator, input).await.unwrap();
    let ada = test.actor("ada").await;
    assert_eq!(ada.groups(), [Group("9B".to_owned()), Group("year-09".to_owned())]);
    assert_eq!(test.actor("pat").await.children(), [ada.person()]);
    assert_eq!(test.actor("tom").await.audience(), Audience::Staff);
    assert_eq!(test.actor("tom").await.teaches(), [Group("9B".to_owned())]);
    assert!(ada.teaches().is_empty(), "a pupil of the class teaches nobody");
}

#[tokio::test]
async fn the_sample_school_of_1200_people_comes_in_whole() {
    let test = TestSchool::empty().await;
    test.import(&testkit::sample_school()).await;
    assert_eq!(test.directory().len(), 1200);
    assert_eq!(test.ledger().await, 1201);
    let head = test.actor("head").await;
    let query = PeopleQuery { group: Some(Group("5B".to_owned())), ..PeopleQuery::default() };
    assert_eq!(test.school.people(&head, query).await.unwrap().total, 19);
}

#[tokio::test]
async fn the_office_edits_people_and_administrators_alone_change_roles_and_never_their_own() {
    let test = TestSchool::open().await;
    let edit = |actor: &Actor, roles: Vec<Role>| EditPerson {
        person: actor.person(),
        name: format!("{} Again", actor.name()),
        mail: None,
        audience: actor.audience(),
        groups: actor.groups().to_vec(),
        roles,
        children: Vec::new(),
    };
    let (oli, sam, tom) = (test.actor("oli").await, test.actor("sam").await, test.actor("tom").await);
    let kept: Vec<Role> = tom.roles().iter().collect();
    let page = test.school.edit_person(&oli, edit(&tom, kept)).await.unwrap();
    assert_eq!(page.line.name, "Tom Kiteswell Again");
    let refused = test.school.edit_person(&oli, edit(&tom, vec![role("headteacher")])).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
    test.school.edit_person(&sam, edit(&tom, vec![role("it-staff")])).await.unwrap();
    assert!(test.actor("tom").await.holds(role("it-staff")));
    let own = test.school.edit_person(&sam, edit(&sam, vec![role("headteacher")])).await.unwrap_err();
    assert_eq!(own.kind(), ErrorKind::Forbidden);
    let nameless = EditPerson { name: " ".to_owned(), ..edit(&tom, vec![role("it-staff")]) };
    assert_eq!(test.school.edit_person(&sam, nameless).await.unwrap_err().field(), Some("name"));
}

#[tokio::test]
async fn a_new_person_has_a_username_of_their_own_and_the_gate_knows_them() {
    let test = TestSchool::open().await;
    let oli = test.actor("oli").await;
    let add = |username: &str, roles: Vec<Role>| AddPerson {
        username: username.to_owned(),
        name: "Una Whistlepond".to_owned(),
        mail: None,
        audience: Audience::Volunteer,
        groups: Vec::new(),
        roles,
        children: Vec::new(),
    };
    let id = test.school.add_person(&oli, add("una", Vec::new())).await.unwrap();
    assert!(test.directory().member(id).is_some());
    assert_eq!(test.school.add_person(&oli, add("una", Vec::new())).await.unwrap_err().field(), Some("username"));
    assert_eq!(test.school.add_person(&oli, add("a b", Vec::new())).await.unwrap_err().field(), Some("username"));
    let roles = test.school.add_person(&oli, add("uma", vec![role("dsl")])).await.unwrap_err();
    assert_eq!(roles.kind(), ErrorKind::Forbidden);
    let page = test.school.person(&oli, id).await.unwrap();
    assert!(page.status == PersonStatus::Here && !page.has_password && page.may.invite);
}

#[tokio::test]
async fn the_office_neither_demotes_nor_dismisses_the_headteacher() {
    let test = TestSchool::open().await;
    let (oli, sam, hal) = (test.actor("oli").await, test.actor("sam").await, test.actor("hal").await);
    let edit = |audience, roles: Vec<Role>| EditPerson {
        person: hal.person(),
        name: hal.name().to_owned(),
        mail: None,
        audience,
        groups: Vec::new(),
        roles,
        children: Vec::new(),
    };
    let kept: Vec<Role> = hal.roles().iter().collect();
    for actor in [&oli, &sam] {
        let demoted = test.school.edit_person(actor, edit(Audience::Visitor, kept.clone())).await.unwrap_err();
        assert_eq!(demoted.kind(), ErrorKind::Forbidden, "{demoted}");
        let stripped = test.school.edit_person(actor, edit(Audience::Staff, Vec::new())).await.unwrap_err();
        assert_eq!(stripped.kind(), ErrorKind::Forbidden, "{stripped}");
        let dismissed = test.school.mark_leaver(actor, MarkLeaver { person: hal.person() }).await.unwrap_err();
        assert_eq!(dismissed.kind(), ErrorKind::Forbidden, "{dismissed}");
        assert!(test.school.invite(actor, Invite { person: hal.person() }).await.is_err(), "nor sets their password");
        let page = test.school.person(actor, hal.person()).await.unwrap();
        assert!(!page.may.edit && !page.may.mark_leaver && !page.may.invite, "nothing is offered that is refused");
    }
    let list = PEOPLE.lines().filter(|line| !line.starts_with("hal,")).collect::<Vec<_>>().join("\n");
    let input =
        ImportPeople { files: files(&list), digest: None, mark_missing_as_leavers: true, leavers_confirmed: None };
    let refused = test.school.import_people(&sam, input).await.unwrap_err();
    assert!(refused.to_string().contains("Hal Brackenwick"), "{refused}");
    let demoting = PEOPLE.replace("headteacher;countersigner", "countersigner");
    let plan = test.school.import_dry_run(&sam, &files(&demoting)).await.unwrap();
    assert_eq!((plan.problems.len(), plan.problems[0].line, plan.problems[0].column.as_str()), (1, 9, "roles"));
    let promoted = test.school.edit_person(&sam, EditPerson { person: oli.person(), ..edit(Audience::Staff, kept) });
    assert_eq!(promoted.await.unwrap_err().kind(), ErrorKind::Forbidden, "nobody gives a duty that they lack");
    assert!(test.actor("hal").await.holds(role("headteacher")));
}

#[tokio::test]
async fn a_role_that_may_not_stand_empty_keeps_its_last_holder() {
    let test = TestSchool::open().await;
    let operator = Actor::operator();
    let dee = test.actor("dee").await;
    let left = test.school.mark_leaver(&operator, MarkLeaver { person: dee.person() }).await.unwrap_err();
    assert!(left.to_string().contains("Designated safeguarding lead"), "{left}");
    let edit = EditPerson {
        person: dee.person(),
        name: dee.name().to_owned(),
        mail: None,
        audience: Audience::Staff,
        groups: Vec::new(),
        roles: Vec::new(),
        children: Vec::new(),
    };
    assert_eq!(test.school.edit_person(&operator, edit).await.unwrap_err().field(), Some("roles"));
    let list = PEOPLE.lines().filter(|line| !line.starts_with("dee,")).collect::<Vec<_>>().join("\n");
    let input =
        ImportPeople { files: files(&list), digest: None, mark_missing_as_leavers: true, leavers_confirmed: None };
    let refused = test.school.import_people(&operator, input).await.unwrap_err();
    assert!(refused.to_string().contains("somebody must always hold"), "{refused}");
    test.import("username,name,audience,groups,roles\nliz,Liz Emberlow,staff,,dsl\n").await;
    test.school.mark_leaver(&operator, MarkLeaver { person: dee.person() }).await.unwrap();
}

#[tokio::test]
async fn a_role_is_held_only_by_those_whom_the_catalogue_names() {
    let test = TestSchool::open().await;
    let list = "username,name,audience,groups,roles\nada,Ada Fernhaven,pupil,9B,it-staff\n";
    let plan = test.school.import_dry_run(&Actor::operator(), &files(list)).await.unwrap();
    let problem = &plan.problems[0];
    assert_eq!((problem.line, problem.column.as_str()), (2, "roles"));
    assert_eq!(problem.message, "the role 'IT staff' is not for pupils; it is for staff, contractors");
    let add = AddPerson {
        username: "una".to_owned(),
        name: "Una Whistlepond".to_owned(),
        mail: None,
        audience: Audience::Governor,
        groups: Vec::new(),
        roles: vec![role("dsl")],
        children: Vec::new(),
    };
    assert_eq!(test.school.add_person(&Actor::operator(), add).await.unwrap_err().field(), Some("roles"));
}

#[tokio::test]
async fn a_headteacher_appoints_a_safeguarding_lead_without_the_duty_to_see_who_looked_for_help() {
    let test = TestSchool::open().await;
    let hal = test.actor("hal").await;
    assert!(!test.school.roles().carry(hal.roles(), domain::Duty::SeeHelpSeeking));
    let uma = AddPerson {
        username: "uma".to_owned(),
        name: "Uma Thistledown".to_owned(),
        mail: None,
        audience: Audience::Staff,
        groups: Vec::new(),
        roles: vec![role("dsl")],
        children: Vec::new(),
    };
    test.school.add_person(&hal, uma).await.expect("a headteacher appoints them");
}
