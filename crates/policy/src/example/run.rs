//! Running worked examples against compiled rules.

use domain::{Address, Audience, CategorySet, PersonId, Role, RoleSet, Span, Standing};
use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan, Zoned};
use serde::Serialize;
use uuid::Uuid;

use super::{Act, At, Example, ExampleActor, Sight, Whom, WrittenWay, reach};
use crate::document::Document;
use crate::kinds::{Data, Occasion, View};
use crate::rules::{Rules, notices, viewing};
use crate::story;
use crate::value::join;

mod cases;
mod entries;
mod routed;
mod signing;
mod visits;

pub(crate) use cases::deciding_words;
pub(crate) use routed::Routed;
pub(crate) use visits::deciding_clauses;

/// Whoever acts in an example.
const ASKER: PersonId = PersonId(Uuid::nil());

/// What came of one worked example, or of one step of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExampleOutcome {
    pub file: String,
    pub line: u32,
    /// The example as it is written.
    pub text: String,
    /// What it says must come of it.
    pub expected: String,
    /// What came of it.
    pub got: String,
    pub passed: bool,
}

/// An answer in the words of an example, and the clause that gave it.
struct ExampleAnswer {
    words: String,
    /// Whether the words are what the example asks for.
    agrees: bool,
    clauses: Vec<String>,
}

/// Runs the examples and stories of documents against rules, which are compiled from these documents or from a whole school's.
/// `categories` tells the categories of an address. Whatever the school's own timetable, they are set in the sample one.
pub fn run_examples(
    documents: &[Document],
    rules: &Rules,
    categories: &dyn Fn(&Address) -> CategorySet,
) -> Vec<ExampleOutcome> {
    let rules = &rules.in_sample_timetable();
    let mut outcomes = Vec::new();
    for document in documents {
        let run = Run { document, rules, categories };
        for clause in &document.clauses {
            outcomes.extend(clause.examples.iter().map(|example| run.outcome(example)));
            outcomes.extend(clause.stories.iter().flat_map(|told| story::play(told, document, rules, categories)));
        }
    }
    outcomes
}

struct Run<'r> {
    document: &'r Document,
    rules: &'r Rules,
    categories: &'r dyn Fn(&Address) -> CategorySet,
}

impl Run<'_> {
    fn outcome(&self, example: &Example) -> ExampleOutcome {
        let answer = self.answer(example);
        let clause_agrees = example.clause.as_ref().is_none_or(|clause| answer.clauses.contains(clause));
        let expected = example.text.rsplit_once("->").map_or("", |(_, expected)| expected).trim().to_owned();
        let got = match answer.clauses.first() {
            Some(clause) => format!("{} #{clause}", answer.words),
            None => answer.words,
        };
        ExampleOutcome {
            file: self.document.file.clone(),
            line: example.line,
            text: example.text.clone(),
            expected,
            got,
            passed: answer.agrees && clause_agrees,
        }
    }

    fn answer(&self, example: &Example) -> ExampleAnswer {
        let who = &example.who;
        match &example.act {
            Act::Opens { address, from, at, with, allowed } => self.opens(who, (address, *from), *at, with, *allowed),
            Act::Signs { expected } => self.signs(who, expected, example.clause.as_deref()),
            Act::Asks { permission, expected } => self.asks(who, permission, expected),
            Act::Reports { report, about, chosen, expected } => self.reports(who, report, *about, *chosen, expected),
            Act::Enters { form, expected } => self.enters(who, form, *expected),
            Act::Reaches { whom, how, expected } => self.reaches(who, whom, how, expected),
            Act::Searches { text, safe } => self.searches(who, text, *safe),
            Act::Views { what, allowed } => self.views(who, *what, *allowed),
            Act::Sees { sight, allowed } => self.sees(who, *sight, *allowed),
            Act::SetsPassword { password, accepted } => self.sets_password(who, password, *accepted),
            Act::Idle { span, signed_out } => self.idle(who, *span, *signed_out),
            Act::SignsIn { told } => self.signs_in(*told),
        }
    }

    fn reaches(&self, who: &ExampleActor, whom: &Whom, how: &WrittenWay, expected: &str) -> ExampleAnswer {
        let (words, clauses) = reach::standing(self.document, (&standing(who)).into(), whom, how);
        ExampleAnswer { words: words.to_owned(), agrees: words == expected, clauses }
    }

    fn views(&self, who: &ExampleActor, what: Data, allowed: bool) -> ExampleAnswer {
        let standing = standing(who);
        let lets = viewing::right(self.document, what, None, None, (&standing).into());
        let sayers = viewing::views(self.document, what);
        ExampleAnswer {
            words: if lets.is_ok() { "allowed" } else { "refused" }.to_owned(),
            agrees: lets.is_ok() == allowed,
            // A refusal rests on the clauses that say who may look.
            clauses: match lets {
                Ok((clause, _)) => vec![clause.id.clone()],
                Err(_) => sayers.map(|(clause, _)| clause.id.clone()).collect(),
            },
        }
    }

    fn sees(&self, who: &ExampleActor, sight: Sight, allowed: bool) -> ExampleAnswer {
        let standing = standing(who);
        let live = viewing::seen_live(self.rules, (&standing).into());
        let is_live = self.document.audiences.iter().any(|audience| live.contains(audience));
        let sees = |view: &View| match sight {
            Sight::Helplines => viewing::sees_help(view, &self.document.roles, (&standing).into()),
            Sight::Live => is_live && viewing::may_see_live(view, (&standing).into()),
        };
        let of_web = || viewing::views(self.document, Data::Web);
        let lets = of_web().find(|(_, view)| sees(view));
        ExampleAnswer {
            words: if lets.is_some() { "allowed" } else { "refused" }.to_owned(),
            agrees: lets.is_some() == allowed,
            clauses: match lets {
                Some((clause, _)) => vec![clause.id.clone()],
                None => of_web().map(|(clause, _)| clause.id.clone()).collect(),
            },
        }
    }

    fn sets_password(&self, who: &ExampleActor, password: &str, accepted: bool) -> ExampleAnswer {
        let own_details: Vec<&str> = who.name.as_deref().into_iter().collect();
        let problems = self.rules.check_password((&standing(who)).into(), password, &own_details);
        let clauses = problems.iter().filter_map(|problem| Some(self.rules.citation(problem.citation?).clause.clone()));
        ExampleAnswer {
            words: if problems.is_empty() { "accepted" } else { "refused" }.to_owned(),
            agrees: problems.is_empty() == accepted,
            clauses: clauses.collect(),
        }
    }

    fn idle(&self, who: &ExampleActor, span: Span, signed_out: bool) -> ExampleAnswer {
        let limits = self.rules.session_for((&standing(who)).into());
        let last_seen = self.at(None);
        let timetable = self.rules.timetable();
        let now = span.after(&last_seen, &timetable.calendar).map_or(last_seen.timestamp(), |now| now.timestamp());
        let end = limits.idle_end(last_seen.timestamp(), timetable);
        let out = end.is_some_and(|end| end <= now);
        let clause = limits.clause.map(|rule| self.rules.citation(rule).clause.clone());
        ExampleAnswer {
            words: if out { "signed out" } else { "stays in" }.to_owned(),
            agrees: out == signed_out,
            clauses: clause.into_iter().collect(),
        }
    }

    /// Whoever signs in is told the same.
    fn signs_in(&self, told: bool) -> ExampleAnswer {
        let clauses: Vec<String> =
            notices::shown(self.document, Occasion::SignIn).map(|clause| clause.id.clone()).collect();
        let is_told = !clauses.is_empty();
        ExampleAnswer { words: if is_told { "told" } else { "not told" }.to_owned(), agrees: is_told == told, clauses }
    }

    /// A time on a day in term: the first such weekday on or after 12 May 2026, a Tuesday. Without a time, at ten.
    fn at(&self, at: Option<At>) -> Zoned {
        let at = at.unwrap_or(At { day: None, time: Time::constant(10, 0, 0, 0) });
        let weekday = at.day.unwrap_or(Weekday::Tuesday);
        let timetable = self.rules.timetable();
        let in_term = |day: &Date| !timetable.calendar.is_holiday(*day);
        let start = Date::constant(2026, 5, 12);
        let day = (0..3650_i64)
            .map(|days| start.saturating_add(days.days()))
            .find(|day| day.weekday() == weekday && in_term(day))
            .unwrap_or(start);
        let zone = &timetable.time_zone;
        let zoned = day.to_datetime(at.time).to_zoned(zone.clone());
        zoned.unwrap_or_else(|_| Timestamp::UNIX_EPOCH.to_zoned(zone.clone()))
    }
}

fn standing(who: &ExampleActor) -> Standing {
    let roles: RoleSet = who.roles.iter().copied().collect();
    Standing { groups: who.groups.clone(), roles, ..Standing::of(who.audience.unwrap_or(Audience::Staff)) }
}

/// Whether two lists name the same roles, in whatever order.
pub(crate) fn same(left: Option<&[Role]>, right: Option<&[Role]>) -> bool {
    let set = |roles: Option<&[Role]>| roles.unwrap_or_default().iter().copied().collect::<RoleSet>();
    set(left) == set(right)
}

/// A moment as people read it, in the time zone of another: `Friday 15 May 2026 10:00`.
pub(crate) fn shown_moment(at: Timestamp, beside: &Zoned) -> String {
    at.to_zoned(beside.time_zone().clone()).strftime("%A %-d %B %Y %H:%M").to_string()
}

pub(crate) fn names(roles: &[Role], conjunction: &str) -> String {
    join(roles.iter().map(|role| role.name().to_owned()).collect(), conjunction)
}
