//! What the desk knows without asking the records: one value of one moment, swapped whole. The gate's part of it, rules
//! and directory, is a value of its own inside, and is handed on in the same swap.

use std::sync::Arc;

use domain::Roles;
use feed::Feed;

use crate::known::grants::Grants;
use crate::known::listed_devices::ListedDevices;
use crate::known::open_signing::OpenSigning;
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::PublishedPolicies;
use crate::known::sessions::Sessions;
use crate::known::standing_answers::StandingAnswers;
use crate::known::waiting::Waiting;

#[derive(Clone)]
pub(crate) struct Known {
    pub roles: Arc<Roles>,
    pub published_policies: Arc<PublishedPolicies>,
    pub people_index: Arc<PeopleIndex>,
    pub grants: Grants,
    pub sessions: Sessions,
    pub open_signing: OpenSigning,
    pub waiting: Waiting,
    pub standing_answers: StandingAnswers,
    pub listed_devices: ListedDevices,
    pub feed: Arc<Feed>,
}

impl Known {
    /// Nobody and nothing but the ready roles, and what the gate goes by meanwhile.
    pub(crate) fn empty(feed: Arc<Feed>) -> Known {
        Known {
            roles: Roles::ready().clone(),
            published_policies: Arc::default(),
            people_index: Arc::default(),
            grants: Grants::default(),
            sessions: Sessions::default(),
            open_signing: OpenSigning::default(),
            waiting: Waiting::default(),
            standing_answers: StandingAnswers::default(),
            listed_devices: ListedDevices::default(),
            feed,
        }
    }

    /// Whether nobody's record, no role and no rule has changed between the two.
    pub(crate) fn is_of_the_same_people(&self, other: &Known) -> bool {
        Arc::ptr_eq(&self.people_index, &other.people_index)
            && Arc::ptr_eq(&self.roles, &other.roles)
            && Arc::ptr_eq(&self.feed.rules, &other.feed.rules)
    }

    /// What differs from `other`, in words; `None` where nothing does.
    pub(crate) fn differs(&self, other: &Known) -> Option<&'static str> {
        let versions =
            |known: &Known| known.published_policies.currents().map(|text| text.record.id).collect::<Vec<_>>();
        let rules = |known: &Known| {
            let policies = known.feed.rules.policies().iter();
            policies.map(|policy| (policy.document.id.clone(), policy.version)).collect::<Vec<_>>()
        };
        [
            ("the roles", self.roles.to_toml() == other.roles.to_toml()),
            ("the policies", versions(self) == versions(other)),
            ("the index of people", self.people_index == other.people_index),
            ("the grants", self.grants == other.grants),
            ("the sessions", self.sessions == other.sessions),
            ("what is open of the signing", self.open_signing == other.open_signing),
            ("what waits to be decided or taken up", self.waiting == other.waiting),
            ("what was said of consents", self.standing_answers == other.standing_answers),
            ("the devices that are listed", self.listed_devices == other.listed_devices),
            ("the rules", rules(self) == rules(other)),
            ("the gate's directory", self.feed.directory == other.feed.directory),
        ]
        .into_iter()
        .find_map(|(what, same)| (!same).then_some(what))
    }
}

#[cfg(test)]
mod tests {
    use policy::{Published, Rules, SchoolFacts, Source};

    use super::*;

    fn known() -> Known {
        Known::empty(Arc::new(Feed::empty()))
    }

    #[test]
    fn other_roles_are_a_difference() {
        let (mut other, text) = (known(), Roles::ready().to_toml());
        assert_eq!(known().differs(&other), None);
        other.roles = Arc::new(Roles::parse(&text.replacen("title = \"Headteacher\"", "title = \"Head\"", 1)).unwrap());
        assert_eq!(known().differs(&other), Some("the roles"));
    }

    #[test]
    fn rules_of_other_policies_are_a_difference() {
        let source = Source::new("web-use.md", include_str!("../../tests/it/policy.md"));
        let (document, problems) = policy::parse(&source, Roles::ready());
        let document = Arc::new(document.unwrap_or_else(|| panic!("{problems:?}")));
        let with_version = |version| {
            let published = Published { document: document.clone(), version: domain::Version(version) };
            let rules = Arc::new(Rules::compile(&[published], &SchoolFacts::default()));
            Known { feed: Arc::new(Feed { rules, directory: Arc::default() }), ..known() }
        };
        assert_eq!(with_version(1).differs(&with_version(1)), None);
        assert_eq!(with_version(1).differs(&with_version(2)), Some("the rules"));
        assert_eq!(with_version(1).differs(&known()), Some("the rules"));
    }
}
