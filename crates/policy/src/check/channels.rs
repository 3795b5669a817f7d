//! What a channel says of an exception that it does not have.

use std::sync::Arc;

use super::line;
use crate::document::Document;
use crate::kinds::Rule;
use crate::problem::Problem;

pub(super) fn check(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    for (clause, rule) in document.rules() {
        let Rule::Channel(channel) = rule else { continue };
        if channel.except.is_some() {
            continue;
        }
        let written = [("prefer", channel.prefer.is_some()), ("log", channel.log.is_some())];
        for (field, _) in written.into_iter().filter(|(_, is_written)| *is_written) {
            problems.push(Problem::new(
                &document.file,
                text,
                line(text, clause.line),
                format!("'{field}' of the channel in '{}' speaks of an exception, and there is none", clause.id),
                format!("say in 'except' what the exception is, or take '{field}' out"),
            ));
        }
    }
}
