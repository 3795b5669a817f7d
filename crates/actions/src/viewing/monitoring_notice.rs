//! What is watched, why, by whom; and who looked at one's own activity.

use policy::Citation;
use policy::kinds::Rule;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::viewing::viewings::{Subject, ViewingLine, subject_of};

#[derive(Debug, Clone)]
pub struct Watched {
    /// Clauses that watch the actor, or say who may look and how long things are kept.
    pub clauses: Vec<WatchedClause>,
    /// Who looked at the actor's own activity, newest first. A viewing of everybody, or of a host, is not shown: it is
    /// not about this person.
    pub viewings: Vec<ViewingLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedClause {
    pub citation: Citation,
    /// `watch`, `view` or `retain`.
    pub kind: &'static str,
    /// What the rule does, in words.
    pub sentences: Vec<String>,
}

impl Desk {
    pub async fn what_is_watched(&self, actor: &Actor) -> Result<Watched, ReadError> {
        let actor = self.authorise(actor, Verb::WhatIsWatched)?;
        let rules = self.rules();
        let clauses = rules
            .each()
            .filter(|(_, published, _, rule)| match rule {
                Rule::Watch(watch) => published.document.concerns(&watch.who, actor.somebody()).is_some(),
                Rule::View(_) | Rule::Retain(_) => published.document.audiences.contains(&actor.audience),
                _ => false,
            })
            .map(|(index, published, _, rule)| WatchedClause {
                citation: rules.citation(index).clone(),
                kind: rule.kind(),
                sentences: rule.sentences(&published.document.roles),
            })
            .collect();
        let all = self.stores().read(&actor).await?.viewings().await?;
        let own = all.iter().filter(|viewing| viewing.opened_at.is_some());
        let own = own.filter(|viewing| subject_of(viewing) == Subject::Person(actor.person));
        Ok(Watched { clauses, viewings: own.map(|viewing| self.viewing_line(viewing)).collect() })
    }
}
