//! The receipts for what was exported of cases: whose they are to write down, and the reminder of one that does not come.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Case, CaseId, ExportId, PersonId, Told};
use jiff::Timestamp;
use policy::rules::reporting::CasePeople;
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
use crate::known::people_index::PeopleIndex;

/// Whose it is to write a receipt down, of those who have the case.
fn whose(people: CasePeople, awaited: &AwaitedReceipt) -> Vec<PersonId> {
    if people.read_by(awaited.by) { vec![awaited.by] } else { people.receivers }
}

impl Desk {
    /// Whose it is to write a receipt down: whoever handed the file out, while they have the case; else those who receive it.
    fn who_notes_receipt_of(&self, by: &Authorised, case: &Case, awaited: &AwaitedReceipt) -> Vec<PersonId> {
        whose(self.around(by, case, rule_of(&self.published_policies(), case)).people, awaited)
    }

    /// Takes what they were told of a receipt from those whose it is no longer once people leave or change their roles, and
    /// tells those whose it is then, where it is late.
    pub(crate) async fn tell_of_moved_receipts(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        after_index: &PeopleIndex,
    ) -> Result<(), records::Error> {
        let (published_policies, now) = (self.published_policies(), change.at());
        let mut moved: BTreeMap<ExportId, (Timestamp, BTreeSet<PersonId>, BTreeSet<PersonId>)> = BTreeMap::new();
        for awaited in change.awaited_receipts().await? {
            let Some(record) = change.case(awaited.case).await? else { continue };
            let report = rule_of(&published_policies, &record.case);
            let after = whose(self.around_in(after_index, &record.case, report).people, &awaited);
            let (_, had, have) = moved.entry(awaited.export).or_insert_with(|| (awaited.at, [].into(), [].into()));
            had.extend(self.who_notes_receipt_of(by, &record.case, &awaited));
            have.extend(after);
        }
        for (export, (at, had, have)) in moved {
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
                    detail: "Nobody has written down yet that whoever it was for has it, or that no receipt will come.".to_owned(),
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
            let know = change.told_to(told).await?;
            let people: Vec<PersonId> = people.difference(&know).copied().collect();
            if people.is_empty() {
                continue;
            }
            self.tell(&mut change, &people, told, Urgency::Ordinary).await?;
            notes.push(LedgerNote::new(&by, Event::Remind { case }));
        }
        if notes.is_empty() {
            return Ok((change.into_turn(), 0));
        }
        let (told, first) = (notes.len() as u64, notes.remove(0));
        Ok((change.commit_all(first, notes).await?.turn, told))
    }

    /// Takes from somebody what they were told of the receipts for a case, which they have no longer.
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
