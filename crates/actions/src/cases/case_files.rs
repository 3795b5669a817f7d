//! Files of a case: those who receive it add them, and those who read it are given them.

use domain::{CaseActor, CaseId, FileId, FileType, KeptFile, size_words};
use jiff::Timestamp;
use records::{Event, Reading};

use crate::cases::case_people::rule_of;
use crate::cases::decide::HistoryLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;
use crate::desk::secrets::sha256;
use crate::desk::settings::EvidenceLimits;
use crate::desk::virus_scanner::Scanned;

/// A file for a case, as it was sent.
#[derive(Debug, Clone)]
pub struct AddCaseFile {
    pub case: CaseId,
    /// What it was called where it came from.
    pub name: String,
    pub content: Vec<u8>,
}

verb_error! {
    AddCaseFileError {
        #[error("There is no report here with this address.")]
        NotFound => NotFound;
        #[error("This report is closed. Reopen it first.")]
        IsClosed => Conflict;
        #[error("This file is empty. Choose one that has something in it.")]
        Empty => Invalid("file");
        #[error("This file is larger than {most}. Make it smaller or split it, and add the parts.")]
        TooLarge { most: String } => Invalid("file");
        #[error(
            "What is in this file is none of what can be kept here, whatever its name says. Choose one of these: {types}."
        )]
        WrongType { types: String } => Invalid("file");
        #[error("This report has {most} files already, and no more can be kept with it.")]
        TooMany { most: u32 } => Invalid("file");
        #[error("A virus was found in this file ({found}), so it was not kept. Don’t open it, and tell the IT staff.")]
        Infected { found: String } => Invalid("file");
        #[error(
            "This file could not be checked for viruses, so it was not kept. Try again in a few minutes; if it stays so, \
             tell the IT staff that the virus scanner is not of use."
        )]
        NotScanned => Invalid("file");
    }
}

verb_error! {
    ReadCaseFileError {
        #[error("There is no file here with this address.")]
        NotFound => NotFound;
        #[error(
            "This file has changed in the school’s records since it was added, so you can’t have it. Tell the IT staff: a \
             copy of the records may still have it as it was."
        )]
        Altered => Unavailable;
    }
}

impl AddCaseFileError {
    /// For whoever stops reading a file that is too large.
    pub fn too_large(limits: EvidenceLimits) -> AddCaseFileError {
        AddCaseFileError::TooLarge { most: size_words(limits.file_bytes) }
    }
}

/// A file as the page of its case lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    pub id: FileId,
    pub name: String,
    /// `Picture (JPEG), 2 MB`
    pub is: String,
    pub added_by: String,
    pub added_at: Timestamp,
}

impl FileLine {
    pub(crate) fn in_history(&self) -> HistoryLine {
        let what = format!("added the file “{}” ({})", self.name, self.is);
        HistoryLine { at: self.added_at, who: self.added_by.clone(), what }
    }
}

/// A file with its content, for whoever may have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    pub name: String,
    pub media_type: &'static str,
    pub content: Vec<u8>,
}

impl Desk {
    /// Keeps a file with an open case that the actor receives. It is scanned before the turn to change something, so that
    /// nobody waits for the scanner but whoever adds it.
    pub async fn add_case_file(&self, actor: &Actor, input: AddCaseFile) -> Result<(), AddCaseFileError> {
        let AddCaseFile { case, name, content } = input;
        let so_far = self.authorise(actor, Verb::AddCaseFile)?;
        self.may_add_file(&so_far, &mut self.stores().read(&so_far).await?, case).await?;
        let limits = self.settings().evidence;
        let bytes = content.len() as u64;
        if bytes > limits.file_bytes {
            return Err(AddCaseFileError::too_large(limits));
        }
        if content.is_empty() {
            return Err(AddCaseFileError::Empty);
        }
        let is = FileType::of(&content).ok_or_else(|| AddCaseFileError::WrongType { types: file_types() })?;
        match self.scan(&content).await {
            Ok(Scanned::Clean) => {}
            Ok(Scanned::Infected { found }) => return Err(AddCaseFileError::Infected { found }),
            Err(_) => return Err(AddCaseFileError::NotScanned),
        }
        let (actor, mut change) = self.begin_change(actor, Verb::AddCaseFile).await?;
        self.may_add_file(&actor, &mut change, case).await?;
        let file = KeptFile {
            id: self.new_id(change.at()),
            case,
            name: is.file_name(&name, self.text_limits().line),
            is,
            bytes,
            sha256: sha256(&content),
            added_by: actor.person,
            added_at: change.at(),
        };
        change.add_case_file(&file, content).await?;
        change.commit(&actor, Event::AddCaseFile { case, file: file.id }).await?;
        Ok(())
    }

    /// A file of a case that the actor reads, as it was added. That somebody was given it stands in the ledger before they
    /// are.
    pub async fn case_file(&self, actor: &Actor, case: CaseId, id: FileId) -> Result<FileContent, ReadCaseFileError> {
        let so_far = self.authorise(actor, Verb::ReadCaseFile)?;
        let mut reading = self.stores().read(&so_far).await?;
        if self.case_reader(&so_far, &mut reading, case).await?.is_none() {
            return Err(ReadCaseFileError::NotFound);
        }
        let mut files = reading.case_files(case).await?.into_iter();
        let file = files.find(|file| file.id == id).ok_or(ReadCaseFileError::NotFound)?;
        let content = reading.case_file_content(&file).await.map_err(|error| match error {
            records::Error::AlteredFile { .. } => {
                tracing::error!(cause = %error, "a file is not given out");
                ReadCaseFileError::Altered
            }
            error => error.into(),
        })?;
        drop(reading);
        let (actor, mut change) = self.begin_change(actor, Verb::ReadCaseFile).await?;
        if self.case_reader(&actor, &mut change, case).await?.is_none() {
            return Err(ReadCaseFileError::NotFound);
        }
        change.commit(&actor, Event::ReadCaseFile { case, file: id }).await?;
        Ok(FileContent { name: file.name, media_type: file.is.media_type(), content })
    }

    /// Whether the actor may add a file now: they receive the case, it is open, and has room for one more.
    async fn may_add_file(&self, by: &Authorised, reading: &mut Reading, case: CaseId) -> Result<(), AddCaseFileError> {
        let (stands, is_closed) = self.case_reader(by, reading, case).await?.ok_or(AddCaseFileError::NotFound)?;
        if !stands.receives {
            return Err(AddCaseFileError::NotFound);
        }
        if is_closed {
            return Err(AddCaseFileError::IsClosed);
        }
        let most = self.settings().evidence.files_per_case;
        if reading.case_files(case).await?.len() >= most as usize {
            return Err(AddCaseFileError::TooMany { most });
        }
        Ok(())
    }

    /// How the actor stands towards a case that they read, and whether it is closed.
    async fn case_reader(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        case: CaseId,
    ) -> Result<Option<(CaseActor, bool)>, records::Error> {
        let Some(record) = reading.case(case).await? else { return Ok(None) };
        let published_policies = self.published_policies();
        let people = self.around(by, &record.case, rule_of(&published_policies, &record.case)).people;
        Ok(people.read_by(by.person).then(|| (people.actor(by.person), record.case.is_closed())))
    }

    pub(crate) fn case_file_lines(&self, by: &Authorised, files: Vec<KeptFile>) -> Vec<FileLine> {
        let people_index = self.people_index(by);
        let line = |file: KeptFile| FileLine {
            id: file.id,
            is: format!("{}, {}", file.is.title(), size_words(file.bytes)),
            name: file.name,
            added_by: people_index.line(file.added_by).name,
            added_at: file.added_at,
        };
        files.into_iter().map(line).collect()
    }
}

/// The types of files that are kept, as a list in a sentence.
pub fn file_types() -> String {
    let titles: Vec<String> = FileType::ALL.iter().map(|kind| domain::lower_first(kind.title())).collect();
    titles.join(", ")
}
