//! A policy as a page shows it: sections with headings that step down one at a time, and contents at the side.

use policy::{Document, Outline};

use crate::visitor::AppState;

/// One heading with what stands under it.
#[derive(Debug, Clone)]
pub struct DocumentSection {
    /// 2 to 6; never more than one below the section before. The title is empty for what comes before any heading.
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

impl DocumentSection {
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

/// Every section of a document in its order. The title is the page's own heading and no section; prose under it is one.
pub fn sections(document: &Document, app: &AppState) -> Vec<DocumentSection> {
    let rules = app.desk.rules();
    let mut sections: Vec<DocumentSection> = Vec::with_capacity(document.outline.len());
    let mut before = 1;
    for (place, outline) in document.outline.iter().enumerate() {
        let section = match outline {
            Outline::Heading { level, number, title, prose, .. } => DocumentSection {
                level: *level,
                anchor: format!("part-{place}"),
                clause: None,
                number: number.clone(),
                title: app.filled_title(title),
                html: app.filled_markdown(prose),
            },
            Outline::Clause(place) => {
                let clause = &document.clauses[*place];
                DocumentSection {
                    level: clause.level,
                    anchor: anchor(&clause.id),
                    clause: Some(clause.id.clone()),
                    number: clause.number.clone(),
                    title: app.filled_title(&clause.title),
                    html: app.filled(&clause.prose_html_for(rules.facts())),
                }
            }
        };
        // the document's own title is the page's heading; what stands under it comes first, without one
        let title = if section.level <= 1 { String::new() } else { section.title };
        let section = DocumentSection { title, ..section };
        if section.title.is_empty() {
            if !section.html.trim().is_empty() {
                sections.push(section);
            }
            continue;
        }
        let level = section.level.clamp(2, 6).min(before + 1);
        before = level;
        sections.push(DocumentSection { level, ..section });
    }
    sections
}
