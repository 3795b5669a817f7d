//! The receipts for what was exported of cases: whose they are to write down, and the reminder of one that does not come.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Case, CaseId, ExportId, PersonId, Told};
use jiff::Timestamp;
use policy::rules::reporting::CasePeople;
use records::{AwaitedReceipt, Event, ReceiptsOf};

use crate::cases::case_people::rule_of;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;
use crate::desk::notices::Urgency;
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::turn::Turn;
use crate::known::people_index::PeopleIndex;
use crate::known::waiting::Whose;

/// Whose it is to write a receipt down, of those who have the case.
fn whose(people: CasePeople, awaited: &AwaitedReceipt) -> Vec<PersonId> {
    if people.read_by(awaited.by) { vec![awaited.by] } else { people.receivers }
}

impl Desk {
    /// Whose it is to write a receipt down: whoever handed the file out, while they have the case; else those who receive it.
    fn who_notes_receipt(&self, by: &Authorised, case: &Case, awaited: &AwaitedReceipt) -> Vec<PersonId> {
        whose(self.around(by, case, rule_of(&self.published_policies(), case)).people, awaited)
    }

    /// Takes what they were told of a receipt from those whose it is no longer once people leave or change their roles, and
    /// tells those whose it is then, where it is late. Looked at are the receipts that were or will be theirs who are `moved`.
    pub(crate) async fn tell_of_moved_receipts(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        moved: &BTreeSet<Whose>,
        after_index: &PeopleIndex,
    ) -> Result<(), records::Error> {
        let (published_policies, now) = (self.published_policies(), change.at());
        let exported = self.known(by).waiting.exported(moved);
        let exports: BTreeMap<ExportId, Timestamp> = exported
            .iter()
            .flat_map(|exported| &exported.awaited)
            .map(|awaited| (awaited.export, awaited.at))
            .collect();
        for (export, at) in exports {
            let (mut had, mut have) = (BTreeSet::new(), BTreeSet::new());
            for awaited in change.awaited_receipts(ReceiptsOf::Export(export)).await? {
                let Some(record) = change.case(awaited.case).await? else { continue };
                let report = rule_of(&published_policies, &record.case);
                had.extend(self.who_notes_receipt(by, &record.case, &awaited));
                have.extend(whose(self.around_in(after_index, &record.case, report).people, &awaited));
            }
            for person in had.difference(&have) {
                change.take_back_all_notices(*person, export.0).await?;
            }
            let came: Vec<PersonId> = have.difference(&had).copied().collect();
            if self.receipt_due(at) <= now {
                self.tell(change, &came, Told::ReceiptMissing(export), Urgency::Ordinary).await?;
            }
        }
        Ok(())
    }

    /// The receipts that are the actor's to write down, as Home lists them: nothing of a case but that there is one.
    pub(crate) fn receipt_tasks(&self, actor: &Authorised) -> Vec<Task> {
        let mut tasks = Vec::new();
        if !self.may(actor, Verb::HandleCase) {
            return tasks;
        }
        let exported = self.known(actor).waiting.exported(&self.reports_may_be_theirs(actor));
        let all = exported.iter().flat_map(|exported| exported.awaited.iter().map(|awaited| (&exported.case, awaited)));
        let mut seen = BTreeSet::new();
        for (case, awaited) in all {
            let whose = self.who_notes_receipt(actor, case, awaited);
            // Several cases in one file are one thing to do.
            if whose.contains(&actor.person) && seen.insert(awaited.export) {
                tasks.push(Task {
                    kind: TaskKind::NoteReceipt { case: awaited.case, export: awaited.export },
                    title: "Write down a receipt for a report that was exported".to_owned(),
                    detail: "Nobody has written down yet that whoever it was for has it, or that no receipt will come."
                        .to_owned(),
                    date: TaskDate::By(self.receipt_due(awaited.at)),
                    urgent: false,
                });
            }
        }
        tasks
    }

    /// Reminds of these receipts, as far as they are awaited still, each person once. Hands back of how many somebody was reminded.
    pub(crate) async fn remind_of_receipts(
        &self,
        turn: Turn,
        exports: &[ExportId],
    ) -> Result<(Turn, u64), Unavailable> {
        if exports.is_empty() {
            return Ok((turn, 0));
        }
        let by = Authorised::program(Verb::Remind);
        let mut change = self.begin_within(turn, &by).await?;
        let (now, mut notes) = (change.at(), Vec::new());
        for export in exports {
            let awaited = change.awaited_receipts(ReceiptsOf::Export(*export)).await?;
            let Some(first) = awaited.first().filter(|first| self.receipt_due(first.at) <= now) else { continue };
            let mut people = BTreeSet::new();
            for awaited in &awaited {
                let record = change.case(awaited.case).await?;
                people.extend(record.into_iter().flat_map(|record| self.who_notes_receipt(&by, &record.case, awaited)));
            }
            let told = Told::ReceiptMissing(*export);
            let know = change.told_to(told).await?;
            let people: Vec<PersonId> = people.difference(&know).copied().collect();
            if people.is_empty() {
                continue;
            }
            self.tell(&mut change, &people, told, Urgency::Ordinary).await?;
            notes.push(LedgerNote::new(&by, Event::Remind { case: first.case }));
        }
        if notes.is_empty() {
            return Ok((change.into_turn(), 0));
        }
        let (told, first) = (notes.len() as u64, notes.remove(0));
        Ok((change.commit_all(first, notes).await?.turn, told))
    }

    /// Takes from somebody what they were told of the receipts for a case, which they have no longer. Those whose it is then are
    /// told when its time comes, or at the next tick where that is past.
    pub(crate) async fn take_back_receipts(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        person: PersonId,
        case: CaseId,
    ) -> Result<(), records::Error> {
        for awaited in change.awaited_receipts(ReceiptsOf::Case(case)).await? {
            let mut is_theirs_still = false;
            for other in change.awaited_receipts(ReceiptsOf::Export(awaited.export)).await? {
                let record = change.case(other.case).await?.filter(|record| record.case.id != case);
                is_theirs_still |=
                    record.is_some_and(|record| self.who_notes_receipt(by, &record.case, &other).contains(&person));
            }
            if !is_theirs_still {
                change.take_back_all_notices(person, awaited.export.0).await?;
            }
            self.await_receipt_reminder(awaited.export, awaited.at);
        }
        Ok(())
    }
}
