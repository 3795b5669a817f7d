//! By which ways people may reach each other, and whom the desk tells it.

use std::collections::BTreeMap;

use actions::{Actor, Enter, ErrorKind, InTouchPage, InstallPolicy, ReadError, VerbError};
use domain::PolicyId;

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

## Our own accounts {#accounts}
Staff see who posts for the school.

```rule
[register]
id         = "accounts"
title      = "The school's accounts"
keeper     = ["headteacher", "office"]
fields     = { account = "text", poster = "person", password-kept = "text" }
shown-to   = ["office"]
shows      = ["account", "poster"]
official-accounts = true
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

#[tokio::test]
async fn the_schools_accounts_are_shown_to_whoever_is_shown_or_keeps_their_register_and_to_nobody_else() {
    let school = InTouch::open().await;
    let answers = [("account", "The school on X"), ("poster", "hal"), ("password-kept", "In the safe")];
    let enter = Enter {
        policy: PolicyId("channels".to_owned()),
        register: "accounts".to_owned(),
        answers: answers.map(|(field, text)| (field.to_owned(), text.to_owned())).into(),
        second: String::new(),
        id: None,
    };
    let other = Enter {
        answers: BTreeMap::from([("poster".to_owned(), "oli".to_owned())])
            .into_iter()
            .chain(
                [("account", "The choir"), ("password-kept", "By the choir")]
                    .map(|(field, text)| (field.to_owned(), text.to_owned())),
            )
            .collect(),
        ..enter.clone()
    };
    let hal = school.test.actor("hal").await;
    for entry in [enter, other] {
        school.test.school.enter(&hal, entry).await.expect("the head keeps it");
    }
    let shown = async |who: &str| {
        let accounts =
            school.test.school.official_accounts(&school.test.actor(who).await).await.expect("staff reach others");
        let rows = accounts.into_iter().flat_map(|accounts| accounts.rows);
        let mut rows: Vec<String> =
            rows.map(|row| row.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(", ")).collect();
        rows.sort();
        rows
    };
    let (theirs, choir) = ("The school on X, Hal Brackenwick", "The choir, Oli Marblewick");
    assert_eq!(
        shown("oli").await,
        [choir, theirs],
        "what is shown of them, and no more, also where he keeps the register"
    );
    assert_eq!(shown("hal").await, [choir], "whoever keeps it alone does not read there what names them");
    assert_eq!(shown("tom").await, [""; 0], "it is not shown to him");
    let refused = school.test.school.official_accounts(&school.test.actor("ada").await).await;
    assert_eq!(refused.expect_err("no clause names pupils").kind(), ErrorKind::Forbidden);
}
