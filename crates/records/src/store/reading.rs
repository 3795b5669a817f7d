//! One look at the records.

use crate::engine::transaction::Transaction;

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

    pub(crate) fn into_transaction(self) -> Transaction {
        self.transaction
    }
}
