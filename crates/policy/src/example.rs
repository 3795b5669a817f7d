//! Worked examples: one a line, read with the policy and run against its compiled rules.

use std::net::IpAddr;

use domain::{Address, Audience, Group, Longest, Particulars, Person, PersonId, PersonStatus, Role, Span, Within};
use jiff::civil::{Time, Weekday};

use crate::kinds::Data;

mod entry_form;
pub(crate) mod reach;
mod read;
mod run;

pub use entry_form::EntryForm;
pub(crate) use entry_form::{read_entry_form, read_register, well_filled};
pub use reach::{Whom, WrittenWay};
pub(crate) use read::{read_block, read_deciding, read_report, read_routing};
pub use run::{ExampleOutcome, run_examples};
pub(crate) use run::{Routed, deciding_clauses, deciding_words, same};

/// One worked example, as it stands in the policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    pub line: u32,
    pub text: String,
    pub who: ExampleActor,
    pub act: Act,
    /// The clause that must decide.
    pub clause: Option<String>,
}

/// Who does it. They have signed everything and are under no sanction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExampleActor {
    /// `None` where a role alone is named, as in `dsl views web`: staff.
    pub audience: Option<Audience>,
    /// Tells two people of a story apart who are otherwise alike: `pupil Ada in 5B`.
    pub name: Option<String>,
    pub groups: Vec<Group>,
    /// The classes that they teach.
    pub teaches: Vec<Group>,
    pub roles: Vec<Role>,
}

impl ExampleActor {
    /// Them as the school would have them on record.
    pub(crate) fn person(&self, id: PersonId) -> Person {
        Person {
            id,
            username: String::new(),
            name: self.name.clone().unwrap_or_default(),
            mail: None,
            audience: self.audience.unwrap_or(Audience::Staff),
            groups: self.groups.clone(),
            roles: self.roles.iter().copied().collect(),
            children: Vec::new(),
            status: PersonStatus::Here,
            particulars: Particulars { teaches: self.teaches.clone(), ..Particulars::default() },
        }
    }
}

/// What they do, and what must come of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Opens {
        address: Address,
        /// The address of the device, in a network whose devices have to be on a register.
        from: Option<IpAddr>,
        at: Option<At>,
        with: Vec<String>,
        allowed: bool,
    },
    Signs {
        expected: Signing,
    },
    Asks {
        permission: String,
        expected: Deciding,
    },
    Reports {
        report: String,
        about: Option<Role>,
        chosen: Option<Role>,
        expected: Routing,
    },
    Enters {
        form: EntryForm,
        expected: Entering,
    },
    Reaches {
        whom: Whom,
        how: WrittenWay,
        /// One of the answers to how it stands.
        expected: &'static str,
    },
    Searches {
        text: String,
        safe: bool,
    },
    Views {
        what: Data,
        allowed: bool,
    },
    Sees {
        sight: Sight,
        allowed: bool,
    },
    SetsPassword {
        password: String,
        accepted: bool,
    },
    Idle {
        span: Span,
        signed_out: bool,
    },
    /// Whether a clause is shown on the page where people sign in.
    SignsIn {
        told: bool,
    },
}

/// What somebody who may look at the use of the web is shown besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Visits to helplines.
    Helplines,
    /// Which sites are visited, as it happens and without names.
    Live,
}

/// When. Without a day, a Tuesday.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct At {
    pub day: Option<Weekday>,
    pub time: Time,
}

/// What comes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entering {
    Allowed,
    Refused,
    /// It is let in, and what it lists may leave the premises, or must stay, where the register says so.
    Leaves(bool),
}

impl Entering {
    /// The answers that may stand after the arrow.
    pub(crate) const ALL: [(Entering, &'static str); 4] = [
        (Entering::Allowed, "allowed"),
        (Entering::Refused, "refused"),
        (Entering::Leaves(true), "may leave"),
        (Entering::Leaves(false), "must stay"),
    ];

    pub(crate) fn of(is_let_in: bool, may_leave: Option<bool>) -> Entering {
        match (is_let_in, may_leave) {
            (false, _) => Entering::Refused,
            (true, None) => Entering::Allowed,
            (true, Some(may_leave)) => Entering::Leaves(may_leave),
        }
    }

    /// The answer as an example writes it.
    pub(crate) fn words(self) -> &'static str {
        Entering::ALL.iter().find(|(known, _)| *known == self).map_or("", |(_, words)| words)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Signing {
    Signs {
        own: bool,
        parent: bool,
        countersigned_by: Option<Vec<Role>>,
        /// The part that they read, where it is written.
        reading: Option<String>,
    },
    Shown,
    Nothing,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Deciding {
    /// Any one of these roles decides, or all of them together, or, where there is none, the asker; `until` is looked at
    /// where it is written.
    By {
        roles: Vec<Role>,
        all: bool,
        until: Option<Longest>,
    },
    Refused,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Routing {
    /// It goes to all of these roles, or to the one that the reporter chooses; what else is written is looked at.
    To {
        roles: Vec<Role>,
        one_of: bool,
        within: Option<Within>,
        clock: Option<Span>,
        in_confidence: bool,
    },
    Refused,
}
