//! Files of a case, which those who receive it add and those who read it are given; and pictures of a request to publish
//! something, which whoever asked adds and those who know of everybody in them are given.

use domain::{CaseActor, CaseId, FileId, FileOf, FileType, KeptFile, RequestId, TakenOutFile, size_words};
use jiff::Timestamp;
use policy::rules::pictures::{self, PictureRefusal, PictureThere};
use records::{Event, Reading, RequestRecord};

use crate::cases::case_people::rule_of;
use crate::cases::requests::request_page::HistoryLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;
use crate::desk::health::virus_scanner::Scanned;
use crate::desk::secrets::sha256;
use crate::desk::settings::EvidenceLimits;

/// A file for a case or a request, as it was sent.
#[derive(Debug, Clone)]
pub struct AddFile {
    pub of: FileOf,
    /// What it was called where it came from.
    pub name: String,
    pub content: Vec<u8>,
}

verb_error! {
    AddFileError {
        #[error("There is nothing here with this address to which you can add a file.")]
        NotFound => NotFound;
        #[error("This report is closed. Reopen it first.")]
        IsClosed => Conflict;
        #[error("This request has been decided already. Ask again, and add the picture before it is.")]
        Decided => Conflict;
        #[error("Somebody has agreed to this request as it is. Take it back and ask again, with this picture.")]
        Agreed => Conflict;
        #[error("This file is empty. Choose one that has something in it.")]
        Empty => Invalid("file");
        #[error("This file is larger than {most}. Make it smaller or split it, and add the parts.")]
        TooLarge { most: String } => Invalid("file");
        #[error(
            "What is in this file is none of what can be kept here, whatever its name says. Choose one of these: {types}."
        )]
        WrongType { types: String } => Invalid("file");
        #[error("There are {most} files here already, and no more can be kept.")]
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
    ReadFileError {
        #[error("There is no file here with this address.")]
        NotFound => NotFound;
        #[error(
            "This file has changed in the school’s records since it was added, so you can’t have it. Tell the IT staff: a \
             copy of the records may still have it as it was."
        )]
        Altered => Unavailable;
    }
}

impl AddFileError {
    /// For whoever stops reading a file that is too large.
    pub fn too_large(limits: EvidenceLimits) -> AddFileError {
        AddFileError::TooLarge { most: size_words(limits.file_bytes) }
    }
}

/// Why the actor adds no file, or takes none out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhyNotChange {
    /// They don't receive the case, or somebody else made the request.
    NotTheirs,
    IsClosed,
    Decided,
    Agreed,
}

impl From<PictureRefusal> for WhyNotChange {
    fn from(why: PictureRefusal) -> Self {
        match why {
            PictureRefusal::NotTheirs => WhyNotChange::NotTheirs,
            PictureRefusal::Decided => WhyNotChange::Decided,
            PictureRefusal::Agreed => WhyNotChange::Agreed,
        }
    }
}

impl From<WhyNotChange> for AddFileError {
    fn from(why: WhyNotChange) -> Self {
        match why {
            WhyNotChange::NotTheirs => AddFileError::NotFound,
            WhyNotChange::IsClosed => AddFileError::IsClosed,
            WhyNotChange::Decided => AddFileError::Decided,
            WhyNotChange::Agreed => AddFileError::Agreed,
        }
    }
}

/// A file as the page of its case or request lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    pub id: FileId,
    pub name: String,
    /// `Picture (JPEG), 2 MB`
    pub is: String,
    /// Whether browsers show it on a page.
    pub is_shown: bool,
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
    /// Keeps a file with an open case that the actor receives, or a picture with a request of theirs. It is scanned before the
    /// turn to change something, so that nobody waits for the scanner but whoever adds it.
    pub async fn add_file(&self, actor: &Actor, input: AddFile) -> Result<(), AddFileError> {
        let AddFile { of, name, content } = input;
        let (adding, _) = verbs(of);
        let so_far = self.authorise(actor, adding)?;
        self.may_add_file(&so_far, &mut self.stores().read(&so_far).await?, of).await?;
        let limits = self.settings().evidence;
        let bytes = content.len() as u64;
        if bytes > limits.file_bytes {
            return Err(AddFileError::too_large(limits));
        }
        if content.is_empty() {
            return Err(AddFileError::Empty);
        }
        let is = FileType::of(&content).filter(|is| types(of).contains(is));
        let is = is.ok_or_else(|| AddFileError::WrongType { types: file_types(of) })?;
        match self.scan(&content).await {
            Ok(Scanned::Clean) => {}
            Ok(Scanned::Infected { found }) => return Err(AddFileError::Infected { found }),
            Err(_) => return Err(AddFileError::NotScanned),
        }
        let (actor, mut change) = self.begin_change(actor, adding).await?;
        self.may_add_file(&actor, &mut change, of).await?;
        let file = KeptFile {
            id: self.new_id(change.at()),
            of,
            name: is.file_name(&name, self.text_limits().line),
            is,
            bytes,
            sha256: sha256(&content),
            added_by: actor.person,
            added_at: change.at(),
        };
        change.add_file(&file, content).await?;
        let file = file.id;
        let event = match of {
            FileOf::Case(case) => Event::AddCaseFile { case, file },
            FileOf::Request(request) => Event::AddRequestFile { request, file },
        };
        change.commit(&actor, event).await?;
        Ok(())
    }

    /// A file of a case that the actor reads, or a picture of a request that they may see, as it was added. That somebody was
    /// given it stands in the ledger before they are.
    pub async fn file(&self, actor: &Actor, of: FileOf, id: FileId) -> Result<FileContent, ReadFileError> {
        let (_, reads) = verbs(of);
        let so_far = self.authorise(actor, reads)?;
        let mut reading = self.stores().read(&so_far).await?;
        if !self.may_read_files(&so_far, &mut reading, of).await? {
            return Err(ReadFileError::NotFound);
        }
        let mut files = reading.files(of).await?.into_iter();
        let file = files.find(|file| file.id == id).ok_or(ReadFileError::NotFound)?;
        let content = reading.file_content(&file).await.map_err(|error| match error {
            records::Error::AlteredFile { .. } => {
                tracing::error!(cause = %error, "a file is not given out");
                ReadFileError::Altered
            }
            error => error.into(),
        })?;
        drop(reading);
        let (actor, mut change) = self.begin_change(actor, reads).await?;
        if !self.may_read_files(&actor, &mut change, of).await? {
            return Err(ReadFileError::NotFound);
        }
        let event = match of {
            FileOf::Case(case) => Event::ReadCaseFile { case, file: id },
            FileOf::Request(request) => Event::ReadRequestFile { request, file: id },
        };
        change.commit(&actor, event).await?;
        Ok(FileContent { name: file.name, media_type: file.is.media_type(), content })
    }

    /// Whether the actor may add a file now: the files are theirs to change, and there is room for one more.
    async fn may_add_file(&self, by: &Authorised, reading: &mut Reading, of: FileOf) -> Result<(), AddFileError> {
        let files = reading.files(of).await?;
        let why = match of {
            FileOf::Case(case) => self.why_not_change_files(by, reading, case).await?,
            FileOf::Request(request) => match reading.request(request).await? {
                Some(record) => {
                    let taken_out = reading.taken_out_files(of).await?;
                    self.why_not_add_picture(by, &record, (&files, &taken_out)).map(WhyNotChange::from)
                }
                None => Some(WhyNotChange::NotTheirs),
            },
        };
        if let Some(why) = why {
            return Err(why.into());
        }
        let most = self.settings().evidence.files_per_case;
        if files.len() >= most as usize {
            return Err(AddFileError::TooMany { most });
        }
        Ok(())
    }

    /// Whether the actor may take files out now: they receive the case, and it is open; or they made the request, and it waits
    /// or they have taken it back.
    pub(crate) async fn may_take_out_files(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        of: FileOf,
    ) -> Result<Result<(), WhyNotChange>, records::Error> {
        let why = match of {
            FileOf::Case(case) => self.why_not_change_files(by, reading, case).await?,
            FileOf::Request(request) => match reading.request(request).await? {
                Some(record) => self.why_not_take_out_picture(by, &record).map(WhyNotChange::from),
                None => Some(WhyNotChange::NotTheirs),
            },
        };
        Ok(why.map_or(Ok(()), Err))
    }

    async fn why_not_change_files(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        case: CaseId,
    ) -> Result<Option<WhyNotChange>, records::Error> {
        Ok(match self.case_reader(by, reading, case).await? {
            Some((stands, is_closed)) if stands.receives => is_closed.then_some(WhyNotChange::IsClosed),
            Some(_) | None => Some(WhyNotChange::NotTheirs),
        })
    }

    pub(crate) fn why_not_take_out_picture(&self, by: &Authorised, record: &RequestRecord) -> Option<PictureRefusal> {
        let (request, assents) = (&record.request, record.assents.as_slice());
        self.of_permission(request, |permission| pictures::why_not_take_out(permission, request, assents, by.person))
    }

    /// Why the actor may not add a picture to a request that has these, and had those that were taken out.
    pub(crate) fn why_not_add_picture(
        &self,
        by: &Authorised,
        record: &RequestRecord,
        (files, taken_out): (&[KeptFile], &[TakenOutFile]),
    ) -> Option<PictureRefusal> {
        let there = files.iter().map(|file| PictureThere { from: file.added_at, until: None });
        let gone = taken_out.iter().map(|file| PictureThere { from: file.added_at, until: Some(file.at) });
        let pictures: Vec<PictureThere> = there.chain(gone).collect();
        let (request, said) = (&record.request, (record.assents.as_slice(), record.consents.as_slice()));
        self.of_named(request, Some(PictureRefusal::NotTheirs), |_, permission| {
            pictures::why_not_add(permission, request, said, &pictures, by.person)
        })
    }

    async fn may_read_files(&self, by: &Authorised, reading: &mut Reading, of: FileOf) -> Result<bool, records::Error> {
        Ok(match of {
            FileOf::Case(case) => self.case_reader(by, reading, case).await?.is_some(),
            FileOf::Request(request) => self.sees_pictures_of(by, reading, request).await?,
        })
    }

    async fn sees_pictures_of(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        request: RequestId,
    ) -> Result<bool, records::Error> {
        let record = reading.request(request).await?;
        Ok(record.is_some_and(|record| {
            self.reads_request(by, &record, &self.consent_lines(by, &record)) && self.sees_pictures(by, &record)
        }))
    }

    /// Whether somebody who reads a request is shown its pictures too.
    pub(crate) fn sees_pictures(&self, by: &Authorised, record: &RequestRecord) -> bool {
        let (request, people_index) = (&record.request, self.people_index(by));
        let Some(own) = people_index.here(by.person) else { return false };
        self.of_permission(request, |permission| {
            permission.is_some_and(|permission| {
                self.as_whoever(by, request, |whoever| {
                    pictures::may_see(permission, (request, &record.answers), whoever, own)
                })
            })
        })
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

    pub(crate) fn file_lines(&self, by: &Authorised, files: Vec<KeptFile>) -> Vec<FileLine> {
        let people_index = self.people_index(by);
        let line = |file: KeptFile| FileLine {
            id: file.id,
            is: format!("{}, {}", file.is.title(), size_words(file.bytes)),
            is_shown: file.is.is_picture() && file.is != FileType::Heic,
            name: file.name,
            added_by: people_index.line(file.added_by).name,
            added_at: file.added_at,
        };
        files.into_iter().map(line).collect()
    }
}

/// To add such a file, and to read one.
fn verbs(of: FileOf) -> (Verb, Verb) {
    match of {
        FileOf::Case(_) => (Verb::AddCaseFile, Verb::ReadCaseFile),
        FileOf::Request(_) => (Verb::AddRequestFile, Verb::ReadRequestFile),
    }
}

/// The types of such files: with a request, pictures alone.
fn types(of: FileOf) -> Vec<FileType> {
    let is_kept = |kind: &FileType| matches!(of, FileOf::Case(_)) || kind.is_picture();
    FileType::ALL.iter().copied().filter(is_kept).collect()
}

/// The types of files that are kept with something, as a list in a sentence.
pub fn file_types(of: FileOf) -> String {
    let titles: Vec<String> = types(of).into_iter().map(|kind| domain::lower_first(kind.title())).collect();
    titles.join(", ")
}

/// The endings of such files, for a browser's own choice.
pub fn file_endings(of: FileOf) -> String {
    let endings = types(of).into_iter().flat_map(FileType::endings).map(|ending| format!(".{ending}"));
    endings.collect::<Vec<_>>().join(",")
}
