//! Who owes which signature.

use domain::{OnBehalf, PersonId, PolicyId};

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::known::signing_tasks::{SigningTask, SigningTasks};

impl Desk {
    /// Every signature that is owed, by the name of whoever owes it.
    pub(crate) fn owes(&self, by: &Authorised) -> Vec<(PersonId, SigningTask)> {
        let known = self.known(by);
        let tasks = SigningTasks {
            published_policies: &known.published_policies,
            people_index: &known.people_index,
            timetable: self.timetable(),
            now: self.now(),
        };
        let mut owes = Vec::new();
        for record in known.people_index.all_here() {
            for owed in known.open_signing.owed_by(record.person.id) {
                if let Some(text) = known.published_policies.current(&owed.policy) {
                    owes.push((record.person.id, tasks.task(text, record, owed.owed.clone())));
                }
            }
        }
        owes
    }

    /// Who is to give a signature that is owed: by the same word as the tasks of Home, whoever it binds and their parents.
    pub(crate) fn signers(&self, by: &Authorised, binds: PersonId, owed: &SigningTask) -> Vec<PersonId> {
        let people_index = self.people_index(by);
        let own = owed.asks(OnBehalf::Own).then_some(binds);
        let parents = people_index.parents_of(binds).filter(|_| owed.asks(OnBehalf::Child(binds)));
        own.into_iter().chain(parents.map(|parent| parent.id)).collect()
    }

    /// How many people owe a signature for a policy.
    pub(crate) fn count_owing(&self, by: &Authorised, policy: &PolicyId) -> u64 {
        self.known(by).open_signing.count_owing(policy) as u64
    }
}
