//! Who signs for what a register's entry says was given to them, and how that stands.

use domain::{EntrySignature, FieldAnswer, FormAnswers, PersonId, RegisterEntry};
use jiff::Timestamp;

use crate::kinds::Register;
use crate::rules::registers;

/// What an entry says that somebody was given, and whom it asks to sign for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub to: PersonId,
    /// What they are shown of the entry.
    pub shown: FormAnswers,
}

/// How it stands with somebody's signature for what they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedFor {
    /// They have neither signed nor said that they don't.
    NotYet,
    Signed(Timestamp),
    /// They may still sign.
    Declined(Timestamp),
}

/// What an entry asks somebody to sign for, who must be shown it. `None`: it asks nobody, it is closed, or what was given
/// has come back or is lost.
pub fn asked(register: &Register, entry: &RegisterEntry) -> Option<Issue> {
    let to = entry.answers.get(register.signed_by.as_ref()?).and_then(|answer| answer.people().first().copied())?;
    let is_out = !entry.is_closed() && !entry.is_lost() && !registers::is_done(register, entry);
    if !registers::is_shown_to_the_named(register) || !is_out {
        return None;
    }
    let shown = registers::shown_answers(register, &entry.answers).filter(|shown| !shown.is_empty())?;
    Some(Issue { to, shown })
}

/// How it stands with the signature for an entry, by what was said to it last; `None`: it asks for none. Whoever is given
/// something else than they signed for is asked anew, and so is somebody else who is given it; another day by which it is
/// to come back changes nothing.
pub fn standing(register: &Register, entry: &RegisterEntry, last: Option<&EntrySignature>) -> Option<SignedFor> {
    let issue = asked(register, entry)?;
    let counts = |said: &&EntrySignature| {
        said.by == issue.to && lasting(register, &said.shown).eq(lasting(register, &issue.shown))
    };
    Some(match last.filter(counts) {
        None => SignedFor::NotYet,
        Some(said) if said.declined.is_some() => SignedFor::Declined(said.at),
        Some(said) => SignedFor::Signed(said.at),
    })
}

/// What somebody is shown but for the day by which something is to be done.
fn lasting<'a>(register: &'a Register, shown: &'a FormAnswers) -> impl Iterator<Item = (&'a String, &'a FieldAnswer)> {
    shown.iter().filter(|(field, _)| register.due_field.as_ref() != Some(*field))
}

/// Why somebody does not sign for an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSigned {
    /// It asks nobody, or somebody else.
    NotAsked,
    Already,
}

/// What somebody signs for, or says that they don't.
///
/// # Errors
/// Somebody whom the entry does not ask, or who has signed.
pub fn may_sign(
    register: &Register,
    entry: &RegisterEntry,
    last: Option<&EntrySignature>,
    person: PersonId,
) -> Result<Issue, NotSigned> {
    let issue = asked(register, entry).filter(|issue| issue.to == person).ok_or(NotSigned::NotAsked)?;
    match standing(register, entry, last) {
        Some(SignedFor::Signed(_)) => Err(NotSigned::Already),
        _ => Ok(issue),
    }
}
