//! Routes of reports that lead nowhere.

use std::sync::Arc;

use domain::{FieldKind, LineKind, RelativeRole, Role};

use super::line;
use crate::document::Document;
use crate::kinds::Report;
use crate::problem::Problem;
use crate::rules::reporting::{self, site_reports};

pub(super) fn check(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    for (clause, report) in reporting::reports(document) {
        let found = [
            nowhere(report),
            unreachable(document, report),
            absent_stranger(report),
            late_for_nothing(report),
            then(report),
            clock_from(report),
            breach_without_clock(report),
            closes_site(report),
            gives_away_site(report),
        ];
        for (message, mend) in found.into_iter().flatten() {
            problems.push(Problem::new(&document.file, text, line(text, clause.line), message, mend));
        }
    }
}

type WhatIsWrong = Option<(String, String)>;

fn nowhere(report: &Report) -> WhatIsWrong {
    let is_routed = !report.to.is_empty() || report.to_one_of.is_some();
    if is_routed {
        let one = report.to_one_of.as_ref().filter(|roles| roles.len() == 1)?;
        return Some((
            format!("'to-one-of' of '{}' leaves no choice: it names {} alone", report.id, one[0]),
            "name another role, or write 'to'".to_owned(),
        ));
    }
    Some((format!("the report '{}' goes to nobody", report.id), "add 'to' or 'to-one-of', a list of roles".to_owned()))
}

/// A role that nobody in the school can hold, or hold towards this report, receives nothing.
fn unreachable(document: &Document, report: &Report) -> WhatIsWrong {
    let others = report.to_one_of.iter().chain(&report.escalate).flat_map(|roles| roles.iter());
    let inside = report.to.iter().chain(others);
    let instead = report.instead_if_about.iter().chain(&report.in_absence).flat_map(|routes| &routes.0);
    for role in inside.chain(instead.flat_map(|(_, roles)| roles)).copied() {
        match RelativeRole::of(role) {
            Some(RelativeRole::PersonConcerned) => {
                return Some((
                    format!(
                        "the report '{}' would go to 'person-concerned', and nobody receives a report about themselves",
                        report.id
                    ),
                    "name who else receives it".to_owned(),
                ));
            }
            Some(RelativeRole::TeacherOfGroup) => {
                return Some((
                    format!("nobody is '{role}' towards the report '{}', which is about no group", report.id),
                    "write \"teacher-of:pupil\", or take the role out".to_owned(),
                ));
            }
            None if document.roles.entry(role).is_some_and(|entry| entry.may_hold.is_empty()) => {
                return Some((
                    format!("the report '{}' would go to '{role}', which nobody in the school may hold", report.id),
                    "name who receives it in the school, and write this role in 'refer'".to_owned(),
                ));
            }
            Some(_) | None => {}
        }
    }
    None
}

/// A role that `in-absence` names and that the report never goes to.
fn absent_stranger(report: &Report) -> WhatIsWrong {
    let routes = report.in_absence.iter().flat_map(|routes| &routes.0);
    let others = report.refer.iter().chain(&report.to_one_of).chain(&report.escalate).flat_map(|roles| roles.iter());
    let instead = report.instead_if_about.iter().flat_map(|routes| &routes.0).flat_map(|(_, roles)| roles);
    let reached: Vec<Role> = report.to.iter().chain(others).chain(instead).copied().collect();
    let stranger = routes.map(|(absent, _)| *absent).find(|absent| !reached.contains(absent))?;
    Some((
        format!("'in-absence' names '{stranger}', which the report '{}' never goes to", report.id),
        "name a role that it goes to, or take it out".to_owned(),
    ))
}

/// Roles to which it would go at the end of a time that is not said, or which have it by then.
fn late_for_nothing(report: &Report) -> WhatIsWrong {
    let escalate = report.escalate.as_ref()?;
    let mut steps = report.then.iter().flat_map(|steps| &steps.0);
    if report.within.is_none() && report.clock.is_none() && steps.all(|step| step.within.is_none()) {
        return Some((
            format!(
                "'escalate' of '{}' never comes about: the clause does not say how soon anything is done",
                report.id
            ),
            "add 'within', 'clock' or a step of 'then' that has a 'within', or take 'escalate' out".to_owned(),
        ));
    }
    let role = escalate.iter().find(|role| report.to.contains(role))?;
    Some((
        format!("'escalate' names '{role}', to which the report '{}' goes at once", report.id),
        "name another role, or take it out".to_owned(),
    ))
}

/// A step that nobody who receives the report takes.
fn then(report: &Report) -> WhatIsWrong {
    let named: Vec<Role> =
        report.to.iter().chain(report.to_one_of.iter().flat_map(|roles| roles.iter())).copied().collect();
    let steps = report.then.iter().flat_map(|steps| &steps.0);
    let stranger = steps.flat_map(|step| &step.by).find(|role| !named.contains(role))?;
    Some((
        format!("'then' names '{stranger}', which the report '{}' does not go to", report.id),
        "write in 'by' a role of 'to' or 'to-one-of'".to_owned(),
    ))
}

/// A data breach of which nobody can say whether the regulator was told in time.
fn breach_without_clock(report: &Report) -> WhatIsWrong {
    (reporting::is_of_breach(Some(report)) && report.clock.is_none()).then(|| {
        (
            format!("'before-closing' of '{}' names the regulator, and there is no clock", report.id),
            "add 'clock', as in 'clock = \"72 hours\"'".to_owned(),
        )
    })
}

/// A clock that runs from nothing that the form asks for.
fn clock_from(report: &Report) -> WhatIsWrong {
    let named = report.clock_from.as_ref()?;
    if report.clock.is_none() {
        return Some((
            format!("'clock-from' of '{}' starts no clock", report.id),
            "add 'clock', or take 'clock-from' out".to_owned(),
        ));
    }
    let moment = FieldKind::Line(LineKind::DateTime);
    if report.form().iter().any(|field| field.name == *named && field.kind == moment) {
        return None;
    }
    Some((
        format!("'clock-from' names '{named}', which is no date and time of the form of '{}'", report.id),
        "name a field of 'fields' that is a \"date-time\"".to_owned(),
    ))
}

/// A site to close for which the form does not ask.
fn closes_site(report: &Report) -> WhatIsWrong {
    let named = site_reports::site_field(report)?;
    let site = FieldKind::Line(LineKind::Site);
    if report.form().iter().any(|field| field.name == *named && field.kind == site) {
        return None;
    }
    Some((
        format!("'closes-site' names '{named}', which is no site in the form of '{}'", report.id),
        "name a field of 'fields' that is a \"site\"".to_owned(),
    ))
}

/// A site whose block would tell everybody of a report in confidence.
fn gives_away_site(report: &Report) -> WhatIsWrong {
    site_reports::gives_away(report).then(|| {
        (
            format!(
                "the report '{}' is in confidence, and the gate's page would cite it for a site that it closes",
                report.id
            ),
            "take 'closes-site' out, or 'in-confidence'".to_owned(),
        )
    })
}
