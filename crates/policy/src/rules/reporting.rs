//! Who may report, to whom a report goes, who reads it, who closes it, and by when.

pub mod report_clocks;
pub mod report_sorting;
pub mod site_reports;

use std::collections::BTreeMap;

use domain::{
    Audience, Calendar, Case, CaseActor, CaseId, CaseLine, CaseState, CaseStep, Duty, FieldAnswer, FieldProblem,
    FormAnswers, FormChecks, FormField, LineForm, PersonId, PolicyId, RelativeRole, RequestParties, Role, RoleSet,
    Roles, Version, Within, WrongAnswer, read_answers,
};
use jiff::{Timestamp, Zoned};

use crate::document::{Clause, Document};
use crate::kinds::{BeforeClosing, Report, Rule};
use crate::rules::deadlines::soon;
use crate::rules::deciding::{IsAbsent, with_those_instead};
use crate::rules::searching;

/// A report by its id, with the clause that it stands in.
pub fn report<'a>(document: &'a Document, id: &str) -> Option<(&'a Clause, &'a Report)> {
    reports(document).find(|(_, report)| &*report.id == id)
}

/// Every report of a policy, with the clause that it stands in.
pub fn reports(document: &Document) -> impl Iterator<Item = (&Clause, &Report)> {
    document.rules().filter_map(|(clause, rule)| match rule {
        Rule::Report(report) => Some((clause, report)),
        _ => None,
    })
}

/// Why a report can't go where the reporter wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongRoute {
    /// The reporter has to choose one of these.
    ChooseOne(Vec<Role>),
    /// The clause leaves no choice.
    NoChoice,
}

/// The roles that a report goes to, where it is about people who hold the roles `about`: all that the clause names and
/// the one that the reporter chose; or those instead, where the clause says so of a role in `about`.
///
/// # Errors
/// A choice that is missing, or that the clause does not leave.
pub fn route(report: &Report, chosen: Option<Role>, about: &RoleSet) -> Result<Vec<Role>, WrongRoute> {
    let mut roles = report.to.to_vec();
    match (&report.to_one_of, chosen) {
        (None, None) => {}
        (Some(choices), Some(role)) if choices.contains(&role) => roles.push(role),
        (Some(choices), _) => return Err(WrongRoute::ChooseOne(choices.to_vec())),
        (None, Some(_)) => return Err(WrongRoute::NoChoice),
    }
    let instead = instead_if_about(report, about);
    Ok(if instead.is_empty() { roles } else { instead })
}

/// Those whom the clause names instead where a report is about people who hold the roles `about`; empty: it says nothing.
fn instead_if_about(report: &Report, about: &RoleSet) -> Vec<Role> {
    let routes = report.instead_if_about.iter().flat_map(|routes| &routes.0);
    let met: Vec<&(Role, Vec<Role>)> = routes.filter(|(role, _)| about.contains(*role)).collect();
    // What one of them names and another replaces is about them too.
    let is_replaced = |role: Role| met.iter().any(|(replaced, _)| *replaced == role);
    let mut instead: Vec<Role> = Vec::new();
    for role in met.iter().flat_map(|(_, instead)| instead.iter().copied()) {
        if !is_replaced(role) && !instead.contains(&role) {
            instead.push(role);
        }
    }
    instead
}

/// Whether a report goes to somebody who follows from a pupil, as their teacher or parent, and no pupil is named: it is
/// neither about one nor by one. Of somebody who is not signed in none can be named.
pub fn lacks_pupil(route: &[Role], parties: RequestParties<'_>) -> bool {
    let is_pupil = parties.named.is_some_and(|named| named.audience == Audience::Pupil);
    parties.asker.is_some() && !is_pupil && follows_from_pupil(route)
}

/// Whether one of the roles follows from a pupil, as their teacher or parent.
pub fn follows_from_pupil(route: &[Role]) -> bool {
    route
        .iter()
        .any(|role| matches!(RelativeRole::of(*role), Some(RelativeRole::TeacherOfPupil | RelativeRole::ParentOfPupil)))
}

/// The roles of a route as people read it: without those whose every holder the report is about; where none is left,
/// the first role that receives such reports.
pub fn shown_route(route: &[Role], catalogue: &Roles, is_only_about: &dyn Fn(Role) -> bool) -> Vec<Role> {
    let left: Vec<Role> = route.iter().copied().filter(|role| !is_only_about(*role)).collect();
    if !left.is_empty() {
        return left;
    }
    let mut next = catalogue.carrying(Duty::ReceiveReports).map(|entry| entry.role);
    next.find(|role| !is_only_about(*role)).into_iter().collect()
}

/// What was given in the fields of the clause's form that are asked ([`report_sorting::asked`]), of which the site that may
/// be closed can be left empty.
///
/// # Errors
/// Everything that is wrong, in the order of the fields; a clock that would run from a time that is still to come.
pub fn answers(
    report: &Report,
    typed: &BTreeMap<String, String>,
    has_reported_harm: bool,
    checks: &FormChecks<'_>,
    now: Timestamp,
) -> Result<FormAnswers, Vec<FieldProblem>> {
    let is_empty = |field: &str| typed.get(field).is_none_or(|text| text.trim().is_empty());
    let mut form = report_sorting::asked(report.form(), has_reported_harm);
    form.retain(|field| site_reports::site_field(report) != Some(field.name.as_str()) || !is_empty(&field.name));
    let answers = read_answers(&form, typed, checks)?;
    let is_to_come = |field: &&str| matches!(answers.get(*field), Some(FieldAnswer::DateTime(at)) if *at > now);
    match clock_field(report).filter(is_to_come) {
        None => Ok(answers),
        Some(field) => {
            let wrong = WrongAnswer::ToCome { label: FormField::text(field).label() };
            Err(vec![FieldProblem { field: field.to_owned(), wrong }])
        }
    }
}

/// The field of the form from which the clock runs.
pub fn clock_field(report: &Report) -> Option<&str> {
    report.clock_from.as_deref()
}

/// When somebody should have taken a report up, where the clause says; `None` too where the calendar lacks its term.
fn due(report: &Report, opened: &Zoned, calendar: &Calendar) -> Option<Timestamp> {
    soon(report.within?, opened, calendar)
}

/// Since when the school has known of what was reported: since what the clause's form says, where that is before the
/// report.
pub fn known_since(report: Option<&Report>, answers: &FormAnswers, opened: Timestamp) -> Timestamp {
    match report.and_then(|report| answers.get(clock_field(report)?)) {
        Some(FieldAnswer::DateTime(since)) => opened.min(*since),
        _ => opened,
    }
}

/// The deadline that outside law or guidance sets for what is known since then; `None` where the clause names none.
fn deadline_since(report: &Report, since: &Zoned, calendar: &Calendar) -> Option<Timestamp> {
    soon(Within::Span(report.clock?), since, calendar)
}

/// The step that puts right since when a data breach is known, and with it the deadline; `None`: by the clause it is no data
/// breach.
pub fn correct_known_since(
    report: Option<&Report>,
    (before, since): (Timestamp, &Zoned),
    reason: String,
    calendar: &Calendar,
) -> Option<CaseStep> {
    let report = report.filter(|report| is_of_breach(Some(report)))?;
    let deadline = deadline_since(report, since, calendar);
    Some(CaseStep::CorrectKnownSince { since: since.timestamp(), reason, before, deadline })
}

/// A report as it was made: who made it, about whom, and where it goes.
#[derive(Debug, Clone)]
pub struct Made {
    pub id: CaseId,
    pub policy: PolicyId,
    pub version: Version,
    pub clause: String,
    pub reporter: Option<PersonId>,
    pub about: Vec<PersonId>,
    pub route: Vec<Role>,
}

/// The case that a report opens whose form has these answers.
pub fn open(report: &Report, made: Made, answers: &FormAnswers, at: &Zoned, calendar: &Calendar) -> Case {
    let since = known_since(Some(report), answers, at.timestamp());
    let deadline = deadline_since(report, &since.to_zoned(at.time_zone().clone()), calendar);
    Case {
        id: made.id,
        policy: made.policy,
        version: made.version,
        clause: made.clause,
        report: report.id.to_string(),
        reporter: made.reporter,
        in_confidence: report.in_confidence,
        about: made.about,
        sent_to: made.route,
        passed_to: Vec::new(),
        escalation: None,
        opened_at: at.timestamp(),
        reopened_at: None,
        due: due(report, at, calendar),
        deadline,
        clock_from: deadline.map(|_| since),
        regulator_said_at: None,
        actions: Vec::new(),
        lost: Vec::new(),
        state: CaseState::Open,
    }
}

/// The roles that receive a case now: those that it has come to, and those instead of absent ones.
pub fn receiving_roles(case: &Case, report: Option<&Report>, is_absent: IsAbsent<'_>) -> Vec<Role> {
    with_those_in_absence(report, case.has_come_to().collect(), is_absent)
}

/// Roles, and those that the clause names in the place of one whose every holder is absent.
pub fn with_those_in_absence(report: Option<&Report>, roles: Vec<Role>, is_absent: IsAbsent<'_>) -> Vec<Role> {
    with_those_instead(report.and_then(|report| report.in_absence.as_ref()), roles, is_absent)
}

/// The roles that a case comes to when somebody says that it is about a person too, where those whom it is about by then
/// hold the roles `held` and it has come to one of these: those that it would have gone to instead. They did not get it
/// first, so a name given in confidence stays hidden.
pub fn instead_of(case: &Case, report: Option<&Report>, held: &RoleSet) -> Vec<Role> {
    let routes = report.and_then(|report| report.instead_if_about.as_ref());
    let mut named = routes.iter().flat_map(|routes| &routes.0);
    let has_come_to = |role: Role| case.has_come_to().any(|had| had == role);
    let has_it = named.any(|(role, _)| held.contains(*role) && has_come_to(*role));
    let mut instead = report.filter(|_| has_it).map(|report| instead_if_about(report, held)).unwrap_or_default();
    instead.retain(|role| !has_come_to(*role));
    instead
}

/// Somebody who may receive a case, in the roles that they hold towards it today.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub person: PersonId,
    pub roles: RoleSet,
    pub is_away: bool,
}

/// Who receives a case, and who closes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CasePeople {
    pub receivers: Vec<PersonId>,
    pub closers: Vec<PersonId>,
    /// Those of all who may come to receive or close it who are away today.
    pub away: Vec<PersonId>,
    /// Those who receive it because nobody holds one of the roles that it has come to, there or away.
    pub alone: Vec<PersonId>,
}

impl CasePeople {
    /// How somebody stands towards the case.
    pub fn actor(&self, person: PersonId) -> CaseActor {
        CaseActor { person, receives: self.receivers.contains(&person), may_close: self.closers.contains(&person) }
    }

    /// Whether it waits to be taken up: nobody has, or whoever has reads it no more or is away.
    pub fn waits(&self, case: &Case) -> bool {
        let sees_to_it = |person: PersonId| self.read_by(person) && !self.away.contains(&person);
        !case.is_closed() && !case.taken_up_by().is_some_and(sees_to_it)
    }

    /// Whether somebody receives it and is there.
    pub(super) fn is_there(&self, person: PersonId) -> bool {
        self.receivers.contains(&person) && !self.away.contains(&person)
    }

    /// Those who receive it and those who close it.
    pub(super) fn readers(&self) -> Vec<PersonId> {
        let mut readers = self.receivers.clone();
        add(&mut readers, self.closers.clone());
        readers
    }

    /// Whether somebody reads it.
    pub fn read_by(&self, person: PersonId) -> bool {
        self.receivers.contains(&person) || self.closers.contains(&person)
    }
}

/// Who receives a case and who closes it, of the candidates whom it is not about. It is received by those who hold one
/// of its roles; where nobody does, there or away, by those whom the clause names in an absence, or else by the holders of
/// the first role of the catalogue that receives such reports and that one of them holds. While it waits to be taken up and
/// all who receive it are away, those whom the clause names in an absence receive it too, and where these are not there
/// either, the holders of the first role that receives such reports and has one who is there. It is closed by those whom the
/// clause names; where it names nobody who may, by whoever receives it.
pub fn people(
    case: &Case,
    report: Option<&Report>,
    candidates: &[Candidate],
    catalogue: &Roles,
    is_absent: IsAbsent<'_>,
) -> CasePeople {
    let holders = |roles: &[Role]| holders(case, candidates, roles);
    let is_away = |person: &PersonId| candidates.iter().any(|known| known.person == *person && known.is_away);
    let by_duty: Vec<Vec<PersonId>> =
        catalogue.carrying(Duty::ReceiveReports).map(|entry| holders(&[entry.role])).collect();
    let in_absence = || holders(&receiving_roles(case, report, &|_| true));
    let mut receivers = holders(&receiving_roles(case, report, is_absent));
    let mut alone = Vec::new();
    if receivers.is_empty() {
        // Who is there or away today changes nothing of whose it is.
        add(&mut alone, in_absence());
        if alone.is_empty() {
            add(&mut alone, by_duty.iter().find(|holders| !holders.is_empty()).cloned().unwrap_or_default());
        }
        receivers.clone_from(&alone);
    }
    let named = holders(closing_roles(report));
    let away = candidates.iter().filter(|known| known.is_away).map(|known| known.person).collect();
    let mut people = CasePeople { receivers, closers: named, away, alone };
    // A role may have a holder who is there and whom it is about: then it is not absent, and nobody is there for this.
    if people.waits(case) && people.receivers.iter().all(is_away) {
        add(&mut people.receivers, in_absence());
        if people.receivers.iter().all(is_away) {
            let there = by_duty.iter().find(|holders| !holders.iter().all(is_away));
            add(&mut people.receivers, there.cloned().unwrap_or_default());
        }
    }
    if people.closers.is_empty() {
        people.closers.clone_from(&people.receivers);
    }
    people
}

/// The roles of those whom a case is about.
pub(super) fn roles_of_those_concerned(case: &Case, candidates: &[Candidate]) -> RoleSet {
    let about = candidates.iter().filter(|candidate| case.is_about(candidate.person));
    about.flat_map(|candidate| candidate.roles.iter()).collect()
}

/// Adds those who are not there yet.
fn add(people: &mut Vec<PersonId>, more: Vec<PersonId>) {
    for person in more {
        if !people.contains(&person) {
            people.push(person);
        }
    }
}

/// The holders of some roles whom a case is not about.
pub(super) fn holders(case: &Case, candidates: &[Candidate], roles: &[Role]) -> Vec<PersonId> {
    let may = candidates.iter().filter(|candidate| !case.is_about(candidate.person));
    may.filter(|candidate| candidate.roles.contains_any(roles)).map(|candidate| candidate.person).collect()
}

/// The roles that a clause names to close a case.
pub fn closing_roles(report: Option<&Report>) -> &[Role] {
    report.and_then(|report| report.closes.as_ref()).map(|closes| closes.as_slice()).unwrap_or_default()
}

/// Whether somebody is told who reported a case: they read it, and in confidence it went to them first. Those whom it went
/// to later, those who are there instead of one of them, and those who close it alone read it without the name.
pub fn knows_reporter(
    case: &Case,
    report: Option<&Report>,
    candidate: &Candidate,
    people: &CasePeople,
    is_absent: IsAbsent<'_>,
) -> bool {
    if !case.in_confidence || !people.read_by(candidate.person) {
        return people.read_by(candidate.person);
    }
    let first = with_those_in_absence(report, case.sent_to.clone(), is_absent);
    let escalated = case.escalation.as_ref().map(|escalation| escalation.to.as_slice()).unwrap_or_default();
    let later = with_those_in_absence(report, [&case.passed_to, escalated].concat(), is_absent);
    // Where nobody holds one of its roles, whoever receives it has it because nobody else may.
    let has_it_alone = people.alone.contains(&candidate.person) && !candidate.roles.contains_any(&later);
    candidate.roles.contains_any(&first) || has_it_alone
}

/// The roles that a case may be passed on to: those which have it not, and of those to which it must be passed on also one
/// that has it because it was late.
pub fn may_pass_on_to(case: &Case, report: Option<&Report>) -> Vec<Role> {
    let Some(report) = report else { return Vec::new() };
    let has_it = |role: &Role| case.has_come_to().any(|known| known == *role);
    let choices = report.to_one_of.iter().chain(&report.refer).flat_map(|roles| roles.iter().copied());
    let choices = choices.filter(|role| !has_it(role));
    let then = report.then.iter().flat_map(|steps| &steps.0).flat_map(|step| step.to.iter().copied());
    let mut roles: Vec<Role> = Vec::new();
    for role in choices.chain(then.filter(|role| !case.was_given_to(*role))) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

/// Whether reports are dealt with as data breaches: none is closed before it is said whether the regulator was told.
pub fn is_of_breach(report: Option<&Report>) -> bool {
    asks_before_closing(report).contains(&BeforeClosing::Regulator)
}

/// The forms on which somebody writes lines down of a case: those of data breaches of these alone, and searches where the
/// policy lets a device be searched. The outcome is for whoever may close it to write; who closes it and does not receive it
/// writes that and what must be written down before.
pub fn line_forms(document: Option<&Document>, report: Option<&Report>, by: CaseActor) -> Vec<LineForm> {
    let may_search = document.is_some_and(|document| searching::register(document).is_some());
    let asked: Vec<LineForm> = asks_before_closing(report).iter().map(|asked| form_of(*asked)).collect();
    let has = |form: &LineForm| match form {
        LineForm::Outcome => by.may_close,
        LineForm::DeviceSearch => by.receives && may_search,
        form => (is_of_breach(report) || !form.is_of_breach()) && (by.receives || by.may_close && asked.contains(form)),
    };
    LineForm::ALL.iter().copied().filter(has).collect()
}

/// What must still be written down of a case before it is closed.
pub fn to_write_down(report: Option<&Report>, written: &[&CaseLine]) -> Vec<BeforeClosing> {
    let is_missing = |asked: &BeforeClosing| !written.iter().any(|line| answers_to(line) == Some(*asked));
    asks_before_closing(report).iter().copied().filter(is_missing).collect()
}

fn asks_before_closing(report: Option<&Report>) -> &[BeforeClosing] {
    report.and_then(|report| report.before_closing.as_deref()).unwrap_or_default()
}

/// The form on which that is written down which must be before a case is closed.
fn form_of(asked: BeforeClosing) -> LineForm {
    match asked {
        BeforeClosing::Decision => LineForm::Decision,
        BeforeClosing::Parents => LineForm::Parents,
        BeforeClosing::Referral => LineForm::Referral,
        BeforeClosing::Regulator => LineForm::Regulator,
        BeforeClosing::People => LineForm::People,
    }
}

/// What a line writes down of that which must be before a case is closed.
fn answers_to(line: &CaseLine) -> Option<BeforeClosing> {
    match line {
        CaseLine::Decision { .. } => Some(BeforeClosing::Decision),
        CaseLine::ParentsTold { .. } | CaseLine::ParentsNotTold { .. } => Some(BeforeClosing::Parents),
        CaseLine::Referral { .. } | CaseLine::NoReferral { .. } => Some(BeforeClosing::Referral),
        CaseLine::RegulatorTold { .. } | CaseLine::RegulatorNotTold { .. } => Some(BeforeClosing::Regulator),
        CaseLine::PeopleTold { .. } | CaseLine::PeopleNotTold { .. } => Some(BeforeClosing::People),
        CaseLine::OwnWords { .. }
        | CaseLine::DeviceSearch { .. }
        | CaseLine::Outcome { .. }
        | CaseLine::BreachKnown { .. } => None,
    }
}

/// What the reporter is shown of a case's state.
pub fn progress(case: &Case, is_answered: bool) -> &'static str {
    match (&case.state, is_answered) {
        (CaseState::Closed { .. }, _) => "closed",
        (_, true) => "answered",
        (CaseState::TakenUp { .. }, false) => "taken up",
        (CaseState::Open, false) => "open",
    }
}
