//! Consents that are asked once: who answers, what stands for a person, and until when.

use std::collections::BTreeMap;

use domain::{ConsentAnswer, Person, PersonId, Said, StandingAnswer, StandingSaid, Timetable};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::document::{Clause, Document};
use crate::kinds::{Consent, ConsentEnd, Rule};
use crate::rules::consents::{self, ConsentState, MaySay, Needed, speaks_by};
use crate::somebody::Somebody;

/// The last day of the school year, by its month and day.
const LAST_OF_YEAR: (i8, i8) = (8, 31);

/// One purpose of a consent that is asked once, about one person.
#[derive(Debug, Clone, Copy)]
pub struct AskedOnce<'a> {
    pub document: &'a Document,
    pub consent: &'a Consent,
    /// Empty where the consent has no purposes but its own.
    pub purpose: &'a str,
    pub about: &'a Person,
}

/// What was said, by whom it may be said, and the moment at which it is looked at.
#[derive(Clone, Copy)]
pub struct OnRecord<'a, 'p> {
    /// In the order in which it was said.
    pub said: &'a [StandingAnswer],
    /// Those who are at the school, and their parents.
    pub find: &'a dyn Fn(PersonId) -> Option<&'p Person>,
    /// Whether a consent still says what it said when an answer was given.
    pub is_as_told: &'a dyn Fn(&StandingAnswer) -> bool,
    pub now: Timestamp,
    pub timetable: &'a Timetable,
}

/// What stands of a consent about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Nobody has answered. No answer is a no.
    Missing,
    /// What was said has ended, and nobody has answered since.
    Ended {
        at: Timestamp,
    },
    Given {
        since: Timestamp,
        until: Option<Timestamp>,
    },
    /// Somebody whose no is enough said no.
    Refused {
        since: Timestamp,
    },
}

impl Stands {
    pub fn is_given(self) -> bool {
        matches!(self, Stands::Given { .. })
    }
}

/// Whether what was said of a consent stands, instead of being asked anew for each request.
pub fn is_asked_once(consent: &Consent) -> bool {
    consent.is_asked_once()
}

/// The consents of a policy that are asked once about somebody.
pub fn asked_about<'a>(document: &'a Document, about: &Person) -> Vec<(&'a Clause, &'a Consent)> {
    let is_meant = |consent: &Consent| document.concerns(&consent.about, Somebody::from(about)).is_some();
    asked(document).filter(|(_, consent)| is_meant(consent)).collect()
}

fn asked(document: &Document) -> impl Iterator<Item = (&Clause, &Consent)> {
    document.rules().filter_map(|(clause, rule)| match rule {
        Rule::Consent(consent) if consent.is_asked_once() => Some((clause, consent)),
        _ => None,
    })
}

/// The purposes to each of which an answer is given by itself; a single empty one where the consent has only its own.
pub fn purposes(consent: &Consent) -> Vec<&str> {
    match &consent.purposes {
        Some(purposes) if !purposes.is_empty() => purposes.iter().map(String::as_str).collect(),
        _ => vec![""],
    }
}

/// What somebody may say of it: the yes is for those whom the clause names in `from`, the no for those in `veto` too.
pub fn may_say(asked: AskedOnce<'_>, by: &Person) -> MaySay {
    let is_meant = |who| speaks_by(asked.document, who, asked.about, by);
    let yes = is_meant(&asked.consent.from);
    MaySay { yes, no: yes || asked.consent.veto.as_ref().is_some_and(is_meant) }
}

/// Whether an answer is one to this.
pub(super) fn is_of(asked: AskedOnce<'_>, answer: &StandingAnswer) -> bool {
    (&answer.policy, answer.about) == (&asked.document.id, asked.about.id)
        && (answer.consent.as_str(), answer.purpose.as_str()) == (&*asked.consent.id, asked.purpose)
}

/// The last answer of each who may still give it; what was taken back is none, nor is a yes to what the clause said before it
/// was changed. In the order in which they were given.
fn counting<'a>(asked: AskedOnce<'_>, record: OnRecord<'a, '_>) -> Vec<&'a StandingAnswer> {
    let of_it = record.said.iter().filter(|answer| is_of(asked, answer));
    let last: BTreeMap<PersonId, &StandingAnswer> = of_it.map(|answer| (answer.by, answer)).collect();
    let counts = |answer: &&StandingAnswer| {
        let may = (record.find)(answer.by).map(|by| may_say(asked, by));
        may.is_some_and(|may| match answer.said {
            StandingSaid::Yes => may.yes && (record.is_as_told)(answer),
            StandingSaid::No => may.no,
            StandingSaid::TakenBack => false,
        })
    };
    let mut counting: Vec<&StandingAnswer> = last.into_values().filter(counts).collect();
    counting.sort_by_key(|answer| answer.at);
    counting
}

/// When a yes that was given at a moment ends; `None`: when it is taken back.
fn end(consent: &Consent, given: Timestamp, timetable: &Timetable) -> Option<Timestamp> {
    let given = given.to_zoned(timetable.time_zone.clone());
    match consent.expires? {
        ConsentEnd::Span(span) => span.likely_after(&given, &timetable.calendar).map(|end| end.timestamp()),
        ConsentEnd::EndOfYear => {
            let (month, day) = LAST_OF_YEAR;
            let last = |year| date(year, month, day);
            let (today, this) = (given.date(), last(given.year()));
            let last: Date = if today <= this { this } else { last(given.year().saturating_add(1)) };
            let end = last.tomorrow().ok()?.to_zoned(timetable.time_zone.clone()).ok()?;
            Some(end.timestamp())
        }
    }
}

/// What stands. No answer is a no; one no counts more than any yes, and stands until whoever said it takes it back.
pub fn stands(asked: AskedOnce<'_>, record: OnRecord<'_, '_>) -> Stands {
    let counting = counting(asked, record);
    if let Some(no) = counting.iter().find(|answer| answer.said == StandingSaid::No) {
        return Stands::Refused { since: no.at };
    }
    let ends = |yes: &&StandingAnswer| (yes.at, end(asked.consent, yes.at, record.timetable));
    let given: Vec<(Timestamp, Option<Timestamp>)> = counting.iter().map(ends).collect();
    let holds = |end: Option<Timestamp>| end.is_none_or(|end| record.now < end);
    let holding = given.iter().filter(|(_, end)| holds(*end));
    // The one that holds longest: without an end, or the last to end.
    match holding.max_by_key(|(_, end)| end.unwrap_or(Timestamp::MAX)) {
        Some(&(since, until)) => Stands::Given { since, until },
        None => given.iter().filter_map(|(_, end)| *end).max().map_or(Stands::Missing, |at| Stands::Ended { at }),
    }
}

/// Whether somebody is asked for an answer: their yes would count, and nothing stands.
pub fn is_asked(asked: AskedOnce<'_>, record: OnRecord<'_, '_>, by: &Person) -> bool {
    may_say(asked, by).yes && matches!(stands(asked, record), Stands::Missing | Stands::Ended { .. })
}

/// Whether somebody may still say what they said of a request: a yes counts while the clause has them give it, a no while it
/// has them refuse it.
fn counts_on(document: &Document, needed: &Needed<'_>, answer: &ConsentAnswer, record: OnRecord<'_, '_>) -> bool {
    let Some((about, by)) = (record.find)(needed.about).zip((record.find)(answer.by)) else { return false };
    let may = may_say(AskedOnce { document, consent: needed.consent, purpose: "", about }, by);
    if answer.said == Said::Yes { may.yes } else { may.no }
}

/// What counts for a request: what was said of it by those who may still say it; and what stands of the consents that are
/// asked once, as if it had been said of the request: a yes where there is one for each purpose, and each no. Of a consent
/// that is asked once, a request itself is told only that it is not needed.
pub fn said_of_request(
    document: &Document,
    needed: &[Needed<'_>],
    of_request: &[ConsentAnswer],
    record: OnRecord<'_, '_>,
) -> Vec<ConsentAnswer> {
    let counts = |answer: &&ConsentAnswer| {
        let is_of =
            |needed: &&Needed<'_>| (answer.consent.as_str(), answer.about) == (&*needed.consent.id, needed.about);
        needed.iter().find(is_of).is_some_and(|needed| match answer.said {
            Said::NotNeeded { .. } => true,
            _ => !is_asked_once(needed.consent) && counts_on(document, needed, answer, record),
        })
    };
    let mut said: Vec<ConsentAnswer> = of_request.iter().filter(counts).cloned().collect();
    for needed in needed.iter().filter(|needed| is_asked_once(needed.consent)) {
        let each = each_purpose(document, *needed, record);
        let all_given = each.iter().all(|asked| stands(*asked, record).is_given());
        let mut of_it: Vec<ConsentAnswer> = Vec::new();
        for answer in each.iter().flat_map(|asked| counting(*asked, record)) {
            let as_said = match answer.said {
                StandingSaid::No => Said::No,
                StandingSaid::Yes if all_given => Said::Yes,
                StandingSaid::Yes | StandingSaid::TakenBack => continue,
            };
            let (consent, about, by) = (needed.consent.id.0.clone(), needed.about, answer.by);
            if !of_it.iter().any(|known| (known.by, &known.said) == (by, &as_said)) {
                of_it.push(ConsentAnswer { consent, about, by, at: answer.at, said: as_said });
            }
        }
        said.extend(of_it);
    }
    said
}

/// When the first of the consents ends on which a yes to a request rests, of which this was said; `None`: none of them does by
/// itself.
pub fn first_end(
    document: &Document,
    needed: &[Needed<'_>],
    said: &[ConsentAnswer],
    record: OnRecord<'_, '_>,
) -> Option<Timestamp> {
    let rests_on = needed.iter().filter(|needed| consents::state(**needed, said) != ConsentState::NotNeeded);
    let (once, of_request): (Vec<&Needed<'_>>, Vec<_>) = rests_on.partition(|needed| needed.consent.is_asked_once());
    let given = of_request.into_iter().filter(|needed| consents::state(**needed, said) == ConsentState::Given);
    let last_end = |needed: &Needed<'_>| {
        let is_of_it = |answer: &&ConsentAnswer| {
            (answer.consent.as_str(), answer.about) == (&*needed.consent.id, needed.about)
                && answer.said == Said::Yes
                && counts_on(document, needed, answer, record)
        };
        said.iter().filter(is_of_it).filter_map(|yes| end(needed.consent, yes.at, record.timetable)).max()
    };
    let once = once.into_iter();
    let each = once.flat_map(|needed| each_purpose(document, *needed, record));
    let until = |asked| match stands(asked, record) {
        Stands::Given { until, .. } => until,
        _ => None,
    };
    each.filter_map(until).chain(given.filter_map(last_end)).min()
}

fn each_purpose<'a, 'p: 'a>(
    document: &'a Document,
    needed: Needed<'a>,
    record: OnRecord<'_, 'p>,
) -> Vec<AskedOnce<'a>> {
    let Some(about) = (record.find)(needed.about) else { return Vec::new() };
    let of_it = |purpose| AskedOnce { document, consent: needed.consent, purpose, about };
    purposes(needed.consent).into_iter().map(of_it).collect()
}
