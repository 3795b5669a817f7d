//! Reminding those who receive a case that its time runs out, and passing it to others when it is over.

use domain::{Case, CaseId, Reminder, Told};
use jiff::Timestamp;
use policy::rules::reporting;
use records::Event;

use crate::cases::case_people::rule_of;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;
use crate::desk::stores::{Change, LedgerNote};
use crate::desk::turn::Turn;

impl Desk {
    /// Reminds of these cases as far as it is time, each reminder once, and notes when to look at them again. A case whose
    /// time is over goes first to those whom its clause names for that. Hands back how many were reminded of.
    pub(crate) async fn remind(&self, turn: Turn, cases: &[CaseId]) -> Result<(Turn, u64), Unavailable> {
        if cases.is_empty() {
            return Ok((turn, 0));
        }
        let by = Authorised::program(Verb::Remind);
        let mut change = self.begin_within(turn, &by).await?;
        let (published_policies, now, mut notes) = (self.published_policies(), change.at(), Vec::new());
        let mut reminded_of = 0;
        for id in cases {
            let Some(mut record) = change.case(*id).await? else { continue };
            let mut reminded = false;
            for (at, reminder) in self.case_reminders(&record.case) {
                let told = told(&record.case, reminder);
                if now < at || change.was_told(told).await? {
                    continue;
                }
                if reminder == Reminder::Overdue {
                    notes.extend(self.escalate(&mut change, &mut record.case, now).await?);
                }
                let around = self.around(&by, &record.case, rule_of(&published_policies, &record.case));
                let people = reporting::to_remind(&record.case, &around.people, reminder);
                self.tell(&mut change, &people, told, self.case_urgency(&record.case)).await?;
                reminded |= !people.is_empty();
            }
            if reminded {
                notes.push(LedgerNote::new(&by, Event::Remind { case: *id }));
                reminded_of += 1;
            }
            self.await_reminder(&record.case, now);
        }
        if notes.is_empty() {
            return Ok((change.into_turn(), 0));
        }
        let first = notes.remove(0);
        Ok((change.commit_all(first, notes).await?.turn, reminded_of))
    }

    /// Has a case that nobody has taken up in time go where its clause says, if anywhere.
    async fn escalate(
        &self,
        change: &mut Change,
        case: &mut Case,
        now: Timestamp,
    ) -> Result<Option<LedgerNote>, records::Error> {
        let by = Authorised::program(Verb::Escalate);
        let published_policies = self.published_policies();
        let report = rule_of(&published_policies, case);
        let candidates = self.around(&by, case, report).candidates;
        let escalation = reporting::escalation(case, report, &candidates, &self.roles(), now);
        let Some(escalation) = escalation else { return Ok(None) };
        change.escalate_case(case.id, &escalation).await?;
        let event = Event::EscalateCase { case: case.id, to: escalation.to.clone() };
        case.escalation = Some(escalation);
        Ok(Some(LedgerNote::new(&by, event)))
    }
}

fn told(case: &Case, reminder: Reminder) -> Told {
    match reminder {
        Reminder::DueSoon => Told::ReportDue(case.id),
        Reminder::Overdue => Told::ReportOverdue(case.id),
        Reminder::DeadlineNear => Told::ReportDeadline(case.id),
    }
}
