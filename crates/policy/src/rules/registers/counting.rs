//! How many of what an entry lists are in use, of how many there are.

use std::collections::BTreeMap;
use std::fmt;

use domain::{FieldAnswer, FieldKind, FieldProblem, FormAnswers, FormField, LineKind, WrongAnswer};

use crate::kinds::Register;

/// What stands above how many are in use, which no field of a register that counts is called.
pub const IN_USE: &str = "In use";

/// How many are in use, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InUse {
    count: i64,
    of: i64,
}

impl InUse {
    /// Whether more are in use than there are.
    pub fn is_too_many(self) -> bool {
        self.count > self.of
    }

    /// Whether a text says how many of how many: `3 of 5`.
    pub fn is_written(text: &str) -> bool {
        let is_number = |text: &str| text.trim().parse::<i64>().is_ok();
        text.split_once(" of ").is_some_and(|(count, of)| is_number(count) && is_number(of))
    }
}

/// `3 of 5`
impl fmt::Display for InUse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of {}", self.count, self.of)
    }
}

/// How many an entry says are in use; `None`: its register does not limit that, or the number is not known yet.
pub fn in_use(register: &Register, answers: &FormAnswers) -> Option<InUse> {
    counted(register, |field| match answers.get(field)? {
        FieldAnswer::Number(number) => Some(*number),
        _ => None,
    })
}

/// What is wrong with a form in which more are in use than there are.
pub(super) fn too_many(register: &Register, typed: &BTreeMap<String, String>) -> Option<FieldProblem> {
    let at_most = register.at_most.as_ref()?;
    let in_use = counted(register, |field| typed.get(field)?.trim().parse().ok())?;
    let label = |field: &str| FormField::text(field).label();
    let wrong = WrongAnswer::TooManyInUse {
        label: label(&at_most.counted),
        count: in_use.count,
        limit: label(&at_most.limit),
        most: in_use.of,
    };
    in_use.is_too_many().then(|| FieldProblem { field: at_most.counted.clone(), wrong })
}

/// Whether a field can count, or say how many there are.
pub(crate) fn can_count(field: &FormField) -> bool {
    field.kind == FieldKind::Line(LineKind::Number)
}

fn counted(register: &Register, number: impl Fn(&str) -> Option<i64>) -> Option<InUse> {
    let at_most = register.at_most.as_ref()?;
    Some(InUse { count: number(&at_most.counted)?, of: number(&at_most.limit)? })
}
