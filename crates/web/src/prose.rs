//! A policy's words as a page shows them: the classes of the stylesheet, and the school's own facts in the blanks.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Roles;

use crate::visitor::AppState;

/// What goes into the blanks of a text.
struct Blanks<'f> {
    facts: &'f BTreeMap<String, String>,
    school_name: &'f str,
    roles: Arc<Roles>,
}

impl AppState {
    fn blanks<'f>(&'f self, facts: &'f BTreeMap<String, String>) -> Blanks<'f> {
        Blanks { facts, school_name: &self.desk.settings().school_name, roles: self.desk.roles() }
    }

    /// A clause's HTML with the school's facts in its blanks.
    pub fn filled(&self, html: &str) -> String {
        let rules = self.desk.rules();
        let blanks = self.blanks(rules.facts());
        styled(&fill_blanks(html, &blanks, escape))
    }
}

impl AppState {
    /// Markdown as safe HTML with the school's facts in its blanks.
    pub fn filled_markdown(&self, markdown: &str) -> String {
        self.filled(&policy::prose_html(markdown, self.desk.rules().facts()))
    }

    /// A title, as plain text, with the school's facts in its blanks.
    pub fn filled_title(&self, title: &str) -> String {
        let rules = self.desk.rules();
        fill_blanks(title, &self.blanks(rules.facts()), str::to_owned)
    }
}

/// Puts facts where the text has `{{dsl.name}}`. A blank that nobody has filled stays to be seen as one.
fn fill_blanks(text: &str, blanks: &Blanks<'_>, written: impl Fn(&str) -> String) -> String {
    policy::fill_blanks(text, |blank| {
        Some(match blanks.facts.get(blank) {
            Some(fact) => written(fact),
            None if blank == "school" && !blanks.school_name.is_empty() => written(blanks.school_name),
            None => written(&blank_words(blank, &blanks.roles)),
        })
    })
}

/// `dsl.name` reads 'the designated safeguarding lead' where no name is set; anything else '[dsl.name]'.
fn blank_words(blank: &str, roles: &Roles) -> String {
    let role = blank.split_once('.').and_then(|(role, what)| Some((roles.find(role).ok()?, what)));
    match role {
        Some((role, "name")) => roles.in_sentence(role),
        Some((role, _)) => format!("[how to reach {}: ask the school office]", roles.in_sentence(role)),
        None => format!("[{blank}]"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The plain tags of a clause's HTML, with the classes of GOV.UK Frontend.
fn styled(html: &str) -> String {
    html.replace("<p>", "<p class=\"govuk-body\">")
        .replace("<ul>", "<ul class=\"govuk-list govuk-list--bullet\">")
        .replace("<ol>", "<ol class=\"govuk-list govuk-list--number\">")
        .replace("<a href=", "<a class=\"govuk-link\" rel=\"noreferrer\" href=")
        .replace("<table>", "<table class=\"govuk-table\">")
        .replace("<th>", "<th scope=\"col\" class=\"govuk-table__header\">")
        .replace("<td>", "<td class=\"govuk-table__cell\">")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_stand_in_the_blanks_and_never_as_html() {
        let facts = BTreeMap::from([("dsl.name".to_owned(), "A & <b>".to_owned())]);
        let filled = fill_blanks(
            "At {{school}}, {{dsl.name}}; {{dsl.contact}}; {{ office.name }}; {{odd",
            &Blanks { facts: &facts, school_name: "Elm", roles: Roles::ready().clone() },
            escape,
        );
        assert_eq!(
            filled,
            "At Elm, A &amp; &lt;b&gt;; [how to reach the designated safeguarding lead: ask the school office]; \
             the school office; {{odd"
        );
    }

    #[test]
    fn a_blank_that_begins_in_an_attribute_does_not_end_outside_it() {
        let facts = BTreeMap::new();
        let blanks = Blanks { facts: &facts, school_name: "Elm", roles: Roles::ready().clone() };
        for markdown in [
            r#"[x](/a "{{t") }} " onmouseover="alert(1)"#,
            r#"![{{t](/a.png) }} " onerror="alert(1)"#,
            "[x](</a{{b>) }} \" onmouseover=\"alert(1)",
        ] {
            let html = fill_blanks(&policy::prose_html(markdown, &facts), &blanks, escape);
            let tag = html.split('<').find(|tag| tag.starts_with("a ") || tag.starts_with("img ")).expect("a tag");
            let tag = tag.split_once('>').expect("it ends").0;
            assert_eq!(tag.matches('"').count() % 2, 0, "{html}");
            let outside: String = tag.split('"').step_by(2).collect();
            assert!(!outside.contains("onmouseover") && !outside.contains("onerror"), "{html}");
        }
    }

    #[test]
    fn paragraphs_and_lists_wear_the_desks_classes() {
        assert_eq!(
            styled("<p>a</p><ul><li>b</li></ul>"),
            "<p class=\"govuk-body\">a</p><ul class=\"govuk-list govuk-list--bullet\"><li>b</li></ul>"
        );
    }
}
