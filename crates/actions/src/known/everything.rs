//! What the desk knows without asking the records: one value of one moment, swapped whole. The gate's part of it, rules
//! and directory, is a value of its own inside, and is handed on in the same swap.

use std::sync::Arc;

use domain::Roles;
use feed::Feed;

use crate::known::grants::Grants;
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::PublishedPolicies;
use crate::known::sessions::Sessions;

#[derive(Clone)]
pub(crate) struct Known {
    pub roles: Arc<Roles>,
    pub published_policies: Arc<PublishedPolicies>,
    pub people_index: Arc<PeopleIndex>,
    pub grants: Grants,
    pub sessions: Sessions,
    pub feed: Arc<Feed>,
}

impl Known {
    /// Whether nobody's record, no role and no rule has changed between the two.
    pub(crate) fn is_of_the_same_people(&self, other: &Known) -> bool {
        Arc::ptr_eq(&self.people_index, &other.people_index)
            && Arc::ptr_eq(&self.roles, &other.roles)
            && Arc::ptr_eq(&self.feed.rules, &other.feed.rules)
    }

    /// What differs from `other`, in words; `None` where nothing does. The rules follow from the policies.
    pub(crate) fn differs(&self, other: &Known) -> Option<&'static str> {
        let versions =
            |known: &Known| known.published_policies.currents().map(|text| text.record.id).collect::<Vec<_>>();
        [
            ("the policies", versions(self) == versions(other)),
            ("the index of people", self.people_index == other.people_index),
            ("the grants", self.grants == other.grants),
            ("the sessions", self.sessions == other.sessions),
            ("the gate's directory", self.feed.directory == other.feed.directory),
        ]
        .into_iter()
        .find_map(|(what, same)| (!same).then_some(what))
    }
}
