//! Ways of reaching people that are sites: a request to one that a clause approves goes through, and to another it does not.

use domain::Outcome;

use crate::harness::{POLICY, Plan, mirror, rules};

const CHANNEL: &str = r#"
## Reaching staff {#reaching-staff}
You write to staff on the board and nowhere else.

```rule
[channel]
from  = ["pupil"]
to    = ["staff"]
by    = ["the board"]
sites = { "the board" = ["social.test"], "the chat" = ["open.test"] }
```
"#;

#[tokio::test]
async fn a_request_to_an_approved_way_goes_through_a_block_and_one_to_another_way_is_refused_with_its_clause() {
    let gate = Plan::new(mirror().await).start().await;
    assert_eq!(gate.get("http://social.test/").await.status, 403);
    assert_eq!(gate.get("http://open.test/").await.status, 200);
    gate.new_rules(rules(&format!("{POLICY}{CHANNEL}")));
    assert_eq!(gate.get("http://social.test/").await.status, 200);
    assert_eq!(gate.get("http://closed.test/").await.status, 403, "what no way names stays closed");
    let refused = gate.get("http://open.test/").await;
    assert_eq!(refused.status, 403);
    let page = refused.text();
    assert!(page.contains("You write to staff on the board and nowhere else."), "{page}");
    let line = gate.journal.done(5).await;
    assert_eq!((line.outcome, line.reason.as_str()), (Outcome::Blocked, "blocked-by-host"));
    assert_eq!((line.policy.as_deref(), line.clause.as_deref()), (Some("pupil-use"), Some("reaching-staff")));
}
