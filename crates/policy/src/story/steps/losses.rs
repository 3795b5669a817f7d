//! What a register lists is lost or stolen, and found again.

use domain::{CaseStep, EntryId, EntryStep};

use super::allowed;
use crate::rules::registers::{self, losses};
use crate::story::play::{Scene, StepAnswer};

impl Scene<'_> {
    /// Marks what the newest open entry of a register lists as lost, as a report says it; `None`: the report can't say so.
    pub(super) fn marks_lost_by(&mut self, report: &str, id: &str) -> Option<EntryId> {
        let of_report = losses::registers_of(self.records.document, report);
        let (_, register) = of_report.into_iter().find(|(_, register)| registers::id(register) == id)?;
        let place = self.newest_entry(id)?;
        let (entry, now) = (&self.records.entries[place], self.at());
        if !losses::may_be_said_lost(register, report, entry, self.lasting(entry.grant), now) {
            return None;
        }
        let entry = entry.id;
        if let Ok(changed) = self.records.entries[place].lost_by_report(now) {
            self.records.entries[place] = changed.entry;
        }
        Some(entry)
    }

    /// Whoever has the newest case of a report says of it that what an entry lists is lost, by what stands on its label.
    pub(super) fn says_lost(&mut self, who: usize, report: &str, id: &str) -> StepAnswer {
        let known = registers::register(self.records.document, id).zip(self.newest_entry(id));
        let Some(((_, register), place)) = known else { return allowed(false, Vec::new()) };
        let entry = &self.records.entries[place];
        if losses::labels(register, entry).next().is_none() {
            return allowed(false, Vec::new());
        }
        let entry = entry.id;
        let before = self.records.entries.clone();
        if self.marks_lost_by(report, id).is_none() {
            return allowed(false, Vec::new());
        }
        let answer = self.steps(who, report, CaseStep::SayLost { entry });
        if answer.words != "allowed" {
            self.records.entries = before;
        }
        answer
    }

    /// Whoever keeps a register marks what its newest open entry lists.
    pub(super) fn marks_entry(&mut self, who: usize, id: &str, lost: bool) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return allowed(false, Vec::new());
        };
        let reason = "as the story says".to_owned();
        let step = if lost { EntryStep::MarkLost { reason } } else { EntryStep::MarkFound { reason } };
        let may = !lost || losses::can_be_lost(register);
        allowed(may && self.steps_entry(who, register, id, step), vec![clause.id.clone()])
    }
}
