//! What those who receive a case write down of it on a form of its own, beside their free notes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::PersonId;

/// A line of a case that says more than a note: each kind has its own parts, and none is without its reason or its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "line")]
pub enum CaseLine {
    /// What a child said, in the child's own words: apart from what the reporter told and from what others make of it.
    OwnWords { whom: String, text: String, on: Date },
    /// Which parents were told, when, and what.
    ParentsTold { whom: String, text: String, on: Date },
    /// Why the parents were not told.
    ParentsNotTold { reason: String },
    /// What was decided, and why.
    Decision { text: String, reason: String },
    /// To whom it was referred outside the school; `whom` is the name or the office, and `reference` theirs, where there is
    /// one.
    Referral { to: ReferredTo, whom: String, reference: String, reason: String, on: Date },
    /// Why it is not referred to anybody.
    NoReferral { reason: String },
    /// That a device was searched; `device` says whose and which, `beside` who was there besides, and `reason` why something
    /// was deleted, where something was. `clause` is the one that lets a device be searched.
    DeviceSearch {
        device: String,
        by: PersonId,
        beside: PersonId,
        found: String,
        deleted: String,
        reason: String,
        for_police: bool,
        on: Date,
        clause: String,
    },
    /// What came of it, and why: a measure that a clause lets follow, by its name, or else in words. `clause` is empty where
    /// it is in words alone.
    Outcome { measure: String, clause: String, text: String, reason: String },
    /// What is known so far of a data breach, part by part: each replaces what was known of its part before.
    BreachKnown { parts: BTreeMap<BreachPart, String> },
    /// That the regulator was told of a data breach, and why; `reference` is theirs, where there is one, and `delay` why it
    /// was told after the deadline, where it was.
    RegulatorTold { at: Timestamp, reference: String, reason: String, delay: String },
    /// Why the regulator is not told of a data breach.
    RegulatorNotTold { reason: String },
    /// Which of the people whom a data breach concerns were told, when, how and what.
    PeopleTold { whom: String, how: String, text: String, on: Date },
    /// Why the people whom a data breach concerns are not told.
    PeopleNotTold { reason: String },
}

crate::names::vocabulary! {
    /// What the regulator is told of a data breach (UK GDPR Article 33(3)). The contact point is whoever receives the report.
    BreachPart, "part of a data breach" {
        Nature = "nature", "What happened to the personal data";
        People = "people", "Which kinds of people it is about";
        PeopleNumber = "people-number", "About how many people";
        Records = "records", "Which kinds of records";
        RecordsNumber = "records-number", "About how many records";
        Consequences = "consequences", "What is likely to come of it";
        Measures = "measures", "What has been done about it, or will be";
    }
}

crate::names::vocabulary! {
    /// To whom a case is referred outside the school.
    ReferredTo, "body to refer to" {
        LocalAuthorityOfficer = "local-authority-officer", "Local authority designated officer";
        SocialCare = "social-care", "Children’s social care";
        Police = "police", "Police";
        Regulator = "regulator", "Regulator";
        FilteringProvider = "filtering-provider", "Filtering provider";
        Another = "another", "Somebody else";
    }
}

crate::names::vocabulary! {
    /// The forms on which lines are written down.
    LineForm, "form of a report" {
        OwnWords = "words", "Write down what a child said";
        Parents = "parents", "Write down whether the parents were told";
        Decision = "decision", "Write down a decision";
        Referral = "referral", "Write down a referral";
        DeviceSearch = "search", "Write down the search of a device";
        Outcome = "outcome", "Write down the outcome";
        Breach = "breach", "Write down what is known of the breach";
        Regulator = "regulator", "Write down whether the regulator was told";
        People = "people", "Write down whether the people concerned were told";
    }
}

impl LineForm {
    /// Whether data breaches alone have it.
    pub fn is_of_breach(self) -> bool {
        matches!(self, LineForm::Breach | LineForm::Regulator | LineForm::People)
    }
}

/// A part of a line that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinePart {
    Whom,
    How,
    Device,
    Found,
    Deleted,
    Text,
    Reference,
    Reason,
    Delay,
    Breach(BreachPart),
}

impl LinePart {
    /// The name of its field.
    pub const fn name(self) -> &'static str {
        match self {
            LinePart::Whom => "whom",
            LinePart::How => "how",
            LinePart::Device => "device",
            LinePart::Found => "found",
            LinePart::Deleted => "deleted",
            LinePart::Text => "text",
            LinePart::Reference => "reference",
            LinePart::Reason => "reason",
            LinePart::Delay => "delay",
            LinePart::Breach(part) => part.name(),
        }
    }
}

/// Why a line is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseLineProblem {
    /// There is nothing in a part that must say something.
    NothingIn(LinePart),
    /// What happened later than today, or than just now, has not happened.
    AfterToday,
    /// A delay is explained, and there was none.
    NoDelay,
    /// Whoever searched was there alone.
    Alone,
}

/// When a line is written down, and the deadline of its case that outside law or guidance sets.
#[derive(Debug, Clone, Copy)]
pub struct WrittenAt {
    pub today: Date,
    pub now: Timestamp,
    pub deadline: Option<Timestamp>,
}

impl CaseLine {
    /// What was typed into it.
    pub fn typed(&self) -> Vec<(LinePart, &str)> {
        match self {
            CaseLine::OwnWords { whom, text, .. } | CaseLine::ParentsTold { whom, text, .. } => {
                vec![(LinePart::Whom, whom), (LinePart::Text, text)]
            }
            CaseLine::ParentsNotTold { reason }
            | CaseLine::NoReferral { reason }
            | CaseLine::RegulatorNotTold { reason }
            | CaseLine::PeopleNotTold { reason } => vec![(LinePart::Reason, reason)],
            CaseLine::Decision { text, reason } | CaseLine::Outcome { text, reason, .. } => {
                vec![(LinePart::Text, text), (LinePart::Reason, reason)]
            }
            CaseLine::Referral { whom, reference, reason, .. } => {
                vec![(LinePart::Whom, whom), (LinePart::Reference, reference), (LinePart::Reason, reason)]
            }
            CaseLine::DeviceSearch { device, found, deleted, reason, .. } => vec![
                (LinePart::Device, device),
                (LinePart::Found, found),
                (LinePart::Deleted, deleted),
                (LinePart::Reason, reason),
            ],
            CaseLine::BreachKnown { parts } => {
                parts.iter().map(|(part, known)| (LinePart::Breach(*part), known.as_str())).collect()
            }
            CaseLine::RegulatorTold { reference, reason, delay, .. } => {
                vec![(LinePart::Reference, reference), (LinePart::Reason, reason), (LinePart::Delay, delay)]
            }
            CaseLine::PeopleTold { whom, how, text, .. } => {
                vec![(LinePart::Whom, whom), (LinePart::How, how), (LinePart::Text, text)]
            }
        }
    }

    /// The form on which it is written down.
    pub fn form(&self) -> LineForm {
        match self {
            CaseLine::OwnWords { .. } => LineForm::OwnWords,
            CaseLine::ParentsTold { .. } | CaseLine::ParentsNotTold { .. } => LineForm::Parents,
            CaseLine::Decision { .. } => LineForm::Decision,
            CaseLine::Referral { .. } | CaseLine::NoReferral { .. } => LineForm::Referral,
            CaseLine::DeviceSearch { .. } => LineForm::DeviceSearch,
            CaseLine::Outcome { .. } => LineForm::Outcome,
            CaseLine::BreachKnown { .. } => LineForm::Breach,
            CaseLine::RegulatorTold { .. } | CaseLine::RegulatorNotTold { .. } => LineForm::Regulator,
            CaseLine::PeopleTold { .. } | CaseLine::PeopleNotTold { .. } => LineForm::People,
        }
    }

    /// Whether it happened later than it is written down.
    fn is_to_come(&self, when: WrittenAt) -> bool {
        match self {
            CaseLine::OwnWords { on, .. }
            | CaseLine::ParentsTold { on, .. }
            | CaseLine::Referral { on, .. }
            | CaseLine::DeviceSearch { on, .. }
            | CaseLine::PeopleTold { on, .. } => *on > when.today,
            CaseLine::RegulatorTold { at, .. } => *at > when.now,
            _ => false,
        }
    }

    /// Whether it says that the regulator was told after the deadline.
    fn is_late(&self, when: WrittenAt) -> bool {
        matches!(self, CaseLine::RegulatorTold { at, .. } if when.deadline.is_some_and(|deadline| *at > deadline))
    }

    /// Whether the line may go without this part: a referral that says to whom needs no name, some get no reference, what is
    /// told in time has no delay, what was not deleted has no
    /// reason, and an outcome that names a measure needs no more words.
    fn may_lack(&self, part: LinePart, when: WrittenAt) -> bool {
        match (self, part) {
            (CaseLine::Referral { to, .. }, LinePart::Whom) => *to != ReferredTo::Another,
            (CaseLine::RegulatorTold { .. }, LinePart::Delay) => !self.is_late(when),
            (CaseLine::Outcome { measure, .. }, LinePart::Text) => !measure.is_empty(),
            (CaseLine::DeviceSearch { reason, .. }, LinePart::Deleted) => reason.trim().is_empty(),
            (CaseLine::DeviceSearch { deleted, .. }, LinePart::Reason) => deleted.trim().is_empty(),
            (CaseLine::Referral { .. } | CaseLine::RegulatorTold { .. }, LinePart::Reference)
            | (CaseLine::BreachKnown { .. }, _) => true,
            _ => false,
        }
    }

    /// The line without the spaces around what was typed, and without the parts of a data breach of which nothing is known.
    ///
    /// # Errors
    /// A part in which there is nothing, a day or a time that is still to come, a delay where there was none, or a search by
    /// somebody who was there alone.
    pub fn checked(mut self, when: WrittenAt) -> Result<CaseLine, CaseLineProblem> {
        let is_empty = |typed: &str| typed.trim().is_empty();
        let empty = self.typed().into_iter().find(|(part, typed)| is_empty(typed) && !self.may_lack(*part, when));
        if let Some((part, _)) = empty {
            return Err(CaseLineProblem::NothingIn(part));
        }
        if self.is_to_come(when) {
            return Err(CaseLineProblem::AfterToday);
        }
        if matches!(&self, CaseLine::DeviceSearch { by, beside, .. } if by == beside) {
            return Err(CaseLineProblem::Alone);
        }
        // Where no time was set, whoever writes it knows whether it was late.
        let was_in_time = when.deadline.is_some() && !self.is_late(when);
        if matches!(&self, CaseLine::RegulatorTold { delay, .. } if !is_empty(delay) && was_in_time) {
            return Err(CaseLineProblem::NoDelay);
        }
        if let CaseLine::BreachKnown { parts } = &mut self {
            parts.retain(|_, known| !is_empty(known));
            if parts.is_empty() {
                return Err(CaseLineProblem::NothingIn(LinePart::Breach(BreachPart::Nature)));
            }
        }
        for typed in self.typed_mut() {
            *typed = typed.trim().to_owned();
        }
        Ok(self)
    }

    fn typed_mut(&mut self) -> Vec<&mut String> {
        match self {
            CaseLine::OwnWords { whom, text, .. } | CaseLine::ParentsTold { whom, text, .. } => vec![whom, text],
            CaseLine::ParentsNotTold { reason }
            | CaseLine::NoReferral { reason }
            | CaseLine::RegulatorNotTold { reason }
            | CaseLine::PeopleNotTold { reason } => vec![reason],
            CaseLine::Decision { text, reason } | CaseLine::Outcome { text, reason, .. } => vec![text, reason],
            CaseLine::Referral { whom, reference, reason, .. } => vec![whom, reference, reason],
            CaseLine::DeviceSearch { device, found, deleted, reason, .. } => vec![device, found, deleted, reason],
            CaseLine::BreachKnown { parts } => parts.values_mut().collect(),
            CaseLine::RegulatorTold { reference, reason, delay, .. } => vec![reference, reason, delay],
            CaseLine::PeopleTold { whom, how, text, .. } => vec![whom, how, text],
        }
    }
}

/// What is known so far of a data breach, by all that was written down of it, oldest first; `None` of a part of which
/// nothing is known.
pub fn known_of_breach<'a>(
    lines: impl IntoIterator<Item = &'a CaseLine>,
) -> impl Iterator<Item = (BreachPart, Option<&'a str>)> {
    let mut known: BTreeMap<BreachPart, &str> = BTreeMap::new();
    for line in lines {
        if let CaseLine::BreachKnown { parts } = line {
            known.extend(parts.iter().map(|(part, words)| (*part, words.as_str())));
        }
    }
    BreachPart::ALL.iter().map(move |part| (*part, known.get(part).copied()))
}

#[cfg(test)]
#[path = "case_line/tests.rs"]
mod tests;
