//! What a draft on its way into force asks of whom, and telling them.

use std::collections::BTreeSet;

use domain::{Duty, PersonId, Role, Told, VersionId};
use policy::{Document, PolicyChange};
use records::{VersionRecord, VersionState};

use crate::desk::actor::Actor;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::stores::DeskChange;
use crate::desk::task::TaskKind;
use crate::known::examined_drafts::Examined;
use crate::policies::approvals::Lacking;
use crate::policies::drafts::{NOT_MINOR, changes_what_runs};

/// A draft with what it still lacks.
pub(crate) struct OnItsWay<'a> {
    pub record: &'a VersionRecord,
    pub examined: &'a Examined,
    pub lacking: &'a Lacking,
    pub why_not_publish: &'a [String],
}

/// All that people may have been told that a draft asks of them.
pub(crate) fn asked_by_draft(version: VersionId) -> [Told; 3] {
    [TaskKind::Approve { version }, TaskKind::Publish { version }, TaskKind::Mend { version }].map(|kind| kind.told())
}

/// Tells nobody any more that a draft asks something of them.
pub(crate) async fn take_back_notices_of_draft(
    change: &mut DeskChange,
    version: VersionId,
) -> Result<(), records::Error> {
    for told in asked_by_draft(version) {
        change.take_back_notices(told).await?;
    }
    Ok(())
}

fn readable(examined: &Examined) -> Option<&Document> {
    examined.document.as_deref().filter(|_| examined.is_readable())
}

impl Desk {
    /// What a draft asks of somebody, if anything.
    pub(crate) fn asked_of(&self, actor: &Actor, draft: &OnItsWay<'_>) -> Option<TaskKind> {
        let version = draft.record.id;
        if !self.may_approve_now(actor, draft).is_empty() {
            return Some(TaskKind::Approve { version });
        }
        if self.may_publish_now(actor, draft) {
            return Some(TaskKind::Publish { version });
        }
        let own = draft.record.uploaded_by == actor.person && is_open(draft.record);
        (own && !draft.examined.problems.is_empty()).then_some(TaskKind::Mend { version })
    }

    /// The roles in which somebody may approve a draft now.
    pub(crate) fn may_approve_now(&self, actor: &Actor, draft: &OnItsWay<'_>) -> Vec<Role> {
        if is_open(draft.record) && draft.examined.why_not_approve().is_empty() {
            self.may_approve_in(actor, draft.lacking, draft.record)
        } else {
            Vec::new()
        }
    }

    /// Whether somebody may put a draft into force now.
    pub(crate) fn may_publish_now(&self, actor: &Actor, draft: &OnItsWay<'_>) -> bool {
        let document = draft.examined.document.as_ref();
        draft.why_not_publish.is_empty() && document.is_some_and(|document| self.may_publish(actor, document))
    }

    /// What a draft changes of the version in force.
    pub(crate) fn changes_by(&self, record: &VersionRecord, examined: &Examined) -> Vec<PolicyChange> {
        let published_policies = self.published_policies();
        let current = published_policies.current(&record.policy).filter(|text| text.record.id != record.id);
        match (current, readable(examined)) {
            (Some(current), Some(document)) => policy::diff(&current.document, document),
            _ => Vec::new(),
        }
    }

    /// What stands in the way of publishing a draft, a sentence each.
    pub(crate) fn why_not_publish(
        &self,
        record: &VersionRecord,
        examined: &Examined,
        lacking: &Lacking,
        changes: &[PolicyChange],
    ) -> Vec<String> {
        match record.state {
            VersionState::Published => return vec!["It is published already.".to_owned()],
            VersionState::Superseded => return vec!["A newer draft has taken its place.".to_owned()],
            VersionState::Draft | VersionState::Approved => {}
        }
        let mut why_not = examined.why_not_approve();
        why_not.extend(lacking.reasons(self));
        if record.minor && changes.iter().any(changes_what_runs) {
            why_not.push(NOT_MINOR.to_owned());
        }
        why_not
    }

    /// Tells those of whom an open draft asks something now. Whoever has just approved or uploaded it sees on its page what
    /// it asks of them; only that it has problems is theirs to mend later too.
    pub(crate) async fn tell_of_draft(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        record: &VersionRecord,
    ) -> Result<(), records::Error> {
        let examined = self.examined(record).await;
        let given = change.approvals(record.id).await?;
        let lacking = readable(&examined).map(|document| self.lacking(document, record, &given)).unwrap_or_default();
        let changes = self.changes_by(record, &examined);
        let why_not_publish = self.why_not_publish(record, &examined, &lacking, &changes);
        let draft = OnItsWay { record, examined: &examined, lacking: &lacking, why_not_publish: &why_not_publish };
        let mut asked: Vec<(PersonId, Told)> = Vec::new();
        let people_index = self.people_index(by);
        for person in self.concerned_by_draft(by, &draft) {
            let actor = people_index.here(person).map(|person| Actor::of(person, None));
            let Some(kind) = actor.and_then(|actor| self.asked_of(&actor, &draft)) else { continue };
            if person != by.person || matches!(kind, TaskKind::Mend { .. }) {
                asked.push((person, kind.told()));
            }
        }
        for told in asked_by_draft(record.id) {
            let people = asked.iter().filter(|(_, of)| *of == told).map(|(person, _)| *person);
            self.tell_asked(change, &people.collect::<Vec<_>>(), told).await?;
        }
        Ok(())
    }

    /// Whoever uploaded a draft, and those who hold a role in which one approves or publishes it.
    fn concerned_by_draft(&self, by: &Authorised, draft: &OnItsWay<'_>) -> BTreeSet<PersonId> {
        let (catalogue, published_policies) = (self.roles(), self.published_policies());
        let carrying = [Duty::ApprovePolicies, Duty::WritePolicies].into_iter();
        let mut roles: Vec<Role> = carrying.flat_map(|duty| catalogue.carrying(duty).map(|entry| entry.role)).collect();
        let in_force = published_policies.current(&draft.record.policy).map(|text| &*text.document);
        for document in in_force.into_iter().chain(draft.examined.document.as_deref()) {
            roles.push(document.owner);
            roles.extend(&document.approved_by);
        }
        let people_index = self.people_index(by);
        let holders = roles.into_iter().flat_map(|role| people_index.holders_here(role)).map(|person| person.id);
        holders.chain([draft.record.uploaded_by]).collect()
    }
}

fn is_open(record: &VersionRecord) -> bool {
    matches!(record.state, VersionState::Draft | VersionState::Approved)
}
