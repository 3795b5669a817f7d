//! Reminding those who receive a case that its time runs out.

use domain::{Case, CaseId, CaseReminder, Told};
use policy::rules::reporting;
use records::Event;

use crate::cases::case_people::rule_of;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;
use crate::desk::stores::LedgerNote;
use crate::desk::turn::Turn;

impl Desk {
    /// Reminds of these cases as far as it is time, each reminder once, and notes when to look at them again. Hands back
    /// how many were reminded of.
    pub(crate) async fn remind(&self, turn: Turn, cases: &[CaseId]) -> Result<(Turn, u64), Unavailable> {
        if cases.is_empty() {
            return Ok((turn, 0));
        }
        let by = Authorised::program(Verb::Remind);
        let mut change = self.begin_within(turn, &by).await?;
        let (published_policies, now, mut notes) = (self.published_policies(), change.at(), Vec::new());
        for id in cases {
            let Some(record) = change.case(*id).await? else { continue };
            let mut reminded = false;
            for (at, reminder) in self.case_reminders(&record.case) {
                let told = told(&record.case, reminder);
                if now < at || change.was_told(told).await? {
                    continue;
                }
                let around = self.around(&by, &record.case, rule_of(&published_policies, &record.case));
                let people = reporting::to_remind(&record.case, &around.people, reminder);
                self.tell(&mut change, &people, told, self.case_urgency(&record.case)).await?;
                reminded |= !people.is_empty();
            }
            if reminded {
                notes.push(LedgerNote::new(&by, Event::Remind { case: *id }));
            }
            self.await_reminder(&record.case, now);
        }
        let reminded = notes.len() as u64;
        if notes.is_empty() {
            return Ok((change.into_turn(), 0));
        }
        let first = notes.remove(0);
        Ok((change.commit_all(first, notes).await?.turn, reminded))
    }
}

fn told(case: &Case, reminder: CaseReminder) -> Told {
    match reminder {
        CaseReminder::DueSoon => Told::ReportDue(case.id),
        CaseReminder::Overdue => Told::ReportOverdue(case.id),
        CaseReminder::DeadlineNear => Told::ReportDeadline(case.id),
    }
}
