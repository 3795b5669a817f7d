//! The draft that somebody approves or publishes: the very text that they were shown, as long as it is open.

use std::sync::Arc;

use domain::VersionId;
use records::{Reading, VersionRecord, VersionState};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Forbidden;
use crate::desk::stores::DeskChange;
use crate::desk::turn::NotBegun;
use crate::known::examined_drafts::Examined;

/// Why a draft is not there to be approved or published.
pub(crate) enum NotOpen {
    NotFound,
    Outdated,
    Closed,
    Unavailable(records::Error),
}

impl From<records::Error> for NotOpen {
    fn from(cause: records::Error) -> NotOpen {
        NotOpen::Unavailable(cause)
    }
}

/// The open draft whose text has this hash.
async fn open_draft(reading: &mut Reading, id: VersionId, text_hash: &str) -> Result<VersionRecord, NotOpen> {
    let record = reading.version(id).await?.ok_or(NotOpen::NotFound)?;
    if record.text_hash != text_hash {
        return Err(NotOpen::Outdated);
    }
    if !matches!(record.state, VersionState::Draft | VersionState::Approved) {
        return Err(NotOpen::Closed);
    }
    Ok(record)
}

/// What somebody does with a draft, begun: the draft, and what its text was found to be.
pub(crate) struct BegunWith {
    pub by: Authorised,
    pub change: DeskChange,
    pub draft: VersionRecord,
    pub examined: Arc<Examined>,
}

impl Desk {
    /// Begins to approve or publish the open draft whose text has this hash. The text is examined before the turn, so that
    /// nobody waits for a long one; where what it was examined beside has changed by then, it is examined once more.
    pub(crate) async fn begin_with_draft<E>(
        &self,
        actor: &Actor,
        verb: Verb,
        (id, text_hash): (VersionId, &str),
    ) -> Result<BegunWith, E>
    where
        E: From<Forbidden> + From<NotBegun> + From<NotOpen> + From<records::Error>,
    {
        loop {
            let by = self.authorise(actor, verb)?;
            let mut reading = self.stores().read(&by).await?;
            let draft = open_draft(&mut reading, id, text_hash).await?;
            drop(reading);
            let (beside, examined) = self.examined_beside(&draft).await;
            let (by, mut change) = self.begin_change(actor, verb).await?;
            let draft = open_draft(&mut change, id, text_hash).await?;
            if beside.is(&self.beside()) {
                return Ok(BegunWith { by, change, draft, examined });
            }
        }
    }
}

/// Lets a verb's error say why a draft is not there.
macro_rules! says_not_open {
    ($name:ident) => {
        impl From<$crate::policies::open_draft::NotOpen> for $name {
            fn from(cause: $crate::policies::open_draft::NotOpen) -> Self {
                match cause {
                    $crate::policies::open_draft::NotOpen::NotFound => $name::NotFound,
                    $crate::policies::open_draft::NotOpen::Outdated => $name::Outdated,
                    $crate::policies::open_draft::NotOpen::Closed => $name::Closed,
                    $crate::policies::open_draft::NotOpen::Unavailable(cause) => cause.into(),
                }
            }
        }
    };
}
pub(crate) use says_not_open;
