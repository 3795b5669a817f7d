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
mod case;
mod category;
mod file_content;
mod form_answers;
mod form_field;
mod helpline;
mod id;
mod kept_file;
mod names;
mod notice;
mod people;
mod permission;
mod registers;
mod reminder;
mod sanction;
mod standing_consent;
mod times;

pub use activity::{Activity, Outcome, Phase};
pub use address::{Address, AddressError, Host, HostError};
pub use agreement::{Agreement, Countersignature, OnBehalf};
pub use case::{
    BreachPart, Case, CaseAction, CaseActor, CaseEffects, CaseEntry, CaseEvent, CaseLine, CaseLineProblem, CaseNotice,
    CaseRefusal, CaseState, CaseStep, ClosedSite, LineForm, LinePart, ReferredTo, SiteDecision, WrittenAt,
    known_of_breach, linked_cases,
};
pub use category::{Category, CategorySet};
pub use form_answers::{
    FieldAnswer, FieldProblem, FormAnswers, FormChecks, TextLimits, WrongAnswer, read_answers, read_site,
};
pub use form_field::{FieldKind, FormField, LineKind};
pub use helpline::Helpline;
pub use id::{
    ActionId, ActivityId, AgreementId, CaseId, ClosedSiteId, DeclineId, EntryId, ExportId, FileId, GrantId,
    Identifiers, NoticeId, PersonId, PolicyId, RegisterId, RequestId, SanctionId, SessionId, Version, VersionId,
    ViewingId,
};
pub use kept_file::{FileOf, FileType, KeptFile, TakenOutFile, size_words};
pub use names::{UnknownName, edit_distance};
pub use notice::{MailHours, Notice, Told, wait_after};
pub use people::{
    Absence, Audience, Duty, Group, HelpsWith, LiveGrant, NotARoleName, ParentsAsked, Particulars, Person,
    PersonStatus, RelativeRole, RequestParties, Role, RoleEntry, RoleSet, Roles, RolesError, Standing, Unsigned,
    Withdrawal, are_all_absent, lower_first, may_be_name_of, possible_relative_roles, relative_roles,
    roles_stood_in_for, unfit_for_a_name, upper_first,
};
pub use permission::{
    Assent, ConsentAnswer, Decision, Grant, GrantScope, Opens, Recipient, Request, RequestState, Said,
};
pub use registers::{
    Called, EntryActor, EntryChange, EntryClosing, EntryEvent, EntryLine, EntryLoss, EntryRefusal, EntrySignature,
    EntryStep, KeptEntries, ListedDevice, RegisterCheck, RegisterEntry, RegisterReader, as_typed,
};
pub use reminder::{Escalation, Reminder, reminders, three_quarters};
pub use sanction::Sanction;
pub use standing_consent::{StandingAnswer, StandingSaid};
pub use times::{
    Calendar, CalendarProblem, Clock, ClosedDay, FixedClock, Lesson, LessonAt, LessonEnd, Longest, NamedDates, NoEnd,
    Period, PeriodSet, Span, SpanError, Timetable, TimetableEntry, Unit, Week, WeeklyTimes, WeeklyTimesError, Within,
    day_words, moment_words,
};
