//! Who signs.

use domain::Version;

use super::{ASKER, ExampleAnswer, Run, names, same};
use crate::document::Document;
use crate::example::{ExampleActor, Signing};
use crate::kinds::How;
use crate::rules::signing::{self, Bound, InForce, Owed};
use crate::somebody::Somebody;

impl Run<'_> {
    /// What somebody owes who has signed nothing yet: by the clause that is named, or by all of the policy.
    pub(super) fn signs(&self, who: &ExampleActor, expected: &Signing, clause: Option<&str>) -> ExampleAnswer {
        let (person, now, timetable) = (who.person(ASKER), self.at(None).timestamp(), self.rules.timetable());
        let policy = InForce { document: self.document, counts_from: Version(1), since: now };
        let bound = Bound { id: person.id, somebody: (&person).into(), joined_at: now };
        let owed = match clause {
            Some(clause) => signing::owed_by(clause, policy, bound, &[], now, timetable),
            None => signing::owed(policy, bound, &[], now, timetable),
        };
        let asked = owed.as_ref().map_or(Signing::Nothing, |owed| self.asked(owed, bound.somebody));
        let stands = owed.map(|owed| owed.clause).or(clause.map(str::to_owned));
        ExampleAnswer {
            words: words(&asked),
            agrees: expected.is_met_by(&asked),
            clauses: stands.into_iter().collect(),
        }
    }

    fn asked(&self, owed: &Owed, somebody: Somebody<'_>) -> Signing {
        if owed.how == How::Shown {
            return Signing::Shown;
        }
        let agreement = signing::answered(self.document, &owed.clause, somebody);
        let accepting = agreement.map(signing::accepting_roles).unwrap_or_default();
        Signing::Signs {
            own: owed.by_self,
            parent: owed.by_parent,
            countersigned_by: (!accepting.is_empty()).then(|| accepting.to_vec()),
            reading: agreement.and_then(|agreement| self.parts(&signing::read_by(self.document, agreement))),
        }
    }

    /// The titles of the parts that are read, where something of the policy is not.
    fn parts(&self, read: &Document) -> Option<String> {
        if read.outline == self.document.outline {
            return None;
        }
        let headings = read.outline.iter().map(|outline| read.heading(outline));
        let titles: Vec<&str> = headings.filter(|(level, _)| *level == 2).map(|(_, title)| title).collect();
        Some(titles.join("\" and \""))
    }
}

impl Signing {
    /// Whether what is asked of somebody is what is expected; a part that is not written is not looked at.
    fn is_met_by(&self, asked: &Signing) -> bool {
        match (self, asked) {
            (
                Signing::Signs { own, parent, countersigned_by, reading },
                Signing::Signs { own: by_self, parent: by_parent, countersigned_by: accepting, reading: reads },
            ) => {
                (own, parent) == (by_self, by_parent)
                    && same(countersigned_by.as_deref(), accepting.as_deref())
                    && (reading.is_none() || reading == reads)
            }
            _ => self == asked,
        }
    }
}

/// What is asked of somebody in the words of an example.
fn words(asked: &Signing) -> String {
    let Signing::Signs { own, parent, countersigned_by, reading } = asked else {
        return if *asked == Signing::Shown { "shown" } else { "nothing" }.to_owned();
    };
    let mut words = match (own, parent) {
        (true, true) => "self and parent",
        (false, true) => "parent",
        _ => "self",
    }
    .to_owned();
    if let Some(accepting) = countersigned_by {
        words.push_str(&format!(" then countersigner {}", names(accepting, "or")));
    }
    if let Some(parts) = reading {
        words.push_str(&format!(" reading \"{parts}\""));
    }
    words
}
