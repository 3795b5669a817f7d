//! What a line must say, and what is not kept.

use jiff::SignedDuration;
use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 5, 14);

const NOW: Timestamp = Timestamp::constant(1_778_760_000, 0);

/// Just now, without a deadline.
fn when() -> WrittenAt {
    WrittenAt { today: TODAY, now: NOW, deadline: None }
}

/// Just now, so many hours after a deadline.
fn after_deadline(hours: i64) -> WrittenAt {
    WrittenAt { deadline: Some(NOW - SignedDuration::from_hours(hours)), ..when() }
}

fn told(at: Timestamp, reason: &str, delay: &str) -> CaseLine {
    CaseLine::RegulatorTold { at, reference: String::new(), reason: text(reason), delay: text(delay) }
}

fn known(parts: &[(BreachPart, &str)]) -> CaseLine {
    CaseLine::BreachKnown { parts: parts.iter().map(|(part, words)| (*part, text(words))).collect() }
}

fn text(words: &str) -> String {
    words.to_owned()
}

fn search(found: &str, deleted: &str, reason: &str) -> CaseLine {
    let person = |number| PersonId(uuid::Uuid::from_u128(number));
    CaseLine::DeviceSearch {
        device: text("Ada's telephone"),
        by: person(1),
        beside: person(2),
        found: text(found),
        deleted: text(deleted),
        reason: text(reason),
        for_police: false,
        on: TODAY,
        clause: String::new(),
    }
}

fn referral(to: ReferredTo, whom: &str, on: Date) -> CaseLine {
    CaseLine::Referral { to, whom: text(whom), reference: text(" "), reason: text(" He is at risk "), on }
}

#[test]
fn a_line_says_everything_that_its_kind_must_say() {
    let (full, none) = (|| text("words"), String::new);
    let lacking = [
        (CaseLine::OwnWords { whom: none(), text: full(), on: TODAY }, LinePart::Whom),
        (CaseLine::OwnWords { whom: full(), text: text(" \n"), on: TODAY }, LinePart::Text),
        (CaseLine::ParentsTold { whom: none(), text: full(), on: TODAY }, LinePart::Whom),
        (CaseLine::ParentsTold { whom: full(), text: none(), on: TODAY }, LinePart::Text),
        (CaseLine::ParentsNotTold { reason: none() }, LinePart::Reason),
        (CaseLine::Decision { text: none(), reason: full() }, LinePart::Text),
        (CaseLine::Decision { text: full(), reason: none() }, LinePart::Reason),
        (CaseLine::NoReferral { reason: text("  ") }, LinePart::Reason),
        (referral(ReferredTo::Another, " ", TODAY), LinePart::Whom),
        (CaseLine::RegulatorNotTold { reason: none() }, LinePart::Reason),
        (told(NOW, " ", ""), LinePart::Reason),
        (CaseLine::PeopleTold { whom: none(), how: full(), text: full(), on: TODAY }, LinePart::Whom),
        (CaseLine::PeopleTold { whom: full(), how: none(), text: full(), on: TODAY }, LinePart::How),
        (CaseLine::PeopleTold { whom: full(), how: full(), text: none(), on: TODAY }, LinePart::Text),
        (CaseLine::PeopleNotTold { reason: none() }, LinePart::Reason),
        (known(&[]), LinePart::Breach(BreachPart::Nature)),
        (known(&[(BreachPart::Measures, " ")]), LinePart::Breach(BreachPart::Nature)),
    ];
    for (line, part) in lacking {
        assert_eq!(line.clone().checked(when()), Err(CaseLineProblem::NothingIn(part)), "{line:?}");
    }
    let unreasoned =
        CaseLine::Referral { to: ReferredTo::Police, whom: none(), reference: none(), reason: none(), on: TODAY };
    assert_eq!(unreasoned.checked(when()), Err(CaseLineProblem::NothingIn(LinePart::Reason)));
}

#[test]
fn a_referral_needs_no_reference_and_a_name_only_where_its_kind_does_not_say_to_whom() {
    let kept = referral(ReferredTo::Police, "", TODAY).checked(when()).unwrap();
    let CaseLine::Referral { reason, reference, .. } = kept else { panic!("a referral") };
    assert_eq!((reason.as_str(), reference.as_str()), ("He is at risk", ""));
    assert!(referral(ReferredTo::Another, "The diocese", TODAY).checked(when()).is_ok());
}

#[test]
fn what_is_still_to_come_is_not_written_down() {
    let tomorrow = TODAY.tomorrow().unwrap();
    let lines = |on| {
        [
            CaseLine::OwnWords { whom: text("Ada"), text: text("He hit me"), on },
            CaseLine::ParentsTold { whom: text("Her mother"), text: text("All of it"), on },
            referral(ReferredTo::Regulator, "", on),
            CaseLine::PeopleTold { whom: text("All"), how: text("By mail"), text: text("All of it"), on },
        ]
    };
    for line in lines(tomorrow) {
        assert_eq!(line.checked(when()), Err(CaseLineProblem::AfterToday));
    }
    for line in lines(TODAY) {
        assert!(line.checked(when()).is_ok());
    }
}

#[test]
fn why_the_regulator_is_told_late_is_said_after_the_deadline_and_never_before() {
    let at_deadline = after_deadline(0);
    assert!(told(NOW, "At risk", " ").checked(at_deadline).is_ok(), "the deadline itself is in time");
    assert_eq!(told(NOW, "At risk", "A hurry").checked(at_deadline), Err(CaseLineProblem::NoDelay));
    let late = after_deadline(1);
    let lacking = Err(CaseLineProblem::NothingIn(LinePart::Delay));
    assert_eq!(told(NOW, "At risk", " ").checked(late), lacking);
    assert!(told(NOW, "At risk", "Nobody was there").checked(late).is_ok());
    // It is written down late, and was told in time.
    assert!(told(NOW - SignedDuration::from_hours(2), "At risk", "").checked(late).is_ok());
    assert!(told(NOW, "At risk", "A hurry").checked(when()).is_ok(), "no clock runs: they know whether it was late");
    let soon = NOW + SignedDuration::from_secs(1);
    assert_eq!(told(soon, "At risk", "").checked(when()), Err(CaseLineProblem::AfterToday));
}

#[test]
fn what_is_known_of_a_breach_grows_part_by_part_and_the_newest_words_of_a_part_count() {
    let lines = [
        known(&[(BreachPart::Nature, " A lost bag "), (BreachPart::Measures, " ")]),
        CaseLine::Decision { text: text("To look for it"), reason: text("It may be there") },
        known(&[(BreachPart::Nature, "A stolen bag"), (BreachPart::PeopleNumber, "About 30")]),
    ];
    let lines = lines.map(|line| line.checked(when()).unwrap());
    assert_eq!(lines[0], known(&[(BreachPart::Nature, "A lost bag")]), "what says nothing is not kept");
    let so_far: Vec<(BreachPart, &str)> =
        known_of_breach(&lines).filter_map(|(part, words)| Some((part, words?))).collect();
    assert_eq!(so_far, [(BreachPart::Nature, "A stolen bag"), (BreachPart::PeopleNumber, "About 30")]);
    assert_eq!(known_of_breach(&lines).filter(|(_, words)| words.is_none()).count(), BreachPart::ALL.len() - 2);
    let kept = serde_json::to_string(&lines[2]).unwrap();
    assert_eq!(serde_json::from_str::<CaseLine>(&kept).unwrap(), lines[2]);
}

#[test]
fn a_search_has_a_second_person_there_and_says_what_was_found_and_why_anything_was_deleted() {
    assert!(search("Nothing", " ", " ").checked(when()).is_ok());
    assert!(search("A picture", "The picture", "It is hers").checked(when()).is_ok());
    let lacking = [
        (search(" ", "", ""), LinePart::Found),
        (search("A picture", "The picture", " "), LinePart::Reason),
        (search("A picture", " ", "It is hers"), LinePart::Deleted),
    ];
    for (line, part) in lacking {
        assert_eq!(line.checked(when()), Err(CaseLineProblem::NothingIn(part)));
    }
    let mut nameless = search("Nothing", "", "");
    if let CaseLine::DeviceSearch { device, .. } = &mut nameless {
        device.clear();
    }
    assert_eq!(nameless.checked(when()), Err(CaseLineProblem::NothingIn(LinePart::Device)));
    let mut alone = search("Nothing", "", "");
    if let CaseLine::DeviceSearch { by, beside, .. } = &mut alone {
        *beside = *by;
    }
    assert_eq!(alone.checked(when()), Err(CaseLineProblem::Alone));
    let mut to_come = search("Nothing", "", "");
    if let CaseLine::DeviceSearch { on, .. } = &mut to_come {
        *on = TODAY.tomorrow().unwrap();
    }
    assert_eq!(to_come.checked(when()), Err(CaseLineProblem::AfterToday));
    let kept = search("A picture", "The picture", "It is hers");
    let json = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<CaseLine>(&json).unwrap(), kept);
}

#[test]
fn an_outcome_names_a_measure_or_says_in_words_what_came_of_it_and_always_why() {
    let outcome = |measure: &str, words: &str, reason: &str| CaseLine::Outcome {
        measure: text(measure),
        clause: String::new(),
        text: text(words),
        reason: text(reason),
    };
    assert!(outcome("discipline", " ", "It was on purpose").checked(when()).is_ok());
    assert!(outcome("", "A talk", "It was a slip").checked(when()).is_ok());
    for (line, part) in
        [(outcome("", " ", "It was a slip"), LinePart::Text), (outcome("discipline", "A talk", " "), LinePart::Reason)]
    {
        assert_eq!(line.checked(when()), Err(CaseLineProblem::NothingIn(part)));
    }
}
