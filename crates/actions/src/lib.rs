//! What people do at the school's desk: sign, ask, decide, publish, look … Each verb authorises first, then does what it
//! does and writes its ledger entry in one transaction, and only then answers. What concerns the gate is published to
//! it before the verb returns.
//!
//! This crate knows the records, the activity log, the policies and the site index; it knows no page and no request. It
//! reads no clock and draws no random number: [`Opening`] hands it both.
//!
//! Every verb is a method of [`Desk`] in a file of its own, in the folder of its noun, with its input, its outcome and its error; every error
//! sorts itself for a page ([`VerbError`]). Who may do what is one table in `desk/authorise.rs`.
//!
//! To add a verb: a line in the table of `desk/authorise.rs`; a file with input, outcome, `verb_error!` and the method,
//! which begins with `let actor = self.authorise(actor, Verb::…)?`, without which it reaches neither the records nor
//! the activity log, or, where it changes something, with `let (actor, change) = self.begin_change(actor, Verb::…)`, and
//! then ends with `change.commit(&actor, Event::…)`; a test of what it does and of what it refuses. Then `UPDATE_DOCS=1 cargo nextest run -p actions` writes `docs/AUTHORISATION.md` anew.

mod access;
mod cases;
mod channels;
mod desk;
mod entries;
#[doc(hidden)]
pub mod fuzzing;
mod home;
mod known;
mod notices;
mod people;
mod policies;
mod registers;
mod reports;
mod retention;
mod signing;
mod tick;
mod verdicts;
mod viewing;

pub use access::*;
pub use cases::*;
pub use channels::*;
pub use credentials::{HashCost, ThrottleSettings};
pub use desk::*;
pub use entries::*;
pub use home::*;
pub use known::*;
pub use notices::*;
pub use people::*;
pub use policies::*;
pub use policy::kinds::{Recipients, Tell};
pub use policy::rules::asking::Wants;
pub use registers::*;
pub use reports::*;
pub use retention::*;
pub use signing::*;
pub use tick::Tick;
pub use verdicts::*;
pub use viewing::*;
