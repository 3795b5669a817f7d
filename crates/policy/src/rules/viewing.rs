//! Who may look at monitored data, for which purposes, and with whose agreement.

use domain::{PersonId, Role};
use jiff::{SignedDuration, Timestamp};

use crate::document::{Clause, Document};
use crate::kinds::{Data, Rule, View};
use crate::somebody::Somebody;

/// How long one statement of purpose lets somebody look. Afterwards they state it again.
const HOLDS_FOR: SignedDuration = SignedDuration::from_mins(60);

/// Why somebody may not agree to a viewing as its second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNotSecond {
    OwnViewing,
    AboutThemselves,
    /// It is for these roles.
    For(Vec<Role>),
}

/// The clauses that say who may look at a kind of data.
pub fn views(document: &Document, what: Data) -> impl Iterator<Item = (&Clause, &View)> {
    document.rules().filter_map(move |(clause, rule)| match rule {
        Rule::View(view) if view.what.contains(&what) => Some((clause, view)),
        _ => None,
    })
}

/// Whether a clause lets somebody look.
pub fn may_look(view: &View, somebody: Somebody<'_>) -> bool {
    somebody.holds_any(&view.who)
}

/// Whether a clause lets somebody see, as it happens and without names, which sites are visited: it opens use of the web
/// to them without a second person. Where it asks for one, nobody has agreed to what is live.
pub fn may_see_live(view: &View, somebody: Somebody<'_>) -> bool {
    view.what.contains(&Data::Web) && view.second_person.is_none() && may_look(view, somebody)
}

/// Whether what somebody states begins with one of the clause's purposes, in whatever capitals. What makes it one in
/// this case may follow.
pub fn is_purpose(view: &View, stated: &str) -> bool {
    let stated = stated.trim().to_lowercase();
    view.purposes.iter().any(|purpose| stated.starts_with(&purpose.trim().to_lowercase()))
}

/// The roles of which one must agree before anything is shown; none where the clause asks for no second person.
pub fn seconds(view: &View) -> &[Role] {
    view.second_person.as_deref().unwrap_or_default()
}

/// When a stated purpose no longer lets anybody look: an hour after it was stated or, where a second person agreed, an
/// hour after that.
pub fn lapses(asked_at: Timestamp, seconded_at: Option<Timestamp>) -> Timestamp {
    seconded_at.unwrap_or(asked_at) + HOLDS_FOR
}

/// Why a person may not agree to a viewing that `seconds` may agree to; `None` where they may. `subject`: the person
/// whose data it is, where it is one person's.
pub fn why_not_second(
    seconds: &[Role],
    id: PersonId,
    somebody: Somebody<'_>,
    viewer: PersonId,
    subject: Option<PersonId>,
) -> Option<WhyNotSecond> {
    if viewer == id {
        Some(WhyNotSecond::OwnViewing)
    } else if subject == Some(id) {
        Some(WhyNotSecond::AboutThemselves)
    } else if !somebody.holds_any(seconds) {
        Some(WhyNotSecond::For(seconds.to_vec()))
    } else {
        None
    }
}
