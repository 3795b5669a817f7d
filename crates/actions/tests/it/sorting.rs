//! What reports are offered by, in what capacity a complaint is written, and that harm does not wait for one.

use std::collections::BTreeMap;

use actions::*;
use domain::{Audience, PolicyId};
use policy::kinds::CHILD_AT_RISK;
use policy::rules::reporting::report_sorting::ReportSort::{self, Breach, Complaint, Harm, Incident, Question, Search};

use crate::reporting::{ids, reported, words, worry};
use crate::test_school::TestSchool;

/// A complaint whose writer is kept in confidence.
const IN_CONFIDENCE: &str = r#"+++
id = "sorted"
title = "What we do"
audiences = ["pupil", "staff", "parent"]
owner = "headteacher"
next_review = "Autumn 2026"
+++

# What we do

## Complaints {#complaints}

```rule
[report]
id = "quiet"
title = "A quiet complaint"
who = ["staff", "parent"]
matter = "complaint"
in-confidence = true
to = ["headteacher"]
```
"#;

/// The reports in an order in which nobody would offer them.
const SORTED: &str = r#"+++
id = "sorted"
title = "What we do"
audiences = ["pupil", "staff", "parent"]
owner = "headteacher"
next_review = "Autumn 2026"
+++

# What we do

## Searches {#searches}

```rule
[report]
id = "search"
title = "A device was searched"
who = ["staff"]
to = ["dsl", "headteacher"]

[register]
id = "device-searches"
title = "Searches"
keeper = ["dsl"]
fields = { device = "text" }
searches = true
```

## The rest {#rest}

```rule
[report]
id = "gone"
title = "Data is gone"
who = ["staff"]
to = ["dsl"]
clock = "72 hours"
before-closing = ["regulator"]
```

```rule
[report]
id = "question"
title = "A question"
who = ["staff"]
matter = "question"
to = ["headteacher"]
```

```rule
[report]
id = "complaint"
title = "A complaint"
who = ["parent"]
matter = "complaint"
to = ["headteacher"]
```

```rule
[report]
id = "damage"
title = "Damage"
to = ["it-staff"]
```

```rule
[report]
id = "unkind"
title = "Somebody is unkind"
matter = "harm"
to = ["headteacher"]
```

```rule
[report]
id = "hurt"
title = "Somebody is hurt"
who = ["staff", "parent"]
to = ["dsl"]
```

```rule
[report]
id = "at-risk"
title = "Somebody may be at risk"
who = ["staff"]
matter = "harm"
to = ["dsl"]
```

```rule
[report]
id = "broken-rule"
title = "Somebody broke a rule"
who = ["staff"]
matter = "incident"
in-confidence = true
to = ["headteacher"]
```
"#;

async fn sorted() -> TestSchool {
    let test = TestSchool::open().await;
    test.install("sorted.md", SORTED).await;
    // Tom teaches here and has a child here.
    test.import("username,name,audience,groups,roles,children\ntom,Tom Kiteswell,staff,9B;science,teacher,ada\n").await;
    test
}

async fn offered(test: &TestSchool, username: &str) -> Vec<ReportForm> {
    let mut forms = test.school.report_forms(Some(&test.actor(username).await)).await.unwrap();
    forms.retain(|form| form.policy == PolicyId(words("sorted")));
    forms
}

fn named(forms: &[ReportForm]) -> Vec<&str> {
    forms.iter().map(|form| form.report.as_str()).collect()
}

#[tokio::test]
async fn harm_is_offered_first_and_what_staff_write_after_they_have_done_something_last() {
    let test = sorted().await;
    let of_tom = offered(&test, "tom").await;
    assert_eq!(
        named(&of_tom),
        ["at-risk", "hurt", "unkind", "broken-rule", "damage", "complaint", "question", "gone", "search"]
    );
    let sorts: Vec<ReportSort> = of_tom.iter().map(|form| form.sort).collect();
    assert_eq!(sorts, [Harm, Harm, Harm, Incident, Incident, Complaint, Question, Breach, Search]);
    assert_eq!(named(&offered(&test, "ada").await), ["unkind", "damage"]);
    assert_eq!(named(&offered(&test, "pat").await), ["hurt", "unkind", "damage", "complaint"]);
    assert_eq!(
        named(&offered(&test, "hal").await),
        ["at-risk", "hurt", "unkind", "broken-rule", "damage", "question", "gone", "search"]
    );
}

fn complaint(test: &TestSchool, report: &str, at_risk: &str) -> Report {
    Report {
        policy: PolicyId(words("sorted")),
        needs: BTreeMap::from([(words(CHILD_AT_RISK), words(at_risk))]),
        ..worry(test, report, "Nobody answers my letters")
    }
}

#[tokio::test]
async fn a_complaint_says_in_what_capacity_it_is_written_whatever_else_somebody_is() {
    let test = sorted().await;
    let forms = offered(&test, "tom").await;
    let of = |report: &str| forms.iter().find(|form| form.report == report).expect("a form").capacities.clone();
    assert_eq!((of("complaint"), of("question")), (vec![Audience::Parent], vec![Audience::Staff]));
    assert_eq!(of("damage"), [], "an incident is nobody's capacity");
    reported(&test, "tom", complaint(&test, "complaint", "no")).await;
    let [case] = ids(&test, "hal").await[..] else { panic!("one case") };
    let page = test.school.concern(&test.actor("hal").await, case).await.unwrap();
    let said = [("May a child be at risk of harm", "No"), ("Written as one of", "Parents and carers")];
    assert_eq!(page.needs, said.map(|(field, answer)| (words(field), words(answer))));
    let hal = test.actor("hal").await;
    let refused = test.school.report(Some(&hal), complaint(&test, "complaint", "no")).await.unwrap_err();
    assert!(matches!(refused, ReportError::NotOpen), "he has no child here: {refused}");
    let other = Report { capacity: Some(Audience::Staff), ..complaint(&test, "complaint", "no") };
    let refused = test.school.report(Some(&test.actor("tom").await), other).await.unwrap_err();
    assert!(matches!(refused, ReportError::ChooseCapacity), "the clause is for parents: {refused}");
}

#[tokio::test]
async fn a_complaint_in_confidence_does_not_say_in_what_capacity_it_is_written() {
    let test = TestSchool::open().await;
    test.install("sorted.md", IN_CONFIDENCE).await;
    reported(&test, "pat", complaint(&test, "quiet", "no")).await;
    let [case] = ids(&test, "hal").await[..] else { panic!("one case") };
    let page = test.school.concern(&test.actor("hal").await, case).await.unwrap();
    assert_eq!(page.needs, [(words("May a child be at risk of harm"), words("No"))]);
    let forms = test.school.report_forms(Some(&test.actor("pat").await)).await.unwrap();
    let quiet = forms.iter().find(|form| form.report == "quiet").expect("it is open to parents");
    assert!(quiet.capacities.is_empty(), "nobody is asked for what is not kept");
}

#[tokio::test]
async fn a_child_at_risk_does_not_wait_for_a_complaint() {
    let test = sorted().await;
    let pat = test.actor("pat").await;
    let refused = test.school.report(Some(&pat), complaint(&test, "complaint", "yes")).await.unwrap_err();
    assert!(matches!(refused, ReportError::HarmFirst), "{refused}");
    assert!(ids(&test, "hal").await.is_empty() && ids(&test, "dee").await.is_empty(), "nothing was sent");
    let unsaid = test.school.report(Some(&pat), complaint(&test, "complaint", "")).await.unwrap_err();
    assert!(matches!(unsaid, ReportError::Answers { .. }), "it has to be said: {unsaid}");
    let after = Report { has_reported_harm: true, ..complaint(&test, "complaint", "") };
    reported(&test, "pat", after).await;
    let [case] = ids(&test, "hal").await[..] else { panic!("one case") };
    let page = test.school.concern(&test.actor("hal").await, case).await.unwrap();
    assert_eq!(page.needs, [(words("Written as one of"), words("Parents and carers"))], "it is not said here");
}

#[tokio::test]
async fn whoever_is_not_signed_in_says_in_what_capacity_they_complain_and_that_they_were_not_stands_beside_it() {
    let test = TestSchool::open().await;
    let text = IN_CONFIDENCE.replace("\"parent\"]\nmatter", "\"parent\", \"unidentified\"]\nmatter");
    test.install("sorted.md", &text).await;
    let capacities = async || {
        let forms = test.school.report_forms(None).await.unwrap();
        forms.into_iter().find(|form| form.report == "quiet").expect("it is open to them").capacities
    };
    assert!(capacities().await.is_empty(), "in confidence it is not kept, and not asked");
    test.install("sorted.md", &text.replace("in-confidence = true\n", "")).await;
    assert_eq!(capacities().await, [Audience::Staff, Audience::Parent, Audience::Unidentified]);
    let unsaid = test.school.report(None, complaint(&test, "quiet", "no")).await.unwrap_err();
    assert!(matches!(unsaid, ReportError::ChooseCapacity), "{unsaid}");
    let other = Report { capacity: Some(Audience::Governor), ..complaint(&test, "quiet", "no") };
    let refused = test.school.report(None, other).await.unwrap_err();
    assert!(matches!(refused, ReportError::ChooseCapacity), "the clause names none: {refused}");
    let parent = || Report { capacity: Some(Audience::Parent), ..complaint(&test, "quiet", "no") };
    let sent = test.school.report(None, parent()).await.unwrap();
    let [case] = ids(&test, "hal").await[..] else { panic!("one case") };
    let page = test.school.concern(&test.actor("hal").await, case).await.unwrap();
    assert_eq!(page.reporter_words, "Somebody who was not signed in");
    assert!(page.needs.contains(&(words("Written as one of"), words("Parents and carers"))), "{:?}", page.needs);
    assert_eq!(sent.code.len(), 12, "it is followed by its code");
    let signed_in = test.school.report_forms(Some(&test.actor("pat").await)).await.unwrap();
    let form = signed_in.iter().find(|form| form.report == "quiet").expect("it is open to her");
    assert_eq!(form.capacities, [Audience::Parent], "of her it is known");
}
