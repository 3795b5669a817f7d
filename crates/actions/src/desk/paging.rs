//! Lists: searched, sorted, a page at a time.

use std::ops::Range;

/// Rows on one page.
pub const PAGE_SIZE: u64 = 25;

/// Which part of a list to show.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Words that a row must hold, capitals or not.
    pub search: String,
    /// From 1; 0 is the first too.
    pub page: u32,
    /// The column to sort by, where the list knows it.
    pub sort: Option<String>,
    pub descending: bool,
    /// All rows, whatever the page: the list is taken out whole.
    pub whole: bool,
}

impl ListQuery {
    pub(crate) fn skip(&self) -> u64 {
        u64::from(self.page.saturating_sub(1)) * PAGE_SIZE
    }

    /// After how many rows the records begin, and how many they read at the most: the page; all, where something is looked
    /// for, which is found in the words that people read and that the records don't have, and where the list is taken out whole.
    pub(crate) fn part(&self) -> (u64, u64) {
        if self.searches() || self.whole { (0, u64::MAX) } else { (self.skip(), PAGE_SIZE) }
    }

    /// The places of the page's rows among all, from 0.
    pub(crate) fn places(&self) -> Range<usize> {
        if self.whole {
            return 0..usize::MAX;
        }
        let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
        place(self.skip())..place(self.skip().saturating_add(PAGE_SIZE))
    }

    pub(crate) fn searches(&self) -> bool {
        !self.search.trim().is_empty()
    }

    /// Whether a row that reads like this is asked for: every word of the search is in it.
    pub(crate) fn matches<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let words: Vec<String> = self.search.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return true;
        }
        let row: Vec<String> = texts.into_iter().map(str::to_lowercase).collect();
        words.iter().all(|word| row.iter().any(|text| text.contains(word)))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Paged<T> {
    pub rows: Vec<T>,
    /// From 1.
    pub page: u32,
    /// At least 1.
    pub pages: u32,
    /// Rows on all pages.
    pub total: u64,
}

impl<T> Paged<T> {
    /// The page that `query` asks for, of all rows.
    pub(crate) fn of(all: Vec<T>, query: &ListQuery) -> Paged<T> {
        let total = all.len() as u64;
        let places = query.places();
        let rows = all.into_iter().skip(places.start).take(places.len()).collect();
        Paged::given(rows, total, query)
    }

    /// The page, of the [part](ListQuery::part) of `total` rows that was read; `is_found` says which hold what is looked for.
    pub(crate) fn of_part(part: Vec<T>, total: u64, query: &ListQuery, is_found: impl Fn(&T) -> bool) -> Paged<T> {
        if query.searches() {
            Paged::of(part.into_iter().filter(is_found).collect(), query)
        } else {
            Paged::given(part, total, query)
        }
    }

    /// Rows that are one page already.
    pub(crate) fn given(rows: Vec<T>, total: u64, query: &ListQuery) -> Paged<T> {
        let pages = u32::try_from(total.div_ceil(PAGE_SIZE).max(1)).unwrap_or(u32::MAX);
        Paged { rows, page: query.page.max(1), pages, total }
    }

    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            rows: self.rows.into_iter().map(change).collect(),
            page: self.page,
            pages: self.pages,
            total: self.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_holds_what_is_left() {
        let query = ListQuery { page: 3, ..ListQuery::default() };
        let paged = Paged::of((0..60).collect(), &query);
        assert_eq!((paged.rows.len(), paged.pages, paged.total), (10, 3, 60));
    }

    #[test]
    fn an_empty_list_has_one_page() {
        assert_eq!(Paged::<u8>::of(Vec::new(), &ListQuery::default()).pages, 1);
    }

    #[test]
    fn a_page_is_read_alone_and_everything_where_something_is_looked_for() {
        let page = ListQuery { page: 2, ..ListQuery::default() };
        assert_eq!(page.part(), (PAGE_SIZE, PAGE_SIZE));
        let paged = Paged::of_part(vec![26, 27], 27, &page, |_| false);
        assert_eq!((paged.rows, paged.page, paged.pages, paged.total), (vec![26, 27], 2, 2, 27));
        let search = ListQuery { search: "even".to_owned(), page: 2, ..ListQuery::default() };
        assert_eq!(search.part(), (0, u64::MAX));
        let paged = Paged::of_part((1..=60).collect(), 60, &search, |row| row % 2 == 0);
        assert_eq!((paged.rows, paged.page, paged.pages, paged.total), (vec![52, 54, 56, 58, 60], 2, 2, 30));
    }

    #[test]
    fn every_word_of_a_search_must_be_in_the_row() {
        let query = ListQuery { search: "ADA 9b".to_owned(), ..ListQuery::default() };
        assert!(query.matches(["Ada Example", "9B"]));
        assert!(!query.matches(["Ada Example", "9C"]));
    }
}
