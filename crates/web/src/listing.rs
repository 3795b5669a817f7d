//! A list: a table with a caption, sorted by links, 25 rows a page, searched, and to be had as CSV.

use actions::{ListQuery, Paged};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use crate::address::with_query;
use crate::answer::{Answer, download};
use crate::cells::{Cell, compare, csv_line};
use crate::error::PageError;
use crate::visitor::Shared;

/// What the address asks of a list: `?search=&page=&sort=name` (`-name`: the other way) `&format=csv`, and what else.
#[derive(Debug, Clone, Default)]
pub struct ListParams {
    pub list: ListQuery,
    /// The rows as CSV and not as a page.
    pub csv: bool,
    path: String,
    rest: Vec<(String, String)>,
}

impl ListParams {
    /// Any other question in the address, without spaces around it; empty where it was not asked.
    pub fn get(&self, name: &str) -> &str {
        self.rest.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.trim())
    }

    /// The same, as the thing it stands for.
    pub fn parse<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }
}

impl FromRequestParts<Shared> for ListParams {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, PageError> {
        let path = parts.uri.path().to_owned();
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, shared)
            .await
            .map_err(|_| PageError::no_such_page())?;
        let mut asked = ListParams { path, ..ListParams::default() };
        asked.list.page = 1;
        for (name, value) in pairs {
            match name.as_str() {
                "search" => asked.list.search = value.trim().to_owned(),
                "page" => asked.list.page = value.parse().unwrap_or(1).max(1),
                "format" => asked.csv = value == "csv",
                "sort" => {
                    asked.list.descending = value.starts_with('-');
                    asked.list.sort = Some(value.trim_start_matches('-').to_owned()).filter(|sort| !sort.is_empty());
                }
                _ => asked.rest.push((name, value)),
            }
        }
        Ok(asked)
    }
}

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    pub title: &'static str,
    /// What the address calls it when the list is sorted by it; `None`: it can't be.
    sort: Option<String>,
    pub numeric: bool,
}

impl Column {
    pub fn new(title: &'static str) -> Column {
        Column { title, sort: None, numeric: false }
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
            total: paged.total,
            searched: paged.total > actions::PAGE_SIZE || !asked.list.search.is_empty(),
            paged: true,
            offers_csv: true,
            empty: String::new(),
        }
    }

    /// A short list, shown whole and sorted by any of its columns.
    pub fn whole<T>(
        caption: &str,
        columns: Vec<Column>,
        asked: &ListParams,
        rows: &[T],
        row: impl Fn(&T) -> Vec<Cell>,
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
        Listing {
            caption: caption.to_owned(),
            columns,
            rows,
            asked: asked.clone(),
            page: 1,
            pages: 1,
            total,
            searched: false,
            paged: false,
            offers_csv: true,
            empty: String::new(),
        }
    }

    /// Why the list may be empty, and what would fill it.
    pub fn empty(mut self, why: impl Into<String>) -> Listing {
        self.empty = why.into();
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
        let mut text = csv_line(self.columns.iter().map(|column| column.title));
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
        let search = self.asked.list.search.as_str();
        let pairs = self.asked.rest.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let known = [
            ("search", Some(search).filter(|text| !text.is_empty())),
            ("sort", sort.or(own_sort.as_deref())),
            ("page", Some(page.as_str()).filter(|page| *page != "1")),
            ("format", format),
        ];
        let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
        with_query(&self.asked.path, pairs.chain(known).collect::<Vec<_>>())
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
        if self.pages <= 1 {
            return crate::moment::count(self.total, "row");
        }
        let first = u64::from(self.page.saturating_sub(1)) * actions::PAGE_SIZE + 1;
        format!("{first} to {} of {}", first + self.rows.len().saturating_sub(1) as u64, self.total)
    }
}
