//! Checklists that are written before what an entry tells of: which one is wanted, and whether an entry is it.

use std::ops::RangeInclusive;

use domain::{EntryEvent, EntryLine, FieldAnswer, FieldKind, FormAnswers, FormField, LineKind, RegisterEntry};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::kinds::Register;
use crate::rules::registers;

/// The checklist that an entry wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedChecklist<'a> {
    /// The register in which it is written, by its id.
    pub kept_in: &'a str,
    /// When it is written: on the same day, until the moment that the entry names.
    pub written: RangeInclusive<Timestamp>,
    /// What it says in the fields that both registers have.
    says: Vec<(&'a str, &'a FieldAnswer)>,
}

impl WantedChecklist<'_> {
    /// Whether an entry of its register is it, closed since or not, where it [`stood`](Self::stood) so.
    pub fn is(&self, checklist: &RegisterEntry) -> bool {
        self.written.contains(&checklist.written_at)
            && self.says.iter().all(|(field, answer)| checklist.answers.get(*field) == Some(*answer))
    }

    /// Whether an entry with such a history said by the moment what it says now: nobody has corrected it since.
    pub fn stood<'l>(&self, history: impl IntoIterator<Item = &'l EntryLine>) -> bool {
        let mut corrected = history.into_iter().filter(|line| matches!(line.what, EntryEvent::Corrected { .. }));
        corrected.all(|line| self.written.contains(&line.at))
    }
}

/// The register of the checklists that a register's entries want, by its id.
pub fn register_of(register: &Register) -> Option<&str> {
    register.checklist.as_deref()
}

/// The checklist that an entry wants. `None`: the clause asks for none, or an older form did not ask for what tells which one.
pub fn wanted<'a>(register: &'a Register, answers: &'a FormAnswers, zone: &TimeZone) -> Option<WantedChecklist<'a>> {
    let fields = register.checklist_by.iter().flatten();
    let says: Option<Vec<_>> = fields.map(|field| Some((field.as_str(), answers.get(field)?))).collect();
    let says = says?;
    let moment = says.iter().find_map(|(_, answer)| match answer {
        FieldAnswer::DateTime(at) => Some(*at),
        _ => None,
    })?;
    let day = moment.to_zoned(zone.clone()).start_of_day().ok()?.timestamp();
    let kept_in = register_of(register)?;
    Some(WantedChecklist { kept_in, written: day..=moment, says })
}

/// What is wrong with the fields that tell which checklist an entry wants, and how it is mended; `None`: nothing.
pub(crate) fn wrong_fields(register: &Register) -> Option<(String, &'static str)> {
    let id = registers::id(register);
    let Some(by) = &register.checklist_by else {
        let message =
            format!("the register '{id}' does not say by which fields a checklist is known to belong to an entry");
        let mend = "write 'checklist-by', as in checklist-by = [\"class\", \"lesson-begins\"]";
        return register.checklist.is_some().then_some((message, mend));
    };
    let fields: Vec<Option<&FormField>> =
        by.iter().map(|name| register.form().iter().find(|field| field.name == *name)).collect();
    if register.checklist.is_none() {
        let message = format!("'checklist-by' of the register '{id}' is about a checklist, and it wants none");
        return Some((message, "write 'checklist' too, or take 'checklist-by' out"));
    }
    if let Some(place) = fields.iter().position(Option::is_none) {
        let message = format!("'checklist-by' of the register '{id}' names '{}', which is no field of it", by[place]);
        return Some((message, "name its fields"));
    }
    let moments = fields.iter().flatten().filter(|field| field.kind == FieldKind::Line(LineKind::DateTime)).count();
    let message =
        format!("'checklist-by' of the register '{id}' does not name the one moment before which it is written");
    (moments != 1).then_some((message, "name one field of the kind \"date-time\" among them"))
}

/// Of the fields that tell which checklist an entry of a register wants, the first that the checklists don't have, or have
/// otherwise.
pub(crate) fn missing_in<'a>(checklists: &Register, register: &'a Register) -> Option<&'a FormField> {
    let by = register.checklist_by.as_deref().unwrap_or_default();
    let mut wanted = register.form().iter().filter(|field| by.contains(&field.name));
    wanted.find(|field| !checklists.form().contains(field))
}
