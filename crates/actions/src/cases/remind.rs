//! Reminding those who are to take up a case or decide a request that its time runs out, and passing it to others when it
//! is over: the same way for both.

use domain::{PersonId, Reminder, Told};
use jiff::Timestamp;
use policy::rules::deciding;
use policy::rules::reporting::report_clocks;
use records::{CaseRecord, Event, RequestRecord};

use crate::cases::case_people::rule_of;
use crate::cases::requests::roles_towards::so_far;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::due::Due;
use crate::desk::error::Unavailable;
use crate::desk::notices::Urgency;
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::turn::Turn;
use crate::known::waiting::Matter;

enum Reminded {
    Case(CaseRecord),
    Request(RequestRecord),
}

impl Desk {
    /// Reminds of these as far as it is time, each reminder once, and notes when to look at them again. What nobody has
    /// done in time goes first to those whom its clause names for that. Hands back of how many somebody was reminded.
    pub(crate) async fn remind(&self, turn: Turn, timed: &[Matter]) -> Result<(Turn, u64), Unavailable> {
        if timed.is_empty() {
            return Ok((turn, 0));
        }
        let by = Authorised::program(Verb::Remind);
        let mut change = self.begin_within(turn, &by).await?;
        let (now, mut notes, mut reminded_of) = (change.at(), Vec::new(), 0);
        for timed in timed {
            let Some(mut found) = find(&mut change, *timed).await? else { continue };
            let mut reminded = false;
            for (at, reminder) in self.reminders_of(&found) {
                let told = found.told(reminder);
                if now < at || change.was_told(told).await? {
                    continue;
                }
                if reminder.is_late() {
                    notes.extend(self.escalate(&mut change, &mut found, (reminder, now)).await?);
                }
                let (people, urgency) = self.to_remind(&by, &found, reminder);
                self.tell(&mut change, &people, told, urgency).await?;
                reminded |= !people.is_empty();
            }
            if reminded {
                notes.push(LedgerNote::new(&by, found.reminded()));
                reminded_of += 1;
            }
            self.await_reminder(self.reminders_of(&found), found.due(), now);
        }
        if notes.is_empty() {
            return Ok((change.into_turn(), 0));
        }
        let first = notes.remove(0);
        let kept = change.commit_all(first, notes).await?;
        self.refresh_waiting(&kept.turn, timed).await?;
        Ok((kept.turn, reminded_of))
    }

    fn reminders_of(&self, found: &Reminded) -> Vec<(Timestamp, Reminder)> {
        match found {
            Reminded::Case(record) => self.case_reminders(&self.published_policies(), &record.case),
            Reminded::Request(record) => self.request_reminders(&record.request),
        }
    }

    fn to_remind(&self, by: &Authorised, found: &Reminded, reminder: Reminder) -> (Vec<PersonId>, Urgency) {
        match found {
            Reminded::Case(CaseRecord { case, .. }) => {
                let published_policies = self.published_policies();
                let report = rule_of(&published_policies, case);
                let around = self.around(by, case, report);
                let next = report_clocks::next_to_follow(case, report, self.timetable());
                let is_pressing = next.is_some_and(|(_, due)| case.is_within_a_day(due));
                let urgency = match reminder {
                    Reminder::ActionDueSoon(_) | Reminder::ActionOverdue(_) => Urgency::Ordinary,
                    Reminder::PassOnDueSoon | Reminder::PassOnOverdue if is_pressing => Urgency::Urgent,
                    _ => self.case_urgency(case),
                };
                let around = (&around.people, &around.candidates[..]);
                (report_clocks::reminded(case, report, around, reminder, self.timetable()), urgency)
            }
            Reminded::Request(record) => {
                let deciders = self.people_who_decide(by, record, &self.deciders(record));
                (deciding::to_remind(&record.request, deciders, reminder), Urgency::Ordinary)
            }
        }
    }

    /// Has what nobody has done in time go where its clause says, if anywhere.
    async fn escalate(
        &self,
        change: &mut DeskChange,
        found: &mut Reminded,
        (over, now): (Reminder, Timestamp),
    ) -> Result<Option<LedgerNote>, records::Error> {
        let by = Authorised::program(Verb::Escalate);
        let event = match found {
            Reminded::Case(CaseRecord { case, .. }) => {
                let published_policies = self.published_policies();
                let report = rule_of(&published_policies, case);
                let candidates = self.around(&by, case, report).candidates;
                let escalation = report_clocks::escalation(case, report, &candidates, &self.roles(), (over, now));
                let Some(escalation) = escalation else { return Ok(None) };
                change.escalate_case(case.id, &escalation).await?;
                case.escalation = Some(escalation);
                Event::EscalateCase { case: case.id }
            }
            Reminded::Request(record) => {
                let escalation = self.of_permission(&record.request, |permission| {
                    let may_decide = |roles: &[domain::Role]| self.people_who_decide(&by, record, roles);
                    deciding::escalation(permission, &record.request, so_far(record), &may_decide, now)
                });
                let Some(escalation) = escalation else { return Ok(None) };
                change.escalate_request(record.request.id, &escalation).await?;
                let to = escalation.to.clone();
                record.request.escalation = Some(escalation);
                Event::EscalateRequest { request: record.request.id, to }
            }
        };
        Ok(Some(LedgerNote::new(&by, event)))
    }
}

async fn find(change: &mut DeskChange, timed: Matter) -> Result<Option<Reminded>, records::Error> {
    Ok(match timed {
        Matter::Case(id) => change.case(id).await?.map(Reminded::Case),
        Matter::Request(id) => change.request(id).await?.map(Reminded::Request),
        Matter::Entry(_) => None,
    })
}

impl Reminded {
    fn due(&self) -> Due {
        match self {
            Reminded::Case(record) => Due::Case(record.case.id),
            Reminded::Request(record) => Due::Request(record.request.id),
        }
    }

    fn reminded(&self) -> Event {
        match self {
            Reminded::Case(record) => Event::Remind { case: record.case.id },
            Reminded::Request(record) => Event::RemindOfRequest { request: record.request.id },
        }
    }

    fn told(&self, reminder: Reminder) -> Told {
        match self {
            Reminded::Case(CaseRecord { case, .. }) => match reminder {
                Reminder::DueSoon => Told::ReportDue(case.id),
                Reminder::Overdue => Told::ReportOverdue(case.id),
                Reminder::Begun | Reminder::DeadlineNear => Told::ReportDeadline(case.id),
                Reminder::DeadlineOver => Told::ReportDeadlineOver(case.id),
                Reminder::PassOnDueSoon => Told::ReportPassOnDue(case.id),
                Reminder::PassOnOverdue => Told::ReportPassOnOverdue(case.id),
                Reminder::ActionDueSoon(action) => Told::ActionDueSoon(action),
                Reminder::ActionOverdue(action) => Told::ActionOverdue(action),
            },
            Reminded::Request(RequestRecord { request, .. }) => match reminder {
                Reminder::DueSoon => Told::RequestDue(request.id),
                Reminder::Begun => Told::RequestUndecided(request.id),
                // A request has no other.
                _ => Told::RequestOverdue(request.id),
            },
        }
    }
}
