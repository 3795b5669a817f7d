//! A site that was reported: closed by those who have the report, obeyed at once, listed, and opened again.

use std::collections::BTreeMap;

use actions::*;
use activity::SweepSettings;
use domain::{Audience, CaseId, CaseStep, Host, Outcome, PolicyId, SiteDecision};
use jiff::SignedDuration;

use crate::reporting::{ids, reported, step, words};
use crate::test_school::{PEOPLE, TestSchool};
use testkit::role;

const SITES: &str = r#"+++
id          = "sites"
title       = "Sites"
audiences   = ["pupil", "staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Sites

## A bad site {#bad-site}
Tell us at once.

```rule
[report]
id          = "bad-site"
title       = "A bad site"
to          = ["it-staff"]
refer       = ["headteacher"]
closes-site = "address"
fields      = { address = "site" }
```

## Something else {#other}
Tell us.

```rule
[report]
id     = "other"
title  = "Something else"
to     = ["it-staff"]
fields = { address = "site" }
```
"#;

const REFUSED: (Outcome, &str) = (Outcome::Blocked, "closed-by-report");
const OPEN: (Outcome, &str) = (Outcome::Allowed, "nothing-forbids");

async fn school() -> TestSchool {
    let test = TestSchool::empty().await;
    test.import(PEOPLE).await;
    test.install("sites.md", SITES).await;
    test
}

fn reporting(test: &TestSchool, report: &str, address: &str) -> Report {
    Report {
        policy: PolicyId(words("sites")),
        report: words(report),
        told: words("I saw something"),
        needs: BTreeMap::from([(words("address"), words(address))]),
        chosen: None,
        about: ReportAbout::Nobody,
        pupil: None,
        lost: ReportLost::Nothing,
        capacity: None,
        has_reported_harm: false,
        key: test.school.new_report_key(),
        address: None,
    }
}

/// The newest case of what Ada reports.
async fn case_of(test: &TestSchool, address: &str) -> CaseId {
    let before = ids(test, "ivy").await;
    reported(test, "ada", reporting(test, "bad-site", address)).await;
    let after = ids(test, "ivy").await;
    after.into_iter().find(|id| !before.contains(id)).expect("it came to her")
}

fn decide(host: &str, decision: SiteDecision, reason: &str) -> CaseStep {
    CaseStep::DecideSite { site: Host::parse(host).unwrap(), decision, reason: reason.to_owned() }
}

fn close(host: &str) -> CaseStep {
    decide(host, SiteDecision::Close, "It is violent")
}

async fn gate(test: &TestSchool, host: &str) -> (Outcome, &'static str) {
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    test.gate("ben", host).await
}

async fn site(test: &TestSchool, username: &str, case: CaseId) -> ReportedSite {
    test.school.concern(&test.actor(username).await, case).await.unwrap().site.expect("it is of a site")
}

async fn listed(test: &TestSchool, username: &str) -> Vec<ClosedSiteLine> {
    test.school.closed_sites(&test.actor(username).await).await.unwrap_or_default()
}

async fn reopen(
    test: &TestSchool,
    username: &str,
    site: domain::ClosedSiteId,
    reason: &str,
) -> Result<(), ReopenSiteError> {
    test.school.reopen_site(&test.actor(username).await, ReopenSite { site, reason: reason.to_owned() }).await
}

#[tokio::test]
async fn a_site_is_closed_at_the_gate_before_the_step_is_over_and_opened_again_from_the_list() {
    let test = school().await;
    let case = case_of(&test, "https://www.bad.example/a/page?with=more").await;
    let page = test.school.concern(&test.actor("ivy").await, case).await.unwrap();
    assert_eq!(page.needs, [(words("Address"), words("www.bad.example"))]);
    let of = site(&test, "ivy", case).await;
    assert!(of.may_decide && !of.is_closed && !of.is_always_open && of.may_reopen.is_none());
    let open = "No clause of the school's policy closes this site.";
    assert_eq!(of.says, [(open, vec![Audience::Pupil, Audience::Staff])]);
    assert_eq!(gate(&test, "www.bad.example").await, OPEN);

    let before = test.ledger().await;
    let handled = step(&test, "ivy", case, close("www.bad.example")).await.unwrap();
    assert_eq!(handled.tell, [test.id("ada").await]);
    assert_eq!(gate(&test, "www.bad.example").await, REFUSED);
    assert_eq!(gate(&test, "x.www.bad.example").await, REFUSED);
    assert_eq!(gate(&test, "bad.example").await, OPEN, "nobody reported that");
    let ledger = test.school.case_ledger(&test.actor("ivy").await, case, ListQuery::default()).await.unwrap();
    let row = &ledger.rows[0];
    assert_eq!((test.ledger().await, row.verb.as_str()), (before + 1, "handle-case"));
    assert!(!format!("{row:?}").contains("bad.example"), "{row:?}");
    let of = site(&test, "ivy", case).await;
    assert!(of.is_closed && !of.may_decide);
    assert_eq!(of.says[0].0, "The school has closed this site because it was reported.");

    let [line] = &listed(&test, "ivy").await[..] else { panic!("one site") };
    assert_eq!((line.host.as_str(), line.clause.as_str(), line.case), ("www.bad.example", "bad-site", Some(case)));
    assert_eq!((line.closed_by.name.as_str(), line.reason.as_str()), ("Ivy Lanternfield", "It is violent"));
    assert_eq!(of.may_reopen, Some(line.id));
    let why = WhyIsSite {
        address: words("https://www.bad.example/"),
        who: WhoIs::Audience { audience: Audience::Pupil, groups: Vec::new(), roles: Vec::new() },
        at: None,
    };
    let why = test.school.why_is_site(&test.actor("ivy").await, why).await.unwrap();
    assert_eq!((why.outcome, why.evidence[0].citation.clause.as_str()), (Outcome::Blocked, "bad-site"));

    let no_reason = reopen(&test, "ivy", line.id, " ").await;
    assert!(matches!(no_reason, Err(ReopenSiteError::ReasonMissing)));
    assert_eq!(gate(&test, "www.bad.example").await, REFUSED);
    reopen(&test, "ivy", line.id, "It is mended").await.unwrap();
    assert_eq!(gate(&test, "www.bad.example").await, OPEN);
    let twice = reopen(&test, "ivy", line.id, "It is mended").await;
    assert_eq!(twice.unwrap_err().kind(), ErrorKind::Conflict);
    let line = test.school.closed_site(&test.actor("ivy").await, line.id).await.unwrap();
    assert!(line.opened.is_some_and(|(_, by, reason)| by.name == "Ivy Lanternfield" && reason == "It is mended"));
    let page = test.school.concern(&test.actor("ivy").await, case).await.unwrap();
    let history: Vec<&str> = page.history.iter().map(|line| line.what.as_str()).collect();
    let last =
        ["closed the site, www.bad.example: It is violent", "opened the site again, www.bad.example: It is mended"];
    assert!(history.ends_with(&last), "{history:?}");
    step(&test, "ivy", case, close("www.bad.example")).await.unwrap();
    assert_eq!((gate(&test, "www.bad.example").await, listed(&test, "ivy").await.len()), (REFUSED, 2));
}

#[tokio::test]
async fn whoever_reported_it_is_told_and_reads_what_was_decided_and_why() {
    let test = school().await;
    let case = case_of(&test, "www.bad.example").await;
    let leave_open = decide("www.bad.example", SiteDecision::LeaveOpen, "A class uses it");
    let handled = step(&test, "ivy", case, leave_open).await.unwrap();
    assert_eq!(handled.tell, [test.id("ada").await]);
    assert_eq!(gate(&test, "www.bad.example").await, OPEN);
    assert!(listed(&test, "ivy").await.is_empty());
    let ada = test.actor("ada").await;
    let report = test.school.my_report(&ada, case).await.unwrap();
    assert_eq!(report.progress, "answered");
    assert_eq!(report.answers[0].1, "The school has decided not to close www.bad.example. A class uses it");
    step(&test, "ivy", case, close("www.bad.example")).await.unwrap();
    let report = test.school.my_report(&ada, case).await.unwrap();
    assert_eq!(report.answers[1].1, "The school has closed www.bad.example. It is violent");
}

#[tokio::test]
async fn only_those_who_have_the_report_decide_and_only_about_its_site_with_a_reason() {
    let test = school().await;
    let case = case_of(&test, "www.bad.example").await;
    for username in ["ada", "tom", "hal", "dee", "sam"] {
        assert!(step(&test, username, case, close("www.bad.example")).await.is_err(), "{username}");
    }
    let empty = step(&test, "ivy", case, decide("www.bad.example", SiteDecision::Close, " ")).await.unwrap_err();
    assert_eq!((empty.kind(), empty.field()), (ErrorKind::Invalid, Some("text")));
    let other = step(&test, "ivy", case, close("good.example")).await;
    assert!(matches!(other, Err(HandleCaseError::NoSuchSite { .. })));
    let by_a_step = decide("www.bad.example", SiteDecision::Reopen, "It is mended");
    assert!(
        matches!(step(&test, "ivy", case, by_a_step).await, Err(HandleCaseError::NoSuchSite { .. })),
        "it is not closed"
    );
    assert_eq!((gate(&test, "www.bad.example").await, gate(&test, "good.example").await), (OPEN, OPEN));
    step(&test, "ivy", case, close("www.bad.example")).await.unwrap();
    let twice = step(&test, "ivy", case, close("www.bad.example")).await;
    assert!(matches!(twice, Err(HandleCaseError::SiteIsClosed { .. })));
    let second = case_of(&test, "x.www.bad.example").await;
    assert!(!site(&test, "ivy", second).await.is_closed, "it only lies under one that is");
    step(&test, "ivy", second, close("x.www.bad.example")).await.unwrap();
    let id = site(&test, "ivy", second).await.may_reopen.unwrap();
    reopen(&test, "ivy", id, "It is another's").await.unwrap();
    assert_eq!(gate(&test, "x.www.bad.example").await, REFUSED, "the wider one is closed still");
    let told = test.school.my_report(&test.actor("ada").await, second).await.unwrap().answers;
    assert_eq!(told[1].1, "The school has taken x.www.bad.example off its list of closed sites. It is another's");
    step(&test, "ivy", second, CaseStep::PassOn { to: role("headteacher"), note: String::new() }).await.unwrap();
    assert_eq!(ids(&test, "hal").await, [second]);
}

#[tokio::test]
async fn a_part_that_a_clause_opens_is_not_closed_by_a_wider_site_and_is_closed_for_itself() {
    let test = school().await;
    let opens = "\n## Lessons {#lessons}\nWe use it.\n\n```rule\n[allow]\nsites = [\"class.wide.example\"]\n```\n";
    test.install("sites.md", &format!("{SITES}{opens}")).await;
    let wide = case_of(&test, "wide.example").await;
    step(&test, "ivy", wide, close("wide.example")).await.unwrap();
    assert_eq!(gate(&test, "wide.example").await, REFUSED);
    assert_eq!(gate(&test, "class.wide.example").await, (Outcome::Allowed, "allowed-by-host"));
    let part = case_of(&test, "class.wide.example").await;
    let of = site(&test, "ivy", part).await;
    assert!(!of.is_closed && of.may_decide, "{of:?}");
    let leave_open = decide("class.wide.example", SiteDecision::LeaveOpen, "A class uses it");
    step(&test, "ivy", part, leave_open).await.unwrap();
    step(&test, "ivy", part, close("class.wide.example")).await.unwrap();
    assert_eq!(gate(&test, "class.wide.example").await, REFUSED);
}

#[tokio::test]
async fn a_second_report_of_a_closed_site_leads_to_its_place_in_the_list() {
    let test = school().await;
    let first = case_of(&test, "bad.example").await;
    step(&test, "ivy", first, close("bad.example")).await.unwrap();
    let second = case_of(&test, "bad.example").await;
    let of = site(&test, "ivy", second).await;
    assert!(of.is_closed && !of.may_decide);
    assert_eq!(of.may_reopen, Some(listed(&test, "ivy").await[0].id));
    let told = step(&test, "ivy", second, close("bad.example")).await.unwrap_err().to_string();
    assert!(told.contains("bad.example is closed already") && told.contains("list of closed sites"), "{told}");
}

#[tokio::test]
async fn an_ending_that_many_sites_share_is_never_closed() {
    let test = school().await;
    let case = case_of(&test, "github.io").await;
    assert!(site(&test, "ivy", case).await.is_shared_ending);
    let refused = step(&test, "ivy", case, close("github.io")).await;
    assert!(matches!(refused, Err(HandleCaseError::SharedEnding { .. })));
    assert_eq!(gate(&test, "somebody.github.io").await, OPEN);
}

#[tokio::test]
async fn what_was_reported_in_confidence_closes_nothing_after_the_clause_has_changed_either() {
    let test = TestSchool::empty().await;
    test.import(PEOPLE).await;
    let in_confidence = SITES.replace("closes-site = \"address\"", "in-confidence = true");
    test.install("sites.md", &in_confidence).await;
    let case = case_of(&test, "bad.example").await;
    test.install("sites.md", SITES).await;
    assert!(test.school.concern(&test.actor("ivy").await, case).await.unwrap().site.is_none());
    let refused = step(&test, "ivy", case, close("bad.example")).await;
    assert!(matches!(refused, Err(HandleCaseError::SiteInConfidence)));
    assert_eq!(gate(&test, "bad.example").await, OPEN);
}

#[tokio::test]
async fn what_is_always_open_is_never_closed_and_its_page_says_so() {
    let test = school().await;
    test.know_the_starter_list();
    let case = case_of(&test, "https://www.childline.org.uk/").await;
    let of = site(&test, "ivy", case).await;
    assert!(of.is_always_open && of.may_decide);
    assert_eq!(of.says[0].0, "This site is always open to everybody.");
    let refused = step(&test, "ivy", case, close("www.childline.org.uk")).await;
    assert!(matches!(refused, Err(HandleCaseError::SiteAlwaysOpen { .. })));
    let open = decide("www.childline.org.uk", SiteDecision::LeaveOpen, "It is a helpline");
    step(&test, "ivy", case, open).await.unwrap();
}

#[tokio::test]
async fn a_report_without_an_address_or_of_another_clause_closes_nothing() {
    let test = school().await;
    let case = case_of(&test, " ").await;
    assert!(test.school.concern(&test.actor("ivy").await, case).await.unwrap().site.is_none());
    assert!(matches!(step(&test, "ivy", case, close("bad.example")).await, Err(HandleCaseError::NoSuchSite { .. })));
    let wrong = test.school.report(Some(&test.actor("ada").await), reporting(&test, "bad-site", "the shop")).await;
    let Err(ReportError::Answers { problems }) = wrong else { panic!("it is no address") };
    assert!(problems[0].wrong.to_string().contains("must be the address of a site"), "{problems:?}");
    let before = ids(&test, "ivy").await;
    reported(&test, "ada", reporting(&test, "other", "bad.example")).await;
    let other = ids(&test, "ivy").await.into_iter().find(|id| !before.contains(id)).unwrap();
    assert!(matches!(step(&test, "ivy", other, close("bad.example")).await, Err(HandleCaseError::NoSuchSite { .. })));
    let missing = test.school.report(Some(&test.actor("ada").await), reporting(&test, "other", " ")).await;
    assert!(missing.is_err(), "where no site is closed by it, its field is asked as any other");
}

#[tokio::test]
async fn nobody_opens_what_is_not_theirs_or_was_closed_by_a_report_about_themselves() {
    let test = school().await;
    let case = case_of(&test, "bad.example").await;
    step(&test, "ivy", case, CaseStep::PassOn { to: role("headteacher"), note: String::new() }).await.unwrap();
    step(&test, "ivy", case, close("bad.example")).await.unwrap();
    let id = listed(&test, "ivy").await[0].id;
    assert_eq!(listed(&test, "hal").await.len(), 1, "it has come to him");
    for username in ["ada", "tom", "dee"] {
        assert!(listed(&test, username).await.is_empty(), "{username}");
        assert!(reopen(&test, username, id, "I want it").await.is_err(), "{username}");
    }
    let ivy = test.id("ivy").await;
    step(&test, "hal", case, CaseStep::is_about(ivy)).await.unwrap();
    assert!(listed(&test, "ivy").await.is_empty());
    assert!(matches!(reopen(&test, "ivy", id, "I want it").await, Err(ReopenSiteError::NotFound)));
    assert_eq!(gate(&test, "bad.example").await, REFUSED);
    step(&test, "hal", case, CaseStep::Close { reason: words("It is done") }).await.unwrap();
    assert_eq!(gate(&test, "bad.example").await, REFUSED, "the site outlasts the report");
    reopen(&test, "hal", id, "It is mended").await.unwrap();
    assert_eq!(gate(&test, "bad.example").await, OPEN);
}

#[tokio::test]
async fn another_program_that_opens_the_records_knows_the_list_and_two_policies_close_one_site_each_for_its_own() {
    let test = school().await;
    let case = case_of(&test, "bad.example").await;
    step(&test, "ivy", case, close("bad.example")).await.unwrap();
    let beside = test.beside().await;
    assert_eq!(beside.gate("ben", "bad.example").await, REFUSED);
    let visitors = SITES.replace("id          = \"sites\"", "id          = \"visitors\"");
    test.install("visitors.md", &visitors.replace("[\"pupil\", \"staff\"]", "[\"visitor\"]")).await;
    assert_eq!(test.gate("vic", "bad.example").await, OPEN);
    let report = Report { policy: PolicyId(words("visitors")), ..reporting(&test, "bad-site", "bad.example") };
    reported(&test, "vic", report).await;
    let theirs = ids(&test, "ivy").await.into_iter().find(|id| *id != case).unwrap();
    assert!(!site(&test, "ivy", theirs).await.is_closed, "not by the policy that binds visitors");
    step(&test, "ivy", theirs, close("bad.example")).await.unwrap();
    assert_eq!((test.gate("vic", "bad.example").await, gate(&test, "bad.example").await), (REFUSED, REFUSED));
    let lines = listed(&test, "ivy").await;
    let of_visitors = lines.iter().find(|line| line.policy.0 == "visitors").unwrap();
    reopen(&test, "ivy", of_visitors.id, "It is mended").await.unwrap();
    assert_eq!((test.gate("vic", "bad.example").await, gate(&test, "bad.example").await), (OPEN, REFUSED));
}

#[tokio::test]
async fn a_site_outlasts_its_report_and_its_clause_and_is_opened_by_those_who_are_left() {
    let test = school().await;
    let case = case_of(&test, "bad.example").await;
    step(&test, "ivy", case, CaseStep::PassOn { to: role("headteacher"), note: String::new() }).await.unwrap();
    step(&test, "ivy", case, close("bad.example")).await.unwrap();
    let hal = test.id("hal").await;
    step(&test, "ivy", case, CaseStep::is_about(hal)).await.unwrap();
    step(&test, "ivy", case, CaseStep::Close { reason: words("It is done") }).await.unwrap();
    let id = listed(&test, "ivy").await[0].id;
    let closes_none = SITES.replace("closes-site = \"address\"\n", "");
    test.install("sites.md", &closes_none.replace("[\"it-staff\"]", "[\"record-keeper\"]")).await;
    assert_eq!(listed(&test, "ivy").await.len(), 1, "she has the report by the old clause");
    assert!(matches!(reopen(&test, "hal", id, "I want it").await, Err(ReopenSiteError::NotFound)));

    for _ in 0..5 {
        test.turn(SignedDuration::from_hours(10 * 24));
        test.school.tick().await.unwrap();
        test.sign_in("ada", "lantern-harbour-teapot").await;
    }
    let swept = test.school.sweep_records(&SweepSettings::default()).await.unwrap();
    assert_eq!(swept.removed.get("cases"), Some(&1), "{swept:?}");
    assert_eq!(gate(&test, "bad.example").await, REFUSED);
    let [line] = &listed(&test, "hal").await[..] else { panic!("nobody holds the role that the clause names") };
    assert_eq!((line.id, line.case), (id, None));
    for username in ["tom", "ada"] {
        assert!(reopen(&test, username, id, "I want it").await.is_err(), "{username}");
    }
    reopen(&test, "hal", id, "It is mended").await.unwrap();
    assert_eq!(gate(&test, "bad.example").await, OPEN);
}
