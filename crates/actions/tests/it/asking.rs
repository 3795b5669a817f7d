use std::collections::BTreeMap;

use actions::{
    Actor, Ask, Decide, DecideError, ErrorKind, GrantQuery, InstallPolicy, ListQuery, RequestAnswer, Revoke, Verb,
    VerbError, Wants,
};
use domain::{Group, Outcome, Recipient};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::test_school::TestSchool;
use testkit::role;

fn yes(request: domain::RequestId) -> Decide {
    Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } }
}

#[tokio::test]
async fn a_site_opens_for_the_class_alone_and_closes_by_itself_at_the_end_of_the_day() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    test.sign_for("ben").await;
    assert_eq!(test.gate("ada", "www.reddit.com").await, (Outcome::Blocked, "blocked-by-host"));
    let (request, grant) = test.open_reddit().await;
    assert_eq!(test.gate("ada", "www.reddit.com").await, (Outcome::Allowed, "granted"));
    assert_eq!(test.gate("ben", "www.reddit.com").await.0, Outcome::Blocked);
    assert_eq!(grant.recipient_words, "9B");
    let end = grant.until.unwrap().to_zoned(test.school.time_zone().clone());
    assert_eq!(end.to_string(), "2026-05-12T23:59:59+01:00[Europe/London]");
    assert!(request.with.is_empty());
    // The gate's own look at the time closes it; the sweep only writes that down.
    test.clock.set(grant.until.unwrap());
    assert_eq!(test.gate("ada", "www.reddit.com").await.0, Outcome::Blocked);
    let before = test.ledger().await;
    assert_eq!(test.school.tick().await.unwrap().grants_ended, 1);
    assert_eq!(test.school.tick().await.unwrap().grants_ended, 0);
    assert_eq!(test.ledger().await, before + 1);
}

#[tokio::test]
async fn a_grant_taken_back_closes_the_site_at_once() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let (_, grant) = test.open_reddit().await;
    let revoke = |reason: &str| Revoke { grant: grant.id, reason: reason.to_owned() };
    let pupil = test.school.revoke(&test.actor("ada").await, revoke("mine")).await.unwrap_err();
    assert_eq!(pupil.kind(), ErrorKind::Forbidden);
    let tom = test.actor("tom").await;
    assert_eq!(test.school.revoke(&tom, revoke(" ")).await.unwrap_err().field(), Some("reason"));
    let line = test.school.revoke(&tom, revoke("The lesson is over")).await.unwrap();
    assert!(!line.live);
    assert_eq!(test.gate("ada", "www.reddit.com").await.0, Outcome::Blocked);
    assert_eq!(test.school.revoke(&tom, revoke("again")).await.unwrap_err().kind(), ErrorKind::Conflict);
    let ivy = test.actor("ivy").await;
    let all = test.school.grants(&ivy, GrantQuery::default()).await.unwrap();
    let live = test.school.grants(&ivy, GrantQuery { live_only: true, ..GrantQuery::default() }).await.unwrap();
    assert_eq!((all.total, live.total), (1, 0));
}

#[tokio::test]
async fn asking_is_refused_at_the_field_that_is_wrong() {
    let test = TestSchool::open().await;
    let tom = test.actor("tom").await;
    let now = test.school.now();
    let good = test.ask_reddit();
    let cases: Vec<(&str, Ask)> = vec![
        ("wants", Ask { wants: Wants::Site("not a site".to_owned()), ..good.clone() }),
        ("wants", Ask { wants: Wants::Site("reddit".to_owned()), ..good.clone() }),
        ("wants", Ask { wants: Wants::Words("everything".to_owned()), ..good.clone() }),
        ("reason", Ask { reason: " ".to_owned(), ..good.clone() }),
        ("answers", Ask { answers: BTreeMap::new(), ..good.clone() }),
        ("recipient", Ask { recipient: Recipient::Group(Group("9C".to_owned())), ..good.clone() }),
        ("recipient", Ask { recipient: Recipient::Everyone, ..good.clone() }),
        ("until", Ask { until: Some(now), ..good.clone() }),
        ("until", Ask { until: Some(now + SignedDuration::from_hours(24)), ..good.clone() }),
    ];
    for (field, input) in cases {
        let error = test.school.ask(&tom, input.clone()).await.unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}: {input:?}");
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    let unknown = Ask { permission: "no-such".to_owned(), ..good.clone() };
    assert_eq!(test.school.ask(&tom, unknown).await.unwrap_err().kind(), ErrorKind::NotFound);
    let pupil = test.school.ask(&test.actor("ada").await, good).await.unwrap_err();
    assert_eq!(pupil.kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn only_the_roles_that_the_clause_names_decide_and_nobody_their_own_request() {
    let test = TestSchool::open().await;
    let tom = test.actor("tom").await;
    let request = test.school.ask(&tom, test.ask_reddit()).await.unwrap();
    for username in ["hal", "tom", "ada", "sam"] {
        let refused = test.school.decide(&test.actor(username).await, yes(request.id)).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Forbidden, "{username}");
    }
    // A teacher who is IT staff too still doesn't decide what they asked for.
    let roles =
        "username,name,audience,groups,roles,mail\ntom,Tom Kiteswell,staff,9B;science,subject-teacher;it-staff,\n";
    test.import(roles).await;
    let refused = test.school.decide(&test.actor("tom").await, yes(request.id)).await.unwrap_err();
    assert!(refused.to_string().contains("their own request"), "{refused}");
    let page = test.school.request(&test.actor("tom").await, request.id).await.unwrap();
    assert!(page.mine && !page.may_decide);
    // Nor does somebody whom the site would open for.
    test.import("username,name,audience,groups,roles\nuna,Una Whistlepond,staff,9B,it-staff\n").await;
    let refused = test.school.decide(&test.actor("una").await, yes(request.id)).await.unwrap_err();
    assert!(refused.to_string().contains("a group that they are in"), "{refused}");
    test.school.decide(&test.actor("ivy").await, yes(request.id)).await.unwrap();
    let again = test.school.decide(&test.actor("ian").await, yes(request.id)).await.unwrap_err();
    assert!(matches!(again, DecideError::Decided));
}

const LAPTOPS: &str = r#"+++
id          = "laptops"
title       = "Borrowing a laptop"
audiences   = ["staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Borrowing a laptop

## Asking for one {#laptop}
You ask your line manager. While the headteacher is away, the safeguarding lead decides in their place.

```rule
[permission]
id         = "laptop"
title      = "Borrow a laptop"
asks       = ["staff"]
decides    = ["line-manager-of:asker", "headteacher"]
in-absence = { headteacher = ["dsl"] }
opens      = "device"
```

## A picture of a class {#picture}
A teacher asks for the classes that they teach.

```rule
[permission]
id      = "picture"
title   = "Publish a picture of a class"
asks    = ["teacher-of:group"]
decides = ["headteacher"]
opens   = "publication"
to      = "group"
```

## Photographs at an event {#photographs}
The headteacher says to all when photographs may be taken.

```rule
[permission]
id      = "photographs"
title   = "Photographs at an event"
asks    = ["teacher"]
decides = ["headteacher"]
unasked = true
opens   = "other"
to      = "everyone"
longest = "end of day"
```
"#;

fn borrow(asker: &actions::Actor) -> Ask {
    Ask {
        policy: domain::PolicyId("laptops".to_owned()),
        permission: "laptop".to_owned(),
        recipient: Recipient::Person(asker.person()),
        wants: Wants::Words("a laptop".to_owned()),
        reason: "Mine is broken".to_owned(),
        until: None,
        answers: BTreeMap::new(),
        from: None,
        id: None,
    }
}

async fn with_laptops() -> TestSchool {
    let test = TestSchool::open().await;
    let policy = actions::InstallPolicy { file_name: "laptops.md".to_owned(), text: LAPTOPS.to_owned() };
    test.school.install_policy(&actions::Actor::operator(), policy).await.expect("the policy is sound");
    test
}

#[tokio::test]
async fn the_askers_line_manager_decides_and_the_stand_in_while_they_are_away() {
    let test = with_laptops().await;
    test.import("username,name,audience,groups,roles,manager\ntom,Tom Kiteswell,staff,9B,teacher,oli\n").await;
    let (tom, oli, fay, sam) =
        (test.actor("tom").await, test.actor("oli").await, test.actor("fay").await, test.actor("sam").await);
    let request = test.school.ask(&tom, borrow(&tom)).await.unwrap();
    assert_eq!(request.state_words, "Waiting for the asker’s line manager or the headteacher");
    assert!(test.school.may(&oli, Verb::Decide) && !test.school.may(&fay, Verb::Decide));
    assert!(!test.school.may(&oli, Verb::Grants), "other people’s grants are none of a line manager’s business");
    assert_eq!(test.school.queue(&oli, ListQuery::default()).await.unwrap().total, 1);
    let other = test.school.ask(&fay, borrow(&fay)).await.unwrap();
    assert_eq!(test.school.queue(&oli, ListQuery::default()).await.unwrap().total, 1, "of those whom they manage");
    assert_eq!(test.school.decide(&oli, yes(other.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(test.school.request(&oli, other.id).await.unwrap_err().kind(), ErrorKind::NotFound);
    test.import(
        "username,name,audience,roles,absent-from,absent-until,stand-in\n\
             oli,Oli Marblewick,staff,office,2026-05-11,2026-05-13,sam\n",
    )
    .await;
    assert_eq!(test.school.decide(&fay, yes(request.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(test.school.queue(&sam, ListQuery::default()).await.unwrap().total, 1);
    let decided = test.school.decide(&sam, yes(request.id)).await.unwrap();
    assert!(decided.grant.unwrap().live);
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn the_role_in_absence_decides_only_while_every_holder_of_the_other_is_absent() {
    let test = with_laptops().await;
    let (fay, dee) = (test.actor("fay").await, test.actor("dee").await);
    let request = test.school.ask(&fay, borrow(&fay)).await.unwrap();
    assert!(!test.school.may(&dee, Verb::Decide));
    let away = |until: &str| {
        format!(
            "username,name,audience,roles,absent-from,absent-until\n\
             hal,Hal Brackenwick,staff,headteacher;countersigner,2026-05-11,{until}\n"
        )
    };
    test.import(&away("2026-05-11")).await;
    assert!(!test.school.may(&dee, Verb::Decide), "the headteacher is back");
    test.import(&away("2026-05-12")).await;
    let page = test.school.request(&dee, request.id).await.unwrap();
    assert_eq!(page.line.with, [domain::RelativeRole::LineManagerOfAsker.role(), role("headteacher"), role("dsl")]);
    test.school.decide(&dee, yes(request.id)).await.unwrap();
}

#[tokio::test]
async fn a_teacher_asks_for_the_classes_that_they_teach_and_for_no_other() {
    let test = with_laptops().await;
    test.import("username,name,audience,groups,roles,teaches\ntom,Tom Kiteswell,staff,9B,teacher,9C\n").await;
    let (tom, fay) = (test.actor("tom").await, test.actor("fay").await);
    let picture = |group: &str| Ask {
        permission: "picture".to_owned(),
        recipient: Recipient::Group(Group(group.to_owned())),
        ..borrow(&tom)
    };
    let cards = test.school.may_ask(&tom).await.unwrap();
    assert!(cards.iter().any(|card| card.permission == "picture" && card.groups.contains(&Group("9C".to_owned()))));
    assert!(test.school.may_ask(&fay).await.unwrap().iter().all(|card| card.permission != "picture"));
    test.school.ask(&tom, picture("9C")).await.unwrap();
    assert_eq!(
        test.school.ask(&tom, picture("9B")).await.unwrap_err().kind(),
        ErrorKind::Forbidden,
        "their tutor group"
    );
    assert_eq!(test.school.ask(&fay, picture("9C")).await.unwrap_err().kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn whoever_decides_gives_to_others_when_nobody_has_asked() {
    let test = with_laptops().await;
    let (hal, tom, fay) = (test.actor("hal").await, test.actor("tom").await, test.actor("fay").await);
    let photographs = || Ask {
        permission: "photographs".to_owned(),
        recipient: Recipient::Everyone,
        wants: Wants::Words("the summer fair".to_owned()),
        ..borrow(&tom)
    };
    assert_eq!(test.school.ask(&fay, photographs()).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert!(test.school.my_grants(&fay).await.unwrap().is_empty());
    let card = test.school.may_ask(&hal).await.unwrap().into_iter().find(|card| card.permission == "photographs");
    assert!(card.expect("the headteacher may give it").gives_unasked);
    let given = test.school.ask(&hal, photographs()).await.unwrap();
    assert!(matches!(given.state, domain::RequestState::Decided(_)), "{}", given.state_words);
    let everybodys = test.school.my_grants(&fay).await.unwrap();
    assert!(everybodys.iter().any(|grant| grant.live && grant.permission == "photographs"));
    // Whoever asks for it waits, as ever.
    let asked = test.school.ask(&tom, photographs()).await.unwrap();
    assert_eq!(asked.state_words, "Waiting for the headteacher");
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn a_stand_in_decides_while_every_holder_of_a_role_is_absent() {
    let test = TestSchool::open().await;
    let request = test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap();
    let (sam, oli) = (test.actor("sam").await, test.actor("oli").await);
    let queue = async |actor| test.school.queue(actor, ListQuery::default()).await.map(|page| page.total);
    assert_eq!(queue(&sam).await.unwrap_err().to_string(), queue(&oli).await.unwrap_err().to_string());
    test.import(
        "username,name,audience,roles,absent-from,absent-until,stand-in\n\
             ivy,Ivy Lanternfield,staff,it-staff,2026-05-11,2026-05-13,sam\n\
             una,Una Whistlepond,staff,it-staff,,,\n",
    )
    .await;
    assert!(!test.school.may(&sam, Verb::Decide), "another holder of the role is here");
    test.import(
        "username,name,audience,absent-from,absent-until,stand-in\n\
             una,Una Whistlepond,staff,2026-05-12,2026-05-12,\n",
    )
    .await;
    assert_eq!(queue(&sam).await.unwrap(), 1);
    assert!(test.school.request(&sam, request.id).await.unwrap().may_decide);
    assert!(!test.school.may(&oli, Verb::Decide), "only the stand-in");
    test.school.decide(&sam, yes(request.id)).await.unwrap();
    test.clock.set("2026-05-14T10:00:00+01:00".parse().unwrap());
    assert!(!test.school.may(&sam, Verb::Decide), "the absence is over");
}

#[tokio::test]
async fn a_decider_sees_what_a_yes_would_do_before_they_say_it() {
    let test = TestSchool::open().await;
    let request = test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap();
    let ivy = test.actor("ivy").await;
    assert_eq!(test.school.queue(&ivy, ListQuery::default()).await.unwrap().rows[0].id, request.id);
    let page = test.school.request(&ivy, request.id).await.unwrap();
    assert_eq!(page.effect, "For 9B, reddit.com opens until 12 May 2026, 23:59.");
    assert_eq!(page.now.unwrap().outcome, Outcome::Blocked);
    assert_eq!(page.after.unwrap().outcome, Outcome::Allowed);
    assert_eq!(page.hand_to, [role("it-staff"), role("it-director")]);
}

#[tokio::test]
async fn a_refusal_gives_its_reason_and_opens_nothing() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let request = test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap();
    let ivy = test.actor("ivy").await;
    let refuse =
        |reason: &str| Decide { request: request.id, answer: RequestAnswer::Refuse { reason: reason.to_owned() } };
    assert_eq!(test.school.decide(&ivy, refuse("")).await.unwrap_err().field(), Some("reason"));
    test.school.decide(&ivy, refuse("Not this week")).await.unwrap();
    assert_eq!(test.gate("ada", "www.reddit.com").await.0, Outcome::Blocked);
    let page = test.school.request(&test.actor("tom").await, request.id).await.unwrap();
    assert_eq!(page.history.last().unwrap().what, "refused: Not this week");
}

#[tokio::test]
async fn a_request_handed_on_is_decided_by_that_role_alone() {
    let test = TestSchool::open().await;
    let request = test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap();
    let ivy = test.actor("ivy").await;
    let hand_on =
        |to| Decide { request: request.id, answer: RequestAnswer::HandOn { to, note: "Please look".to_owned() } };
    assert_eq!(test.school.decide(&ivy, hand_on(role("dsl"))).await.unwrap_err().field(), Some("to"));
    test.school.decide(&ivy, hand_on(role("it-director"))).await.unwrap();
    assert_eq!(test.school.queue(&ivy, ListQuery::default()).await.unwrap().total, 0);
    assert_eq!(test.school.decide(&ivy, yes(request.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    test.school.decide(&test.actor("ian").await, yes(request.id)).await.unwrap();
}

#[tokio::test]
async fn a_request_taken_back_can_no_longer_be_decided() {
    let test = TestSchool::open().await;
    let tom = test.actor("tom").await;
    let request = test.school.ask(&tom, test.ask_reddit()).await.unwrap();
    let other = test.school.withdraw_request(&test.actor("ivy").await, request.id).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Forbidden);
    test.school.withdraw_request(&tom, request.id).await.unwrap();
    let late = test.school.decide(&test.actor("ivy").await, yes(request.id)).await.unwrap_err();
    assert!(matches!(late, DecideError::Decided));
}

#[tokio::test]
async fn what_was_asked_for_until_yesterday_is_not_given_today() {
    let test = TestSchool::open().await;
    let until = Some(test.school.now() + SignedDuration::from_hours(2));
    let ask = Ask { until, ..test.ask_reddit() };
    let request = test.school.ask(&test.actor("tom").await, ask).await.unwrap();
    test.turn(SignedDuration::from_hours(24));
    let ivy = test.actor("ivy").await;
    let page = test.school.request(&ivy, request.id).await.unwrap();
    assert!(page.may_decide && page.latest_end.is_err(), "it can only be refused");
    let refused = test.school.decide(&ivy, yes(request.id)).await.unwrap_err();
    assert!(matches!(refused, DecideError::Over), "{refused}");
    let no = Decide { request: request.id, answer: RequestAnswer::Refuse { reason: "It is over.".to_owned() } };
    test.school.decide(&ivy, no).await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever end is asked for, the gate is open strictly before the grant's end, closed from it on, and the end is
    /// never later than the clause lets it be.
    #[test]
    fn a_grant_holds_until_its_end_and_not_a_moment_longer(minutes in 1_i64..2_000, probe in 0_i64..3_000) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let test = TestSchool::open().await;
            test.sign_for("ada").await;
            let start = test.school.now();
            let asked = start + SignedDuration::from_mins(minutes);
            let day_end: jiff::Timestamp = "2026-05-12T23:59:59+01:00".parse().unwrap();
            let ask = Ask { until: Some(asked), ..test.ask_reddit() };
            let answer = test.school.ask(&test.actor("tom").await, ask).await;
            if asked > day_end {
                prop_assert_eq!(answer.unwrap_err().field(), Some("until"));
                return Ok(());
            }
            let request = answer.unwrap();
            let decided = test.school.decide(&test.actor("ivy").await, yes(request.id)).await.unwrap();
            let until = decided.grant.unwrap().until.unwrap();
            prop_assert_eq!(until, asked);
            let at = start + SignedDuration::from_mins(probe);
            test.clock.set(at);
            let open = test.gate("ada", "reddit.com").await.0 == Outcome::Allowed;
            prop_assert_eq!(open, at < until);
            test.school.tick().await.unwrap();
            let open = test.gate("ada", "reddit.com").await.0 == Outcome::Allowed;
            prop_assert_eq!(open, at < until);
            Ok(())
        })?;
    }
}

/// A policy of which everybody whom it binds may ask something.
fn open_to_everyone(id: &str, audience: &str) -> InstallPolicy {
    let text = format!(
        "+++\nid = \"{id}\"\ntitle = \"{id}\"\naudiences = [\"{audience}\"]\nowner = \"headteacher\"\n+++\n\n## A {{#a}}\n\n\
         ```rule\n[permission]\nid = \"{id}-room\"\ntitle = \"Use the room\"\nasks = [\"everyone\"]\ndecides = [\"office\"]\n\
         opens = \"room\"\n```\n"
    );
    InstallPolicy { file_name: format!("{id}.md"), text }
}

#[tokio::test]
async fn everyone_is_whom_a_policy_names_and_whom_no_policy_names() {
    let test = TestSchool::open().await;
    test.school.install_policy(&Actor::operator(), open_to_everyone("rooms", "pupil")).await.unwrap();
    let may_ask = async |username: &str| {
        let actor = test.actor(username).await;
        test.school.may_ask(&actor).await.unwrap().iter().any(|card| card.policy.0 == "rooms")
    };
    assert!(may_ask("ada").await, "the policy names pupils");
    assert!(!may_ask("tom").await, "another policy names staff");
    assert!(may_ask("vic").await, "no policy names visitors");
    test.school.install_policy(&Actor::operator(), open_to_everyone("visits", "visitor")).await.unwrap();
    assert!(!may_ask("vic").await, "now one does");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_asks_once_and_one_that_is_filled_in_anew_asks_again() {
    let test = TestSchool::open().await;
    let tom = test.actor("tom").await;
    let form = Ask { id: Some(test.school.new_request_id()), ..test.ask_reddit() };
    let first = test.school.ask(&tom, form.clone()).await.unwrap();
    let ledger = test.ledger().await;
    assert_eq!(test.school.ask(&tom, form.clone()).await.unwrap().id, first.id);
    assert_eq!(
        (test.ledger().await, test.school.my_requests(&tom, ListQuery::default()).await.unwrap().total),
        (ledger, 1)
    );
    let anew = Ask { reason: "We compare two sites".to_owned(), ..form.clone() };
    assert_ne!(test.school.ask(&tom, anew).await.unwrap().id, first.id);
    assert_eq!(test.school.my_requests(&tom, ListQuery::default()).await.unwrap().total, 2);
    // The identifier of somebody else's request makes nobody's form theirs.
    test.import("username,name,audience,groups,roles\nuna,Una Whistlepond,staff,9B,subject-teacher\n").await;
    let una = test.actor("una").await;
    assert_ne!(test.school.ask(&una, form).await.unwrap().id, first.id);
}

#[tokio::test]
async fn a_reason_a_note_and_a_field_are_no_longer_than_the_school_lets_them_be() {
    let test = TestSchool::open().await;
    let (tom, ivy) = (test.actor("tom").await, test.actor("ivy").await);
    let limits = actions::PeopleSettings::default();
    let (long, line) = ("é".repeat(limits.longest_text + 1), "é".repeat(limits.longest_line + 1));
    let good = test.ask_reddit();
    let lesson = BTreeMap::from([("lesson".to_owned(), line)]);
    for (field, input) in
        [("reason", Ask { reason: long.clone(), ..good.clone() }), ("answers", Ask { answers: lesson, ..good.clone() })]
    {
        let refused = test.school.ask(&tom, input).await.unwrap_err();
        assert!(refused.field() == Some(field) && refused.to_string().contains("Make it shorter"), "{refused}");
    }
    let longest = Ask { reason: "é".repeat(limits.longest_text), ..good };
    let request = test.school.ask(&tom, longest).await.unwrap().id;
    let refuse = Decide { request, answer: RequestAnswer::Refuse { reason: long.clone() } };
    assert_eq!(test.school.decide(&ivy, refuse).await.unwrap_err().field(), Some("reason"));
    let hand_on = Decide { request, answer: RequestAnswer::HandOn { to: role("it-director"), note: long.clone() } };
    let refused = test.school.decide(&ivy, hand_on).await.unwrap_err();
    assert!(refused.field() == Some("note"), "{refused}");
    let grant = test.school.decide(&ivy, yes(request)).await.unwrap().grant.unwrap().id;
    assert_eq!(test.school.revoke(&tom, Revoke { grant, reason: long }).await.unwrap_err().field(), Some("reason"));
}
