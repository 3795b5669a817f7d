//! Handing cases out as one file, and the receipt for it: one case, or what is known of a person when they go to another
//! school.

use domain::{CaseEntry, CaseEvent, CaseId, ExportId, FileOf, PersonId, Told};
use jiff::Timestamp;
use jiff::civil::Date;
use records::{AwaitedReceipt, CaseRecord, Event, ReceiptsOf};

use crate::cases::concerns::{ConcernPage, MadeFor};
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::texts::{TooLong, fits};
use crate::known::people_index::PersonLine;
use crate::known::waiting::Matter;

/// Which cases are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportOf {
    Case(CaseId),
    /// All that the actor has about a person.
    About(PersonId),
}

#[derive(Debug, Clone)]
pub struct ExportCases {
    pub of: ExportOf,
    /// Whom the file is for.
    pub to: String,
    pub reason: String,
}

/// What stands in the file.
#[derive(Debug, Clone)]
pub struct ExportedCases {
    pub at: Timestamp,
    pub by: PersonLine,
    pub to: String,
    pub reason: String,
    /// Whom all the cases are about, where they were asked for by that.
    pub about: Option<PersonLine>,
    pub cases: Vec<ConcernPage>,
    /// The files of these cases, each as it was added.
    pub files: Vec<ExportedFile>,
}

/// A file of a case that is handed out.
#[derive(Debug, Clone)]
pub struct ExportedFile {
    pub case: CaseId,
    pub name: String,
    pub media_type: &'static str,
    pub content: ExportedContent,
}

/// What stands in a file of a case that is handed out, or why it is not handed out with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportedContent {
    Inside(Vec<u8>),
    /// All files together would be larger than the limit.
    TooLarge,
    /// It is not what was added: it has changed in the records.
    Altered,
}

/// That a case was handed out, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportLine {
    pub id: ExportId,
    pub at: Timestamp,
    pub to: String,
    /// What was written down of its receipt; `None`: it is awaited.
    pub receipt: Option<ReceiptSaid>,
}

#[derive(Debug, Clone)]
pub struct NoteReceipt {
    /// A case that was handed out.
    pub case: CaseId,
    pub export: ExportId,
    pub said: ReceiptSaid,
}

/// What is written down of the receipt for an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptSaid {
    /// Who confirmed that they have it, and on which day.
    Came { by: String, on: Date },
    /// Why nobody will confirm it.
    WillNotCome { reason: String },
}

impl ReceiptSaid {
    /// Whether it can be written down after this: nothing, or that none will come and one comes after all.
    fn may_follow(&self, before: Option<&ReceiptSaid>) -> bool {
        match before {
            None => true,
            Some(ReceiptSaid::WillNotCome { .. }) => matches!(self, ReceiptSaid::Came { .. }),
            Some(ReceiptSaid::Came { .. }) => false,
        }
    }
}

verb_error! {
    ExportCasesError {
        #[error("There is no report here with this address.")]
        NotFound => NotFound;
        #[error("Say whom the file is for.")]
        NobodyNamed => Invalid("to");
        #[error("Give the reason.")]
        NoReason => Invalid("reason");
        #[error("{too_long}")]
        LongName { too_long: TooLong } => Invalid("to");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
    }
}

verb_error! {
    NoteReceiptError {
        #[error("There is no report here with this address.")]
        NotFound => NotFound;
        #[error("Say who has confirmed that they have it.")]
        NobodyNamed => Invalid("by");
        #[error("{too_long}")]
        LongName { too_long: TooLong } => Invalid("by");
        #[error("This day is still to come. Give the day on which they confirmed it.")]
        AfterToday => Invalid("on");
        #[error("Give the reason why no receipt will come.")]
        NoReason => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
        #[error("Somebody has written a receipt down meanwhile. Look at the report before you write another.")]
        IsNotedAlready => Conflict("by");
        #[error("Somebody has written down meanwhile that no receipt will come. Look at the report.")]
        IsGivenUpAlready => Conflict;
    }
}

/// The files by which a case was handed out, the newest first.
pub(crate) fn export_lines(entries: &[CaseEntry]) -> Vec<ExportLine> {
    let receipt = |of: ExportId| {
        entries.iter().rev().find_map(|entry| match &entry.what {
            CaseEvent::ReceiptNoted { export, by, on } if *export == of => {
                Some(ReceiptSaid::Came { by: by.clone(), on: *on })
            }
            CaseEvent::NoReceipt { export, reason } if *export == of => {
                Some(ReceiptSaid::WillNotCome { reason: reason.clone() })
            }
            _ => None,
        })
    };
    let line = |entry: &CaseEntry| match &entry.what {
        CaseEvent::Exported { export, to, .. } => {
            Some(ExportLine { id: *export, at: entry.at, to: to.clone(), receipt: receipt(*export) })
        }
        _ => None,
    };
    entries.iter().rev().filter_map(line).collect()
}

/// What of a file is handed out; one that was altered keeps nothing else back.
fn exported(content: Result<Vec<u8>, records::Error>) -> Result<ExportedContent, records::Error> {
    match content {
        Ok(content) => Ok(ExportedContent::Inside(content)),
        Err(error @ records::Error::AlteredFile { .. }) => {
            tracing::error!(cause = %error, "a file is not exported with its report");
            Ok(ExportedContent::Altered)
        }
        Err(error) => Err(error),
    }
}

impl Desk {
    /// Hands out one case, or all that the actor has about a person. Each says in its history to whom and why.
    pub async fn export_cases(&self, actor: &Actor, input: ExportCases) -> Result<ExportedCases, ExportCasesError> {
        let limits = self.text_limits();
        let to = fits(&input.to, limits.line).map_err(|too_long| ExportCasesError::LongName { too_long })?;
        let reason = self.text(&input.reason).map_err(|too_long| ExportCasesError::LongReason { too_long })?;
        let (actor, mut change) = self.begin_change(actor, Verb::HandleCase).await?;
        let records = match input.of {
            ExportOf::Case(id) => change.case(id).await?.into_iter().collect(),
            ExportOf::About(person) => self.cases_about(&mut change, &actor, person).await?,
        };
        let mut cases = Vec::new();
        let mut files = Vec::new();
        for record in &records {
            cases.extend(self.concern_page(&mut change, &actor, record, MadeFor::Outside).await?);
        }
        if cases.is_empty() {
            return Err(ExportCasesError::NotFound);
        }
        if to.is_empty() {
            return Err(ExportCasesError::NobodyNamed);
        }
        if reason.is_empty() {
            return Err(ExportCasesError::NoReason);
        }
        let mut room = self.settings().evidence.export_bytes;
        for case in cases.iter().map(|page| page.line.id) {
            for file in change.files(FileOf::Case(case)).await? {
                let content = match room.checked_sub(file.bytes) {
                    Some(rest) => {
                        room = rest;
                        exported(change.file_content(&file).await)?
                    }
                    None => ExportedContent::TooLarge,
                };
                files.push(ExportedFile { case, name: file.name, media_type: file.is.media_type(), content });
            }
        }
        let at = change.at();
        let export = self.new_id(at);
        let what = CaseEvent::Exported { export, to: to.clone(), reason: reason.clone() };
        for case in cases.iter().map(|page| page.line.id) {
            change.await_receipt(AwaitedReceipt { export, case, by: actor.person, at }).await?;
        }
        let people_index = self.people_index(&actor);
        let exported = ExportedCases {
            at,
            by: people_index.line(actor.person),
            to: to.clone(),
            reason: reason.clone(),
            about: match input.of {
                ExportOf::Case(_) => None,
                ExportOf::About(person) => Some(people_index.line(person)),
            },
            cases,
            files,
        };
        self.note_in_each(change, &actor, &records, &what).await?;
        self.await_receipt_reminder(export, at);
        Ok(exported)
    }

    /// Notes that whoever a file was for has it, or that no receipt will come, in each of the cases in it that the actor
    /// has. It is awaited no longer there.
    pub async fn note_receipt(&self, actor: &Actor, input: NoteReceipt) -> Result<(), NoteReceiptError> {
        let (actor, mut change) = self.begin_change(actor, Verb::HandleCase).await?;
        let published_policies = self.published_policies();
        let record = change.case(input.case).await?.ok_or(NoteReceiptError::NotFound)?;
        if !self.reads(&actor, &published_policies, &record.case) {
            return Err(NoteReceiptError::NotFound);
        }
        let mut may_be_in_it = vec![record];
        for person in may_be_in_it[0].case.about.clone() {
            may_be_in_it.extend(self.cases_about(&mut change, &actor, person).await?);
        }
        may_be_in_it.sort_by_key(|record| record.case.id);
        may_be_in_it.dedup_by_key(|record| record.case.id);
        let mut records = Vec::new();
        for record in may_be_in_it {
            let exports = export_lines(&change.case_entries(record.case.id).await?);
            // It may not be in the file.
            let Some(line) = exports.into_iter().find(|line| line.id == input.export) else { continue };
            match line.receipt {
                before if input.said.may_follow(before.as_ref()) => records.push(record),
                Some(ReceiptSaid::Came { .. }) if record.case.id == input.case => {
                    return Err(NoteReceiptError::IsNotedAlready);
                }
                Some(ReceiptSaid::WillNotCome { .. }) if record.case.id == input.case => {
                    return Err(NoteReceiptError::IsGivenUpAlready);
                }
                // Somebody else has written it down there.
                _ => {}
            }
        }
        if records.iter().all(|record| record.case.id != input.case) {
            return Err(NoteReceiptError::NotFound);
        }
        let what = self.receipt_event(input.export, &input.said)?;
        for record in &records {
            change.stop_awaiting_receipt(input.export, record.case.id).await?;
        }
        if change.awaited_receipts(ReceiptsOf::Export(input.export)).await?.is_empty() {
            change.take_back_notices(Told::ReceiptMissing(input.export)).await?;
        }
        Ok(self.note_in_each(change, &actor, &records, &what).await?)
    }

    /// What was said of a receipt, as the history keeps it.
    fn receipt_event(&self, export: ExportId, said: &ReceiptSaid) -> Result<CaseEvent, NoteReceiptError> {
        match said {
            ReceiptSaid::Came { by, on } => {
                let by = fits(by, self.text_limits().line);
                let by = by.map_err(|too_long| NoteReceiptError::LongName { too_long })?;
                if by.is_empty() {
                    return Err(NoteReceiptError::NobodyNamed);
                }
                if *on > self.today() {
                    return Err(NoteReceiptError::AfterToday);
                }
                Ok(CaseEvent::ReceiptNoted { export, by, on: *on })
            }
            ReceiptSaid::WillNotCome { reason } => {
                let reason = self.text(reason).map_err(|too_long| NoteReceiptError::LongReason { too_long })?;
                if reason.is_empty() {
                    return Err(NoteReceiptError::NoReason);
                }
                Ok(CaseEvent::NoReceipt { export, reason })
            }
        }
    }

    /// Keeps a line in the history of each of these cases.
    async fn note_in_each(
        &self,
        mut change: DeskChange,
        by: &Authorised,
        records: &[CaseRecord],
        what: &CaseEvent,
    ) -> Result<(), records::Error> {
        let mut notes = Vec::new();
        for record in records {
            let entry = CaseEntry { at: change.at(), by: by.person, what: what.clone() };
            change.add_case_entry(record.case.id, &entry).await?;
            let event = Event::HandleCase { case: record.case.id, step: what.into(), to: None };
            notes.push(LedgerNote::new(by, event));
        }
        if notes.is_empty() {
            return Ok(());
        }
        let kept = change.commit_all(notes.remove(0), notes).await?;
        let cases: Vec<Matter> = records.iter().map(|record| Matter::Case(record.case.id)).collect();
        self.refresh_waiting(&kept.turn, &cases).await
    }
}
