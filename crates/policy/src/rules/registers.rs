//! Who writes into a register, who reads it, what it refuses, and what a yes writes into it.

pub mod checklists;
pub mod consent_lists;
pub mod counting;
pub mod devices;
pub mod issuing;
pub mod losses;
pub mod upkeep;

use std::collections::BTreeMap;

use domain::{
    Duty, FieldAnswer, FieldKind, FieldProblem, FormAnswers, FormChecks, FormField, Grant, KeptEntries, LineKind,
    PersonId, Recipient, RegisterEntry, RegisterReader, Request, Role, RoleSet, Roles, WrongAnswer, read_answers,
};
use jiff::Timestamp;

use crate::document::{Clause, Document};
use crate::kinds::{DeclaredBy, OnLeaving, Permission, Register, Rule};
use crate::rules::registers::counting::InUse;
use crate::somebody::Somebody;
use crate::value::{EntryAnswers, PERSON_CONCERNED, options};

/// A register by its id, with the clause that it stands in.
pub fn register<'a>(document: &'a Document, id: &str) -> Option<(&'a Clause, &'a Register)> {
    registers(document).find(|(_, register)| &*register.id == id)
}

/// Every register of a policy, with the clause that it stands in.
pub fn registers(document: &Document) -> impl Iterator<Item = (&Clause, &Register)> {
    document.rules().filter_map(|(clause, rule)| match rule {
        Rule::Register(register) => Some((clause, register)),
        _ => None,
    })
}

/// The name by which a policy's other rules call it.
pub fn id(register: &Register) -> &str {
    &register.id
}

/// Whether somebody holds one of the keeper's roles.
pub fn keeps(register: &Register, somebody: Somebody<'_>) -> bool {
    somebody.holds_any(keepers(register))
}

/// The roles that keep a register.
pub fn keepers(register: &Register) -> &[Role] {
    &register.keeper
}

/// Whether people write in it about themselves.
pub fn is_own(register: &Register) -> bool {
    register.declared_by == Some(DeclaredBy::Own)
}

/// Whether somebody may write an entry: whoever keeps the register or, where entries are people's own, those whom the
/// clause names. Nobody, where the register follows from a consent.
pub fn may_enter(document: &Document, register: &Register, somebody: Somebody<'_>) -> bool {
    if consent_lists::follows(register) {
        return false;
    }
    if is_own(register) { document.concerns(&register.who, somebody).is_some() } else { keeps(register, somebody) }
}

/// How somebody reads a register. Those who hold one of the keeper's roles keep all that is not about them. What is about
/// every one of these comes, as a report would, to the holders of the first role of the catalogue that receives reports and
/// that somebody holds whom it is not about. `holders` says who holds one of some roles today.
pub fn reader(
    register: &Register,
    person: PersonId,
    somebody: Somebody<'_>,
    catalogue: &Roles,
    holders: impl Fn(&[Role]) -> Vec<PersonId>,
) -> RegisterReader {
    let receiving: Vec<Role> = catalogue.carrying(Duty::ReceiveReports).map(|entry| entry.role).collect();
    let comes_to = receiving.iter().position(|role| somebody.holds_any(&[*role]));
    let keeps = match comes_to {
        _ if keeps(register, somebody) => KeptEntries::All,
        Some(place) => KeptEntries::AboutAllOf(holders(&[keepers(register), &receiving[..place]].concat())),
        None => KeptEntries::None,
    };
    RegisterReader { person, is_own: is_own(register), keeps }
}

/// Those who see to an entry that is about these people: whoever keeps the register, but none of those; where it is about all
/// of them, those to whom it comes instead ([`reader`]). `holders` says who holds one of some roles today.
pub fn keepers_of(
    register: &Register,
    about: &[PersonId],
    catalogue: &Roles,
    holders: impl Fn(&[Role]) -> Vec<PersonId>,
) -> Vec<PersonId> {
    let receiving = catalogue.carrying(Duty::ReceiveReports).map(|known| vec![known.role]);
    let mut in_order = std::iter::once(keepers(register).to_vec()).chain(receiving).map(|roles| {
        let mut people = holders(&roles);
        people.retain(|person| !about.contains(person));
        people
    });
    in_order.find(|people| !people.is_empty()).unwrap_or_default()
}

/// Whether its entries can name people, who then don't read them.
pub(crate) fn names_people(register: &Register) -> bool {
    let named =
        |kind: &FieldKind| matches!(kind, FieldKind::Line(LineKind::Person | LineKind::Pupil | LineKind::Pupils));
    register.form().iter().any(|field| named(&field.kind))
}

/// What is given in an entry's form.
///
/// # Errors
/// Everything that is wrong or that the register refuses, in the order of the fields.
pub fn answers(
    register: &Register,
    typed: &BTreeMap<String, String>,
    checks: &FormChecks<'_>,
) -> Result<FormAnswers, Vec<FieldProblem>> {
    let is_empty = |field: &FormField| typed.get(&field.name).is_none_or(|text| text.trim().is_empty());
    let form: Vec<FormField> =
        register.form().iter().filter(|field| !(may_come_later(register, field) && is_empty(field))).cloned().collect();
    let read = read_answers(&form, typed, checks);
    without_refused(register.form(), read, refusals(register, typed))
}

/// Whether a field may be left empty until it is known.
pub fn may_come_later(register: &Register, field: &FormField) -> bool {
    register.later.as_ref().is_some_and(|later| later.contains(&field.name))
}

/// What was read in a form, where nothing of it is refused; otherwise everything that is wrong, in the form's order.
pub(super) fn without_refused(
    form: &[FormField],
    read: Result<FormAnswers, Vec<FieldProblem>>,
    refused: Vec<FieldProblem>,
) -> Result<FormAnswers, Vec<FieldProblem>> {
    match read {
        Ok(answers) if refused.is_empty() => Ok(answers),
        read => {
            let mut problems: Vec<FieldProblem> = read.err().into_iter().flatten().chain(refused).collect();
            problems.sort_by_key(|problem| form.iter().position(|field| field.name == problem.field));
            Err(problems)
        }
    }
}

/// What the register lets nothing in with, as it was typed: answers that it refuses, and more in use than there are.
fn refusals(register: &Register, typed: &BTreeMap<String, String>) -> Vec<FieldProblem> {
    let refuses = |field: &FormField| {
        let answer = typed.get(&field.name)?.trim();
        let wrong = WrongAnswer::NotInRegister { label: field.label(), answer: answer.to_owned() };
        is_refused(register.refuse.as_ref(), field, answer).then(|| FieldProblem { field: field.name.clone(), wrong })
    };
    register.form().iter().filter_map(refuses).chain(counting::too_many(register, typed)).collect()
}

/// Whether an answer in a field is among those that are refused.
pub(super) fn is_refused(refused: Option<&EntryAnswers>, field: &FormField, answer: &str) -> bool {
    refused.is_some_and(|refused| refused.has(&field.name, answer))
}

/// Of which roles a second person must be there; empty where none must.
pub fn second_of(register: &Register) -> &[Role] {
    register.second_person.as_deref().unwrap_or_default()
}

/// Why somebody does not do as the second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongSecond {
    /// The clause asks for one.
    Missing,
    /// It is whoever writes or corrects.
    TheWriter,
    /// They hold none of the roles that the clause names.
    NotOfRole,
}

/// The second person who is there for an entry or a correction of it; `None` where the clause asks for none. `writers` are
/// whoever wrote the entry and whoever corrects it.
///
/// # Errors
/// Nobody, one of the writers, or somebody in no role that the clause names.
pub fn second(
    register: &Register,
    writers: &[PersonId],
    named: Option<(PersonId, &RoleSet)>,
) -> Result<Option<PersonId>, WrongSecond> {
    match named {
        _ if second_of(register).is_empty() => Ok(None),
        None => Err(WrongSecond::Missing),
        Some((person, _)) if writers.contains(&person) => Err(WrongSecond::TheWriter),
        Some((_, roles)) if !roles.contains_any(second_of(register)) => Err(WrongSecond::NotOfRole),
        Some((person, _)) => Ok(Some(person)),
    }
}

/// Whether what an entry lists may leave the premises; `None` where the clause says nothing of it.
pub fn may_leave(register: &Register, answers: &FormAnswers) -> Option<bool> {
    register.may_leave_when.as_ref().map(|when| is_met(when, answers))
}

/// Whether a form answers each field as a condition has it.
pub(super) fn is_met(when: &EntryAnswers, answers: &FormAnswers) -> bool {
    when.0.iter().all(|(field, _)| {
        let answer = answers.get(field).and_then(FieldAnswer::typed);
        answer.is_some_and(|answer| when.has(field, answer))
    })
}

/// Whether somebody is shown what is listed in a register, whomever it names: those whom the clause names, and whoever holds
/// the permission that it names for it. `grants` are those that are for them.
pub fn is_shown<'g>(
    document: &Document,
    register: &Register,
    somebody: Somebody<'_>,
    grants: impl IntoIterator<Item = &'g Grant>,
    now: Timestamp,
) -> bool {
    let shows = |grant: &Grant| {
        let is_of_it = grant.policy == document.id && register.shown_with.as_ref() == Some(&grant.permission);
        is_of_it && grant.is_live(now)
    };
    register.shown_to.as_ref().is_some_and(|who| document.concerns(who, somebody).is_some())
        || register.shown_with.is_some() && grants.into_iter().any(shows)
}

/// Whether people are shown the entries that name them, until those are done.
pub fn is_shown_to_the_named(register: &Register) -> bool {
    register.shown_to.as_ref().is_some_and(|who| who.roles.iter().any(|role| role.name() == PERSON_CONCERNED))
}

/// What those are shown of an entry to whom a register is shown; `None`: it is not shown to them. Whether it holds, it does
/// not look at.
pub fn shown_answers(register: &Register, answers: &FormAnswers) -> Option<FormAnswers> {
    let is_shown = register.shown_when.as_ref().is_none_or(|when| is_met(when, answers));
    let shown = shown_fields(register).into_iter();
    is_shown.then(|| shown.filter_map(|field| Some((field.name.clone(), answers.get(&field.name)?.clone()))).collect())
}

/// The fields that those are shown to whom a register is shown, in the form's order.
pub fn shown_fields(register: &Register) -> Vec<&FormField> {
    let is_shown = |field: &&FormField| register.shows.as_ref().is_some_and(|shows| shows.contains(&field.name));
    register.form().iter().filter(is_shown).collect()
}

/// Whether it lists the school's own accounts.
pub fn lists_accounts(register: &Register) -> bool {
    register.official_accounts
}

/// The register in which a yes becomes an entry.
pub fn of_permission<'a>(document: &'a Document, permission: &Permission) -> Option<(&'a Clause, &'a Register)> {
    register(document, permission.enforced_by.as_deref()?)
}

/// What a request says that the register lets nothing in with, as it was typed.
pub(super) fn refused_request(
    document: &Document,
    permission: &Permission,
    typed: &BTreeMap<String, String>,
) -> Vec<FieldProblem> {
    of_permission(document, permission).map(|(_, register)| refusals(register, typed)).unwrap_or_default()
}

/// Whether the register lets a request in, as its answers were kept.
pub fn lets_in(register: &Register, answers: &FormAnswers) -> bool {
    let typed = answers.iter().filter_map(|(field, answer)| Some((field.clone(), answer.typed()?.to_owned())));
    let is_too_many = counting::in_use(register, answers).is_some_and(InUse::is_too_many);
    !is_too_many && refusals(register, &typed.collect()).is_empty()
}

/// What an entry says that a yes writes: what the request's form answers, what was asked for and why and, in a field for a person
/// that it does not ask for and that must be known, whoever it is for.
pub fn of_request(register: &Register, request: &Request, answers: &FormAnswers) -> FormAnswers {
    let whose = match &request.recipient {
        Recipient::Person(person) => *person,
        Recipient::Group(_) | Recipient::Audience(_) | Recipient::Everyone => request.asker,
    };
    let answer = |field: &FormField| match answers.get(&field.name) {
        Some(answer) => Some(answer.clone()),
        None if is_reason(field) => Some(FieldAnswer::Text(request.reason.clone())),
        None if is_what(field) => Some(FieldAnswer::Text(request.scope.words())),
        None if is_person(field) && !may_come_later(register, field) => Some(FieldAnswer::Person(whose)),
        None => None,
    };
    register.form().iter().filter_map(|field| Some((field.name.clone(), answer(field)?))).collect()
}

fn is_person(field: &FormField) -> bool {
    field.kind == FieldKind::Line(LineKind::Person)
}

/// Whether a field says why something was given, which every request says.
fn is_reason(field: &FormField) -> bool {
    is_text(field) && matches!(field.name.as_str(), "reason" | "purpose")
}

/// Whether a field says what was given, which every request says.
fn is_what(field: &FormField) -> bool {
    is_text(field) && field.name == "what"
}

fn is_text(field: &FormField) -> bool {
    matches!(field.kind, FieldKind::Line(LineKind::Text | LineKind::LongText))
}

/// The fields of a register that a permission's form would have to ask for, and does not ask for alike.
pub(crate) fn unasked<'a>(register: &'a Register, permission: &Permission) -> Vec<&'a FormField> {
    let asked = permission.form();
    register
        .form()
        .iter()
        .filter(|field| !is_person(field) && !is_reason(field) && !is_what(field))
        .filter(|field| !may_come_later(register, field) && !asked.contains(field))
        .collect()
}

/// The answers that do, of those between which a field lets choose; none where it is free.
pub(crate) fn fitting<'a>(register: &Register, field: &'a FormField) -> Vec<&'a str> {
    let refused = register.refuse.as_ref();
    options(field).into_iter().filter(|answer| !is_refused(refused, field, answer)).collect()
}

/// Whether an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryStanding {
    Holds,
    /// The permission has ended by which something was given out that comes back, and nobody has closed the entry.
    ToBeClosed,
    /// What it lists is lost or stolen, and nobody has closed the entry.
    Lost,
    Closed,
    /// What it writes down has ended.
    Ended,
}

impl EntryStanding {
    /// Whether what an entry lists is still out, or still so.
    pub fn is_open(self) -> bool {
        matches!(self, EntryStanding::Holds | EntryStanding::ToBeClosed | EntryStanding::Lost)
    }
}

/// How long what an entry writes down lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Until somebody closes the entry.
    UntilClosed,
    /// As long as the grant that it writes down.
    Until(Timestamp),
    /// The grant that it writes down is kept no longer.
    Gone,
}

/// Whether an entry holds at `now`: until it is closed, and one that a yes wrote no longer than what was given. What comes back
/// is out until somebody says that it has come back.
pub fn standing(register: &Register, entry: &RegisterEntry, lasting: Lasting, now: Timestamp) -> EntryStanding {
    let held = if entry.is_lost() { EntryStanding::Lost } else { EntryStanding::Holds };
    let after = match held {
        _ if !comes_back(register) => EntryStanding::Ended,
        EntryStanding::Lost => EntryStanding::Lost,
        _ => EntryStanding::ToBeClosed,
    };
    match lasting {
        _ if entry.is_closed() => EntryStanding::Closed,
        Lasting::Gone => after,
        Lasting::Until(end) if end <= now => after,
        Lasting::Until(_) | Lasting::UntilClosed => held,
    }
}

/// Whether what a register lists is given out and comes back.
pub fn comes_back(register: &Register) -> bool {
    register.on_leaving == Some(OnLeaving::Return)
}

/// Whether those who keep an entry may close it. One that a yes wrote says what was permitted, for as long as it is; but what
/// comes back may come back before.
pub fn may_close(register: &Register, entry: &RegisterEntry) -> bool {
    entry.grant.is_none() || comes_back(register)
}

/// Whether what was to be done about an entry is done, or what it lists has come back.
pub(super) fn is_done(register: &Register, entry: &RegisterEntry) -> bool {
    register.done_field.as_ref().is_some_and(|done| entry.answers.contains_key(done))
}

/// Whether a field says that what was to be done about an entry is done.
pub(crate) fn says_done(register: &Register, field: &FormField) -> bool {
    register.done_field.as_ref() == Some(&field.name)
}
