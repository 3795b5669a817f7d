//! What registers ask of people in time: checks that fall due, days that come, and what somebody who leaves has.

use domain::{EntrySignature, FieldAnswer, FormAnswers, PersonId, RegisterEntry, Timetable, three_quarters};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::kinds::{OnLeaving, Register};
use crate::rules::registers::issuing::{self, SignedFor};
use crate::rules::registers::{self, Lasting};
use crate::somebody::Somebody;

/// The day on which a register is next to be checked: so long after it was checked last, or after the school began to keep
/// it. `None`: the clause asks for no check, or the period is one of terms or school days for which the calendar has no dates.
pub fn check_due(
    register: &Register,
    since: Timestamp,
    checked: Option<Timestamp>,
    timetable: &Timetable,
) -> Option<Date> {
    let last = checked.unwrap_or(since).to_zoned(timetable.time_zone.clone());
    register.check_every?.0.after(&last, &timetable.calendar).ok().map(|due| due.date())
}

/// Whether a clause asks for checks of a register.
pub fn is_checked(register: &Register) -> bool {
    register.check_every.is_some()
}

/// Whether somebody may say that a register was checked: whoever keeps it, where the clause asks for checks.
pub fn may_check(register: &Register, somebody: Somebody<'_>) -> bool {
    is_checked(register) && registers::keeps(register, somebody)
}

/// What an entry that holds may come to ask of those who keep its register, and of those whom it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryUpkeep {
    /// Those whom it names and, where entries are people's own, whoever wrote it.
    people: Vec<PersonId>,
    /// What is to be done when one of them leaves.
    on_leaving: Option<OnLeaving>,
    due: Option<EntryDue>,
    /// Whether it is shown to those whom it names.
    is_shown_to_them: bool,
    /// Who is to sign for what it lists, and how that stands.
    signing: Option<(PersonId, SignedFor)>,
}

/// By when something is to be done about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryDue {
    /// When people are reminded of it: three quarters of the time have passed.
    pub remind_at: Timestamp,
    pub by: Timestamp,
}

/// What is to be done about an entry by those who keep the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryTask {
    /// Somebody has left whom it names, or who wrote it about themselves.
    OnLeaving(OnLeaving),
    /// Its day comes, or has come.
    Due(EntryDue),
}

/// Whether a register's entries may come to ask something of anybody, or are shown to those whom they name.
pub fn is_kept_up(register: &Register) -> bool {
    register.due_field.is_some() || register.on_leaving.is_some() || registers::is_shown_to_the_named(register)
}

/// What an entry may come to ask of people, to which `said` was said last by whoever signs for it; `None`: nothing, or it is
/// closed or done. What is lost asks nothing, and is shown to those whom it names. What was given out by a permission and comes back is due by the permission’s end.
pub fn of_entry(
    register: &Register,
    entry: &RegisterEntry,
    lasting: Lasting,
    said: Option<&EntrySignature>,
    zone: &TimeZone,
) -> Option<EntryUpkeep> {
    let moment = |field: &Option<String>| match entry.answers.get(field.as_ref()?)? {
        FieldAnswer::Date(day) => Some(day.at(23, 59, 0, 0).to_zoned(zone.clone()).ok()?.timestamp()),
        FieldAnswer::DateTime(at) => Some(*at),
        _ => None,
    };
    if !is_kept_up(register) || entry.is_closed() || registers::is_done(register, entry) {
        return None;
    }
    let since = entry.renewed_at.unwrap_or(entry.written_at);
    let given_until = match lasting {
        Lasting::Until(end) => Some(end),
        Lasting::Gone => Some(entry.written_at),
        Lasting::UntilClosed => None,
    };
    let ends = given_until.filter(|_| registers::comes_back(register));
    let by = moment(&register.due_field).into_iter().chain(ends).min();
    let due = by.filter(|_| !entry.is_lost()).map(|by| EntryDue { remind_at: three_quarters(since, by).min(by), by });
    let writer = registers::is_own(register).then_some(entry.written_by);
    let people: Vec<PersonId> = entry.named().chain(writer).collect();
    let is_shown = |shown: FormAnswers| registers::is_shown_to_the_named(register) && !shown.is_empty();
    let is_shown_to_them = registers::shown_answers(register, &entry.answers).is_some_and(is_shown);
    let on_leaving = register.on_leaving.filter(|_| !entry.is_lost());
    let signing = issuing::asked(register, entry).map(|issue| issue.to).zip(issuing::standing(register, entry, said));
    (due.is_some() || !people.is_empty()).then_some(EntryUpkeep { people, on_leaving, due, is_shown_to_them, signing })
}

/// A corrected entry: where its day is another one than before, the time to it counts from the correction.
pub fn renewed(register: &Register, before: &RegisterEntry, mut after: RegisterEntry, at: Timestamp) -> RegisterEntry {
    let day = |entry: &RegisterEntry| entry.answers.get(register.due_field.as_ref()?).cloned();
    if day(before) != day(&after) {
        after.renewed_at = Some(at);
    }
    after
}

impl EntryUpkeep {
    /// What those who keep the register are to do about it at `now`. What a leaver has comes first: there may be no other day
    /// to ask for it.
    pub fn task(&self, has_left: impl Fn(PersonId) -> bool, now: Timestamp) -> Option<EntryTask> {
        let is_asked = self.is_asked_on_leaving() && self.people.iter().any(|person| has_left(*person));
        let on_leaving = self.on_leaving.filter(|_| is_asked).map(EntryTask::OnLeaving);
        on_leaving.or_else(|| self.due_at(now).map(EntryTask::Due))
    }

    /// By when somebody whom it names is to see to it, where they are shown it.
    pub fn own_task(&self, person: PersonId, now: Timestamp) -> Option<EntryDue> {
        self.due_at(now).filter(|_| self.is_shown_to(person))
    }

    /// Whether somebody is to sign for what it lists, or to say why not.
    pub fn is_to_be_signed_by(&self, person: PersonId) -> bool {
        self.signing() == Some((person, SignedFor::NotYet))
    }

    /// Who is to sign for what it lists, and how that stands; `None`: nobody.
    pub fn signing(&self) -> Option<(PersonId, SignedFor)> {
        self.signing
    }

    /// Whether somebody is shown it because it names them.
    pub fn is_shown_to(&self, person: PersonId) -> bool {
        self.is_shown_to_them && self.people().contains(&person)
    }

    /// By when something is to be done about it, once it is time to remind people of that.
    fn due_at(&self, now: Timestamp) -> Option<EntryDue> {
        let is_reminded = self.reminded_at().is_some_and(|at| at <= now);
        self.due.filter(|_| is_reminded)
    }

    /// When people are reminded of its day.
    pub fn reminded_at(&self) -> Option<Timestamp> {
        self.due.map(|due| due.remind_at)
    }

    /// Whether something is to be done about it when one of those leaves.
    pub fn is_asked_on_leaving(&self) -> bool {
        self.on_leaving.is_some()
    }

    /// Those whom it names and, where entries are people's own, whoever wrote it.
    pub fn people(&self) -> &[PersonId] {
        &self.people
    }
}
