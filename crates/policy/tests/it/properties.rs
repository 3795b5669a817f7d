//! What holds for every policy, person and site.

use crate::role;
use domain::{
    Audience, Category, CategorySet, ClosedSite, GrantId, GrantScope, Group, Host, LiveGrant, Outcome, PolicyId,
    RoleSet, Standing,
};
use jiff::Timestamp;
use policy::rules::reporting::site_reports;
use policy::{Reason, Rules, Verdict, Visit, VisitFrom};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const SITES: [&str; 9] = [
    "\"games\"",
    "\"forums\"",
    "\"education\"",
    "\"*\"",
    "\"reddit.com\"",
    "\"www.reddit.com\"",
    "\"reddit.com/r\"",
    "\"reddit.com/r/chemistry\"",
    "\"chess.example\"",
];
const WHO: [&str; 5] = ["\"everyone\"", "\"pupil\"", "\"staff\"", "\"teacher\"", "\"group:9B\""];
const PERMISSION: &str = "[permission]\nid = \"lesson-site\"\ntitle = \"t\"\nasks = [\"teacher\"]\n\
    decides = [\"it-staff\"]\nopens = \"site\"\nto = \"group\"";

const REPORT: &str = "[report]\nid = \"bad-site\"\ntitle = \"t\"\nto = [\"it-staff\"]\ncloses-site = \"address\"\n\
    fields = { address = \"site\" }";

fn list(items: &[&str]) -> String {
    format!("[{}]", items.join(", "))
}

fn a_rule(kind: &'static str) -> impl Strategy<Value = String> {
    let sites = subsequence(SITES.to_vec(), 1..4);
    let who = subsequence(WHO.to_vec(), 1..3);
    (sites, who, any::<bool>(), any::<bool>()).prop_map(move |(sites, who, during, unless)| {
        let mut rule = format!("[{kind}]\nsites = {}\nfor = {}", list(&sites), list(&who));
        if during {
            rule.push_str("\nduring = [\"lessons\"]");
        }
        if unless && kind == "block" {
            rule.push_str("\nunless = \"lesson-site\"");
        }
        rule
    })
}

fn clauses() -> impl Strategy<Value = Vec<String>> {
    let rule = prop_oneof![a_rule("block"), a_rule("allow"), Just("[safe-search]\nfor = [\"pupil\"]".to_owned())];
    prop::collection::vec(rule, 0..6).prop_map(|mut rules| {
        rules.insert(0, REPORT.to_owned());
        rules.push(PERMISSION.to_owned());
        rules
    })
}

fn people() -> impl Strategy<Value = Standing> {
    let audience = select(vec![Audience::Pupil, Audience::Staff, Audience::Visitor, Audience::Unidentified]);
    let scope = prop_oneof![
        select(vec!["reddit.com", "www.reddit.com", "chess.example"])
            .prop_map(|host| GrantScope::Site(Host::parse(host).expect("a host"))),
        select(vec![Category::Games, Category::Forums]).prop_map(GrantScope::Category),
    ];
    (audience, any::<bool>(), any::<bool>(), prop::option::of(scope)).prop_map(|(audience, teaches, ninth, scope)| {
        Standing {
            roles: if teaches { RoleSet::from_iter([role("teacher")]) } else { RoleSet::new() },
            groups: if ninth { vec![Group("9B".to_owned())] } else { Vec::new() },
            grants: scope.into_iter().map(grant).collect(),
            ..Standing::of(audience)
        }
    })
}

fn grant(scope: GrantScope) -> LiveGrant {
    LiveGrant {
        id: "00000000000000000000000000000001".parse::<GrantId>().expect("an identifier"),
        policy: PolicyId("first".to_owned()),
        permission: "lesson-site".to_owned(),
        scope,
        from: Timestamp::MIN,
        until: None,
    }
}

#[derive(Debug, Clone)]
struct Goes {
    host: Host,
    path: Option<&'static str>,
    categories: CategorySet,
    at: Timestamp,
    /// What the school's own list closes of the host.
    closed: Vec<ClosedSite>,
}

/// Hosts that reports closed, by the report of the first policy, by a clause that is gone, or by the other policy.
fn closings() -> impl Strategy<Value = Vec<ClosedSite>> {
    let hosts = select(vec!["reddit.com", "www.reddit.com", "chess.example", "10.0.0.1"]);
    let by = select(vec![("first", "clause-1"), ("first", "gone"), ("second", "clause-1")]);
    let closing = (hosts, by).prop_map(|(host, (policy, clause))| {
        site_reports::closing(&PolicyId(policy.to_owned()), clause, &Host::parse(host).expect("a host"))
    });
    prop::collection::vec(closing, 0..3)
}

fn visits() -> impl Strategy<Value = Goes> {
    let hosts =
        select(vec!["reddit.com", "www.reddit.com", "old.reddit.com", "chess.example", "www.google.com", "10.0.0.1"]);
    let paths = select(vec![None, Some("/"), Some("/r"), Some("/r/chemistry"), Some("/r/chemistry/x?y"), Some("/rx")]);
    let categories = subsequence(vec![Category::Games, Category::Forums, Category::Education], 0..3);
    let times = select(vec!["2026-05-12T09:00:00Z", "2026-05-16T09:00:00Z"]);
    (hosts, paths, categories, times, closings()).prop_map(|(host, path, categories, at, mut closed)| {
        let host = Host::parse(host).expect("a host");
        closed.retain(|entry| host.is_within(&entry.host));
        Goes { host, path, categories: categories.into_iter().collect(), at: at.parse().expect("a moment"), closed }
    })
}

fn rules(policies: &[(&str, &[String])]) -> Rules {
    let documents: Vec<_> =
        policies.iter().map(|(id, rules)| crate::read(&crate::policy_of(id, "\"pupil\", \"staff\"", rules))).collect();
    crate::compile(&documents)
}

fn decide(rules: &Rules, standing: &Standing, goes: &Goes) -> Verdict {
    let visit = Visit {
        host: &goes.host,
        path: goes.path,
        categories: goes.categories,
        from: VisitFrom::AnyDevice,
        closed: &goes.closed,
    };
    rules.decide(standing, visit, rules.moment(goes.at))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn deciding_is_total_and_carries_its_evidence(clauses in clauses(), person in people(), goes in visits()) {
        let rules = rules(&[("first", &clauses)]);
        let verdict = decide(&rules, &person, &goes);
        prop_assert_eq!(verdict.outcome, verdict.reason.outcome());
        prop_assert_eq!(verdict.deciding().is_some(), verdict.reason != Reason::NothingForbids);
        for evidence in &verdict.evidence {
            prop_assert_eq!(rules.citation(evidence.rule).policy.0.as_str(), "first");
        }
    }

    #[test]
    fn the_order_of_clauses_never_matters(
        (clauses, shuffled) in clauses().prop_flat_map(|clauses| (Just(clauses.clone()), Just(clauses).prop_shuffle())),
        person in people(),
        goes in visits(),
    ) {
        let one = decide(&rules(&[("first", &clauses)]), &person, &goes);
        let other = decide(&rules(&[("first", &shuffled)]), &person, &goes);
        prop_assert_eq!((one.outcome, one.reason, one.safe_search), (other.outcome, other.reason, other.safe_search));
        prop_assert_eq!(one.evidence.len(), other.evidence.len());
    }

    #[test]
    fn another_block_never_opens_anything(clauses in clauses(), block in a_rule("block"), person in people(), goes in visits()) {
        let before = decide(&rules(&[("first", &clauses)]), &person, &goes);
        let more: Vec<String> = clauses.into_iter().chain([block]).collect();
        let after = decide(&rules(&[("first", &more)]), &person, &goes);
        prop_assert!(before.outcome == Outcome::Allowed || after.outcome == Outcome::Blocked);
    }

    #[test]
    fn another_allow_or_grant_never_closes_anything(
        clauses in clauses(), allow in a_rule("allow"), person in people(), goes in visits(),
    ) {
        let rules_before = rules(&[("first", &clauses)]);
        let before = decide(&rules_before, &person, &goes);
        let granted = Standing { grants: vec![grant(GrantScope::Site(goes.host.clone()))], ..person.clone() };
        prop_assert!(before.outcome == Outcome::Blocked || decide(&rules_before, &granted, &goes).is_allowed());
        let more: Vec<String> = clauses.into_iter().chain([allow]).collect();
        let after = decide(&rules(&[("first", &more)]), &person, &goes);
        prop_assert!(before.outcome == Outcome::Blocked || after.outcome == Outcome::Allowed);
    }

    #[test]
    fn what_one_policy_blocks_no_other_opens(first in clauses(), second in clauses(), person in people(), goes in visits()) {
        let alone = decide(&rules(&[("first", &first)]), &person, &goes);
        let together = decide(&rules(&[("first", &first), ("second", &second)]), &person, &goes);
        prop_assert!(alone.outcome == Outcome::Allowed || together.outcome == Outcome::Blocked);
    }

    #[test]
    fn what_is_sealed_is_never_opened(clauses in clauses(), person in people(), goes in visits()) {
        let mut goes = goes;
        goes.categories.insert(Category::Illegal);
        goes.categories.insert(Category::Helplines);
        prop_assert_eq!(decide(&rules(&[("first", &clauses)]), &person, &goes).reason, Reason::Sealed);
    }

    #[test]
    fn reading_never_panics_and_problems_lie_in_the_text(text in "(\\+\\+\\+\n|## A \\{#a|\\}|```rule\n|```example\n|```\n|\\[block\\]\n|sites = |\\[\"|games|\"\\]|\n| -> |pupil opens x|é|\\{\\{|\\}\\}){0,30}") {
        let (_, problems) = policy::parse(&policy::Source::new("x.md", text.clone()), domain::Roles::ready());
        for problem in problems {
            prop_assert!(text.get(problem.span.clone()).is_some(), "{:?}", problem);
            prop_assert!(problem.line as usize <= text.lines().count().max(1) + 1);
        }
    }
}
