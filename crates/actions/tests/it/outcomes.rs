//! What came of a report: written down by whoever closes it, as a measure of a clause by which they decide or in words.

use actions::*;
use domain::{CaseId, CaseLine, CaseStep, LineForm};

use crate::reporting::{SAFETY, ids, reported, step, words, worry};
use crate::test_school::TestSchool;

/// A report that one person receives and another closes, and what may follow by a clause.
const FOLLOWS: &str = r#"
## Rudeness {#rude}

Tell the school.

```rule
[report]
id = "rude"
title = "Rudeness"
who = ["staff"]
to = ["it-staff"]
closes = ["headteacher"]
before-closing = ["decision"]
```

## What may follow {#follows}

Something may.

```rule
[sanction]
id = "talk"
for = ["pupil"]
may = ["behaviour-policy"]
must = ["discipline"]
decides = ["headteacher"]
```

```rule
[sanction]
id = "dismissal"
for = ["staff"]
may = ["end-contract"]
decides = ["headteacher"]
```
"#;

async fn rudeness() -> (TestSchool, CaseId) {
    let test = TestSchool::open().await;
    test.install("safety.md", &format!("{SAFETY}{FOLLOWS}")).await;
    let about = ReportAbout::Person(test.id("ben").await);
    reported(&test, "tom", Report { about, ..worry(&test, "rude", "He shouted") }).await;
    let [case] = ids(&test, "ivy").await[..] else { panic!("one case") };
    (test, case)
}

fn outcome(measure: &str, text: &str) -> CaseStep {
    let (measure, text, reason) = (words(measure), words(text), words("He is sorry"));
    CaseStep::write_down(CaseLine::Outcome { measure, clause: String::new(), text, reason })
}

#[tokio::test]
async fn whoever_closes_a_report_writes_down_what_came_of_it_and_what_closing_asks_and_nothing_else() {
    let (test, case) = rudeness().await;
    let forms = async |username: &str| {
        test.school.concern(&test.actor(username).await, case).await.expect("they read it").line_forms
    };
    assert_eq!(forms("hal").await, [LineForm::Decision, LineForm::Outcome]);
    assert_eq!(
        forms("ivy").await,
        [LineForm::OwnWords, LineForm::Parents, LineForm::Decision, LineForm::Referral],
        "who receives it and does not close it"
    );
    let told = CaseStep::write_down(CaseLine::ParentsNotTold { reason: words("No need") });
    assert!(matches!(step(&test, "hal", case, told).await, Err(HandleCaseError::NoSuchLine)));
    assert!(matches!(step(&test, "ivy", case, outcome("", "A talk")).await, Err(HandleCaseError::NoSuchLine)));
    let close = || CaseStep::Close { reason: words("Done") };
    assert!(matches!(step(&test, "hal", case, close()).await, Err(HandleCaseError::NotWrittenDown { .. })));
    let decided = CaseLine::Decision { text: words("A talk"), reason: words("He is sorry") };
    step(&test, "hal", case, CaseStep::write_down(decided)).await.expect("closing asks for it");
    step(&test, "hal", case, outcome("", "A talk")).await.unwrap();
    step(&test, "hal", case, close()).await.unwrap();
    assert!(forms("hal").await.is_empty(), "it is closed");
}

#[tokio::test]
async fn a_measure_is_one_of_a_clause_for_whom_the_report_is_about_by_whoever_decides_it() {
    let (test, case) = rudeness().await;
    let hal = test.actor("hal").await;
    let offered = test.school.concern(&hal, case).await.unwrap().measures;
    let offered: Vec<(&str, &str)> = offered.iter().map(|known| (known.clause.as_str(), known.name)).collect();
    assert_eq!(offered, [("follows", "behaviour-policy"), ("follows", "discipline")], "Ben is no member of staff");
    for measure in ["end-contract", "withdraw-access", "nonsense"] {
        let error = step(&test, "hal", case, outcome(measure, "")).await.unwrap_err();
        assert_eq!(error.field(), Some("measure"), "{measure}");
    }
    step(&test, "hal", case, outcome("behaviour-policy", "")).await.unwrap();
    let page = test.school.concern(&test.actor("ivy").await, case).await.unwrap();
    assert!(page.measures.is_empty(), "Ivy decides none");
    let said = "What the behaviour policy says, by the clause ‘What may follow’.";
    let [(heading, lines)] = &page.written_down[..] else { panic!("{:?}", page.written_down) };
    assert!(*heading == "Outcome" && lines[0].ends_with(said), "{lines:?}");
    let history = &page.history.last().expect("a line").what;
    assert_eq!(*history, format!("wrote down the outcome. {said} The reason: He is sorry"));
    let exported = ExportCases { of: ExportOf::Case(case), to: words("The governors"), reason: words("Asked") };
    let exported = test.school.export_cases(&hal, exported).await.unwrap();
    assert!(exported.cases[0].history.iter().any(|line| line.what == *history), "it goes out with the report");
    let told = format!("{:?}", test.school.my_reports(&test.actor("tom").await).await.unwrap());
    assert!(!told.contains("behaviour"), "the reporter is not told what followed: {told}");
}
