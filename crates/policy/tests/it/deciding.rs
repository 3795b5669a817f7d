//! Which rule wins: a test for each step.

use crate::role;
use domain::{
    Audience, Category, CategorySet, GrantId, GrantScope, Group, Host, LiveGrant, Outcome, PolicyId, RoleSet, Standing,
    Unsigned, Withdrawal,
};
use jiff::Timestamp;
use policy::{Because, Reason, Rules, Says, SchoolFacts, Verdict, Visit, VisitFrom};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// A Tuesday in lessons.
fn lesson() -> Timestamp {
    at("2026-05-12T09:00:00Z")
}

fn rules(policies: &[(&str, &str, &[&str])]) -> Rules {
    let documents: Vec<_> = policies
        .iter()
        .map(|(id, audiences, rules)| {
            let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
            crate::read(&crate::policy_of(id, audiences, &rules))
        })
        .collect();
    crate::compile(&documents)
}

fn visit(rules: &Rules, standing: &Standing, address: &str, categories: &[Category]) -> Verdict {
    visit_at(rules, standing, address, categories, lesson())
}

fn visit_at(rules: &Rules, standing: &Standing, address: &str, categories: &[Category], at: Timestamp) -> Verdict {
    let (host, path) = address.split_once('/').map_or((address, None), |(host, path)| (host, Some(format!("/{path}"))));
    let host = Host::parse(host).expect("a host");
    let categories = categories.iter().copied().collect::<CategorySet>();
    rules.decide(
        standing,
        Visit { host: &host, path: path.as_deref(), categories, from: VisitFrom::AnyDevice, closed: &[] },
        rules.moment(at),
    )
}

fn pupil() -> Standing {
    Standing::of(Audience::Pupil)
}

fn grant(policy: &str, permission: &str, scope: GrantScope) -> LiveGrant {
    LiveGrant {
        id: "00000000000000000000000000000007".parse::<GrantId>().expect("an identifier"),
        policy: PolicyId(policy.to_owned()),
        permission: permission.to_owned(),
        scope,
        from: at("2026-05-12T08:00:00Z"),
        until: Some(at("2026-05-12T10:00:00Z")),
    }
}

fn with(grant: LiveGrant) -> Standing {
    Standing { grants: vec![grant], ..pupil() }
}

const LESSON_SITE: &str = "[permission]\nid = \"lesson-site\"\ntitle = \"t\"\nasks = [\"teacher\"]\ndecides = [\"it-staff\"]\nopens = \"site\"";

#[test]
fn sealed_categories_are_blocked_whatever_else_says() {
    let rules = rules(&[("p", "\"pupil\"", &["[allow]\nsites = [\"bad.example\", \"*\"]"])]);
    let verdict = visit(&rules, &pupil(), "bad.example/", &[Category::Illegal, Category::Helplines]);
    assert_eq!((verdict.outcome, verdict.reason), (Outcome::Blocked, Reason::Sealed));
    assert_eq!(rules.citation(verdict.evidence[0].rule).clause, "sealed");
}

#[test]
fn what_is_always_open_is_open_before_signing_and_under_a_sanction() {
    let document = crate::school();
    let published = policy::Published { document: document.into(), version: domain::Version(1) };
    let always_open = vec!["desk.school.example".parse().expect("a host"), "hub.example/sign".parse().expect("a path")];
    let rules = Rules::compile(&[published], &SchoolFacts { always_open, ..SchoolFacts::default() });
    let unsigned = Unsigned { policy: PolicyId("pupil-use".into()), clause: "signing".into(), parents: None };
    let standing = Standing { unsigned: vec![unsigned], ..pupil() };
    for (address, category) in [
        ("www.childline.org.uk/", Category::Helplines),
        ("desk.school.example/", Category::Adult),
        ("hub.example/sign/me", Category::Games),
    ] {
        let verdict = visit(&rules, &standing, address, &[category]);
        assert_eq!(verdict.reason, Reason::AlwaysOpen, "{address}");
    }
    assert_eq!(visit(&rules, &standing, "hub.example/play", &[]).reason, Reason::NotSigned);
}

#[test]
fn without_a_policy_nobody_unknown_gets_out_and_those_known_do() {
    let rules = rules(&[]);
    assert_eq!(visit(&rules, &Standing::unidentified(), "a.example/", &[]).reason, Reason::NotIdentified);
    assert_eq!(visit(&rules, &pupil(), "a.example/", &[]).reason, Reason::NothingForbids);
}

#[test]
fn a_signature_owed_blocks_and_cites_its_clause() {
    let rules = crate::compile(&[crate::school()]);
    let owed = |policy: &str, clause: &str| Standing {
        unsigned: vec![Unsigned { policy: PolicyId(policy.into()), clause: clause.into(), parents: None }],
        ..pupil()
    };
    let verdict = visit(&rules, &owed("pupil-use", "signing"), "www.bbc.co.uk/", &[]);
    assert_eq!(verdict.reason, Reason::NotSigned);
    let citation = rules.citation(verdict.evidence[0].rule);
    assert_eq!((citation.clause.as_str(), citation.number.as_str(), citation.version.0), ("signing", "2", 3));
    assert_eq!(visit(&rules, &owed("pupil-use", "renamed-since"), "www.bbc.co.uk/", &[]).reason, Reason::NotSigned);
    assert!(visit(&rules, &owed("no-longer-in-force", "signing"), "www.bbc.co.uk/", &[]).is_allowed());
}

#[test]
fn a_sanction_blocks_until_it_ends() {
    let rules = crate::compile(&[crate::school()]);
    let until = Some(at("2026-05-12T10:00:00Z"));
    let withdrawn = Withdrawal {
        policy: PolicyId("elsewhere".into()),
        clause: "x".into(),
        until,
        reason: "Given by the school".into(),
    };
    let standing = Standing { withdrawn: Some(withdrawn), ..pupil() };
    let verdict = visit(&rules, &standing, "www.bbc.co.uk/", &[]);
    assert_eq!((verdict.reason, verdict.evidence[0].says), (Reason::Withdrawn, Says::Withdraws));
    let after = visit_at(&rules, &standing, "www.bbc.co.uk/", &[], at("2026-05-12T10:00:00Z"));
    assert_eq!(after.reason, Reason::NothingForbids);
}

#[test]
fn a_live_grant_opens_what_its_block_closes_and_nothing_else() {
    let block = "[block]\nsites = [\"forums\"]\nunless = \"lesson-site\"";
    let rules = rules(&[("p", "\"pupil\"", &[block, LESSON_SITE, "[block]\nsites = [\"adult\"]"])]);
    let reddit = GrantScope::Site(Host::parse("reddit.com").expect("a host"));
    let standing = with(grant("p", "lesson-site", reddit.clone()));
    let verdict = visit(&rules, &standing, "www.reddit.com/r/chemistry", &[Category::Forums]);
    assert_eq!(verdict.reason, Reason::Granted);
    assert!(matches!(verdict.evidence[0].says, Says::Grants(_)) && verdict.evidence[0].because == Because::Person);
    assert_eq!(rules.citation(verdict.evidence[0].rule).clause, "clause-2");
    assert_eq!(rules.citation(verdict.evidence[1].rule).unless, ["lesson-site"]);
    assert_eq!(visit(&rules, &standing, "quora.com/", &[Category::Forums]).reason, Reason::BlockedByCategory);
    let both = visit(&rules, &standing, "reddit.com/", &[Category::Forums, Category::Adult]);
    assert_eq!(both.reason, Reason::BlockedByCategory);
    assert_eq!(rules.citation(both.evidence[0].rule).clause, "clause-3");
    let late = visit_at(&rules, &standing, "reddit.com/", &[Category::Forums], at("2026-05-12T10:00:00Z"));
    assert_eq!(late.reason, Reason::BlockedByCategory, "a grant has ended at its end");
    for other in [grant("q", "lesson-site", reddit.clone()), grant("p", "another", reddit)] {
        assert!(!visit(&rules, &with(other), "reddit.com/", &[Category::Forums]).is_allowed());
    }
}

#[test]
fn a_grant_for_a_category_opens_a_site_only_where_it_covers_all_that_blocks_it() {
    let block = "[block]\nsites = [\"forums\", \"chat\"]\nunless = \"lesson-site\"";
    let rules = rules(&[("p", "\"pupil\"", &[block, LESSON_SITE])]);
    let standing = with(grant("p", "lesson-site", GrantScope::Category(Category::Forums)));
    assert_eq!(visit(&rules, &standing, "a.example/", &[Category::Forums]).reason, Reason::Granted);
    assert!(!visit(&rules, &standing, "a.example/", &[Category::Forums, Category::Chat]).is_allowed());
}

#[test]
fn a_permission_opens_only_the_categories_that_it_names() {
    let block = "[block]\nsites = [\"forums\", \"chat\"]\nunless = \"lesson-site\"";
    let permission = format!("{LESSON_SITE}\ncategories = [\"forums\"]");
    let rules = rules(&[("p", "\"pupil\"", &[block, &permission])]);
    let standing = with(grant("p", "lesson-site", GrantScope::Site(Host::parse("a.example").expect("a host"))));
    assert!(visit(&rules, &standing, "a.example/", &[Category::Forums]).is_allowed());
    assert!(!visit(&rules, &standing, "a.example/", &[Category::Chat]).is_allowed());
}

#[test]
fn the_longer_host_wins_then_the_longer_path_and_of_equals_the_allow() {
    let rules = rules(&[(
        "p",
        "\"pupil\"",
        &[
            "[block]\nsites = [\"reddit.com\", \"same.example\", \"old.reddit.com/r/play\"]",
            "[allow]\nsites = [\"old.reddit.com\", \"reddit.com/r/chemistry\", \"same.example\"]",
        ],
    )]);
    for (address, reason) in [
        ("reddit.com/", Reason::BlockedByHost),
        ("www.reddit.com/r/physics", Reason::BlockedByHost),
        ("www.reddit.com/r/chemistry/top", Reason::AllowedByHost),
        ("www.reddit.com/r/chemistrylab", Reason::BlockedByHost),
        ("www.reddit.com", Reason::BlockedByHost),
        ("old.reddit.com/r/physics", Reason::AllowedByHost),
        ("old.reddit.com/r/play", Reason::BlockedByHost),
        ("old.reddit.com/r/chemistry/../play", Reason::BlockedByHost),
        ("same.example/", Reason::AllowedByHost),
        ("notreddit.com/", Reason::NothingForbids),
    ] {
        assert_eq!(visit(&rules, &pupil(), address, &[]).reason, reason, "{address}");
    }
}

#[test]
fn a_host_speaks_before_a_category_and_a_category_before_every_site() {
    let rules = rules(&[(
        "p",
        "\"pupil\"",
        &[
            "[block]\nsites = [\"*\"]",
            "[allow]\nsites = [\"education\"]",
            "[block]\nsites = [\"games\", \"quiz.example\"]",
        ],
    )]);
    for (address, categories, reason) in [
        ("a.example/", &[][..], Reason::BlockedByCategory),
        ("a.example/", &[Category::Education][..], Reason::AllowedByCategory),
        ("a.example/", &[Category::Education, Category::Games][..], Reason::AllowedByCategory),
        ("a.example/", &[Category::Games][..], Reason::BlockedByCategory),
        ("quiz.example/", &[Category::Education][..], Reason::BlockedByHost),
    ] {
        assert_eq!(visit(&rules, &pupil(), address, categories).reason, reason, "{address} {categories:?}");
    }
}

#[test]
fn a_rule_speaks_to_whom_it_is_for_and_when() {
    let rules = rules(&[(
        "p",
        "\"pupil\", \"staff\"",
        &[
            "[block]\nsites = [\"games\"]\nfor = [\"pupil\"]\nduring = [\"lessons\"]\nexcept = [\"group:Chess\"]",
            "[block]\nsites = [\"downloads\"]\nexcept = [\"it-staff\"]",
            "[block]\nsites = [\"video\"]\nfor = [\"teacher\", \"group:9B\"]",
        ],
    )]);
    let chess = Standing { groups: vec![Group("Chess".into())], ..pupil() };
    let ninth = Standing { groups: vec![Group("9B".into())], ..pupil() };
    let technician = Standing { roles: RoleSet::from_iter([role("it-staff")]), ..Standing::of(Audience::Staff) };
    let teacher = Standing { roles: RoleSet::from_iter([role("teacher")]), ..Standing::of(Audience::Staff) };
    let because = |standing: &Standing, category| {
        visit(&rules, standing, "a.example/", &[category]).evidence.first().map(|evidence| evidence.because)
    };
    assert_eq!(because(&pupil(), Category::Games), Some(Because::Audience));
    assert_eq!(because(&chess, Category::Games), None);
    assert_eq!(because(&teacher, Category::Games), None);
    assert_eq!(because(&pupil(), Category::Downloads), Some(Because::Everyone));
    assert_eq!(because(&technician, Category::Downloads), None);
    assert_eq!(because(&teacher, Category::Video), Some(Because::Role(role("teacher"))));
    assert_eq!(because(&ninth, Category::Video), Some(Because::Group));
    assert!(visit_at(&rules, &pupil(), "a.example/", &[Category::Games], at("2026-05-12T12:00:00Z")).is_allowed());
}

#[test]
fn a_policy_binds_its_audiences_and_whom_no_policy_names_is_bound_by_all() {
    let rules = rules(&[
        ("pupils", "\"pupil\"", &["[block]\nsites = [\"games\"]"][..]),
        ("staff", "\"staff\"", &["[block]\nsites = [\"chat\"]", "[allow]\nsites = [\"games\"]"][..]),
    ]);
    let blocked = |audience, category| !visit(&rules, &Standing::of(audience), "a.example/", &[category]).is_allowed();
    assert!(blocked(Audience::Pupil, Category::Games) && !blocked(Audience::Pupil, Category::Chat));
    assert!(blocked(Audience::Staff, Category::Chat) && !blocked(Audience::Staff, Category::Games));
    assert!(blocked(Audience::Visitor, Category::Chat) && blocked(Audience::Visitor, Category::Games));
    let binds = |policy: usize, audience| rules.policies()[policy].document.binds(audience);
    for audience in [Audience::Visitor, Audience::Unidentified] {
        assert!(binds(0, audience) && binds(1, audience), "{audience}: what else a policy says goes by the same");
    }
    assert!(!binds(0, Audience::Staff) && !binds(1, Audience::Pupil));
}

#[test]
fn a_block_in_any_policy_stands_and_every_rule_is_evidence() {
    let rules = rules(&[
        ("first", "\"pupil\"", &["[allow]\nsites = [\"a.example\"]"][..]),
        ("second", "\"pupil\"", &["[block]\nsites = [\"games\"]"][..]),
    ]);
    let verdict = visit(&rules, &pupil(), "a.example/", &[Category::Games]);
    assert_eq!(verdict.reason, Reason::BlockedByCategory);
    let said: Vec<(&str, Says)> = verdict
        .evidence
        .iter()
        .map(|evidence| (rules.citation(evidence.rule).policy.0.as_str(), evidence.says))
        .collect();
    assert_eq!(said, [("second", Says::Blocks), ("first", Says::Allows)]);
}

#[test]
fn every_block_holds_for_those_who_have_not_signed_in() {
    let rules = rules(&[(
        "p",
        "\"staff\"",
        &[
            "[block]\nsites = [\"games\"]\nfor = [\"staff\"]\nexcept = [\"it-staff\"]",
            "[allow]\nsites = [\"chess.example\"]\nfor = [\"staff\"]",
            "[allow]\nsites = [\"open.example\"]",
        ],
    )]);
    let nobody = Standing::unidentified();
    let verdict = visit(&rules, &nobody, "chess.example/", &[Category::Games]);
    assert_eq!((verdict.reason, verdict.evidence[0].because), (Reason::BlockedByCategory, Because::NotIdentified));
    assert_eq!(visit(&rules, &nobody, "open.example/", &[Category::Games]).reason, Reason::AllowedByHost);
}

#[test]
fn of_two_blocks_alike_the_one_that_nothing_opens_is_told() {
    let rules = rules(&[(
        "p",
        "\"pupil\"",
        &["[block]\nsites = [\"forums\"]\nunless = \"lesson-site\"", LESSON_SITE, "[block]\nsites = [\"adult\"]"],
    )]);
    let verdict = visit(&rules, &pupil(), "a.example/", &[Category::Forums, Category::Adult]);
    assert_eq!(rules.citation(verdict.evidence[0].rule).clause, "clause-3");
    assert_eq!(verdict.evidence.len(), 2);
}

#[test]
fn search_engines_are_locked_for_those_whom_a_clause_names() {
    let rules = rules(&[(
        "p",
        "\"pupil\", \"staff\"",
        &["[safe-search]\nfor = [\"pupil\"]\nengines = [\"google\", \"youtube\"]"],
    )]);
    let safe = |standing: &Standing, host: &str| visit(&rules, standing, host, &[]).safe_search;
    assert_eq!(safe(&pupil(), "www.google.co.uk"), Some("forcesafesearch.google.com"));
    assert_eq!(safe(&pupil(), "m.youtube.com"), Some("restrict.youtube.com"));
    assert_eq!(safe(&pupil(), "www.bing.com"), None);
    assert_eq!(safe(&Standing::of(Audience::Staff), "www.google.com"), None);
    assert_eq!(safe(&Standing::unidentified(), "www.google.com"), Some("forcesafesearch.google.com"));
    let verdict = visit(&rules, &pupil(), "www.google.com", &[]);
    assert_eq!((verdict.reason, verdict.evidence[0].says), (Reason::NothingForbids, Says::SafeSearch));
    assert_eq!(verdict.deciding(), None);
}
