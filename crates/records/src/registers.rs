//! Grants, sanctions, closed sites, and what is written down in the registers of the school's policies.

pub(crate) mod checks;
pub(crate) mod closed_sites;
pub(crate) mod entries;
pub(crate) mod grants;
pub(crate) mod sanctions;
pub(crate) mod signatures;

pub use closed_sites::ClosedSiteRecord;
pub use entries::{EntryRecord, OpenAt};
pub use grants::{GrantRecord, GrantsOf};
