//! Lines of stories: each is played, or its problem is named.

use std::sync::Arc;

use domain::{CategorySet, Roles, Version};
use policy::{Published, Rules, SchoolFacts, Source, run_examples};

use crate::worked_examples::POLICY;
use crate::{Target, text};

pub const TARGET: Target = Target {
    name: "stories",
    seeds: || {
        text::seeds(&[
            "Monday 08:40: pupil Ada in 5B joins\n08:41: pupil Ada owes -> self and parent\n\
             18:00: parent signs for pupil Ada -> allowed\n13 months later: pupil Ada opens https://a.example/ -> blocked",
            "Monday 08:40: staff as subject-teacher of 9B asks lesson-site for reddit.com, until Monday 12:00 -> allowed\n\
             09:00: it-staff approves lesson-site -> allowed\n09:10: pupil in 9B holds lesson-site -> yes\n\
             09:20: it-staff revokes lesson-site -> allowed",
            "Monday 08:40: headteacher withdraws access of pupil until Friday 12:00 -> refused\n\
             Tuesday 09:00: headteacher restores access of pupil -> refused",
            "Monday 10:00: dsl views web of pupil Ada for \"Keeping a pupil safe\" -> refused\n\
             10:10: headteacher agrees to the viewing of dsl -> refused",
            "Monday 08:40: staff signs in\n08:54: staff is active\n# a comment\n23:59: staff is signed in -> no",
        ])
    },
    words: &[
        "Monday 08:40: ",
        "\nTuesday 00:00: ",
        "\n09:10: ",
        "\n4000000000 months later: ",
        "\n100 years later: ",
        "\n1 school day later: ",
        " -> ",
        "pupil Ada ",
        "staff as subject-teacher of 9B ",
        "it-staff ",
        "joins",
        "signs ",
        "signs in",
        "is signed in",
        "is active",
        "owes",
        "opens https://",
        "asks lesson-site ",
        "approves lesson-site ",
        "refuses lesson-site",
        "hands on lesson-site to ",
        "takes back lesson-site",
        "revokes lesson-site",
        "holds lesson-site",
        "withdraws access of ",
        "restores access of ",
        "views web ",
        "agrees to the viewing of ",
        "accepts the signature of ",
        " for everyone,",
        " until ",
        "\"",
        "#",
    ],
    check,
};

fn check(bytes: &[u8]) {
    let lines = text::of(bytes);
    if lines.contains("```") || lines.contains("~~~") {
        return;
    }
    let text = format!("{POLICY}\n```story\n{lines}\n```\n");
    let (document, problems) = policy::parse(&Source::new("policy.md", text), Roles::ready());
    let Some(mut document) = document else { panic!("the policy around the story can be read: {problems:?}") };
    document.clauses.iter_mut().for_each(|clause| clause.examples.clear());
    let rules = Rules::compile(
        &[Published { document: Arc::new(document.clone()), version: Version(1) }],
        &SchoolFacts::default(),
    );
    let stories = document.clauses.iter().flat_map(|clause| &clause.stories);
    let asked = stories.flat_map(|story| &story.steps).filter(|step| step.expected.is_some()).count();
    let outcomes = run_examples(&[document], &rules, &|_| CategorySet::EMPTY);
    assert_eq!(outcomes.len(), asked, "every step that has an answer is played");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_are_sound() {
        for seed in (TARGET.seeds)() {
            let text = format!("{POLICY}\n```story\n{}\n```\n", text::of(&seed));
            let (_, problems) = policy::parse(&Source::new("policy.md", text), Roles::ready());
            assert!(problems.is_empty(), "{problems:?}");
        }
    }
}
