//! A policy as a page shows it: parts with headings that step down one at a time, and contents at the side.

use policy::{Document, Outline};

use crate::visitor::AppState;

/// One heading with what stands under it.
#[derive(Debug, Clone)]
pub struct Part {
    /// 2 to 6; never more than one below the part before. The title is empty for what comes before any heading.
    pub level: u8,
    /// `clause-ID` for a clause, so that no clause's id meets a field's.
    pub anchor: String,
    /// `None`: a heading that is no clause.
    pub clause: Option<String>,
    pub number: String,
    pub title: String,
    /// Safe HTML, with the school's facts in its blanks.
    pub html: String,
}

impl Part {
    /// The class of its heading.
    pub fn size(&self) -> &'static str {
        match self.level {
            2 => "govuk-heading-m",
            _ => "govuk-heading-s",
        }
    }

    /// Whether it stands in the contents at the side.
    pub fn is_in_contents(&self) -> bool {
        self.level == 2
    }
}

/// The anchor of a clause on any page that shows it.
pub fn anchor(clause: &str) -> String {
    format!("clause-{clause}")
}

/// Every part of a document in its order. The title is the page's own heading and no part; prose under it is one.
pub fn parts(document: &Document, desk: &AppState) -> Vec<Part> {
    let rules = desk.school.rules();
    let mut parts: Vec<Part> = Vec::with_capacity(document.outline.len());
    let mut before = 1;
    for (place, outline) in document.outline.iter().enumerate() {
        let part = match outline {
            Outline::Heading { level, number, title, prose, .. } => Part {
                level: *level,
                anchor: format!("part-{place}"),
                clause: None,
                number: number.clone(),
                title: desk.filled_title(title),
                html: desk.filled_markdown(prose),
            },
            Outline::Clause(place) => {
                let clause = &document.clauses[*place];
                Part {
                    level: clause.level,
                    anchor: anchor(&clause.id),
                    clause: Some(clause.id.clone()),
                    number: clause.number.clone(),
                    title: desk.filled_title(&clause.title),
                    html: desk.filled(&clause.prose_html_for(rules.facts())),
                }
            }
        };
        // the document's own title is the page's heading; what stands under it comes first, without one
        let title = if part.level <= 1 { String::new() } else { part.title };
        let part = Part { title, ..part };
        if part.title.is_empty() {
            if !part.html.trim().is_empty() {
                parts.push(part);
            }
            continue;
        }
        let level = part.level.clamp(2, 6).min(before + 1);
        before = level;
        parts.push(Part { level, ..part });
    }
    parts
}
