//! What the desk knows without asking the records, as values: the people, the published policies, what holds, what is
//! owed. Nothing here reads the records, authorises or changes anything.

pub(crate) mod entry_standing;
pub(crate) mod everything;
pub(crate) mod examined_drafts;
pub(crate) mod grants;
pub(crate) mod listed_devices;
pub(crate) mod open_signing;
pub(crate) mod people_index;
pub(crate) mod published_policies;
pub(crate) mod sessions;
pub(crate) mod signing_tasks;
pub(crate) mod standing_answers;
pub(crate) mod system_actors;
pub(crate) mod waiting;

pub use people_index::PersonLine;
pub use published_policies::UnreadablePolicy;
pub use signing_tasks::{Manner, SigningTask};
