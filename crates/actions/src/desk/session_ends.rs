//! When a sign-in at the desk ends by itself.

use jiff::Timestamp;
use records::Session;

use crate::desk::actor::Actor;
use crate::desk::desk_state::Desk;
use crate::known::everything::Known;

impl Desk {
    /// When a session ends if nothing more is seen of it; `None` where it has ended: it has run out, gone idle, or its
    /// person has left.
    pub(crate) fn session_end(&self, session: &Session, known: &Known, now: Timestamp) -> Option<Timestamp> {
        let person = known.people_index.here(session.person)?;
        if session.ended_at.is_some() {
            return None;
        }
        let actor = Actor::of(person, Some(session.id));
        // What the gate saw at an address counts for the one person whom the address names.
        let here = session.address.filter(|address| {
            known.feed.directory.by_address(*address).is_some_and(|(person, _)| person == session.person)
        });
        let seen = here.and_then(|address| self.seen().get(&address.to_canonical()).copied());
        let last_seen = seen.map_or(session.last_seen, |seen| seen.max(session.last_seen));
        let limits = known.feed.rules.session_for(actor.somebody());
        let end = limits.end(session.ends_at, last_seen, self.timetable());
        (now < end).then_some(end)
    }

    /// When a session that begins now ends at the latest.
    pub(crate) fn latest_end(&self, actor: &Actor, now: Timestamp) -> Timestamp {
        let longest = self.settings().session_longest_hours;
        self.rules().session_for(actor.somebody()).latest_end(now, longest, self.time_zone())
    }
}
