//! Why a step with a case is not taken.

use crate::case::case_line::CaseLineProblem;
use crate::{PersonId, Role};

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseRefusal {
    /// They don't receive it.
    NotReceived,
    AboutThemselves,
    /// Others close it, by the clause.
    NotTheirsToClose,
    IsClosed,
    IsNotClosed,
    /// This person took it up meanwhile.
    TakenUpBy(PersonId),
    /// There is nothing in the text.
    NoWords,
    /// The line is not one to be kept.
    Line(CaseLineProblem),
    /// Its holders have it already.
    HasItAlready(Role),
    /// It is about them already.
    IsAboutThemAlready,
    /// The last day for an action would be over.
    DueBeforeToday,
    /// The action is set already.
    SetAlready,
    /// Another action is set under its identifier.
    AnotherSet,
    /// There is no such action, or it is done.
    NoOpenAction,
    /// There are actions that are not done.
    OpenActions,
    /// That is said of this entry already.
    SaidLostAlready,
    /// It was known at the latest when it was reported.
    KnownLater,
    /// It is known since then already.
    KnownSinceThen,
}
