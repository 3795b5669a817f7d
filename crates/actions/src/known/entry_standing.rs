//! Whether what is written down in a register holds.

use jiff::Timestamp;
use policy::kinds::Register;
use policy::rules::registers::{self, EntryStanding, Lasting};
use records::EntryRecord;

/// Whether an entry holds, by how long the records keep what it writes down.
pub(crate) fn standing(register: &Register, record: &EntryRecord, now: Timestamp) -> EntryStanding {
    registers::standing(register, &record.entry, lasting(record), now)
}

/// How long what an entry writes down lasts.
pub(crate) fn lasting(record: &EntryRecord) -> Lasting {
    match record.grant_ends {
        _ if record.grant_is_gone => Lasting::Gone,
        Some(end) => Lasting::Until(end),
        None => Lasting::UntilClosed,
    }
}
