//! What a register lists that may be lost or stolen: by which reports that is said, and of which entry.

use domain::{FieldAnswer, FieldKind, FormField, LineKind, RegisterEntry};
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

/// Whether one of an entry's fields that stand on the label of what it lists says this, in whatever case.
pub fn has_label(register: &Register, entry: &RegisterEntry, label: &str) -> bool {
    let label = label.trim().to_lowercase();
    !label.is_empty() && labels(register, entry).any(|stands_there| stands_there.to_lowercase() == label)
}

/// What stands on the label of what an entry lists.
pub fn labels<'e>(register: &'e Register, entry: &'e RegisterEntry) -> impl Iterator<Item = &'e str> {
    register.labelled_with.iter().flatten().filter_map(|field| match entry.answers.get(field) {
        Some(FieldAnswer::Text(text)) => Some(text.trim()),
        _ => None,
    })
}

/// Whether what an entry lists has come back, so that another entry with its label is meant.
pub fn has_come_back(register: &Register, entry: &RegisterEntry) -> bool {
    registers::is_done(register, entry)
}

/// Whether what a field says can stand on a label.
pub(crate) fn can_be_label(field: &FormField) -> bool {
    field.kind == FieldKind::Line(LineKind::Text)
}

fn is_said_by(register: &Register, report: &str) -> bool {
    register.lost_by.iter().flatten().any(|named| named == report)
}
