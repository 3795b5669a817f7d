//! What stands in a school’s registers: entries and what becomes of them, who signs for one, and the checks of a whole list.

mod entry_signature;
mod listed_answer;
mod listed_device;
mod register_check;
mod register_entry;
mod register_reader;

pub use entry_signature::EntrySignature;
pub use listed_answer::{Called, as_typed};
pub use listed_device::ListedDevice;
pub use register_check::RegisterCheck;
pub use register_entry::{
    EntryActor, EntryChange, EntryClosing, EntryEvent, EntryLine, EntryLoss, EntryRefusal, EntryStep, RegisterEntry,
};
pub use register_reader::{KeptEntries, RegisterReader};
