//! What the school keeps of people: who manages whom, who answers for whom, who is away.

use domain::{Absence, Group, Lesson, PersonStatus, Recipient, Request, Role, RoleSet, WeeklyTimes};
use jiff::Zoned;

use super::nothing_said;
use crate::example::ExampleActor;
use crate::story::StoryMoment;
use crate::story::play::{Scene, StepAnswer};

impl Scene<'_> {
    pub(super) fn leaves(&mut self, who: usize) -> StepAnswer {
        self.records.people[who].person.status = PersonStatus::Left;
        self.end_without_consent();
        nothing_said()
    }

    pub(super) fn manages(&mut self, who: usize, of: &ExampleActor) -> StepAnswer {
        let of = self.records.somebody(of);
        self.records.people[of].person.particulars.manager = Some(self.id(who));
        nothing_said()
    }

    pub(super) fn answers_for(&mut self, who: usize, child: &ExampleActor) -> StepAnswer {
        let child = self.records.somebody(child);
        let child = self.id(child);
        self.records.people[who].person.children.push(child);
        self.end_without_consent();
        nothing_said()
    }

    pub(super) fn works(&mut self, who: usize, hours: WeeklyTimes) -> StepAnswer {
        self.records.people[who].person.particulars.hours = hours;
        nothing_said()
    }

    pub(super) fn is_away(&mut self, who: usize, until: StoryMoment, stand_in: Option<&ExampleActor>) -> StepAnswer {
        let stand_in = stand_in.map(|stand_in| self.records.somebody(stand_in)).map(|place| self.id(place));
        let absence = Absence { from: self.now.date(), until: self.moment(until).date(), stand_in };
        self.records.people[who].person.particulars.absence = Some(absence);
        nothing_said()
    }

    pub(super) fn takes_lesson(&mut self, who: usize, class: &Group, room: &str, when: WeeklyTimes) -> StepAnswer {
        let teacher = self.id(who).to_string();
        self.records.people[who].person.username.clone_from(&teacher);
        let (class, room) = (class.clone(), Some(room.to_owned()));
        let lesson = Lesson { class, when, room, teacher: Some(teacher), week: None };
        self.records.timetable.lessons.push(lesson);
        nothing_said()
    }

    /// The roles as which somebody asks for a recipient; what they ask for begins at `at`.
    pub(super) fn asks_as(&self, who: usize, recipient: &Recipient, at: &Zoned) -> RoleSet {
        self.records.asks_as(who, recipient, at)
    }

    /// The roles as which somebody decides a request today.
    pub(super) fn decides_as(&self, who: usize, request: &Request) -> RoleSet {
        self.records.decides_as(who, request, self.now.date())
    }

    /// Whether every holder of a role is absent today.
    pub(super) fn is_absent(&self, role: Role) -> bool {
        self.records.is_absent(role, self.now.date())
    }
}
