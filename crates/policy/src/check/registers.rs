//! Permissions whose yes could become no entry.

use std::sync::Arc;

use super::line;
use crate::document::Document;
use crate::kinds::Rule;
use crate::problem::Problem;
use crate::rules::registers;

pub(super) fn check(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    for (clause, rule) in document.rules() {
        let Rule::Permission(permission) = rule else { continue };
        let Some((_, register)) = registers::of_permission(document, permission) else { continue };
        let (id, into) = (&permission.id, &register.id);
        let mut problem = |message: String, mend: String| {
            problems.push(Problem::new(&document.file, text, line(text, clause.line), message, mend));
        };
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
