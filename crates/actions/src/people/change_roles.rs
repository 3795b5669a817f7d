//! The school's own roles: which there are, who may hold them, which duties each carries. The catalogue is changed whole,
//! so that what is checked is what holds.

use std::sync::Arc;

use domain::{Duty, RoleEntry, RoleSet, Roles, RolesError};
use records::{Event, RoleChange};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, OpenError};
use crate::desk::error::{Forbidden, ReadError, Unavailable, verb_error};
use crate::desk::stores::DeskChange;

verb_error! {
    ChangeRolesError {
        #[error("{why}.")]
        Unreadable { why: RolesError } => Invalid("roles");
        #[error("The role '{role}' can't be taken out: {count} people hold it or held it. Keep it, or give it another title.")]
        Held { role: String, count: usize } => Invalid("roles");
        #[error(
            "The policy '{policy}', version {version}, names a role that is not there: {problem}. Keep the role: people \
             signed that text."
        )]
        Named { policy: String, version: u32, problem: String } => Invalid("roles");
        #[error("This would leave nobody who can give roles. Leave the duty 'give-roles' to a role that somebody holds.")]
        NoAdministrator => Invalid("roles");
    }
}

impl Desk {
    /// The school's roles, for whoever sees people.
    pub async fn role_catalogue(&self, actor: &Actor) -> Result<Arc<Roles>, ReadError> {
        self.authorise(actor, Verb::Roles)?;
        Ok(self.roles())
    }

    /// Puts a catalogue, as `schoolgate roles export` prints it, in the place of the one that holds.
    pub async fn import_roles(&self, actor: &Actor, text: &str) -> Result<Arc<Roles>, ChangeRolesError> {
        let roles = Roles::parse(text).map_err(|why| ChangeRolesError::Unreadable { why })?;
        let (actor, change) = self.begin_change(actor, Verb::ChangeRoles).await?;
        self.change_roles(&actor, change, roles).await
    }

    /// Adds a role, or puts it in the place of the one of its name.
    pub async fn save_role(&self, actor: &Actor, role: RoleEntry) -> Result<Arc<Roles>, ChangeRolesError> {
        let (actor, change) = self.begin_change(actor, Verb::ChangeRoles).await?;
        let mut entries = self.roles().entries().to_vec();
        match entries.iter_mut().find(|known| known.role == role.role) {
            Some(known) => *known = role,
            None => entries.push(role),
        }
        let roles = Roles::of(entries).map_err(|why| ChangeRolesError::Unreadable { why })?;
        self.change_roles(&actor, change, roles).await
    }

    async fn change_roles(
        &self,
        actor: &Authorised,
        mut change: DeskChange,
        roles: Roles,
    ) -> Result<Arc<Roles>, ChangeRolesError> {
        let (before, after) = (self.roles(), Arc::new(roles));
        let changed = changed_entries(&before, &after);
        if !actor.is_operator() {
            refuse_beyond(&before, &actor.roles, &changed)?;
        }
        self.refuse_missing(actor, &before, &after)?;
        let people = self.people_index(actor);
        let gives = |roles: &Roles| people.all_here().any(|record| roles.carry(&record.person.roles, Duty::GiveRoles));
        if gives(&before) && !gives(&after) {
            return Err(ChangeRolesError::NoAdministrator);
        }
        change.save_roles(&after).await?;
        let changed = changed.iter().filter_map(|(before, after)| {
            let duties = after.map(|after| after.duties.clone());
            Some(RoleChange { role: after.or(*before)?.role, duties })
        });
        let kept = change.commit(actor, Event::ChangeRoles { changed: changed.collect() }).await?;
        self.refresh(&kept.turn).await.map_err(|error| match error {
            OpenError::Records(cause) => ChangeRolesError::from(cause),
            other => ChangeRolesError::Unavailable(Unavailable::new(other)),
        })?;
        Ok(after)
    }

    /// Refuses a catalogue that lacks a role which somebody holds, or held when they left, or which a published text
    /// names.
    fn refuse_missing(&self, by: &Authorised, before: &Roles, after: &Arc<Roles>) -> Result<(), ChangeRolesError> {
        let people = self.people_index(by);
        for entry in before.entries().iter().filter(|entry| after.entry(entry.role).is_none()) {
            let count = people.everybody().filter(|record| record.person.roles.contains(entry.role)).count();
            if count > 0 {
                return Err(ChangeRolesError::Held { role: entry.title.clone(), count });
            }
        }
        let published = self.published_policies();
        for text in published.every_version() {
            let source = policy::Source::new(text.record.file_name.clone(), text.record.text.clone());
            let known = policy::parse(&source, &text.document.roles).1;
            let fresh = policy::parse(&source, after).1.into_iter().find(|problem| !known.contains(problem));
            if let Some(problem) = fresh {
                let (policy, version) = (text.document.title.clone(), text.version().0);
                return Err(ChangeRolesError::Named { policy, version, problem: problem.message });
            }
        }
        Ok(())
    }
}

/// An entry before and after; `None` where it is new, or taken out.
type RoleEntryChange<'r> = (Option<&'r RoleEntry>, Option<&'r RoleEntry>);

fn changed_entries<'r>(before: &'r Roles, after: &'r Roles) -> Vec<RoleEntryChange<'r>> {
    let kept = after.entries().iter().map(|entry| (before.entry(entry.role), Some(entry)));
    let gone = before.entries().iter().filter(|entry| after.entry(entry.role).is_none());
    kept.filter(|(before, after)| before != after).chain(gone.map(|entry| (Some(entry), None))).collect()
}

/// Nobody gives a role a duty, or takes one from it, that they don't hold themselves.
fn refuse_beyond(before: &Roles, own: &RoleSet, changed: &[RoleEntryChange<'_>]) -> Result<(), Forbidden> {
    let duties = |entry: Option<&RoleEntry>| entry.map(|entry| entry.duties.clone()).unwrap_or_default();
    for (old, new) in changed {
        let (old, new) = (duties(*old), duties(*new));
        let moved = old.iter().filter(|duty| !new.contains(duty)).chain(new.iter().filter(|duty| !old.contains(duty)));
        for duty in moved {
            if !before.carry(own, *duty) {
                return Err(Forbidden::because(format!(
                    "only somebody who holds the duty '{duty}' can give it or take it away"
                )));
            }
        }
    }
    Ok(())
}
