//! Worked examples that hold, and that are seen to fail when they don't.

use policy::run_examples;

use crate::site_lists::SiteLists;

fn outcomes(text: &str) -> Vec<(bool, String)> {
    let document = crate::read(text);
    let lists = SiteLists::read();
    let rules = crate::compile(std::slice::from_ref(&document));
    run_examples(&[document], &rules, &|address| lists.categories(address))
        .into_iter()
        .map(|outcome| (outcome.passed, outcome.got))
        .collect()
}

#[test]
fn the_examples_of_a_right_policy_hold() {
    let outcomes = outcomes(include_str!("../fixtures/school.md"));
    assert_eq!(outcomes.len(), 5);
    assert!(outcomes.iter().all(|(passed, _)| *passed), "{outcomes:?}");
}

#[test]
fn an_example_that_does_not_hold_says_what_came_instead() {
    let examples = "\n```example\n\
        pupil opens https://www.reddit.com/ -> allowed\n\
        pupil opens https://www.reddit.com/ -> blocked #games\n\
        staff opens https://www.reddit.com/ -> blocked\n\
        pupil opens https://www.chess.com/ at 12:30 -> blocked\n\
        pupil signs -> self\n\
        staff signs -> shown\n\
        pupil asks lesson-site -> it-staff decides\n\
        staff as subject-teacher asks lesson-site -> it-staff decides until end of term\n\
        pupil reports worry about dsl -> dsl and deputy-dsl\n\
        pupil reports worry -> dsl and deputy-dsl within 72 hours\n\
        pupil searches for \"x\" -> plain\n\
        dsl views web -> allowed\n\
        pupil sets password \"password\" -> accepted\n\
        staff idle 5 minutes -> signed out\n```\n";
    let text = format!("{}{examples}", include_str!("../fixtures/school.md"));
    let outcomes = outcomes(&text);
    let (_, failed) = outcomes.split_at(5);
    assert!(failed.iter().all(|(passed, _)| !*passed), "{failed:?}");
    insta::assert_snapshot!(failed.iter().map(|(_, got)| got.as_str()).collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_verb_can_hold() {
    let examples = "\n```example\n\
        # a comment\n\
        pupil signs -> self and parent #signing\n\
        staff signs -> nothing\n\
        pupil opens https://www.chess.com/ at 12:30 -> allowed\n\
        pupil opens https://www.chess.com/ at Saturday 10:00 -> allowed\n\
        pupil opens https://www.chess.com/ -> blocked #games\n\
        pupil asks lesson-site -> refused\n\
        pupil reports worry -> deputy-dsl and dsl within at once in confidence #worries\n\
        pupil reports worry about dsl -> headteacher in confidence\n\
        dsl views web -> refused\n\
        pupil sets password \"otter lamp gravel\" -> accepted\n\
        staff idle 15 minutes -> signed out #passwords\n\
        staff idle 14 minutes -> stays in\n```\n";
    let outcomes = outcomes(&format!("{}{examples}", include_str!("../fixtures/school.md")));
    assert!(outcomes.iter().all(|(passed, _)| *passed), "{outcomes:?}");
}
