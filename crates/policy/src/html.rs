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
    for (_, name) in pieces(text) {
        if let Some(name) = name.filter(|name| !facts.contains_key(*name) && !empty.iter().any(|known| known == name)) {
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
    fill_blanks(text, |name| facts.get(name).cloned())
}

/// Puts what `written` gives into the blanks of a text. A blank for which it gives nothing stays, and so do braces that
/// are no blank.
pub fn fill_blanks(text: &str, mut written: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for (piece, name) in pieces(text) {
        match name.and_then(&mut written) {
            Some(words) => out.push_str(&words),
            None => out.push_str(piece),
        }
    }
    out
}

/// A text in pieces: its blanks with their names, and what stands between. A name holds no brace, quote, angle bracket or
/// line end, so that a blank in HTML lies within one text or one attribute and nobody reads further than to the next brace.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, name) = match rest.strip_prefix("{{") {
            Some(after) => match after.find(['{', '}', '"', '<', '>', '\n']) {
                Some(length) if after[length..].starts_with("}}") => {
                    (&rest[..length + 4], Some(after[..length].trim()).filter(|name| !name.is_empty()))
                }
                _ => (&rest[..1], None),
            },
            None => {
                let skip = rest.chars().next()?.len_utf8();
                let length = rest[skip..].find('{').map_or(rest.len(), |place| skip + place);
                (&rest[..length], None)
            }
        };
        rest = &rest[piece.len()..];
        Some((piece, name))
    })
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
    fn a_blank_is_filled_where_it_is_one_and_other_braces_stay() {
        let facts = BTreeMap::from([("school".to_owned(), "Elm".to_owned())]);
        for (text, filled) in [
            ("At {{school}}, {{ school }} and {{other}}", "At Elm, Elm and {{other}}"),
            ("{{{school}}}", "{Elm}"),
            ("{{sch\nool}} {{}} {school} {{school", "{{sch\nool}} {{}} {school} {{school"),
            ("é{{school}}é", "éElmé"),
        ] {
            assert_eq!(fill_str(text, &facts), filled);
        }
        assert_eq!(empty_blanks("{{a}} {{school}} {{ b c }} {{a}} {{}}", &facts), ["a", "b c"]);
    }

    #[test]
    fn a_megabyte_of_braces_is_read_in_one_pass() {
        let facts = BTreeMap::from([("school".to_owned(), "Elm".to_owned())]);
        let braces = "{{".repeat(450_000);
        for text in
            [format!("{braces}}}}}"), format!("{braces}a}}b}}}}"), "{{a".repeat(300_000), "{{a }".repeat(200_000)]
        {
            // Read anew from each brace, one of these takes minutes; no clock is asked, for a busy machine takes long over anything.
            assert_eq!(fill_str(&text, &facts).len(), text.len());
            assert!(empty_blanks(&text, &facts).len() <= 1);
        }
    }

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
