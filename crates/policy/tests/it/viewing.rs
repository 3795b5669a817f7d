//! Until when somebody is not told that their data was looked at, and who may be the second person.

use domain::{Audience, RoleSet, Timetable};
use jiff::Timestamp;
use policy::kinds::{Data, View};
use policy::rules::notices;
use policy::rules::viewing::{self, WhyNotLook, WrongTelling};
use policy::{Document, Rule, Somebody};

use crate::role;

const NOW: &str = "2026-05-12T09:00:00Z";
const LONGEST: u32 = 10;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn policy_with(views: &[&str]) -> Document {
    let view = |fields: &&str| {
        format!("[view]\nwho = [\"dsl\"]\nwhat = [\"web\"]\npurposes = [\"A worry about a pupil\"]\n{fields}")
    };
    crate::read(&crate::policy_of("p", "\"pupil\"", &views.iter().map(view).collect::<Vec<_>>()))
}

fn view(document: &Document) -> &View {
    let mut rules = document.rules();
    let Some((_, Rule::View(view))) = rules.next() else { panic!("the first rule is a view") };
    view
}

fn untold(tell: &str, later: Option<(&str, &str)>) -> Result<Option<Timestamp>, WrongTelling> {
    let document = policy_with(&[tell]);
    let later = later.map(|(until, reason)| (at(until), reason));
    viewing::untold_until(view(&document), later, at(NOW), LONGEST, &Timetable::default())
}

#[test]
fn a_viewer_puts_off_telling_with_a_reason_to_a_day_ahead_within_the_longest() {
    let when_the_viewer_says = "tell = \"when the viewer says\"";
    let until = |until, reason| untold(when_the_viewer_says, Some((until, reason)));
    assert_eq!(untold(when_the_viewer_says, None), Ok(None));
    assert_eq!(until("2026-05-12T09:00:01Z", "It would warn them"), Ok(Some(at("2026-05-12T09:00:01Z"))));
    assert_eq!(until("2026-05-22T09:00:00Z", "It would warn them"), Ok(Some(at("2026-05-22T09:00:00Z"))));
    assert_eq!(until("2026-05-22T09:00:01Z", "It would warn them"), Err(WrongTelling::OutsideSpan));
    assert_eq!(until(NOW, "It would warn them"), Err(WrongTelling::OutsideSpan));
    assert_eq!(until("2026-05-13T09:00:00Z", " "), Err(WrongTelling::ReasonMissing));
    assert_eq!(untold("tell = \"at once\"", Some(("2026-05-13T09:00:00Z", "a reason"))), Err(WrongTelling::Fixed));
}

#[test]
fn the_second_person_is_of_the_roles_that_the_clause_names() {
    let document = policy_with(&["second-person = [\"headteacher\"]"]);
    let (heads, leads) = (RoleSet::from_iter([role("headteacher")]), RoleSet::from_iter([role("dsl")]));
    let holding = |roles| Somebody { audience: Audience::Staff, roles, groups: &[] };
    assert!(viewing::may_second(view(&document), holding(&heads)));
    assert!(!viewing::may_second(view(&document), holding(&leads)));
}

#[test]
fn a_right_to_look_is_asked_of_the_clause_that_is_named() {
    let document = policy_with(&["tell = \"at once\"", "tell = \"at once\"\nsecond-person = [\"headteacher\"]"]);
    let leads = RoleSet::from_iter([role("dsl")]);
    let lead = Somebody { audience: Audience::Staff, roles: &leads, groups: &[] };
    let clause = |named| viewing::right(&document, Data::Web, named, None, lead).map(|(clause, _)| clause.id.as_str());
    assert_eq!(clause(Some("clause-2")), Ok("clause-2"));
    assert_eq!(clause(None), Ok("clause-1"));
    assert_eq!(clause(Some("clause-3")), Err(WhyNotLook::NoSuchClause));
}

#[test]
fn a_clause_opens_what_people_do_to_whom_its_policy_speaks() {
    let document = policy_with(&["tell = \"at once\""]);
    let leads = RoleSet::from_iter([role("dsl")]);
    let lead = Somebody { audience: Audience::Staff, roles: &leads, groups: &[] };
    let of = |audience| {
        viewing::right(&document, Data::Web, None, Some(audience), lead).map(|(clause, _)| clause.id.as_str())
    };
    assert_eq!(of(Audience::Pupil), Ok("clause-1"));
    assert_eq!(of(Audience::ExPupil), Ok("clause-1"), "what they did as pupils");
    for untold in [Audience::Staff, Audience::Parent, Audience::Unidentified] {
        assert_eq!(of(untold), Err(WhyNotLook::NotToldOfIt));
    }
    assert_eq!(viewing::opened(&document), [Audience::Pupil].into(), "and nothing that past pupils do now");
    let rule = &document.clauses[0].rules[0];
    for audience in [Audience::Pupil, Audience::ExPupil, Audience::Staff, Audience::Unidentified] {
        let person = Somebody { audience, ..Somebody::unidentified() };
        assert_eq!(
            notices::tells_of_watching(&document, rule, person),
            of(audience).is_ok(),
            "{audience:?} are told the same"
        );
    }
}

#[test]
fn a_purpose_is_one_of_the_clauses_with_what_happened() {
    let document = policy_with(&["tell = \"at once\""]);
    let is_purpose = |stated| viewing::is_purpose(view(&document), stated);
    assert!(is_purpose("A worry about a pupil: a friend told us"));
    assert!(is_purpose(" a worry about a PUPIL, who is missing"));
    for not in [
        "A worry about a pupil",
        "A worry about a pupil: ",
        "A worry about a pupils",
        "Curiosity: a worry about a pupil",
    ] {
        assert!(!is_purpose(not), "{not}");
    }
}
