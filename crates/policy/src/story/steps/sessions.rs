//! Signing in, being active, being signed in.

use super::{nothing_said, yes};
use crate::rules::sessions::LONGEST_HOURS;
use crate::story::play::{Scene, StepAnswer};
use crate::story::records::DeskSession;

impl Scene<'_> {
    /// The session's end, and the clause that set it.
    fn session_end(&self, who: usize) -> Option<(jiff::Timestamp, Vec<String>)> {
        let session = self.records.people[who].session?;
        let limits = self.rules.session_for(self.person(who).into());
        let latest = limits.latest_end(session.began, LONGEST_HOURS, &self.records.timetable.time_zone);
        let end = limits.end(latest, session.last_seen, &self.records.timetable);
        let clauses = limits.clause.map(|rule| self.rules.citation(rule).clause.clone()).into_iter().collect();
        Some((end, clauses))
    }

    pub(super) fn signs_in(&mut self, who: usize) -> StepAnswer {
        let now = self.at();
        self.records.people[who].session = Some(DeskSession { began: now, last_seen: now });
        nothing_said()
    }

    pub(super) fn is_active(&mut self, who: usize) -> StepAnswer {
        let now = self.at();
        let is_live = self.session_end(who).is_some_and(|(end, _)| now < end);
        match &mut self.records.people[who].session {
            Some(session) if is_live => session.last_seen = now,
            session => *session = None,
        }
        nothing_said()
    }

    pub(super) fn is_signed_in(&self, who: usize) -> StepAnswer {
        match self.session_end(who) {
            Some((end, clauses)) => yes(self.at() < end, clauses),
            None => yes(false, Vec::new()),
        }
    }
}
