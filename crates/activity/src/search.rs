//! Searching, for who shows a permit.

use std::collections::BTreeSet;
use std::ops::Range;

use datafusion::common::ScalarValue;
use datafusion::prelude::{Expr, col, lit};
use datafusion_functions_nested::expr_fn::array_has;
use domain::{Activity, Category, Outcome, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::columns::{from_batch, outcome_name};
use crate::layout::Layout;
use crate::permit::{Subject, ViewingPermit, host_is_within};
use crate::settings::ActivitySettings;
use crate::tables::{SearchError, Tables, within};

/// Which of the activities that a permit opens, and how they are shown. `Default` is all of them, the newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    pub person: Option<PersonId>,
    /// This host and the names below it; canonical.
    pub host: Option<String>,
    pub outcome: Option<Outcome>,
    pub policy: Option<String>,
    /// The clause's id, without its policy's.
    pub clause: Option<String>,
    pub category: Option<Category>,
    /// Leaves out what is in this category.
    pub without: Option<Category>,
    /// Anywhere in host, path or search term, in capitals or not.
    pub text: Option<String>,
    /// Rows to pass over.
    pub offset: usize,
    /// The most rows to answer; never more than [`ActivitySettings::page_rows`], which also holds for 0.
    pub limit: usize,
    pub order: Order,
}

/// By the time of the request, then by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// One page of what was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    pub rows: Vec<Activity>,
    /// How many there are on all pages.
    pub total: u64,
    /// Days, in UTC, of which what was sealed can't be read: what happened on them is missing here.
    pub unreadable: BTreeSet<Date>,
}

impl Query {
    /// Whether an activity is asked for: the meaning that the search's expressions keep to. Letters compare in lower
    /// case here; where a letter's lower case is several letters, the search may differ.
    pub fn asks_for(&self, activity: &Activity) -> bool {
        fn is<T: PartialEq>(asked: &Option<T>, value: Option<&T>) -> bool {
            asked.as_ref().is_none_or(|asked| Some(asked) == value)
        }
        let contains = |text: &String| {
            let wanted = text.to_lowercase();
            [Some(&activity.host), activity.path.as_ref(), activity.search.as_ref()]
                .into_iter()
                .flatten()
                .any(|place| place.to_lowercase().contains(&wanted))
        };
        self.from.is_none_or(|from| from <= activity.at)
            && self.until.is_none_or(|until| activity.at < until)
            && is(&self.person, activity.person.as_ref())
            && self.host.as_ref().is_none_or(|host| host_is_within(&activity.host, host))
            && is(&self.outcome, Some(&activity.outcome))
            && is(&self.policy, activity.policy.as_ref())
            && is(&self.clause, activity.clause.as_ref())
            && self.category.is_none_or(|category| activity.categories.contains(category))
            && self.without.is_none_or(|category| !activity.categories.contains(category))
            && self.text.as_ref().is_none_or(contains)
    }

    fn expressions(&self) -> Vec<Expr> {
        let text = |column: &str, value: &String| col(column).eq(lit(value.as_str()));
        let mut all = Vec::new();
        all.extend(self.person.map(is_person));
        all.extend(self.host.as_deref().map(is_host));
        all.extend(self.outcome.map(|outcome| col("outcome").eq(lit(outcome_name(outcome)))));
        all.extend(self.policy.as_ref().map(|policy| text("policy", policy)));
        all.extend(self.clause.as_ref().map(|clause| text("clause", clause)));
        all.extend(self.category.map(|category| array_has(col("categories"), lit(category.name()))));
        all.extend(self.without.map(|category| array_has(col("categories"), lit(category.name())).is_not_true()));
        all.extend(self.text.as_deref().map(contains));
        all
    }
}

/// What query and permit both open, one page of it.
pub async fn search(
    layout: &Layout,
    settings: &ActivitySettings,
    span: Range<Timestamp>,
    subject: Option<Expr>,
    query: Query,
) -> Result<Page, SearchError> {
    if span.start >= span.end {
        return Ok(Page::default());
    }
    let conditions = query.expressions().into_iter().chain(subject).fold(within(&span), Expr::and);
    let mut tables = Tables::of_span(layout, settings, &span)?;
    match page(&tables, settings, conditions.clone(), &query).await {
        Err(error) if error.may_be_a_part() => {
            if !tables.leave_out_unreadable().await {
                return Err(error);
            }
            page(&tables, settings, conditions, &query).await
        }
        answer => answer,
    }
}

async fn page(
    tables: &Tables,
    settings: &ActivitySettings,
    conditions: Expr,
    query: &Query,
) -> Result<Page, SearchError> {
    let found = tables.activities().await?.filter(conditions)?;
    let total = found.clone().count().await? as u64;
    let ascending = query.order == Order::OldestFirst;
    let order = vec![col("at").sort(ascending, false), col("id").sort(ascending, false)];
    let limit = if query.limit == 0 { settings.page_rows } else { query.limit.min(settings.page_rows) };
    let batches = found.sort(order)?.limit(query.offset, Some(limit))?.collect().await?;
    let mut rows = Vec::new();
    for batch in &batches {
        rows.extend(from_batch(batch)?);
    }
    Ok(Page { rows, total, unreadable: tables.unreadable().clone() })
}

/// The moments that both query and permit open.
pub fn span_of(permit: &ViewingPermit, query: &Query) -> Range<Timestamp> {
    let from = query.from.map_or(permit.from(), |from| from.max(permit.from()));
    let until = query.until.map_or(permit.until(), |until| until.min(permit.until()));
    from..until
}

/// What the permit's subject says of an activity; `None` where it is everyone.
pub fn subject_of(permit: &ViewingPermit) -> Option<Expr> {
    match permit.subject() {
        Subject::Person(person) => Some(is_person(*person)),
        Subject::Client(client) => Some(col("client").eq(lit(client.to_string()))),
        Subject::Host(host) => Some(is_host(host)),
        Subject::Everyone => None,
    }
}

fn is_person(person: PersonId) -> Expr {
    col("person").eq(lit(ScalarValue::FixedSizeBinary(16, Some(person.0.as_bytes().to_vec()))))
}

fn is_host(host: &str) -> Expr {
    let itself = col("host").eq(lit(host));
    itself.or(col("host").like(lit(format!("%.{}", literally(host)))))
}

fn contains(text: &str) -> Expr {
    let pattern = format!("%{}%", literally(text));
    let place = |column| col(column).ilike(lit(pattern.as_str()));
    place("host").or(place("path")).or(place("search"))
}

/// The text with what a pattern would take for a sign marked as itself.
fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}
