//! What those who receive a case write down of it on a form of its own, beside their free notes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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

/// A part of a line that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinePart {
    Whom,
    Text,
    Reference,
    Reason,
}

/// Why a line is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseLineProblem {
    /// There is nothing in a part that must say something.
    NothingIn(LinePart),
    /// What happened later than today has not happened.
    AfterToday,
}

impl CaseLine {
    /// What was typed into it.
    pub fn typed(&self) -> Vec<(LinePart, &str)> {
        match self {
            CaseLine::OwnWords { whom, text, .. } | CaseLine::ParentsTold { whom, text, .. } => {
                vec![(LinePart::Whom, whom), (LinePart::Text, text)]
            }
            CaseLine::ParentsNotTold { reason } | CaseLine::NoReferral { reason } => vec![(LinePart::Reason, reason)],
            CaseLine::Decision { text, reason } => vec![(LinePart::Text, text), (LinePart::Reason, reason)],
            CaseLine::Referral { whom, reference, reason, .. } => {
                vec![(LinePart::Whom, whom), (LinePart::Reference, reference), (LinePart::Reason, reason)]
            }
        }
    }

    /// The day on which it happened, where that is not the day on which it is written down.
    fn on(&self) -> Option<Date> {
        match self {
            CaseLine::OwnWords { on, .. } | CaseLine::ParentsTold { on, .. } | CaseLine::Referral { on, .. } => {
                Some(*on)
            }
            CaseLine::ParentsNotTold { .. } | CaseLine::Decision { .. } | CaseLine::NoReferral { .. } => None,
        }
    }

    /// Whether the line may go without this part: a referral that says to whom needs no name, and some get no reference.
    fn may_lack(&self, part: LinePart) -> bool {
        match self {
            CaseLine::Referral { to, .. } => {
                part == LinePart::Reference || (part == LinePart::Whom && *to != ReferredTo::Another)
            }
            _ => false,
        }
    }

    /// The line without the spaces around what was typed.
    ///
    /// # Errors
    /// A part in which there is nothing, or a day that is still to come.
    pub fn checked(mut self, today: Date) -> Result<CaseLine, CaseLineProblem> {
        let empty = self.typed().into_iter().find(|(part, typed)| typed.trim().is_empty() && !self.may_lack(*part));
        if let Some((part, _)) = empty {
            return Err(CaseLineProblem::NothingIn(part));
        }
        if self.on().is_some_and(|on| on > today) {
            return Err(CaseLineProblem::AfterToday);
        }
        for typed in self.typed_mut() {
            *typed = typed.trim().to_owned();
        }
        Ok(self)
    }

    fn typed_mut(&mut self) -> Vec<&mut String> {
        match self {
            CaseLine::OwnWords { whom, text, .. } | CaseLine::ParentsTold { whom, text, .. } => vec![whom, text],
            CaseLine::ParentsNotTold { reason } | CaseLine::NoReferral { reason } => vec![reason],
            CaseLine::Decision { text, reason } => vec![text, reason],
            CaseLine::Referral { whom, reference, reason, .. } => vec![whom, reference, reason],
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 5, 14);

    fn text(words: &str) -> String {
        words.to_owned()
    }

    fn referral(to: ReferredTo, whom: &str, on: Date) -> CaseLine {
        CaseLine::Referral { to, whom: text(whom), reference: text(" "), reason: text(" He is at risk "), on }
    }

    #[test]
    fn a_line_says_everything_that_its_kind_must_say() {
        let (full, none) = (|| text("words"), String::new);
        let lacking = [
            (CaseLine::OwnWords { whom: none(), text: full(), on: TODAY }, LinePart::Whom),
            (CaseLine::OwnWords { whom: full(), text: text(" \n"), on: TODAY }, LinePart::Text),
            (CaseLine::ParentsTold { whom: none(), text: full(), on: TODAY }, LinePart::Whom),
            (CaseLine::ParentsTold { whom: full(), text: none(), on: TODAY }, LinePart::Text),
            (CaseLine::ParentsNotTold { reason: none() }, LinePart::Reason),
            (CaseLine::Decision { text: none(), reason: full() }, LinePart::Text),
            (CaseLine::Decision { text: full(), reason: none() }, LinePart::Reason),
            (CaseLine::NoReferral { reason: text("  ") }, LinePart::Reason),
            (referral(ReferredTo::Another, " ", TODAY), LinePart::Whom),
        ];
        for (line, part) in lacking {
            assert_eq!(line.clone().checked(TODAY), Err(CaseLineProblem::NothingIn(part)), "{line:?}");
        }
        let unreasoned =
            CaseLine::Referral { to: ReferredTo::Police, whom: none(), reference: none(), reason: none(), on: TODAY };
        assert_eq!(unreasoned.checked(TODAY), Err(CaseLineProblem::NothingIn(LinePart::Reason)));
    }

    #[test]
    fn a_referral_needs_no_reference_and_a_name_only_where_its_kind_does_not_say_to_whom() {
        let kept = referral(ReferredTo::Police, "", TODAY).checked(TODAY).unwrap();
        let CaseLine::Referral { reason, reference, .. } = kept else { panic!("a referral") };
        assert_eq!((reason.as_str(), reference.as_str()), ("He is at risk", ""));
        assert!(referral(ReferredTo::Another, "The diocese", TODAY).checked(TODAY).is_ok());
    }

    #[test]
    fn what_is_still_to_come_is_not_written_down() {
        let tomorrow = TODAY.tomorrow().unwrap();
        let lines = |on| {
            [
                CaseLine::OwnWords { whom: text("Ada"), text: text("He hit me"), on },
                CaseLine::ParentsTold { whom: text("Her mother"), text: text("All of it"), on },
                referral(ReferredTo::Regulator, "", on),
            ]
        };
        for line in lines(tomorrow) {
            assert_eq!(line.checked(TODAY), Err(CaseLineProblem::AfterToday));
        }
        for line in lines(TODAY) {
            assert!(line.checked(TODAY).is_ok());
        }
    }
}
