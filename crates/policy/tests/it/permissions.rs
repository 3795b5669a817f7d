//! Each permission of the ready policies has a story that shows what a yes changes, and what it leaves as it was.

use std::sync::Arc;

use domain::{Address, CategorySet, Version};
use policy::kinds::Permission;
use policy::rules::{deciding, shown};
use policy::{Action, Document, Expected, Published, Rules, SchoolFacts, Story, StoryStep, run_examples};

use crate::five_policies::{POLICIES, read};
use crate::site_lists::SiteLists;

/// Whether a step is the yes to a permission: an approval, or what its asker or its giver opens at once.
fn is_yes(step: &StoryStep, permission: &Permission) -> bool {
    let id = shown::permission(permission).id;
    match &step.action {
        Action::Approves { permission: named, .. } => named == id && step.expected == Some(Expected::Answer("allowed")),
        Action::Asks { permission: named, gives, .. } => {
            let at_once = *gives || deciding::opens_on_own_word(permission);
            named == id && at_once && step.expected != Some(Expected::Answer("refused"))
        }
        _ => false,
    }
}

/// Of a step that tells how somebody stands: whether it tells that they may, and of whom and what it tells that.
fn tells(step: &StoryStep) -> Option<(bool, String)> {
    let of_what = match &step.action {
        Action::Holds { permission } => permission.clone(),
        Action::Opens { address, .. } => address.host.to_string(),
        _ => return None,
    };
    let may = matches!(step.expected, Some(Expected::Answer("yes" | "allowed")));
    Some((may, format!("{:?} {of_what}", step.who)))
}

/// Whether a story tells after the yes of somebody or something else that nothing changed for.
fn leaves_others(story: &Story, yes: usize) -> bool {
    let told: Vec<(bool, String)> = story.steps[yes..].iter().filter_map(tells).collect();
    told.iter().any(|(may, of)| *may && told.iter().any(|(may, other)| !may && other != of))
}

/// The policy with nothing to run but one story, without one of its steps.
fn with_only(document: &Document, clause: usize, story: &Story, without: usize) -> Document {
    let mut document = document.clone();
    for clause in &mut document.clauses {
        clause.examples.clear();
        clause.stories.clear();
    }
    let mut story = story.clone();
    story.steps.remove(without);
    document.clauses[clause].stories.push(story);
    document
}

/// Whether a story fails without the yes: something in it rests on it.
fn rests_on(
    document: &Document,
    rules: &Rules,
    categories: &dyn Fn(&Address) -> CategorySet,
    (clause, story, yes): (usize, &Story, usize),
) -> bool {
    let tells_of_may = |text: &str| {
        let step = story.steps.iter().find(|step| step.text == text);
        step.and_then(tells).is_some_and(|(may, _)| may)
    };
    run_examples(&[with_only(document, clause, story, yes)], rules, categories)
        .iter()
        .any(|outcome| !outcome.passed && tells_of_may(&outcome.text))
}

#[test]
fn each_permission_has_a_story_of_what_a_yes_changes_and_what_it_does_not() {
    let lists = SiteLists::read();
    let categories = |address: &Address| lists.categories(address);
    let mut without = Vec::new();
    for name in POLICIES {
        let document = read(name);
        let published = Published { document: Arc::new(document.clone()), version: Version(1) };
        let rules = Rules::compile(&[published], &SchoolFacts::default());
        for (_, permission) in document.permissions() {
            let clauses = document.clauses.iter().enumerate();
            let stories = clauses.flat_map(|(place, clause)| clause.stories.iter().map(move |story| (place, story)));
            let has_one = stories.into_iter().any(|(clause, story)| {
                let mut yeses = (0..story.steps.len()).filter(|place| is_yes(&story.steps[*place], permission));
                yeses.any(|yes| {
                    leaves_others(story, yes) && rests_on(&document, &rules, &categories, (clause, story, yes))
                })
            });
            if !has_one {
                without.push(format!("{name}: {}", shown::permission(permission).id));
            }
        }
    }
    assert!(without.is_empty(), "no story shows what a yes changes and what it does not: {without:#?}");
}
