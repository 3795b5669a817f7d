//! Permissions whose yes could become no entry, registers that follow from a consent of which nothing stands, and those that
//! would give away a report in confidence, or list accounts where nobody is shown them.

use std::sync::Arc;

use super::line;
use crate::document::Document;
use crate::kinds::Rule;
use crate::problem::Problem;
use crate::rules::{
    registers::{self, checklists, consent_lists, losses},
    reporting, standing_consents,
};

pub(super) fn check(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    accounts_are_shown(document, text, problems);
    for (clause, register) in registers::registers(document) {
        let consent = consent_lists::consent(document, register);
        if let Some(consent) = consent.filter(|consent| !standing_consents::is_asked_once(consent)) {
            problems.push(Problem::new(
                &document.file,
                text,
                line(text, clause.line),
                format!(
                    "the register '{}' follows from the consent '{}', which is asked anew for each request",
                    register.id, consent.id
                ),
                format!("write asked = \"once\" in the consent '{}', or take 'without-consent' out", consent.id),
            ));
        }
    }
    for (clause, register) in registers::registers(document) {
        let of = checklists::register_of(register).and_then(|id| registers::register(document, id));
        let Some((_, of)) = of else { continue };
        if let Some(field) = checklists::missing_in(of, register) {
            problems.push(Problem::new(
                &document.file,
                text,
                line(text, clause.line),
                format!(
                    "an entry of '{}' finds its checklist in '{}' by '{}', for which that register does not ask",
                    register.id, of.id, field.name
                ),
                format!("ask for '{}' ({}) in both, or take it out of 'checklist-by'", field.name, field.kind),
            ));
        }
    }
    for (clause, report) in reporting::reports(document).filter(|(_, report)| report.in_confidence) {
        for (_, register) in losses::registers_of(document, &report.id) {
            problems.push(Problem::new(
                &document.file,
                text,
                line(text, clause.line),
                format!(
                    "the report '{}' is in confidence, and the register '{}' would show it",
                    report.id, register.id
                ),
                format!("take '{}' out of 'lost-by', or 'in-confidence' out of the report", report.id),
            ));
        }
    }
    for (clause, rule) in document.rules() {
        let Rule::Permission(permission) = rule else { continue };
        let Some((_, register)) = registers::of_permission(document, permission) else { continue };
        let (id, into) = (&permission.id, &register.id);
        let mut problem = |message: String, mend: String| {
            problems.push(Problem::new(&document.file, text, line(text, clause.line), message, mend));
        };
        if consent_lists::follows(register) {
            problem(
                format!("a yes to '{id}' becomes an entry of '{into}', which follows from a consent"),
                "take 'enforced-by' out, or 'without-consent'".to_owned(),
            );
        }
        for field in registers::unasked(register, permission) {
            problem(
                format!("a yes to '{id}' becomes an entry of '{into}', and its form does not ask for '{}'", field.name),
                format!("ask for '{}' ({}) in 'fields', or take it out of the register", field.name, field.kind),
            );
        }
        if !registers::second_of(register).is_empty() {
            problem(
                format!("a yes to '{id}' becomes an entry of '{into}', which needs a second person"),
                "take 'enforced-by' out, or 'second-person'".to_owned(),
            );
        }
        if registers::is_own(register) {
            problem(
                format!("a yes to '{id}' becomes an entry of '{into}', in which people write about themselves"),
                "take 'enforced-by' out, or 'declared-by'".to_owned(),
            );
        }
    }
}

/// Official accounts in a policy without a channel: they are shown to those whom one says how to reach others.
fn accounts_are_shown(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    if document.rules().any(|(_, rule)| matches!(rule, Rule::Channel(_))) {
        return;
    }
    for (clause, register) in registers::registers(document).filter(|(_, register)| registers::lists_accounts(register))
    {
        problems.push(Problem::new(
            &document.file,
            text,
            line(text, clause.line),
            format!(
                "the register '{}' lists official accounts, and the policy has no channel beside which they are shown",
                register.id
            ),
            "write a channel, or take 'official-accounts' out",
        ));
    }
}
