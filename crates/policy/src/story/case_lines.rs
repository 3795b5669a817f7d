//! The lines that somebody in a story writes down of a report.

use domain::{BreachPart, CaseLine, PersonId, ReferredTo};
use jiff::Zoned;

/// The kinds of lines, by the names under which they are kept.
pub(crate) const LINES: [&str; 13] = [
    "own-words",
    "parents-told",
    "parents-not-told",
    "decision",
    "referral",
    "no-referral",
    "device-search",
    "outcome",
    "breach-known",
    "regulator-told",
    "regulator-not-told",
    "people-told",
    "people-not-told",
];

/// A line of one of these kinds, written down at this moment of what has just happened. Each part says what is typed into it
/// or else something, but for a reference, a delay and a measure, which are empty unless they are typed. `people` are whoever writes it
/// down and whoever was there besides.
pub(super) fn line(
    kind: &str,
    typed: &[(String, String)],
    now: &Zoned,
    people: (PersonId, Option<PersonId>),
) -> Option<CaseLine> {
    let given = |part: &str| typed.iter().find(|(name, _)| name == part).map(|(_, text)| text.clone());
    let part = |name: &str| given(name).unwrap_or_else(|| "as the story says".to_owned());
    let (whom, text, reason, on) = (part("whom"), part("text"), part("reason"), now.date());
    let reference = given("reference").unwrap_or_default();
    Some(match kind {
        "own-words" => CaseLine::OwnWords { whom, text, on },
        "parents-told" => CaseLine::ParentsTold { whom, text, on },
        "parents-not-told" => CaseLine::ParentsNotTold { reason },
        "decision" => CaseLine::Decision { text, reason },
        "referral" => CaseLine::Referral { to: ReferredTo::Another, whom, reference, reason, on },
        "no-referral" => CaseLine::NoReferral { reason },
        "outcome" => {
            CaseLine::Outcome { measure: given("measure").unwrap_or_default(), clause: String::new(), text, reason }
        }
        "device-search" => CaseLine::DeviceSearch {
            device: part("device"),
            by: people.0,
            beside: people.1?,
            found: part("found"),
            deleted: part("deleted"),
            reason,
            for_police: false,
            on,
            clause: String::new(),
        },
        "breach-known" => {
            CaseLine::BreachKnown { parts: BreachPart::ALL.iter().map(|known| (*known, part(known.name()))).collect() }
        }
        "regulator-told" => {
            let delay = given("delay").unwrap_or_default();
            CaseLine::RegulatorTold { at: now.timestamp(), reference, reason, delay }
        }
        "regulator-not-told" => CaseLine::RegulatorNotTold { reason },
        "people-told" => CaseLine::PeopleTold { whom, how: part("how"), text, on },
        "people-not-told" => CaseLine::PeopleNotTold { reason },
        _ => return None,
    })
}
