//! A site that the school closes by a report, met by a real client.

use std::time::Duration;

use domain::{ClosedSite, Host, Outcome, PolicyId};
use feed::Directory;

use crate::closing::{closes_within, is_open, signed_in};
use crate::harness::{POLICY, Plan, mirror, pupil, rules};
use crate::tunnels::{tls, tls_site};

const REPORT: &str = r#"
## A bad site {#bad-site}
Tell us, and we close it.

```rule
[report]
id          = "bad-site"
title       = "A bad site"
to          = ["it-staff"]
closes-site = "address"
fields      = { address = "site" }
```
"#;

/// The directory in which a report has closed these sites.
fn closing(sites: &[&str]) -> Directory {
    let mut directory = signed_in(pupil());
    for site in sites {
        let host = Host::parse(site).unwrap();
        let policy = PolicyId("pupil-use".to_owned());
        directory.set_closed(host.clone(), vec![ClosedSite { host, policy, clause: "bad-site".to_owned() }]);
    }
    directory
}

#[tokio::test]
async fn a_closed_site_gives_the_page_with_the_clause_of_the_report_until_it_is_opened_again() {
    let gate = Plan::new(mirror().await).start().await;
    gate.new_rules(rules(&format!("{POLICY}{REPORT}")));
    gate.new_directory(closing(&[]));
    assert_eq!(gate.get("http://open.test/").await.status, 200);
    gate.new_directory(closing(&["open.test", "help.test"]));
    let answer = gate.get("http://open.test/").await;
    assert_eq!(answer.status, 403);
    let page = answer.text();
    assert!(page.contains("This site is closed here") && page.contains("Tell us, and we close it."), "{page}");
    assert!(!page.contains("can ask"), "no permission opens it: {page}");
    let line = gate.journal.done(2).await;
    assert_eq!((line.outcome, line.reason.as_str()), (Outcome::Blocked, "closed-by-report"));
    assert_eq!((line.policy.as_deref(), line.clause.as_deref()), (Some("pupil-use"), Some("bad-site")));
    assert_eq!(gate.get("http://help.test/").await.status, 200, "what is always open stays open");
    gate.new_directory(closing(&[]));
    assert_eq!(gate.get("http://open.test/").await.status, 200);
}

#[tokio::test]
async fn a_tunnel_to_a_site_is_closed_with_the_site_and_others_stay_open() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    gate.new_rules(rules(&format!("{POLICY}{REPORT}")));
    gate.new_directory(closing(&[]));
    let mut concerned = tls(gate.tunnel("open.test:443").await.0, "open.test", certificate.clone()).await.unwrap();
    let mut other = tls(gate.tunnel("other.test:443").await.0, "other.test", certificate).await.unwrap();
    assert!(is_open(&mut concerned).await && is_open(&mut other).await);
    gate.new_directory(closing(&["open.test"]));
    assert!(closes_within(&mut concerned, Duration::from_secs(1)).await);
    assert!(is_open(&mut other).await);
}
