//! The cells of a table: each knows itself as text, so that the table can also be a CSV file.

use crate::moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub href: Option<String>,
    /// The colour of a tag (`green`, `red`, `grey`, `yellow`, `blue`) where the cell is one.
    pub tag: Option<&'static str>,
    /// Read out after the text and not seen: what tells links with one text apart.
    pub hidden: Option<String>,
}

impl Cell {
    pub fn text(text: impl ToString) -> Cell {
        Cell { text: text.to_string(), href: None, tag: None, hidden: None }
    }

    pub fn link(text: impl ToString, href: impl Into<String>) -> Cell {
        Cell { href: Some(href.into()), ..Cell::text(text) }
    }

    pub fn tag(text: impl ToString, colour: &'static str) -> Cell {
        Cell { tag: Some(colour), ..Cell::text(text) }
    }

    pub fn when(at: &Timestamp, zone: &TimeZone) -> Cell {
        Cell::text(moment::when(at, zone))
    }

    pub fn empty() -> Cell {
        Cell::text("")
    }

    /// What the link is about, for who can't see its row: `Cell::link("Change", …).about("Amy Pond")`.
    pub fn about(mut self, hidden: impl Into<String>) -> Cell {
        self.hidden = Some(hidden.into());
        self
    }
}

/// A row of a CSV file. A text that a spreadsheet would take for a formula is given an apostrophe first.
pub fn csv_line<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (place, text) in texts.into_iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        let harmless =
            if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() };
        if harmless.contains(['"', ',', '\n', '\r']) {
            line.push('"');
            line.push_str(&harmless.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&harmless);
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_becomes_a_formula() {
        let line = csv_line(["=HYPERLINK(\"x\")", "+1", "-1", "@a", "plain", "a,b", "say \"hi\""]);
        assert_eq!(line, "\"'=HYPERLINK(\"\"x\"\")\",'+1,'-1,'@a,plain,\"a,b\",\"say \"\"hi\"\"\"\r\n");
    }
}
