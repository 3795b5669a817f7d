//! The receipts for what was exported of cases: whose they are to write down, and the reminder of one that does not come.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Case, CaseId, ExportId, PersonId, Told};
use records::{AwaitedReceipt, Event, Reading};

use crate::cases::case_people::rule_of;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;
use crate::desk::notices::Urgency;
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::turn::Turn;

impl Desk {
    /// Whose it is to write a receipt down: whoever handed the file out, while they have the case; else those who receive it.
    fn who_notes_receipt_of(&self, by: &Authorised, case: &Case, awaited: &AwaitedReceipt) -> Vec<PersonId> {
        let people = self.around(by, case, rule_of(&self.published_policies(), case)).people;
        if people.read_by(awaited.by) { vec![awaited.by] } else { people.receivers }
    }

    /// The receipts that are the actor's to write down, as Home lists them: nothing of a case but that there is one.
    pub(crate) async fn receipt_tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let mut tasks = Vec::new();
        if !self.may(actor, Verb::HandleCase) {
            return Ok(tasks);
        }
        let mut reading = self.stores().read(actor).await?;
        let mut seen = BTreeSet::new();
        for awaited in reading.awaited_receipts().await? {
            let whose = self.who_notes_receipt(&mut reading, actor, &awaited).await?;
            // Several cases in one file are one thing to do.
            if whose.contains(&actor.person) && seen.insert(awaited.export) {
                tasks.push(Task {
                    kind: TaskKind::NoteReceipt { case: awaited.case, export: awaited.export },
                    title: "Write down a receipt for a report that was exported".to_owned(),
                    detail: "Nobody has written down yet that whoever it was for has it.".to_owned(),
                    date: TaskDate::By(self.receipt_due(awaited.at)),
                    urgent: false,
                });
            }
        }
        Ok(tasks)
    }

    async fn who_notes_receipt(
        &self,
        reading: &mut Reading,
        by: &Authorised,
        awaited: &AwaitedReceipt,
    ) -> Result<Vec<PersonId>, records::Error> {
        let record = reading.case(awaited.case).await?;
        Ok(record.map(|record| self.who_notes_receipt_of(by, &record.case, awaited)).unwrap_or_default())
    }

    /// Reminds of these receipts, as far as they are awaited still, each once. Hands back of how many somebody was reminded.
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
        let mut whose: BTreeMap<ExportId, (CaseId, BTreeSet<PersonId>)> = BTreeMap::new();
        for awaited in change.awaited_receipts().await? {
            if exports.contains(&awaited.export) && self.receipt_due(awaited.at) <= now {
                let people = self.who_notes_receipt(&mut change, &by, &awaited).await?;
                let (_, known) = whose.entry(awaited.export).or_insert_with(|| (awaited.case, BTreeSet::new()));
                known.extend(people);
            }
        }
        for (export, (case, people)) in whose {
            let told = Told::ReceiptMissing(export);
            if people.is_empty() || change.was_told(told).await? {
                continue;
            }
            let people: Vec<PersonId> = people.into_iter().collect();
            self.tell(&mut change, &people, told, Urgency::Ordinary).await?;
            notes.push(LedgerNote::new(&by, Event::Remind { case }));
        }
        if notes.is_empty() {
            return Ok((change.into_turn(), 0));
        }
        let (told, first) = (notes.len() as u64, notes.remove(0));
        Ok((change.commit_all(first, notes).await?.turn, told))
    }

    /// Takes from somebody what they were told of the receipts for a case, which is about them.
    pub(crate) async fn take_back_receipts(
        &self,
        change: &mut DeskChange,
        person: PersonId,
        case: CaseId,
    ) -> Result<(), records::Error> {
        for awaited in change.awaited_receipts().await?.into_iter().filter(|awaited| awaited.case == case) {
            change.take_back_all_notices(person, awaited.export.0).await?;
        }
        Ok(())
    }
}
