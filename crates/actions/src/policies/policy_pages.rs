//! Policies as everybody reads them, with what runs each clause.

use std::sync::Arc;

use domain::{Audience, PolicyId, Role, Told, Version, VersionId};
use jiff::Timestamp;
use policy::{ClauseExplanation, Document, PolicyChange, ReviewDate};
use records::VersionRecord;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::known::published_policies::{PublishedPolicies, Text};

/// One policy in the list.
#[derive(Debug, Clone)]
pub struct PolicyLine {
    pub policy: PolicyId,
    pub title: String,
    /// `None` where nothing of it has been published yet.
    pub version: Option<Version>,
    pub published_at: Option<Timestamp>,
    pub owner: Option<Role>,
    pub audiences: Vec<Audience>,
    pub clauses: usize,
    /// A text that waits, for those who may see it.
    pub draft: Option<VersionId>,
}

#[derive(Debug, Clone)]
pub struct PolicyPage {
    pub line: PolicyLine,
    pub version: Version,
    pub text_hash: String,
    pub document: Arc<Document>,
    /// What the software does for each clause, in words.
    pub explanation: Vec<ClauseExplanation>,
    /// Newest first.
    pub versions: Vec<VersionLine>,
    pub may_upload: bool,
    /// When it is due for its next review; of a version that is in force.
    pub review_due: Option<ReviewDate>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    pub version: Version,
    pub published_at: Timestamp,
    pub minor: bool,
    pub summary: String,
}

#[derive(Debug, Clone)]
pub struct PolicyDiff {
    pub policy: PolicyId,
    pub from: Version,
    pub to: Version,
}

impl Desk {
    /// Every policy that is published; drafts for those who own or approve them.
    pub async fn policies(&self, actor: &Actor) -> Result<Vec<PolicyLine>, ReadError> {
        let actor = self.authorise(actor, Verb::ReadPolicies)?;
        let published_policies = self.published_policies();
        let drafts = self.visible_drafts(&actor).await?;
        let mut lines: Vec<PolicyLine> = published_policies.currents().map(|text| policy_line(text, &drafts)).collect();
        for draft in &drafts {
            if published_policies.current(&draft.policy).is_none() {
                lines.push(PolicyLine {
                    policy: draft.policy.clone(),
                    title: draft.policy.0.clone(),
                    version: None,
                    published_at: None,
                    owner: None,
                    audiences: Vec::new(),
                    clauses: 0,
                    draft: Some(draft.id),
                });
            }
        }
        Ok(lines)
    }

    /// A policy's current version.
    pub async fn policy(&self, actor: &Actor, policy: &PolicyId) -> Result<PolicyPage, ReadError> {
        self.authorise(actor, Verb::ReadPolicies)?;
        let version = found(self.published_policies().current(policy).map(Text::version), "policy")?;
        self.policy_version(actor, policy, version).await
    }

    /// A version of a policy, old or new.
    pub async fn policy_version(
        &self,
        actor: &Actor,
        policy: &PolicyId,
        version: Version,
    ) -> Result<PolicyPage, ReadError> {
        let actor = self.authorise(actor, Verb::ReadPolicies)?;
        let published_policies = self.published_policies();
        let text = found(published_policies.version(policy, version), "version of this policy")?;
        let drafts = self.visible_drafts(&actor).await?;
        let current = found(published_policies.current(policy), "policy")?;
        let in_force = current.record.id == text.record.id;
        if in_force {
            self.note_read_of(&actor, |told| told == Told::ReviewDue(text.record.id)).await?;
        }
        Ok(PolicyPage {
            line: policy_line(current, &drafts),
            review_due: in_force.then(|| self.review_due(&published_policies, text)).flatten(),
            version,
            text_hash: text.record.text_hash.clone(),
            document: text.document.clone(),
            explanation: policy::explain(&text.document),
            versions: version_lines(&published_policies, policy),
            may_upload: self.may_upload(&actor, policy),
        })
    }

    /// What changed between two versions, and for whom.
    pub async fn policy_diff(&self, actor: &Actor, input: PolicyDiff) -> Result<Vec<PolicyChange>, ReadError> {
        self.authorise(actor, Verb::ReadPolicies)?;
        let published_policies = self.published_policies();
        let from = found(published_policies.version(&input.policy, input.from), "version of this policy")?;
        let to = found(published_policies.version(&input.policy, input.to), "version of this policy")?;
        Ok(policy::diff(&from.document, &to.document))
    }

    pub(crate) async fn visible_drafts(&self, actor: &Authorised) -> Result<Vec<VersionRecord>, records::Error> {
        let mut visible = Vec::new();
        for draft in self.stores().read(actor).await?.drafts().await? {
            if self.may_see_draft(actor, &draft).await {
                visible.push(draft);
            }
        }
        Ok(visible)
    }
}

fn policy_line(text: &Text, drafts: &[VersionRecord]) -> PolicyLine {
    let document = &text.document;
    PolicyLine {
        policy: text.record.policy.clone(),
        title: document.title.clone(),
        version: Some(text.version()),
        published_at: Some(text.published_at()),
        owner: Some(document.owner),
        audiences: document.audiences.clone(),
        clauses: document.clauses.len(),
        draft: drafts.iter().find(|draft| draft.policy == text.record.policy).map(|draft| draft.id),
    }
}

fn version_lines(published_policies: &PublishedPolicies, policy: &PolicyId) -> Vec<VersionLine> {
    published_policies
        .versions(policy)
        .iter()
        .rev()
        .map(|text| VersionLine {
            version: text.version(),
            published_at: text.published_at(),
            minor: text.record.minor,
            summary: text.record.summary.clone(),
        })
        .collect()
}
