//! How often each clause and category came up: numbers without people, which need no permit.

use std::ops::Range;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::prelude::{col, lit};
use domain::{Category, Outcome};
use jiff::Timestamp;

use crate::columns::{ColumnError, outcome_of};
use crate::layout::Layout;
use crate::settings::Settings;
use crate::view::{SearchError, View, within};

/// How many activities a clause decided, one way.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ClauseCount {
    /// `None` with its clause where no clause decided.
    pub policy: Option<String>,
    pub clause: Option<String>,
    pub outcome: Outcome,
    pub count: u64,
}

/// How many activities went to sites of a category, by outcome. A site in two categories counts for both.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CategoryCount {
    pub category: Category,
    pub outcome: Outcome,
    pub count: u64,
}

pub async fn by_clause(
    layout: &Layout,
    settings: &Settings,
    span: Range<Timestamp>,
) -> Result<Vec<ClauseCount>, SearchError> {
    let view = View::of_span(layout, settings, &span)?;
    let groups = vec![col("policy"), col("clause"), col("outcome")];
    let order = vec![
        col("count").sort(false, false),
        col("policy").sort(true, false),
        col("clause").sort(true, false),
        col("outcome").sort(true, false),
    ];
    let counted =
        view.activities().await?.filter(within(&span))?.aggregate(groups, vec![count(lit(1)).alias("count")])?;
    let mut counts = Vec::new();
    for batch in counted.sort(order)?.collect().await? {
        for row in 0..batch.num_rows() {
            counts.push(ClauseCount {
                policy: text(&batch, "policy", row)?,
                clause: text(&batch, "clause", row)?,
                outcome: outcome(&batch, row)?,
                count: number(&batch, row)?,
            });
        }
    }
    Ok(counts)
}

pub async fn by_category(
    layout: &Layout,
    settings: &Settings,
    span: Range<Timestamp>,
) -> Result<Vec<CategoryCount>, SearchError> {
    let view = View::of_span(layout, settings, &span)?;
    let visits = view.activities().await?.filter(within(&span))?.select_columns(&["categories", "outcome"])?;
    let counted = visits
        .unnest_columns(&["categories"])?
        .filter(col("categories").is_not_null())?
        .aggregate(vec![col("categories"), col("outcome")], vec![count(lit(1)).alias("count")])?;
    let order =
        vec![col("count").sort(false, false), col("categories").sort(true, false), col("outcome").sort(true, false)];
    let mut counts = Vec::new();
    for batch in counted.sort(order)?.collect().await? {
        for row in 0..batch.num_rows() {
            // A category that has left the vocabulary since is left out.
            if let Some(category) = text(&batch, "categories", row)?.and_then(|name| name.parse().ok()) {
                counts.push(CategoryCount { category, outcome: outcome(&batch, row)?, count: number(&batch, row)? });
            }
        }
    }
    Ok(counts)
}

fn text(batch: &RecordBatch, column: &'static str, row: usize) -> Result<Option<String>, ColumnError> {
    let texts = batch.column_by_name(column).and_then(|texts| texts.as_string_opt::<i32>());
    let texts = texts.ok_or(ColumnError { column })?;
    Ok(texts.is_valid(row).then(|| texts.value(row).to_owned()))
}

fn outcome(batch: &RecordBatch, row: usize) -> Result<Outcome, ColumnError> {
    let name = text(batch, "outcome", row)?;
    name.as_deref().and_then(outcome_of).ok_or(ColumnError { column: "outcome" })
}

fn number(batch: &RecordBatch, row: usize) -> Result<u64, ColumnError> {
    let column = "count";
    let counts = batch.column_by_name(column).and_then(|counts| counts.as_primitive_opt::<Int64Type>());
    u64::try_from(counts.ok_or(ColumnError { column })?.value(row)).map_err(|_| ColumnError { column })
}
