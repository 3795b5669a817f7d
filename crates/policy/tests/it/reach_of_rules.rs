//! Each public function of `rules` is called by an example or a story, or by another that one calls, or is named here with
//! what holds it instead. Functions are found by their names, so that one is taken for reached rather than missed.

use std::collections::{BTreeMap, BTreeSet};

use crate::readers_of_fields::{Text, files, is_name};

/// What no example or story reaches, and which tests hold it.
const HELD_ELSEWHERE: [(&str, &str); 9] = [
    (
        "consents::of_entry",
        "actions: a_keeper_sees_whose_consent_is_missing_and_that_nobody_was_asked_of_an_entry_by_hand",
    ),
    ("consents::roles_that_give", "actions: home_lists_a_request_or_a_report_for_as_long_as_it_waits"),
    (
        "counting::is_written",
        "actions: how_many_are_in_use_is_left_out_of_a_list_only_where_the_register_says_it_itself",
    ),
    (
        "losses::has_come_back",
        "actions: a_label_is_what_stands_on_it_and_whoever_guesses_is_told_no_more_after_a_while",
    ),
    ("losses::has_label", "actions: somebody_else_names_it_by_its_label_and_nothing_that_is_not_on_the_list"),
    ("notices::tells_of_watching", "policy: a_notice_of_watching_names_what_watches_and_who_may_look"),
    (
        "registers::lists_accounts",
        "actions: the_schools_accounts_are_shown_to_whoever_is_shown_or_keeps_their_register_and_to_nobody_else",
    ),
    ("signing::is_read", "policy: an_agreement_shows_its_parts_and_no_others"),
    ("site_reports::gives_away", "policy: a_route_that_leads_nowhere_is_a_problem_that_says_how_to_mend_it"),
];

/// What pages show, and what compiles: no decision is asked of them by name.
const OTHER_FILES: [&str; 3] = ["shown", "compile", "rules"];

/// A function: the file that it stands in, its name, and its text.
struct Function {
    file: String,
    name: String,
    is_public: bool,
    is_method: bool,
    body: String,
}

fn functions(text: &Text) -> Vec<Function> {
    let file = text.path.file_stem().expect("a name").to_string_lossy().into_owned();
    let mut found = Vec::new();
    for (place, _) in text.packed.match_indices("fn ") {
        let rest = &text.packed[place + 3..];
        let name: String = rest.chars().take_while(|letter| is_name(*letter)).collect();
        let Some(open) = rest.find('{') else { continue };
        let body = rest[open..open + closing(&rest[open..])].to_owned();
        let is_public = text.packed[..place].ends_with("pub ");
        let given = rest[name.len()..open].split_once('(').map_or("", |(_, given)| given);
        let is_method = given.starts_with("&self") || given.starts_with("self");
        found.push(Function { file: file.clone(), name, is_public, is_method, body });
    }
    found
}

/// Where the brace closes with which a text begins.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (place, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    text.len()
}

/// Whether a text calls a function or hands it on: with its file's name before it, or without in a file that knows it.
fn calls(text: &str, function: &Function, knows_it: bool) -> bool {
    text.match_indices(function.name.as_str()).any(|(place, name)| {
        let (before, after) = (&text[..place], &text[place + name.len()..]);
        let is_called = after.starts_with(['(', ')', ',']);
        let by_file = before.strip_suffix("::").is_some_and(|before| before.ends_with(function.file.as_str()));
        let is_bare = knows_it && !before.ends_with(|letter: char| is_name(letter) || letter == '.' || letter == ':');
        is_called && if function.is_method { before.ends_with('.') } else { by_file || is_bare }
    })
}

fn knows(text: &Text, function: &Function) -> bool {
    ["rules", "registers"].iter().any(|folder| text.packed.contains(&format!("{folder}::{}::", function.file)))
}

#[test]
fn every_rule_is_reached_by_an_example_or_a_story() {
    let rules = files("rules");
    let all: Vec<Function> = rules.iter().flat_map(functions).collect();
    let callers = [files("example"), files("story")].concat();
    let mut reached: BTreeSet<usize> = (0..all.len())
        .filter(|place| callers.iter().any(|text| calls(&text.packed, &all[*place], knows(text, &all[*place]))))
        .collect();
    let by_file: BTreeMap<String, &Text> = rules
        .iter()
        .map(|text| (text.path.file_stem().expect("a name").to_string_lossy().into_owned(), text))
        .collect();
    loop {
        let calls_it = |from: &usize, to: &Function| {
            let from = &all[*from];
            calls(&from.body, to, from.file == to.file || knows(by_file[&from.file], to))
        };
        let more = (0..all.len()).filter(|place| !reached.contains(place));
        let more: Vec<usize> = more.filter(|place| reached.iter().any(|from| calls_it(from, &all[*place]))).collect();
        if more.is_empty() {
            break;
        }
        reached.extend(more);
    }
    let asked = |place: &usize| all[*place].is_public && !OTHER_FILES.contains(&all[*place].file.as_str());
    let left = (0..all.len()).filter(asked).filter(|place| !reached.contains(place));
    let left: BTreeSet<String> = left.map(|place| format!("{}::{}", all[place].file, all[place].name)).collect();
    let listed: BTreeSet<String> = HELD_ELSEWHERE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(left, listed, "call it where an example or a story decides, or name what holds it");
}
