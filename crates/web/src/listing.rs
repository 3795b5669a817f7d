//! A list: a table with a caption, sorted by links, 25 rows a page, searched, and to be had as CSV.

use std::borrow::Cow;

use actions::{ListQuery, Paged};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use crate::address::with_query;
use crate::answer::{Answer, download};
use crate::cells::{Cell, compare, csv_line};
use crate::error::PageError;
use crate::forms::kept::{IN_NO_ADDRESS, KEPT, LOOKED_FOR};
use crate::visitor::{Anyone, SharedApp};

/// What the address asks of a page: `?page=&sort=name` (`-name`: the other way) `&format=csv`, what else, and what is looked
/// for, of which it has the key alone.
#[derive(Debug, Clone, Default)]
pub struct ListParams {
    pub list: ListQuery,
    /// The rows as CSV and not as a page.
    pub csv: bool,
    /// The key of what is looked for, in its stead in addresses; empty where nothing is.
    pub looked_for: String,
    /// Whether the address has a key of something that is kept no longer.
    search_ended: bool,
    csrf: String,
    path: String,
    kept: Vec<(String, String)>,
    rest: Vec<(String, String)>,
}

impl ListParams {
    /// Any other question, kept or in the address, without spaces around its answer; empty where it was not asked.
    pub fn get(&self, name: &str) -> &str {
        self.kept.iter().chain(&self.rest).find(|(found, _)| found == name).map_or("", |(_, value)| value.trim())
    }

    /// The same, as the thing it stands for.
    pub fn parse<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    /// The reference on the gate's page that the visitor comes from; empty where they don't.
    pub fn reference(&self) -> String {
        self.get("reference").chars().filter(|sign| sign.is_ascii_hexdigit() || *sign == '-').collect()
    }

    /// The address of another page, about what is looked for here.
    pub fn carried_to(&self, path: &str) -> String {
        match self.looked_for.as_str() {
            "" => path.to_owned(),
            key => with_query(path, [(LOOKED_FOR, key)]),
        }
    }
}

impl FromRequestParts<SharedApp> for ListParams {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, shared: &SharedApp) -> Result<Self, PageError> {
        let path = parts.uri.path().to_owned();
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, shared)
            .await
            .map_err(|_| PageError::no_such_page())?;
        let visitor = parts.extensions.get::<Anyone>();
        let csrf = visitor.map(|visitor| visitor.csrf.clone()).unwrap_or_default();
        let mut asked = ListParams { csrf, path, ..ListParams::default() };
        asked.list.page = 1;
        for (name, value) in pairs {
            match name.as_str() {
                name if name == KEPT || IN_NO_ADDRESS.contains(&name) => {}
                "page" => asked.list.page = value.parse().unwrap_or(1).max(1),
                LOOKED_FOR => match visitor.and_then(|visitor| visitor.looked_for(&value)) {
                    Some(kept) => (asked.kept, asked.looked_for) = (kept, value),
                    None => asked.search_ended = true,
                },
                "format" => asked.csv = value == "csv",
                "sort" => {
                    asked.list.descending = value.starts_with('-');
                    asked.list.sort = Some(value.trim_start_matches('-').to_owned()).filter(|sort| !sort.is_empty());
                }
                _ => asked.rest.push((name, value)),
            }
        }
        asked.list.search = asked.get("search").to_owned();
        Ok(asked)
    }
}

/// The most rows of a list on one page, where the list is at hand whole.
const MOST_ROWS: usize = 100;

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    pub title: Cow<'static, str>,
    /// What the address calls it when the list is sorted by it; `None`: it can't be.
    sort: Option<String>,
    pub numeric: bool,
}

impl Column {
    pub fn new(title: impl Into<Cow<'static, str>>) -> Column {
        Column { title: title.into(), sort: None, numeric: false }
    }

    /// Of a list that an action sorts: what the address calls the column.
    pub fn sorted_as(mut self, key: &str) -> Column {
        self.sort = Some(key.to_owned());
        self
    }

    pub fn numeric(mut self) -> Column {
        self.numeric = true;
        self
    }
}

/// A list as a page shows it: `{{ listing }}` in the template.
#[derive(Template, Debug, Clone)]
#[template(path = "components/listing.html")]
pub struct Listing {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    asked: ListParams,
    page: u32,
    pages: u32,
    /// Rows a page.
    size: u64,
    total: u64,
    searched: bool,
    paged: bool,
    offers_csv: bool,
    empty: String,
}
impl HtmlSafe for Listing {}

impl Listing {
    /// A list that an action hands out a page at a time, with its search box.
    pub fn paged<T>(
        caption: &str,
        columns: Vec<Column>,
        asked: &ListParams,
        paged: &Paged<T>,
        row: impl Fn(&T) -> Vec<Cell>,
    ) -> Listing {
        Listing {
            caption: caption.to_owned(),
            columns,
            rows: paged.rows.iter().map(row).collect(),
            asked: asked.clone(),
            page: paged.page,
            pages: paged.pages,
            size: actions::PAGE_SIZE,
            total: paged.total,
            searched: paged.total > actions::PAGE_SIZE || !asked.list.search.is_empty() || asked.search_ended,
            paged: true,
            offers_csv: true,
            empty: String::new(),
        }
    }

    /// A list that is at hand whole, sorted by any of its columns. Of a long one, so many rows a page as
    /// [`MOST_ROWS`] says; where the page has no address to come back to, the first of them alone. As CSV, all.
    pub fn whole<T>(
        caption: &str,
        columns: Vec<Column>,
        asked: &ListParams,
        rows: &[T],
        row: impl Fn(&T) -> Vec<Cell>,
    ) -> Listing {
        Listing::at_hand(caption, columns, asked, rows, row, MOST_ROWS)
    }

    /// As [`Listing::whole`], and all of it on one page, however long: nobody may take a part of it for the whole.
    pub fn on_one_page<T>(
        caption: &str,
        columns: Vec<Column>,
        asked: &ListParams,
        rows: &[T],
        row: impl Fn(&T) -> Vec<Cell>,
    ) -> Listing {
        Listing::at_hand(caption, columns, asked, rows, row, usize::MAX)
    }

    fn at_hand<T>(
        caption: &str,
        columns: Vec<Column>,
        asked: &ListParams,
        rows: &[T],
        row: impl Fn(&T) -> Vec<Cell>,
        most: usize,
    ) -> Listing {
        let columns: Vec<Column> = columns
            .into_iter()
            .map(|column| Column { sort: Some(column.title.to_lowercase().replace(' ', "-")), ..column })
            .collect();
        let total = rows.len() as u64;
        let mut rows: Vec<Vec<Cell>> = rows.iter().map(row).collect();
        if let Some(place) =
            asked.list.sort.as_ref().and_then(|key| columns.iter().position(|column| column.sort.as_ref() == Some(key)))
        {
            rows.sort_by(|one, other| compare(&one[place], &other[place]));
            if asked.list.descending {
                rows.reverse();
            }
        }
        let pages = if asked.csv || asked.path.is_empty() { 1 } else { rows.len().div_ceil(most).max(1) };
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        let page = asked.list.page.clamp(1, pages);
        if !asked.csv {
            rows = rows.into_iter().skip((page as usize - 1) * most).take(most).collect();
        }
        Listing {
            caption: caption.to_owned(),
            columns,
            rows,
            asked: asked.clone(),
            page,
            pages,
            size: most as u64,
            total,
            searched: false,
            paged: pages > 1,
            offers_csv: true,
            empty: String::new(),
        }
    }

    /// Why the list may be empty, and what would fill it.
    pub fn empty(mut self, why: impl Into<String>) -> Listing {
        self.empty = why.into();
        self
    }

    /// With the search box, of a list at hand whole that the page has searched.
    pub fn searched(mut self) -> Listing {
        self.searched =
            self.total > actions::PAGE_SIZE || !self.asked.list.search.is_empty() || self.asked.search_ended;
        self
    }

    /// Without the search box: the page has a form of its own.
    pub fn without_search(mut self) -> Listing {
        self.searched = false;
        self
    }

    /// Without CSV and sorting: a list beside the page's own.
    pub fn plain(mut self) -> Listing {
        self.offers_csv = false;
        self.columns.iter_mut().for_each(|column| column.sort = None);
        self
    }

    /// What is shown, as CSV.
    pub fn csv(&self, name: &str) -> Answer {
        let mut text = csv_line(self.columns.iter().map(|column| &*column.title));
        for row in &self.rows {
            text.push_str(&csv_line(row.iter().map(|cell| cell.text.as_str())));
        }
        download(&format!("{name}.csv"), "text/csv; charset=utf-8", text)
    }

    fn address(&self, page: u32, sort: Option<&str>, format: Option<&str>) -> String {
        let page = page.to_string();
        let own_sort = self
            .asked
            .list
            .sort
            .as_ref()
            .map(|key| format!("{}{key}", if self.asked.list.descending { "-" } else { "" }));
        let looked_for = self.asked.looked_for.as_str();
        let pairs = self.asked.rest.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let known = [
            (LOOKED_FOR, Some(looked_for).filter(|key| !key.is_empty())),
            ("sort", sort.or(own_sort.as_deref())),
            ("page", Some(page.as_str()).filter(|page| *page != "1")),
            ("format", format),
        ];
        let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
        with_query(&self.asked.path, pairs.chain(known).collect::<Vec<_>>())
    }

    /// The list without what is looked for.
    fn whole_address(&self) -> String {
        with_query(&self.asked.path, self.asked.rest.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    fn csv_address(&self) -> String {
        self.address(self.page, None, Some("csv"))
    }

    fn page_address(&self, page: &u32) -> String {
        self.address(*page, None, None)
    }

    fn sort_address(&self, key: &str) -> String {
        let turn = self.is_sorted_by(key) && !self.asked.list.descending;
        self.address(1, Some(&format!("{}{key}", if turn { "-" } else { "" })), None)
    }

    fn is_sorted_by(&self, key: &str) -> bool {
        self.asked.list.sort.as_deref() == Some(key)
    }

    fn sort_word(&self, key: &str) -> &'static str {
        match (self.is_sorted_by(key), self.asked.list.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }

    /// The pages to link to: first, last, and those about this one; `None` is a gap.
    fn page_numbers(&self) -> Vec<Option<u32>> {
        let mut numbers = Vec::new();
        for page in 1..=self.pages {
            if page == 1 || page == self.pages || page.abs_diff(self.page) <= 1 {
                numbers.push(Some(page));
            } else if numbers.last() != Some(&None) {
                numbers.push(None);
            }
        }
        numbers
    }

    fn span_words(&self) -> String {
        let shown = self.rows.len() as u64;
        if self.pages <= 1 && shown < self.total {
            return format!("The first {shown} of {}", crate::moment::count(self.total, "row"));
        }
        if self.pages <= 1 {
            return crate::moment::count(self.total, "row");
        }
        let first = u64::from(self.page.saturating_sub(1)) * self.size + 1;
        format!("{first} to {} of {}", first + self.rows.len().saturating_sub(1) as u64, self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(rows: usize, path: &str, page: u32, csv: bool) -> Listing {
        let rows: Vec<usize> = (1..=rows).collect();
        let list = ListQuery { page, ..ListQuery::default() };
        let asked = ListParams { list, csv, path: path.to_owned(), ..ListParams::default() };
        Listing::whole("Numbers", vec![Column::new("Number")], &asked, &rows, |row| vec![Cell::text(row.to_string())])
    }

    fn shown(listing: &Listing) -> (usize, Option<&str>, String) {
        (listing.rows.len(), listing.rows.first().map(|row| row[0].text.as_str()), listing.span_words())
    }

    #[test]
    fn a_long_list_comes_in_pages_and_whole_as_csv() {
        assert_eq!(shown(&listing(100, "/numbers", 1, false)), (100, Some("1"), "100 rows".to_owned()));
        assert_eq!(shown(&listing(250, "/numbers", 1, false)), (100, Some("1"), "1 to 100 of 250".to_owned()));
        assert_eq!(shown(&listing(250, "/numbers", 3, false)), (50, Some("201"), "201 to 250 of 250".to_owned()));
        assert_eq!(shown(&listing(250, "/numbers", 9, false)).0, 50, "beyond the end is the last page");
        assert_eq!(shown(&listing(250, "/numbers", 1, true)).0, 250);
        assert!(listing(250, "/numbers", 1, false).to_string().contains("aria-label=\"Page 3\""));
    }

    #[test]
    fn a_long_list_without_an_address_says_that_it_is_the_beginning() {
        assert_eq!(shown(&listing(250, "", 1, false)), (100, Some("1"), "The first 100 of 250 rows".to_owned()));
        assert_eq!(shown(&listing(0, "", 1, false)), (0, None, "0 rows".to_owned()));
    }
}
