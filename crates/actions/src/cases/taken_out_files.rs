//! Taking a file out that was added by mistake: of a case by those who receive it, of a request by whoever asked.

use domain::{FileId, FileOf, TakenOutFile};
use records::Event;

use crate::cases::kept_files::WhyNotChange;
use crate::cases::requests::request_page::HistoryLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;
use crate::desk::texts::TooLong;

#[derive(Debug, Clone)]
pub struct TakeOutFile {
    pub of: FileOf,
    pub id: FileId,
    /// Why it is not to be here.
    pub reason: String,
}

verb_error! {
    TakeOutFileError {
        #[error("There is no file here with this address that you can take out.")]
        NotFound => NotFound;
        #[error("This report is closed. Reopen it first.")]
        IsClosed => Conflict;
        #[error("This request has been decided already, with its pictures as they are.")]
        Decided => Conflict;
        #[error("Somebody has agreed to this request as it is. Take the request back first. Then you can take the picture out.")]
        Agreed => Conflict;
        #[error("Give the reason.")]
        NoReason => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
    }
}

impl From<WhyNotChange> for TakeOutFileError {
    fn from(why: WhyNotChange) -> Self {
        match why {
            WhyNotChange::NotTheirs => TakeOutFileError::NotFound,
            WhyNotChange::IsClosed => TakeOutFileError::IsClosed,
            WhyNotChange::Decided => TakeOutFileError::Decided,
            WhyNotChange::Agreed => TakeOutFileError::Agreed,
        }
    }
}

impl Desk {
    /// Takes a file out of an open case that the actor receives, or a picture out of a request of theirs: its name and its
    /// content go, and the history says that there was one, who took it out and why. Asked for twice, it is done once.
    pub async fn take_out_file(&self, actor: &Actor, input: TakeOutFile) -> Result<(), TakeOutFileError> {
        let TakeOutFile { of, id, reason } = input;
        let (actor, mut change) = self.begin_change(actor, verb(of)).await?;
        self.may_take_out_files(&actor, &mut change, of).await??;
        if change.taken_out_files(of).await?.iter().any(|taken| taken.id == id) {
            return Ok(());
        }
        let mut files = change.files(of).await?.into_iter();
        let file = files.find(|file| file.id == id).ok_or(TakeOutFileError::NotFound)?;
        let reason = self.text(&reason).map_err(|too_long| TakeOutFileError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(TakeOutFileError::NoReason);
        }
        let (added_by, added_at) = (file.added_by, file.added_at);
        let taken = TakenOutFile { id, added_by, added_at, by: actor.person, at: change.at(), reason };
        change.take_out_file(of, &taken).await?;
        change.commit(&actor, Event::TakeOutFile { of, file: id }).await?;
        Ok(())
    }

    /// A history with what it says of files that were added and taken out again, in the order of time.
    pub(crate) fn with_taken_out(
        &self,
        by: &Authorised,
        of: FileOf,
        taken: &[TakenOutFile],
        mut history: Vec<HistoryLine>,
    ) -> Vec<HistoryLine> {
        let people_index = self.people_index(by);
        let name = |person| people_index.line(person).name;
        let what = match of {
            FileOf::Case(_) => "file",
            FileOf::Request(_) => "picture",
        };
        let lines = |taken: &TakenOutFile| {
            let added = format!("added a {what}, which was taken out later");
            let whose = if taken.added_by == taken.by {
                "they had added".to_owned()
            } else {
                format!("{} had added", name(taken.added_by))
            };
            let gone = format!("took out a {what} that {whose}: {}", taken.reason);
            [
                HistoryLine { at: taken.added_at, who: name(taken.added_by), what: added },
                HistoryLine { at: taken.at, who: name(taken.by), what: gone },
            ]
        };
        history.extend(taken.iter().flat_map(lines));
        history.sort_by_key(|line| line.at);
        history
    }
}

fn verb(of: FileOf) -> Verb {
    match of {
        FileOf::Case(_) => Verb::TakeOutCaseFile,
        FileOf::Request(_) => Verb::TakeOutRequestFile,
    }
}
