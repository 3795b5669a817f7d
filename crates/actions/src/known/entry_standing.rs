//! Whether what is written down in a register holds.

use jiff::Timestamp;
use policy::rules::registers::{self, EntryStanding, Lasting};
use records::EntryRecord;

/// Whether an entry holds, by how long the records keep what it writes down.
pub(crate) fn standing(record: &EntryRecord, now: Timestamp) -> EntryStanding {
    let lasting = match record.grant_ends {
        _ if record.grant_is_gone => Lasting::Gone,
        Some(end) => Lasting::Until(end),
        None => Lasting::UntilClosed,
    };
    registers::standing(&record.entry, lasting, now)
}
