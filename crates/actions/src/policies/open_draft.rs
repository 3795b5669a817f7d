//! The draft that somebody approves or publishes: the very text that they were shown, as long as it is open.

use domain::VersionId;
use records::{VersionRecord, VersionState};

use crate::desk::stores::Change;

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
pub(crate) async fn open_draft(change: &mut Change, id: VersionId, text_hash: &str) -> Result<VersionRecord, NotOpen> {
    let record = change.version(id).await?.ok_or(NotOpen::NotFound)?;
    if record.text_hash != text_hash {
        return Err(NotOpen::Outdated);
    }
    if !matches!(record.state, VersionState::Draft | VersionState::Approved) {
        return Err(NotOpen::Closed);
    }
    Ok(record)
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
