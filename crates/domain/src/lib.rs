//! The nouns of a school's acceptable-use policy: people, addresses, agreements, requests, grants, activity.
//!
//! Every other crate speaks in these types, so that a pupil, a site or a grant is one thing everywhere. This crate does
//! no input or output, waits for nothing, reads no clock and draws no random number: time and randomness are given to
//! it ([`Clock`], [`Identifiers`]). It knows no other crate.
//!
//! To add a noun: a file of its own, a plain type, its states as an enum whose transitions consume the old state, and
//! its line below. A closed list of names goes through the `vocabulary!` macro of `names.rs`.

mod activity;
mod address;
mod agreement;
mod audience;
mod calendar;
mod calendar_problem;
mod case;
mod category;
mod clock;
mod dates;
mod duty;
mod form_answers;
mod form_field;
mod id;
mod lesson;
mod longest;
mod names;
mod notice;
mod particulars;
mod period;
mod permission;
mod person;
mod register_entry;
mod relative_role;
mod reminder;
mod role;
mod roles;
mod sanction;
mod span;
mod standing;
mod timetable;
mod weekly_times;

pub use activity::{Activity, Outcome, Phase};
pub use address::{Address, AddressError, Host, HostError};
pub use agreement::{Agreement, Countersignature, OnBehalf};
pub use audience::Audience;
pub use calendar::{Calendar, ClosedDay, NamedDates, NoEnd};
pub use calendar_problem::CalendarProblem;
pub use case::{Case, CaseActor, CaseEffects, CaseEntry, CaseEvent, CaseNotice, CaseRefusal, CaseState, CaseStep};
pub use category::{Category, CategorySet};
pub use clock::{Clock, FixedClock};
pub use dates::{day_words, moment_words};
pub use duty::Duty;
pub use form_answers::{FieldAnswer, FieldProblem, FormAnswers, FormChecks, TextLimits, WrongAnswer, read_answers};
pub use form_field::{FieldKind, FormField, LineKind};
pub use id::{
    ActivityId, AgreementId, CaseId, DeclineId, EntryId, GrantId, Identifiers, NoticeId, PersonId, PolicyId, RequestId,
    SanctionId, SessionId, Version, VersionId, ViewingId,
};
pub use lesson::{Lesson, Week};
pub use longest::Longest;
pub use names::{UnknownName, edit_distance};
pub use notice::{MailHours, Notice, Told, wait_after};
pub use particulars::{Absence, Particulars, roles_stood_in_for};
pub use period::{Period, PeriodSet};
pub use permission::{
    Assent, ConsentAnswer, Decision, Grant, GrantScope, Opens, Recipient, Request, RequestState, Said,
};
pub use person::{Group, Person, PersonStatus, may_be_name_of, unfit_for_a_name};
pub use register_entry::{
    EntryActor, EntryChange, EntryClosing, EntryEvent, EntryLine, EntryRefusal, EntryStep, RegisterEntry,
};
pub use relative_role::{RelativeRole, RequestParties, possible_relative_roles, relative_roles};
pub use reminder::{Escalation, Reminder};
pub use role::{NotARoleName, Role, RoleSet};
pub use roles::{HelpsWith, RoleEntry, Roles, RolesError, lower_first};
pub use sanction::Sanction;
pub use span::{Span, SpanError, Unit, Within};
pub use standing::{LiveGrant, ParentsAsked, Standing, Unsigned, Withdrawal};
pub use timetable::{LessonAt, LessonEnd, Timetable, TimetableEntry};
pub use weekly_times::{WeeklyTimes, WeeklyTimesError};
