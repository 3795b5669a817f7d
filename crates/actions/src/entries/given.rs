//! What a yes writes into a register.

use domain::{Grant, RegisterEntry, Request};
use policy::rules::registers;
use records::{Event, RequestRecord};

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::stores::DeskChange;
use crate::entries::enter::entered;

/// Why what a yes gives is not in the register, so that nothing may open.
pub(crate) enum NotEntered {
    /// The register, as it stands now, does not let it in.
    Refused,
    /// What it would list is marked as lost or stolen.
    DeviceLost,
    Unavailable(records::Error),
}

impl From<records::Error> for NotEntered {
    fn from(cause: records::Error) -> Self {
        NotEntered::Unavailable(cause)
    }
}

impl Desk {
    /// Writes down what a grant gives, where the clause has a register kept of it, and says what the ledger is to say.
    ///
    /// # Errors
    /// The register refuses it, or the records can't be written.
    pub(crate) async fn write_grant(
        &self,
        by: &Authorised,
        change: &mut DeskChange,
        record: &RequestRecord,
        grant: &Grant,
    ) -> Result<Option<Event>, NotEntered> {
        let (published_policies, request) = (self.published_policies(), &record.request);
        let named = published_policies.permission(&request.policy, &request.permission);
        let named = named.and_then(|(text, _, permission)| {
            let (clause, register) = registers::of_permission(&text.document, permission)?;
            Some((text, clause, register))
        });
        let Some((text, clause, register)) = named else { return Ok(None) };
        if !registers::lets_in(register, &record.answers) {
            return Err(NotEntered::Refused);
        }
        if self.lost_device(by, register, &record.answers).is_some() {
            return Err(NotEntered::DeviceLost);
        }
        let Request { policy, .. } = request;
        let entry = RegisterEntry {
            id: self.new_id(change.at()),
            policy: policy.clone(),
            version: text.version(),
            clause: clause.id.clone(),
            register: registers::id(register).to_owned(),
            answers: registers::of_request(register, request, &record.answers),
            second: None,
            written_by: by.person,
            written_at: change.at(),
            grant: Some(grant.id),
            earlier_seconds: Vec::new(),
            closed: None,
            lost: None,
            renewed_at: None,
        };
        change.add_entry_of_grant(&entry, registers::comes_back(register)).await?;
        self.tell_to_sign(change, register, &entry, None).await?;
        Ok(Some(entered(&entry)))
    }
}
