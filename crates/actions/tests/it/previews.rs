//! What is said before a signature or a request counts: it is what then happens, and nothing is kept of it.

use actions::{
    Ask, Awaited, Decide, ListQuery, RequestAnswer, SignAgreement, VerbError, Wants, WebAfter, WithdrawAccess,
};
use domain::{Group, Outcome, PolicyId, Recipient};
use jiff::SignedDuration;

use crate::test_school::{TestSchool, policy_id};

#[tokio::test]
async fn what_is_said_of_a_signature_is_what_the_gate_then_does() {
    let test = TestSchool::open().await;
    let (ada, pat) = (test.actor("ada").await, test.actor("pat").await);
    let ledger = test.ledger().await;
    let own = test.school.check_signature(&ada, &test.signature(None)).await.unwrap();
    let WebAfter::Awaits(awaited) = own.web else { panic!("a parent has to sign too: {:?}", own.web) };
    assert!(matches!(awaited.as_slice(), [Awaited::ParentsSignature(_)]), "{awaited:?}");
    assert_eq!(test.ledger().await, ledger, "nothing is kept");
    test.school.sign_agreement(&ada, test.signature(None)).await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Blocked);

    let for_ada = || test.signature(Some(ada.person()));
    assert_eq!(test.school.check_signature(&pat, &for_ada()).await.unwrap().web, WebAfter::Opens);
    test.school.sign_agreement(&pat, for_ada()).await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Allowed);
    let again = test.school.check_signature(&pat, &for_ada()).await.unwrap_err();
    assert_eq!(again.to_string(), "You have signed this version already.");
}

#[tokio::test]
async fn nobody_whose_access_is_withdrawn_is_told_that_a_signature_opens_the_web() {
    let test = TestSchool::open().await;
    let (ada, pat) = (test.actor("ada").await, test.actor("pat").await);
    test.school.sign_agreement(&ada, test.signature(None)).await.unwrap();
    let withdrawal = WithdrawAccess {
        person: ada.person(),
        policy: policy_id(),
        clause: "consequences".to_owned(),
        reason: "She shared her password".to_owned(),
        until: None,
    };
    test.school.withdraw_access(&test.actor("hal").await, withdrawal).await.unwrap();
    let for_ada = test.signature(Some(ada.person()));
    assert_eq!(test.school.check_signature(&pat, &for_ada).await.unwrap().web, WebAfter::Withdrawn);
}

#[tokio::test]
async fn what_signing_refuses_is_refused_before() {
    let test = TestSchool::open().await;
    let ada = test.actor("ada").await;
    let good = || test.signature(None);
    for wrong in [
        SignAgreement { printed_name: " ".to_owned(), ..good() },
        SignAgreement { printed_name: "Mickey Mouse".to_owned(), name_confirmed: false, ..good() },
        SignAgreement { read: false, ..good() },
        SignAgreement { text_hash: "another".to_owned(), ..good() },
        SignAgreement { for_child: Some(test.id("tom").await), ..good() },
    ] {
        let before = test.school.check_signature(&ada, &wrong).await.unwrap_err();
        let after = test.school.sign_agreement(&ada, wrong).await.unwrap_err();
        assert_eq!(before.to_string(), after.to_string());
    }
}

#[tokio::test]
async fn what_is_said_of_a_request_is_what_its_decider_reads() {
    let test = TestSchool::open().await;
    let (tom, ivy) = (test.actor("tom").await, test.actor("ivy").await);
    let ledger = test.ledger().await;
    let preview = test.school.check_ask(&tom, &test.ask_reddit()).await.unwrap();
    assert_eq!(test.ledger().await, ledger, "nothing is kept");
    assert_eq!(test.school.queue(&ivy, ListQuery::default()).await.unwrap().total, 0);

    let request = test.school.ask(&tom, test.ask_reddit()).await.unwrap();
    let read = test.school.request(&ivy, request.id).await.unwrap();
    assert_eq!((preview.effect, preview.line.waits_for), (read.effect, read.line.waits_for));
    assert_eq!((preview.line.until, preview.line.answers), (read.line.until, read.line.answers));
}

#[tokio::test]
async fn whoever_asks_is_told_before_that_nobody_is_there_to_decide() {
    let test = TestSchool::open().await;
    let tom = test.actor("tom").await;
    let away = "username,name,audience,roles,absent-from,absent-until\nivy,Ivy Lanternfield,staff,it-staff,2026-05-11,2026-05-15\n";
    for (list, is_there) in [
        (away.to_owned(), true),
        (format!("{away}ian,Ian Jollybrook,staff,it-director,2026-05-11,2026-05-15\n"), false),
    ] {
        test.import(&list).await;
        assert_eq!(test.school.check_ask(&tom, &test.ask_reddit()).await.unwrap().can_be_decided, is_there);
    }
}

#[tokio::test]
async fn what_asking_refuses_is_refused_before() {
    let test = TestSchool::open().await;
    let (tom, ada) = (test.actor("tom").await, test.actor("ada").await);
    let good = || test.ask_reddit();
    let late = test.school.now() + SignedDuration::from_hours(24 * 30);
    for (actor, wrong) in [
        (&tom, Ask { reason: " ".to_owned(), ..good() }),
        (&tom, Ask { answers: std::collections::BTreeMap::new(), ..good() }),
        (&tom, Ask { until: Some(late), ..good() }),
        (&tom, Ask { permission: "none".to_owned(), ..good() }),
        (&ada, good()),
    ] {
        let before = test.school.check_ask(actor, &wrong).await.unwrap_err();
        let after = test.school.ask(actor, wrong).await.unwrap_err();
        assert_eq!((before.kind(), before.to_string()), (after.kind(), after.to_string()));
    }
}

const CHESS: &str = r#"+++
id          = "chess"
title       = "Chess"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
+++

# Chess

## Sites for chess {#chess}
Sites for chess are closed to pupils unless IT staff say yes.

```rule
[block]
sites  = ["chess.example"]
for    = ["pupil"]
unless = ["own-site", "class-site"]

[permission]
id      = "own-site"
title   = "Open a site for chess for one person"
asks    = ["everyone"]
decides = ["it-staff"]
opens   = "site"
to      = "person"
```

```rule
[permission]
id      = "class-site"
title   = "Open a site for chess for a class"
asks    = ["staff"]
decides = ["it-staff"]
opens   = "site"
to      = "group"
```

```example
pupil opens https://chess.example/                 -> blocked #chess
pupil opens https://chess.example/ with own-site   -> allowed #chess
pupil opens https://chess.example/ with class-site -> allowed #chess
pupil asks own-site                                -> it-staff decides #chess
staff asks class-site                              -> it-staff decides #chess
```
"#;

#[tokio::test]
async fn what_is_open_to_somebody_is_told_to_those_who_decide_and_of_a_class_says_nothing_of_one_pupil() {
    let test = TestSchool::open().await;
    test.install("chess.md", CHESS).await;
    let asked = async |username: &str, permission: &str, recipient: Recipient| {
        let ask = Ask {
            policy: PolicyId("chess".to_owned()),
            permission: permission.to_owned(),
            recipient,
            wants: Wants::Site("chess.example".to_owned()),
            ..test.ask_reddit()
        };
        test.school.ask(&test.actor(username).await, ask).await.unwrap().id
    };
    let ivy = test.actor("ivy").await;
    let for_ada = Recipient::Person(test.id("ada").await);
    let given = asked("tom", "own-site", for_ada.clone()).await;
    let yes = RequestAnswer::Approve { until: None, seen: Vec::new() };
    test.school.decide(&ivy, Decide { request: given, answer: yes }).await.unwrap();

    let from_ben = asked("ben", "own-site", for_ada).await;
    let read = test.school.request(&test.actor("ben").await, from_ben).await.unwrap();
    assert!(read.now.is_none() && read.after.is_none(), "what Ada was given is not Ben's to know");
    let read = test.school.request(&ivy, from_ben).await.unwrap();
    assert_eq!(read.now.expect("she decides").outcome, Outcome::Allowed);

    let for_class = asked("tom", "class-site", Recipient::Group(Group("9B".to_owned()))).await;
    let read = test.school.request(&ivy, for_class).await.unwrap();
    assert_eq!(read.now.expect("she decides").outcome, Outcome::Blocked, "Ada alone was given it");
    assert_eq!(read.after.expect("she decides").outcome, Outcome::Allowed);
}
