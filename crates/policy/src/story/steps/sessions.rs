//! Signing in, being active, being signed in.

use jiff::SignedDuration;

use super::{nothing_said, yes};
use crate::story::play::{Answer, Scene};
use crate::story::records::Session;

/// A session ends at the latest after this, as where a school has set nothing else.
const SESSION_LONGEST: SignedDuration = SignedDuration::from_hours(12);

impl Scene<'_> {
    /// The session's end, and the clause that set it.
    fn session_end(&self, who: usize) -> Option<(jiff::Timestamp, Vec<String>)> {
        let session = self.records.people[who].session?;
        let limits = self.rules.session_for(self.person(who).into());
        let latest = limits.latest_end(session.began, SESSION_LONGEST, &self.records.timetable.time_zone);
        let idle = limits.idle_end(session.last_seen, self.records.timetable);
        let clauses = limits.clause.map(|rule| self.rules.citation(rule).clause.clone()).into_iter().collect();
        Some((idle.map_or(latest, |idle| idle.min(latest)), clauses))
    }

    pub(super) fn signs_in(&mut self, who: usize) -> Answer {
        let now = self.at();
        self.records.people[who].session = Some(Session { began: now, last_seen: now });
        nothing_said()
    }

    pub(super) fn is_active(&mut self, who: usize) -> Answer {
        let now = self.at();
        let is_live = self.session_end(who).is_some_and(|(end, _)| now < end);
        match &mut self.records.people[who].session {
            Some(session) if is_live => session.last_seen = now,
            session => *session = None,
        }
        nothing_said()
    }

    pub(super) fn is_signed_in(&self, who: usize) -> Answer {
        match self.session_end(who) {
            Some((end, clauses)) => yes(self.at() < end, clauses),
            None => yes(false, Vec::new()),
        }
    }
}
