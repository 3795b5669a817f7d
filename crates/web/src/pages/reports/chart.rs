//! Bars, drawn on the server: a picture with a title and a description; its numbers stand in a table beneath.
//!
//! Widths are in per cent and heights in pixels, so that bars stretch with the page and letters do not.

use askama::Template;
use askama::filters::HtmlSafe;

/// Pixels from one bar to the next.
const STEP: usize = 52;
/// Letters of a label that fit above a bar on a narrow phone, beside its numbers.
const LONGEST_LABEL: usize = 26;

#[derive(Template, Debug, Clone)]
#[template(path = "reports/chart.html")]
pub struct BarChart {
    pub id: String,
    pub title: String,
    /// What the picture shows, for who can't see it.
    pub description: String,
    pub bars: Vec<Bar>,
}
impl HtmlSafe for BarChart {}

#[derive(Debug, Clone)]
pub struct Bar {
    pub label: String,
    pub part: u64,
    pub whole: u64,
}

impl Bar {
    /// 0 to 100, with one decimal.
    fn percent(&self) -> String {
        let tenths = (self.part.min(self.whole) * 1000).checked_div(self.whole).unwrap_or(0);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    fn short_label(&self) -> String {
        if self.label.chars().count() <= LONGEST_LABEL {
            return self.label.clone();
        }
        let mut short: String = self.label.chars().take(LONGEST_LABEL - 1).collect();
        short.push('…');
        short
    }
}

impl BarChart {
    fn height(&self) -> usize {
        self.bars.len() * STEP
    }

    #[expect(clippy::unused_self, reason = "the template asks the chart")]
    fn top(&self, place: &usize) -> usize {
        place * STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_never_longer_than_its_whole_and_nobody_asked_is_nothing() {
        let bar = |part, whole| Bar { label: String::new(), part, whole }.percent();
        assert_eq!(bar(1, 3), "33.3");
        assert_eq!(bar(3, 3), "100.0");
        assert_eq!(bar(4, 3), "100.0");
        assert_eq!(bar(0, 0), "0.0");
    }

    #[test]
    fn a_chart_says_in_words_what_it_shows() {
        let bars = vec![Bar { label: "Others authorised to use the systems".to_owned(), part: 1, whole: 4 }];
        let chart = BarChart { id: "c".into(), title: "A <policy>".into(), description: "1 of 4".into(), bars };
        let svg = chart.render().unwrap();
        assert!(svg.contains("<title id=\"c-title\">A &#60;policy&#62;</title>"), "{svg}");
        assert!(svg.contains("<desc id=\"c-description\">1 of 4</desc>"));
        assert!(svg.contains("width=\"25.0%\""));
        assert!(svg.contains("Others authorised to use …"));
        assert!(!svg.contains("style="));
    }
}
