//! What a yes writes into a register.

use domain::{Grant, RegisterEntry, Request};
use policy::rules::registers;
use records::{Event, RequestRecord};

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::stores::Change;
use crate::entries::enter::entered;

/// What comes of a yes in the register that its clause names.
pub(crate) enum Given {
    /// The clause names none.
    NoRegister,
    /// It was written down, which the ledger is to say.
    Entered(Box<Event>),
    /// The register, as it stands now, does not let it in.
    Refused,
}

impl Desk {
    /// Writes down what a grant gives, where the clause has a register kept of it.
    pub(crate) async fn write_grant(
        &self,
        by: &Authorised,
        change: &mut Change,
        record: &RequestRecord,
        grant: &Grant,
    ) -> Result<Given, records::Error> {
        let (published_policies, request) = (self.published_policies(), &record.request);
        let named = published_policies.permission(&request.policy, &request.permission);
        let named = named.and_then(|(text, _, permission)| {
            let (clause, register) = registers::of_permission(&text.document, permission)?;
            Some((text, clause, register))
        });
        let Some((text, clause, register)) = named else { return Ok(Given::NoRegister) };
        if !registers::lets_in(register, &record.answers) {
            return Ok(Given::Refused);
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
        };
        change.add_entry(&entry).await?;
        Ok(Given::Entered(Box::new(entered(&entry))))
    }
}
