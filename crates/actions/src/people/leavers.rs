//! Leavers: they keep their history and lose every access at once.

use std::collections::{BTreeSet, HashMap};

use domain::{PersonId, PersonStatus, RoleSet};
use jiff::SignedDuration;
use jiff::civil::Date;
use records::{Event, PersonRecord, Reading};

use crate::cases::requests::consent_ends::WithoutConsent;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::due::Due;
use crate::desk::error::{Forbidden, Unavailable, verb_error};
use crate::desk::stores::LedgerNote;
use crate::desk::turn::Turn;
use crate::known::people_index::{PersonLine, line_of};
use crate::known::system_actors::PROGRAM;
use crate::people::guarded_people::Emptied;

/// Somebody who can't leave by date yet, because nobody else holds a role of theirs, is looked at again this often.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What marked people as leavers together, for an undo that brings them back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftBy {
    /// They were not on the list of the last import.
    LastImport,
    /// Their leaving date passed, on the last day on which anybody's did.
    LeavingDate,
}

#[derive(Debug, Clone)]
pub struct MarkLeaver {
    pub person: PersonId,
}

verb_error! {
    LeaverError {
        #[error("There is nobody here with this address. Look for them in the list of people.")]
        NotFound => NotFound;
        #[error("{why}")]
        Emptied { why: Emptied } => Conflict;
        #[error("Nobody of those who left together last is still away. There is nothing to undo.")]
        NothingToUndo => Conflict;
        #[error("They have left already.")]
        HasLeft => Conflict;
        #[error("They have not left.")]
        IsHere => Conflict;
    }
}

impl Desk {
    /// Somebody has left: every session and every access of theirs ends before this returns.
    pub async fn mark_leaver(&self, actor: &Actor, input: MarkLeaver) -> Result<(), LeaverError> {
        let (actor, mut change) = self.begin_change(actor, Verb::MarkLeaver).await?;
        if actor.person == input.person {
            return Err(Forbidden::because("somebody else must mark you as a leaver").into());
        }
        let now = change.at();
        let mut record = change.person(input.person).await?.ok_or(LeaverError::NotFound)?;
        if record.person.status == PersonStatus::Left {
            return Err(LeaverError::HasLeft);
        }
        self.refuse_above(&actor, &record.person.roles)?;
        self.refuse_emptying(&actor, &HashMap::from([(input.person, RoleSet::new())]))
            .map_err(|why| LeaverError::Emptied { why })?;
        (record.person.status, record.left_at) = (PersonStatus::Left, Some(now));
        change.save_person(&record).await?;
        let sessions_ended = change.end_sessions_of(input.person).await?;
        self.tell_of_moved_cases(&mut change, &actor, std::slice::from_ref(&record)).await?;
        self.tell_of_left_entries(&mut change, &actor, &[input.person]).await?;
        let without = self.end_without_consent_of(&mut change, &actor, &[record]).await?;
        let event = Event::MarkLeaver { person: input.person, sessions_ended };
        let kept = change.commit_all(LedgerNote::new(&actor, event), without.notes).await?;
        self.refresh_people(&kept.turn, &[input.person]).await?;
        Ok(self.refresh_grants(&kept.turn, &without.changed).await?)
    }

    /// Marks those as leavers whose last day is over. Whoever alone holds a role that may not stand empty stays until
    /// somebody else holds it. Returns who left, and the grants that ended because a consent left with them.
    pub(crate) async fn leave_by_date(
        &self,
        turn: Turn,
        due: Vec<PersonId>,
    ) -> Result<(Turn, Vec<PersonId>, WithoutConsent), Unavailable> {
        if due.is_empty() {
            return Ok((turn, Vec::new(), WithoutConsent::default()));
        }
        // Somebody may be due twice, where their date was set twice.
        let due: BTreeSet<PersonId> = due.into_iter().collect();
        let program = Authorised::program(Verb::MarkLeaver);
        let mut change = self.begin_within(turn, &program).await?;
        let now = change.at();
        let (mut without_roles, mut leavers, mut notes) = (HashMap::new(), Vec::new(), Vec::new());
        for id in due {
            let Some(mut record) = change.person(id).await? else { continue };
            let leaves = record.person.particulars.leaves_at(self.time_zone());
            if record.person.status == PersonStatus::Left || leaves.is_none_or(|leaves| now < leaves) {
                continue;
            }
            // Most leavers hold no role, and there is nothing that they could leave empty.
            let holds_roles = !record.person.roles.is_empty();
            if holds_roles {
                without_roles.insert(id, RoleSet::new());
            }
            if holds_roles && self.refuse_emptying(&program, &without_roles).is_err() {
                without_roles.remove(&id);
                self.due().add(now + LOOK_AGAIN, Due::Leaving(id));
                continue;
            }
            (record.person.status, record.left_at) = (PersonStatus::Left, Some(now));
            leavers.push(record);
            let sessions_ended = change.end_sessions_of(id).await?;
            notes.push(LedgerNote::new(&program, Event::LeaveByDate { person: id, sessions_ended }));
        }
        if notes.is_empty() {
            return Ok((change.into_turn(), Vec::new(), WithoutConsent::default()));
        }
        change.save_people(&leavers).await?;
        let left: Vec<PersonId> = leavers.iter().map(|record| record.person.id).collect();
        self.tell_of_moved_cases(&mut change, &program, &leavers).await?;
        self.tell_of_left_entries(&mut change, &program, &left).await?;
        let mut without = self.end_without_consent_of(&mut change, &program, &leavers).await?;
        notes.append(&mut without.notes);
        let kept = change.commit_all(notes.remove(0), notes).await?;
        Ok((kept.turn, left, without))
    }

    /// Somebody who had left is back, with the groups and roles that they had.
    pub async fn bring_back(&self, actor: &Actor, person: PersonId) -> Result<(), LeaverError> {
        let (actor, mut change) = self.begin_change(actor, Verb::BringBack).await?;
        let mut record = change.person(person).await?.ok_or(LeaverError::NotFound)?;
        if record.person.status == PersonStatus::Here {
            return Err(LeaverError::IsHere);
        }
        self.refuse_giving_back(&actor, &record.person.roles)?;
        is_back(&mut record, self.today());
        change.save_person(&record).await?;
        self.tell_of_moved_cases(&mut change, &actor, std::slice::from_ref(&record)).await?;
        self.take_back_left_entries(&mut change, &actor, &[person]).await?;
        let without = self.end_without_consent_of(&mut change, &actor, &[record]).await?;
        let kept = change.commit_all(LedgerNote::new(&actor, Event::BringBack { person }), without.notes).await?;
        self.refresh_people(&kept.turn, &[person]).await?;
        Ok(self.refresh_grants(&kept.turn, &without.changed).await?)
    }

    /// Refuses whoever may not give somebody who comes back the roles that they had.
    pub(crate) fn refuse_giving_back(&self, actor: &Actor, roles: &RoleSet) -> Result<(), Forbidden> {
        if !roles.is_empty() {
            self.authorise(actor, Verb::EditRoles)?;
        }
        self.refuse_above(actor, roles)
    }

    /// Those who left together last and are still away, by name.
    pub async fn last_leavers(&self, actor: &Actor, left_by: LeftBy) -> Result<Vec<PersonLine>, LeaverError> {
        let actor = self.authorise(actor, Verb::UndoLeavers)?;
        let leavers = self.records_of_leavers(&mut self.stores().read(&actor).await?, left_by).await?;
        Ok(leavers.iter().map(|record| line_of(&record.person)).collect())
    }

    async fn records_of_leavers(
        &self,
        reading: &mut Reading,
        left_by: LeftBy,
    ) -> Result<Vec<PersonRecord>, Unavailable> {
        if left_by == LeftBy::LastImport {
            return Ok(reading.leavers_of_last_import().await?);
        }
        let Some(last) = reading.last_left_by_date(PROGRAM).await? else { return Ok(Vec::new()) };
        let midnight = last.to_zoned(self.time_zone().clone()).start_of_day().map_err(Unavailable::new)?;
        Ok(reading.leavers_by_date(PROGRAM, midnight.timestamp()).await?)
    }

    /// Takes back what the last import did to those who were not on its list, or what the last leaving date did: all of
    /// them are here again, with the groups and roles that they had, and without a leaving date that has passed. Returns
    /// how many.
    pub async fn undo_leavers(&self, actor: &Actor, left_by: LeftBy) -> Result<u64, LeaverError> {
        let (actor, mut change) = self.begin_change(actor, Verb::UndoLeavers).await?;
        let bringing = actor.part(Verb::BringBack)?;
        let mut leavers = self.records_of_leavers(&mut change, left_by).await?;
        if leavers.is_empty() {
            return Err(LeaverError::NothingToUndo);
        }
        let mut notes = Vec::new();
        for record in &mut leavers {
            self.refuse_giving_back(&actor, &record.person.roles)?;
            is_back(record, self.today());
            notes.push(LedgerNote::new(&bringing, Event::BringBackUnlisted { person: record.person.id }));
        }
        change.save_people(&leavers).await?;
        self.tell_of_moved_cases(&mut change, &actor, &leavers).await?;
        let came_back: Vec<PersonId> = leavers.iter().map(|record| record.person.id).collect();
        self.take_back_left_entries(&mut change, &actor, &came_back).await?;
        let back = notes.len() as u64;
        let kept = change.commit_all(LedgerNote::new(&actor, Event::UndoLeavers { back }), notes).await?;
        self.refresh(&kept.turn).await.map_err(Unavailable::new)?;
        Ok(back)
    }
}

/// Somebody is here again. A leaving date that has passed is taken out: they would leave by it once more.
fn is_back(record: &mut PersonRecord, today: Date) {
    (record.person.status, record.left_at) = (PersonStatus::Here, None);
    let particulars = &mut record.person.particulars;
    particulars.leaving_date = particulars.leaving_date.filter(|day| today <= *day);
}
