//! Two people for a policy: who may approve it, and when the approvals given are enough.

use domain::{Duty, PersonId, Role};
use policy::Document;
use records::{Approval, VersionRecord};

use crate::desk::actor::Actor;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;

/// What a draft still lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lacking {
    /// Roles that must approve and have not.
    pub roles: Vec<Role>,
    /// All that approved it is whoever uploaded it: somebody else must too.
    pub second_person: bool,
}

impl Lacking {
    pub(crate) fn is_nothing(&self) -> bool {
        self.roles.is_empty() && !self.second_person
    }

    /// What stands in the way, a sentence each.
    pub(crate) fn reasons(&self, desk: &Desk) -> Vec<String> {
        let catalogue = desk.roles();
        let mut reasons: Vec<String> =
            self.roles.iter().map(|role| format!("{} has not approved it yet.", catalogue.title(*role))).collect();
        if self.second_person {
            reasons.push(
                "Only the person who uploaded it has approved it. Somebody else who approves policies must approve it too."
                    .to_owned(),
            );
        }
        reasons
    }
}

impl Desk {
    /// The roles that must approve a text: those that it names, and those that the version in force names, so that no
    /// draft does away with its own approvers. Where neither names any, the first role of the catalogue that approves
    /// policies: the headteacher, as the program ships.
    pub(crate) fn must_approve(&self, document: &Document) -> Vec<Role> {
        let mut needed = document.approved_by.clone();
        if let Some(text) = self.published_policies().current(&document.id) {
            needed
                .extend(text.document.approved_by.iter().copied().filter(|role| !document.approved_by.contains(role)));
        }
        if needed.is_empty() {
            needed.extend(self.roles().carrying(Duty::ApprovePolicies).map(|entry| entry.role).next());
        }
        needed
    }

    /// What a draft lacks, given its approvals.
    pub(crate) fn lacking(&self, document: &Document, draft: &VersionRecord, given: &[Approval]) -> Lacking {
        let mut roles = self.must_approve(document);
        roles.retain(|role| !given.iter().any(|approval| approval.role == *role));
        let second_person = roles.is_empty() && given.iter().all(|approval| approval.person == draft.uploaded_by);
        Lacking { roles, second_person }
    }

    /// The roles in which the actor may approve a draft that lacks something: of those that must, the ones they hold;
    /// as the second person, any of theirs that approves policies.
    pub(crate) fn may_approve_in(&self, actor: &Actor, lacking: &Lacking, draft: &VersionRecord) -> Vec<Role> {
        let catalogue = self.roles();
        if !self.carries(actor, Duty::ApprovePolicies) {
            return Vec::new();
        }
        if lacking.second_person && actor.person != draft.uploaded_by {
            let own = catalogue.carrying(Duty::ApprovePolicies).map(|entry| entry.role);
            return own.filter(|role| actor.holds(*role)).collect();
        }
        lacking.roles.iter().copied().filter(|role| actor.holds(*role)).collect()
    }

    /// Whether somebody other than the uploader could approve a text: they are here, hold a role that must approve it,
    /// and approve policies.
    pub(crate) fn has_another_approver(&self, by: &Authorised, document: &Document, uploader: PersonId) -> bool {
        let (catalogue, people_index) = (self.roles(), self.people_index(by));
        let needed = self.must_approve(document);
        needed
            .into_iter()
            .flat_map(|role| people_index.holders_here(role))
            .any(|person| person.id != uploader && catalogue.carry(&person.roles, Duty::ApprovePolicies))
    }
}
