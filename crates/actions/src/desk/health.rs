//! Whether the desk could keep a change now, for whoever watches over the program.

pub(crate) mod mail_figures;
pub(crate) mod virus_scanner;

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;

impl Desk {
    /// Writes to the records and waits for the disk, if it did not a few seconds ago.
    ///
    /// # Errors
    /// Records that can't be written, as when the disk is full.
    pub async fn check_health(&self) -> Result<(), Unavailable> {
        let program = Authorised::program(Verb::InformGate);
        Ok(self.stores().check_write(&program, self.now()).await?)
    }
}
