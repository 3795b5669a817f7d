//! A school's policy: parse, check, compare, compile, decide, explain.
//!
//! People read and sign a policy's prose; the software runs its rules. This crate turns the one literate text into both,
//! and it is pure: no files, no clock, no network, no database, no site index. What it needs from outside (a visit's
//! categories, the moment, a person's standing) it is given.
//!
//! Where to look: `parse` reads a file and reports every problem; `check` looks across a school's policies; `kinds` has
//! a module for each kind of rule; `rules` reads what rules say, compiles them and decides; `example` runs worked examples and `story` those of
//! several steps; `explain` and `diff`
//! put rules and changes into words; `manual` writes `docs/MANUAL.md` from the kinds.
//!
//! To add a kind of rule, see `kinds`. Then `UPDATE_DOCS=1 cargo nextest run -p policy` writes the manual anew.

mod check;
mod coverage;
mod diff;
mod document;
mod example;
mod explain;
mod html;
pub mod kinds;
mod lines;
mod manual;
mod parse;
mod problem;
mod review_date;
pub mod rules;
mod safe_search;
mod school;
mod somebody;
mod state;
mod story;
mod value;
mod verdict;
mod wording;

pub use check::check;
pub use coverage::{Answers, coverage, whys_on_word};
pub use diff::{PolicyChange, What, WidenedView, diff, widened_views};
pub use document::{Class, Clause, Document, Outline, Publicity};
pub use example::{
    Act, At, Deciding, Entering, EntryForm, Example, ExampleActor, ExampleOutcome, Routing, Signing, run_examples,
};
pub use explain::{
    ClauseCounts, ClauseExplanation, ClauseKind, RuleExplanation, done_and_not_done, explain, explain_rule,
};
pub use html::{empty_blanks, fill_blanks, render as prose_html};
pub use kinds::Rule;
pub use manual::manual;
pub use parse::parse;
pub use problem::{Problem, Source};
pub use review_date::ReviewDate;
pub use rules::{PasswordProblem, PasswordRequirements, Published, Rules, SessionLimits};
pub use school::{SchoolFacts, SiteEntryError};
pub use somebody::Somebody;
pub use state::State;
pub use story::{Action, Expected, Story, StoryMoment, StoryStep};
pub use value::{Every, Id, Routes, SiteEntry, Sites, ThenStep, ThenSteps, Who};
pub use verdict::{Because, Citation, Evidence, Moment, Reason, RuleIndex, Says, Verdict, Visit, VisitFrom};
