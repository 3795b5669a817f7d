//! What a register lists that may be lost or stolen: by which reports that is said, and of which entry.

use domain::RegisterEntry;
use jiff::Timestamp;

use crate::document::{Clause, Document};
use crate::kinds::Register;
use crate::rules::registers::{self, Lasting};

/// Whether what a register lists can be marked as lost or stolen.
pub fn can_be_lost(register: &Register) -> bool {
    register.lost_by.is_some()
}

/// The registers of which a report can say that something they list is lost or stolen.
pub fn registers_of<'d>(document: &'d Document, report: &'d str) -> impl Iterator<Item = (&'d Clause, &'d Register)> {
    registers::registers(document).filter(move |(_, register)| is_said_by(register, report))
}

/// Whether a report can say that what an entry lists is lost or stolen. Of one that is marked so already it can say it again.
pub fn may_be_said_lost(
    register: &Register,
    report: &str,
    entry: &RegisterEntry,
    lasting: Lasting,
    now: Timestamp,
) -> bool {
    is_said_by(register, report) && registers::standing(register, entry, lasting, now).is_open()
}

fn is_said_by(register: &Register, report: &str) -> bool {
    register.lost_by.iter().flatten().any(|named| named == report)
}
