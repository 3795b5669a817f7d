//! What is watched, why, by whom; and who looked at one's own activity.

use policy::Citation;
use policy::rules::{notices, viewing};
use records::Viewing;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::viewing::subject::{Subject, subject_text};
use crate::viewing::viewings::ViewingLine;

#[derive(Debug, Clone)]
pub struct MonitoringNotice {
    /// Clauses that watch the actor, or say who may look and how long things are kept.
    pub clauses: Vec<WatchedClause>,
    /// Who looked at the actor's own activity, newest first, those of whom they may be told by now. A viewing of
    /// everybody, or of a host, is not shown: it is not about this person.
    pub viewings: Vec<ViewingLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedClause {
    pub citation: Citation,
    /// `watch`, `view` or `retain`.
    pub kind: &'static str,
    /// What the rule says and the program does, in words.
    pub done: Vec<String>,
    /// What the rule says and the program does nothing about, in words.
    pub not_done: Vec<String>,
}

impl Desk {
    pub async fn what_is_watched(&self, actor: &Actor) -> Result<MonitoringNotice, ReadError> {
        let actor = self.authorise(actor, Verb::WhatIsWatched)?;
        let rules = self.rules();
        let clauses = rules
            .each()
            .filter(|(_, published, _, rule)| notices::tells_of_watching(&published.document, rule, actor.somebody()))
            .map(|(index, published, _, rule)| {
                let (done, not_done) = policy::done_and_not_done(rule, &published.document);
                WatchedClause { citation: rules.citation(index).clone(), kind: rule.kind(), done, not_done }
            })
            .collect();
        let about = subject_text(&Subject::Person(actor.person));
        let all = self.stores().read(&actor).await?.viewings_of(&about).await?;
        let now = self.now();
        let told = |viewing: &&Viewing| viewing::is_told(viewing.opened_at, viewing.untold_until, now);
        let own = all.iter().filter(told);
        // why they were told late is not for them: it may speak of somebody else
        let line = |viewing| ViewingLine { untold_reason: None, ..self.viewing_line(&actor, viewing) };
        Ok(MonitoringNotice { clauses, viewings: own.map(line).collect() })
    }
}
