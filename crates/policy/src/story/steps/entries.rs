//! Entries in registers: written by hand or by a yes, read, corrected, closed.

use domain::{
    EntryActor, EntrySignature, EntryStep, FormAnswers, GrantId, PersonId, RegisterEntry, RegisterReader, Role, RoleSet,
};

use super::{allowed, yes};
use crate::document::Clause;
use crate::example::{Entering, EntryForm};
use crate::kinds::Register;
use crate::rules::registers::checklists;
use crate::rules::registers::issuing;
use crate::rules::registers::upkeep::{self, EntryTask, EntryUpkeep};
use crate::rules::registers::{self, EntryStanding, Lasting};
use crate::story::play::{Scene, StepAnswer};
use crate::story::records::VERSION;

/// An entry as it is about to be written.
struct Drafted {
    answers: FormAnswers,
    second: Option<PersonId>,
    by: PersonId,
    grant: Option<GrantId>,
}

impl Scene<'_> {
    pub(super) fn enters(&mut self, who: usize, form: &EntryForm) -> StepAnswer {
        let document = self.records.document;
        let Some((clause, register)) = registers::register(document, &form.register) else {
            return allowed(false, Vec::new());
        };
        let may = registers::may_enter(document, register, self.person(who).into());
        let filled = self.filled_entry(&[self.id(who)], register, form).filter(|_| may);
        let leaves = filled.as_ref().and_then(|(answers, _)| registers::may_leave(register, answers));
        let came = Entering::of(filled.is_some(), leaves);
        if let Some((answers, second)) = filled {
            let by = self.id(who);
            self.write_entry(clause, &form.register, Drafted { answers, second, by, grant: None });
        }
        StepAnswer::of(came.words(), vec![clause.id.clone()])
    }

    /// What the form says, where the register lets it in, and who was there as the second person.
    fn filled_entry(
        &mut self,
        writers: &[PersonId],
        register: &Register,
        form: &EntryForm,
    ) -> Option<(FormAnswers, Option<PersonId>)> {
        let beside = form.beside.as_ref().map(|beside| self.records.somebody(beside));
        let roles: Option<(PersonId, RoleSet)> = beside.map(|place| (self.id(place), self.person(place).roles.clone()));
        let named = roles.as_ref().map(|(person, roles)| (*person, roles));
        let second = registers::second(register, writers, named).ok()?;
        let answers = self.check_form(|checks| registers::answers(register, &form.filled(register), checks)).ok()?;
        Some((answers, second))
    }

    fn write_entry(&mut self, clause: &Clause, register: &str, drafted: Drafted) {
        let entry = RegisterEntry {
            id: self.records.new_id(),
            policy: self.records.document.id.clone(),
            version: VERSION,
            clause: clause.id.clone(),
            register: register.to_owned(),
            answers: drafted.answers,
            second: drafted.second,
            written_by: drafted.by,
            written_at: self.at(),
            grant: drafted.grant,
            earlier_seconds: Vec::new(),
            closed: None,
            lost: None,
            renewed_at: None,
        };
        self.records.entries.push(entry);
    }

    /// Writes down what a yes gave, where the clause has the school keep a register of it. `false`: the register does not
    /// let it in.
    pub(super) fn write_grant(&mut self, by: PersonId, place: usize, grant: GrantId) -> bool {
        let (document, asked) = (self.records.document, &self.records.requests[place]);
        let named = document.permission(&asked.request.permission);
        let named = named.and_then(|(_, permission)| registers::of_permission(document, permission));
        let Some((clause, register)) = named else { return true };
        if !registers::lets_in(register, &asked.answers) {
            return false;
        }
        let answers = registers::of_request(register, &asked.request, &asked.answers);
        let id = registers::id(register).to_owned();
        self.write_entry(clause, &id, Drafted { answers, second: None, by, grant: Some(grant) });
        true
    }

    /// The newest entry of a register that is open.
    pub(super) fn newest_entry(&self, id: &str) -> Option<usize> {
        let (_, register) = registers::register(self.records.document, id)?;
        let is_open = |entry: &RegisterEntry| self.standing_of(register, entry).is_open();
        self.records.entries.iter().rposition(|entry| entry.register == id && is_open(entry))
    }

    fn standing_of(&self, register: &Register, entry: &RegisterEntry) -> EntryStanding {
        registers::standing(register, entry, self.lasting(entry.grant), self.at())
    }

    /// How long an entry lasts that writes down a grant, or nothing but what was given in its form.
    pub(super) fn lasting(&self, grant: Option<GrantId>) -> Lasting {
        let Some(id) = grant else { return Lasting::UntilClosed };
        let known = self.records.grants.iter().find(|known| known.id == id);
        known.map_or(Lasting::Gone, |grant| grant.ends().map_or(Lasting::UntilClosed, Lasting::Until))
    }

    fn reads_as(&self, who: usize, register: &Register) -> RegisterReader {
        let (person, catalogue) = (self.person(who), &self.records.document.roles);
        registers::reader(register, person.id, person.into(), catalogue, |roles| self.records.holding(roles))
    }

    pub(super) fn finds_entry(&self, who: usize, id: &str) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return yes(false, Vec::new());
        };
        let found = self.newest_entry(id).map(|place| &self.records.entries[place]);
        let is_shown = |entry: &RegisterEntry| {
            let upkeep = self.upkeep_of(register, entry);
            let holds = self.standing_of(register, entry) == EntryStanding::Holds;
            let (somebody, grants) = (self.person(who).into(), self.grants_for(who));
            (holds
                && registers::is_shown(self.records.document, register, somebody, grants, self.at())
                && !registers::keeps(register, somebody))
                || upkeep.is_some_and(|upkeep| upkeep.is_shown_to(self.id(who)))
        };
        let reads = found.is_some_and(|entry| {
            let shown = registers::shown_answers(register, &entry.answers).filter(|_| is_shown(entry));
            let shows_something = shown.is_some_and(|shown| !shown.is_empty());
            self.reads_as(who, register).reads(entry) || shows_something
        });
        yes(reads, vec![clause.id.clone()])
    }

    /// Whether somebody who reads the newest entry finds that the checklist is missing that it wants.
    pub(super) fn finds_no_checklist(&self, who: usize, id: &str) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return yes(false, Vec::new());
        };
        let zone = &self.records.timetable.time_zone;
        let found = self.newest_entry(id).map(|place| &self.records.entries[place]);
        let read = found.filter(|entry| self.reads_as(who, register).reads(entry));
        let wanted = read.and_then(|entry| checklists::wanted(register, &entry.answers, zone));
        let is_missing = wanted.is_some_and(|wanted| {
            let mut written = self.records.entries.iter().filter(|entry| entry.register == wanted.kept_in);
            !written.any(|entry| {
                let history = self.records.entry_lines.iter().filter(|(of, _)| *of == entry.id);
                wanted.is(entry) && wanted.stood(history.map(|(_, line)| line))
            })
        });
        yes(is_missing, vec![clause.id.clone()])
    }

    pub(super) fn corrects_entry(&mut self, who: usize, form: &EntryForm) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, &form.register) else {
            return allowed(false, Vec::new());
        };
        let writer = self.newest_entry(&form.register).map(|place| self.records.entries[place].written_by);
        let filled = writer.and_then(|writer| self.filled_entry(&[writer, self.id(who)], register, form));
        let step = filled.map(|(answers, second)| EntryStep::Correct {
            answers,
            second,
            reason: "as the story says".to_owned(),
        });
        let taken = step.is_some_and(|step| self.steps_entry(who, register, &form.register, step));
        allowed(taken, vec![clause.id.clone()])
    }

    pub(super) fn closes_entry(&mut self, who: usize, id: &str) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return allowed(false, Vec::new());
        };
        let may =
            self.newest_entry(id).is_some_and(|place| registers::may_close(register, &self.records.entries[place]));
        let close = EntryStep::Close { reason: "as the story says".to_owned() };
        allowed(may && self.steps_entry(who, register, id, close), vec![clause.id.clone()])
    }

    /// What is to be done about the newest entry that holds, where it is for them to do it.
    pub(super) fn is_to_see_to_entry(&self, who: usize, id: &str) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return StepAnswer::of("nothing", Vec::new());
        };
        let entry = self.newest_entry(id).map(|place| &self.records.entries[place]);
        let (me, catalogue) = (self.id(who), &self.records.document.roles);
        let keeps = |about: &[PersonId]| {
            let holding = |roles: &[Role]| self.records.holding(roles);
            registers::keepers_of(register, about, catalogue, holding).contains(&me)
        };
        let task = entry.and_then(|entry| {
            let upkeep = self.upkeep_of(register, entry)?;
            if keeps(upkeep.people()) {
                upkeep.task(|person| self.records.has_left(person), self.at())
            } else {
                upkeep.own_task(me, self.at()).map(EntryTask::Due)
            }
        });
        let words = match task {
            None => "nothing",
            Some(EntryTask::OnLeaving(what)) => what.name(),
            Some(EntryTask::Due(_)) => "due",
        };
        StepAnswer::of(words, vec![clause.id.clone()])
    }

    fn upkeep_of(&self, register: &Register, entry: &RegisterEntry) -> Option<EntryUpkeep> {
        upkeep::of_entry(
            register,
            entry,
            self.lasting(entry.grant),
            self.said_to(entry),
            &self.records.timetable.time_zone,
        )
    }

    /// What was said last to an entry by whoever signs for it.
    fn said_to(&self, entry: &RegisterEntry) -> Option<&EntrySignature> {
        self.records.signed_for.iter().rfind(|said| said.entry == entry.id)
    }

    pub(super) fn signs_for_entry(&mut self, who: usize, id: &str, declines: bool) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return allowed(false, Vec::new());
        };
        let (by, at) = (self.id(who), self.at());
        let said = self.newest_entry(id).map(|place| &self.records.entries[place]).and_then(|entry| {
            let issue = issuing::may_sign(register, entry, self.said_to(entry), by).ok()?;
            let declined = declines.then(|| "as the story says".to_owned());
            Some(EntrySignature {
                entry: entry.id,
                by,
                at,
                version: VERSION,
                shown: issue.shown,
                declined,
                handed_by: None,
            })
        });
        let may = said.is_some();
        self.records.signed_for.extend(said);
        allowed(may, vec![clause.id.clone()])
    }

    pub(super) fn is_to_sign_for_entry(&self, who: usize, id: &str) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return yes(false, Vec::new());
        };
        let entry = self.newest_entry(id).map(|place| &self.records.entries[place]);
        let upkeep = entry.and_then(|entry| self.upkeep_of(register, entry));
        yes(upkeep.is_some_and(|upkeep| upkeep.is_to_be_signed_by(self.id(who))), vec![clause.id.clone()])
    }

    /// Whether the day of the next check has come, for whoever keeps the register.
    pub(super) fn is_to_check(&self, who: usize, id: &str) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return yes(false, Vec::new());
        };
        let checked = self.records.checks.iter().rfind(|(checked, _)| checked == id).map(|(_, at)| *at);
        let due = upkeep::check_due(register, self.records.begins, checked, &self.records.timetable);
        let is_due = due.is_some_and(|day| day <= self.now.date());
        yes(is_due && registers::keeps(register, self.person(who).into()), vec![clause.id.clone()])
    }

    pub(super) fn checks(&mut self, who: usize, id: &str) -> StepAnswer {
        let Some((clause, register)) = registers::register(self.records.document, id) else {
            return allowed(false, Vec::new());
        };
        let may = upkeep::may_check(register, self.person(who).into());
        if may {
            let at = self.at();
            self.records.checks.push((id.to_owned(), at));
        }
        allowed(may, vec![clause.id.clone()])
    }

    pub(super) fn steps_entry(&mut self, who: usize, register: &Register, id: &str, step: EntryStep) -> bool {
        let (reader, now) = (self.reads_as(who, register), self.at());
        let Some(place) = self.newest_entry(id) else { return false };
        let entry = &self.records.entries[place];
        let by = EntryActor { person: reader.person, keeps: reader.keeps(entry) };
        let Ok(changed) = entry.step(by, step, now) else { return false };
        let happened = (entry.id, changed.line);
        self.records.entries[place] = upkeep::renewed(register, entry, changed.entry, now);
        self.records.entry_lines.push(happened);
        true
    }
}
