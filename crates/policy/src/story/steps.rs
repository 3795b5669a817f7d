//! What each step does, by the functions that the desk and the gate call. A file has the steps of one noun.

use domain::{CaseStep, Person, PersonId, Reminder};
use jiff::{SignedDuration, Timestamp};

use self::asking::AskingForm;
use super::play::{Scene, StepAnswer};
use super::{Action, StoryStep};
use crate::document::Clause;
use crate::kinds::Permission;
use crate::rules::deadlines;

mod asking;
mod cases;
mod channels;
mod consents;
mod deciding;
mod entries;
mod losses;
mod people;
mod sanctions;
mod sessions;
mod signing;
mod sites;
mod viewing;
mod visits;

/// Of what can only come about.
fn nothing_said() -> StepAnswer {
    StepAnswer::of("", Vec::new())
}

fn allowed(is: bool, clauses: Vec<String>) -> StepAnswer {
    StepAnswer::of(if is { "allowed" } else { "refused" }, clauses)
}

fn yes(is: bool, clauses: Vec<String>) -> StepAnswer {
    StepAnswer::of(if is { "yes" } else { "no" }, clauses)
}

/// After how long what is to be done at once is overdue.
fn at_once() -> SignedDuration {
    SignedDuration::from_mins(deadlines::AT_ONCE_MINUTES.into())
}

/// When the time for something is over, of which there are these reminders.
fn overdue_at(reminders: &[(Timestamp, Reminder)]) -> Option<Timestamp> {
    reminders.iter().find(|(_, reminder)| *reminder == Reminder::Overdue).map(|(at, _)| *at)
}

impl Scene<'_> {
    pub(super) fn does(&mut self, step: &StoryStep) -> StepAnswer {
        if step.action == Action::Joins {
            self.records.joins(&step.who, self.at());
            return nothing_said();
        }
        let who = self.records.somebody(&step.who);
        self.escalates_reports();
        self.escalates_requests();
        match &step.action {
            Action::Joins => nothing_said(),
            Action::Leaves => self.leaves(who),
            Action::Manages { of } => self.manages(who, of),
            Action::AnswersFor { child } => self.answers_for(who, child),
            Action::Works { hours } => self.works(who, hours.clone()),
            Action::TakesLesson { class, room, when } => self.takes_lesson(who, class, room, when.clone()),
            Action::IsAway { until, stand_in } => self.is_away(who, *until, stand_in.as_ref()),
            Action::SignsIn => self.signs_in(who),
            Action::IsActive => self.is_active(who),
            Action::IsSignedIn => self.is_signed_in(who),
            Action::Opens { address, from } => self.opens(who, address, *from),
            Action::Signs { child, ticks } => self.signs(who, child.as_ref(), *ticks),
            Action::AcceptsSignature { of } => self.accepts(who, of),
            Action::Owes => self.owes(who),
            Action::Asks { permission, gives, wants, recipient, from, until, typed } => {
                let (wants, recipient) = (wants.clone(), recipient.as_ref());
                let form = AskingForm { gives: *gives, wants, recipient, from: *from, until: *until, typed };
                self.asks(who, permission, &form)
            }
            Action::Approves { permission, until } => self.approves(who, permission, *until),
            Action::Refuses { permission } => self.refuses(who, permission),
            Action::SaysToConsents { permission, said } => self.says_to_consents(who, permission, said),
            Action::AnswersConsent { consent, about, said } => self.answers_consent(who, consent, about, *said),
            Action::AddsPicture { permission } => self.adds_picture(who, permission),
            Action::TakesOutPicture { permission } => self.takes_out_picture(who, permission),
            Action::SeesPictures { permission } => self.sees_pictures(who, permission),
            Action::IsAskedForConsent { consent, about } => self.is_asked_for_consent(who, consent, about),
            Action::KnowsWhoConsented { permission, about } => self.knows_who_consented(who, permission, about),
            Action::HandsOn { permission, to } => self.hands_on(who, permission, *to),
            Action::TakesBack { permission } => self.takes_back(who, permission),
            Action::Revokes { permission } => self.revokes(who, permission),
            Action::Holds { permission } => self.holds(who, permission),
            Action::WithdrawsAccess { of, until } => self.withdraws(who, of, step.clause.as_deref(), *until),
            Action::RestoresAccess { of } => self.restores(who, of),
            Action::Views { what, of, purpose, tell } => self.views(who, *what, of.as_ref(), purpose.as_deref(), *tell),
            Action::IsTold => self.is_told(who),
            Action::AgreesToViewing { of } => self.agrees(who, of),
            Action::Reports { report, about, chosen, typed, losing } => {
                self.reports(who, report, about.as_ref(), *chosen, (typed, losing.as_deref()))
            }
            Action::ReadsReport { report } => self.reads(who, report),
            Action::KnowsWhoReported { report } => self.knows_reporter(who, report),
            Action::IsReminded { report } => self.is_reminded(who, report),
            Action::IsRemindedOfRequest { permission } => self.is_reminded_of_request(who, permission),
            Action::TakesUp { report } => self.takes_up(who, report),
            Action::Answers { report } => {
                self.steps(who, report, CaseStep::Answer { text: "as the story says".to_owned() })
            }
            Action::PassesOn { report, to } => self.passes_on(who, report, *to),
            Action::SaysAbout { report, person } => self.says_about(who, report, person),
            Action::SaysKnown { report, before } => self.says_known(who, report, *before),
            Action::WritesLine { report, line, typed, beside } => {
                self.writes_line(who, report, line, typed, beside.as_ref())
            }
            Action::DecidesSite { report, decision, reason } => self.decides_site(who, report, *decision, reason),
            Action::Closes { report, reason } => self.closes(who, report, reason),
            Action::Reopens { report, reason } => self.steps(who, report, CaseStep::Reopen { reason: reason.clone() }),
            Action::Follows { report } => self.follows(who, report),
            Action::Enters { form } => self.enters(who, form),
            Action::FindsEntry { register } => self.finds_entry(who, register),
            Action::FindsNoChecklist { register } => self.finds_no_checklist(who, register),
            Action::FindsListed { register, about } => self.finds_listed(who, register, about),
            Action::CorrectsEntry { form } => self.corrects_entry(who, form),
            Action::MarksEntry { register, lost, by: Some(report) } if *lost => self.says_lost(who, report, register),
            Action::MarksEntry { register, lost, .. } => self.marks_entry(who, register, *lost),
            Action::ClosesEntry { register } => self.closes_entry(who, register),
            Action::IsToSeeToEntry { register } => self.is_to_see_to_entry(who, register),
            Action::SignsForEntry { register, declines } => self.signs_for_entry(who, register, *declines),
            Action::IsToSignForEntry { register } => self.is_to_sign_for_entry(who, register),
            Action::IsToCheck { register } => self.is_to_check(who, register),
            Action::Checks { register } => self.checks(who, register),
            Action::Reaches { whom, how } => self.reaches(who, whom, how),
            Action::WritesDown { whom } => self.writes_down(who, whom),
        }
    }

    fn person(&self, place: usize) -> &Person {
        &self.records.people[place].person
    }

    fn id(&self, place: usize) -> PersonId {
        self.person(place).id
    }

    fn permission(&self, id: &str) -> Option<(&'_ Clause, &'_ Permission)> {
        self.records.document.permission(id)
    }
}
