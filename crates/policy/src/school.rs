//! What a policy does not say and the gate must know: the school's timetable, its facts, what is always open.

use std::collections::BTreeMap;

use domain::{Category, CategorySet, Timetable};

use crate::value::SiteEntry;

/// The school around its policies.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolFacts {
    pub timetable: Timetable,
    /// Open to everybody whatever a policy says: the sign-in and signing pages, the school's own sites.
    pub always_open: Vec<SiteEntry>,
    /// Categories open to everybody whatever a policy says. Sealed ones stay closed all the same.
    pub always_open_categories: CategorySet,
    /// What goes into blanks: `school`, `dsl.name`, `headteacher.contact`.
    pub facts: BTreeMap<String, String>,
}

impl Default for SchoolFacts {
    /// A common timetable, no facts; helplines and the school's own pages always open.
    fn default() -> SchoolFacts {
        SchoolFacts {
            timetable: Timetable::default(),
            always_open: Vec::new(),
            always_open_categories: CategorySet::from_iter([Category::Helplines, Category::School]),
            facts: BTreeMap::new(),
        }
    }
}

/// What is no site: neither a host nor a host and a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {mend}")]
pub struct SiteEntryError {
    pub message: String,
    pub mend: String,
}

impl std::str::FromStr for SiteEntry {
    type Err = SiteEntryError;

    /// Reads `reddit.com` or `reddit.com/r/chemistry`.
    fn from_str(text: &str) -> Result<SiteEntry, SiteEntryError> {
        SiteEntry::read_text(text).map_err(|(message, mend)| SiteEntryError { message, mend })
    }
}

impl From<domain::Host> for SiteEntry {
    fn from(host: domain::Host) -> SiteEntry {
        SiteEntry { host, path: None }
    }
}
