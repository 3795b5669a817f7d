//! As whom somebody asks and decides: the roles that they hold, those that they stand in for, and those that follow from
//! who asks and for whom.

use std::collections::BTreeSet;

use domain::{Duty, Grant, GrantScope, PersonId, Recipient, RelativeRole, Request, RequestParties, Role, RoleSet};
use jiff::Timestamp;
use policy::kinds::Permission;
use policy::rules::deciding::{self, SoFar, ToDecide, WhyNotDecide};
use records::RequestRecord;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::wording::role_words;
use crate::known::waiting::{Whose, may_be_theirs};

impl Desk {
    /// The roles as which the actor asks for a recipient; what they ask for begins at `at`.
    pub(crate) fn asks_as(&self, actor: &Authorised, recipient: &Recipient, at: Timestamp) -> RoleSet {
        let lesson_teacher = self.lesson_teacher(actor, actor.person, recipient, None, at);
        actor.roles.union(&self.relative_roles(actor, (actor.person, recipient, None), lesson_teacher))
    }

    /// The roles as which the actor decides a request.
    pub(crate) fn decides_as(&self, actor: &Authorised, request: &Request) -> RoleSet {
        let lesson_teacher = self.lesson_teacher_of(actor, request);
        let towards = (request.asker, &request.recipient, request.concerned);
        actor.decides_as.union(&self.relative_roles(actor, towards, lesson_teacher))
    }

    /// Whether the actor gives a permission to a recipient when nobody has asked.
    pub(crate) fn gives_unasked(&self, actor: &Authorised, permission: &Permission, recipient: &Recipient) -> bool {
        let giver = (actor.person, actor.somebody_as(&actor.decides_as));
        deciding::gives_unasked(permission, giver, recipient, &|role| self.is_absent(role))
    }

    /// Whoever takes, by the timetable, the lesson that a request concerns, where the clause has them decide: the walk
    /// through the timetable is spared for other requests.
    pub(crate) fn lesson_teacher_of(&self, by: &Authorised, request: &Request) -> Option<PersonId> {
        let names_them = |permission: Option<&Permission>| {
            let escalated_to = request.escalated_to();
            let roles = permission.map(|permission| deciding::may_come_to_decide(permission, escalated_to));
            roles.unwrap_or_else(|| escalated_to.to_vec()).contains(&RelativeRole::TeacherOfLesson.role())
        };
        if !self.of_permission(request, names_them) {
            return None;
        }
        let begins = request.begins(request.asked_at);
        self.lesson_teacher(by, request.asker, &request.recipient, Some(&request.scope), begins)
    }

    /// Whoever takes, by the timetable, the lesson that something concerns which begins at `at`.
    pub(crate) fn lesson_teacher(
        &self,
        by: &Authorised,
        asker: PersonId,
        recipient: &Recipient,
        scope: Option<&GrantScope>,
        at: Timestamp,
    ) -> Option<PersonId> {
        let people_index = self.people_index(by);
        let lesson = people_index.lesson_asked_for((asker, recipient, scope), at, self.timetable())?;
        people_index.teacher_of(lesson)
    }

    fn relative_roles(
        &self,
        actor: &Authorised,
        (asker, recipient, concerned): (PersonId, &Recipient, Option<PersonId>),
        lesson_teacher: Option<PersonId>,
    ) -> RoleSet {
        let people_index = self.people_index(actor);
        let (Some(person), Some(asker)) = (people_index.here(actor.person), people_index.person(asker)) else {
            return RoleSet::new();
        };
        let named = match recipient {
            Recipient::Person(named) => people_index.person(*named),
            _ => None,
        };
        let parties = RequestParties { asker: Some(asker), recipient, named, concerned, lesson_teacher };
        people_index.relative_roles(person, parties, self.today())
    }

    /// Everything under which something that waits may be the actor's.
    pub(crate) fn may_be_theirs(&self, actor: &Authorised) -> BTreeSet<Whose> {
        let people_index = self.people_index(actor);
        let person = people_index.here(actor.person);
        person.map(|person| may_be_theirs(&people_index, person, &actor.decides_as)).unwrap_or_default()
    }

    /// Everything under which reports may be the actor's.
    pub(crate) fn reports_may_be_theirs(&self, actor: &Authorised) -> BTreeSet<Whose> {
        let mut whose = self.may_be_theirs(actor);
        whose.extend(self.last_resort(&actor.decides_as));
        whose
    }

    /// What comes to whoever holds these roles because nobody else receives it.
    pub(crate) fn last_resort(&self, roles: &RoleSet) -> Option<Whose> {
        self.roles().carry(roles, Duty::ReceiveReports).then_some(Whose::ReceiversOfLastResort)
    }

    /// The roles that may decide a request now.
    pub(crate) fn deciders(&self, record: &RequestRecord) -> Vec<Role> {
        self.of_permission(&record.request, |permission| {
            deciding::deciders(permission, so_far(record), &|role| self.is_absent(role))
        })
    }

    /// The other roles that the clause names, to whom a request may be handed on: none where it is gone from the policy,
    /// so that nobody could say yes.
    pub(crate) fn hand_to(&self, record: &RequestRecord) -> Vec<Role> {
        let published_policies = self.published_policies();
        let named = published_policies.permission(&record.request.policy, &record.request.permission);
        deciding::hand_to(named.map(|(_, _, permission)| permission), record.handed_to)
    }

    /// Whether the actor decides requests such as this one, or came to decide this one because nobody had in time.
    pub(crate) fn decides_such(&self, actor: &Authorised, request: &Request) -> bool {
        let roles = self.decides_as(actor, request);
        self.of_permission(request, |permission| {
            let somebody = actor.somebody_as(&roles);
            let decides =
                |permission: &Permission| deciding::decides(permission, somebody, &|role| self.is_absent(role));
            permission.is_some_and(decides) || somebody.holds_any(request.escalated_to())
        })
    }

    /// Whether the actor may take a grant back.
    pub(crate) fn may_revoke(&self, actor: &Authorised, grant: &Grant, request: &Request) -> bool {
        let roles = self.decides_as(actor, request);
        self.of_permission(request, |permission| {
            let is_absent = |role| self.is_absent(role);
            let whoever = (actor.person, actor.somebody_as(&roles));
            deciding::may_revoke(permission, whoever, grant, request, self.carries(actor, Duty::SeeGate), &is_absent)
        })
    }

    /// Whether a request, and what it opened, is about the actor, and the clause does not have them decide it.
    pub(crate) fn is_kept_from(&self, actor: &Authorised, record: &RequestRecord) -> bool {
        record.request.is_about(actor.person, &record.answers) && !self.is_decided_by_concerned(&record.request)
    }

    /// Why this actor may not decide this request; `None` where they may.
    pub(crate) fn why_not_decide(&self, actor: &Authorised, record: &RequestRecord) -> Option<String> {
        let (with, own) = (self.deciders(record), self.decides_as(actor, &record.request));
        let why_not = deciding::why_not_decide(&with, actor.person, actor.somebody_as(&own), to_decide(record))?;
        Some(match why_not {
            WhyNotDecide::AlreadyDecided => "it has been decided already".to_owned(),
            WhyNotDecide::HasAgreed => "you have agreed to it, and others have still to".to_owned(),
            WhyNotDecide::For(roles) => format!("it is for {}", role_words(&self.roles(), &roles)),
            WhyNotDecide::OwnRequest => "nobody decides their own request".to_owned(),
            WhyNotDecide::ForThemselves => "nobody decides what is asked for themselves".to_owned(),
            WhyNotDecide::AboutThemselves => "nobody decides what is about themselves".to_owned(),
            WhyNotDecide::ForTheirGroup => "nobody decides what is asked for a group that they are in".to_owned(),
        })
    }

    /// By the permission that a request asks for: where it is gone from the policy, as the last version had it.
    pub(crate) fn of_permission<T>(&self, request: &Request, what: impl FnOnce(Option<&Permission>) -> T) -> T {
        let published_policies = self.published_policies();
        let named = published_policies.permission_ever(&request.policy, &request.permission);
        what(named.map(|(_, _, permission)| permission))
    }
}

/// A request as a rule sees it that says who may decide it.
pub(crate) fn to_decide(record: &RequestRecord) -> ToDecide<'_> {
    ToDecide { request: &record.request, answers: &record.answers, assents: &record.assents }
}

/// What came so far of a request.
pub(crate) fn so_far(record: &RequestRecord) -> SoFar<'_> {
    SoFar { handed_to: record.handed_to, assents: &record.assents, escalated_to: record.request.escalated_to() }
}
