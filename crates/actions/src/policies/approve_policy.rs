//! Approving a draft, in a role that its head names.

use domain::{Role, VersionId};
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::policies::drafts::DraftPage;
use crate::policies::open_draft::{BegunWith, says_not_open};

#[derive(Debug, Clone)]
pub struct ApprovePolicy {
    pub version: VersionId,
    /// Of the text that the page showed.
    pub text_hash: String,
    pub role: Role,
}

verb_error! {
    ApproveError {
        #[error("There is no draft here with this address.")]
        NotFound => NotFound;
        #[error("This is not the text that you were shown. Look at it again.")]
        Outdated => Conflict;
        #[error("This draft is no longer open: it was published, or a newer one took its place.")]
        Closed => Conflict;
        #[error("The draft can't be approved yet. {}", .faults.join(" "))]
        Faulty { faults: Vec<String> } => Conflict;
        #[error("The policy's head does not name the role '{role}' to approve it.")]
        NotNamed { role: Role } => Invalid("role");
        #[error("You uploaded this draft and have approved it. Somebody else who approves policies must approve it too.")]
        NeedsAnother => Conflict;
        #[error("It has been approved in this role already.")]
        Already => Conflict;
    }
}

says_not_open!(ApproveError);

impl Desk {
    /// Approves a draft. When every role has, it can be published.
    pub async fn approve_policy(&self, actor: &Actor, input: ApprovePolicy) -> Result<DraftPage, ApproveError> {
        let draft = (input.version, input.text_hash.as_str());
        let BegunWith { by: actor, mut change, draft: record, examined } =
            self.begin_with_draft::<ApproveError>(actor, Verb::ApprovePolicy, draft).await?;
        let faults = examined.why_not_approve();
        let document =
            examined.document.clone().filter(|_| faults.is_empty()).ok_or(ApproveError::Faulty { faults })?;
        let given = change.approvals(record.id).await?;
        let lacking = self.lacking(&document, &record, &given);
        if !lacking.second_person && !self.must_approve(&document).contains(&input.role) {
            return Err(ApproveError::NotNamed { role: input.role });
        }
        if !actor.holds(input.role) {
            return Err(Forbidden::because(format!("it is for {}", self.roles().in_sentence(input.role))).into());
        }
        if lacking.second_person && !self.may_approve_in(&actor, &lacking, &record).contains(&input.role) {
            let uploaded_it = actor.person == record.uploaded_by;
            return Err(if uploaded_it {
                ApproveError::NeedsAnother
            } else {
                ApproveError::NotNamed { role: input.role }
            });
        }
        if !change.add_approval(record.id, input.role, actor.person).await? {
            return Err(ApproveError::Already);
        }
        let given = change.approvals(record.id).await?;
        let complete = self.lacking(&document, &record, &given).is_nothing();
        if complete {
            change.mark_approved(record.id).await?;
        }
        let event = Event::ApprovePolicy {
            version: record.id,
            role: input.role,
            text: record.text_hash.as_str().into(),
            complete,
        };
        let record = change.version(record.id).await?.unwrap_or(record);
        self.tell_of_draft(&mut change, &actor, &record).await?;
        change.commit(&actor, event).await?;
        Ok(self.draft_page(&actor, record).await?)
    }
}
