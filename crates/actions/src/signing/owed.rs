//! Who owes which signature.

use domain::{PersonId, PolicyId};

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::known::signing_tasks::{Signatures, SigningTask, SigningTasks};

/// Whoever owes something, with what.
type Owes = Vec<(PersonId, SigningTask)>;

impl Desk {
    /// Every signature that is owed, with those that were given.
    pub(crate) async fn owes(&self, actor: &Authorised) -> Result<(Owes, Signatures), records::Error> {
        let (published_policies, people_index) = (self.published_policies(), self.people_index());
        let signatures = Signatures::new(self.stores().read(actor).await?.agreements().await?);
        let signing_tasks = SigningTasks {
            published_policies: &published_policies,
            people_index: &people_index,
            zone: self.time_zone(),
            now: self.now(),
        };
        let owes = people_index
            .all_here()
            .flat_map(|record| {
                let owed = signing_tasks.of(record, signatures.binding(record.person.id));
                owed.into_iter().map(|owed| (record.person.id, owed))
            })
            .collect();
        Ok((owes, signatures))
    }

    /// How many people owe a signature for a policy.
    pub(crate) async fn count_owing(&self, actor: &Authorised, policy: &PolicyId) -> Result<u64, records::Error> {
        let (owes, _) = self.owes(actor).await?;
        Ok(owes.iter().filter(|(_, owed)| owed.policy == *policy).count() as u64)
    }
}
