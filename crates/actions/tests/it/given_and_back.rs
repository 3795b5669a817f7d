//! What a permission gives out, and what becomes of its entry when the permission has ended and when it comes back.

use actions::{
    Ask, CheckRegister, Decide, EntryAct, EntryStanding, ErrorKind, ListQuery, MarkLeaver, RegisterEntryLine,
    RequestAnswer, Revoke, StepEntry, VerbError, Wants,
};
use domain::{EntryId, GrantId, PolicyId, Recipient};
use jiff::SignedDuration;

use crate::test_school::TestSchool;

const BORROWING: &str = r#"+++
id          = "borrowing"
title       = "What we lend"
audiences   = ["staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# What we lend

## Laptops {#laptops}
Ask before you take a laptop, and bring it back.

```rule
[permission]
id      = "laptop"
title   = "Borrow a laptop"
asks    = ["staff"]
decides = ["it-staff"]
opens   = "device"
fields  = { number = "text" }
longest = "1 month"
enforced-by = "laptops"

[register]
id          = "laptops"
title       = "Laptops that are lent"
keeper      = ["it-staff"]
fields      = { number = "text", holder = "person" }
check-every = "every 12 months"
on-leaving  = "return"
shown-to    = ["person-concerned", "it-director"]
shows       = ["number"]
```

## Remote access {#remote}
Whoever may work from home stands in a list.

```rule
[permission]
id      = "remote"
title   = "Reach the network from home"
asks    = ["staff"]
decides = ["it-staff"]
opens   = "other"
longest = "1 month"
enforced-by = "remote-holders"

[register]
id         = "remote-holders"
title      = "Who reaches the network from home"
keeper     = ["it-staff"]
fields     = { holder = "person" }
on-leaving = "remove"
```
"#;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn borrowing() -> PolicyId {
    PolicyId("borrowing".to_owned())
}

async fn school() -> TestSchool {
    let test = TestSchool::open().await;
    test.import(
        "username,name,audience,roles,mail\nivy,Ivy Lanternfield,staff,it-staff,ivy@larkfield.example\n\
         tom,Tom Kiteswell,staff,teacher,tom@larkfield.example\n",
    )
    .await;
    test.install("borrowing.md", BORROWING).await;
    test
}

/// Tom asks for something and Ivy gives it, for twenty days.
async fn is_given(test: &TestSchool, permission: &str, answers: &[(&str, &str)]) -> GrantId {
    let (tom, ivy) = (test.actor("tom").await, test.actor("ivy").await);
    let ask = Ask {
        policy: borrowing(),
        permission: permission.to_owned(),
        recipient: Recipient::Person(tom.person()),
        wants: Wants::Words("a laptop".to_owned()),
        reason: "For marking at home".to_owned(),
        from: None,
        until: Some(test.school.now() + DAY * 20),
        answers: answers.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect(),
        id: None,
    };
    let asked = test.school.ask(&tom, ask).await.expect("it is asked");
    let yes = Decide { request: asked.id, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    test.school.decide(&ivy, yes).await.expect("it is given").grant.expect("a grant").id
}

async fn listed(test: &TestSchool, who: &str, register: &str) -> Vec<RegisterEntryLine> {
    let page = test.school.register(&test.actor(who).await, &borrowing(), register, ListQuery::default()).await;
    page.expect("they read the register").entries.rows
}

/// What of the laptops is shown to somebody who does not keep them.
async fn shown(test: &TestSchool, who: &str) -> u64 {
    let page = test.school.register(&test.actor(who).await, &borrowing(), "laptops", ListQuery::default()).await;
    page.ok().and_then(|page| page.shown).map_or(0, |shown| shown.rows.total)
}

async fn steps(test: &TestSchool, entry: EntryId, act: EntryAct) -> Result<(), ErrorKind> {
    let step = StepEntry { entry, act, reason: "It came back".to_owned() };
    test.school.step_entry(&test.actor("ivy").await, step).await.map_err(|error| error.kind())
}

async fn tasks(test: &TestSchool, who: &str) -> Vec<String> {
    let home = test.school.home(&test.actor(who).await).await.expect("everybody has a Home");
    home.tasks.into_iter().map(|task| task.title).filter(|title| title.contains("‘A7’")).collect()
}

async fn mailed(test: &TestSchool) -> Vec<String> {
    test.turn(SignedDuration::from_mins(6));
    let mut to = Vec::new();
    for mail in test.school.due_mail().await.expect("the mail that is due") {
        to.push(mail.to.clone());
        test.school.mail_sent(&mail).await.expect("it is noted");
    }
    to.sort_unstable();
    to
}

async fn is_in_step(test: &TestSchool) {
    assert_eq!(test.school.out_of_step().await.expect("both are read"), None);
}

#[tokio::test]
async fn what_a_permission_gave_out_is_called_in_before_it_ends_and_until_somebody_says_that_it_is_back() {
    let test = school().await;
    is_given(&test, "laptop", &[("number", "A7")]).await;
    mailed(&test).await;
    // Three quarters of the twenty days are over after fifteen.
    test.turn(DAY * 14);
    assert_eq!(test.school.tick().await.expect("a tick").entries_due, 0);
    test.turn(DAY);
    assert_eq!(test.school.tick().await.expect("a tick").entries_due, 1);
    assert_eq!(mailed(&test).await, ["ivy@larkfield.example", "tom@larkfield.example"]);
    for who in ["ivy", "tom"] {
        assert_eq!(tasks(&test, who).await, ["See to ‘A7’"], "{who}");
    }
    assert_eq!([shown(&test, "tom").await, shown(&test, "ian").await], [1, 1]);

    test.turn(DAY * 10);
    test.school.tick().await.expect("a tick");
    let [line] = &listed(&test, "ivy", "laptops").await[..] else { panic!("one entry") };
    assert_eq!(line.standing, EntryStanding::ToBeClosed);
    assert!(line.standing_words.contains("Close the entry once it is back"), "{}", line.standing_words);
    assert_eq!(tasks(&test, "ivy").await, ["See to ‘A7’"], "it is out still");
    assert_eq!([shown(&test, "tom").await, shown(&test, "ian").await], [1, 0], "what has ended is permitted to nobody");
    let ivy = test.actor("ivy").await;
    let stocktake = test.school.stocktake(&ivy, &borrowing(), "laptops").await.expect("she checks it");
    assert_eq!(stocktake.total_unseen, 1);
    test.school.see_entry(&ivy, line.id, None).await.expect("it is there to be seen");
    is_in_step(&test).await;

    steps(&test, line.id, EntryAct::Close).await.expect("she keeps it");
    assert_eq!(listed(&test, "ivy", "laptops").await[0].standing, EntryStanding::Closed);
    for who in ["ivy", "tom"] {
        assert!(tasks(&test, who).await.is_empty(), "{who}: it is back");
    }
    steps(&test, line.id, EntryAct::Reopen).await.expect("it was another one");
    assert_eq!(tasks(&test, "ivy").await, ["See to ‘A7’"]);
    is_in_step(&test).await;
}

#[tokio::test]
async fn it_is_called_in_at_once_where_the_permission_is_taken_back_or_its_holder_leaves() {
    let test = school().await;
    let grant = is_given(&test, "laptop", &[("number", "A7")]).await;
    test.turn(DAY * 16);
    test.school.tick().await.expect("a tick");
    mailed(&test).await;
    let ivy = test.actor("ivy").await;
    test.school.revoke(&ivy, Revoke { grant, reason: "It is needed here".to_owned() }).await.expect("it is hers");
    assert_eq!(test.school.tick().await.expect("a tick").entries_due, 1, "told anew: it is due today");
    assert!(mailed(&test).await.contains(&"tom@larkfield.example".to_owned()));
    is_in_step(&test).await;
    let person = test.id("tom").await;
    test.school.mark_leaver(&test.actor("hal").await, MarkLeaver { person }).await.expect("he is here");
    assert_eq!(tasks(&test, "ivy").await, ["Take back ‘A7’"]);
    is_in_step(&test).await;

    // After a restart too.
    let (folder, now) = (test.folder.clone(), test.school.now());
    drop(test);
    let test = TestSchool::reopen(folder, testkit::TurnableClock::at(&now.to_string()), 2).await;
    assert_eq!(tasks(&test, "ivy").await, ["Take back ‘A7’"]);
}

#[tokio::test]
async fn an_entry_is_closed_before_its_permission_ends_only_where_what_it_lists_comes_back() {
    let test = school().await;
    is_given(&test, "laptop", &[("number", "A7")]).await;
    is_given(&test, "remote", &[]).await;
    let remote = listed(&test, "ivy", "remote-holders").await[0].id;
    assert_eq!(steps(&test, remote, EntryAct::Close).await, Err(ErrorKind::Conflict), "he may still do it");
    let laptop = listed(&test, "ivy", "laptops").await[0].id;
    steps(&test, laptop, EntryAct::Close).await.expect("it came back early");
    test.turn(DAY * 30);
    test.school.tick().await.expect("a tick");
    assert!(tasks(&test, "ivy").await.is_empty());
    assert_eq!(listed(&test, "ivy", "remote-holders").await[0].standing, EntryStanding::Ended);
    assert_eq!(steps(&test, remote, EntryAct::Close).await, Err(ErrorKind::Conflict), "it has ended by itself");
    is_in_step(&test).await;
}

#[tokio::test]
async fn a_check_counts_what_is_out_after_its_permission_has_ended() {
    let test = school().await;
    is_given(&test, "laptop", &[("number", "A7")]).await;
    test.turn(DAY * 30);
    test.school.tick().await.expect("a tick");
    let check =
        CheckRegister { policy: borrowing(), register: "laptops".to_owned(), finding: String::new(), after: None };
    let ivy = test.actor("ivy").await;
    test.school.check_register(&ivy, check).await.expect("she keeps it");
    let page = test.school.register(&ivy, &borrowing(), "laptops", ListQuery::default()).await.expect("she reads it");
    assert_eq!(page.checks.expect("it is checked").last[0].entries, 1);
}
