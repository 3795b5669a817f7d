//! Playing a story: its clock, and each step's answer beside the one that is written.

use domain::{Address, CategorySet};
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan, Zoned};

use super::records::Records;
use super::{Expected, Story, StoryMoment, StoryStep};
use crate::document::Document;
use crate::example::{Deciding, ExampleOutcome, Routed, Routing, deciding_words, same};
use crate::rules::Rules;

/// The day before the first one that a story can begin on: a Sunday in May 2026.
const EVE: Date = Date::constant(2026, 5, 10);

/// What came of a step.
pub(super) struct StepAnswer {
    pub(super) words: String,
    /// The clauses that decided.
    pub(super) clauses: Vec<String>,
    /// Who decides a request, and when a grant would end at the latest.
    pub(super) deciding: Option<(Vec<domain::Role>, Option<Timestamp>)>,
    /// Whether all of those decide together.
    pub(super) together: bool,
    /// Where a report goes.
    pub(super) routed: Option<Routed>,
    /// The classes whose lesson the grant may end with.
    pub(super) classes: Vec<domain::Group>,
}

impl StepAnswer {
    pub(super) fn of(words: impl Into<String>, clauses: Vec<String>) -> StepAnswer {
        StepAnswer { words: words.into(), clauses, deciding: None, together: false, routed: None, classes: Vec::new() }
    }
}

/// A story while it is played.
pub(super) struct Scene<'r> {
    pub(super) rules: &'r Rules,
    pub(super) categories: &'r dyn Fn(&Address) -> CategorySet,
    pub(super) records: Records<'r>,
    pub(super) now: Zoned,
}

/// Plays a story against rules and says of each step what came of it. `categories` tells the categories of an address.
pub fn play(
    story: &Story,
    document: &Document,
    rules: &Rules,
    categories: &dyn Fn(&Address) -> CategorySet,
) -> Vec<ExampleOutcome> {
    let timetable = rules.timetable();
    let zone = &timetable.time_zone;
    let eve = EVE.to_zoned(zone.clone()).unwrap_or_else(|_| Timestamp::UNIX_EPOCH.to_zoned(zone.clone()));
    let mut scene = Scene { rules, categories, records: Records::new(document, timetable, eve.timestamp()), now: eve };
    if let Some(first) = story.steps.first() {
        scene.records.begins = scene.moment(first.at).timestamp();
    }
    let outcomes = story.steps.iter().filter_map(|step| {
        scene.now = scene.moment(step.at);
        let answer = scene.does(step);
        let expected = step.expected.as_ref()?;
        Some(scene.outcome(step, expected, &answer))
    });
    outcomes.collect()
}

impl Scene<'_> {
    pub(super) fn at(&self) -> Timestamp {
        self.now.timestamp()
    }

    /// A moment counted from now. A named day is one in term.
    pub(super) fn moment(&self, moment: StoryMoment) -> Zoned {
        match moment {
            StoryMoment::Later(span) => {
                span.after(&self.now, &self.records.timetable.calendar).unwrap_or_else(|_| self.now.clone())
            }
            StoryMoment::Next { day, time } => {
                let days = (0..3650_i64).map(|days| self.now.date().saturating_add(days.days()));
                let at = |day: Date| day.to_datetime(time).to_zoned(self.now.time_zone().clone()).ok();
                let fits = |at: &Zoned| *at >= self.now && day.is_none_or(|day| self.is_day(at, day));
                days.filter_map(at).find(fits).unwrap_or_else(|| self.now.clone())
            }
        }
    }

    fn is_day(&self, at: &Zoned, day: Weekday) -> bool {
        at.weekday() == day && !self.records.timetable.calendar.is_holiday(at.date())
    }

    fn outcome(&self, step: &StoryStep, expected: &Expected, answer: &StepAnswer) -> ExampleOutcome {
        let agrees = match expected {
            Expected::Answer(word) => answer.words == *word,
            Expected::Decides(deciding) => self.decides(deciding, answer),
            Expected::Routes(Routing::Refused) => answer.words == "refused",
            Expected::Routes(routing) => {
                let calendar = &self.records.timetable.calendar;
                answer.routed.as_ref().is_some_and(|got| got.meets(routing, &self.now, calendar))
            }
        };
        let clause_agrees = step.clause.as_ref().is_none_or(|clause| answer.clauses.contains(clause));
        let written = step.text.split_once("->").map_or("", |(_, expected)| expected).trim().to_owned();
        let words = match (expected, &answer.deciding) {
            (Expected::Decides(_), Some((roles, _))) => deciding_words(roles, answer.together),
            _ => answer.words.clone(),
        };
        let got = match answer.clauses.first() {
            Some(clause) => format!("{words} #{clause}"),
            None => words,
        };
        ExampleOutcome {
            file: self.records.document.file.clone(),
            line: step.line,
            text: step.text.clone(),
            expected: written,
            got,
            passed: agrees && clause_agrees,
        }
    }

    fn decides(&self, expected: &Deciding, answer: &StepAnswer) -> bool {
        match (expected, &answer.deciding) {
            (Deciding::Refused, None) => answer.words == "refused",
            (Deciding::By { roles, all, until }, Some((decides, end))) => {
                let ends = |until: domain::Longest| {
                    let expected = until.end(&self.now, &self.records.timetable, &answer.classes);
                    expected.is_ok_and(|expected| expected.map(|end| end.timestamp()) == *end)
                };
                same(Some(roles), Some(decides)) && *all == answer.together && until.is_none_or(ends)
            }
            _ => false,
        }
    }
}
