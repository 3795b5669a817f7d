//! What a new text lets people look at that the one before it did not: the change that most needs a second pair of eyes.

use domain::{Role, Roles};

use crate::document::Document;
use crate::kinds::{Data, Rule, View};
use crate::wording::{self, upper_first};

/// Somebody who could look at something of people's for a purpose, and could not before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WidenedView {
    pub clause: String,
    /// `The headteacher could look at use of the web, for: a safeguarding concern.`
    pub sentence: String,
}

/// Each way in which `new` opens people's data further than `old`: to another role, other data, another purpose, or
/// without the second person that was needed. `old` is `None` for a policy's first text: all that it opens is new.
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
                    let sentence = sentence(&new.roles, *role, *data, &purposes, view);
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
/// asked for a second person, the new one asks for one of the same roles.
fn covers(old: &View, new: &View, role: Role, data: Data, purpose: &str) -> bool {
    let guarded = match (&old.second_person, &new.second_person) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(before), Some(after)) => after.iter().all(|role| before.contains(role)),
    };
    guarded && old.who.contains(&role) && old.what.contains(&data) && old.purposes.iter().any(|known| known == purpose)
}

fn sentence(roles: &Roles, role: Role, data: Data, purposes: &[&str], view: &View) -> String {
    let who = upper_first(&roles.in_sentence(role));
    let second = match &view.second_person {
        Some(second) => format!(", with {}", wording::roles(roles, second, "or")),
        None => ", alone".to_owned(),
    };
    format!("{who} could look at {}{second}, for: {}.", data.words(), purposes.join("; "))
}
