//! How a person stands, from what the records hold of them: a pure function, the same for one person as for everybody.

use domain::Roles;
use feed::Member;
use jiff::Timestamp;
use policy::rules::standing::standing;

use crate::desk::publishing::PersonStored;
use crate::known::grants::Grants;
use crate::known::signing_tasks::SigningTasks;

/// A person as the gate knows them.
pub(crate) fn member(tasks: &SigningTasks<'_>, grants: &Grants, kept: &PersonStored, roles: &Roles) -> Member {
    let person = &kept.record.person;
    let unsigned = tasks.unsigned(&kept.record, &kept.signatures);
    let mut standing = standing(person, unsigned, &kept.sanctions, grants.of(person), tasks.now);
    // The gate, left to itself, can't know who else holds such a role, so it lets nobody leave who might be the last.
    let may_be_the_last = roles.any_must_be_held(&person.roles);
    standing.leaves_at = person.particulars.leaves_at(&tasks.timetable.time_zone).filter(|_| !may_be_the_last);
    Member { standing, password: kept.password.clone() }
}

/// When time alone next changes how a person stands: a time of grace or a signature ends, or a sanction does.
pub(crate) fn next_change(tasks: &SigningTasks<'_>, kept: &PersonStored) -> Option<Timestamp> {
    let sanctions = kept.sanctions.iter().filter(|sanction| sanction.lifted_at.is_none());
    let ends = sanctions.filter_map(|sanction| sanction.until).filter(|until| tasks.now < *until);
    ends.chain(tasks.next_change(&kept.record, &kept.signatures)).min()
}
