//! Changes come one at a time, from the look at what is known to the moment at which desk and gate know what was changed.
//! So no verb decides by what another is about to change: two who take each other's role away at once can't both do it.

use tokio::sync::OwnedMutexGuard;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, Unavailable};
use crate::desk::stores::DeskChange;

/// The one turn there is to change something. Whoever makes known what was changed shows it.
pub(crate) struct Turn {
    _guard: OwnedMutexGuard<()>,
}

/// Why a change was not begun.
#[derive(Debug)]
pub(crate) enum NotBegun {
    Forbidden(Forbidden),
    Unavailable(Unavailable),
}

impl From<Forbidden> for NotBegun {
    fn from(cause: Forbidden) -> NotBegun {
        NotBegun::Forbidden(cause)
    }
}

impl From<Unavailable> for NotBegun {
    fn from(cause: Unavailable) -> NotBegun {
        NotBegun::Unavailable(cause)
    }
}

impl Desk {
    /// Waits for the turn, which ends when it is dropped.
    pub(crate) async fn turn(&self) -> Turn {
        Turn { _guard: self.turns().lock_owned().await }
    }

    /// Begins what the actor wants to do, and hands back the actor as they are in this turn. What is read and checked
    /// from here on stays as it is until the change is kept and made known, or dropped.
    pub(crate) async fn begin_change(&self, actor: &Actor, verb: Verb) -> Result<(Authorised, DeskChange), NotBegun> {
        // Whoever may not do it keeps nobody waiting; whoever may is asked again when it is their turn.
        let so_far = self.authorise(actor, verb)?;
        let turn = self.turn().await;
        let change = self.begin_within(turn, &so_far).await?;
        Ok((self.authorise(actor, verb)?, change))
    }

    /// Begins a change in a turn. What another program changed in the records meanwhile is taken up first.
    pub(crate) async fn begin_within(&self, turn: Turn, by: &Authorised) -> Result<DeskChange, Unavailable> {
        let mut change = self.stores().change(by, self.now(), turn).await?;
        self.stores().compare_ledger(&mut change).await?;
        if self.stores().take_stale() {
            self.refresh(change.turn()).await.map_err(Unavailable::new)?;
        }
        Ok(change)
    }
}
