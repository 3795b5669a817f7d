//! Running worked examples against compiled rules.

use domain::{
    Address, Audience, CategorySet, GrantId, GrantScope, LiveGrant, Longest, Opens, Outcome, Role, RoleSet, Standing,
};
use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::{Act, Actor, At, Deciding, Example, Routing, Signing};
use crate::document::{Clause, Document};
use crate::kinds::{Agreement, How, Permission, Report, Rule, Signer};
use crate::rules::{Rules, minutes};
use crate::value::join;
use crate::verdict::{Evidence, Moment, Says, Verdict, Visit};

/// What came of one worked example.
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

/// Runs the examples of documents against rules, which are compiled from these documents or from a whole school's.
/// `categories` tells the categories of an address.
pub fn run_examples(
    documents: &[Document],
    rules: &Rules,
    categories: &dyn Fn(&Address) -> CategorySet,
) -> Vec<ExampleOutcome> {
    let mut outcomes = Vec::new();
    for document in documents {
        let run = Run { document, rules, categories };
        let examples = document.clauses.iter().flat_map(|clause| &clause.examples);
        outcomes.extend(examples.map(|example| run.outcome(example)));
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
            Act::Views { what, allowed } => {
                let may = |role: &Role| who.roles.contains(role);
                let clause = self.document.rules().find_map(|(clause, rule)| match rule {
                    Rule::View(view) if view.what.contains(what) && view.who.iter().any(may) => Some(clause),
                    _ => None,
                });
                // A refusal rests on the clauses that say who may look.
                let sayers = || {
                    let says = |rule: &Rule| matches!(rule, Rule::View(view) if view.what.contains(what));
                    let sayers = self.document.rules().filter(|(_, rule)| says(rule));
                    sayers.map(|(clause, _)| clause.id.clone()).collect()
                };
                Answer {
                    words: if clause.is_some() { "allowed" } else { "refused" }.to_owned(),
                    agrees: clause.is_some() == *allowed,
                    clauses: clause.map_or_else(sayers, |clause| vec![clause.id.clone()]),
                }
            }
            Act::SetsPassword { password, accepted } => {
                let problems = self.rules.check_password(&standing(who), password, &[]);
                let clauses = problems.iter().map(|problem| self.rules.citation(problem.citation).clause.clone());
                Answer {
                    words: if problems.is_empty() { "accepted" } else { "refused" }.to_owned(),
                    agrees: problems.is_empty() == *accepted,
                    clauses: clauses.collect(),
                }
            }
            Act::Idle { span, signed_out } => {
                let limits = self.rules.session_for(&standing(who));
                let out = limits.idle.is_some_and(|idle| minutes(*span) >= minutes(idle));
                let clause = limits.clause.map(|rule| self.rules.citation(rule).clause.clone());
                Answer {
                    words: if out { "signed out" } else { "stays in" }.to_owned(),
                    agrees: out == *signed_out,
                    clauses: clause.into_iter().collect(),
                }
            }
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
        let categories = (self.categories)(address);
        let visit = Visit { host: &address.host, path: address.path.as_deref(), categories };
        self.rules.decide(standing, visit, self.moment(at))
    }

    /// A moment on a day in term: the first such weekday on or after 12 May 2026, a Tuesday.
    fn moment(&self, at: Option<At>) -> Moment {
        let at = at.unwrap_or(At { day: None, time: Time::constant(10, 0, 0, 0) });
        let weekday = at.day.unwrap_or(Weekday::Tuesday);
        let timetable = self.rules.timetable();
        let in_term = |day: &Date| !timetable.holidays.iter().any(|(first, last)| first <= day && day <= last);
        let start = Date::constant(2026, 5, 12);
        let day = (0..3650_i64)
            .map(|days| start.saturating_add(days.days()))
            .find(|day| day.weekday() == weekday && in_term(day))
            .unwrap_or(start);
        let zoned = day.to_datetime(at.time).to_zoned(timetable.time_zone.clone());
        let at = zoned.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
        self.rules.moment(at)
    }

    /// A live grant of a permission, for the address's host.
    fn grant(&self, permission: &str, address: &Address) -> LiveGrant {
        let scoped = self
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

    fn permission(&self, id: &str) -> Option<(&Clause, &Permission)> {
        self.document.rules().find_map(|(clause, rule)| match rule {
            Rule::Permission(permission) if &*permission.id == id => Some((clause, permission)),
            _ => None,
        })
    }

    fn signs(&self, who: &Actor, expected: &Signing, clause: Option<&str>) -> Answer {
        let standing = standing(who);
        let concerns = |agreement: &Agreement| match &agreement.who {
            Some(named) => named.concerns(standing.audience, &standing.roles, &[]).is_some(),
            None => self.document.audiences.contains(&standing.audience),
        };
        let owed = self.document.rules().filter_map(|(stands, rule)| match rule {
            Rule::Agreement(agreement) if concerns(agreement) => Some((stands, agreement)),
            _ => None,
        });
        let owed: Vec<(&Clause, &Agreement)> =
            owed.filter(|(stands, _)| clause.is_none_or(|clause| stands.id == clause)).collect();
        // Without a clause named, the agreement that asks the most is the one to see.
        let Some((stands, agreement)) = owed.iter().min_by_key(|(_, agreement)| agreement.how == How::Shown) else {
            let agrees = *expected == Signing::Nothing;
            return Answer {
                words: "nothing".to_owned(),
                agrees,
                clauses: clause.map(str::to_owned).into_iter().collect(),
            };
        };
        let (own, parent) = (agreement.by.contains(&Signer::Own), agreement.by.contains(&Signer::Parent));
        let agrees = match expected {
            Signing::Shown => agreement.how == How::Shown,
            Signing::Nothing => false,
            Signing::Signs { own: wants_own, parent: wants_parent, countersigned_by } => {
                agreement.how == How::Sign
                    && (own, parent) == (*wants_own, *wants_parent)
                    && same(countersigned_by.as_deref(), agreement.countersign.as_deref())
            }
        };
        Answer { words: signing_words(agreement), agrees, clauses: vec![stands.id.clone()] }
    }

    fn asks(&self, who: &Actor, id: &str, expected: &Deciding) -> Answer {
        let Some((clause, permission)) = self.permission(id) else {
            return nothing(format!("no permission '{id}'"));
        };
        let standing = standing(who);
        let may = permission.asks.concerns(standing.audience, &standing.roles, &standing.groups).is_some();
        let longest = permission.longest.unwrap_or(Longest::UntilRevoked);
        let agrees = match expected {
            Deciding::Refused => !may,
            Deciding::By { roles, until } => {
                may && same(Some(roles), Some(&permission.decides)) && until.is_none_or(|until| until == longest)
            }
        };
        let words = if may {
            let until = match longest {
                Longest::UntilRevoked => longest.to_string(),
                other => format!("until {other}"),
            };
            format!("{} decides {until}", names(&permission.decides, "or"))
        } else {
            "refused".to_owned()
        };
        Answer { words, agrees, clauses: vec![clause.id.clone()] }
    }

    fn reports(&self, who: &Actor, id: &str, about: Option<Role>, expected: &Routing) -> Answer {
        let found = self.document.rules().find_map(|(clause, rule)| match rule {
            Rule::Report(report) if &*report.id == id => Some((clause, report)),
            _ => None,
        });
        let Some((clause, report)) = found else { return nothing(format!("no report '{id}'")) };
        let standing = standing(who);
        let may = report.who.concerns(standing.audience, &standing.roles, &standing.groups).is_some();
        let agrees = match expected {
            Routing::Refused => !may,
            Routing::To { roles, within, in_confidence } => {
                may && same(Some(roles), Some(report.route(about)))
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
fn same(left: Option<&[Role]>, right: Option<&[Role]>) -> bool {
    let set = |roles: Option<&[Role]>| roles.unwrap_or_default().iter().copied().collect::<RoleSet>();
    set(left) == set(right)
}

fn names(roles: &[Role], conjunction: &str) -> String {
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

fn routing_words(report: &Report, about: Option<Role>) -> String {
    let mut words = names(report.route(about), "and");
    if let Some(within) = report.within {
        words.push_str(&format!(" within {within}"));
    }
    if report.in_confidence {
        words.push_str(" in confidence");
    }
    words
}
