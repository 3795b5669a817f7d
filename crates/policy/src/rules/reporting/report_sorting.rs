//! What reports are of, by which they are offered; in what capacity somebody makes one; and that harm waits for no complaint.

use domain::{Audience, Duty, FieldAnswer, FormAnswers, FormField, Role, RoleSet};

use crate::document::{Clause, Document};
use crate::kinds::{CHILD_AT_RISK, Report, ReportMatter};
use crate::rules::{reporting, searching};
use crate::somebody::Somebody;

/// What a report is of, in the order in which reports are offered: what is most likely meant before what staff write after
/// they have done something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportSort {
    /// Somebody may be hurt or at risk.
    Harm,
    /// Something else was done or went wrong.
    Incident,
    Complaint,
    Question,
    /// Personal data is lost or was seen by others, which is dealt with as a data breach.
    Breach,
    /// A device was searched.
    Search,
}

/// What a report is of: what its clause says or, where that says nothing, what the rule does. Of harm are those in confidence
/// and those that go to somebody who is shown who looked for help.
pub fn sort(document: &Document, clause: &Clause, report: &Report) -> ReportSort {
    match report.matter {
        Some(ReportMatter::Harm) => ReportSort::Harm,
        Some(ReportMatter::Complaint) => ReportSort::Complaint,
        Some(ReportMatter::Question) => ReportSort::Question,
        None if searching::register(document).is_some_and(|(stands, _)| stands.id == clause.id) => ReportSort::Search,
        None if reporting::is_of_breach(Some(report)) => ReportSort::Breach,
        None if is_of_harm(document, report) => ReportSort::Harm,
        Some(ReportMatter::Incident) | None => ReportSort::Incident,
    }
}

fn is_of_harm(document: &Document, report: &Report) -> bool {
    report.in_confidence || goes_to_safeguarding(document, report)
}

/// Whether a report goes, or may go as the reporter chooses, to somebody who looks after children's safety: whoever is shown
/// who looked for help.
pub fn goes_to_safeguarding(document: &Document, report: &Report) -> bool {
    let looks_after =
        |role: &Role| document.roles.entry(*role).is_some_and(|entry| entry.duties.contains(&Duty::SeeHelpSeeking));
    let choices = report.to_one_of.iter().flat_map(|roles| roles.iter());
    report.to.iter().chain(choices).any(looks_after)
}

/// The capacities in which a clause lets somebody report: as who they are and, where it is a complaint or a question, as the
/// parent of a child here too, whatever else they are. Who is not signed in says which they are there of those whom the clause
/// names, or none of them, unless it is in confidence and not kept. Empty: it does not let them.
pub fn capacities(document: &Document, report: &Report, somebody: Somebody<'_>, is_parent: bool) -> Vec<Audience> {
    static NO_ROLES: std::sync::LazyLock<RoleSet> = std::sync::LazyLock::new(RoleSet::new);
    let as_parent = Somebody { audience: Audience::Parent, roles: &NO_ROLES, groups: &[] };
    let also = is_parent && somebody.audience != Audience::Parent && has_own_procedure(report);
    let who = [Some(somebody), also.then_some(as_parent)].into_iter().flatten();
    let mut capacities: Vec<Audience> =
        who.filter(|who| document.concerns(&report.who, *who).is_some()).map(|who| who.audience).collect();
    if capacities == [Audience::Unidentified] && says_capacity(report) {
        let named = if report.who.everyone { &document.audiences } else { &report.who.audiences };
        capacities.splice(..0, named.iter().copied().filter(|audience| *audience != Audience::Unidentified));
    }
    capacities
}

/// Whether a report is a complaint or a question, whose form asks whether a child may be at risk.
pub fn has_own_procedure(report: &Report) -> bool {
    report.matter.is_some_and(ReportMatter::has_own_procedure)
}

/// Whether a report says in what capacity it was written: a complaint or a question does. Of somebody who writes in confidence
/// it would say who they may be, to everybody who reads it.
pub fn says_capacity(report: &Report) -> bool {
    has_own_procedure(report) && !report.in_confidence
}

/// Of the fields of a report's form, those that are asked: whoever has reported harm before a complaint or a question is not
/// asked in it once more whether a child may be at risk.
pub fn asked(mut form: Vec<FormField>, has_reported_harm: bool) -> Vec<FormField> {
    form.retain(|field| !has_reported_harm || field.name != CHILD_AT_RISK);
    form
}

/// Whether somebody says in a complaint or a question that a child may be at risk of harm: it goes first where harm is
/// reported.
pub fn tells_of_harm(report: &Report, answers: &FormAnswers) -> bool {
    has_own_procedure(report) && answers.get(CHILD_AT_RISK) == Some(&FieldAnswer::YesNo(true))
}
