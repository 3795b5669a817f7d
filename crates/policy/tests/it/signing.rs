//! When a signature counts, what is owed until one does, and who accepts one for the school.

use domain::{
    Agreement as Signature, AgreementId, Audience, Countersignature, OnBehalf, PersonId, PolicyId, RoleSet, Timetable,
    Version,
};
use jiff::Timestamp;
use policy::kinds::Agreement;
use policy::rules::signing::{self, Bound, Given, InForce, Owed, WhyNotAccept};
use policy::{Document, Somebody};
use uuid::Uuid;

use crate::role;

const SIGNER: PersonId = PersonId(Uuid::from_u128(1));
const HEAD: PersonId = PersonId(Uuid::from_u128(2));
const CHILD: PersonId = PersonId(Uuid::from_u128(3));
const COUNTS_FROM: Version = Version(2);

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn published() -> Timestamp {
    at("2026-09-01T08:00:00Z")
}

/// A policy for staff with these agreements, each in a clause of its own.
fn policy_with(agreements: &[&str]) -> Document {
    let rules: Vec<String> =
        agreements.iter().map(|fields| format!("[agreement]\nby = [\"self\"]\n{fields}")).collect();
    crate::read(&crate::policy_of("p", "\"staff\"", &rules))
}

fn in_force(document: &Document) -> InForce<'_> {
    InForce { document, counts_from: COUNTS_FROM, since: published() }
}

fn staff() -> Somebody<'static> {
    Somebody { audience: Audience::Staff, ..Somebody::unidentified() }
}

fn bound() -> Bound<'static> {
    Bound { id: SIGNER, somebody: staff(), joined_at: at("2020-01-06T08:00:00Z") }
}

fn agreement(document: &Document) -> &Agreement {
    signing::agreements(document, staff())[0].1
}

fn signature() -> Signature {
    Signature {
        id: AgreementId(Uuid::from_u128(9)),
        policy: PolicyId("p".to_owned()),
        version: COUNTS_FROM,
        text_hash: String::new(),
        signer: SIGNER,
        on_behalf: OnBehalf::Own,
        printed_name: "Sam Example".to_owned(),
        signed_at: at("2026-09-02T08:00:00Z"),
        countersigned: None,
    }
}

fn owed(document: &Document, signatures: &[&Signature], now: &str) -> Option<Owed> {
    signing::owed(in_force(document), bound(), signatures, at(now), &Timetable::default())
}

fn next_change(document: &Document, signatures: &[&Signature], now: &str) -> Option<Timestamp> {
    signing::next_change(in_force(document), bound(), signatures, at(now), &Timetable::default())
}

const SOON: &str = "2026-09-03T08:00:00Z";

#[test]
fn a_signature_counts_for_its_policy_from_its_version_on_and_with_its_name() {
    let document = policy_with(&["before = \"access\""]);
    let older = Signature { version: Version(1), ..signature() };
    let of_another = Signature { policy: PolicyId("q".to_owned()), ..signature() };
    let nameless = Signature { printed_name: " ".to_owned(), ..signature() };
    assert!(owed(&document, &[&signature()], SOON).is_none());
    for (what, does_not_count) in [("older", older), ("of another", of_another), ("nameless", nameless)] {
        assert!(owed(&document, &[&does_not_count], SOON).is_some(), "{what}");
        let by_nothing_but_it =
            signing::is_current(in_force(&document), None, &does_not_count, at(SOON), &Timetable::default());
        assert_eq!(
            by_nothing_but_it,
            what == "nameless",
            "without its agreement, only its policy and version tell: {what}"
        );
    }
}

#[test]
fn whoever_was_only_shown_the_text_types_no_name() {
    let document = policy_with(&["how = \"shown\""]);
    let nameless = Signature { printed_name: String::new(), ..signature() };
    assert!(owed(&document, &[&nameless], SOON).is_none());
    assert!(!signing::lacks_name(agreement(&document), ""));
    assert!(signing::lacks_name(agreement(&policy_with(&[""])), " "));
}

#[test]
fn a_signature_lapses_at_its_moment_and_is_owed_from_then_on() {
    let document = policy_with(&["before = \"access\"\nagain = \"every 1 year\"\ngrace = \"5 days\""]);
    let signature = signature();
    let (lapses, due) = ("2027-09-02T08:00:00Z", "2027-09-07T08:00:00Z");
    assert_eq!(owed(&document, &[&signature], "2027-09-02T07:59:59Z"), None);
    let lapsed = owed(&document, &[&signature], lapses).expect("it is owed again");
    assert_eq!((lapsed.since, lapsed.due, lapsed.bars_access), (at(lapses), Some(at(due)), false));
    assert!(!owed(&document, &[&signature], "2027-09-07T07:59:59Z").expect("owed").bars_access);
    assert!(owed(&document, &[&signature], due).expect("owed").bars_access, "the time of grace ends at its moment");
}

#[test]
fn the_next_change_lies_ahead_or_there_is_none() {
    let document = policy_with(&["before = \"access\"\nagain = \"every 1 year\"\ngrace = \"5 days\""]);
    let signature = signature();
    let next = |now| next_change(&document, &[&signature], now);
    assert_eq!(next(SOON), Some(at("2027-09-02T08:00:00Z")));
    assert_eq!(next("2027-09-02T08:00:00Z"), Some(at("2027-09-07T08:00:00Z")));
    assert_eq!(next("2027-09-07T08:00:00Z"), None);
    assert_eq!(next_change(&policy_with(&[""]), &[], SOON), None, "time alone changes nothing");
}

#[test]
fn of_what_is_owed_one_that_bars_access_is_told_of_first() {
    let told = |agreements: &[&str]| owed(&policy_with(agreements), &[], SOON).expect("something is owed").clause;
    let (barring, with_grace) =
        ("before = \"access\"", "before = \"access\"\ngrace = \"1 month\"\ncountersign = [\"headteacher\"]");
    assert_eq!(told(&[with_grace, barring]), "clause-2", "the first that is asked does not bar yet");
    assert_eq!(told(&[barring, barring]), "clause-1");
    assert_eq!(told(&["", ""]), "clause-1");
}

#[test]
fn a_signature_is_accepted_by_a_role_of_its_clause_that_is_no_party_to_it() {
    let document = policy_with(&["before = \"access\"\ncountersign = [\"headteacher\"]"]);
    let asked = agreement(&document);
    let heads = RoleSet::from_iter([role("headteacher")]);
    let head = Somebody { roles: &heads, ..staff() };
    let signature = signature();
    let why_not = |id, somebody, signature: &Signature| signing::why_not_accept(Some(asked), id, somebody, signature);
    assert_eq!(why_not(HEAD, head, &signature), None);
    assert_eq!(why_not(HEAD, staff(), &signature), Some(WhyNotAccept::For(vec![role("headteacher")])));
    assert_eq!(why_not(SIGNER, head, &signature), Some(WhyNotAccept::OwnSignature));
    assert_eq!(signing::why_not_accept(None, HEAD, head, &signature), Some(WhyNotAccept::NotAsked));
    let of_a_parent = Signature { signer: HEAD, on_behalf: OnBehalf::Child(CHILD), ..signature.clone() };
    for (id, is_party) in [(HEAD, true), (CHILD, true), (SIGNER, false)] {
        assert_eq!(signing::is_party(id, &of_a_parent), is_party);
    }
    let accepted = Countersignature { by: HEAD, printed_name: "A Head".to_owned(), at: at(SOON) };
    let accepted = Signature { countersigned: Some(accepted), ..signature.clone() };
    assert_eq!(why_not(HEAD, head, &accepted), Some(WhyNotAccept::Accepted));
    assert!(signing::accepts(asked, head) && !signing::accepts(asked, staff()));
}

#[test]
fn a_signature_awaits_its_roles_while_it_counts_and_nobody_has_accepted_it() {
    let document = policy_with(&["before = \"access\"\ncountersign = [\"headteacher\"]"]);
    let signature = signature();
    let awaited = |policy, agreement, signature: &Signature| {
        signing::awaited_roles(Given { policy, agreement, signature }, at(SOON), &Timetable::default()).to_vec()
    };
    let (policy, asked) = (Some(in_force(&document)), Some(agreement(&document)));
    let roles = vec![role("headteacher")];
    assert_eq!(awaited(policy, asked, &signature), roles);
    assert_eq!(awaited(None, asked, &signature), [], "the policy is in force no longer");
    let older = Signature { version: Version(1), ..signature.clone() };
    assert_eq!(awaited(policy, asked, &older), [], "it counts no longer");
    let accepted = Countersignature { by: HEAD, printed_name: "A Head".to_owned(), at: at(SOON) };
    let accepted = Signature { countersigned: Some(accepted), ..signature.clone() };
    assert_eq!(awaited(policy, asked, &accepted), []);
    let nobody_accepts = policy_with(&["before = \"access\""]);
    assert!(!signing::is_to_be_accepted(agreement(&nobody_accepts), &signature));
    assert!(!signing::is_to_be_accepted(agreement(&document), &accepted));
    assert!(signing::is_to_be_accepted(agreement(&document), &signature));

    let heads = RoleSet::from_iter([role("headteacher")]);
    let head = Somebody { roles: &heads, ..staff() };
    assert!(signing::is_to_accept(&roles, HEAD, head, &signature));
    assert!(!signing::is_to_accept(&roles, HEAD, staff(), &signature), "they hold no such role");
    assert!(!signing::is_to_accept(&roles, SIGNER, head, &signature), "it is their own");
}

#[test]
fn the_web_waits_until_the_persons_own_signature_and_a_parents_are_both_accepted() {
    let rule = "[agreement]\nby = [\"self\", \"parent\"]\nbefore = \"access\"\ncountersign = [\"headteacher\"]";
    let document = crate::read(&crate::policy_of("p", "\"pupil\"", &[rule.to_owned()]));
    let pupil = Somebody { audience: Audience::Pupil, ..Somebody::unidentified() };
    let bound = Bound { id: CHILD, somebody: pupil, joined_at: published() };
    let accepted = || Some(Countersignature { by: HEAD, printed_name: "A Head".to_owned(), at: at(SOON) });
    let given = |signer: u128, day: i8, countersigned| Signature {
        signer: PersonId(Uuid::from_u128(signer)),
        on_behalf: if signer == 3 { OnBehalf::Own } else { OnBehalf::Child(CHILD) },
        signed_at: at(&format!("2026-09-{day:02}T08:00:00Z")),
        countersigned,
        ..signature()
    };
    let awaits = |signatures: &[Signature]| {
        let signatures: Vec<&Signature> = signatures.iter().collect();
        signing::awaits_acceptance(
            in_force(&document),
            bound,
            &signatures,
            at("2026-09-20T08:00:00Z"),
            &Timetable::default(),
        )
        .is_some()
    };
    let (own, parent, other_parent) = (3, 10, 11);
    assert!(awaits(&[given(own, 2, None), given(parent, 3, accepted())]), "the pupil's own is not accepted yet");
    assert!(awaits(&[given(own, 2, accepted()), given(parent, 3, None)]), "nor is a parent's");
    assert!(!awaits(&[given(own, 2, accepted()), given(parent, 3, accepted())]));
    assert!(!awaits(&[given(own, 2, accepted()), given(parent, 3, accepted()), given(other_parent, 4, None)]));
    assert!(awaits(&[given(own, 2, accepted()), given(own, 5, None), given(parent, 3, accepted())]), "signed anew");
    assert!(!awaits(&[]), "nothing is given that could be accepted");
}

#[test]
fn a_signature_that_counts_no_longer_neither_opens_the_web_nor_keeps_it_closed() {
    let accepted = || Some(Countersignature { by: HEAD, printed_name: "A Head".to_owned(), at: at(SOON) });
    let pupil = Somebody { audience: Audience::Pupil, ..Somebody::unidentified() };
    let bound = Bound { id: CHILD, somebody: pupil, joined_at: published() };
    let of_parent = |signer: u128, on: &str, countersigned| Signature {
        signer: PersonId(Uuid::from_u128(signer)),
        on_behalf: OnBehalf::Child(CHILD),
        signed_at: at(on),
        countersigned,
        ..signature()
    };
    let rule = |by: &str| {
        let rule = format!(
            "[agreement]\nby = [{by}]\nbefore = \"access\"\nagain = \"every 12 months\"\ncountersign = [\"headteacher\"]"
        );
        crate::read(&crate::policy_of("p", "\"pupil\"", &[rule]))
    };
    let awaits = |document: &Document, signatures: &[&Signature]| {
        let now = at("2027-10-20T08:00:00Z");
        signing::awaits_acceptance(in_force(document), bound, signatures, now, &Timetable::default()).is_some()
    };
    let by_parent = rule("\"parent\"");
    let lapsed = of_parent(10, "2026-09-02T08:00:00Z", accepted());
    let waiting = of_parent(11, "2027-10-02T08:00:00Z", None);
    assert!(awaits(&by_parent, &[&lapsed, &waiting]), "what was accepted a year ago has lapsed");
    let taken = of_parent(10, "2027-10-02T08:00:00Z", accepted());
    let own = Signature { signer: CHILD, on_behalf: OnBehalf::Own, countersigned: None, ..taken.clone() };
    assert!(!awaits(&by_parent, &[&taken, &own]), "the clause asks for no signature of the pupil's own");
    assert!(awaits(&rule("\"self\", \"parent\""), &[&taken, &own]));
}
