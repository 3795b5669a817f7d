//! Looking at monitored data, and agreeing to it as the second person.

use domain::PersonId;

use super::{allowed, yes};
use crate::example::ExampleActor;
use crate::kinds::Data;
use crate::rules::viewing::{self, Look};
use crate::story::StoryMoment;
use crate::story::play::{Scene, StepAnswer};
use crate::story::records::StatedViewing;

impl Scene<'_> {
    /// Looks by a purpose that was stated within the hour, or states one.
    pub(super) fn views(
        &mut self,
        who: usize,
        what: Data,
        of: Option<&ExampleActor>,
        purpose: Option<&str>,
        tell: Option<StoryMoment>,
    ) -> StepAnswer {
        let of = of.map(|of| self.records.somebody(of));
        let subject = of.map(|place| self.id(place));
        let audience = of.map(|place| self.person(place).audience);
        let (now, document) = (self.at(), self.records.document);
        let person = self.person(who);
        let Ok((clause, view)) = viewing::right(document, what, None, audience, person.into()) else {
            let sayers = viewing::views(document, what).map(|(clause, _)| clause.id.clone()).collect();
            return allowed(false, sayers);
        };
        let clauses = vec![clause.id.clone()];
        if purpose.is_some_and(|purpose| !viewing::is_purpose(view, purpose)) {
            return allowed(false, clauses);
        }
        let viewer = person.id;
        let place = match self.viewing(viewer, subject, &clause.id) {
            Some(place) => place,
            None => {
                let later = tell.map(|tell| (self.moment(tell).timestamp(), "as the story says"));
                let untold =
                    viewing::untold_until(view, later, now, viewing::LONGEST_UNTOLD_DAYS, &self.records.timetable);
                let Ok(untold_until) = untold else { return allowed(false, clauses) };
                self.records.viewings.push(StatedViewing {
                    viewer,
                    subject,
                    clause: clause.id.clone(),
                    asked_at: now,
                    seconds: viewing::seconds(view).to_vec(),
                    seconded_at: None,
                    opened_at: None,
                    untold_until,
                });
                self.records.viewings.len() - 1
            }
        };
        let viewing = &mut self.records.viewings[place];
        if viewing.stated().look(now) == Look::AwaitsSecond {
            return StepAnswer::of("waits", clauses);
        }
        viewing.opened_at.get_or_insert(now);
        allowed(true, clauses)
    }

    /// The place of the viewing that was stated last and has not lapsed.
    fn viewing(&self, viewer: PersonId, subject: Option<PersonId>, clause: &str) -> Option<usize> {
        let now = self.at();
        self.records.viewings.iter().rposition(|known| {
            (known.viewer, known.subject, known.clause.as_str()) == (viewer, subject, clause)
                && known.stated().look(now) != Look::Lapsed
        })
    }

    /// Whether somebody is told by now of a viewing of their data, by the clause that let somebody look.
    pub(super) fn is_told(&self, who: usize) -> StepAnswer {
        let (id, now) = (self.id(who), self.at());
        let mut of_theirs = self.records.viewings.iter().rev().filter(|known| known.subject == Some(id)).peekable();
        let newest = of_theirs.peek().map(|known| known.clause.clone());
        let told = of_theirs.find(|known| viewing::is_told(known.opened_at, known.untold_until, now));
        yes(told.is_some(), told.map(|known| known.clause.clone()).or(newest).into_iter().collect())
    }

    pub(super) fn agrees(&mut self, who: usize, of: &ExampleActor) -> StepAnswer {
        let (viewer, now) = (self.records.somebody(of), self.at());
        let (viewer, person) = (self.id(viewer), self.person(who).clone());
        let document = self.records.document;
        let is_second =
            viewing::views(document, Data::Web).any(|(_, view)| viewing::may_second(view, (&person).into()));
        let open = self.records.viewings.iter_mut().rev().find(|known| {
            is_second
                && known.viewer == viewer
                && known.stated().why_not_second(person.id, (&person).into(), now).is_none()
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
