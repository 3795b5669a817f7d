//! As whom somebody asks and decides: the roles that they hold, those that they stand in for, and those that follow from
//! who asks and for whom.

use domain::{Grant, PersonId, Recipient, Request, RequestParties, Role, RoleSet};
use policy::kinds::Permission;
use policy::rules::deciding::{self, WhyNotDecide};
use records::RequestRecord;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::wording::role_words;

impl Desk {
    /// The roles as which the actor asks for a recipient.
    pub(crate) fn asks_as(&self, actor: &Authorised, recipient: &Recipient) -> RoleSet {
        actor.roles.union(&self.relative_roles(actor, actor.person, recipient))
    }

    /// The roles as which the actor decides a request.
    pub(crate) fn decides_as(&self, actor: &Authorised, request: &Request) -> RoleSet {
        actor.decides_as.union(&self.relative_roles(actor, request.asker, &request.recipient))
    }

    fn relative_roles(&self, actor: &Authorised, asker: PersonId, recipient: &Recipient) -> RoleSet {
        let people_index = self.people_index(actor);
        let (Some(person), Some(asker)) = (people_index.here(actor.person), people_index.person(asker)) else {
            return RoleSet::new();
        };
        let named = match recipient {
            Recipient::Person(named) => people_index.person(*named),
            _ => None,
        };
        people_index.relative_roles(person, RequestParties { asker: Some(asker), recipient, named }, self.today())
    }

    /// The roles that may decide a request now.
    pub(crate) fn deciders(&self, record: &RequestRecord) -> Vec<Role> {
        self.of_permission(&record.request, |permission| {
            deciding::deciders(permission, record.handed_to, &|role| self.is_absent(role))
        })
    }

    /// The other roles that the clause names, to whom a request may be handed on.
    pub(crate) fn hand_to(&self, record: &RequestRecord) -> Vec<Role> {
        self.of_permission(&record.request, |permission| deciding::hand_to(permission, record.handed_to))
    }

    /// Whether the actor decides requests such as this one.
    pub(crate) fn decides_such(&self, actor: &Authorised, request: &Request) -> bool {
        let roles = self.decides_as(actor, request);
        self.of_permission(request, |permission| {
            let somebody = actor.somebody_as(&roles);
            permission.is_some_and(|permission| deciding::decides(permission, somebody, &|role| self.is_absent(role)))
        })
    }

    /// Whether the actor may take a grant back.
    pub(crate) fn may_revoke(&self, actor: &Authorised, grant: &Grant, request: &Request) -> bool {
        let roles = self.decides_as(actor, request);
        self.of_permission(request, |permission| {
            let is_absent = |role| self.is_absent(role);
            deciding::may_revoke(permission, actor.person, actor.somebody_as(&roles), grant, request, &is_absent)
        })
    }

    /// Why this actor may not decide this request; `None` where they may.
    pub(crate) fn why_not_decide(&self, actor: &Authorised, record: &RequestRecord) -> Option<String> {
        let (with, own) = (self.deciders(record), self.decides_as(actor, &record.request));
        let why_not = deciding::why_not_decide(&with, actor.person, actor.somebody_as(&own), &record.request)?;
        Some(match why_not {
            WhyNotDecide::AlreadyDecided => "it has been decided already".to_owned(),
            WhyNotDecide::For(roles) => format!("it is for {}", role_words(&self.roles(), &roles)),
            WhyNotDecide::OwnRequest => "nobody decides their own request".to_owned(),
            WhyNotDecide::ForThemselves => "nobody decides what is asked for themselves".to_owned(),
            WhyNotDecide::ForTheirGroup => "nobody decides what is asked for a group that they are in".to_owned(),
        })
    }

    fn of_permission<T>(&self, request: &Request, what: impl FnOnce(Option<&Permission>) -> T) -> T {
        let published_policies = self.published_policies();
        let named = published_policies.permission(&request.policy, &request.permission);
        what(named.map(|(_, _, permission)| permission))
    }
}
