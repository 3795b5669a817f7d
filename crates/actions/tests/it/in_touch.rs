//! By which ways people may reach each other, and whom the desk tells it.

use actions::{Actor, ErrorKind, InTouchPage, InstallPolicy, ReadError, VerbError};

use crate::test_school::TestSchool;

const CHANNELS: &str = r#"+++
id          = "channels"
title       = "Getting in touch"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Getting in touch

## Pupils {#pupils}
Write to pupils by school mail.

```rule
[channel]
from   = ["staff"]
to     = ["pupil", "ex-pupil:under-18"]
by     = ["school mail", "school telephone"]
except = ["own-number", "it-number", "an emergency"]
prefer = ["the office"]
log    = "contacts"

[permission]
id      = "own-number"
title   = "Give a pupil your number"
asks    = ["staff"]
decides = ["headteacher"]
opens   = "contact"
longest = "1 week"
```

```rule
[permission]
id      = "it-number"
title   = "Give a pupil the number of IT"
asks    = ["it-staff"]
decides = ["headteacher"]
opens   = "contact"
longest = "1 week"

[register]
id          = "contacts"
title       = "In touch in another way"
keeper      = ["dsl"]
fields      = ["why"]
declared-by = "self"
for         = ["staff"]
```
"#;

struct InTouch {
    test: TestSchool,
}

impl InTouch {
    async fn open() -> InTouch {
        let test = TestSchool::open().await;
        let policy = InstallPolicy { file_name: "channels.md".to_owned(), text: CHANNELS.to_owned() };
        test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
        InTouch { test }
    }

    async fn keys(&self, who: &str) -> Result<Vec<String>, ReadError> {
        let choices = self.test.school.in_touch_choices(&self.test.actor(who).await).await?;
        Ok(choices.into_iter().map(|choice| choice.key).collect())
    }

    async fn page(&self, who: &str, key: &str) -> Result<InTouchPage, ReadError> {
        self.test.school.in_touch(&self.test.actor(who).await, key).await
    }
}

#[tokio::test]
async fn whoever_a_clause_names_chooses_among_those_of_whom_it_speaks() {
    let school = InTouch::open().await;
    let keys = school.keys("tom").await.expect("staff reach others");
    assert_eq!(keys, ["pupil", "ex-pupil-under-18", "ex-pupil-from-18"]);
    let refused = school.keys("ada").await.expect_err("no clause names pupils");
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
    let refused = school.page("ada", "pupil").await.expect_err("nor are they shown the ways");
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn the_ways_of_a_clause_stand_in_order_and_its_exceptions_lead_on() {
    let school = InTouch::open().await;
    let page = school.page("tom", "pupil").await.expect("staff reach pupils");
    let [ways] = &page.policies[..] else { panic!("{page:?}") };
    assert_eq!(
        (&ways.clauses[..], &ways.approved[..]),
        (&["pupils".to_owned()][..], &["school mail".to_owned(), "school telephone".to_owned()][..])
    );
    let exceptions: Vec<_> =
        ways.exceptions.iter().map(|exception| (exception.title.as_str(), exception.permission.clone())).collect();
    assert_eq!(
        exceptions,
        [
            ("Give a pupil your number", Some(("own-number".to_owned(), true))),
            ("Give a pupil the number of IT", Some(("it-number".to_owned(), false))),
            ("an emergency", None),
        ]
    );
    assert!(ways.exceptions.iter().all(|exception| exception.tried_first == ["the office"]));
    let [into] = &ways.write_down[..] else { panic!("{ways:?}") };
    assert_eq!((into.policy.0.as_str(), into.register.as_str()), ("channels", "contacts"));
}

#[tokio::test]
async fn past_pupils_who_are_grown_up_are_reached_as_anybody_is() {
    let school = InTouch::open().await;
    let page = school.page("tom", "ex-pupil-from-18").await.expect("staff may choose them");
    assert!(page.policies.is_empty(), "no clause speaks of them: {page:?}");
    assert_eq!(page.choice.title, "Past pupils aged 18 or over");
    let page = school.page("tom", "ex-pupil-under-18").await.expect("staff may choose them");
    assert_eq!(page.policies.len(), 1);
    let unknown = school.page("tom", "governor").await.expect_err("no clause speaks of them");
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
}
