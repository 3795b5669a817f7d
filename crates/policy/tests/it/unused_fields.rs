//! Fields that can be written and that no ready policy writes: each is read, checked, explained, in the manual, and no
//! stronger than it is.

use std::collections::BTreeSet;

use domain::Roles;
use policy::{Source, State, explain};

use crate::five_policies::{POLICIES, read};

struct Unused {
    kind: &'static str,
    field: &'static str,
    /// The fields that a rule of the kind needs beside it.
    needs: &'static str,
    written: &'static str,
    says: &'static str,
    /// Something that it can't be, what is said of that, and how to mend it.
    wrong: (&'static str, &'static str, &'static str),
}

const ON_WORD: [Unused; 4] = [
    Unused {
        kind: "agreement",
        field: "read-again",
        needs: "by = [\"self\"]\nbefore = \"access\"",
        written: "[\"data-protection\", \"safeguarding\"]",
        says: "data-protection",
        wrong: ("[\"Data protection\"]", "'Data protection' is not an id", "lower-case letters"),
    },
    Unused {
        kind: "agreement",
        field: "may-wait",
        needs: "by = [\"self\"]\nbefore = \"access\"",
        written: "true",
        says: "not yet",
        wrong: ("\"yes\"", "may-wait", "true"),
    },
    Unused {
        kind: "retain",
        field: "from",
        needs: "what = [\"mail\"]\nfor = \"12 months\"\nthen = \"delete\"",
        written: "\"the end of the school year\"",
        says: "kept for 12 months from the end of the school year",
        wrong: ("12", "from", "quotation marks"),
    },
    Unused {
        kind: "retain",
        field: "unless-held",
        needs: "what = [\"mail\"]\nfor = \"12 months\"\nthen = \"delete\"",
        written: "false",
        says: "kept for 12 months, then deleted.",
        wrong: ("\"no\"", "unless-held", "true"),
    },
];

/// Fields that no ready policy writes and that something acts on: what acts on each has tests of its own.
const ACTED_ON: [(&str, &str); 8] = [
    ("agreement", "grace"),
    ("allow", "during"),
    ("allow", "except"),
    ("consent", "purposes"),
    ("consent", "veto"),
    ("report", "in-absence"),
    ("safe-search", "engines"),
    ("view", "tell"),
];

impl Unused {
    fn rule(&self, written: &str) -> String {
        format!("[{}]\n{}\n{} = {written}", self.kind, self.needs, self.field)
    }

    fn text(&self, written: &str) -> String {
        crate::policy_of("p", "\"pupil\", \"staff\"", &[self.rule(written)])
    }
}

#[test]
fn a_field_that_no_policy_writes_is_read_and_explained_and_rests_on_word() {
    for unused in &ON_WORD {
        let document = crate::read(&unused.text(unused.written));
        let (_, rule) = document.rules().next().expect("a rule");
        assert!(rule.written_fields().contains(&unused.field), "{}", unused.field);
        assert_eq!(rule.state(&document), State::Word, "{}", unused.field);
        assert!(rule.on_word(&document).contains(&unused.field), "nothing acts on {}", unused.field);
        let sentences = explain(&document)[0].sentences.join(" ");
        assert!(sentences.contains(unused.says), "{}: {sentences}", unused.field);
    }
}

#[test]
fn a_field_that_no_policy_writes_is_checked_at_its_line() {
    for unused in &ON_WORD {
        let (wrong, names, mend) = unused.wrong;
        let text = unused.text(wrong);
        let line =
            text.lines().position(|line| line.starts_with(&format!("{} =", unused.field))).expect("its line") + 1;
        let (_, problems) = policy::parse(&Source::new("policy.md", text), Roles::ready());
        let [problem] = problems.as_slice() else { panic!("{}: {problems:#?}", unused.field) };
        assert_eq!(problem.line as usize, line, "{problem:?}");
        assert!(problem.message.contains(names) && problem.mend.contains(mend), "{problem:?}");
    }
}

#[test]
fn the_manual_says_that_nothing_acts_on_a_field_that_no_policy_writes() {
    let manual = policy::manual();
    for unused in &ON_WORD {
        let (_, page) = manual.split_once(&format!("### `{}`", unused.kind)).expect("a page of the kind");
        let page = page.split("\n### ").next().unwrap_or_default();
        let line = page.lines().find(|line| line.starts_with(&format!("| `{}` |", unused.field)));
        assert!(line.is_some_and(|line| line.ends_with("| nothing: on each person's word |")), "{line:?}");
    }
}

#[test]
fn every_field_that_no_policy_writes_is_held_here_or_by_what_acts_on_it() {
    let documents: Vec<_> = POLICIES.iter().map(|name| read(name)).collect();
    let rules = || documents.iter().flat_map(policy::Document::rules);
    let written: BTreeSet<(&str, &str)> =
        rules().flat_map(|(_, rule)| rule.written_fields().into_iter().map(|field| (rule.kind(), field))).collect();
    let held: Vec<(&str, &str)> = ON_WORD.iter().map(|unused| (unused.kind, unused.field)).chain(ACTED_ON).collect();
    for page in policy::kinds::pages() {
        for field in page.fields {
            let named = (page.name, field.name);
            assert!(
                written.contains(&named) || held.contains(&named),
                "no policy writes {named:?}, and no test holds it"
            );
        }
    }
}

#[test]
fn of_what_people_ask_report_write_down_and_agree_to_no_field_rests_on_word_alone() {
    const ON_WORD_ALONE: &str = "nothing: on each person's word";
    let pages = policy::kinds::pages();
    let on_word = |kind: &str| -> Vec<&str> {
        let page = pages.iter().find(|page| page.name == kind).expect("a kind of rule");
        page.fields.iter().filter(|field| field.acts == ON_WORD_ALONE).map(|field| field.name).collect()
    };
    for kind in ["permission", "report", "register", "consent", "channel"] {
        assert_eq!(on_word(kind), [""; 0], "nothing acts on these of [{kind}]");
    }
    assert!(!on_word("retain").is_empty(), "these words say that nothing acts on a field");
}
