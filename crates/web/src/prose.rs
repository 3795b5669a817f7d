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
        Blanks { facts, school_name: &self.school.settings().school_name, roles: self.school.roles() }
    }

    /// A clause's HTML with the school's facts in its blanks.
    pub fn filled(&self, html: &str) -> String {
        let rules = self.school.rules();
        let blanks = self.blanks(rules.facts());
        styled(&fill_blanks(html, &blanks, escape))
    }
}

impl AppState {
    /// Markdown as safe HTML with the school's facts in its blanks.
    pub fn filled_markdown(&self, markdown: &str) -> String {
        self.filled(&policy::prose_html(markdown, self.school.rules().facts()))
    }

    /// A title, as plain text, with the school's facts in its blanks.
    pub fn filled_title(&self, title: &str) -> String {
        let rules = self.school.rules();
        fill_blanks(title, &self.blanks(rules.facts()), str::to_owned)
    }
}

/// Puts facts where the text has `{{dsl.name}}`. A blank that nobody has filled stays to be seen as one.
fn fill_blanks(html: &str, blanks: &Blanks<'_>, written: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        filled.push_str(&rest[..start]);
        let blank = rest[start + 2..start + length].trim();
        match blanks.facts.get(blank) {
            Some(fact) => filled.push_str(&written(fact)),
            None if blank == "school" && !blanks.school_name.is_empty() => {
                filled.push_str(&written(blanks.school_name));
            }
            None => filled.push_str(&written(&blank_words(blank, &blanks.roles))),
        }
        rest = &rest[start + length + 2..];
    }
    filled.push_str(rest);
    filled
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
    fn paragraphs_and_lists_wear_the_desks_classes() {
        assert_eq!(
            styled("<p>a</p><ul><li>b</li></ul>"),
            "<p class=\"govuk-body\">a</p><ul class=\"govuk-list govuk-list--bullet\"><li>b</li></ul>"
        );
    }
}
