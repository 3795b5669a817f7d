//! What can only be seen across a school's policies. What concerns one policy alone, `parse` has reported.

use std::ops::Range;
use std::sync::Arc;

use domain::Audience;

use crate::document::Document;
use crate::kinds::Rule;
use crate::problem::Problem;

mod channels;
mod deciders;
mod paths;
mod registers;
mod reports;

/// Problems between policies: two with one id; an agreement asked of an audience that its policy does
/// not speak to; a path, a relative role or a route in absence that could never act; a yes that could become
/// no entry; a channel's exception that is none, a register in which it can't be written down, or a way of it that the
/// gate would open against another clause; a report that would reach nobody.
pub fn check(documents: &[Document]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (position, document) in documents.iter().enumerate() {
        let text: Arc<str> = Arc::from(document.text.as_str());
        if let Some(first) = documents[..position].iter().find(|first| first.id == document.id) {
            problems.push(Problem::new(
                &document.file,
                &text,
                find(&text, &document.id.0),
                format!("the policy '{}' is there twice; the other is in {}", document.id, first.file),
                "give one of them another id",
            ));
        }
        paths::check(document, &text, &mut problems);
        deciders::check(document, &text, &mut problems);
        channels::check(document, &text, &mut problems);
        registers::check(document, &text, &mut problems);
        reports::check(document, &text, &mut problems);
        for (clause, rule) in document.rules() {
            let Rule::Agreement(agreement) = rule else { continue };
            let at = line(&text, clause.line);
            let strangers: Vec<Audience> = agreement
                .who
                .iter()
                .flat_map(|who| &who.audiences)
                .filter(|audience| !document.audiences.contains(audience))
                .copied()
                .collect();
            for audience in strangers {
                problems.push(Problem::new(
                    &document.file,
                    &text,
                    at.clone(),
                    format!("the clause '{}' asks '{audience}' to agree, and the policy is not for them", clause.id),
                    format!("add \"{audience}\" to the audiences in the head, or take it out of the clause"),
                ));
            }
        }
    }
    problems
}

/// Where the head names something, between quotation marks.
fn find(text: &str, name: &str) -> Range<usize> {
    let quoted = format!("\"{name}\"");
    text.find(&quoted).map_or(0..0, |start| start..start + quoted.len())
}

/// A line without its end.
pub(crate) fn line(text: &str, number: u32) -> Range<usize> {
    let mut start = 0;
    for (place, content) in text.split_inclusive('\n').enumerate() {
        if place + 1 == number as usize {
            return start..start + content.trim_end().len();
        }
        start += content.len();
    }
    start..start
}
