//! Every target for a few seconds, some sixty in all: enough to catch what a change has just broken. A failure names the
//! file that it kept; `FUZZ_REPLAY=file` runs that one alone, `FUZZ_SEED` and `FUZZ_SECONDS` make other and longer runs.

use std::path::Path;
use std::time::Duration;

use fuzz::{TARGETS, run, target};

const SEED: u64 = 1;
const SECONDS: u64 = 6;

fn number(variable: &str, otherwise: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is a whole number, and not '{text}'")),
        Err(_) => otherwise,
    }
}

fn drive(name: &str) {
    let target = target(name).unwrap_or_else(|| panic!("there is no target '{name}'"));
    if let Ok(file) = std::env::var("FUZZ_REPLAY") {
        return fuzz::replay(target, Path::new(&file)).expect("the kept input can be read");
    }
    let seed = number("FUZZ_SEED", SEED);
    let ran = run(target, seed, Duration::from_secs(number("FUZZ_SECONDS", SECONDS)));
    println!("{name}: {} inputs from seed {seed}, the slowest in {:?}", ran.inputs, ran.slowest);
    assert!(ran.inputs > (target.seeds)().len() as u64, "the time is too short for a single change");
}

/// A test for each target, by a sentence.
macro_rules! short_runs {
    ($($sentence:ident: $name:literal,)+) => {
        $(#[test]
        fn $sentence() {
            drive($name);
        })+

        #[test]
        fn every_target_has_its_sentence_here() {
            let here = [$($name),+];
            let missing: Vec<&str> = TARGETS.iter().map(|target| target.name).filter(|name| !here.contains(name)).collect();
            assert!(missing.is_empty(), "give them a line: {missing:?}");
        }
    };
}

short_runs! {
    a_host_or_an_address_has_one_canonical_form: "address",
    a_file_for_a_report_is_of_a_type_or_of_none_and_has_a_name_that_stays: "case_file",
    a_client_hello_is_not_taken_back_as_more_arrives: "client_hello",
    a_line_of_the_log_is_refused_or_written_as_it_was_read: "hot_line",
    an_index_is_refused_or_answers_without_a_panic: "index_bytes",
    a_list_of_people_is_read_or_its_problems_are_named: "people_csv",
    a_policy_is_read_or_its_problems_are_named: "policy_text",
    a_request_is_framed_alike_however_it_arrives: "request_framing",
    a_story_is_played_or_its_problem_is_named: "stories",
    a_worked_example_is_run_or_its_problem_is_named: "worked_examples",
}
