//! The lines of a case that say more than a note, in words: in its history, and gathered at its top.

use std::sync::Arc;

use domain::{
    Case, CaseEntry, CaseEvent, CaseLine, PersonId, PolicyId, ReferredTo, day_words, lower_first, moment_words,
    upper_first,
};
use jiff::tz::TimeZone;
use policy::kinds::Measure;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::PublishedPolicies;

/// What they are gathered under, in the order in which they are shown.
const HEADINGS: [&str; 8] =
    ["In the child’s own words", "Parents", "Decided", "Referred", "Device searched", "Outcome", REGULATOR, PEOPLE];
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

/// What the words of a case's lines are made of beside what was typed.
pub(crate) struct LineWords {
    zone: TimeZone,
    people_index: Arc<PeopleIndex>,
    published_policies: Arc<PublishedPolicies>,
    policy: PolicyId,
}

impl LineWords {
    fn name(&self, person: PersonId) -> String {
        self.people_index.line(person).name
    }

    /// A clause by its title; where no version has it, by its id.
    fn clause(&self, id: &str) -> String {
        let text = self.published_policies.with_clause(&self.policy, id);
        let clause = text.and_then(|text| text.document.clauses.iter().find(|clause| clause.id == id));
        format!("‘{}’", clause.map_or(id, |clause| &clause.title))
    }
}

impl Desk {
    pub(crate) fn line_words(&self, by: &Authorised, case: &Case) -> LineWords {
        LineWords {
            zone: self.time_zone().clone(),
            people_index: self.people_index(by),
            published_policies: self.published_policies(),
            policy: case.policy.clone(),
        }
    }
}

/// A line as the history says it, after the name of whoever wrote it down.
pub(crate) fn in_history(line: &CaseLine, words: &LineWords) -> String {
    let zone = &words.zone;
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
        CaseLine::Outcome { reason, .. } => {
            format!("wrote down the outcome. {} The reason: {reason}", outcome_words(line, words))
        }
        CaseLine::DeviceSearch { device, by, beside, found, clause, on, .. } => {
            let (by, beside, clause) = (words.name(*by), words.name(*beside), words.clause(clause));
            format!(
                "wrote down that {by} searched a device on {}, with {beside} there, by the clause {clause}. The device: \
                 {} Found: {}{}",
                day_words(*on),
                with_full_stop(device),
                with_full_stop(found),
                kept_and_deleted(line),
            )
        }
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
pub(crate) fn summary(entries: &[CaseEntry], words: &LineWords) -> Vec<(&'static str, Vec<String>)> {
    let mut gathered = HEADINGS.map(|heading| (heading, Vec::new()));
    for entry in entries {
        let CaseEvent::WrittenDown(line) = &entry.what else { continue };
        let written_on = day_words(entry.at.to_zoned(words.zone.clone()).date());
        let Some((heading, said)) = at_the_top(line, &written_on, words) else { continue };
        let under = gathered.iter_mut().find(|(known, _)| *known == heading);
        under.into_iter().for_each(|(_, lines)| lines.push(said.clone()));
    }
    gathered.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

/// Of these, the newest line that says whether the regulator was told.
pub(crate) fn regulator<'s>(summary: &'s [(&'static str, Vec<String>)]) -> Option<&'s String> {
    summary.iter().find(|(heading, _)| *heading == REGULATOR)?.1.last()
}

/// What is known of a breach is shown by its parts, and not here.
fn at_the_top(line: &CaseLine, written_on: &str, words: &LineWords) -> Option<(&'static str, String)> {
    let [own_words, parents, decided, referred, searched, outcome, regulator, people] = HEADINGS;
    let zone = &words.zone;
    Some(match line {
        CaseLine::OwnWords { whom, text, on } => (own_words, format!("{whom}, on {}: “{text}”", day_words(*on))),
        CaseLine::ParentsTold { whom, on, .. } => (parents, format!("Told on {}: {whom}", day_words(*on))),
        CaseLine::ParentsNotTold { reason } => (parents, format!("Not told, written down on {written_on}: {reason}")),
        CaseLine::Decision { text, .. } => (decided, format!("On {written_on}: {text}")),
        CaseLine::Referral { to, whom, reference, on, .. } => {
            (referred, format!("On {} to {}{}", day_words(*on), referred_to(*to, whom), with_reference(reference)))
        }
        CaseLine::NoReferral { reason } => (referred, format!("Not referred, decided on {written_on}: {reason}")),
        CaseLine::DeviceSearch { device, by, beside, on, .. } => {
            let (by, beside) = (words.name(*by), words.name(*beside));
            let device = with_full_stop(device);
            (
                searched,
                format!("On {} by {by}, with {beside} there: {device}{}", day_words(*on), kept_and_deleted(line)),
            )
        }
        CaseLine::Outcome { .. } => (outcome, format!("On {written_on}: {}", outcome_words(line, words))),
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

/// What came of it: the measure with the clause that lets it follow, and what was written besides.
fn outcome_words(line: &CaseLine, words: &LineWords) -> String {
    let CaseLine::Outcome { measure, clause, text, .. } = line else { return String::new() };
    let title =
        Measure::ALL.iter().find(|known| known.name() == measure).map_or(measure.as_str(), |known| known.words());
    let by_clause =
        (!measure.is_empty()).then(|| format!("{}, by the clause {}.", upper_first(title), words.clause(clause)));
    let parts = by_clause.into_iter().chain((!text.is_empty()).then(|| with_full_stop(text)));
    parts.collect::<Vec<_>>().join(" ")
}

/// What was deleted in a search and why, and whether anything is kept for the police.
fn kept_and_deleted(line: &CaseLine) -> String {
    let CaseLine::DeviceSearch { deleted, reason, for_police, .. } = line else { return String::new() };
    let gone = if deleted.is_empty() {
        " Nothing was deleted.".to_owned()
    } else {
        format!(" Deleted: {} Why: {}", with_full_stop(deleted), with_full_stop(reason))
    };
    let police = if *for_police { " It is kept for the police." } else { "" };
    format!("{gone}{police}")
}

/// Words as a sentence, before another.
fn with_full_stop(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn with_reference(reference: &str) -> String {
    if reference.is_empty() { String::new() } else { format!(", reference {reference}") }
}
