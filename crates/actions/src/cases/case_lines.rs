//! The lines of a case that say more than a note, in words: in its history, and gathered at its top.

use domain::{CaseEntry, CaseEvent, CaseLine, ReferredTo, day_words, lower_first, moment_words};
use jiff::tz::TimeZone;

/// What they are gathered under, in the order in which they are shown.
const HEADINGS: [&str; 6] = ["In the child’s own words", "Parents", "Decided", "Referred", REGULATOR, PEOPLE];
/// Those of them that data breaches alone have.
pub(crate) const OF_BREACHES: [&str; 2] = [REGULATOR, PEOPLE];
const REGULATOR: &str = "The regulator";
const PEOPLE: &str = "The people concerned";

/// What was written down on forms of their own, oldest first.
pub(crate) fn written(entries: &[CaseEntry]) -> impl Iterator<Item = &CaseLine> {
    entries.iter().filter_map(|entry| match &entry.what {
        CaseEvent::WrittenDown(line) => Some(line),
        _ => None,
    })
}

/// A line as the history says it, after the name of whoever wrote it down.
pub(crate) fn in_history(line: &CaseLine, zone: &TimeZone) -> String {
    match line {
        CaseLine::OwnWords { whom, text, on } => {
            format!("wrote down what {whom} said on {}, in their own words: “{text}”", day_words(*on))
        }
        CaseLine::ParentsTold { whom, text, on } => {
            format!("wrote down that parents were told on {} ({whom}): {text}", day_words(*on))
        }
        CaseLine::ParentsNotTold { reason } => format!("wrote down why the parents were not told: {reason}"),
        CaseLine::Decision { text, reason } => format!("decided: {} The reason: {reason}", with_full_stop(text)),
        CaseLine::Referral { to, whom, reference, reason, on } => {
            let to = referred_to(*to, whom);
            format!("referred it to {to} on {}{}: {reason}", day_words(*on), with_reference(reference))
        }
        CaseLine::NoReferral { reason } => format!("decided not to refer it: {reason}"),
        CaseLine::BreachKnown { parts } => {
            let known: Vec<String> = parts.iter().map(|(part, words)| format!("{}: {words}", part.title())).collect();
            format!("wrote down what is known of the breach. {}", known.join(" "))
        }
        CaseLine::RegulatorTold { at, reference, reason, delay } => {
            let (at, reference) = (moment_words(*at, zone), with_reference(reference));
            let late = if delay.is_empty() { String::new() } else { format!(" Why so late: {delay}") };
            format!("wrote down that the regulator was told on {at}{reference}: {reason}{late}")
        }
        CaseLine::RegulatorNotTold { reason } => format!("wrote down why the regulator is not told: {reason}"),
        CaseLine::PeopleTold { whom, how, text, on } => {
            format!("wrote down that people were told on {} ({whom}; {how}): {text}", day_words(*on))
        }
        CaseLine::PeopleNotTold { reason } => format!("wrote down why those concerned are not told: {reason}"),
    }
}

/// What was written down, under its headings, oldest first; a heading with nothing under it is left out.
pub(crate) fn summary(entries: &[CaseEntry], zone: &TimeZone) -> Vec<(&'static str, Vec<String>)> {
    let mut gathered = HEADINGS.map(|heading| (heading, Vec::new()));
    for entry in entries {
        let CaseEvent::WrittenDown(line) = &entry.what else { continue };
        let written_on = day_words(entry.at.to_zoned(zone.clone()).date());
        let Some((heading, words)) = at_the_top(line, &written_on, zone) else { continue };
        let under = gathered.iter_mut().find(|(known, _)| *known == heading);
        under.into_iter().for_each(|(_, lines)| lines.push(words.clone()));
    }
    gathered.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

/// Of these, the newest line that says whether the regulator was told.
pub(crate) fn regulator<'s>(summary: &'s [(&'static str, Vec<String>)]) -> Option<&'s String> {
    summary.iter().find(|(heading, _)| *heading == REGULATOR)?.1.last()
}

/// What is known of a breach is shown by its parts, and not here.
fn at_the_top(line: &CaseLine, written_on: &str, zone: &TimeZone) -> Option<(&'static str, String)> {
    let [own_words, parents, decided, referred, regulator, people] = HEADINGS;
    Some(match line {
        CaseLine::OwnWords { whom, text, on } => (own_words, format!("{whom}, on {}: “{text}”", day_words(*on))),
        CaseLine::ParentsTold { whom, on, .. } => (parents, format!("Told on {}: {whom}", day_words(*on))),
        CaseLine::ParentsNotTold { reason } => (parents, format!("Not told, written down on {written_on}: {reason}")),
        CaseLine::Decision { text, .. } => (decided, format!("On {written_on}: {text}")),
        CaseLine::Referral { to, whom, reference, on, .. } => {
            let words = format!("On {} to {}{}", day_words(*on), referred_to(*to, whom), with_reference(reference));
            (referred, words)
        }
        CaseLine::NoReferral { reason } => (referred, format!("Not referred, decided on {written_on}: {reason}")),
        CaseLine::BreachKnown { .. } => return None,
        CaseLine::RegulatorTold { at, reference, reason, delay } => {
            let (at, reference) = (moment_words(*at, zone), with_reference(reference));
            let late = if delay.is_empty() { String::new() } else { format!(" Why so late: {delay}") };
            (regulator, format!("Told on {at}{reference}: {reason}{late}"))
        }
        CaseLine::RegulatorNotTold { reason } => {
            (regulator, format!("Not told, written down on {written_on}: {reason}"))
        }
        CaseLine::PeopleTold { whom, how, on, .. } => (people, format!("Told on {}: {whom} ({how})", day_words(*on))),
        CaseLine::PeopleNotTold { reason } => (people, format!("Not told, written down on {written_on}: {reason}")),
    })
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

/// Words as a sentence, before another.
fn with_full_stop(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn with_reference(reference: &str) -> String {
    if reference.is_empty() { String::new() } else { format!(", reference {reference}") }
}
