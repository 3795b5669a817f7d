//! What a new text lets people look at that the one before it did not: the change that most needs a second pair of eyes.

use domain::{Role, Roles, Span};

use crate::document::Document;
use crate::kinds::{Data, Rule, Tell, View};
use crate::wording::{self, upper_first};

/// Somebody who could look at something of people's for a purpose, and could not before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WidenedView {
    pub clause: String,
    /// `The headteacher could look at use of the web, for: a safeguarding concern.`
    pub sentence: String,
}

/// Each way in which `new` opens people's data further than `old`: to another role, other data, another purpose,
/// without the second person that was needed, or with the person told later. `old` is `None` for a policy's first text: all that it opens is new.
pub fn widened_views(old: Option<&Document>, new: &Document) -> Vec<WidenedView> {
    let before: Vec<&View> = old.into_iter().flat_map(|old| views(old).map(|(_, view)| view)).collect();
    let mut widened = Vec::new();
    for (clause, view) in views(new) {
        for role in &view.who {
            for data in &view.what {
                let purposes: Vec<&str> = view
                    .purposes
                    .iter()
                    .map(String::as_str)
                    .filter(|purpose| !before.iter().any(|known| covers(known, view, *role, *data, purpose)))
                    .collect();
                if !purposes.is_empty() {
                    let mut sentence = sentence(&new.roles, *role, *data, &purposes, view);
                    if purposes.iter().any(|purpose| told_later(&before, view, *role, *data, purpose)) {
                        sentence.push_str(" The person could be told of it later than now.");
                    }
                    widened.push(WidenedView { clause: clause.to_owned(), sentence });
                }
            }
        }
    }
    widened
}

fn views(document: &Document) -> impl Iterator<Item = (&str, &View)> {
    document.rules().filter_map(|(clause, rule)| match rule {
        Rule::View(view) => Some((clause.id.as_str(), view)),
        _ => None,
    })
}

/// Whether a rule of the old text let the role look at the data for the purpose under no lighter conditions: where it
/// asked for a second person, the new one asks for one of the same roles; and the person is told no later.
fn covers(old: &View, new: &View, role: Role, data: Data, purpose: &str) -> bool {
    let guarded = match (&old.second_person, &new.second_person) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(before), Some(after)) => after.iter().all(|role| before.contains(role)),
    };
    let told = data != Data::Web || no_later(old.tell, new.tell);
    guarded && told && opens(old, role, data, purpose)
}

fn opens(old: &View, role: Role, data: Data, purpose: &str) -> bool {
    old.who.contains(&role) && old.what.contains(&data) && old.purposes.iter().any(|known| known == purpose)
}

/// Whether the old text let the role look for the purpose, and each clause that did told the person sooner.
fn told_later(before: &[&View], new: &View, role: Role, data: Data, purpose: &str) -> bool {
    let mut opened = before.iter().filter(|old| opens(old, role, data, purpose)).peekable();
    data == Data::Web && opened.peek().is_some() && opened.all(|old| !no_later(old.tell, new.tell))
}

/// Whether `new` never has the person told later than `old` would. A choice that is left to the viewer can end later
/// than a fixed time does.
fn no_later(old: Tell, new: Tell) -> bool {
    match (old, new) {
        (_, Tell::AtOnce) => true,
        (Tell::After(before), Tell::After(after)) => lies_within(after, before),
        (before, after) => before == after,
    }
}

/// Whether a span is at most as long as another; months and terms of different lengths count as longer.
fn lies_within(span: Span, other: Span) -> bool {
    span == other || (span.unit == other.unit && span.count < other.count)
}

fn sentence(roles: &Roles, role: Role, data: Data, purposes: &[&str], view: &View) -> String {
    let who = upper_first(&roles.in_sentence(role));
    let second = match &view.second_person {
        Some(second) => format!(", with {}", wording::roles(roles, second, "or")),
        None => ", alone".to_owned(),
    };
    format!("{who} could look at {}{second}, for: {}.", data.words(), purposes.join("; "))
}
