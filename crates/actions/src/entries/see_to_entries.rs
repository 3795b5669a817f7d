//! What there is to do about entries in registers: their day comes, or somebody has left whom they name.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Duty, EntryChange, EntryId, PersonId, PolicyId, RegisterEntry, Told};
use policy::kinds::{OnLeaving, Register};
use policy::rules::registers;
use policy::rules::registers::upkeep::{self, EntryTask, EntryUpkeep};
use policy::rules::shown;
use records::{EntryRecord, Event};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{Forbidden, ReadError, Unavailable};
use crate::desk::notices::Urgency;
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::turn::Turn;
use crate::entries::entry_lines::{RegisterCard, RegisterEntryLine, register_card};
use crate::known::entry_standing::{lasting, standing};
use crate::known::waiting::{Matter, Whose};

/// How many entries of one register somebody's Home lists before it names their number alone.
const MOST_LINES: usize = 10;

/// An entry, and what there is to do about it.
struct EntryToDo {
    entry: RegisterEntry,
    task: Task,
}

impl Desk {
    /// The entries about which there is something for the actor to do.
    pub(crate) async fn entry_tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let mut whose: BTreeSet<Whose> = actor.decides_as.iter().map(Whose::HoldersOf).collect();
        whose.insert(Whose::Names(actor.person));
        if self.roles().carry(&actor.decides_as, Duty::ReceiveReports) {
            whose.insert(Whose::ReceiversOfLastResort);
        }
        Ok(self.by_register(self.entries_to_do(actor, &whose).await?))
    }

    /// What there is to do about entries; where it is much in one register, as one task.
    fn by_register(&self, tasks: Vec<EntryToDo>) -> Vec<Task> {
        let mut registers: BTreeMap<(PolicyId, String), Vec<(EntryId, Task)>> = BTreeMap::new();
        let mut all = Vec::new();
        for EntryToDo { entry, task } in tasks {
            match task.kind {
                TaskKind::SeeToEntry { entry: id } => {
                    registers.entry((entry.policy, entry.register)).or_default().push((id, task));
                }
                _ => all.push(task),
            }
        }
        let published_policies = self.published_policies();
        for ((policy, register), mut tasks) in registers {
            tasks.sort_by_key(|(id, task)| (task.date.at(), *id));
            let title =
                published_policies.register(&policy, &register).map(|known| shown::register(known.register).title);
            match (tasks.first().cloned(), title) {
                (Some((first_entry, first)), Some(list)) if tasks.len() > MOST_LINES => all.push(Task {
                    kind: TaskKind::SeeToEntries { policy, register, first: first_entry },
                    title: format!("See to {} entries in ‘{list}’", tasks.len()),
                    detail: format!("The first: {}.", first.title),
                    ..first
                }),
                _ => all.extend(tasks.into_iter().map(|(_, task)| task)),
            }
        }
        all
    }

    /// Of a register's entries that the actor keeps, those about which there is something to do, each with that, the soonest
    /// first. What the actor was told of those that it shows is read then.
    pub async fn entries_to_see_to(
        &self,
        actor: &Actor,
        policy: &PolicyId,
        register: &str,
        query: &ListQuery,
    ) -> Result<(RegisterCard, Paged<(RegisterEntryLine, Task)>), ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let known = found(published_policies.register(policy, register), "register")?;
        let reader = self.register_reader(&actor, known.register);
        let card = register_card(&actor, known, &reader);
        if !card.keeps && !card.keeps_instead {
            return Err(Forbidden::because("it is for those who keep the register").into());
        }
        let of_it = self.known(&actor).waiting.of_register((policy, register));
        let records = self.stores().read(&actor).await?.register_entries_among(&of_it).await?;
        let to_do = records.iter().filter(|record| reader.reads(&record.entry)).filter_map(|record| {
            let task = self.entry_to_do(&actor, record)?;
            let is_kept = matches!(task.kind, TaskKind::SeeToEntry { .. });
            is_kept.then(|| (self.entry_line(&actor, known.register, record), task))
        });
        let is_found = |(line, task): &(RegisterEntryLine, Task)| {
            let said = line.answers.iter().map(|(_, words)| words.as_str());
            query.matches(said.chain([task.title.as_str(), task.detail.as_str()]))
        };
        let mut rows: Vec<(RegisterEntryLine, Task)> = to_do.filter(is_found).collect();
        rows.sort_by_key(|(line, task)| (task.date.at(), line.id));
        let shown = Paged::of(rows, query);
        let is_shown = |id: EntryId| shown.rows.iter().any(|(line, _)| line.id == id);
        self.note_read_of(&actor, |told| matches!(told, Told::EntryDue(id) if is_shown(id))).await?;
        Ok((card, shown))
    }

    /// What there is for the actor to do because somebody has left.
    pub(crate) async fn to_do_after(&self, actor: &Authorised, leaver: PersonId) -> Result<Vec<Task>, records::Error> {
        if !self.people_index(actor).has_left(leaver) {
            return Ok(Vec::new());
        }
        let all = self.entries_to_do(actor, &BTreeSet::from([Whose::Names(leaver)])).await?;
        let mut all: Vec<Task> = all.into_iter().map(|to_do| to_do.task).collect();
        // What waits for its day alone does so whether they have left or not.
        all.retain(|task| matches!(task.date, TaskDate::Since(_)));
        Ok(all)
    }

    async fn entries_to_do(
        &self,
        actor: &Authorised,
        whose: &BTreeSet<Whose>,
    ) -> Result<Vec<EntryToDo>, records::Error> {
        let possible: Vec<EntryId> = self.known(actor).waiting.entries(whose).iter().map(|kept| kept.id).collect();
        if possible.is_empty() {
            return Ok(Vec::new());
        }
        let records = self.stores().read(actor).await?.register_entries_among(&possible).await?;
        let to_do = |record: EntryRecord| {
            let task = self.entry_to_do(actor, &record)?;
            Some(EntryToDo { entry: record.entry, task })
        };
        Ok(records.into_iter().filter_map(to_do).collect())
    }

    /// What there is to do about an entry, where it is for the actor.
    pub(crate) fn entry_to_do(&self, actor: &Authorised, record: &EntryRecord) -> Option<Task> {
        let (entry, published_policies) = (&record.entry, self.published_policies());
        let known = published_policies.register(&entry.policy, &entry.register)?;
        let (register, upkeep) = (known.register, self.upkeep_of(known.register, record)?);
        let list = shown::register(register).title;
        if !self.keepers_of(actor, register, &upkeep, &[]).contains(&actor.person) {
            let due = upkeep.own_task(actor.person, self.now()).filter(|_| known.in_force)?;
            let what = self.entry_name(actor, register, &registers::shown_answers(register, &entry.answers)?);
            return Some(Task {
                kind: TaskKind::SeeToOwnEntry {
                    policy: entry.policy.clone(),
                    register: entry.register.clone(),
                    entry: entry.id,
                },
                title: format!("See to ‘{what}’"),
                detail: format!("You have it, and its day comes. Register: {list}."),
                date: TaskDate::By(due.by),
                urgent: false,
            });
        }
        let task = self.entry_task(actor, &upkeep, &[])?;
        let what = self.entry_name(actor, register, &entry.answers);
        let (title, detail, date) = match task {
            EntryTask::Due(due) => {
                (format!("See to ‘{what}’"), format!("Its day comes. Register: {list}."), TaskDate::By(due.by))
            }
            EntryTask::OnLeaving(on_leaving) => {
                let (name, since) = self.leaver_named(actor, &upkeep, entry)?;
                let title = match on_leaving {
                    OnLeaving::Return => format!("Take back ‘{what}’"),
                    OnLeaving::Remove => format!("Take {name} out of the register"),
                    OnLeaving::HandOver => format!("Give ‘{what}’ to somebody else"),
                };
                (title, format!("{name} has left. Register: {list}."), TaskDate::Since(since))
            }
        };
        Some(Task { kind: TaskKind::SeeToEntry { entry: entry.id }, title, detail, date, urgent: false })
    }

    /// What there is to do about an entry once `leavers` have left too.
    fn entry_task(&self, by: &Authorised, upkeep: &EntryUpkeep, leavers: &[PersonId]) -> Option<EntryTask> {
        let people_index = self.people_index(by);
        upkeep.task(|person| leavers.contains(&person) || people_index.has_left(person), self.now())
    }

    /// What an entry that is open may come to ask for.
    fn upkeep_of(&self, register: &Register, record: &EntryRecord) -> Option<EntryUpkeep> {
        let is_open = standing(register, record, self.now()).is_open();
        let said = record.said.as_ref();
        upkeep::of_entry(register, &record.entry, lasting(record), said, self.time_zone()).filter(|_| is_open)
    }

    /// Whoever has left of those at whose leaving something is to be done, and when.
    fn leaver_named(
        &self,
        by: &Authorised,
        upkeep: &EntryUpkeep,
        entry: &RegisterEntry,
    ) -> Option<(String, jiff::Timestamp)> {
        let people_index = self.people_index(by);
        let left = upkeep.people().iter().copied().find(|person| people_index.has_left(*person))?;
        let since = people_index.record(left).and_then(|record| record.left_at).unwrap_or(entry.written_at);
        Some((people_index.line(left).name, since))
    }

    /// Those who see to an entry once `leavers` have left too.
    fn keepers_of(
        &self,
        by: &Authorised,
        register: &Register,
        upkeep: &EntryUpkeep,
        leavers: &[PersonId],
    ) -> Vec<PersonId> {
        registers::keepers_of(register, upkeep.people(), &self.roles(), |roles| {
            let mut holding = self.holding(by, roles);
            holding.retain(|person| !leavers.contains(person));
            holding
        })
    }

    /// Tells those who keep these entries that there is something to do about them, each once. Hands back of how many somebody
    /// was told.
    pub(crate) async fn tell_of_due_entries(&self, turn: Turn, due: &[EntryId]) -> Result<(Turn, u64), Unavailable> {
        if due.is_empty() {
            return Ok((turn, 0));
        }
        let by = Authorised::program(Verb::Remind);
        let mut change = self.begin_within(turn, &by).await?;
        let mut notes = Vec::new();
        for id in due {
            if change.was_told(Told::EntryDue(*id)).await? {
                continue;
            }
            let Some(record) = change.register_entry(*id).await? else { continue };
            if self.tell_keepers(&mut change, &by, &record, &[]).await? {
                notes.push(LedgerNote::new(&by, Event::RemindOfEntry { entry: *id }));
            }
        }
        let matters: Vec<Matter> = due.iter().copied().map(Matter::Entry).collect();
        if notes.is_empty() {
            let turn = change.into_turn();
            self.refresh_waiting(&turn, &matters).await?;
            return Ok((turn, 0));
        }
        let (told, first) = (notes.len() as u64, notes.remove(0));
        let kept = change.commit_all(first, notes).await?;
        self.refresh_waiting(&kept.turn, &matters).await?;
        Ok((kept.turn, told))
    }

    /// Tells those who keep entries that name somebody who leaves that there is something to do about them. Looked at are the
    /// entries that name those who leave, and no others.
    pub(crate) async fn tell_of_left_entries(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        leavers: &[PersonId],
    ) -> Result<(), records::Error> {
        let whose: BTreeSet<Whose> = leavers.iter().copied().map(Whose::Names).collect();
        for kept in self.known(by).waiting.entries(&whose).iter().filter(|kept| kept.upkeep.is_asked_on_leaving()) {
            let Some(record) = change.register_entry(kept.id).await? else { continue };
            change.forget_notices(Told::EntryDue(kept.id)).await?;
            self.tell_keepers(change, by, &record, leavers).await?;
        }
        Ok(())
    }

    /// Takes back that there was something to do about entries because these people had left.
    pub(crate) async fn take_back_left_entries(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        came_back: &[PersonId],
    ) -> Result<(), records::Error> {
        let whose: BTreeSet<Whose> = came_back.iter().copied().map(Whose::Names).collect();
        for kept in self.known(by).waiting.entries(&whose) {
            // Of an entry whose day has come they were told for that too.
            if kept.upkeep.task(|_| false, change.at()).is_none() {
                change.forget_notices(Told::EntryDue(kept.id)).await?;
            }
        }
        Ok(())
    }

    /// Tells those who keep an entry that what it lists was marked as lost, but whoever marked it.
    pub(crate) async fn tell_of_loss(
        &self,
        change: &mut DeskChange,
        register: &Register,
        changed: &EntryChange,
    ) -> Result<(), records::Error> {
        let (by, entry) = (Authorised::program(Verb::Remind), &changed.entry);
        let writer = registers::is_own(register).then_some(entry.written_by);
        let about: Vec<PersonId> = entry.named().chain(writer).collect();
        let mut keepers = registers::keepers_of(register, &about, &self.roles(), |roles| self.holding(&by, roles));
        keepers.retain(|keeper| changed.line.by != Some(*keeper));
        self.tell(change, &keepers, Told::EntryLost(entry.id), Urgency::Ordinary).await
    }

    /// Tells those who keep an entry of it, where there is something to do about it when `leavers` have left. Whether there was
    /// somebody to tell.
    async fn tell_keepers(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        record: &EntryRecord,
        leavers: &[PersonId],
    ) -> Result<bool, records::Error> {
        let (entry, published_policies) = (&record.entry, self.published_policies());
        let Some(known) = published_policies.register(&entry.policy, &entry.register) else { return Ok(false) };
        let Some(upkeep) = self.upkeep_of(known.register, record) else { return Ok(false) };
        let people_index = self.people_index(by);
        let mut tell = match self.entry_task(by, &upkeep, leavers) {
            Some(_) => self.keepers_of(by, known.register, &upkeep, leavers),
            None => Vec::new(),
        };
        let is_here = |person: PersonId| people_index.here(person).is_some() && !leavers.contains(&person);
        let own = |person: PersonId| known.in_force && upkeep.own_task(person, self.now()).is_some();
        tell.extend(upkeep.people().iter().copied().filter(|person| own(*person) && is_here(*person)));
        if tell.is_empty() {
            return Ok(false);
        }
        self.tell(change, &tell, Told::EntryDue(entry.id), Urgency::Ordinary).await?;
        Ok(true)
    }
}
