//! Explanations and differences, as people read them.

use policy::{ClauseCounts, explain};

#[test]
fn a_policy_is_explained_clause_by_clause() {
    let explanations = explain(&crate::school());
    let counts = ClauseCounts::of(&explanations);
    assert_eq!((counts.enforced, counts.recorded, counts.word, counts.prose), (5, 1, 1, 1));
    let text: Vec<String> = explanations
        .iter()
        .map(|clause| {
            format!("{} {} ({:?})\n  {}", clause.number, clause.title, clause.state, clause.sentences.join("\n  "))
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn every_kind_explains_itself() {
    let rules: Vec<String> = policy::kinds::pages().iter().map(|page| page.example.to_owned()).collect();
    let document = crate::read(&crate::policy_of("manual", "\"pupil\", \"staff\"", &rules));
    let text: Vec<String> = document
        .rules()
        .map(|(_, rule)| format!("{}\n  {}", rule.kind(), rule.sentences(&document.roles).join("\n  ")))
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn a_change_is_told_by_whom_it_concerns() {
    let old = crate::school();
    let new = include_str!("../fixtures/school.md")
        .replace("audiences   = [\"pupil\", \"staff\"]", "audiences   = [\"pupil\", \"staff\", \"visitor\"]")
        .replace("during = [\"lessons\"]\n", "")
        .replace("sites  = [\"social-networks\", \"forums\"]", "sites  = [\"social-networks\", \"chat\"]")
        .replace("## Be kind {#be-kind}\nWrite to others", "## Be kind {#kindness}\nWrite to others")
        .replace("Tell us.", "Tell us, whatever it is.")
        .replace("idle = \"15 minutes\"", "idle = \"5 minutes\"");
    let changes = policy::diff(&old, &crate::read(&new));
    let text: Vec<String> =
        changes.iter().map(|change| format!("{:?} #{}: {}", change.what, change.clause, change.sentence)).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn a_policy_does_not_differ_from_itself_nor_from_one_with_other_line_ends() {
    let text = include_str!("../fixtures/school.md");
    assert_eq!(policy::diff(&crate::school(), &crate::read(&text.replace('\n', "\r\n"))), []);
}

#[test]
fn another_reason_for_resting_on_word_is_a_change() {
    let text = include_str!("../fixtures/school.md");
    let with_reason =
        text.replace("## Be kind {#be-kind}", "## Be kind {#be-kind because=\"Mail is in another system.\"}");
    let changes = policy::diff(&crate::school(), &crate::read(&with_reason));
    let sentences: Vec<&str> = changes.iter().map(|change| change.sentence.as_str()).collect();
    assert!(
        matches!(sentences.as_slice(), [only] if only.ends_with("says differently why it rests on each person's word.")),
        "{sentences:?}"
    );
}

#[test]
fn prose_is_shown_without_rules_and_with_the_schools_facts() {
    let document = crate::school();
    let facts = std::collections::BTreeMap::from([("school".to_owned(), "Hill & Dale".to_owned())]);
    let html = document.prose_html_for(&facts);
    assert!(html.contains("at Hill &amp; Dale."), "{html}");
    assert!(html.contains("<h3 id=\"social-media\"><span class=\"number\">3.2</span> Social media</h3>"), "{html}");
    assert!(!html.contains("[block]") && !html.contains("-&gt;") && !html.contains("{#"), "{html}");
}

#[test]
fn a_site_is_written_as_it_is_read() {
    for (read, written) in [
        ("Reddit.com/r/chemistry/", "reddit.com/r/chemistry"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:db8::1]:443", "[2001:db8::1]"),
        ("[2001:DB8::1]/path", "[2001:db8::1]/path"),
    ] {
        let entry: policy::SiteEntry = read.parse().unwrap();
        assert_eq!(entry.to_string(), written);
        assert_eq!(written.parse(), Ok(entry), "{written}");
    }
}

#[test]
fn a_rule_is_no_stronger_than_its_weakest_field() {
    let states = [
        ("[agreement]\nby = [\"self\"]\nbefore = \"access\"", "enforced", ""),
        ("[agreement]\nby = [\"self\"]\nbefore = \"account\"", "word", "before"),
        ("[agreement]\nby = [\"self\"]\nhow = \"shown\"", "recorded", ""),
        ("[agreement]\nby = [\"self\"]\nbefore = \"access\"\nneeds = [\"policy-read\"]", "word", "needs"),
        ("[agreement]\nby = [\"self\"]\nbefore = \"access\"\ncountersign = [\"dsl\"]", "enforced", ""),
        (
            "[agreement]\nby = [\"self\"]\nbefore = \"access\"\ngrace = \"1 week\"\ncountersign = [\"dsl\"]",
            "recorded",
            "",
        ),
        ("[sanction]\nid = \"s\"\nmay = [\"withdraw-access\"]\ndecides = [\"dsl\"]", "enforced", ""),
        ("[sanction]\nid = \"t\"\nmay = [\"withdraw-access\", \"discipline\"]\ndecides = [\"dsl\"]", "word", "may"),
        ("[view]\nwhat = [\"web\"]\nwho = [\"dsl\"]\npurposes = [\"Safety\"]", "enforced", ""),
        ("[view]\nwhat = [\"web\", \"calls\"]\nwho = [\"dsl\"]\npurposes = [\"Safety\"]", "word", "what"),
        ("[safe-search]\nfor = [\"everyone\"]", "enforced", ""),
        ("[password]\nshortest = 8", "enforced", ""),
        ("[password]\nshortest = 8\nunique = true\nexpires = \"12 months\"", "word", "unique expires"),
        ("[block]\nsites = [\"games\"]\nunless = \"p\"", "enforced", ""),
        (
            "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"dsl\"]\nopens = \"site\"",
            "enforced",
            "",
        ),
        (
            "[permission]\nid = \"q\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"dsl\"]\nopens = \"site\"",
            "recorded",
            "",
        ),
        ("[retain]\nwhat = [\"mail\"]\nfor = \"12 months\"\nthen = \"delete\"", "word", "what for then"),
    ];
    let document = crate::read(&crate::policy_of("p", "\"staff\"", &states.map(|(rule, ..)| rule.to_owned())));
    for ((clause, rule), (text, state, on_word)) in document.rules().zip(states) {
        assert_eq!(
            (rule.state(&document).name(), rule.on_word(&document).join(" ").as_str()),
            (state, on_word),
            "{text}"
        );
        assert_eq!(clause.state(&document), Some(rule.state(&document)), "{text}");
    }
}
