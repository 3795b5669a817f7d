//! Running worked examples against compiled rules.

use domain::{
    Address, Audience, CategorySet, GrantId, GrantScope, LiveGrant, Longest, Opens, Outcome, Role, RoleSet, Span,
    Standing,
};
use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan, Zoned};
use serde::Serialize;

use super::{Act, Actor, At, Deciding, Example, Routing, Signing};
use crate::document::Document;
use crate::kinds::{Agreement, Data, How, Report, Signer};
use crate::rules::{Rules, asking, deciding, reporting, signing, viewing};
use crate::somebody::Somebody;
use crate::story;
use crate::value::join;
use crate::verdict::{Evidence, Says, Verdict, Visit};

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
struct Answer {
    words: String,
    /// Whether the words are what the example asks for.
    agrees: bool,
    clauses: Vec<String>,
}

/// Runs the examples and stories of documents against rules, which are compiled from these documents or from a whole school's.
/// `categories` tells the categories of an address.
pub fn run_examples(
    documents: &[Document],
    rules: &Rules,
    categories: &dyn Fn(&Address) -> CategorySet,
) -> Vec<ExampleOutcome> {
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

    fn answer(&self, example: &Example) -> Answer {
        let who = &example.who;
        match &example.act {
            Act::Opens { address, at, with, allowed } => self.opens(who, address, *at, with, *allowed),
            Act::Signs { expected } => self.signs(who, expected, example.clause.as_deref()),
            Act::Asks { permission, expected } => self.asks(who, permission, expected),
            Act::Reports { report, about, expected } => self.reports(who, report, *about, expected),
            Act::Searches { text, safe } => self.searches(who, text, *safe),
            Act::Views { what, allowed } => self.views(who, *what, *allowed),
            Act::SetsPassword { password, accepted } => self.sets_password(who, password, *accepted),
            Act::Idle { span, signed_out } => self.idle(who, *span, *signed_out),
        }
    }

    fn views(&self, who: &Actor, what: Data, allowed: bool) -> Answer {
        let standing = standing(who);
        let lets = viewing::right(self.document, what, None, (&standing).into());
        let sayers = viewing::views(self.document, what);
        Answer {
            words: if lets.is_ok() { "allowed" } else { "refused" }.to_owned(),
            agrees: lets.is_ok() == allowed,
            // A refusal rests on the clauses that say who may look.
            clauses: match lets {
                Ok((clause, _)) => vec![clause.id.clone()],
                Err(_) => sayers.map(|(clause, _)| clause.id.clone()).collect(),
            },
        }
    }

    fn sets_password(&self, who: &Actor, password: &str, accepted: bool) -> Answer {
        let problems = self.rules.check_password((&standing(who)).into(), password, &[]);
        let clauses = problems.iter().map(|problem| self.rules.citation(problem.citation).clause.clone());
        Answer {
            words: if problems.is_empty() { "accepted" } else { "refused" }.to_owned(),
            agrees: problems.is_empty() == accepted,
            clauses: clauses.collect(),
        }
    }

    fn idle(&self, who: &Actor, span: Span, signed_out: bool) -> Answer {
        let limits = self.rules.session_for((&standing(who)).into());
        let last_seen = self.at(None);
        let now = span.after(&last_seen).timestamp();
        let end = limits.idle_end(last_seen.timestamp(), last_seen.time_zone());
        let out = end.is_some_and(|end| end <= now);
        let clause = limits.clause.map(|rule| self.rules.citation(rule).clause.clone());
        Answer {
            words: if out { "signed out" } else { "stays in" }.to_owned(),
            agrees: out == signed_out,
            clauses: clause.into_iter().collect(),
        }
    }

    fn opens(&self, who: &Actor, address: &Address, at: Option<At>, with: &[String], allowed: bool) -> Answer {
        let mut standing = standing(who);
        standing.grants = with.iter().map(|permission| self.grant(permission, address)).collect();
        let verdict = self.decide(&standing, address, at);
        Answer {
            words: if verdict.is_allowed() { "allowed" } else { "blocked" }.to_owned(),
            agrees: verdict.is_allowed() == allowed,
            clauses: self.deciding_clauses(&verdict),
        }
    }

    /// The clause that decided. A grant rests on the clause that gives the permission and on the one that it opens;
    /// where rules of several clauses say the same with the same strength, each of them decides.
    fn deciding_clauses(&self, verdict: &Verdict) -> Vec<String> {
        let Some(deciding) = verdict.deciding() else { return Vec::new() };
        let alike = |evidence: &&Evidence| match deciding.says {
            Says::Grants(_) => matches!(evidence.says, Says::Grants(_) | Says::Blocks),
            says => evidence.says == says && evidence.category.is_some() == deciding.category.is_some(),
        };
        let alike = verdict.evidence.iter().filter(alike);
        alike.map(|evidence| self.rules.citation(evidence.rule).clause.clone()).collect()
    }

    fn decide(&self, standing: &Standing, address: &Address, at: Option<At>) -> Verdict {
        let address = address.clone().seen_by_the_gate();
        let categories = (self.categories)(&address);
        let visit = Visit { host: &address.host, path: address.path.as_deref(), categories };
        self.rules.decide(standing, visit, self.rules.moment(self.at(at).timestamp()))
    }

    /// A time on a day in term: the first such weekday on or after 12 May 2026, a Tuesday. Without a time, at ten.
    fn at(&self, at: Option<At>) -> Zoned {
        let at = at.unwrap_or(At { day: None, time: Time::constant(10, 0, 0, 0) });
        let weekday = at.day.unwrap_or(Weekday::Tuesday);
        let timetable = self.rules.timetable();
        let in_term = |day: &Date| !timetable.holidays.iter().any(|(first, last)| first <= day && day <= last);
        let start = Date::constant(2026, 5, 12);
        let day = (0..3650_i64)
            .map(|days| start.saturating_add(days.days()))
            .find(|day| day.weekday() == weekday && in_term(day))
            .unwrap_or(start);
        let zone = &timetable.time_zone;
        let zoned = day.to_datetime(at.time).to_zoned(zone.clone());
        zoned.unwrap_or_else(|_| Timestamp::UNIX_EPOCH.to_zoned(zone.clone()))
    }

    /// A live grant of a permission, for the address's host.
    fn grant(&self, permission: &str, address: &Address) -> LiveGrant {
        let scoped = self
            .document
            .permission(permission)
            .is_none_or(|(_, permission)| matches!(permission.opens, Opens::Site | Opens::Category));
        LiveGrant {
            id: "00000000000000000000000000000000".parse::<GrantId>().expect("nought is an identifier"),
            policy: self.document.id.clone(),
            permission: permission.to_owned(),
            scope: if scoped { GrantScope::Site(address.host.clone()) } else { GrantScope::Words(String::new()) },
            from: Timestamp::MIN,
            until: None,
        }
    }

    /// Without a clause named, the agreement that asks the most is the one to see.
    fn signs(&self, who: &Actor, expected: &Signing, clause: Option<&str>) -> Answer {
        let standing = standing(who);
        let somebody = Somebody::from(&standing);
        let asked = match clause.map(|clause| self.document.clause(clause)) {
            None => signing::agreements(self.document, somebody).first().copied(),
            Some(clause) => {
                clause.and_then(|clause| Some((clause, signing::agreement_of(clause, self.document, somebody)?)))
            }
        };
        let Some((stands, agreement)) = asked else {
            let agrees = *expected == Signing::Nothing;
            return Answer {
                words: "nothing".to_owned(),
                agrees,
                clauses: clause.map(str::to_owned).into_iter().collect(),
            };
        };
        Answer {
            words: signing_words(agreement),
            agrees: is_asked(agreement, expected),
            clauses: vec![stands.id.clone()],
        }
    }

    fn asks(&self, who: &Actor, id: &str, expected: &Deciding) -> Answer {
        let Some((clause, permission)) = self.document.permission(id) else {
            return nothing(format!("no permission '{id}'"));
        };
        let standing = standing(who);
        let may = asking::may_ask(self.document, permission, (&standing).into());
        let decides = deciding::deciders(Some(permission), None);
        let now = self.at(None);
        let end = deciding::latest_end(permission, now.timestamp(), now.time_zone());
        let ends = |until: Longest| until.end(&now).map(|end| end.timestamp()) == end;
        let agrees = match expected {
            Deciding::Refused => !may,
            Deciding::By { roles, until } => may && same(Some(roles), Some(&decides)) && until.is_none_or(ends),
        };
        let words = if may {
            let until = match permission.longest {
                None | Some(Longest::UntilRevoked) => Longest::UntilRevoked.to_string(),
                Some(other) => format!("until {other}"),
            };
            format!("{} decides {until}", names(&decides, "or"))
        } else {
            "refused".to_owned()
        };
        Answer { words, agrees, clauses: vec![clause.id.clone()] }
    }

    fn reports(&self, who: &Actor, id: &str, about: Option<Role>, expected: &Routing) -> Answer {
        let Some((clause, report)) = reporting::report(self.document, id) else {
            return nothing(format!("no report '{id}'"));
        };
        let may = reporting::may_report(self.document, report, (&standing(who)).into());
        let agrees = match expected {
            Routing::Refused => !may,
            Routing::To { roles, within, in_confidence } => {
                may && same(Some(roles), Some(reporting::receivers(report, about)))
                    && within.is_none_or(|within| report.within == Some(within))
                    && (!in_confidence || report.in_confidence)
            }
        };
        let words = if may { routing_words(report, about) } else { "refused".to_owned() };
        Answer { words, agrees, clauses: vec![clause.id.clone()] }
    }

    /// A search with Google stands for all engines that are locked to safe results.
    fn searches(&self, who: &Actor, text: &str, safe: bool) -> Answer {
        let words = text.split_whitespace().collect::<Vec<_>>().join("+");
        let address = Address::parse("https://www.google.com/search").expect("an address");
        let address = Address { path: Some(format!("/search?q={words}")), ..address };
        let verdict = self.decide(&standing(who), &address, None);
        let locks = verdict.evidence.iter().filter(|evidence| evidence.says == Says::SafeSearch);
        let clauses: Vec<String> = locks.map(|evidence| self.rules.citation(evidence.rule).clause.clone()).collect();
        let words = match (verdict.outcome, verdict.safe_search) {
            (Outcome::Blocked, _) => "blocked",
            (_, Some(_)) => "safe",
            (_, None) => "plain",
        };
        Answer { words: words.to_owned(), agrees: words == if safe { "safe" } else { "plain" }, clauses }
    }
}

fn nothing(words: String) -> Answer {
    Answer { words, agrees: false, clauses: Vec::new() }
}

fn standing(who: &Actor) -> Standing {
    let roles: RoleSet = who.roles.iter().copied().collect();
    Standing { groups: who.groups.clone(), roles, ..Standing::of(who.audience.unwrap_or(Audience::Staff)) }
}

/// Whether two lists name the same roles, in whatever order.
pub(crate) fn same(left: Option<&[Role]>, right: Option<&[Role]>) -> bool {
    let set = |roles: Option<&[Role]>| roles.unwrap_or_default().iter().copied().collect::<RoleSet>();
    set(left) == set(right)
}

pub(crate) fn names(roles: &[Role], conjunction: &str) -> String {
    join(roles.iter().map(|role| role.name().to_owned()).collect(), conjunction)
}

fn signing_words(agreement: &Agreement) -> String {
    if agreement.how == How::Shown {
        return "shown".to_owned();
    }
    let signers = agreement.by.iter().map(|signer| signer.name().to_owned()).collect();
    match &agreement.countersign {
        Some(roles) => format!("{} then countersigner {}", join(signers, "and"), names(roles, "or")),
        None => join(signers, "and"),
    }
}

fn is_asked(agreement: &Agreement, expected: &Signing) -> bool {
    match expected {
        Signing::Shown => agreement.how == How::Shown,
        Signing::Nothing => false,
        Signing::Signs { own, parent, countersigned_by } => {
            agreement.how == How::Sign
                && agreement.by.contains(&Signer::Own) == *own
                && agreement.by.contains(&Signer::Parent) == *parent
                && same(countersigned_by.as_deref(), agreement.countersign.as_deref())
        }
    }
}

fn routing_words(report: &Report, about: Option<Role>) -> String {
    let mut words = names(reporting::receivers(report, about), "and");
    if let Some(within) = report.within {
        words.push_str(&format!(" within {within}"));
    }
    if report.in_confidence {
        words.push_str(" in confidence");
    }
    words
}
