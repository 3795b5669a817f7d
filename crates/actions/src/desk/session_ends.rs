//! When a sign-in at the desk ends by itself.

use jiff::{SignedDuration, Timestamp};
use policy::Rules;
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
        let idle = self.idle_end(&known.feed.rules, &actor, last_seen);
        let end = idle.map_or(session.ends_at, |idle| idle.min(session.ends_at));
        (now < end).then_some(end)
    }

    /// When a session that begins now ends at the latest.
    pub(crate) fn latest_end(&self, actor: &Actor, now: Timestamp) -> Timestamp {
        let longest = SignedDuration::from_hours(i64::from(self.settings().session_longest_hours.max(1)));
        self.rules().session_for(actor.somebody()).latest_end(now, longest, self.time_zone())
    }

    /// When a session last used at `last_seen` goes idle; `None` where no clause says.
    pub(crate) fn idle_end(&self, rules: &Rules, actor: &Actor, last_seen: Timestamp) -> Option<Timestamp> {
        rules.session_for(actor.somebody()).idle_end(last_seen, self.timetable())
    }
}
