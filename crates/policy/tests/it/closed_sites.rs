//! Sites that the school closes by a report: what the gate says of them, and what the report's form asks.

use std::collections::BTreeMap;

use domain::{
    Audience, Category, CategorySet, ClosedSite, FieldAnswer, FormChecks, GrantId, GrantScope, Host, LiveGrant,
    Outcome, PolicyId, Standing, TextLimits,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use policy::rules::reporting::{self, site_reports};
use policy::{Because, Document, Reason, Rules, Says, Verdict, Visit, VisitFrom};

const REPORT: &str = "[report]\nid = \"bad-site\"\ntitle = \"A bad site\"\nto = [\"it-staff\"]\nneeds = [\"when\"]\n\
    closes-site = \"address\"\nfields = { address = \"site\" }";
const ALLOW: &str = "[allow]\nsites = [\"same.example\", \"part.example/lessons\", \"class.wide.example\"]";
const BLOCK: &str = "[block]\nsites = [\"reddit.com\"]\nunless = \"lesson-site\"";
const PERMISSION: &str = "[permission]\nid = \"lesson-site\"\ntitle = \"t\"\nasks = [\"teacher\"]\n\
    decides = [\"it-staff\"]\nopens = \"site\"";

fn document(id: &str, audiences: &str, rules: &[&str]) -> Document {
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    crate::read(&crate::policy_of(id, audiences, &rules))
}

fn pupils() -> Rules {
    crate::compile(&[document("p", "\"pupil\"", &[REPORT, ALLOW, BLOCK, PERMISSION])])
}

fn host(text: &str) -> Host {
    Host::parse(text).expect("a host")
}

fn closed(policy: &str, clause: &str, site: &str) -> ClosedSite {
    site_reports::closing(&PolicyId(policy.to_owned()), clause, &host(site))
}

fn now() -> Timestamp {
    "2026-05-12T09:00:00Z".parse().expect("a moment")
}

/// What the gate says of a site while this one is closed by clause 1 of `p`.
fn with_closed(rules: &Rules, standing: &Standing, site: &str, address: &str, categories: &[Category]) -> Verdict {
    let entry = closed("p", "clause-1", site);
    let (name, path) = address.split_once('/').map_or((address, None), |(name, path)| (name, Some(format!("/{path}"))));
    let (host, categories) = (host(name), categories.iter().copied().collect::<CategorySet>());
    let list: Vec<ClosedSite> = [entry].into_iter().filter(|entry| host.is_within(&entry.host)).collect();
    let visit = Visit { host: &host, path: path.as_deref(), categories, from: VisitFrom::AnyDevice, closed: &list };
    rules.decide(standing, visit, rules.moment(now()))
}

fn pupil() -> Standing {
    Standing::of(Audience::Pupil)
}

#[test]
fn a_closed_site_is_blocked_with_all_under_it_by_the_clause_of_the_report() {
    let rules = pupils();
    for address in ["bad.example", "www.bad.example", "bad.example/page"] {
        let verdict = with_closed(&rules, &pupil(), "bad.example", address, &[]);
        assert_eq!((verdict.outcome, verdict.reason), (Outcome::Blocked, Reason::ClosedByReport), "{address}");
        let deciding = verdict.deciding().expect("it has a reason");
        assert_eq!(rules.citation(deciding.rule).clause, "clause-1");
        assert_eq!(deciding.because, Because::Everyone);
    }
    for address in ["example", "worse-bad.example", "good.example"] {
        assert!(with_closed(&rules, &pupil(), "bad.example", address, &[]).is_allowed(), "{address}");
    }
}

#[test]
fn it_closes_before_a_clause_that_opens_the_same_host_and_after_one_that_opens_a_part_of_it() {
    let rules = pupils();
    let says = |site, address| with_closed(&rules, &pupil(), site, address, &[]).reason;
    assert_eq!(says("same.example", "same.example"), Reason::ClosedByReport);
    assert_eq!(says("example", "same.example"), Reason::AllowedByHost);
    assert_eq!(says("wide.example", "class.wide.example"), Reason::AllowedByHost);
    assert_eq!(says("wide.example", "wide.example"), Reason::ClosedByReport);
    assert_eq!(says("part.example", "part.example/lessons/1"), Reason::AllowedByHost);
    assert_eq!(says("part.example", "part.example/games"), Reason::ClosedByReport);
}

#[test]
fn of_a_clause_that_says_more_the_report_alone_is_cited_whatever_stands_first() {
    let block = "[block]\nsites = [\"other.example\"]\nreason = \"It is loud\"\nunless = \"lesson-site\"";
    let allow = "[allow]\nsites = [\"bad.example\"]";
    for first in [block, allow] {
        let clause = format!("{first}\n\n{REPORT}");
        let rules = crate::compile(&[document("p", "\"pupil\"", &[clause.as_str(), PERMISSION])]);
        let verdict = with_closed(&rules, &pupil(), "bad.example", "bad.example", &[]);
        assert_eq!((verdict.outcome, verdict.reason), (Outcome::Blocked, Reason::ClosedByReport));
        let deciding = verdict.deciding().expect("it has a reason");
        let citation = rules.citation(deciding.rule);
        assert_eq!((citation.clause.as_str(), citation.kind), ("clause-1", Some("report")));
        assert!(citation.reason.is_none() && citation.unless.is_empty(), "{citation:?}");
        assert_eq!(rules.openers(citation).count(), 0, "no permission opens it");
        let allows = verdict.evidence.iter().filter(|evidence| evidence.says == Says::Allows);
        assert_eq!(allows.count(), usize::from(first == allow), "what the clause opens is said apart");
    }
}

#[test]
fn a_clause_that_reports_nothing_any_more_closes_by_its_policy() {
    let changed = crate::compile(&[document("p", "\"pupil\"", &[BLOCK, PERMISSION])]);
    let verdict = with_closed(&changed, &pupil(), "bad.example", "bad.example", &[]);
    let citation = changed.citation(verdict.deciding().expect("it has a reason").rule);
    assert_eq!((citation.policy.0.as_str(), citation.clause.as_str()), ("p", ""));
}

#[test]
fn neither_what_is_always_open_is_closed_nor_what_is_sealed_cited_otherwise() {
    let rules = pupils();
    let says = |category| with_closed(&rules, &pupil(), "bad.example", "bad.example", &[category]).reason;
    assert_eq!(says(Category::Helplines), Reason::AlwaysOpen);
    assert_eq!(says(Category::Illegal), Reason::Sealed);
}

#[test]
fn no_grant_opens_it() {
    let rules = pupils();
    let grant = LiveGrant {
        id: "00000000000000000000000000000007".parse::<GrantId>().expect("an identifier"),
        policy: PolicyId("p".to_owned()),
        permission: "lesson-site".to_owned(),
        scope: GrantScope::Site(host("reddit.com")),
        from: now(),
        until: None,
    };
    let granted = Standing { grants: vec![grant], ..pupil() };
    assert_eq!(with_closed(&rules, &granted, "bad.example", "reddit.com", &[]).reason, Reason::Granted);
    assert_eq!(with_closed(&rules, &granted, "reddit.com", "reddit.com", &[]).reason, Reason::ClosedByReport);
}

#[test]
fn it_is_closed_to_those_whom_the_policy_of_the_report_binds_and_to_the_unidentified() {
    let staff = document("s", "\"staff\"", &["[allow]\nsites = [\"bad.example\"]"]);
    let both = crate::compile(&[document("p", "\"pupil\"", &[REPORT]), staff]);
    let says = |audience| with_closed(&both, &Standing::of(audience), "bad.example", "bad.example", &[]);
    assert_eq!(says(Audience::Pupil).reason, Reason::ClosedByReport);
    assert_eq!(says(Audience::Staff).reason, Reason::AllowedByHost);
    assert_eq!(says(Audience::Unidentified).reason, Reason::ClosedByReport);
    assert_eq!(says(Audience::Visitor).reason, Reason::ClosedByReport, "no policy names them, so all bind them");
}

#[test]
fn a_clause_that_is_gone_closes_by_its_policy_and_a_policy_that_is_gone_closes_nothing() {
    let changed = crate::compile(&[document("p", "\"pupil\"", &[])]);
    let verdict = with_closed(&changed, &pupil(), "bad.example", "bad.example", &[]);
    assert_eq!(verdict.reason, Reason::ClosedByReport);
    let citation = changed.citation(verdict.deciding().expect("it has a reason").rule);
    assert_eq!((citation.policy.0.as_str(), citation.clause.as_str()), ("p", ""));
    let gone = crate::compile(&[document("other", "\"pupil\"", &[])]);
    assert!(with_closed(&gone, &pupil(), "bad.example", "bad.example", &[]).is_allowed());
}

#[test]
fn the_form_takes_a_whole_address_as_its_host_or_nothing_and_no_words() {
    let document = document("p", "\"pupil\"", &[REPORT]);
    let (_, report) = reporting::report(&document, "bad-site").expect("it is there");
    let read = |address: Option<&str>| {
        let typed = [("when", Some("Now")), ("address", address)];
        let typed: BTreeMap<String, String> =
            typed.into_iter().filter_map(|(field, text)| Some((field.to_owned(), text?.to_owned()))).collect();
        let checks =
            FormChecks { limits: TextLimits::default(), zone: &TimeZone::UTC, person: &|_| None, is_group: &|_| false };
        reporting::answers(report, &typed, false, &checks, now())
    };
    let pasted = read(Some(" https://www.bad.example:8443/a/page?with=more#there ")).expect("it is an address");
    assert_eq!(site_reports::reported_site(Some(report), &pasted), Some(&host("www.bad.example")));
    for empty in [None, Some(""), Some("  ")] {
        let answers = read(empty).expect("nobody has to know it");
        assert_eq!(answers.keys().collect::<Vec<_>>(), ["when"]);
        assert_eq!(site_reports::reported_site(Some(report), &answers), None);
    }
    let problems = read(Some("the shop")).expect_err("it is none");
    let told: Vec<String> = problems.iter().map(|problem| problem.wrong.to_string()).collect();
    assert_eq!(told, ["‘Address’ must be the address of a site, such as www.example.org."]);
    let words = BTreeMap::from([("address".to_owned(), FieldAnswer::Text("bad.example".to_owned()))]);
    assert_eq!(site_reports::reported_site(Some(report), &words), None, "as an older form had it");
}

#[test]
fn an_ending_that_many_sites_share_is_told_from_a_site() {
    for shared in ["co.uk", "sch.uk", "github.io", "com"] {
        assert!(site_reports::is_shared_ending(&host(shared)), "{shared}");
    }
    for one in ["bad.example", "somebody.github.io", "shop.co.uk", "192.0.2.7", "2001:db8::1"] {
        assert!(!site_reports::is_shared_ending(&host(one)), "{one}");
    }
}

/// The steps of a story that don't hold.
fn failed(steps: &str) -> Vec<String> {
    let text = crate::policy_of("p", "\"pupil\", \"staff\"", &[REPORT.to_owned()]);
    let document = crate::read(&format!("{text}\n```story\n{steps}\n```\n"));
    let rules = crate::compile(std::slice::from_ref(&document));
    let outcomes = policy::run_examples(&[document], &rules, &|_| CategorySet::EMPTY);
    let failed = outcomes.into_iter().filter(|outcome| !outcome.passed);
    failed.map(|outcome| format!("{} | got {}", outcome.text, outcome.got)).collect()
}

#[test]
fn a_story_has_the_site_closed_by_those_who_have_the_report_and_by_nobody_else() {
    let holds = "Monday 09:00: pupil reports bad-site, with address \"https://bad.example/x\" -> it-staff #clause-1\n\
         09:10: pupil opens https://bad.example/ -> allowed\n\
         09:20: staff closes the site of bad-site because I say so -> refused #clause-1\n\
         09:20: it-staff closes the site of bad-site -> refused #clause-1\n\
         09:30: it-staff closes the site of bad-site because it is violent -> allowed #clause-1\n\
         09:30: pupil follows bad-site -> answered #clause-1\n\
         09:30: pupil opens https://www.bad.example/ -> blocked #clause-1\n\
         09:40: it-staff leaves open the site of bad-site because it is not -> refused #clause-1\n\
         09:50: staff reopens the site of bad-site because I say so -> refused #clause-1\n\
         09:50: it-staff reopens the site of bad-site -> refused #clause-1\n\
         10:00: it-staff closes bad-site because it is done -> allowed #clause-1\n\
         10:10: it-staff reopens the site of bad-site because it is mended -> allowed #clause-1\n\
         10:20: pupil opens https://bad.example/ -> allowed";
    assert_eq!(failed(holds), Vec::<String>::new());
    let fails = "Monday 09:00: pupil reports bad-site, without address -> it-staff #clause-1\n\
         09:30: it-staff closes the site of bad-site because it is violent -> allowed #clause-1";
    assert_eq!(failed(fails).len(), 1);
}

#[test]
fn a_story_closes_no_ending_that_many_sites_share() {
    let steps = "Monday 09:00: pupil reports bad-site, with address \"github.io\" -> it-staff #clause-1\n\
         09:10: it-staff closes the site of bad-site because it is violent -> refused #clause-1\n\
         09:20: pupil opens https://somebody.github.io/ -> allowed\n\
         09:30: it-staff leaves open the site of bad-site because it is many -> allowed #clause-1";
    assert_eq!(failed(steps), Vec::<String>::new());
}
