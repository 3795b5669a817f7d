//! Stories: worked examples of several steps on a turned clock. What a step does to the story's state is done by the
//! functions that the desk and the gate call.

use std::net::IpAddr;

use domain::{Address, Group, Role, Said, SiteDecision, Span, StandingSaid, WeeklyTimes};
use jiff::civil::{Time, Weekday};

use crate::example::{Deciding, EntryForm, ExampleActor, Routing, Whom, WrittenWay, reach};
use crate::kinds::Data;
use crate::rules::asking::Wants;

mod case_lines;
mod play;
mod read;
mod records;
mod steps;

pub(crate) use case_lines::LINES;
pub use play::play;
pub(crate) use read::read_block;

/// One story, as it stands in the policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    pub line: u32,
    pub steps: Vec<StoryStep>,
}

/// One line of a story.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryStep {
    pub line: u32,
    pub text: String,
    pub at: StoryMoment,
    pub who: ExampleActor,
    pub action: Action,
    /// `None` for what can only come about.
    pub expected: Option<Expected>,
    /// The clause that must decide.
    pub clause: Option<String>,
}

/// A moment, counted from the step before: the next such time, or so much later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoryMoment {
    /// Without a day, the next time that the clock shows this.
    Next {
        day: Option<Weekday>,
        time: Time,
    },
    Later(Span),
}

/// For whom a permission is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum For {
    Group(Group),
    Everyone,
    Somebody(ExampleActor),
}

/// What somebody does, or how they stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Comes to the school, and has signed nothing yet.
    Joins,
    /// Leaves the school.
    Leaves,
    SignsIn,
    /// Does something at the desk or through the gate, which keeps a session from going idle.
    IsActive,
    IsSignedIn,
    /// Is their line manager from now on.
    Manages {
        of: ExampleActor,
    },
    /// Is a parent of theirs.
    AnswersFor {
        child: ExampleActor,
    },
    /// Works on these days and at these times.
    Works {
        hours: WeeklyTimes,
    },
    /// Takes a class's lesson in a room, by the timetable.
    TakesLesson {
        class: Group,
        room: String,
        when: WeeklyTimes,
    },
    IsAway {
        until: StoryMoment,
        stand_in: Option<ExampleActor>,
    },
    Opens {
        address: Address,
        /// The address of the device, in a network whose devices have to be on a register.
        from: Option<IpAddr>,
    },
    Signs {
        child: Option<ExampleActor>,
        /// Whether they tick what has to be ticked.
        ticks: bool,
    },
    AcceptsSignature {
        of: ExampleActor,
    },
    Owes,
    /// Asks for a permission, or gives it when nobody has asked.
    Asks {
        permission: String,
        gives: bool,
        wants: Option<Wants>,
        recipient: Option<For>,
        /// When it is to begin; `None`: as soon as it is given.
        from: Option<StoryMoment>,
        until: Option<StoryMoment>,
        /// What is typed into fields of the form, by their names; every other one is filled in as it should be.
        typed: Vec<(String, String)>,
    },
    Approves {
        permission: String,
        until: Option<StoryMoment>,
    },
    Refuses {
        permission: String,
    },
    /// Says yes or no to the consents that a request needs, or that they are not needed.
    SaysToConsents {
        permission: String,
        said: Said,
    },
    /// Says yes or no to a consent that is asked once, about somebody, or takes back what they said.
    AnswersConsent {
        consent: String,
        about: ExampleActor,
        said: StandingSaid,
    },
    /// Adds a picture to what they ask to publish.
    AddsPicture {
        permission: String,
    },
    /// Takes a picture out of what they asked to publish.
    TakesOutPicture {
        permission: String,
    },
    /// Is shown the pictures of a request to publish something.
    SeesPictures {
        permission: String,
    },
    /// Is asked for a consent about somebody.
    IsAskedForConsent {
        consent: String,
        about: ExampleActor,
    },
    /// Is told who said what to the consents that a request needs about somebody.
    KnowsWhoConsented {
        permission: String,
        about: ExampleActor,
    },
    HandsOn {
        permission: String,
        to: Role,
    },
    TakesBack {
        permission: String,
    },
    Revokes {
        permission: String,
    },
    Holds {
        permission: String,
    },
    WithdrawsAccess {
        of: ExampleActor,
        until: Option<StoryMoment>,
    },
    RestoresAccess {
        of: ExampleActor,
    },
    Views {
        what: Data,
        /// Whose data, where it is one person's.
        of: Option<ExampleActor>,
        purpose: Option<String>,
        /// When whoever looks lets the person be told, where they say.
        tell: Option<StoryMoment>,
    },
    /// Is told by now that somebody looked at their data.
    IsTold,
    AgreesToViewing {
        of: ExampleActor,
    },
    Reports {
        report: String,
        about: Option<ExampleActor>,
        /// The one of several roles that the reporter chooses.
        chosen: Option<Role>,
        /// What is typed into fields of the form, by their names; every other one is filled in as it should be.
        typed: Vec<(String, String)>,
        /// The register that lists what is lost or stolen.
        losing: Option<String>,
    },
    ReadsReport {
        report: String,
    },
    KnowsWhoReported {
        report: String,
    },
    /// Has been reminded of a report by now.
    IsReminded {
        report: String,
    },
    /// Has been reminded by now of a request for this permission, or told that it waits.
    IsRemindedOfRequest {
        permission: String,
    },
    TakesUp {
        report: String,
    },
    Answers {
        report: String,
    },
    PassesOn {
        report: String,
        to: Role,
    },
    /// Says that a report is about somebody.
    SaysAbout {
        report: String,
        person: ExampleActor,
    },
    /// Says how long before it was reported a data breach was known.
    SaysKnown {
        report: String,
        before: Span,
    },
    /// Writes a line down of a report, on a form of its own.
    WritesLine {
        report: String,
        /// One of [`LINES`].
        line: &'static str,
        /// What is typed into its parts, by their names; every other one is filled in as it should be.
        typed: Vec<(String, String)>,
        /// Who was there besides, where a device was searched.
        beside: Option<ExampleActor>,
    },
    /// Closes the site that a report is of, leaves it open, or opens it again.
    DecidesSite {
        report: String,
        decision: SiteDecision,
        reason: String,
    },
    Closes {
        report: String,
        reason: String,
    },
    Reopens {
        report: String,
        reason: String,
    },
    /// Looks up what came of a report of their own.
    Follows {
        report: String,
    },
    /// Writes an entry into a register.
    Enters {
        form: EntryForm,
    },
    /// Reads the newest entry of a register that holds.
    FindsEntry {
        register: String,
    },
    /// Finds the newest entry of a register that holds marked: the checklist that it wants was not written.
    FindsNoChecklist {
        register: String,
    },
    /// Marks what the newest entry of a register lists as lost or found, of a report where one is named.
    MarksEntry {
        register: String,
        lost: bool,
        by: Option<String>,
    },
    CorrectsEntry {
        form: EntryForm,
    },
    /// Reads in a register that follows from a consent whether, and why, somebody is listed.
    FindsListed {
        register: String,
        about: ExampleActor,
    },
    ClosesEntry {
        register: String,
    },
    /// Is told that there is something to do about the newest entry of a register that holds.
    IsToSeeToEntry {
        register: String,
    },
    /// Signs for what the newest entry of a register that holds says was given to them, or says why not.
    SignsForEntry {
        register: String,
        declines: bool,
    },
    /// Is asked to sign for it.
    IsToSignForEntry {
        register: String,
    },
    /// Is told that a register is to be checked.
    IsToCheck {
        register: String,
    },
    /// Checks a register.
    Checks {
        register: String,
    },
    /// Learns whether a way of reaching somebody is approved.
    Reaches {
        whom: Whom,
        how: WrittenWay,
    },
    /// Writes down in the clause's register that they reached somebody, or were reached.
    WritesDown {
        whom: Whom,
    },
}

/// What must come of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// One of the answers that [`Action::answers`] lists.
    Answer(&'static str),
    Decides(Deciding),
    Routes(Routing),
}

impl Action {
    /// The answers that may stand after the arrow; none for what can only come about.
    pub fn answers(&self) -> &'static [&'static str] {
        match self {
            Action::Joins
            | Action::Leaves
            | Action::SignsIn
            | Action::IsActive
            | Action::Manages { .. }
            | Action::AnswersFor { .. }
            | Action::Works { .. }
            | Action::TakesLesson { .. }
            | Action::IsAway { .. } => &[],
            Action::IsSignedIn
            | Action::IsTold
            | Action::Holds { .. }
            | Action::FindsEntry { .. }
            | Action::FindsNoChecklist { .. }
            | Action::IsToCheck { .. }
            | Action::IsToSignForEntry { .. }
            | Action::ReadsReport { .. }
            | Action::IsReminded { .. }
            | Action::IsRemindedOfRequest { .. }
            | Action::KnowsWhoConsented { .. }
            | Action::IsAskedForConsent { .. }
            | Action::SeesPictures { .. }
            | Action::KnowsWhoReported { .. } => &["yes", "no"],
            Action::Reports { .. } => &["refused", "roles, as in 'dsl and headteacher'"],
            Action::Follows { .. } => &["open", "taken up", "answered", "closed", "nothing"],
            Action::Enters { .. } => &["allowed", "refused", "may leave", "must stay"],
            Action::FindsListed { .. } => &["refused", "not given", "no"],
            Action::IsToSeeToEntry { .. } => &["nothing", "return", "remove", "hand over", "due"],
            Action::Opens { .. } => &["allowed", "blocked"],
            Action::Reaches { .. } => &reach::STANDINGS,
            Action::Owes => &["nothing", "shown", "self", "parent", "self and parent", "acceptance"],
            Action::Views { .. } => &["allowed", "refused", "waits"],
            _ => &["allowed", "refused"],
        }
    }
}
