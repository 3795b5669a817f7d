//! The lines of a case that say more than a note, in words: in its history, and gathered at its top.

use domain::{CaseEntry, CaseEvent, CaseLine, ReferredTo, day_words, lower_first};
use jiff::tz::TimeZone;

/// What they are gathered under, in the order in which they are shown.
const HEADINGS: [&str; 4] = ["In the child’s own words", "Parents", "Decided", "Referred"];

/// A line as the history says it, after the name of whoever wrote it down.
pub(crate) fn in_history(line: &CaseLine) -> String {
    match line {
        CaseLine::OwnWords { whom, text, on } => {
            format!("wrote down what {whom} said on {}, in their own words: “{text}”", day_words(*on))
        }
        CaseLine::ParentsTold { whom, text, on } => {
            format!("wrote down that parents were told on {} ({whom}): {text}", day_words(*on))
        }
        CaseLine::ParentsNotTold { reason } => format!("wrote down why the parents were not told: {reason}"),
        CaseLine::Decision { text, reason } => format!("decided: {text} Reason: {reason}"),
        CaseLine::Referral { to, whom, reference, reason, on } => {
            let to = referred_to(*to, whom);
            format!("referred it to {to} on {}{}: {reason}", day_words(*on), with_reference(reference))
        }
        CaseLine::NoReferral { reason } => format!("decided not to refer it: {reason}"),
    }
}

/// What was written down, under its headings, oldest first; a heading with nothing under it is left out.
pub(crate) fn summary(entries: &[CaseEntry], zone: &TimeZone) -> Vec<(&'static str, Vec<String>)> {
    let mut gathered = HEADINGS.map(|heading| (heading, Vec::new()));
    for entry in entries {
        let CaseEvent::WrittenDown(line) = &entry.what else { continue };
        let written_on = day_words(entry.at.to_zoned(zone.clone()).date());
        let (heading, words) = at_the_top(line, &written_on);
        let under = gathered.iter_mut().find(|(known, _)| *known == heading);
        under.into_iter().for_each(|(_, lines)| lines.push(words.clone()));
    }
    gathered.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

fn at_the_top(line: &CaseLine, written_on: &str) -> (&'static str, String) {
    let [own_words, parents, decided, referred] = HEADINGS;
    match line {
        CaseLine::OwnWords { whom, text, on } => (own_words, format!("{whom}, on {}: “{text}”", day_words(*on))),
        CaseLine::ParentsTold { whom, on, .. } => (parents, format!("Told on {}: {whom}", day_words(*on))),
        CaseLine::ParentsNotTold { reason } => (parents, format!("Not told, written down on {written_on}: {reason}")),
        CaseLine::Decision { text, .. } => (decided, format!("On {written_on}: {text}")),
        CaseLine::Referral { to, whom, reference, on, .. } => {
            let words = format!("On {} to {}{}", day_words(*on), referred_to(*to, whom), with_reference(reference));
            (referred, words)
        }
        CaseLine::NoReferral { reason } => (referred, format!("Not referred, decided on {written_on}: {reason}")),
    }
}

/// `the police`, `the regulator (Ofsted)`; somebody else by their name alone.
fn referred_to(to: ReferredTo, whom: &str) -> String {
    let title = match to {
        ReferredTo::Another => return whom.to_owned(),
        ReferredTo::SocialCare => lower_first(to.title()),
        _ => format!("the {}", lower_first(to.title())),
    };
    if whom.is_empty() { title } else { format!("{title} ({whom})") }
}

fn with_reference(reference: &str) -> String {
    if reference.is_empty() { String::new() } else { format!(", reference {reference}") }
}
