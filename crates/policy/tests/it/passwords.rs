//! What a password must be where several rules concern a person.

use domain::{Audience, Unit};
use policy::PasswordRequirements;
use policy::Somebody;

fn of_staff(rules: &[&str]) -> PasswordRequirements {
    let rules: Vec<String> = rules.iter().map(|rule| format!("[password]\n{rule}")).collect();
    let document = crate::read(&crate::policy_of("p", "\"staff\"", &rules));
    crate::compile(&[document]).password_for(Somebody { audience: Audience::Staff, ..Somebody::unidentified() })
}

#[test]
fn the_longest_of_the_least_lengths_holds_with_the_first_rule_that_asks_for_it() {
    let all = of_staff(&["shortest = 10", "shortest = 12", "shortest = 12", "shortest = 11"]);
    let (fewest, rule) = all.fewest();
    assert_eq!((fewest, rule), (12, of_staff(&["shortest = 10", "shortest = 12"]).fewest().1));
    let lacking = |candidate: &str| all.check(candidate, &[]).len();
    assert_eq!((lacking("otterlampgr"), lacking("otterlampgra")), (1, 0));
}

#[test]
fn no_clause_makes_a_password_shorter_than_the_least_of_all() {
    assert_eq!(of_staff(&["shortest = 6"]).fewest(), (PasswordRequirements::LEAST, None));
    assert_eq!(of_staff(&[]).fewest(), (PasswordRequirements::LEAST, None));
    let exactly = of_staff(&["shortest = 8"]).fewest();
    assert_eq!(exactly.0, PasswordRequirements::LEAST);
    assert!(exactly.1.is_some(), "a clause that asks for the least is cited");
}

#[test]
fn the_shortest_time_until_it_must_be_changed_holds() {
    for rules in [
        ["expires = \"12 months\"", "expires = \"90 days\"", "expires = \"6 months\""],
        ["expires = \"90 days\"", "expires = \"6 months\"", "expires = \"12 months\""],
    ] {
        let (expires, _) = of_staff(&rules).expires.expect("one of them holds");
        assert_eq!((expires.count, expires.unit), (90, Unit::Day));
    }
    let (first, second) =
        (of_staff(&["expires = \"90 days\""]), of_staff(&["expires = \"90 days\"", "expires = \"90 days\""]));
    assert_eq!(first.expires, second.expires, "of two alike the first is cited");
}

#[test]
fn a_single_word_of_the_dictionary_is_refused_where_a_rule_says_so() {
    let problems = |rule: &str, candidate: &str| of_staff(&[rule]).check(candidate, &[]).len();
    assert_eq!(problems("not-in = [\"dictionary\"]", "Butterflies7"), 1);
    assert_eq!(problems("not-in = [\"dictionary\"]", "butterflies-lantern"), 0);
    assert_eq!(problems("not-in = [\"common\"]", "Butterflies7"), 0);
}
