//! Whom somebody may want to reach, and by which ways, as the clauses say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{PolicyId, Roles, Version};
use policy::Document;
use policy::kinds::Channel;
use policy::rules::channels::{self, Exception, Reachable, ReachedPeople, SaidOfReaching};
use policy::rules::{registers, shown};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::known::published_policies::Text;

/// Whom somebody may choose to reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InTouchChoice {
    /// How an address calls them: `pupil`, `ex-pupil-under-18`.
    pub key: String,
    pub title: String,
}

/// The ways of reaching those of one choice.
#[derive(Debug, Clone)]
pub struct InTouchPage {
    pub choice: InTouchChoice,
    /// One for each policy that speaks of them.
    pub policies: Vec<WaysOfPolicy>,
}

/// What one policy says of reaching them.
#[derive(Debug, Clone)]
pub struct WaysOfPolicy {
    pub document: Arc<Document>,
    pub version: Version,
    /// The clauses that say it, by their ids.
    pub clauses: Vec<String>,
    /// The ways that all of them approve, in the order in which they are tried.
    pub approved: Vec<String>,
    pub exceptions: Vec<WayException>,
    /// Where a contact in any other way is written down.
    pub write_down: Vec<WriteDown>,
}

/// An exception of a clause.
#[derive(Debug, Clone)]
pub struct WayException {
    pub clause: String,
    /// What is tried before.
    pub tried_first: Vec<String>,
    pub title: String,
    /// The permission that it asks for, and whether the actor may ask for it; `None` where it is in plain words.
    pub permission: Option<(String, bool)>,
    /// Where its use is written down.
    pub write_down: Option<WriteDown>,
}

/// A register in which somebody may write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteDown {
    pub policy: PolicyId,
    pub register: String,
    pub title: String,
    /// With what the entry begins, by the names of its fields.
    pub begun: BTreeMap<String, String>,
}

impl Desk {
    /// Whom the actor may choose to reach: those of whom a published clause speaks.
    pub async fn in_touch_choices(&self, actor: &Actor) -> Result<Vec<InTouchChoice>, ReadError> {
        let actor = self.authorise(actor, Verb::InTouch)?;
        let choices = self.choices(&actor).into_iter();
        Ok(choices.map(|choice| in_touch_choice(choice, &self.roles())).collect())
    }

    /// By which ways the actor may reach those of a choice.
    pub async fn in_touch(&self, actor: &Actor, key: &str) -> Result<InTouchPage, ReadError> {
        let actor = self.authorise(actor, Verb::InTouch)?;
        let called = |choice: &Reachable| in_touch_choice(*choice, &self.roles()).key == key;
        let choice = found(self.choices(&actor).into_iter().find(called), "page")?;
        let published_policies = self.published_policies();
        let policies = published_policies.currents().filter_map(|text| self.ways_of_policy(&actor, text, choice));
        Ok(InTouchPage { choice: in_touch_choice(choice, &self.roles()), policies: policies.collect() })
    }

    fn choices(&self, actor: &Authorised) -> BTreeSet<Reachable> {
        let published_policies = self.published_policies();
        let documents = published_policies.currents().map(|text| &text.document);
        documents.flat_map(|document| channels::choices(document, actor.somebody())).collect()
    }

    fn ways_of_policy(&self, actor: &Authorised, text: &Text, choice: Reachable) -> Option<WaysOfPolicy> {
        let document = &text.document;
        let said = choice.said(document, actor.somebody());
        let mut write_down: Vec<WriteDown> = Vec::new();
        let title = in_touch_choice(choice, &self.roles()).title;
        let into = |channel| write_down_of(actor, document, channel, (&title, None));
        for register in said.iter().filter_map(|(_, channel)| into(channel)) {
            if !write_down.contains(&register) {
                write_down.push(register);
            }
        }
        (!said.is_empty()).then(|| WaysOfPolicy {
            document: document.clone(),
            version: text.version(),
            clauses: said.iter().map(|(clause, _)| clause.id.clone()).collect(),
            approved: channels::approved(&said).into_iter().map(str::to_owned).collect(),
            exceptions: said.iter().flat_map(|said| self.exceptions(actor, text, *said, &title)).collect(),
            write_down,
        })
    }

    fn exceptions(
        &self,
        actor: &Authorised,
        text: &Text,
        (clause, channel): SaidOfReaching<'_>,
        whom: &str,
    ) -> Vec<WayException> {
        let exception = |exception: Exception<'_>| {
            let (title, permission) = match exception {
                Exception::Words(words) => (words.to_owned(), None),
                Exception::Permission(_, permission) => {
                    let shown = shown::permission(permission);
                    let may_ask = self.may_ask_or_give(actor, text, permission);
                    (shown.title.to_owned(), Some((shown.id.to_owned(), may_ask)))
                }
            };
            WayException {
                clause: clause.id.clone(),
                tried_first: channels::tried_first(channel).to_vec(),
                write_down: write_down_of(actor, &text.document, channel, (whom, Some(&title))),
                title,
                permission,
            }
        };
        channels::exceptions(&text.document, channel).into_iter().map(exception).collect()
    }
}

fn write_down_of(
    actor: &Authorised,
    document: &Document,
    channel: &Channel,
    (whom, exception): (&str, Option<&str>),
) -> Option<WriteDown> {
    let (_, register) = channels::written_down_in(document, channel, actor.somebody())?;
    let begun = shown::begun(register, whom, exception);
    let (register, title) = (registers::id(register).to_owned(), shown::register(register).title.to_owned());
    Some(WriteDown { policy: document.id.clone(), register, title, begun })
}

fn in_touch_choice(choice: Reachable, roles: &Roles) -> InTouchChoice {
    let (name, title) = match choice.named {
        ReachedPeople::Audience(audience) => (audience.name(), audience.title()),
        ReachedPeople::Role(role) => (role.name(), roles.title(role)),
    };
    let (key, title) = match (choice.from, choice.under) {
        (None, None) => (name.to_owned(), title.to_owned()),
        (None, Some(under)) => (format!("{name}-under-{under}"), format!("{title} under {under}")),
        (Some(from), None) => (format!("{name}-from-{from}"), format!("{title} aged {from} or over")),
        (Some(from), Some(under)) => {
            (format!("{name}-from-{from}-under-{under}"), format!("{title} from {from} up to but not {under}"))
        }
    };
    InTouchChoice { key, title }
}
