//! One look at the records.

use domain::PersonId;

use crate::engine::query::{MAX_PARAMETERS, Row, query};
use crate::engine::transaction::Transaction;
use crate::error::Error;

/// One consistent look at the records.
#[derive(Debug)]
pub struct Reading {
    transaction: Transaction,
}

impl Reading {
    pub(crate) fn new(transaction: Transaction) -> Reading {
        Reading { transaction }
    }

    pub(crate) fn transaction(&mut self) -> &mut Transaction {
        &mut self.transaction
    }

    /// The rows of `select`, which ends with the column of a person, that are of one of these people: few statements for
    /// however many. Rows of one person stand in the order of the columns `order`.
    pub(crate) async fn rows_of(&mut self, select: &str, people: &[PersonId], order: &str) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        for people in people.chunks(MAX_PARAMETERS) {
            let parameters = vec!["?"; people.len()].join(", ");
            let text = format!("{select} IN ({parameters}) ORDER BY {order}");
            let found = people.iter().fold(query(text), |query, person| query.bind(person.to_string()));
            rows.extend(found.fetch_all(self.transaction()).await?);
        }
        Ok(rows)
    }

    pub(crate) fn into_transaction(self) -> Transaction {
        self.transaction
    }
}
