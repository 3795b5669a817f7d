//! Keeping what the gate goes by on the disk, so that it starts again while the records are away: what changed, after
//! every change, in the background.

use std::io;

use feed::{Changed, PolicyText, Saved, save_policies};

use crate::desk::desk_state::Desk;

/// What the disk does not hold yet.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    pub directory: Changed,
    pub policies: bool,
}

impl Unsaved {
    fn is_any(&self) -> bool {
        !self.directory.is_empty() || self.policies
    }
}

impl Desk {
    /// Waits until what the gate would start from is on the disk.
    pub async fn flush(&self) {
        if let Err(error) = self.save().await {
            tracing::error!(%error, "what the gate starts from could not be saved; it is tried again");
        }
    }

    pub(crate) async fn save(&self) -> io::Result<()> {
        let mut place = self.saving().lock().await;
        // Taken before the value that they are about, which is then at least as new.
        let unsaved = std::mem::take(&mut *self.unsaved());
        if !unsaved.is_any() {
            return Ok(());
        }
        let (known, roles, data, saved) = (self.memory(), self.roles(), self.data().to_owned(), place.take());
        let task = tokio::task::spawn_blocking(move || {
            let (saved, kept) = match saved {
                Some(mut saved) => {
                    let kept = saved.save(&known.feed.directory, &unsaved.directory);
                    (Some(saved), kept)
                }
                None => match Saved::begin(&data, &known.feed.directory) {
                    Ok(saved) => (Some(saved), Ok(())),
                    Err(error) => (None, Err(error)),
                },
            };
            let currents: Vec<PolicyText<'_>> = known
                .published_policies
                .currents()
                .map(|text| PolicyText {
                    policy: &text.record.policy,
                    version: text.version(),
                    text: &text.record.text,
                })
                .collect();
            let kept =
                kept.and_then(|()| if unsaved.policies { save_policies(&data, &roles, &currents) } else { Ok(()) });
            (saved, unsaved, kept)
        });
        let (saved, unsaved, kept) = task.await.map_err(io::Error::other)?;
        *place = saved;
        if kept.is_err() {
            let mut still = self.unsaved();
            still.directory.join(unsaved.directory);
            still.policies |= unsaved.policies;
        }
        kept
    }

    /// Has what could not be saved tried again, in the background.
    pub(crate) fn retry_saving(&self) {
        if self.unsaved().is_any() {
            self.changed().notify_one();
        }
    }

    /// Saves in the background after every change, until the desk is let go.
    pub(crate) fn save_whenever_it_changes(&self) {
        let (changed, desk) = (self.changed(), self.downgrade());
        tokio::spawn(async move {
            loop {
                changed.notified().await;
                let Some(desk) = desk.upgrade() else { return };
                desk.flush().await;
            }
        });
    }
}
