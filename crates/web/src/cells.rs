//! The cells of a table: each knows itself as text, so that the table can also be a CSV file.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::moment;

/// A way to a page by what is looked for there, which stands in no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    pub csrf: String,
    pub page: &'static str,
    pub asked: Vec<(&'static str, String)>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub href: Option<String>,
    pub look_up: Option<LookUp>,
    /// The colour of a tag (`green`, `red`, `grey`, `yellow`, `blue`) where the cell is one.
    pub tag: Option<&'static str>,
    /// It is a date and a time, and stays on one line.
    pub is_moment: bool,
    /// Read out after the text and not seen: what tells links with one text apart.
    pub hidden: Option<String>,
    /// What it is sorted by, where that is not its text.
    order: Option<i64>,
}

impl Cell {
    pub fn text(text: impl ToString) -> Cell {
        Cell {
            text: text.to_string(),
            href: None,
            look_up: None,
            tag: None,
            is_moment: false,
            hidden: None,
            order: None,
        }
    }

    pub fn link(text: impl ToString, href: impl Into<String>) -> Cell {
        Cell { href: Some(href.into()), ..Cell::text(text) }
    }

    /// A link for whoever may open what it leads to; for anybody else the text alone.
    pub fn link_if(may_open: bool, text: impl ToString, href: impl Into<String>) -> Cell {
        if may_open { Cell::link(text, href) } else { Cell::text(text) }
    }

    pub fn look_up(text: impl ToString, look_up: LookUp) -> Cell {
        Cell { look_up: Some(look_up), ..Cell::text(text) }
    }

    pub fn tag(text: impl ToString, colour: &'static str) -> Cell {
        Cell { tag: Some(colour), ..Cell::text(text) }
    }

    pub fn when(at: &Timestamp, zone: &TimeZone) -> Cell {
        Cell { order: Some(at.as_second()), is_moment: true, ..Cell::text(moment::when(at, zone)) }
    }

    /// The moment, where there is one; else these words.
    pub fn when_or(at: Option<&Timestamp>, words: &str, zone: &TimeZone) -> Cell {
        at.map_or_else(|| Cell::text(words), |at| Cell::when(at, zone))
    }

    /// The same, leading somewhere.
    pub fn to(self, href: impl Into<String>) -> Cell {
        Cell { href: Some(href.into()), ..self }
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

/// How two cells of a column are sorted: moments by time, numbers by size, anything else by its letters.
pub fn compare(one: &Cell, other: &Cell) -> Ordering {
    let key = |cell: &Cell| cell.order.or_else(|| cell.text.parse().ok());
    match (key(one), key(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.text.to_lowercase().cmp(&other.text.to_lowercase()),
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
    fn a_column_is_sorted_by_what_it_means() {
        let zone = TimeZone::UTC;
        let at = |text: &str| Cell::when(&text.parse().unwrap(), &zone);
        assert_eq!(compare(&at("2026-05-14T00:00:00Z"), &at("2026-12-01T00:00:00Z")), Ordering::Less);
        assert_eq!(compare(&Cell::text(9), &Cell::text(10)), Ordering::Less);
        assert_eq!(compare(&Cell::text("amy"), &Cell::text("Bea")), Ordering::Less);
    }

    #[test]
    fn a_cell_never_becomes_a_formula() {
        let line = csv_line(["=HYPERLINK(\"x\")", "+1", "-1", "@a", "plain", "a,b", "say \"hi\""]);
        assert_eq!(line, "\"'=HYPERLINK(\"\"x\"\")\",'+1,'-1,'@a,plain,\"a,b\",\"say \"\"hi\"\"\"\r\n");
    }
}
