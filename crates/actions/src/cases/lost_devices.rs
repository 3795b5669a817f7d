//! What a report says is lost or stolen of what a register lists: whoever reports it names it, or whoever has the report.

use std::collections::BTreeSet;

use domain::{Case, CaseId, CaseStep, EntryId};
use jiff::Timestamp;
use policy::Document;
use policy::kinds::Register;
use policy::rules::{
    registers::{self, losses},
    shown,
};
use records::{CasesOf, EntryRecord, OpenAt, Reading};

use crate::cases::case_people::rule_of;
use crate::cases::concerns::report_title;
use crate::cases::handle_case::HandleCaseError;
use crate::cases::report::HOUR;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::desk::stores::DeskChange;
use crate::known::entry_standing::lasting;
use crate::known::published_policies::{PublishedPolicies, Text};
use crate::known::waiting::{Matter, Whose};

/// What a report's form says is lost or stolen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ReportLost {
    #[default]
    Nothing,
    /// What an entry lists that names the reporter.
    Entry(EntryId),
    /// What one reads on it.
    Labelled(String),
}

/// What a report says is lost or stolen, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostLine {
    /// What it is called, and the list that it is on.
    pub words: String,
    /// Whether it is marked so still.
    pub is_lost: bool,
    /// The entry, where the reader may open it.
    pub entry: Option<EntryId>,
}

/// Why nothing is marked as lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongLabel {
    #[error(
        "Nothing on the school’s lists has this name or number. Type what stands on the label, or leave this empty and say it in your own words."
    )]
    Nothing,
    #[error(
        "More than one thing on the school’s lists is called this. Give its number, or leave this empty and say it in your own words."
    )]
    Several,
    #[error(
        "You have typed too many names and numbers that are not on the school’s lists. Leave this empty and say it in your own words, or try again in an hour."
    )]
    TooMany,
}

/// Whether an entry names whoever reports, or is theirs.
fn is_reporters(by: &Authorised, register: &Register, record: &EntryRecord) -> bool {
    let entry = &record.entry;
    entry.named().any(|person| person == by.person) || registers::is_own(register) && entry.written_by == by.person
}

/// An entry that lists what is lost, or why there is none.
type FoundLost = Result<Result<EntryRecord, WrongLabel>, records::Error>;

impl Desk {
    /// The entries that name the reporter and that a report can say are lost, each with what it lists.
    pub(crate) async fn may_be_lost(
        &self,
        by: &Authorised,
        document: &Document,
        report: &str,
    ) -> Result<Vec<(EntryId, String)>, records::Error> {
        let of: Vec<(&str, &Register)> =
            losses::registers_of(document, report).map(|(_, register)| (registers::id(register), register)).collect();
        if of.is_empty() || !by.is_person() {
            return Ok(Vec::new());
        }
        let naming = self.known(by).waiting.entries(&BTreeSet::from([Whose::Names(by.person)]));
        let theirs = naming.iter().filter(|kept| {
            let is_theirs = |register| registers::is_own(register) || kept.upkeep.is_shown_to(by.person);
            of.iter().any(|(id, register)| kept.is_of((&document.id, id)) && is_theirs(register))
        });
        let theirs: Vec<EntryId> = theirs.map(|kept| kept.id).collect();
        let records = self.stores().read(by).await?.register_entries_among(&theirs).await?;
        let words = |record: &EntryRecord| {
            let entry = &record.entry;
            let (_, register) = of.iter().find(|(id, _)| *id == entry.register)?;
            let is_theirs = is_reporters(by, register, record)
                && losses::may_be_said_lost(register, report, entry, lasting(record), self.now());
            is_theirs.then(|| (entry.id, self.lost_words(by, register, record)))
        };
        let mut all: Vec<(EntryId, String)> = records.iter().filter_map(words).collect();
        all.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
        Ok(all)
    }

    fn lost_words(&self, by: &Authorised, register: &Register, record: &EntryRecord) -> String {
        format!("{} ({})", self.entry_name(by, register, &record.entry.answers), shown::register(register).title)
    }

    /// The entry that lists what a reporter says is lost.
    pub(crate) async fn reported_lost(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        (document, report): (&Document, &str),
        lost: &ReportLost,
    ) -> Result<Option<Result<EntryRecord, WrongLabel>>, records::Error> {
        match lost {
            _ if !by.is_person() => Ok(None),
            ReportLost::Nothing => Ok(None),
            ReportLost::Labelled(label) if label.trim().is_empty() => Ok(None),
            ReportLost::Labelled(label) => self.labelled(by, reading, (document, report), label).await.map(Some),
            ReportLost::Entry(id) => {
                let record = reading.register_entry(*id).await?;
                let record = record.filter(|record| {
                    let of_it = self.lost_register(document, report, record);
                    of_it.is_some_and(|register| is_reporters(by, register, record))
                });
                Ok(Some(record.ok_or(WrongLabel::Nothing)))
            }
        }
    }

    /// The register of an entry, where a report can say that what the entry lists is lost.
    fn lost_register<'d>(&self, document: &'d Document, report: &str, record: &EntryRecord) -> Option<&'d Register> {
        let entry = &record.entry;
        let (_, register) = registers::register(document, &entry.register).filter(|_| entry.policy == document.id)?;
        losses::may_be_said_lost(register, report, entry, lasting(record), self.now()).then_some(register)
    }

    /// The one entry with a label, of those registers of which a report can say that something is lost. Whoever guesses at labels
    /// is soon told nothing more.
    async fn labelled(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        (document, report): (&Document, &str),
        label: &str,
    ) -> FoundLost {
        let is_full = |times: &[Timestamp]| times.len() >= self.settings().reports.wrong_labels_an_hour as usize;
        if is_full(&self.wrong_labels_since(by.person, self.now() - HOUR)) {
            return Ok(Err(WrongLabel::TooMany));
        }
        let mut found = Vec::new();
        let open = OpenAt { at: self.now(), outlast_grants: true };
        for (_, register) in losses::registers_of(document, report) {
            let all = reading.open_entries((&document.id, registers::id(register)), open).await?;
            let labelled = all.into_iter().filter(|record| {
                let is_open = losses::may_be_said_lost(register, report, &record.entry, lasting(record), self.now());
                is_open && losses::has_label(register, &record.entry, label)
            });
            found.extend(labelled.map(|record| (losses::has_come_back(register, &record.entry), record)));
        }
        if found.iter().any(|(has_come_back, _)| !has_come_back) {
            found.retain(|(has_come_back, _)| !has_come_back);
        }
        let record = found.pop();
        let wrong = match record {
            Some((_, record)) if found.is_empty() => return Ok(Ok(record)),
            Some(_) => WrongLabel::Several,
            None => WrongLabel::Nothing,
        };
        self.note_wrong_label(by.person, self.now());
        Ok(Err(wrong))
    }

    /// Marks what an entry lists as lost, where a case says so and it is not marked so yet. Hands back what changes with that.
    /// The ledger says that there is a report, and not of which entry: its register would say whose it is.
    pub(crate) async fn mark_lost(
        &self,
        change: &mut DeskChange,
        case: &Case,
        lost: Option<&EntryRecord>,
    ) -> Result<Vec<Matter>, records::Error> {
        let mut matters = vec![Matter::Case(case.id)];
        let Some(record) = lost else { return Ok(matters) };
        let (entry, published_policies) = (&record.entry, self.published_policies());
        let known = published_policies.register(&entry.policy, &entry.register);
        if let (Some(known), Ok(changed)) = (known, entry.lost_by_report(change.at())) {
            self.keep_step(change, (known.register, known.in_force), record, &changed).await?;
            matters.push(Matter::Entry(entry.id));
        }
        Ok(matters)
    }

    /// The entry that whoever has a case means by what one reads on a thing, for [`CaseStep::SayLost`].
    ///
    /// # Errors
    /// Nothing on the lists that it can be said of, or several; a case that is not theirs.
    pub async fn find_lost(&self, actor: &Actor, id: CaseId, label: &str) -> Result<EntryId, HandleCaseError> {
        let actor = self.authorise(actor, Verb::HandleCase)?;
        let mut reading = self.stores().read(&actor).await?;
        let record = reading.case(id).await?.ok_or(HandleCaseError::NotFound)?;
        let (case, published_policies) = (&record.case, self.published_policies());
        let stands = self.around(&actor, case, rule_of(&published_policies, case)).people.actor(actor.person);
        if !self.reads(&actor, &published_policies, case) || !stands.receives {
            return Err(HandleCaseError::NotFound);
        }
        if case.is_closed() {
            return Err(HandleCaseError::IsClosed);
        }
        let text = Self::losing(&published_policies, case)?;
        let found = self.labelled(&actor, &mut reading, (&text.document, &case.report), label).await?;
        Ok(found.map_err(|wrong| HandleCaseError::WrongLabel { wrong })?.entry.id)
    }

    /// The version in force of a case's policy, by which something can be said to be lost of it.
    fn losing<'p>(published_policies: &'p PublishedPolicies, case: &Case) -> Result<&'p Text, HandleCaseError> {
        if case.in_confidence {
            return Err(HandleCaseError::InConfidence);
        }
        let text = published_policies.current(&case.policy);
        let text = text.filter(|text| losses::registers_of(&text.document, &case.report).next().is_some());
        text.ok_or(HandleCaseError::NothingToLose)
    }

    /// The entry that a step with a case says is lost; `None`: the step says nothing of the kind.
    pub(crate) async fn said_lost(
        &self,
        change: &mut DeskChange,
        case: &Case,
        step: &CaseStep,
    ) -> Result<Option<EntryRecord>, HandleCaseError> {
        let CaseStep::SayLost { entry } = step else { return Ok(None) };
        let published_policies = self.published_policies();
        let text = Self::losing(&published_policies, case)?;
        let record = change.register_entry(*entry).await?;
        let record = record.filter(|record| self.lost_register(&text.document, &case.report, record).is_some());
        let record = record.ok_or(HandleCaseError::WrongLabel { wrong: WrongLabel::Nothing })?;
        if case.lost.contains(entry) && !record.entry.is_lost() {
            return Err(HandleCaseError::FoundSince);
        }
        Ok(Some(record))
    }

    /// What a case says is lost, of which `opens` tells whether it is opened to the reader.
    pub(crate) async fn lost_lines(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        case: &Case,
        opens: bool,
    ) -> Result<Vec<LostLine>, records::Error> {
        let published_policies = self.published_policies();
        let mut lines = Vec::new();
        for id in &case.lost {
            let Some(record) = reading.register_entry(*id).await? else { continue };
            let Some(known) = published_policies.register(&record.entry.policy, &record.entry.register) else {
                continue;
            };
            lines.push(LostLine {
                words: self.lost_words(by, known.register, &record),
                is_lost: record.entry.is_lost(),
                entry: Some(*id).filter(|_| opens && self.register_reader(by, known.register).reads(&record.entry)),
            });
        }
        Ok(lines)
    }

    /// The reports that say of an entry that what it lists is lost, with their titles, as far as the reader has them.
    pub async fn reports_losing(&self, actor: &Actor, entry: EntryId) -> Result<Vec<(CaseId, String)>, ReadError> {
        let actor = self.authorise(actor, Verb::ReadEntry)?;
        let published_policies = self.published_policies();
        let records = self.stores().read(&actor).await?.cases(CasesOf::Losing(entry)).await?;
        let theirs = records.iter().filter(|record| self.reads(&actor, &published_policies, &record.case));
        Ok(theirs.map(|record| (record.case.id, report_title(&published_policies, &record.case))).collect())
    }
}
