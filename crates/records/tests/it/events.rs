//! What the ledger says of each thing that is done, word for word: what is not here is not said.

use std::collections::BTreeSet;

use domain::{Audience, Category, Duty, FileOf, GrantScope, Group, Host, PolicyId, Recipient, Version};
use records::{
    Answered, CaseStepName, EntryStepName, Event, Fingerprint, ForWhom, ImportCounts, LedgerEntry, LedgerPart,
    PagesRead, PersonAuthority, PolicyPart, PublishedText, RoleChange, ScopeKind, Viewed,
};

use crate::place::on_both_engines;
use crate::sample::{at, id, role};

const TEXT: &str = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

fn part(name: &str) -> PolicyPart {
    name.into()
}

fn text() -> Fingerprint {
    TEXT.into()
}

/// Each event with the verb, what it was done to, and the details. `{1}` is the identifier of number 1, `{text}` the hash.
#[expect(clippy::too_many_lines, reason = "it is a list")]
#[rustfmt::skip]
fn one_of_each() -> Vec<(Event, &'static str, &'static str, &'static str)> {
    let (web, signing, reddit) = (|| part("web-use"), || part("signing"), || part("reddit"));
    let authority = || PersonAuthority {
        roles: [role("it-staff")].into_iter().collect(), children: Vec::new(), manager: Some(id(2)), stand_in: Some(id(3)),
        teaches: 2,
    };
    let counts = ImportCounts { new: 1, changed: 2, unchanged: 3, left: 4 };
    let version = Version(2);
    let published = PublishedText { version: id(1), policy: web(), number: version, text: text(), minor: false };
    vec![
        (Event::SignIn { session: id(1), ends_at: at(9) }, "sign-in", "session {1}", r#"{"ends-at":"{9}"}"#),
        (Event::SignOut { session: id(1), by_itself: false }, "sign-out", "session {1}", "{}"),
        (Event::SignOut { session: id(1), by_itself: true }, "sign-out", "session {1}", r#"{"by-itself":true}"#),
        (Event::SetPassword { person: id(1), by_invitation: true }, "set-password", "person {1}", r#"{"by-invitation":true}"#),
        (Event::Invite { person: id(1), expires_at: at(9) }, "invite", "person {1}", r#"{"expires-at":"{9}"}"#),
        (
            Event::SignAgreement { agreement: id(1), policy: web(), version, clause: signing(), text: text(), binds: id(2) },
            "sign-agreement", "agreement {1}",
            r#"{"binds":"{2}","clause":"signing","policy":"web-use","text-sha256":"{text}","version":2}"#,
        ),
        (
            Event::Decline { decline: id(1), policy: web(), version, binds: id(2) },
            "decline", "decline {1}", r#"{"binds":"{2}","policy":"web-use","version":2}"#,
        ),
        (
            Event::SayToConsent { policy: web(), version, consent: part("pictures"), about: vec![id(2)] },
            "say-to-consent", "policy web-use", r#"{"about":["{2}"],"consent":"pictures","version":2}"#,
        ),
        (Event::AskParentAgain { policy: web() }, "ask-parent-again", "policy web-use", "{}"),
        (Event::AnswerDecline { decline: id(1) }, "answer-decline", "decline {1}", "{}"),
        (
            Event::Countersign { agreement: id(1), policy: web(), version },
            "countersign", "agreement {1}", r#"{"policy":"web-use","version":2}"#,
        ),
        (
            Event::Report { case: id(1), policy: web(), version, clause: signing() },
            "report", "case {1}", r#"{"clause":"signing","policy":"web-use","version":2}"#,
        ),
        (Event::ReopenSite { case: id(1) }, "reopen-site", "case {1}", "{}"),
        (Event::AddCaseFile { case: id(1), file: id(2) }, "add-case-file", "case {1}", r#"{"file":"{2}"}"#),
        (Event::ReadCaseFile { case: id(1), file: id(2) }, "read-case-file", "case {1}", r#"{"file":"{2}"}"#),
        (Event::TakeOutFile { of: FileOf::Case(id(1)), file: id(2) }, "take-out-case-file", "case {1}", r#"{"file":"{2}"}"#),
        (Event::TakeOutFile { of: FileOf::Request(id(1)), file: id(2) }, "take-out-request-file", "request {1}", r#"{"file":"{2}"}"#),
        (Event::AddRequestFile { request: id(1), file: id(2) }, "add-request-file", "request {1}", r#"{"file":"{2}"}"#),
        (Event::ReadRequestFile { request: id(1), file: id(2) }, "read-request-file", "request {1}", r#"{"file":"{2}"}"#),
        (
            Event::EscalateCase { case: id(1) }, "escalate", "case {1}", "{}",
        ),
        (
            Event::EscalateRequest { request: id(1), to: vec![role("headteacher")] },
            "escalate", "request {1}", r#"{"to":["headteacher"]}"#,
        ),
        (Event::RemindOfRequest { request: id(1) }, "remind", "request {1}", "{}"),
        (Event::RemindOfReview { version: id(1) }, "remind", "version {1}", "{}"),
        (Event::RemindOfCheck { register: id(1) }, "remind", "register {1}", "{}"),
        (Event::RemindOfEntry { entry: id(1) }, "remind", "entry {1}", "{}"),
        (Event::SeeEntry { entry: id(1) }, "see-entry", "entry {1}", "{}"),
        (
            Event::SignForEntry { entry: id(1), signed: true, handed_by: Some(id(2)) },
            "sign-for-entry", "entry {1}", r#"{"handed-by":"{2}","signed":true}"#,
        ),
        (
            Event::CheckRegister { register: id(1), policy: web(), version: Version(2), name: part("devices") },
            "check-register", "register {1}", r#"{"policy":"web-use","register":"devices","version":2}"#,
        ),
        (Event::Remind { case: id(1) }, "remind", "case {1}", "{}"),
        (
            Event::HandleCase { case: id(1), step: CaseStepName::Answered, to: None },
            "handle-case", "case {1}", r#"{"step":"answered"}"#,
        ),
        (
            Event::HandleCase { case: id(1), step: CaseStepName::PassedOn, to: Some(role("police")) },
            "handle-case", "case {1}", r#"{"step":"passed-on","to":"police"}"#,
        ),
        (
            Event::Ask {
                request: id(1), policy: web(), version, permission: reddit(),
                recipient: (&Recipient::Group(Group("9B".to_owned()))).into(),
                scope: (&GrantScope::Site(Host::parse("reddit.com").expect("a host"))).into(), from: Some(at(1)), until: Some(at(9)),
            },
            "ask", "request {1}",
            r#"{"from":"{t1}","permission":"reddit","policy":"web-use","recipient":"group","scope":"site","until":"{9}","version":2}"#,
        ),
        (Event::WithdrawRequest { request: id(1) }, "withdraw-request", "request {1}", "{}"),
        (
            Event::Decide { request: id(1), answer: Answered::Approved {
                grant: id(2), permission: reddit(), recipient: ForWhom::Person(id(3)),
                scope: ScopeKind::Category(Category::Games), until: None,
            } },
            "decide", "request {1}",
            r#"{"answer":"approved","grant":"{2}","permission":"reddit","recipient":{"person":"{3}"},"scope":{"category":"games"},"until":null}"#,
        ),
        (
            Event::Decide { request: id(1), answer: Answered::Agreed {
                roles: [role("headteacher")].into_iter().collect(),
                until: None,
            } },
            "decide",
            "request {1}",
            r#"{"answer":"agreed","roles":["headteacher"],"until":null}"#,
        ),
        (
            Event::AnswerConsent { request: id(1), consent: "pictures".into(), about: id(2) },
            "answer-consent",
            "request {1}",
            r#"{"about":"{2}","consent":"pictures"}"#,
        ),
        (Event::Decide { request: id(1), answer: Answered::Refused }, "decide", "request {1}", r#"{"answer":"refused"}"#),
        (
            Event::Decide { request: id(1), answer: Answered::HandedOn { to: role("dsl") } },
            "decide", "request {1}", r#"{"answer":"handed-on","to":"dsl"}"#,
        ),
        (Event::Revoke { grant: id(1), permission: reddit() }, "revoke", "grant {1}", r#"{"permission":"reddit"}"#),
        (
            Event::EndGrant { grant: id(1), permission: reddit(), until: Some(at(9)) },
            "end-grant", "grant {1}", r#"{"permission":"reddit","until":"{9}"}"#,
        ),
        (
            Event::ShortenGrant { grant: id(1), permission: reddit(), until: at(9) },
            "shorten-grant", "grant {1}", r#"{"permission":"reddit","until":"{9}"}"#,
        ),
        (
            Event::Enter { entry: id(1), policy: web(), version, register: part("devices"), second: Some(id(2)), grant: None },
            "enter", "entry {1}",
            r#"{"grant":null,"policy":"web-use","register":"devices","second":"{2}","version":2}"#,
        ),
        (
            Event::StepEntry { entry: id(1), step: EntryStepName::Corrected },
            "step-entry", "entry {1}", r#"{"step":"corrected"}"#,
        ),
        (
            Event::UploadDraft { version: id(1), policy: web(), text: text(), minor: false },
            "upload-draft", "version {1}", r#"{"minor":false,"policy":"web-use","text-sha256":"{text}"}"#,
        ),
        (
            Event::ApprovePolicy { version: id(1), role: role("headteacher"), text: text(), complete: true },
            "approve-policy", "version {1}", r#"{"complete":true,"role":"headteacher","text-sha256":"{text}"}"#,
        ),
        (
            Event::PublishPolicy(PublishedText { minor: true, ..published.clone() }),
            "publish-policy", "version {1}", r#"{"minor":true,"policy":"web-use","text-sha256":"{text}","version":2}"#,
        ),
        (
            Event::InstallPolicy(published),
            "install-policy", "version {1}",
            r#"{"approvals":"on paper","minor":false,"policy":"web-use","text-sha256":"{text}","version":2}"#,
        ),
        (
            Event::ChangeRoles { changed: vec![
                RoleChange { role: role("librarian"), duties: Some(vec![Duty::SeePeople]) },
                RoleChange { role: role("dsl"), duties: None },
            ] },
            "change-roles", "roles",
            r#"{"changed":[{"duties":["see-people"],"role":"librarian"},{"role":"dsl","taken-out":true}]}"#,
        ),
        (
            Event::AddPerson { person: id(1), audience: Audience::Parent, authority: PersonAuthority { children: vec![id(2)], ..PersonAuthority::default() } },
            "add-person", "person {1}",
            r#"{"audience":"parent","children":["{2}"],"manager":null,"roles":[],"stand-in":null,"teaches":0}"#,
        ),
        (
            Event::AddListedPerson { person: id(1), audience: Audience::Staff, authority: authority() },
            "add-person", "person {1}",
            r#"{"audience":"staff","by":"import","changed":[],"children":[],"manager":"{2}","roles":["it-staff"],"stand-in":"{3}","teaches":2}"#,
        ),
        (
            Event::EditPerson { person: id(1), changed: vec!["name", "groups"], audience: Audience::Staff, authority: authority() },
            "edit-person", "person {1}",
            r#"{"audience":"staff","changed":["name","groups"],"children":[],"manager":"{2}","roles":["it-staff"],"stand-in":"{3}","teaches":2}"#,
        ),
        (
            Event::EditParticulars { person: id(1), changed: vec!["manager"], authority: authority() },
            "edit-person", "person {1}",
            r#"{"changed":["manager"],"children":[],"manager":"{2}","roles":["it-staff"],"stand-in":"{3}","teaches":2}"#,
        ),
        (
            Event::EditListedPerson { person: id(1), changed: vec!["mail"], audience: Audience::Staff, authority: authority() },
            "edit-person", "person {1}",
            r#"{"audience":"staff","by":"import","changed":["mail"],"children":[],"manager":"{2}","roles":["it-staff"],"stand-in":"{3}","teaches":2}"#,
        ),
        (
            Event::ImportPeople { counts, plan: text() },
            "import-people", "people", r#"{"counts":{"changed":2,"left":4,"new":1,"unchanged":3},"plan":"{text}"}"#,
        ),
        (Event::MarkLeaver { person: id(1), sessions_ended: 2 }, "mark-leaver", "person {1}", r#"{"sessions-ended":2}"#),
        (
            Event::LeaveByDate { person: id(1), sessions_ended: 2 },
            "mark-leaver", "person {1}", r#"{"by":"leaving-date","sessions-ended":2}"#,
        ),
        (Event::MarkUnlisted { person: id(1) }, "mark-leaver", "person {1}", r#"{"by":"import"}"#),
        (Event::BringBack { person: id(1) }, "bring-back", "person {1}", "{}"),
        (Event::BringBackUnlisted { person: id(1) }, "bring-back", "person {1}", r#"{"by":"undo"}"#),
        (Event::UndoLeavers { back: 3 }, "undo-leavers", "people", r#"{"back":3}"#),
        (
            Event::WithdrawAccess { sanction: id(1), person: id(2), policy: web(), clause: part("consequences"), until: None },
            "withdraw-access", "sanction {1}", r#"{"clause":"consequences","person":"{2}","policy":"web-use","until":null}"#,
        ),
        (Event::RestoreAccess { sanction: id(1), person: id(2) }, "restore-access", "sanction {1}", r#"{"person":"{2}"}"#),
        (
            Event::StateViewing {
                viewing: id(1), subject: Viewed::Person(id(2)), from: at(1), to: at(2), policy: web(), clause: part("looking"),
                second_of: vec![role("deputy-dsl")], untold_until: Some(at(9)),
            },
            "view-activity", "viewing {1}",
            r#"{"clause":"looking","from":"{t1}","policy":"web-use","second-person":["deputy-dsl"],"subject":{"person":"{2}"},"to":"{t2}","untold-until":"{9}"}"#,
        ),
        (
            Event::ReadActivity { viewing: id(1), read: PagesRead::One { page: 3, searched: true } },
            "view-activity", "viewing {1}", r#"{"page":3,"searched":true}"#,
        ),
        (Event::ReadActivity { viewing: id(1), read: PagesRead::All }, "view-activity", "viewing {1}", r#"{"page":"all"}"#),
        (Event::SecondViewing { viewing: id(1) }, "second-viewing", "viewing {1}", "{}"),
        (Event::RemindersGiven { policy: web(), people: 7 }, "reminders-given", "policy web-use", r#"{"people":7}"#),
        (Event::SweepActivity { days: vec![jiff::civil::date(2026, 5, 12)] }, "sweep-activity", "activity", r#"{"days":["2026-05-12"]}"#),
        (Event::SweepRecords { removed: [("sessions", 3)].into() }, "sweep-records", "records", r#"{"removed":{"sessions":3}}"#),
    ]
}

/// The name of each kind of event. A kind that is missing here does not compile.
macro_rules! kinds {
    ($($kind:ident)+) => {
        const KINDS: &[&str] = &[$(stringify!($kind)),+];

        fn kind(event: &Event) -> &'static str {
            match event {
                $(Event::$kind { .. } => stringify!($kind),)+
            }
        }
    };
}

kinds! {
    SignIn SignOut SetPassword Invite SignAgreement Decline AskParentAgain AnswerDecline Countersign Report HandleCase ReopenSite AddCaseFile ReadCaseFile AddRequestFile ReadRequestFile TakeOutFile EscalateCase EscalateRequest
    Remind RemindOfRequest RemindOfReview RemindOfCheck RemindOfEntry CheckRegister SeeEntry SignForEntry Ask WithdrawRequest Decide AnswerConsent SayToConsent Revoke EndGrant ShortenGrant Enter StepEntry UploadDraft ApprovePolicy PublishPolicy InstallPolicy ChangeRoles
    AddPerson AddListedPerson EditPerson EditParticulars EditListedPerson ImportPeople MarkLeaver LeaveByDate
    MarkUnlisted BringBack BringBackUnlisted UndoLeavers WithdrawAccess RestoreAccess StateViewing
    ReadActivity SecondViewing RemindersGiven SweepActivity SweepRecords
}

fn filled_in(text: &str) -> String {
    let person = |number| id::<domain::PersonId>(number);
    let mut text = text.replace("{text}", TEXT).replace("{9}", &at(9).to_string());
    text = text.replace("{t1}", &at(1).to_string()).replace("{t2}", &at(2).to_string());
    for number in 1..=3 {
        // A subject names an identifier as the records do, the details as JSON does.
        let written = if text.starts_with('{') { person(number).0.to_string() } else { person(number).to_string() };
        text = text.replace(&format!("{{{number}}}"), &written);
    }
    text
}

on_both_engines! {
    async fn each_event_says_what_is_listed_here_and_the_chain_fits(place: &Place) {
        let store = place.begin().await;
        let events = one_of_each();
        for (event, ..) in &events {
            let change = store.change(at(0)).await.unwrap();
            change.commit(LedgerEntry { actor: id(5), event: event.clone() }).await.unwrap();
        }
        let mut reading = store.read().await.unwrap();
        let (mut rows, beside_reports) = reading.ledger(&LedgerPart::BesideReports(""), 0, 100).await.unwrap();
        assert!(rows.iter().all(|row| !row.subject.starts_with("case ")));
        let (of_report, its_total) = reading.ledger(&LedgerPart::OfReport(id(1)), 0, 100).await.unwrap();
        let total = beside_reports + its_total;
        assert_eq!(total, events.len() as u64);
        rows.extend(of_report);
        rows.sort_by_key(|row| row.sequence);
        for (row, (_, verb, subject, details)) in rows.iter().zip(&events) {
            assert_eq!((row.verb.as_str(), &row.subject), (*verb, &filled_in(subject)));
            assert_eq!(records::canonical_json(&row.details), filled_in(details), "{verb}");
        }
        let report = store.verify_ledger().await.unwrap();
        assert_eq!((report.entries, report.fault), (total, None));
    }
}

#[test]
fn each_kind_of_event_is_listed_here() {
    let listed: BTreeSet<&str> = one_of_each().iter().map(|(event, ..)| kind(event)).collect();
    assert_eq!(listed, KINDS.iter().copied().collect());
}

#[test]
fn what_is_no_name_of_a_policys_part_and_no_hash_goes_in_as_its_hash() {
    for typed in ["Ada Fernhaven", "ada.fernhaven@example.org", "", "9B"] {
        let (part, hash) = (PolicyPart::from(typed).to_string(), Fingerprint::from(typed));
        assert_eq!(part.len(), 64, "{typed}");
        assert_eq!(Fingerprint::from(part.as_str()), hash, "{typed}");
    }
    assert_eq!(PolicyPart::from(&PolicyId("pupil-use".to_owned())).to_string(), "pupil-use");
    assert_eq!(PolicyPart::from("a".repeat(81).as_str()).to_string().len(), 64);
}
