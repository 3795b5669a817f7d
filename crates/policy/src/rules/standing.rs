//! How a person stands at the gate, made from what is on record about them.

use domain::{Grant, LiveGrant, Person, PersonId, Recipient, RoleSet, Sanction, Standing, Unsigned, Withdrawal};
use jiff::Timestamp;

use crate::somebody::Somebody;

/// A person's standing. Of `sanctions` and `grants`, those that concern the person and have not ended by `now` count;
/// `unsigned` comes from [`super::signing::unsigned`].
pub fn standing<'a>(
    person: &Person,
    unsigned: Vec<Unsigned>,
    sanctions: impl IntoIterator<Item = &'a Sanction>,
    grants: impl IntoIterator<Item = &'a Grant>,
    now: Timestamp,
) -> Standing {
    let own = sanctions.into_iter().filter(|sanction| sanction.person == person.id && sanction.is_in_force(now));
    Standing {
        person: Some(person.id),
        audience: person.audience,
        groups: person.groups.clone(),
        roles: person.roles.clone(),
        may_be: RoleSet::new(),
        hours: person.particulars.hours.clone(),
        unsigned,
        withdrawn: own.last().map(|sanction| Withdrawal {
            policy: sanction.policy.clone(),
            clause: sanction.clause.clone(),
            until: sanction.until,
            reason: sanction.reason.clone(),
        }),
        grants: grants
            .into_iter()
            .filter(|grant| is_for(&grant.recipient, person.id, person.into()))
            .filter_map(|grant| live_grant(grant, now))
            .collect(),
        leaves_at: None,
    }
}

/// Whether a grant to `recipient` is for this person.
pub fn is_for(recipient: &Recipient, id: PersonId, somebody: Somebody<'_>) -> bool {
    match recipient {
        Recipient::Person(person) => *person == id,
        Recipient::Group(group) => somebody.groups.contains(group),
        Recipient::Audience(audience) => somebody.audience == *audience,
        Recipient::Everyone => true,
    }
}

/// A grant as the gate sees it; `None` where it has ended by `now` or was revoked. One that has yet to begin is seen:
/// the verdict looks at its time.
pub fn live_grant(grant: &Grant, now: Timestamp) -> Option<LiveGrant> {
    if grant.until.is_some_and(|until| until <= now) || grant.revoked_at.is_some() {
        return None;
    }
    Some(LiveGrant {
        id: grant.id,
        policy: grant.policy.clone(),
        permission: grant.permission.clone(),
        scope: grant.scope.clone(),
        from: grant.from,
        until: grant.until,
    })
}
