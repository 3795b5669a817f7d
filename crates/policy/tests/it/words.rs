//! Explanations and differences, as people read them.

use policy::{ClauseCounts, explain};

#[test]
fn a_policy_is_explained_clause_by_clause() {
    let explanations = explain(&crate::school());
    let counts = ClauseCounts::of(&explanations);
    assert_eq!((counts.runs + counts.by_people, counts.on_word, counts.prose), (6, 1, 1));
    let text: Vec<String> = explanations
        .iter()
        .map(|clause| {
            format!("{} {} ({:?})\n  {}", clause.number, clause.title, clause.kind, clause.sentences.join("\n  "))
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
