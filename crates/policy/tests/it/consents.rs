//! About whom a request needs a consent, who says yes or no to it, and what holds a yes back.

use domain::{
    Audience, CategorySet, ConsentAnswer, FormAnswers, GrantScope, Particulars, Person, PersonId, PersonStatus,
    PolicyId, Recipient, Request, RequestId, RequestState, RoleSet, Said, Version,
};
use policy::kinds::Permission;
use policy::rules::consents::{ConsentState, MaySay, hold_back, may_say, may_waive, needed, state, with_answer};
use policy::{Document, Somebody, run_examples};
use uuid::Uuid;

const ASKER: u128 = 1;
const PUPIL: u128 = 2;
const PARENT: u128 = 3;
const OTHER_PARENT: u128 = 4;
const LEAD: u128 = 5;

fn document() -> Document {
    crate::read(&text())
}

fn text() -> String {
    let permission = "[permission]\nid = \"photo\"\ntitle = \"Photograph a pupil\"\nasks = [\"staff\"]\n\
        to = \"person\"\nopens = \"publication\"\ndecides = [\"headteacher\"]\nconsents = [\"images\"]\nwaive = [\"dsl\"]";
    let consent = "[consent]\nid = \"images\"\ntitle = \"Photographs\"\nfor = \"for the website\"\nfrom = [\"parent\"]\n\
        about = [\"pupil\"]\nveto = [\"person-concerned\"]";
    let other = "[consent]\nid = \"other\"\ntitle = \"Something else\"\nfor = \"for another reason\"\nfrom = [\"parent\"]\n\
        about = [\"pupil\"]";
    let rules = [permission, consent, other].map(str::to_owned);
    crate::policy_of("p", "\"staff\", \"pupil\", \"parent\"", &rules)
}

pub fn person(number: u128, audience: Audience) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(number)),
        username: format!("person-{number}"),
        name: format!("Person {number}"),
        mail: None,
        audience,
        groups: Vec::new(),
        roles: RoleSet::default(),
        children: Vec::new(),
        status: PersonStatus::Here,
        particulars: Particulars::default(),
    }
}

fn people() -> Vec<Person> {
    let pupil = PersonId(Uuid::from_u128(PUPIL));
    vec![
        person(ASKER, Audience::Staff),
        person(PUPIL, Audience::Pupil),
        Person { children: vec![pupil], ..person(PARENT, Audience::Parent) },
        person(OTHER_PARENT, Audience::Parent),
        Person { roles: RoleSet::from_iter([crate::role("dsl")]), ..person(LEAD, Audience::Staff) },
    ]
}

pub(crate) fn request_for(recipient: Recipient) -> Request {
    Request {
        id: RequestId(Uuid::from_u128(9)),
        policy: PolicyId("p".to_owned()),
        version: Version(1),
        clause: "clause-1".to_owned(),
        permission: "photo".to_owned(),
        asker: PersonId(Uuid::from_u128(ASKER)),
        recipient,
        concerned: None,
        scope: GrantScope::Words("a photograph".to_owned()),
        reason: "the school play".to_owned(),
        asked_at: "2026-05-12T10:00:00Z".parse().expect("a moment"),
        from: None,
        until: None,
        due: None,
        escalation: None,
        state: RequestState::Waiting,
    }
}

fn about(number: u128) -> Recipient {
    Recipient::Person(PersonId(Uuid::from_u128(number)))
}

fn permission(document: &Document) -> &Permission {
    document.permission("photo").expect("the permission").1
}

fn answer(by: u128, said: Said) -> ConsentAnswer {
    ConsentAnswer {
        consent: "images".to_owned(),
        about: PersonId(Uuid::from_u128(PUPIL)),
        by: PersonId(Uuid::from_u128(by)),
        at: "2026-05-12T11:00:00Z".parse().expect("a moment"),
        said,
    }
}

#[test]
fn the_consents_of_the_clause_and_no_others_are_needed_about_whom_the_request_is_for() {
    let (document, people) = (document(), people());
    let find = |id: PersonId| people.iter().find(|person| person.id == id);
    let of = |document: &Document, request: &Request| {
        let all = needed(document, permission(document), request, &FormAnswers::default(), find);
        all.into_iter()
            .map(|needed| (policy::rules::shown::consent(needed.consent).id.to_owned(), needed.about))
            .collect::<Vec<_>>()
    };
    let ids = |recipient| of(&document, &request_for(recipient));
    assert_eq!(ids(about(PUPIL)), [("images".to_owned(), PersonId(Uuid::from_u128(PUPIL)))]);
    assert_eq!(ids(about(OTHER_PARENT)), [], "the clause asks for it about pupils");
    assert_eq!(ids(about(ASKER)), [], "nobody needs their own consent to what they ask for");
    assert_eq!(ids(Recipient::Everyone), []);
    // A pupil who asks for themselves is about themselves only where somebody is chosen.
    let pupil = PersonId(Uuid::from_u128(PUPIL));
    let own = Request { asker: pupil, ..request_for(about(PUPIL)) };
    assert_eq!(of(&document, &own), [("images".to_owned(), pupil)]);
    let for_self = crate::read(&text().replace("to = \"person\"", "to = \"self\"\nfields = { shown = \"pupils\" }"));
    assert_eq!(of(&for_self, &own), []);
}

#[test]
fn a_parent_of_the_pupil_says_yes_or_no_and_the_pupil_no_alone() {
    let (document, people) = (document(), people());
    let find = |id: PersonId| people.iter().find(|person| person.id == id);
    let request = request_for(about(PUPIL));
    let needed = needed(&document, permission(&document), &request, &FormAnswers::default(), find)[0];
    let says = |number: u128| {
        let by = people.iter().find(|person| person.id.0 == Uuid::from_u128(number)).expect("somebody");
        may_say(&document, needed, &request, &people[1], by)
    };
    assert_eq!(says(PARENT), MaySay { yes: true, no: true });
    assert_eq!(says(PUPIL), MaySay { yes: false, no: true });
    for nobody in [OTHER_PARENT, LEAD, ASKER] {
        assert_eq!(says(nobody), MaySay { yes: false, no: false }, "{nobody}");
    }
}

#[test]
fn whoever_may_say_that_none_is_needed_holds_the_role_and_did_not_ask() {
    let (document, people) = (document(), people());
    let waives = |request: &Request, number: u128| {
        let by = people.iter().find(|person| person.id.0 == Uuid::from_u128(number)).expect("somebody");
        may_waive(permission(&document), request, by.id, Somebody::from(by))
    };
    let request = request_for(about(PUPIL));
    assert!(waives(&request, LEAD));
    assert!(!waives(&request, PARENT));
    let own = Request { asker: PersonId(Uuid::from_u128(LEAD)), ..request };
    assert!(!waives(&own, LEAD));
}

#[test]
fn what_a_family_said_is_told_to_those_who_decide_at_the_school_and_to_no_other_family() {
    let story = "Monday 09:00: parent Pat answers for pupil Ada in 9B\n\
        09:00: parent Mia answers for pupil Ben in 9B\n\
        09:01: staff Tom asks photo for \"a photograph\", for pupil Ada -> headteacher decides\n\
        09:02: parent Pat consents to photo -> allowed\n\
        09:02: parent Pat knows who consented to photo for pupil Ada -> yes\n\
        09:02: pupil Ada knows who consented to photo for pupil Ada -> yes\n\
        09:02: headteacher knows who consented to photo for pupil Ada -> yes\n\
        09:02: dsl knows who consented to photo for pupil Ada -> yes\n\
        09:02: parent Mia knows who consented to photo for pupil Ada -> no\n\
        09:02: staff Tom knows who consented to photo for pupil Ada -> no\n\
        09:02: parent Pat knows who consented to photo for pupil Ben -> no";
    let document = crate::read(&format!("{}\n```story\n{story}\n```\n", text()));
    let rules = crate::compile(std::slice::from_ref(&document));
    let outcomes = run_examples(&[document], &rules, &|_| CategorySet::default());
    let failed: Vec<_> = outcomes.into_iter().filter(|outcome| !outcome.passed).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_yes_is_held_back_until_consent_is_given_and_a_no_counts_more_than_any_yes() {
    let (document, people) = (document(), people());
    let find = |id: PersonId| people.iter().find(|person| person.id == id);
    let needed = needed(&document, permission(&document), &request_for(about(PUPIL)), &FormAnswers::default(), find);
    let mut said = Vec::new();
    assert_eq!((state(needed[0], &said), hold_back(&needed, &said)), (ConsentState::Missing, true));
    said = with_answer(said, answer(PARENT, Said::Yes));
    assert_eq!((state(needed[0], &said), hold_back(&needed, &said)), (ConsentState::Given, false));
    said = with_answer(said, answer(PUPIL, Said::No));
    assert_eq!((state(needed[0], &said), hold_back(&needed, &said)), (ConsentState::Refused, true));
    said = with_answer(said, answer(PUPIL, Said::NotNeeded { reason: "in the register".to_owned() }));
    assert_eq!((said.len(), state(needed[0], &said)), (2, ConsentState::NotNeeded));
    assert!(!hold_back(&needed, &said));
}

#[test]
fn a_picture_comes_out_until_somebody_has_agreed_to_it_and_once_the_request_is_taken_back() {
    let rule = "[permission]\nid = \"publish\"\ntitle = \"t\"\nasks = [\"staff\"]\nopens = \"publication\"\n\
                decides-all = [[\"headteacher\"], [\"dsl\"]]";
    let text = crate::policy_of("p", "\"staff\"", &[rule.to_owned()]);
    let document = crate::read(&format!(
        "{text}\n```story\n\
         Monday 09:00: staff Ada asks publish for \"a film\" -> allowed\n\
         09:01: staff Ada adds a picture to publish -> allowed\n\
         09:02: staff Ben takes a picture out of publish -> refused #clause-1\n\
         09:03: staff Ada takes a picture out of publish -> allowed #clause-1\n\
         09:04: staff Ada takes a picture out of publish -> refused\n\
         09:05: staff Ada adds a picture to publish -> allowed\n\
         09:06: headteacher approves publish -> allowed\n\
         09:07: staff Ada takes a picture out of publish -> refused #clause-1\n\
         09:08: staff Ada takes back publish -> allowed\n\
         09:09: staff Ada takes a picture out of publish -> allowed\n```\n"
    ));
    let rules = crate::compile(std::slice::from_ref(&document));
    let outcomes = policy::run_examples(&[document], &rules, &|_| domain::CategorySet::default());
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.passed).collect();
    assert!(outcomes.len() == 10 && failed.is_empty(), "{failed:#?}");
}
