//! Registers and their entries as pages show them.

use std::sync::Arc;

use domain::{
    EntryEvent, EntryId, EntryLine, EntrySignature, FieldAnswer, FieldKind, FormAnswers, FormField, KeptEntries,
    LineKind, PersonId, PolicyId, RegisterEntry, RegisterReader, RequestId, Role, Version, moment_words,
};
use jiff::Timestamp;
use jiff::civil::Date;
use policy::Document;
use policy::kinds::Register;
pub use policy::rules::registers::EntryStanding;
pub use policy::rules::registers::counting::InUse;
pub use policy::rules::registers::issuing::SignedFor;
use policy::rules::registers::{self, checklists, consent_lists, counting, issuing};
use policy::rules::shown;
use records::EntryRecord;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::entries::import_entries::takes_lists;
use crate::known::entry_standing::standing;
use crate::known::people_index::PersonLine;
use crate::known::published_policies::KnownRegister;

/// A register, as it stands to somebody.
#[derive(Debug, Clone)]
pub struct RegisterCard {
    pub policy: PolicyId,
    pub policy_title: String,
    /// The version in force, or the last one that had the register.
    pub version: Version,
    pub document: Arc<Document>,
    pub clause: String,
    /// Whether the version in force has it: nothing is written into one that is gone, and what stands there stays.
    pub in_force: bool,
    pub register: String,
    pub title: String,
    pub form: Vec<FormField>,
    /// The names of the fields that may be left empty until they are known.
    pub later: Vec<String>,
    /// Of which roles a second person must be there; empty where none must.
    pub second_of: Vec<Role>,
    /// After what an entry is made, where the clause says so.
    pub after_use_of: Option<String>,
    /// Whether it follows from a consent, so that nobody writes in it.
    pub follows: bool,
    /// Whether people write in it about themselves.
    pub is_own: bool,
    /// Whether those sign who are given what it lists.
    pub is_signed_for: bool,
    /// Whether it counts how many of what an entry lists are in use.
    pub is_counted: bool,
    /// What the register of the checklists is called that its entries want; `None`: they want none.
    pub checklists: Option<String>,
    /// Whether they keep it, but for what is about them.
    pub keeps: bool,
    /// Whether they keep what is about all who keep it.
    pub keeps_instead: bool,
    pub may_enter: bool,
    /// Whether they may write the entries of a list at once.
    pub may_import: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEntryLine {
    pub id: EntryId,
    /// What it is called: what its first field says that is not about a person or a time.
    pub name: String,
    pub written_at: Timestamp,
    pub written_by: PersonLine,
    pub second: Option<PersonLine>,
    /// What each field says, with its label, in the register's order.
    pub answers: Vec<(String, String)>,
    pub standing: EntryStanding,
    /// When it begins to hold, where what it writes down has yet to begin.
    pub begins: Option<Timestamp>,
    /// The day on which what it lists was said to be lost or stolen, where it has not been found. Of a report no more is said
    /// than the day: by the minute it could be looked up who made it.
    pub lost_on: Option<Date>,
    /// `Closed by … on …: …`.
    pub standing_words: String,
    /// How it stands with the signature of whoever was given what it lists, where it asks for one.
    pub signed_for: Option<SignedFor>,
    /// Whether what it lists may leave the premises, where the clause says so.
    pub may_leave: Option<bool>,
    /// How many of what it lists are in use, where the clause limits that and the entry says it.
    pub in_use: Option<InUse>,
    /// Whether the checklist was written that it wants; `None`: it wants none, or the list does not say.
    pub has_checklist: Option<bool>,
    /// The request that a yes to wrote it.
    pub request: Option<RequestId>,
}

/// What was done with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryEventLine {
    pub at: Timestamp,
    /// Of what a report did no more is said than the day.
    pub by_day: bool,
    pub who: String,
    /// `corrected it: …`
    pub what: String,
    /// What stood there before a correction and stands there no longer.
    pub before: Vec<(String, String)>,
}

/// A register, as it stands to the actor.
pub(crate) fn register_card(actor: &Authorised, known: KnownRegister<'_>, reader: &RegisterReader) -> RegisterCard {
    let KnownRegister { text, clause, register, in_force } = known;
    let (document, somebody) = (&text.document, actor.somebody_as(&actor.decides_as));
    let shown = shown::register(register);
    let later = shown.form.iter().filter(|field| registers::may_come_later(register, field));
    let may_enter = in_force && registers::may_enter(document, register, somebody);
    RegisterCard {
        policy: document.id.clone(),
        policy_title: document.title.clone(),
        version: text.version(),
        document: document.clone(),
        clause: clause.id.clone(),
        in_force,
        register: shown.id.to_owned(),
        title: shown.title.to_owned(),
        later: later.map(|field| field.name.clone()).collect(),
        form: shown.form.to_vec(),
        second_of: registers::second_of(register).to_vec(),
        after_use_of: shown.after_use_of.map(str::to_owned),
        follows: consent_lists::follows(register),
        is_own: registers::is_own(register),
        is_signed_for: shown.is_signed_for,
        is_counted: shown.is_counted,
        checklists: checklists::register_of(register)
            .and_then(|of| registers::register(document, of))
            .map(|(_, of)| shown::register(of).title.to_owned()),
        keeps: reader.keeps == KeptEntries::All,
        keeps_instead: matches!(reader.keeps, KeptEntries::AboutAllOf(_)),
        may_enter,
        may_import: may_enter && takes_lists(known),
    }
}

impl Desk {
    pub(crate) fn entry_line(&self, by: &Authorised, register: &Register, record: &EntryRecord) -> RegisterEntryLine {
        let (people_index, entry) = (self.people_index(by), &record.entry);
        let moment = |at: Timestamp| moment_words(at, self.time_zone());
        let standing = standing(register, record, self.now());
        let begins = record.grant_begins.filter(|at| standing == EntryStanding::Holds && *at > self.now());
        let holds = begins.map_or_else(|| "Holds".to_owned(), |at| format!("Holds from {}", moment(at)));
        let standing_words = match (&entry.closed, record.grant_ends) {
            (Some(closed), _) => {
                let name = people_index.line(closed.by).name;
                format!("Closed by {name} on {}: {}", moment(closed.at), closed.reason)
            }
            (None, _) if standing == EntryStanding::Lost => self.lost_since(by, entry),
            (None, Some(end)) if standing == EntryStanding::ToBeClosed => {
                format!("The permission ended on {}. Close the entry once it is back.", moment(end))
            }
            (None, None) if standing == EntryStanding::ToBeClosed => {
                "The permission has ended. Close the entry once it is back.".to_owned()
            }
            (None, Some(end)) if standing == EntryStanding::Ended => format!("Ended on {}", moment(end)),
            (None, Some(end)) => format!("{holds} until {}", moment(end)),
            (None, None) if standing == EntryStanding::Ended => "Ended".to_owned(),
            (None, None) => holds,
        };
        RegisterEntryLine {
            id: entry.id,
            name: self.entry_name(by, register, &entry.answers),
            written_at: entry.written_at,
            written_by: people_index.line(entry.written_by),
            second: entry.second.map(|person| people_index.line(person)),
            answers: self.answers_in_order(by, register, &entry.answers),
            standing,
            begins,
            lost_on: entry.lost.map(|lost| self.day_of(lost.at)),
            standing_words,
            signed_for: issuing::standing(register, entry, record.said.as_ref()),
            may_leave: registers::may_leave(register, &entry.answers),
            in_use: counting::in_use(register, &entry.answers),
            has_checklist: None,
            request: record.request,
        }
    }

    pub(crate) fn lost_since(&self, by: &Authorised, entry: &RegisterEntry) -> String {
        let Some(lost) = entry.lost else { return String::new() };
        match lost.by {
            Some(person) => {
                let (name, at) = (self.people_index(by).line(person).name, moment_words(lost.at, self.time_zone()));
                format!("Marked as lost or stolen by {name} on {at}")
            }
            None => format!("Lost or stolen: reported on {}", domain::day_words(self.day_of(lost.at))),
        }
    }

    fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.time_zone().clone()).date()
    }

    /// What an entry is called that answers this: what its first field says that is not about a person or a time.
    pub(crate) fn entry_name(&self, by: &Authorised, register: &Register, answers: &FormAnswers) -> String {
        let shown = shown::register(register);
        let names_it = |kind: &FieldKind| matches!(kind, FieldKind::Line(LineKind::Text | LineKind::Site));
        let field = shown.form.iter().filter(|field| names_it(&field.kind)).find_map(|field| {
            let answer = answers.get(&field.name)?;
            Some(self.answer_line(by, &field.name, answer).1)
        });
        field.unwrap_or_else(|| shown.title.to_owned())
    }

    /// What is answered, with the labels of the fields, in the register's order; what it has no field for any more comes
    /// last.
    pub(crate) fn answers_in_order(
        &self,
        by: &Authorised,
        register: &Register,
        answers: &FormAnswers,
    ) -> Vec<(String, String)> {
        let form = shown::register(register).form;
        let place = |name: &str| form.iter().position(|field| field.name == name).unwrap_or(form.len());
        let mut fields: Vec<(&String, &FieldAnswer)> = answers.iter().collect();
        fields.sort_by_key(|(name, _)| place(name));
        fields.into_iter().map(|(name, answer)| self.answer_line(by, name, answer)).collect()
    }

    pub(crate) fn entry_history(
        &self,
        by: &Authorised,
        register: &Register,
        entry: &RegisterEntry,
        lines: &[EntryLine],
        (sightings, signatures): (&[(Timestamp, PersonId)], &[EntrySignature]),
    ) -> Vec<EntryEventLine> {
        let people_index = self.people_index(by);
        let written = EntryEventLine {
            at: entry.written_at,
            by_day: false,
            who: people_index.line(entry.written_by).name,
            what: "wrote it".to_owned(),
            before: Vec::new(),
        };
        let since = lines.iter().enumerate().map(|(place, line)| {
            let (verb, before) = match &line.what {
                EntryEvent::Corrected { answers, second } => {
                    let (after, then_second) =
                        next_stood(&lines[place + 1..]).unwrap_or((&entry.answers, entry.second));
                    let gone = answers.iter().filter(|(name, answer)| after.get(*name) != Some(answer));
                    let gone = gone.map(|(name, answer)| (name.clone(), answer.clone())).collect();
                    let mut before = self.answers_in_order(by, register, &gone);
                    let was_there = second.filter(|_| *second != then_second);
                    before.extend(was_there.map(|person| ("Also there".to_owned(), people_index.line(person).name)));
                    ("corrected it", before)
                }
                EntryEvent::Closed => ("closed it", Vec::new()),
                EntryEvent::Reopened => ("reopened it", Vec::new()),
                EntryEvent::Lost => ("marked it as lost or stolen", Vec::new()),
                EntryEvent::Found => ("marked it as found", Vec::new()),
            };
            let (who, what) = match line.by {
                Some(by) => (people_index.line(by).name, format!("{verb}: {}", line.reason)),
                None => ("A report".to_owned(), verb.to_owned()),
            };
            EntryEventLine { at: line.at, by_day: line.by.is_none(), who, what, before }
        });
        let seen = sightings.iter().map(|(at, by)| EntryEventLine {
            at: *at,
            by_day: false,
            who: people_index.line(*by).name,
            what: "saw it".to_owned(),
            before: Vec::new(),
        });
        let signed = signatures.iter().map(|said| {
            let handed = said.handed_by.map(|keeper| format!(", on the device of {}", people_index.line(keeper).name));
            let handed = handed.unwrap_or_default();
            let what = match &said.declined {
                None => format!("signed for it{handed}"),
                Some(reason) => format!("did not sign for it{handed}: {reason}"),
            };
            EntryEventLine {
                at: said.at,
                by_day: false,
                who: people_index.line(said.by).name,
                what,
                before: Vec::new(),
            }
        });
        let mut history: Vec<EntryEventLine> =
            std::iter::once(written).chain(since).chain(seen).chain(signed).collect();
        history.sort_by_key(|line| line.at);
        history
    }
}

/// What stood in the entry before the next correction, and who had been there for it.
fn next_stood(lines: &[EntryLine]) -> Option<(&FormAnswers, Option<PersonId>)> {
    lines.iter().find_map(|line| match &line.what {
        EntryEvent::Corrected { answers, second } => Some((answers, *second)),
        EntryEvent::Closed | EntryEvent::Reopened | EntryEvent::Lost | EntryEvent::Found => None,
    })
}
