//! Entries that want a checklist before what they tell of: which of them are marked as without one.

use std::collections::BTreeMap;

use actions::{Actor, Enter, EntryAct, InstallPolicy, ListQuery, StepEntry};
use domain::{EntryId, PolicyId};
use jiff::SignedDuration;

use crate::test_school::TestSchool;

const LESSONS: &str = r#"+++
id          = "lessons"
title       = "Live lessons"
audiences   = ["staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Live lessons

## The log {#log}
Enter the checks first. The log marks a lesson without them.

```rule
[register]
id     = "checks"
title  = "Checks before a lesson"
keeper = ["it-staff"]
fields = { class = "group", begins = "date-time" }
```

```rule
[register]
id           = "log"
title        = "Log of lessons"
keeper       = ["it-staff"]
fields       = { begins = "date-time", class = "group", what-happened = "text" }
checklist    = "checks"
checklist-by = ["class", "begins"]
```
"#;

fn about(class: &str, time: &str) -> BTreeMap<String, String> {
    [("class", class.to_owned()), ("begins", format!("2026-05-12T{time}"))]
        .map(|(name, text)| (name.to_owned(), text))
        .into()
}

struct Lessons {
    test: TestSchool,
}

impl Lessons {
    async fn open() -> Lessons {
        let test = TestSchool::open().await;
        let policy = InstallPolicy { file_name: "lessons.md".to_owned(), text: LESSONS.to_owned() };
        test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
        Lessons { test }
    }

    /// Ivy writes an entry about a class at a time of this day.
    async fn enters(&self, register: &str, class: &str, time: &str) -> EntryId {
        let mut answers = about(class, time);
        if register == "log" {
            answers.insert("what-happened".to_owned(), "A stranger joined".to_owned());
        }
        let enter = Enter {
            policy: PolicyId("lessons".to_owned()),
            register: register.to_owned(),
            answers,
            second: String::new(),
            id: None,
        };
        let ivy = self.test.actor("ivy").await;
        self.test.school.enter(&ivy, enter).await.expect("it may be entered")
    }

    async fn corrects(&self, checklist: EntryId, class: &str, time: &str) {
        let act = EntryAct::Correct { answers: about(class, time), second: String::new() };
        let step = StepEntry { entry: checklist, act, reason: "It was another".to_owned() };
        self.test.school.step_entry(&self.test.actor("ivy").await, step).await.expect("she keeps it");
    }

    /// Whether an entry of the log has its checklist, by its own page and by the list.
    async fn has_checklist(&self, entry: EntryId) -> bool {
        let ivy = self.test.actor("ivy").await;
        let page = self.test.school.register_entry(&ivy, entry).await.expect("she keeps it");
        let policy = PolicyId("lessons".to_owned());
        let list = self.test.school.register(&ivy, &policy, "log", ListQuery::default()).await.expect("she keeps it");
        assert_eq!(list.card.checklists.as_deref(), Some("Checks before a lesson"));
        let line = list.entries.rows.iter().find(|line| line.id == entry).expect("it stands in the list");
        assert_eq!(line.has_checklist, page.line.has_checklist);
        page.line.has_checklist.expect("the clause wants one")
    }
}

#[tokio::test]
async fn an_entry_is_marked_unless_the_checklist_for_that_class_and_time_was_written_before() {
    let lessons = Lessons::open().await;
    // It is ten o'clock.
    lessons.enters("checks", "9B", "11:00").await;
    let of_it = lessons.enters("log", "9B", "11:00").await;
    assert!(lessons.has_checklist(of_it).await);
    for (class, time, why) in [("9C", "11:00", "another class"), ("9B", "12:00", "another time")] {
        let entry = lessons.enters("log", class, time).await;
        assert!(!lessons.has_checklist(entry).await, "{why}");
    }
    let begun = lessons.enters("log", "9C", "09:30").await;
    lessons.enters("checks", "9C", "09:30").await;
    assert!(!lessons.has_checklist(begun).await, "it was written when the lesson had begun");
    let ivy = lessons.test.actor("ivy").await;
    let policy = PolicyId("lessons".to_owned());
    let checks = lessons.test.school.register(&ivy, &policy, "checks", ListQuery::default()).await.unwrap();
    assert_eq!(checks.card.checklists, None);
    assert!(checks.entries.rows.iter().all(|line| line.has_checklist.is_none()), "a checklist wants none itself");
}

#[tokio::test]
async fn a_checklist_that_is_put_right_counts_only_where_that_was_before_too() {
    let lessons = Lessons::open().await;
    let early = lessons.enters("checks", "9B", "11:00").await;
    let late = lessons.enters("checks", "9B", "11:00").await;
    lessons.corrects(early, "9C", "11:00").await;
    let of_9c = lessons.enters("log", "9C", "11:00").await;
    assert!(lessons.has_checklist(of_9c).await);
    lessons.test.clock.turn(SignedDuration::from_hours(2));
    let of_9b = lessons.enters("log", "9B", "11:00").await;
    assert!(lessons.has_checklist(of_9b).await);
    let elsewhere = lessons.enters("log", "9B", "11:30").await;
    assert!(!lessons.has_checklist(elsewhere).await);
    lessons.corrects(late, "9B", "11:30").await;
    assert!(!lessons.has_checklist(elsewhere).await, "it said so when the lesson was over");
    assert!(lessons.has_checklist(of_9c).await);
}
