//! A clause's prose as HTML that is safe to show: no raw HTML, no scripts in links.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Markdown as safe HTML, with facts in the blanks that have one.
pub fn render(markdown: &str, facts: &BTreeMap<String, String>) -> String {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut links: Vec<bool> = Vec::new();
    let events = events.filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Link { ref dest_url, .. } | Tag::Image { ref dest_url, .. }) => {
            let safe = is_safe(dest_url);
            links.push(safe);
            safe.then_some(event)
        }
        Event::End(TagEnd::Link | TagEnd::Image) => links.pop().unwrap_or(true).then_some(event),
        Event::Text(text) => Some(Event::Text(fill(text, facts))),
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// A numbered heading; a clause's carries its id.
pub(crate) fn heading(
    level: u8,
    number: &str,
    title: &str,
    id: Option<&str>,
    facts: &BTreeMap<String, String>,
) -> String {
    let level = level.clamp(1, 6);
    let mut out = format!("<h{level}");
    if let Some(id) = id {
        let _ = write!(out, " id=\"{}\"", escape(id));
    }
    out.push('>');
    if !number.is_empty() {
        let _ = write!(out, "<span class=\"number\">{number}</span> ");
    }
    let _ = writeln!(out, "{}</h{level}>", escape(&fill_str(title, facts)));
    out
}

/// The blanks of a text that no fact fills, each once, in their order.
pub fn empty_blanks(text: &str, facts: &BTreeMap<String, String>) -> Vec<String> {
    let mut empty: Vec<String> = Vec::new();
    for after in text.split("{{").skip(1) {
        let Some((name, _)) = after.lines().next().and_then(|line| line.split_once("}}")) else { continue };
        let name = name.trim();
        if !facts.contains_key(name) && !empty.iter().any(|known| known == name) {
            empty.push(name.to_owned());
        }
    }
    empty
}

/// The same text without braces: a blank that is still empty stands in square brackets.
pub(crate) fn bracketed(text: &str) -> String {
    text.replace("{{", "[").replace("}}", "]")
}

/// Puts the school's facts into blanks: `{{dsl.name}}`. A blank without a fact stays.
pub fn fill_str(text: &str, facts: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        match after.split_once("}}").and_then(|(name, tail)| Some((facts.get(name.trim())?, tail))) {
            Some((fact, tail)) => {
                out.push_str(fact);
                rest = tail;
            }
            None => {
                out.push_str("{{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn fill<'a>(text: CowStr<'a>, facts: &BTreeMap<String, String>) -> CowStr<'a> {
    if text.contains("{{") { fill_str(&text, facts).into() } else { text }
}

/// Web, mail and telephone links, and links within the school's own pages.
fn is_safe(link: &str) -> bool {
    let cleaned: String = link.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).collect();
    match cleaned.split_once(':') {
        None => true,
        Some((scheme, _)) if scheme.contains(['/', '?', '#']) => true,
        Some((scheme, _)) => ["http", "https", "mailto", "tel"].contains(&scheme.to_ascii_lowercase().as_str()),
    }
}

pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_and_scripts_in_links_do_no_harm() {
        let facts = BTreeMap::from([("school".to_owned(), "<b>Hill</b> School".to_owned())]);
        let out = render(
            "At {{school}} <script>alert(1)</script> [a](javascript:alert(1)) [b](java\tscript:x) [c](/ok)",
            &facts,
        );
        assert!(!out.contains("<script>") && !out.contains("href=\"java") && !out.contains("<b>Hill"), "{out}");
        assert!(out.contains("&lt;b&gt;Hill&lt;/b&gt; School") && out.contains("href=\"/ok\""), "{out}");
    }

    #[test]
    fn each_empty_blank_is_named_once_and_readers_see_no_braces() {
        let facts = BTreeMap::from([("school".to_owned(), "Hill School".to_owned())]);
        let text = "At {{school}} ask {{dsl.name}} or {{ website }}, {{dsl.name}}.\nA {{ that is never closed\n}}";
        assert_eq!(empty_blanks(text, &facts), ["dsl.name", "website"]);
        assert_eq!(bracketed(&fill_str("At {{school}}: {{website}}", &facts)), "At Hill School: [website]");
    }

    #[test]
    fn a_blank_without_a_fact_stays() {
        assert_eq!(fill_str("Ask {{dsl.name}} or {{x", &BTreeMap::new()), "Ask {{dsl.name}} or {{x");
    }
}
