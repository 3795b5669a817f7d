//! Who reads which entries of a register today.

use domain::{PersonId, Recipient, RegisterReader, RequestParties, Role};
use policy::kinds::Register;
use policy::rules::registers;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;

impl Desk {
    /// How the actor reads a register ([`registers::reader`]).
    pub(crate) fn register_reader(&self, by: &Authorised, register: &Register) -> RegisterReader {
        let somebody = by.somebody_as(&by.decides_as);
        registers::reader(register, by.person, somebody, &self.roles(), |roles| self.holding(by, roles))
    }

    /// Those who hold one of the roles, or stand in for somebody who does.
    pub(crate) fn holding(&self, by: &Authorised, roles: &[Role]) -> Vec<PersonId> {
        let (people_index, catalogue, today) = (self.people_index(by), self.roles(), self.today());
        let towards_nobody = RequestParties {
            asker: None,
            recipient: &Recipient::Everyone,
            named: None,
            concerned: None,
            lesson_teacher: None,
        };
        let possible = people_index.possible_holders(roles, towards_nobody, today).into_iter();
        let holding = possible.filter(|person| {
            let stood_in_for = people_index.roles_stood_in_for(person, today, &catalogue);
            person.roles.union(&stood_in_for).contains_any(roles)
        });
        holding.map(|person| person.id).collect()
    }
}
