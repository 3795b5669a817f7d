//! What a gate goes by: the rules in force and the directory of people, in one value that is swapped whole; and the same
//! on disk, so that a gate starts again while the records are away.
//!
//! The directory is persistent: a new one that differs in one person shares everything else with the old. On disk it is
//! a base and what changed since, so that a change costs what it touches there too.
//!
//! What it must not know: the records, the desk, the network. The directory holds password hashes, which the gate needs
//! and no page may see: `web` does not use this crate, and `actions` hands nothing of it on.

mod changed;
mod directory;
mod lines;
mod load;
mod policy_texts;
mod saved;

use std::sync::Arc;

pub use changed::Changed;
pub use directory::{Directory, Member};
pub use load::{LoadError, load};
pub use policy_texts::{PolicyText, save_policies};
pub use saved::Saved;

/// Rules and directory of one moment.
#[derive(Debug, Clone)]
pub struct Feed {
    pub rules: Arc<policy::Rules>,
    pub directory: Arc<Directory>,
}

impl Feed {
    /// What is known before anything is: no rule, nobody.
    pub fn empty() -> Feed {
        let rules = policy::Rules::compile(&[], &policy::SchoolFacts::default());
        Feed { rules: Arc::new(rules), directory: Arc::default() }
    }
}
