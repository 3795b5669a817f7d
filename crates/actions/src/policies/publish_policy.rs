//! Putting a draft into force: its rules run from then on, and those whom it concerns are asked to sign.

use domain::{PolicyId, Version, VersionId};
use records::{Event, PublishedText, VersionRecord};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, Unavailable, verb_error};
use crate::desk::stores::DeskChange;
use crate::policies::draft_asks::take_back_notices_of_draft;
use crate::policies::drafts::{NOT_MINOR, changes_what_runs};
use crate::policies::open_draft::{BegunWith, says_not_open};
use crate::policies::upload_draft::{UploadDraft, UploadError};

#[derive(Debug, Clone)]
pub struct PublishPolicy {
    pub version: VersionId,
    /// Of the text that the page showed.
    pub text_hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedPolicy {
    pub policy: PolicyId,
    pub version: Version,
    /// How many people owe a signature for it now.
    pub asked_to_sign: u64,
}

/// A policy that was approved on paper, brought in at the command line.
#[derive(Debug, Clone)]
pub struct InstallPolicy {
    pub file_name: String,
    pub text: String,
}

verb_error! {
    PublishError {
        #[error("There is no draft here with this address.")]
        NotFound => NotFound;
        #[error("This is not the text that you were shown. Look at it again.")]
        Outdated => Conflict;
        #[error("This draft is no longer open: it was published, or a newer one took its place.")]
        Closed => Conflict;
        #[error("It can't be published. {}", .reasons.join(" "))]
        NotReady { reasons: Vec<String> } => Conflict;
        #[error("{0}", .problem)]
        Upload { problem: String } => Invalid("text");
    }
}

impl From<UploadError> for PublishError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Forbidden(forbidden) => PublishError::Forbidden(forbidden),
            UploadError::Unavailable(unavailable) => PublishError::Unavailable(unavailable),
            other => PublishError::Upload { problem: other.to_string() },
        }
    }
}

says_not_open!(PublishError);

impl Desk {
    /// Publishes a draft that every role has approved. The gate obeys it before this returns.
    pub async fn publish_policy(&self, actor: &Actor, input: PublishPolicy) -> Result<PublishedPolicy, PublishError> {
        let draft = (input.version, input.text_hash.as_str());
        let BegunWith { by: actor, mut change, draft: record, examined } =
            self.begin_with_draft::<PublishError>(actor, Verb::PublishPolicy, draft).await?;
        let given = change.approvals(record.id).await?;
        let mut reasons = examined.why_not_approve();
        if let Some(document) = &examined.document {
            if !self.may_publish(&actor, document) {
                return Err(Forbidden::because("it is for the policy's owner and those who approve it").into());
            }
            reasons.extend(self.lacking(document, &record, &given).reasons(self));
            if record.minor {
                match self.published_policies().current(&record.policy) {
                    Some(text) if policy::diff(&text.document, document).iter().any(changes_what_runs) => {
                        reasons.push(NOT_MINOR.to_owned());
                    }
                    _ => {}
                }
            }
        }
        if !reasons.is_empty() {
            return Err(PublishError::NotReady { reasons });
        }
        self.put_into_force(&actor, change, record, Event::PublishPolicy).await
    }

    /// Brings in a policy at the command line and publishes it at once. Its approvals were given on paper, and the
    /// ledger says that it was the operator who said so. A text that is published already stays as it is.
    pub async fn install_policy(&self, actor: &Actor, input: InstallPolicy) -> Result<PublishedPolicy, PublishError> {
        let upload = UploadDraft { file_name: input.file_name, text: input.text, minor: false, summary: String::new() };
        let (upload, actor, mut change) = loop {
            let read = self.read_upload(actor, Verb::InstallPolicy, upload.clone()).await?;
            let (by, change) = self.begin_change(actor, Verb::InstallPolicy).await?;
            if read.is_read_beside(&self.beside()) {
                break (read, by, change);
            }
        };
        let examined = upload.examined.clone();
        let record = self.draft_record(&actor, upload);
        if let Some(text) =
            self.published_policies().current(&record.policy).filter(|text| text.record.text_hash == record.text_hash)
        {
            return self.published(&actor, record.policy.clone(), text.version()).await;
        }
        let mut reasons = examined.faults();
        reasons.extend(examined.problems.iter().map(|problem| {
            format!("{}:{}:{}: {} ({}).", problem.file, problem.line, problem.column, problem.message, problem.mend)
        }));
        if !reasons.is_empty() {
            return Err(PublishError::NotReady { reasons });
        }
        change.add_draft(&record).await?;
        self.put_into_force(&actor, change, record, Event::InstallPolicy).await
    }

    /// Marks a draft as published, which the ledger says by `event`, and has the gate obey it.
    async fn put_into_force(
        &self,
        actor: &Authorised,
        mut change: DeskChange,
        record: VersionRecord,
        event: fn(PublishedText) -> Event,
    ) -> Result<PublishedPolicy, PublishError> {
        let number = change.mark_published(record.id, actor.person).await?.ok_or(PublishError::Closed)?;
        take_back_notices_of_draft(&mut change, record.id).await?;
        let text = PublishedText {
            version: record.id,
            policy: (&record.policy).into(),
            number,
            text: record.text_hash.as_str().into(),
            minor: record.minor,
        };
        let kept = change.commit(actor, event(text)).await?;
        self.refresh(&kept.turn).await.map_err(Unavailable::new)?;
        self.published(actor, record.policy, number).await
    }

    async fn published(
        &self,
        actor: &Authorised,
        policy: PolicyId,
        version: Version,
    ) -> Result<PublishedPolicy, PublishError> {
        let asked_to_sign = self.count_owing(actor, &policy);
        Ok(PublishedPolicy { policy, version, asked_to_sign })
    }
}
