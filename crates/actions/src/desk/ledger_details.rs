//! What the ledger says of things whose records hold what people typed. The ledger is kept when names go, and nothing can
//! be taken out of it: so what is made here has kinds and identifiers, and never a word, a host or an address. Entries that
//! verbs put together themselves still name groups and the titles of a school's own roles.

use domain::GrantScope;
use serde_json::{Value, json};

/// The kind of what was asked for or given; the request's record says which site or what words.
pub(crate) fn scope(scope: &GrantScope) -> Value {
    match scope {
        GrantScope::Site(_) => json!("site"),
        GrantScope::Category(category) => json!({ "category": category }),
        GrantScope::Words(_) => json!("words"),
    }
}
