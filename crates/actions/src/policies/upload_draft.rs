//! Uploading a draft. It is kept with its problems, which are shown in their places, until a newer one is uploaded.

use std::sync::Arc;

use domain::{Duty, PolicyId, Version};
use policy::Document;
use records::{Event, VersionRecord, VersionState};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::secrets::sha256;
use crate::desk::texts::TooLong;
use crate::known::examined_drafts::{Beside, Examined};
use crate::policies::draft_asks::take_back_notices_of_draft;
use crate::policies::drafts::{DraftPage, id_in_head};

/// The longest text that is read: a policy is a document for people.
const LONGEST: usize = 1 << 20;

#[derive(Debug, Clone)]
pub struct UploadDraft {
    pub file_name: String,
    pub text: String,
    /// A minor correction keeps everybody's signatures; it may change wording alone.
    pub minor: bool,
    /// What changed, in a sentence that signers read.
    pub summary: String,
}

/// What was uploaded, read once.
pub(crate) struct ReadUpload {
    input: UploadDraft,
    policy: PolicyId,
    beside: Beside,
    pub examined: Arc<Examined>,
}

impl ReadUpload {
    /// Whether it was examined beside this.
    pub(crate) fn is_read_beside(&self, beside: &Beside) -> bool {
        self.beside.is(beside)
    }
}

verb_error! {
    UploadError {
        #[error("Choose a file with the policy's text.")]
        Empty => Invalid("text");
        #[error("This file is longer than a policy can be (1 MB). Is it the right one?")]
        TooLong => Invalid("text");
        #[error("{too_long}")]
        LongSummary { too_long: TooLong } => Invalid("summary");
        #[error(
            "This file has no policy's head, so it can't be kept. Begin it with a line '+++', then 'id = \"…\"', \
             'title = \"…\"' and the rest, then '+++' again."
        )]
        NoId => Invalid("text");
        #[error(
            "Nobody but you could approve this policy, and a policy needs two people. In 'approved_by', name a role that \
             somebody else holds and that approves policies: {able}."
        )]
        SoleApprover { able: String } => Invalid("text");
        #[error("This text is the one that is published already. There is nothing to upload.")]
        Same { version: Version } => Conflict;
    }
}

impl Desk {
    /// Keeps a text as the draft of its policy, in the place of one that waited.
    pub async fn upload_draft(&self, actor: &Actor, input: UploadDraft) -> Result<DraftPage, UploadError> {
        let upload = self.read_upload(actor, Verb::UploadDraft, input).await?;
        let (actor, mut change) = self.begin_change(actor, Verb::UploadDraft).await?;
        let document = upload.examined.document.clone();
        let record = self.draft_record(&actor, upload);
        if !self.may_upload(&actor, &record.policy) {
            return Err(Forbidden::because("it is for those who own or approve this policy").into());
        }
        if let Some(text) =
            self.published_policies().current(&record.policy).filter(|text| text.record.text_hash == record.text_hash)
        {
            return Err(UploadError::Same { version: text.version() });
        }
        self.refuse_sole_approver(&actor, &record, document.as_deref())?;
        for older in change.drafts().await?.iter().filter(|older| older.policy == record.policy) {
            take_back_notices_of_draft(&mut change, older.id).await?;
        }
        change.add_draft(&record).await?;
        self.tell_of_draft(&mut change, &actor, &record).await?;
        let event = Event::UploadDraft {
            version: record.id,
            policy: (&record.policy).into(),
            text: record.text_hash.as_str().into(),
            minor: record.minor,
        };
        change.commit(&actor, event).await?;
        Ok(self.draft_page(&actor, record).await?)
    }

    /// A policy needs two people. A new one that nobody but its uploader could approve would never be published, or
    /// by them alone.
    fn refuse_sole_approver(
        &self,
        actor: &Authorised,
        record: &VersionRecord,
        document: Option<&Document>,
    ) -> Result<(), UploadError> {
        let is_new = self.published_policies().current(&record.policy).is_none();
        let Some(document) = document.filter(|_| is_new && !actor.is_operator()) else { return Ok(()) };
        if self.has_another_approver(actor, document, actor.person) {
            return Ok(());
        }
        let catalogue = self.roles();
        let able = catalogue.carrying(Duty::ApprovePolicies).map(|entry| entry.title.clone()).collect::<Vec<_>>();
        Err(UploadError::SoleApprover { able: able.join(", ") })
    }

    /// Reads what was uploaded, which takes long: before the turn begins, so that nobody waits for it. Nothing is read for
    /// those who may not upload.
    pub(crate) async fn read_upload(
        &self,
        actor: &Actor,
        verb: Verb,
        input: UploadDraft,
    ) -> Result<ReadUpload, UploadError> {
        self.authorise(actor, verb)?;
        if input.text.trim().is_empty() {
            return Err(UploadError::Empty);
        }
        if input.text.len() > LONGEST {
            return Err(UploadError::TooLong);
        }
        let summary = self.text(&input.summary).map_err(|too_long| UploadError::LongSummary { too_long })?;
        let input = UploadDraft { text: input.text.replace("\r\n", "\n"), summary, ..input };
        let (beside, examined) = self.examine_text(&input.file_name, &input.text).await;
        let policy = examined.document.as_ref().map(|document| document.id.clone());
        let policy = policy.or_else(|| id_in_head(&input.text)).ok_or(UploadError::NoId)?;
        Ok(ReadUpload { input, policy, beside, examined })
    }

    /// The draft as it is to be kept. What its text was found to be is known from now on.
    pub(crate) fn draft_record(&self, actor: &Actor, upload: ReadUpload) -> VersionRecord {
        let ReadUpload { input, policy, beside, examined } = upload;
        let now = self.now();
        let id = self.new_id(now);
        self.examined_drafts().put(id, beside, examined);
        VersionRecord {
            id,
            policy,
            number: Version(0),
            state: VersionState::Draft,
            file_name: input.file_name,
            text_hash: sha256(input.text.as_bytes()),
            text: input.text,
            minor: input.minor,
            summary: input.summary,
            uploaded_by: actor.person,
            uploaded_at: now,
            published_by: None,
            published_at: None,
        }
    }
}
