//! Looking at monitored data, and agreeing to it as the second person.

use domain::PersonId;

use super::allowed;
use crate::example::Actor;
use crate::kinds::Data;
use crate::rules::viewing::{self, Look};
use crate::story::play::{Answer, Scene};
use crate::story::records::Viewing;

impl Scene<'_> {
    /// Looks by a purpose that was stated within the hour, or states one.
    pub(super) fn views(&mut self, who: usize, what: Data, of: Option<&Actor>, purpose: Option<&str>) -> Answer {
        let subject = of.map(|of| self.records.somebody(of)).map(|place| self.id(place));
        let (now, document) = (self.at(), self.records.document);
        let person = self.person(who);
        let Ok((clause, view)) = viewing::right(document, what, None, person.into()) else {
            let sayers = viewing::views(document, what).map(|(clause, _)| clause.id.clone()).collect();
            return allowed(false, sayers);
        };
        let clauses = vec![clause.id.clone()];
        if purpose.is_some_and(|purpose| !viewing::is_purpose(view, purpose)) {
            return allowed(false, clauses);
        }
        let viewer = person.id;
        if self.viewing(viewer, subject, &clause.id).is_none() {
            let (seconds, clause) = (viewing::seconds(view).to_vec(), clause.id.clone());
            let viewing = Viewing { viewer, subject, clause, asked_at: now, seconds, seconded_at: None };
            self.records.viewings.push(viewing);
        }
        let look = self.viewing(viewer, subject, &clause.id).map(|viewing| viewing.stated().look(now));
        Answer::of(if look == Some(Look::AwaitsSecond) { "waits" } else { "allowed" }, clauses)
    }

    /// The viewing that was stated last and has not lapsed.
    fn viewing(&self, viewer: PersonId, subject: Option<PersonId>, clause: &str) -> Option<&Viewing> {
        let now = self.at();
        self.records.viewings.iter().rev().find(|known| {
            (known.viewer, known.subject, known.clause.as_str()) == (viewer, subject, clause)
                && known.stated().look(now) != Look::Lapsed
        })
    }

    pub(super) fn agrees(&mut self, who: usize, of: &Actor) -> Answer {
        let (viewer, now) = (self.records.somebody(of), self.at());
        let (viewer, person) = (self.id(viewer), self.person(who).clone());
        let open = self.records.viewings.iter_mut().rev().find(|known| {
            known.viewer == viewer && known.stated().why_not_second(person.id, (&person).into(), now).is_none()
        });
        match open {
            Some(viewing) => {
                viewing.seconded_at = Some(now);
                allowed(true, vec![viewing.clause.clone()])
            }
            None => allowed(false, Vec::new()),
        }
    }
}
