use std::collections::{BTreeMap, BTreeSet};

use actions::*;
use domain::{
    AgreementId, Audience, CaseId, ClosedSiteId, DeclineId, EntryId, FileId, FileOf, GrantId, PersonId, PolicyId,
    Recipient, RequestId, Roles, SanctionId, VersionId, ViewingId,
};
use uuid::Uuid;

use crate::test_school::{FIRST, PEOPLE, POLICY, TestSchool, policy_id};
use testkit::role;

#[test]
fn the_committed_table_says_who_may_do_what() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/AUTHORISATION.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(file, authorisation_page()).expect("the page can be written");
    }
    let committed = std::fs::read_to_string(file).expect("docs/AUTHORISATION.md is there");
    assert!(committed == authorisation_page(), "run UPDATE_DOCS=1 cargo nextest run -p actions");
}

#[test]
fn the_table_has_one_line_for_each_verb_and_no_verb_is_for_nobody() {
    let lines: Vec<Verb> = authorisation_table().iter().map(|line| line.verb).collect();
    assert_eq!(lines, Verb::ALL);
    assert!(authorisation_table().iter().all(|line| !line.who.is_empty()));
    let names: BTreeSet<&str> = Verb::ALL.iter().map(|verb| verb.name()).collect();
    assert_eq!(names.len(), Verb::ALL.len());
}

/// Within the crate an `Authorised` is the only way to the records and the log because the one file that holds them asks
/// for it; so no other file may open them, or make an `Authorised`.
#[test]
fn one_file_opens_the_records_and_one_makes_what_lets_anybody_in() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the crate can be read") {
            let path = entry.expect("its entries too").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(files.len() > 40, "{files:?}");
    let only = |words: &str, allowed: &[&str]| {
        let named: BTreeSet<String> = files
            .iter()
            .filter(|path| names(&std::fs::read_to_string(path).expect("a source file is text"), words))
            .map(|path| path.strip_prefix(&source).expect("it lies in the crate").display().to_string())
            .collect();
        assert_eq!(named, allowed.iter().map(|file| (*file).to_owned()).collect(), "'{words}'");
    };
    only("Store", &["desk/stores.rs"]);
    only("Authorised {", &["desk/authorised.rs"]);
    let by_itself = [
        "cases/awaited_receipts.rs",
        "cases/remind.rs",
        "cases/requests/consent_ends.rs",
        "desk/desk_state.rs",
        "desk/health.rs",
        "desk/publishing.rs",
        "entries/check_register.rs",
        "entries/see_to_entries.rs",
        "notices/mail.rs",
        "people/leavers.rs",
        "policies/reviews.rs",
    ];
    let by_itself = [
        &["access/sessions.rs"],
        &by_itself[..],
        &["retention/sweep_activity.rs", "retention/sweep_records.rs", "tick.rs"],
    ]
    .concat();
    only("Authorised::program(", &by_itself);
    only(
        "Authorised::visitor(",
        &[
            "access/invite.rs",
            "access/sessions.rs",
            "access/set_password.rs",
            "access/sign_in.rs",
            "cases/follow_report.rs",
            "cases/report.rs",
            "cases/report_forms.rs",
        ],
    );
    // A visitor's right becomes a person's where a password, an invitation or a code was looked at.
    only(
        "proved_to_be",
        &["access/set_password.rs", "access/sign_in.rs", "desk/authorised.rs", "entries/sign_for_entry.rs"],
    );
    only("Authorised::operator", &["desk/authorised.rs", "desk/stores.rs"]);
    only("ViewingPermit::recorded", &["viewing/viewings.rs"]);
    only(
        "memory()",
        &["desk/authorise.rs", "desk/authorised.rs", "desk/desk_state.rs", "desk/last_known.rs", "desk/publishing.rs"],
    );
    // Every right is asked for several times a page, so none is found by a walk through the timetable.
    only(".lessons", &[]);
    // It is handed over at the opening, and from then on the one file has it.
    only("ActivityLog", &["desk/desk_state.rs", "desk/stores.rs"]);
}

/// Whether a text names something: the words as a whole, not as a part of a longer name.
fn names(text: &str, words: &str) -> bool {
    let in_a_name = |found: Option<char>| found.is_some_and(|char| char.is_alphanumeric() || char == '_');
    text.match_indices(words).any(|(start, found)| {
        let (before, after) = (&text[..start], &text[start + found.len()..]);
        let begins_within = in_a_name(words.chars().next()) && in_a_name(before.chars().next_back());
        let ends_within = in_a_name(words.chars().next_back()) && in_a_name(after.chars().next());
        !begins_within && !ends_within
    })
}

#[tokio::test]
async fn the_ledger_of_a_school_that_is_not_open_is_walked_for_the_operator_alone() {
    let test = TestSchool::open().await;
    let (data, address) = (&test.data(), &test.school.settings().records);
    let head = test.actor("hal").await;
    let refused = verify_ledger(&head, data, address).await.unwrap_err();
    assert!(matches!(refused, OpenError::Forbidden(_)), "{refused}");
    let report = verify_ledger(&Actor::operator(), data, address).await.unwrap();
    assert!(report.fault.is_none() && report.entries > 0, "{report:?}");
}

/// The designated safeguarding lead follows no signing; owning a policy lets them see who has signed it, and no more.
#[tokio::test]
async fn owning_a_policy_opens_nobodys_signature() {
    let test = TestSchool::empty().await;
    test.import(PEOPLE).await;
    let text = POLICY.replace("\"finance-operations-director\"", "\"dsl\"");
    assert_ne!(text, POLICY);
    let policy = InstallPolicy { file_name: "web-use.md".to_owned(), text };
    test.school.install_policy(&Actor::operator(), policy).await.unwrap();
    test.sign_for("ada").await;
    let ada = test.actor("ada").await;
    let signed = test.school.my_agreements(&ada).await.unwrap().own[0].id;
    let owner = test.actor("dee").await;
    assert!(test.school.may(&owner, Verb::SigningProgress));
    assert_eq!(test.school.agreement(&owner, signed).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(test.school.receipt(&owner, signed).await.is_err());
    assert!(test.school.agreement(&test.actor("hal").await, signed).await.is_ok());
}

macro_rules! refused {
    ($refused:ident, $verb:ident, $call:expr) => {
        match $call.await {
            Ok(_) => panic!("{} was not refused", Verb::$verb.name()),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Forbidden, "{}: {error}", Verb::$verb.name());
                $refused.insert(Verb::$verb);
            }
        }
    };
}

/// Somebody who has left tries every verb that is for the signed-in; a visitor without roles every other. Each is
/// refused, and nothing of it stands in the ledger.
#[expect(clippy::too_many_lines, reason = "one line for each verb")]
#[tokio::test]
async fn every_verb_refuses_whoever_has_no_right_to_it() {
    let test = TestSchool::open().await;
    let school = &test.school;
    let gone = test.actor("ada").await;
    school.mark_leaver(&test.actor("oli").await, MarkLeaver { person: gone.person() }).await.unwrap();
    let visitor = test.actor("vic").await;
    let before = test.ledger().await;
    let (person, policy) = (PersonId(Uuid::from_u128(1)), policy_id());
    let text = String::new();
    let list = ListQuery::default;
    let mut done = BTreeSet::new();

    refused!(done, SignOut, school.sign_out(&gone));
    refused!(done, Home, school.home(&gone));
    refused!(done, MyAgreements, school.my_agreements(&gone));
    refused!(done, ReadAgreement, school.agreement(&gone, AgreementId(person.0)));
    refused!(done, ReadAgreement, school.receipt(&gone, AgreementId(person.0)));
    refused!(done, ToSign, school.to_sign(&gone, ToSign { policy: policy.clone(), for_child: None }));
    refused!(done, SignAgreement, school.sign_agreement(&gone, test.signature(None)));
    let decline = Decline { policy: policy.clone(), version: FIRST, for_child: None, reason: text.clone() };
    refused!(done, Decline, school.decline(&gone, decline));
    refused!(done, Decline, school.declines(&gone, list()));
    refused!(done, Decline, school.read_decline(&gone, DeclineId(person.0)));
    refused!(done, AskParentAgain, school.ask_parent_again(&gone, &policy));
    refused!(done, WhatIsWatched, school.what_is_watched(&gone));
    refused!(done, MayAsk, school.may_ask(&gone));
    refused!(done, MayAsk, school.my_requests(&gone, list()));
    refused!(done, MayAsk, school.my_grants(&gone));
    refused!(done, WithdrawRequest, school.withdraw_request(&gone, RequestId(person.0)));
    let consent = AnswerConsent {
        request: RequestId(person.0),
        consent: "pictures".to_owned(),
        about: person,
        said: domain::Said::Yes,
    };
    refused!(done, AnswerConsent, school.answer_consent(&gone, consent));
    refused!(done, MyConsents, school.my_consents(&gone));
    let say = SayToConsent { policy: policy.clone(), consent: "pictures".to_owned(), said: Vec::new() };
    refused!(done, SayToConsent, school.say_to_consent(&gone, say));
    refused!(done, ReadRequest, school.request(&gone, RequestId(person.0)));
    refused!(done, Revoke, school.revoke(&gone, Revoke { grant: GrantId(person.0), reason: text.clone() }));
    refused!(done, Revoke, school.grant(&gone, GrantId(person.0)));
    refused!(done, Report, school.report(Some(&gone), crate::reporting::worry(&test, "tell", "It is said here")));
    refused!(done, FollowReport, school.my_reports(&gone));
    refused!(done, FollowReport, school.my_report(&gone, CaseId(person.0)));
    refused!(done, ReadEntry, school.register_entry(&gone, EntryId(person.0)));
    let sign = SignForEntry { entry: EntryId(person.0), declines: None, password: text.clone() };
    refused!(done, SignForEntry, school.sign_for_entry(&gone, sign));
    refused!(done, SignForEntry, school.entry_to_sign(&gone, EntryId(person.0)));
    refused!(done, ReadPolicies, school.policies(&gone));
    refused!(done, ReadPolicies, school.policy(&gone, &policy));
    refused!(done, ReadPolicies, school.draft(&gone, VersionId(person.0)));
    let diff = PolicyDiff { policy: policy.clone(), from: FIRST, to: FIRST };
    refused!(done, ReadPolicies, school.policy_diff(&gone, diff));
    let current = PasswordProof::Current { actor: gone.clone(), password: "lantern-harbour-teapot".to_owned() };
    let again = "marble saddle tunnel".to_owned();
    let password = SetPassword { proof: current, password: again.clone(), again };
    refused!(done, SetPassword, school.set_password(password));

    refused!(done, Concerns, school.concerns(&visitor));
    refused!(done, Concerns, school.concern(&visitor, CaseId(person.0)));
    refused!(done, Concerns, school.case_ledger(&visitor, CaseId(person.0), list()));
    let handle = HandleCase { case: CaseId(person.0), step: domain::CaseStep::TakeUp { from: None } };
    refused!(done, HandleCase, school.handle_case(&visitor, handle));
    refused!(done, ClosedSites, school.closed_sites(&visitor));
    let reopen = ReopenSite { site: ClosedSiteId(person.0), reason: String::new() };
    refused!(done, ReopenSite, school.reopen_site(&visitor, reopen));
    refused!(done, Concerns, school.chronology(&visitor, person));
    let export = ExportCases { of: ExportOf::Case(CaseId(person.0)), to: text.clone(), reason: text.clone() };
    refused!(done, HandleCase, school.export_cases(&visitor, export));
    let file = |of| AddFile { of, name: "note.txt".to_owned(), content: b"a note".to_vec() };
    let (case, request) = (FileOf::Case(CaseId(person.0)), FileOf::Request(RequestId(person.0)));
    refused!(done, AddCaseFile, school.add_file(&visitor, file(case)));
    refused!(done, ReadCaseFile, school.file(&visitor, case, FileId(person.0)));
    refused!(done, AddRequestFile, school.add_file(&gone, file(request)));
    let take_out = |of| TakeOutFile { of, id: FileId(person.0), reason: text.clone() };
    refused!(done, TakeOutCaseFile, school.take_out_file(&visitor, take_out(case)));
    refused!(done, TakeOutRequestFile, school.take_out_file(&gone, take_out(request)));
    refused!(done, ReadRequestFile, school.file(&gone, request, FileId(person.0)));
    refused!(done, Registers, school.registers(&visitor));
    refused!(done, InTouch, school.in_touch_choices(&visitor));
    refused!(done, InTouch, school.in_touch(&visitor, "pupil"));
    refused!(done, InTouch, school.official_accounts(&visitor));
    refused!(done, Registers, school.awaiting_consents(&visitor, &policy, "devices"));
    refused!(done, Registers, school.register(&visitor, &policy, "devices", list()));
    let enter = Enter {
        policy: policy.clone(),
        register: "devices".to_owned(),
        answers: BTreeMap::new(),
        second: text.clone(),
        id: None,
    };
    refused!(done, Enter, school.enter(&visitor, enter));
    let step = StepEntry { entry: EntryId(person.0), act: EntryAct::Close, reason: text.clone() };
    refused!(done, StepEntry, school.step_entry(&visitor, step));
    let check =
        CheckRegister { policy: policy_id(), register: "devices".to_owned(), finding: text.clone(), after: None };
    refused!(done, CheckRegister, school.check_register(&visitor, check));
    refused!(done, SeeEntry, school.see_entry(&visitor, EntryId(person.0), None));
    refused!(done, Registers, school.unsigned_entries(&visitor, &policy, "devices", list()));
    refused!(done, Invite, school.invite(&visitor, Invite { person }));
    refused!(done, ActAs, school.actor_named(&visitor, "ada"));
    let answer = AnswerDecline { decline: DeclineId(person.0), answer: text.clone() };
    refused!(done, AnswerDecline, school.answer_decline(&visitor, answer));
    let countersign = Countersign { agreement: AgreementId(person.0), printed_name: text.clone() };
    refused!(done, Countersign, school.countersign(&visitor, countersign));
    refused!(done, Countersign, school.to_countersign(&visitor, list()));
    refused!(done, Ask, school.ask(&visitor, test.ask_reddit()));
    let decide =
        Decide { request: RequestId(person.0), answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    refused!(done, Decide, school.decide(&visitor, decide));
    refused!(done, Decide, school.queue(&visitor, list()));
    refused!(done, Grants, school.grants(&visitor, GrantQuery::default()));
    let draft = UploadDraft { file_name: text.clone(), text: text.clone(), minor: false, summary: text.clone() };
    refused!(done, UploadDraft, school.upload_draft(&visitor, draft));
    let approve = ApprovePolicy { version: VersionId(person.0), text_hash: text.clone(), role: role("headteacher") };
    refused!(done, ApprovePolicy, school.approve_policy(&visitor, approve));
    let publish = PublishPolicy { version: VersionId(person.0), text_hash: text.clone() };
    refused!(done, PublishPolicy, school.publish_policy(&visitor, publish));
    let install = InstallPolicy { file_name: text.clone(), text: text.clone() };
    refused!(done, InstallPolicy, school.install_policy(&test.actor("sam").await, install));
    refused!(done, People, school.people(&visitor, PeopleQuery::default()));
    refused!(done, People, school.groups(&visitor));
    refused!(done, People, school.person(&visitor, test.id("tom").await));
    let edit = EditPerson {
        person,
        name: text.clone(),
        mail: None,
        audience: Audience::Staff,
        groups: Vec::new(),
        roles: vec![role("headteacher")],
        children: Vec::new(),
    };
    refused!(done, EditPerson, school.edit_person(&visitor, edit.clone()));
    let edit = EditPerson { person: test.id("tom").await, name: "Tom".to_owned(), ..edit };
    refused!(done, EditRoles, school.edit_person(&test.actor("oli").await, edit));
    let add = AddPerson {
        username: "una".to_owned(),
        name: "Una".to_owned(),
        mail: None,
        audience: Audience::Staff,
        groups: Vec::new(),
        roles: Vec::new(),
        children: Vec::new(),
    };
    refused!(done, AddPerson, school.add_person(&visitor, add));
    refused!(done, ImportPeople, school.import_dry_run(&visitor, &[]));
    let import =
        ImportPeople { files: Vec::new(), digest: None, mark_missing_as_leavers: true, leavers_confirmed: None };
    refused!(done, ImportPeople, school.import_people(&test.actor("oli").await, import));
    refused!(done, MarkLeaver, school.mark_leaver(&visitor, MarkLeaver { person }));
    refused!(done, BringBack, school.bring_back(&visitor, gone.person()));
    refused!(done, Roles, school.role_catalogue(&visitor));
    refused!(done, ChangeRoles, school.import_roles(&test.actor("oli").await, &Roles::ready().to_toml()));
    refused!(done, UndoLeavers, school.undo_leavers(&visitor, LeftBy::LastImport));
    let withdraw = WithdrawAccess {
        person,
        policy: policy.clone(),
        clause: "consequences".to_owned(),
        reason: "no".to_owned(),
        until: None,
    };
    refused!(done, WithdrawAccess, school.withdraw_access(&visitor, withdraw));
    let restore = RestoreAccess { sanction: SanctionId(person.0), reason: text.clone() };
    refused!(done, RestoreAccess, school.restore_access(&visitor, restore));
    let why = WhyIsSite { address: "example.org".to_owned(), who: WhoIs::Person(person), at: None };
    refused!(done, WhyIsSite, school.why_is_site(&visitor, why));
    assert!(school.find_person(&visitor, "ada", NamedFor::Viewing).is_err());
    assert!(school.find_person(&gone, "ada", NamedFor::Request).is_err());
    refused!(done, LatestVerdicts, school.latest_verdicts(&visitor, LatestQuery::default()));
    refused!(done, LatestVerdicts, school.verdicts_by_clause(&visitor));
    let view = ViewActivity {
        subject: Subject::Everyone,
        policy: PolicyId("web-use".to_owned()),
        clause: "looking".to_owned(),
        purpose: "Curiosity".to_owned(),
        from: school.now(),
        to: school.now() + jiff::SignedDuration::from_hours(1),
        tell_later: None,
    };
    refused!(done, ViewActivity, school.view_activity(&visitor, view));
    refused!(done, ViewActivity, school.read_activity(&visitor, ViewingId(person.0), list()));
    refused!(done, SecondViewing, school.second_viewing(&visitor, ViewingId(person.0)));
    refused!(done, SecondViewing, school.viewings(&visitor));
    refused!(done, SecondViewing, school.viewing(&visitor, ViewingId(person.0)));
    refused!(done, SigningProgress, school.signing_progress(&visitor));
    refused!(done, SigningProgress, school.unsigned_people(&visitor, UnsignedQuery::default()));
    refused!(done, SigningProgress, school.reminders_due(&visitor));
    refused!(done, RemindersGiven, school.reminders_given(&visitor, &policy));
    refused!(done, ReadLedger, school.ledger(&visitor, list()));
    refused!(done, ReadLedger, school.check_ledger(&visitor));

    assert_eq!(test.ledger().await, before, "something refused was written to the ledger");
    // Signing in is for anyone; a grant's end and what the gate is told are the program's own, and no method of a page.
    let by_itself = [
        Verb::EndGrant,
        Verb::ShortenGrant,
        Verb::Escalate,
        Verb::Remind,
        Verb::SweepActivity,
        Verb::SweepRecords,
        Verb::SendMail,
        Verb::InformGate,
    ];
    let open: BTreeSet<Verb> = by_itself.into_iter().chain([Verb::SignIn]).collect();
    let all: BTreeSet<Verb> = Verb::ALL.iter().copied().collect();
    assert_eq!(done.union(&open).copied().collect::<BTreeSet<_>>(), all, "a verb has no line in this test");
}

#[tokio::test]
async fn navigation_leads_to_all_that_one_may_do_and_to_nothing_else() {
    let test = TestSchool::open().await;
    let entries = async |username: &str| test.school.navigation(&test.actor(username).await);
    let pupil = entries("ada").await;
    assert_eq!(pupil, [MenuEntry::Home, MenuEntry::MyAgreements, MenuEntry::Policies, MenuEntry::WhatIsWatched]);
    for (username, shown) in [("hal", true), ("dee", true), ("gil", true), ("tom", false)] {
        assert_eq!(entries(username).await.contains(&MenuEntry::Reports), shown, "{username}");
    }
    assert!(entries("ivy").await.contains(&MenuEntry::Decide));
    assert!(entries("tom").await.contains(&MenuEntry::Ask));
    assert!(test.school.navigation(&test.actor("vic").await).contains(&MenuEntry::Home));
}

#[tokio::test]
async fn every_entry_of_the_ledger_names_a_verb_of_the_table() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    test.open_reddit().await;
    let known: BTreeMap<&str, Verb> = Verb::ALL.iter().map(|verb| (verb.name(), *verb)).collect();
    let page = test.school.ledger(&test.actor("hal").await, ListQuery::default()).await.unwrap();
    assert!(page.total > 15);
    assert!(page.rows.iter().all(|row| known.contains_key(row.verb.as_str())));
    let text = serde_json::to_string(&page.rows.iter().map(|row| &row.details).collect::<Vec<_>>()).unwrap();
    assert!(!text.contains("Fernhaven") && !text.contains("chemists"), "the ledger holds ids, not names or words");
    let Recipient::Group(group) = test.ask_reddit().recipient else { unreachable!("it is for a class") };
    assert!(!text.contains(&group.0), "the ledger names a group");
}
