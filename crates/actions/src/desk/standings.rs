//! How a person stands, from what the records hold of them: a pure function, the same for one person as for everybody.

use feed::Member;
use jiff::Timestamp;
use policy::rules::standing::standing;

use crate::desk::publishing::Kept;
use crate::known::grants::Grants;
use crate::known::signing_tasks::SigningTasks;

/// A person as the gate knows them.
pub(crate) fn member(tasks: &SigningTasks<'_>, grants: &Grants, kept: &Kept) -> Member {
    let person = &kept.record.person;
    let unsigned = tasks.unsigned(&kept.record, &kept.signatures);
    let standing = standing(person, unsigned, &kept.sanctions, grants.of(person), tasks.now);
    Member { standing, password: kept.password.clone() }
}

/// When time alone next changes how a person stands: a time of grace or a signature ends, or a sanction does.
pub(crate) fn next_change(tasks: &SigningTasks<'_>, kept: &Kept) -> Option<Timestamp> {
    let sanctions = kept.sanctions.iter().filter(|sanction| sanction.lifted_at.is_none());
    let ends = sanctions.filter_map(|sanction| sanction.until).filter(|until| tasks.now < *until);
    ends.chain(tasks.next_change(&kept.record, &kept.signatures)).min()
}
