//! What several must agree to, what opens on the asker's own word, and what the timetable's teacher decides.

use std::collections::BTreeMap;

use actions::{Ask, Decide, ErrorKind, GrantQuery, ListQuery, RequestAnswer, Revoke, Verb, VerbError, Wants};
use domain::{Group, Lesson, Outcome, PolicyId, Recipient, Timetable};

use crate::test_school::TestSchool;
use testkit::role;

pub const CONTACT: &str = r#"+++
id          = "contact"
title       = "Being in touch with pupils"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Being in touch with pupils

## Your own number {#own-number}
The headteacher and a parent must both agree before a pupil is given your number.

```rule
[permission]
id          = "own-number"
title       = "Give a pupil your number"
asks        = ["staff"]
decides-all = [["headteacher", "dsl"], ["parent-of:pupil"]]
opens       = "contact"
to          = "person"
longest     = "end of day"
```

## A site for a class {#class-site}
A teacher opens a site for their class on their own word.

```rule
[block]
sites  = ["pinterest.com"]
for    = ["pupil"]
unless = "class-site"

[permission]
id      = "class-site"
title   = "Open a site for your class"
asks    = ["teacher"]
decides = "asker"
opens   = "site"
to      = "group"
longest = "end of day"
```

## A free seat {#seat}
Ask the teacher who takes the lesson in that room.

```rule
[permission]
id      = "seat"
title   = "A free seat in a computer room"
asks    = ["pupil", "staff"]
decides = ["teacher-of:lesson"]
opens   = "room"
longest = "end of lesson"
```

## A broken screen {#screen}
Tell the teacher who takes the lesson.

```rule
[report]
id    = "screen"
title = "A broken screen"
who   = ["pupil"]
to    = ["teacher-of:lesson"]
```
"#;

async fn with_contact() -> TestSchool {
    let lesson = Lesson {
        class: Group("9B".to_owned()),
        when: "tue 09:50-10:40".parse().expect("times"),
        room: Some("IT 1".to_owned()),
        teacher: Some("tom".to_owned()),
        week: None,
    };
    let test = TestSchool::open_in(Timetable { lessons: vec![lesson], ..Timetable::default() }).await;
    test.install("contact.md", CONTACT).await;
    test
}

pub async fn own_number(test: &TestSchool, pupil: &str) -> Ask {
    Ask {
        policy: PolicyId("contact".to_owned()),
        permission: "own-number".to_owned(),
        recipient: Recipient::Person(test.id(pupil).await),
        wants: Wants::Words("my mobile number".to_owned()),
        reason: "The trip to the fen".to_owned(),
        until: None,
        answers: BTreeMap::new(),
        from: None,
        id: None,
    }
}

fn yes(request: domain::RequestId) -> Decide {
    Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } }
}

#[tokio::test]
async fn a_request_waits_until_the_headteacher_and_a_parent_have_both_agreed() {
    let test = with_contact().await;
    let (tom, hal, pat, dee) =
        (test.actor("tom").await, test.actor("hal").await, test.actor("pat").await, test.actor("dee").await);
    let request = test.school.ask(&tom, own_number(&test, "ada").await).await.unwrap();
    assert_eq!(
        request.state_words,
        "Waiting for the headteacher or the designated safeguarding lead, and a parent of the pupil"
    );
    assert!(test.school.may(&pat, Verb::Decide));
    assert_eq!(test.school.queue(&pat, ListQuery::default()).await.unwrap().total, 1);
    let before = test.ledger().await;
    let soon = test.school.now() + jiff::SignedDuration::from_hours(2);
    let answer = RequestAnswer::Approve { until: Some(soon), seen: Vec::new() };
    let agreed = test.school.decide(&hal, Decide { request: request.id, answer }).await.unwrap();
    assert!(agreed.grant.is_none());
    assert_eq!(agreed.effect, "Nothing opens yet. It waits for a parent of the pupil.");
    assert_eq!(test.ledger().await, before + 1);
    // Whoever asked sees who has agreed, and for whom it still waits.
    let page = test.school.request(&tom, request.id).await.unwrap();
    assert_eq!(page.line.state_words, "Waiting for a parent of the pupil");
    assert_eq!(page.line.agreed.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Hal Brackenwick"]);
    assert_eq!((page.history.last().unwrap().what.as_str(), page.hand_to.len()), ("agreed", 0));
    // The same list agrees once, whoever of it comes next.
    let again = test.school.decide(&hal, yes(request.id)).await.unwrap_err();
    assert!(again.to_string().contains("you have agreed"), "{again}");
    assert_eq!(test.school.decide(&dee, yes(request.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(test.school.queue(&hal, ListQuery::default()).await.unwrap().total, 0);
    let decided = test.school.decide(&pat, yes(request.id)).await.unwrap();
    assert_eq!(decided.grant.unwrap().until, Some(soon), "the soonest end that one of them chose");
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn one_no_refuses_what_others_have_agreed_to() {
    let test = with_contact().await;
    let (tom, hal, pat) = (test.actor("tom").await, test.actor("hal").await, test.actor("pat").await);
    let request = test.school.ask(&tom, own_number(&test, "ada").await).await.unwrap();
    test.school.decide(&pat, yes(request.id)).await.unwrap();
    let no = RequestAnswer::Refuse { reason: "Use the school's telephone".to_owned() };
    test.school.decide(&hal, Decide { request: request.id, answer: no }).await.unwrap();
    assert_eq!(test.school.grants(&hal, GrantQuery::default()).await.unwrap().total, 0);
    let page = test.school.request(&tom, request.id).await.unwrap();
    let history: Vec<&str> = page.history.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(history, ["asked", "agreed", "refused: Use the school's telephone"]);
}

#[tokio::test]
async fn a_parent_can_agree_for_their_own_child_alone_and_to_nothing_for_who_is_no_pupil() {
    let test = with_contact().await;
    let (tom, pat) = (test.actor("tom").await, test.actor("pat").await);
    let of_another = test.school.ask(&tom, own_number(&test, "orphan").await).await.unwrap();
    assert_eq!(test.school.decide(&pat, yes(of_another.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    let refused = test.school.ask(&tom, own_number(&test, "fay").await).await.unwrap_err();
    assert_eq!((refused.field(), refused.kind()), (Some("recipient"), ErrorKind::Invalid));
    assert_eq!(of_another.with, [role("headteacher"), role("dsl"), domain::RelativeRole::ParentOfPupil.role()]);
}

#[tokio::test]
async fn what_opens_on_the_askers_own_word_opens_at_once_and_stands_in_the_ledger() {
    let test = with_contact().await;
    test.sign_for("ada").await;
    let (tom, fay, ivy) = (test.actor("tom").await, test.actor("fay").await, test.actor("ivy").await);
    let site = Ask {
        permission: "class-site".to_owned(),
        recipient: Recipient::Group(Group("9B".to_owned())),
        wants: Wants::Site("www.pinterest.com".to_owned()),
        id: Some(test.school.new_request_id()),
        ..own_number(&test, "ada").await
    };
    assert_eq!(test.school.ask(&fay, site.clone()).await.unwrap_err().kind(), ErrorKind::Forbidden);
    let card = test.school.may_ask(&tom).await.unwrap().into_iter().find(|card| card.permission == "class-site");
    assert!(card.unwrap().on_own_word);
    let before = test.ledger().await;
    let line = test.school.ask(&tom, site.clone()).await.unwrap();
    assert_eq!(line.state_words, "Opened by Tom Kiteswell on 12 May 2026, 10:00");
    assert_eq!(test.gate("ada", "www.pinterest.com").await, (Outcome::Allowed, "granted"));
    assert_eq!(test.ledger().await, before + 2, "that it was asked for, and that it was given");
    // The form sent twice opens it once.
    assert_eq!(test.school.ask(&tom, site).await.unwrap().id, line.id);
    assert_eq!(test.ledger().await, before + 2);
    // To whoever decides other requests it is not there; whoever asked reads that it is decided.
    let hal = test.actor("hal").await;
    assert_eq!(test.school.request(&hal, line.id).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(test.school.decide(&hal, yes(line.id)).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(test.school.decide(&tom, yes(line.id)).await.unwrap_err().kind(), ErrorKind::Conflict);
    let grants = test.school.grants(&ivy, GrantQuery::default()).await.unwrap();
    let [grant] = &grants.rows[..] else { panic!("one grant") };
    assert!(grant.may_revoke, "whoever sees the gate may close it");
    let revoke = Revoke { grant: grant.id, reason: "It is for the break alone".to_owned() };
    assert_eq!(test.school.revoke(&fay, revoke.clone()).await.unwrap_err().kind(), ErrorKind::Forbidden);
    test.school.revoke(&ivy, revoke).await.unwrap();
    assert_eq!(test.gate("ada", "www.pinterest.com").await.0, Outcome::Blocked);
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

pub async fn seat(test: &TestSchool, room: &str) -> Ask {
    Ask { permission: "seat".to_owned(), wants: Wants::Words(room.to_owned()), ..own_number(test, "ben").await }
}

#[tokio::test]
async fn the_teacher_who_takes_the_lesson_in_a_room_decides_and_nobody_else() {
    let test = with_contact().await;
    let (ben, tom, fay) = (test.actor("ben").await, test.actor("tom").await, test.actor("fay").await);
    let elsewhere = test.school.ask(&ben, seat(&test, "IT 7").await).await.unwrap_err();
    assert_eq!((elsewhere.field(), elsewhere.kind()), (Some("wants"), ErrorKind::Invalid), "{elsewhere}");
    let request = test.school.ask(&ben, seat(&test, "it 1").await).await.unwrap();
    assert_eq!(request.state_words, "Waiting for the teacher of the lesson");
    assert!(test.school.may(&tom, Verb::Decide) && !test.school.may(&fay, Verb::Decide));
    assert_eq!(test.school.queue(&tom, ListQuery::default()).await.unwrap().total, 1);
    assert_eq!(test.school.decide(&fay, yes(request.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    let given = test.school.decide(&tom, yes(request.id)).await.unwrap().grant.unwrap();
    let end = given.until.unwrap().to_zoned(test.school.time_zone().clone());
    assert_eq!(end.datetime().to_string(), "2026-05-12T10:40:00", "the end of the lesson in that room");
    // On the next Tuesday the teacher is away.
    test.clock.set("2026-05-19T10:00:00+01:00".parse().unwrap());
    test.import(
        "username,name,audience,groups,roles,absent-from,absent-until,stand-in\n\
         tom,Tom Kiteswell,staff,9B,teacher,2026-05-18,2026-05-20,sam\n",
    )
    .await;
    let request = test.school.ask(&ben, seat(&test, "IT 1").await).await.unwrap();
    assert_eq!(test.school.decide(&fay, yes(request.id)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    test.school.decide(&test.actor("sam").await, yes(request.id)).await.unwrap();
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn a_report_goes_to_the_teacher_whose_lesson_it_was() {
    let test = with_contact().await;
    let (ada, tom) = (test.actor("ada").await, test.id("tom").await);
    let screen = || actions::Report {
        policy: PolicyId("contact".to_owned()),
        ..crate::reporting::worry(&test, "screen", "It stays black")
    };
    test.import("username,name,audience,teaches\nlena,Lena Copperfern,staff,9B\n").await;
    let forms = test.school.report_forms(Some(&ada)).await.unwrap();
    let form = forms.iter().find(|form| form.report == "screen").expect("a form");
    let named: Vec<&str> = form.may_be_about.iter().map(|(_, words)| words.as_str()).collect();
    assert!(named.iter().any(|words| words.starts_with("Tom Kiteswell")), "whose lesson it is: {named:?}");
    assert!(!named.iter().any(|words| words.contains("Lena")), "who teaches the class at other times: {named:?}");
    let sent = test.school.report(Some(&ada), screen()).await.unwrap();
    assert_eq!(
        (sent.route.receivers, sent.route.roles),
        (vec![tom], vec![domain::RelativeRole::TeacherOfLesson.role()])
    );
    // Later the lesson is over, and the report stays with the teacher who took it.
    test.turn(jiff::SignedDuration::from_hours(3));
    assert_eq!(test.school.concerns(&test.actor("tom").await).await.unwrap().len(), 1);
    // Out of lessons it goes to whoever receives reports.
    let sent = test.school.report(Some(&ada), screen()).await.unwrap();
    assert!(!sent.route.receivers.is_empty() && !sent.route.receivers.contains(&tom));
}

#[tokio::test]
async fn where_several_must_agree_somebody_of_each_has_to_be_there() {
    let test = with_contact().await;
    let tom = test.actor("tom").await;
    let own = own_number(&test, "ada").await;
    assert!(test.school.check_ask(&tom, &own).await.unwrap().can_be_decided);
    test.import(
        "username,name,audience,roles,absent-from,absent-until\n\
         hal,Hal Brackenwick,staff,headteacher,2026-05-11,2026-05-15\ndee,Dee Inkermoss,staff,dsl,2026-05-11,2026-05-15\n",
    )
    .await;
    assert!(
        !test.school.check_ask(&tom, &own).await.unwrap().can_be_decided,
        "a parent is there, and that is not enough"
    );
}
