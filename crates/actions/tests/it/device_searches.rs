//! The search of a device, written down of a report: with the second person there whom the clause asks for.

use actions::*;
use domain::{CaseId, CaseLine, CaseStep, LineForm};

use crate::case_lines::today;
use crate::reporting::{SAFETY, ids, reported, school, step, words, worry};
use crate::test_school::TestSchool;

/// The register of searches, as a clause of a policy.
fn searches(second: &str) -> String {
    format!(
        r#"{SAFETY}
## Searching {{#search}}

We may look.

```rule
[register]
id = "searches"
title = "Searches"
keeper = ["dsl", "headteacher"]
fields = {{ device = "text" }}
searches = true
{second}
```
"#
    )
}

async fn searching(second: &str) -> (TestSchool, CaseId) {
    let test = TestSchool::open().await;
    test.install("safety.md", &searches(second)).await;
    reported(&test, "ada", worry(&test, "tell", "A picture")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    (test, case)
}

async fn search(test: &TestSchool, by: &str, beside: &str) -> CaseStep {
    CaseStep::write_down(CaseLine::DeviceSearch {
        device: words("Ben's blue telephone"),
        by: test.id(by).await,
        beside: test.id(beside).await,
        found: words("A grubly picture"),
        deleted: words("The picture"),
        reason: words("It hurts Ada"),
        for_police: true,
        on: today(test),
        clause: String::new(),
    })
}

#[tokio::test]
async fn a_search_stands_in_the_history_and_at_the_top_with_who_was_there_and_the_clause() {
    let (test, case) = searching("").await;
    let taken = search(&test, "dee", "sam").await;
    step(&test, "dan", case, taken).await.unwrap();
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    let day = domain::day_words(today(&test));
    let name = |id| page.receivers.iter().find(|person| person.id == id).expect("a receiver").name.clone();
    let dee = name(test.id("dee").await);
    let [(heading, lines)] = &page.written_down[..] else { panic!("one heading: {:?}", page.written_down) };
    assert_eq!(*heading, "Device searched");
    assert!(lines[0].starts_with(&format!("On {day} by {dee}, with ")), "{lines:?}");
    assert!(
        lines[0].ends_with("Ben's blue telephone. Deleted: The picture. Why: It hurts Ada. It is kept for the police.")
    );
    let history = &page.history.last().expect("a line").what;
    assert!(history.contains("by the clause ‘Searching’"), "{history}");
    assert!(history.contains("Found: A grubly picture. Deleted: The picture. Why: It hurts Ada."), "{history}");
    let sam = test.actor("sam").await;
    assert!(test.school.concern(&sam, case).await.is_err(), "whoever was there does not get the report by it");
}

#[tokio::test]
async fn nobody_searches_alone_and_where_the_clause_names_the_second_person_nobody_else_will_do() {
    let (test, case) = searching("").await;
    let refused = async |test: &TestSchool, by: &str, beside: &str| {
        let taken = search(test, by, beside).await;
        step(test, "dan", case, taken).await.unwrap_err().field()
    };
    assert_eq!(refused(&test, "dee", "dee").await, Some("beside"));
    assert_eq!(refused(&test, "dee", "ben").await, Some("beside"), "a pupil is no second member of staff");
    assert_eq!(refused(&test, "sam", "dee").await, Some("by"), "the clause has others search");
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    assert!(page.written_down.is_empty());
    let (named, case) = searching("second-person = [\"deputy-dsl\"]").await;
    let taken = search(&named, "dee", "sam").await;
    let error = step(&named, "dan", case, taken).await.unwrap_err();
    assert_eq!(error.field(), Some("beside"), "{error}");
    let taken = search(&named, "dee", "dan").await;
    step(&named, "dan", case, taken).await.expect("the deputy is whom the clause names");
}

#[tokio::test]
async fn without_such_a_clause_there_is_no_form_and_nothing_is_written_down() {
    let (test, case) = searching("").await;
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    assert_eq!(page.search_clause.as_deref(), Some("search"));
    assert!(page.line_forms.contains(&LineForm::DeviceSearch));
    let without = school().await;
    reported(&without, "ada", worry(&without, "tell", "A picture")).await;
    let [case] = ids(&without, "dee").await[..] else { panic!("one case") };
    let page = without.school.concern(&without.actor("dee").await, case).await.unwrap();
    assert!(page.search_clause.is_none() && !page.line_forms.contains(&LineForm::DeviceSearch));
    let taken = search(&without, "dee", "sam").await;
    assert!(matches!(step(&without, "dee", case, taken).await, Err(HandleCaseError::NoSuchLine)));
}
