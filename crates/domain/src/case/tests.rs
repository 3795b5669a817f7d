use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn person(number: u8) -> PersonId {
    PersonId(Uuid::from_u128(u128::from(number)))
}

fn role(name: &str) -> Role {
    Role::named(name).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn case() -> Case {
    Case {
        id: CaseId(Uuid::from_u128(9)),
        policy: PolicyId("p".to_owned()),
        version: Version(1),
        clause: "tell".to_owned(),
        report: "worry".to_owned(),
        reporter: Some(person(1)),
        in_confidence: true,
        about: vec![person(2)],
        sent_to: vec![role("dsl")],
        passed_to: Vec::new(),
        escalation: None,
        opened_at: at(0),
        reopened_at: None,
        clock_from: None,
        regulator_said_at: None,
        due: None,
        deadline: None,
        actions: Vec::new(),
        lost: Vec::new(),
        state: CaseState::Open,
    }
}

fn receiver(number: u8) -> CaseActor {
    CaseActor { person: person(number), receives: true, may_close: true }
}

fn text(words: &str) -> String {
    words.to_owned()
}

#[test]
fn reminders_come_before_the_end_of_the_time_and_at_it_until_somebody_has_taken_it_up() {
    let at_once = SignedDuration::from_mins(60);
    assert_eq!(case().reminders(at_once, &TimeZone::UTC), []);
    let timed = Case { due: Some(at(7200)), deadline: Some(at(36_000)), ..case() };
    assert_eq!(
        timed.reminders(at_once, &TimeZone::UTC),
        [
            (at(5400), Reminder::DueSoon),
            (at(7200), Reminder::Overdue),
            (at(27_000), Reminder::DeadlineNear),
            (at(36_000), Reminder::DeadlineOver)
        ]
    );
    let pressing = Case { due: Some(at(0)), ..case() };
    assert_eq!(pressing.reminders(at_once, &TimeZone::UTC), [(at(3600), Reminder::Overdue)]);
    let (taken, _) = timed.step(receiver(3), CaseStep::TakeUp { from: None }, at(1)).unwrap();
    let of_deadline = [(at(27_000), Reminder::DeadlineNear), (at(36_000), Reminder::DeadlineOver)];
    assert_eq!(taken.reminders(at_once, &TimeZone::UTC), of_deadline);
    let line = CaseLine::RegulatorNotTold { reason: text("It was encrypted") };
    let (said, _) = taken.step(receiver(3), CaseStep::write_down(line), at(2)).unwrap();
    assert_eq!((said.reminders(at_once, &TimeZone::UTC), said.open_deadline()), (Vec::new(), None));
    let (closed, _) = taken.step(receiver(3), CaseStep::Close { reason: text("Done") }, at(2)).unwrap();
    assert_eq!(closed.reminders(at_once, &TimeZone::UTC), []);
}

#[test]
fn a_deadline_that_was_over_when_the_case_was_reported_is_reminded_of_from_then_on() {
    let long_known = Case { clock_from: Some(at(-36_000)), deadline: Some(at(-3_600)), ..case() };
    let reminders = long_known.reminders(SignedDuration::from_mins(60), &TimeZone::UTC);
    assert_eq!(reminders, [(at(0), Reminder::DeadlineNear), (at(0), Reminder::DeadlineOver)]);
    assert_eq!(long_known.open_deadline(), Some(at(-3_600)), "it stays what it is");
}

#[test]
fn a_deadline_that_closing_has_kept_is_not_over_for_a_case_that_is_opened_again_later() {
    let timed = Case { deadline: Some(at(36_000)), ..case() };
    let (closed, _) = timed.step(receiver(3), CaseStep::Close { reason: text("Done") }, at(1)).unwrap();
    let opened =
        |second| closed.step(receiver(3), CaseStep::Reopen { reason: text("Not done") }, at(second)).unwrap().0;
    assert_eq!(opened(36_000).open_deadline(), Some(at(36_000)), "there is still time to close it in");
    let later = opened(36_001);
    assert_eq!((later.open_deadline(), later.reminders(SignedDuration::ZERO, &TimeZone::UTC)), (None, Vec::new()));
}

#[test]
fn a_case_with_a_deadline_of_three_days_is_pressing() {
    let hours = |hours: i64| Case { deadline: Some(at(0) + SignedDuration::from_hours(hours)), ..case() };
    assert_eq!((case().is_pressing(), hours(72).is_pressing(), hours(73).is_pressing()), (false, true, false));
}

#[test]
fn a_case_that_is_opened_again_has_as_much_time_as_it_had_at_first() {
    let at_once = SignedDuration::from_hours(1);
    let timed = Case { due: Some(at(8_000)), ..case() };
    let (closed, _) = timed.step(receiver(3), CaseStep::Close { reason: text("Done") }, at(4_000)).unwrap();
    let (open, _) = closed.step(receiver(3), CaseStep::Reopen { reason: text("Not done") }, at(100_000)).unwrap();
    assert_eq!((open.due, open.is_pressing()), (Some(at(108_000)), true));
    assert_eq!(
        open.reminders(at_once, &TimeZone::UTC),
        [(at(106_000), Reminder::DueSoon), (at(108_000), Reminder::Overdue)]
    );
}

#[test]
fn a_case_is_taken_up_answered_and_closed_with_a_reason() {
    let dsl = receiver(3);
    let (taken, effects) = case().step(dsl, CaseStep::TakeUp { from: None }, at(1)).unwrap();
    assert_eq!((taken.taken_up_by(), effects.tell), (Some(person(3)), vec![]));
    let (answered, effects) = taken.step(dsl, CaseStep::Answer { text: text(" Thank you. ") }, at(2)).unwrap();
    assert_eq!(effects.entry.what, CaseEvent::Answered { text: text("Thank you.") });
    assert_eq!(effects.tell, [CaseNotice::Reporter]);
    assert_eq!(answered.step(dsl, CaseStep::Close { reason: text("  ") }, at(3)), Err(CaseRefusal::NoWords));
    let (closed, _) = answered.step(dsl, CaseStep::Close { reason: text("Safe now") }, at(3)).unwrap();
    assert_eq!(closed.state, CaseState::Closed { by: person(3), at: at(3), reason: text("Safe now") });
    assert_eq!(closed.step(dsl, CaseStep::Note { text: text("x") }, at(4)), Err(CaseRefusal::IsClosed));
    let (open, effects) = closed.step(dsl, CaseStep::Reopen { reason: text("It goes on") }, at(5)).unwrap();
    assert_eq!((open.state, effects.tell), (CaseState::Open, vec![CaseNotice::Receivers]));
}

#[test]
fn a_line_is_written_down_by_whoever_receives_or_closes_the_case_while_it_is_open_and_nobody_is_told_of_it() {
    let today = jiff::civil::date(2026, 5, 14);
    let line = CaseLine::ParentsTold { whom: text(" Her mother "), text: text("All of it"), on: today };
    let step = CaseStep::WriteDown { line: line.clone(), today };
    let (after, effects) = case().step(receiver(3), step.clone(), at(1)).unwrap();
    let kept = CaseLine::ParentsTold { whom: text("Her mother"), text: text("All of it"), on: today };
    assert_eq!((after, effects.entry.what, effects.tell), (case(), CaseEvent::WrittenDown(kept), vec![]));
    let closes_only = CaseActor { receives: false, ..receiver(4) };
    assert!(case().step(closes_only, step.clone(), at(1)).is_ok(), "which lines they write, the clause says");
    let neither = CaseActor { may_close: false, ..closes_only };
    assert_eq!(case().step(neither, step.clone(), at(1)), Err(CaseRefusal::NotReceived));
    assert_eq!(case().step(receiver(2), step.clone(), at(1)), Err(CaseRefusal::AboutThemselves));
    let (closed, _) = case().step(receiver(3), CaseStep::Close { reason: text("Done") }, at(2)).unwrap();
    assert_eq!(closed.step(receiver(3), step, at(3)), Err(CaseRefusal::IsClosed));
    let undated = case().step(receiver(3), CaseStep::write_down(line), at(1));
    assert_eq!(undated, Err(CaseRefusal::Line(CaseLineProblem::AfterToday)));
}

#[test]
fn of_two_who_take_a_case_up_at_once_the_second_learns_of_the_first() {
    let (taken, _) = case().step(receiver(3), CaseStep::TakeUp { from: None }, at(1)).unwrap();
    let second = taken.step(receiver(4), CaseStep::TakeUp { from: None }, at(1));
    assert_eq!(second, Err(CaseRefusal::TakenUpBy(person(3))));
    let (over, effects) = taken.step(receiver(4), CaseStep::TakeUp { from: Some(person(3)) }, at(2)).unwrap();
    assert_eq!(over.taken_up_by(), Some(person(4)));
    assert_eq!(effects.entry.what, CaseEvent::TakenUp { from: Some(person(3)) });
}

#[test]
fn whoever_a_case_turns_out_to_be_about_has_it_no_longer() {
    let (taken, _) = case().step(receiver(3), CaseStep::TakeUp { from: None }, at(1)).unwrap();
    let (named, _) = taken.step(receiver(4), CaseStep::is_about(person(3)), at(2)).unwrap();
    assert_eq!(named.state, CaseState::Open);
    let refused = named.step(receiver(3), CaseStep::Note { text: text("x") }, at(3));
    assert_eq!(refused, Err(CaseRefusal::AboutThemselves));
}

#[test]
fn only_those_close_a_case_whom_the_clause_lets_close_it() {
    let reads = CaseActor { may_close: false, ..receiver(3) };
    let closes = CaseActor { receives: false, ..receiver(4) };
    let close = || CaseStep::Close { reason: text("Done") };
    assert_eq!(case().step(reads, close(), at(1)), Err(CaseRefusal::NotTheirsToClose));
    assert!(case().step(closes, close(), at(1)).is_ok());
    let neither = CaseActor { receives: false, may_close: false, ..reads };
    assert_eq!(case().step(neither, close(), at(1)), Err(CaseRefusal::NotReceived));
}

#[test]
fn a_case_is_passed_on_to_a_role_once() {
    let on = |to: &str| CaseStep::PassOn { to: role(to), note: String::new() };
    let (passed, effects) = case().step(receiver(3), on("police"), at(1)).unwrap();
    assert_eq!(effects.tell, [CaseNotice::HoldersOf(role("police"))]);
    assert_eq!(passed.step(receiver(3), on("police"), at(2)), Err(CaseRefusal::HasItAlready(role("police"))));
    assert_eq!(passed.step(receiver(3), on("dsl"), at(2)), Err(CaseRefusal::HasItAlready(role("dsl"))));
    let escalation = Some(Escalation { at: at(2), to: vec![role("headteacher")] });
    let late = Case { escalation, ..passed };
    assert!(late.step(receiver(3), on("headteacher"), at(3)).is_ok(), "lateness passes nothing on");
}

#[test]
fn an_action_holds_a_case_open_until_somebody_has_said_what_came_of_it() {
    let today = jiff::civil::date(2026, 5, 28);
    let id = ActionId(Uuid::from_u128(7));
    let set = |text: &str, due| CaseStep::SetAction { id, text: text.to_owned(), owner: person(4), due, today };
    assert_eq!(case().step(receiver(3), set(" ", today), at(0)), Err(CaseRefusal::NoWords));
    let yesterday = today.yesterday().unwrap();
    assert_eq!(case().step(receiver(3), set("Ring", yesterday), at(0)), Err(CaseRefusal::DueBeforeToday));
    let (with, effects) = case().step(receiver(3), set(" Ring ", today), at(0)).unwrap();
    assert_eq!((with.actions[0].text.as_str(), effects.tell), ("Ring", vec![CaseNotice::Owner(person(4))]));
    assert_eq!(with.step(receiver(3), set("Ring", today), at(1)), Err(CaseRefusal::SetAlready));
    assert_eq!(with.step(receiver(3), set("Write", today), at(1)), Err(CaseRefusal::AnotherSet));
    let close = || CaseStep::Close { reason: text("Done") };
    assert_eq!(with.step(receiver(3), close(), at(1)), Err(CaseRefusal::OpenActions));
    let end = with.actions[0].due_at(&TimeZone::UTC).unwrap();
    let wanted = [(three_quarters(at(0), end), Reminder::ActionDueSoon(id)), (end, Reminder::ActionOverdue(id))];
    assert_eq!(with.reminders(SignedDuration::ZERO, &TimeZone::UTC), wanted);
    let done = |outcome: &str| CaseStep::FinishAction { action: id, outcome: outcome.to_owned() };
    assert_eq!(with.step(receiver(3), done(""), at(1)), Err(CaseRefusal::NoWords));
    let (after, _) = with.step(receiver(3), done("Rung"), at(1)).unwrap();
    assert_eq!(after.actions[0].outcome.as_deref(), Some("Rung"));
    assert_eq!(after.reminders(SignedDuration::ZERO, &TimeZone::UTC), []);
    assert_eq!(after.step(receiver(3), done("Rung"), at(2)), Err(CaseRefusal::NoOpenAction));
    assert!(after.step(receiver(3), close(), at(2)).is_ok());
}

fn any_step() -> impl Strategy<Value = CaseStep> {
    let words = prop_oneof![Just(String::new()), Just(text("  ")), "[a-z ]{1,8}"];
    prop_oneof![
        proptest::option::of(1u8..6).prop_map(|from| CaseStep::TakeUp { from: from.map(person) }),
        words.clone().prop_map(|text| CaseStep::Note { text }),
        words.clone().prop_map(|text| CaseStep::Answer { text }),
        prop_oneof![Just("dsl"), Just("police"), Just("headteacher")]
            .prop_map(|to| CaseStep::PassOn { to: role(to), note: String::new() }),
        (1u8..6).prop_map(|number| CaseStep::is_about(person(number))),
        (1u128..4, 1u8..6, words.clone()).prop_map(|(id, owner, text)| CaseStep::SetAction {
            id: ActionId(Uuid::from_u128(id)),
            text,
            owner: person(owner),
            due: Date::MIN,
            today: Date::MIN,
        }),
        (1u128..4, words.clone())
            .prop_map(|(id, outcome)| CaseStep::FinishAction { action: ActionId(Uuid::from_u128(id)), outcome }),
        words.clone().prop_map(|reason| CaseStep::Close { reason }),
        words.prop_map(|reason| CaseStep::Reopen { reason }),
    ]
}

proptest! {
    #[test]
    fn whatever_is_done_a_closed_case_has_a_reason_and_nobody_acts_on_one_about_themselves(
        steps in proptest::collection::vec((1u8..6, any::<bool>(), any::<bool>(), any_step()), 0..40)
    ) {
        let mut case = case();
        for (second, (number, receives, may_close, step)) in steps.into_iter().enumerate() {
            let by = CaseActor { person: person(number), receives, may_close };
            let about_before = case.about.clone();
            let now = at(i64::try_from(second).unwrap());
            let Ok((next, effects)) = case.step(by, step, now) else { continue };
            prop_assert!(!about_before.contains(&by.person), "somebody acted on a case about themselves");
            prop_assert!(receives || may_close, "somebody acted who neither receives nor closes it");
            prop_assert_eq!((effects.entry.by, effects.entry.at), (by.person, now));
            if let CaseState::Closed { reason, .. } = &next.state {
                prop_assert!(!reason.trim().is_empty(), "a closed case has no reason");
                prop_assert!(next.open_actions().next().is_none(), "a closed case has something left to do");
            }
            prop_assert!(next.taken_up_by().is_none_or(|taker| !next.is_about(taker)));
            prop_assert_eq!(case.is_closed(), matches!(effects.entry.what, CaseEvent::Reopened { .. }));
            prop_assert!(about_before.iter().all(|known| next.about.contains(known)), "a name was lost");
            case = next;
        }
    }
}

#[test]
fn what_is_decided_about_a_site_needs_a_reason_and_is_told_to_the_reporter() {
    let decide = |reason: &str| CaseStep::DecideSite {
        site: Host::parse("bad.example").unwrap(),
        decision: SiteDecision::Close,
        reason: text(reason),
    };
    assert_eq!(case().step(receiver(3), decide(" "), at(1)).unwrap_err(), CaseRefusal::NoWords);
    assert_eq!(case().step(receiver(2), decide("It is violent"), at(1)).unwrap_err(), CaseRefusal::AboutThemselves);
    let (after, effects) = case().step(receiver(3), decide("It is violent"), at(1)).unwrap();
    assert_eq!(effects.tell, [CaseNotice::Reporter]);
    assert!(effects.entry.what.answers_reporter());
    assert_eq!(after, case(), "the report itself is as it was");
}
