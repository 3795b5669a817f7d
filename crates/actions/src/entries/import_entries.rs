//! Bringing a list of entries into a register: a dry run that shows what would be written and everything that is wrong, then
//! all of it or nothing.

use std::collections::BTreeMap;

use domain::{
    Audience, Called, EntryId, FieldKind, FieldProblem, FormAnswers, FormField, LineKind, PolicyId, RegisterEntry,
    WrongAnswer,
};
use policy::rules::registers::{self, counting::InUse};
use policy::rules::shown;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::csv_table::{CsvTable, ImportFile, ImportProblem};
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::stores::LedgerNote;
use crate::entries::enter::entered;
use crate::entries::entry_columns;
use crate::entries::entry_problems::Typed;
use crate::known::published_policies::KnownRegister;
use crate::known::waiting::Matter;

#[derive(Debug, Clone)]
pub struct ImportEntries {
    pub policy: PolicyId,
    /// The register's id in its policy.
    pub register: String,
    pub file: ImportFile,
    /// The identifier that the list was shown with, so that one sent twice is brought in once ([`Desk::new_entry_id`]).
    pub id: EntryId,
}

/// What a list of entries would write.
#[derive(Debug, Clone)]
pub struct EntriesPlan {
    /// Everything that is wrong; while there is anything, nothing is written.
    pub problems: Vec<ImportProblem>,
    /// What each entry would say, with the labels of its fields, in the register's order.
    pub entries: Vec<Vec<(String, String)>>,
    /// How many lines are left out, because the list says that they hold no longer, or that what they list is lost.
    pub left_out: u64,
}

verb_error! {
    ImportEntriesError {
        #[error("There is no such register in the school's policies any more.")]
        NoSuchRegister => NotFound;
        #[error("Clause ‘{clause}’ asks for a second person at each entry, so write them one by one.")]
        NeedsSecond { clause: String } => Conflict;
        #[error("By clause ‘{clause}’ people write in this register about themselves, each for themselves.")]
        IsOwn { clause: String } => Conflict;
        #[error("The list has {} problems, and nothing was entered.", .problems.len())]
        Problems { problems: Vec<ImportProblem> } => Invalid("list");
        #[error("There is no entry on the list that holds. The first line names the columns, and each line after it is an entry.")]
        Empty => Invalid("list");
        #[error("The list has {rows} entries, and no more than {limit} can be entered at once. Enter it in parts.")]
        TooMany { rows: usize, limit: u32 } => Invalid("list");
    }
}

/// A list as it was read.
struct ListedEntries {
    problems: Vec<ImportProblem>,
    entries: Vec<FormAnswers>,
    left_out: u64,
}

impl Desk {
    /// What a list would write. Nothing is written.
    pub async fn entries_dry_run(
        &self,
        actor: &Actor,
        input: &ImportEntries,
    ) -> Result<EntriesPlan, ImportEntriesError> {
        let actor = self.authorise(actor, Verb::Enter)?;
        let published_policies = self.published_policies();
        let known = published_policies.register(&input.policy, &input.register);
        let known = known.ok_or(ImportEntriesError::NoSuchRegister)?;
        let ListedEntries { problems, entries, left_out } = self.read_list(&actor, known, &input.file)?;
        let line = |answers: &FormAnswers| self.answers_in_order(&actor, known.register, answers);
        Ok(EntriesPlan { problems, entries: entries.iter().map(line).collect(), left_out })
    }

    /// Writes all entries of a list, or none. Hands back how many there are.
    pub async fn import_entries(&self, actor: &Actor, input: ImportEntries) -> Result<usize, ImportEntriesError> {
        let (actor, mut change) = self.begin_change(actor, Verb::Enter).await?;
        let published_policies = self.published_policies();
        let known = published_policies.register(&input.policy, &input.register);
        let known = known.ok_or(ImportEntriesError::NoSuchRegister)?;
        let ListedEntries { problems, entries, .. } = self.read_list(&actor, known, &input.file)?;
        if !problems.is_empty() {
            return Err(ImportEntriesError::Problems { problems });
        }
        let (count, now) = (entries.len(), change.at());
        let sent_before = change.register_entry(input.id).await?.map(|record| record.entry);
        let stands = |before: &RegisterEntry| {
            before.written_by == actor.person && before.policy == input.policy && before.register == input.register
        };
        if sent_before.as_ref().is_some_and(stands) {
            return Ok(count);
        }
        let mut first_id = Some(input.id).filter(|_| sent_before.is_none());
        let (mut notes, mut matters) = (Vec::new(), Vec::new());
        for answers in entries {
            let entry = RegisterEntry {
                id: first_id.take().unwrap_or_else(|| self.new_id(now)),
                policy: input.policy.clone(),
                version: known.text.version(),
                clause: known.clause.id.clone(),
                register: input.register.clone(),
                answers,
                second: None,
                written_by: actor.person,
                written_at: now,
                grant: None,
                earlier_seconds: Vec::new(),
                closed: None,
                lost: None,
                renewed_at: None,
            };
            change.add_entry(&entry).await?;
            self.tell_to_sign(&mut change, known.register, &entry, None).await?;
            notes.push(LedgerNote::new(&actor, entered(&entry)));
            matters.push(Matter::Entry(entry.id));
        }
        let first = notes.remove(0);
        let kept = change.commit_all(first, notes).await?;
        self.refresh_waiting(&kept.turn, &matters).await?;
        Ok(count)
    }

    /// What the entries of a list are to say, and everything that is wrong with it.
    fn read_list(
        &self,
        actor: &Authorised,
        known: KnownRegister<'_>,
        file: &ImportFile,
    ) -> Result<ListedEntries, ImportEntriesError> {
        lets_import(actor, known)?;
        let mut problems = Vec::new();
        let mut table = CsvTable::read(file, &mut problems);
        table.rows.retain(|(_, row)| row.iter().any(|cell| !cell.is_empty()));
        let form = shown::register(known.register).form;
        let (columns, state) = columns(known, &table, form, &mut problems);
        let before = table.rows.len();
        let holds = |row: &[String]| {
            let says = state.and_then(|place| row.get(place)).map_or("", String::as_str);
            !entry_columns::is_left_out(says.trim())
        };
        table.rows.retain(|(_, row)| holds(row));
        let (rows, limit) = (table.rows.len(), self.settings().entries_at_once);
        if rows > limit as usize {
            return Err(ImportEntriesError::TooMany { rows, limit });
        }
        if rows == 0 && problems.is_empty() {
            return Err(ImportEntriesError::Empty);
        }
        let mut listed = ListedEntries { problems, entries: Vec::new(), left_out: (before - rows) as u64 };
        for (line, row) in &table.rows {
            match self.read_row(actor, known, row, &columns) {
                Ok(answers) => listed.entries.push(answers),
                Err(wrong) => {
                    // That a column is missing is said once, and not of each line.
                    let of_column =
                        |problem: &FieldProblem| columns.iter().any(|(_, field)| field.name == problem.field);
                    let told = wrong.into_iter().filter(of_column).map(|FieldProblem { field, wrong }| {
                        let field = form.iter().find(|known| known.name == field);
                        let (column, mend) =
                            field.map(|field| (field.label(), mend(known, field, &wrong))).unwrap_or_default();
                        table.problem(*line, &column, wrong.to_string(), mend)
                    });
                    listed.problems.extend(told);
                }
            }
        }
        listed.problems.sort_by_key(|problem| problem.line);
        Ok(listed)
    }

    fn read_row(
        &self,
        actor: &Authorised,
        known: KnownRegister<'_>,
        row: &[String],
        columns: &[(usize, &FormField)],
    ) -> Result<FormAnswers, Vec<FieldProblem>> {
        let people_index = self.people_index(actor);
        let called = |name: &str, is_pupil: bool| {
            let mut people = people_index.called(name).filter(|person| !is_pupil || person.audience == Audience::Pupil);
            match (people_index.named(name), people.next(), people.next()) {
                (Some(_), ..) | (None, None, _) => Called::Nobody,
                (None, Some(person), None) => Called::One(person.username.clone()),
                (None, Some(_), Some(_)) => Called::Several,
            }
        };
        let (mut answers, mut unclear) = (BTreeMap::new(), Vec::new());
        for (place, field) in columns {
            let Some(listed) = row.get(*place) else { continue };
            match domain::as_typed(field, listed, called) {
                Ok(typed) => drop(answers.insert(field.name.clone(), typed)),
                Err(wrong) => unclear.push(FieldProblem { field: field.name.clone(), wrong }),
            }
        }
        let nothing = FormAnswers::new();
        let typed = Typed { answers: &answers, before: &nothing, second: "", writers: &[actor.person] };
        let is_unclear = |field: &str| unclear.iter().any(|problem| problem.field == field);
        match self.read_entry(actor, known.register, typed) {
            Ok((answers, _)) if unclear.is_empty() => Ok(answers),
            read => {
                let wrong = read.err().map(|wrong| wrong.fields).unwrap_or_default();
                let others: Vec<FieldProblem> =
                    wrong.into_iter().filter(|problem| !is_unclear(&problem.field)).collect();
                Err(others.into_iter().chain(unclear).collect())
            }
        }
    }
}

/// Whether several entries of a register can be written at once by somebody who may write one.
pub(crate) fn takes_lists(known: KnownRegister<'_>) -> bool {
    !registers::is_own(known.register) && registers::second_of(known.register).is_empty()
}

/// Whether a clause lets somebody write several entries at once.
fn lets_import(actor: &Authorised, known: KnownRegister<'_>) -> Result<(), ImportEntriesError> {
    let somebody = actor.somebody_as(&actor.decides_as);
    if !known.in_force || !registers::may_enter(&known.text.document, known.register, somebody) {
        return Err(Forbidden::because("the clause does not let you write in this register").into());
    }
    let clause = known.clause.title.clone();
    match takes_lists(known) {
        true => Ok(()),
        false if registers::is_own(known.register) => Err(ImportEntriesError::IsOwn { clause }),
        false => Err(ImportEntriesError::NeedsSecond { clause }),
    }
}

/// Which column of a list has which field, by its label or its name, and which says whether an entry holds.
fn columns<'f>(
    known: KnownRegister<'_>,
    table: &CsvTable,
    form: &'f [FormField],
    problems: &mut Vec<ImportProblem>,
) -> (Vec<(usize, &'f FormField)>, Option<usize>) {
    let is_of = |column: &str, field: &FormField| {
        field.label().eq_ignore_ascii_case(column) || field.name.eq_ignore_ascii_case(column)
    };
    let labels = form.iter().map(FormField::label).collect::<Vec<_>>().join(", ");
    let (mut found, mut state): (Vec<(usize, &FormField)>, _) = (Vec::new(), None);
    for (place, column) in table.columns.iter().enumerate() {
        let is_found = |field: &FormField| found.iter().any(|(_, other)| other.name == field.name);
        let field = form.iter().find(|field| is_of(column, field));
        match field {
            Some(field) if !is_found(field) => found.push((place, field)),
            _ if entry_columns::NOT_TYPED.contains(&column.as_str()) => {
                state = Some(place).filter(|_| column == entry_columns::STATE).or(state);
            }
            _ if column == entry_columns::IN_USE && is_count(known, table, place) => {}
            Some(_) => {
                let message = format!("the column ‘{column}’ stands here twice");
                problems.push(table.problem(1, column, message, "take one of them out"));
            }
            None => {
                let message = format!("the register has no field ‘{column}’");
                problems.push(table.problem(1, column, message, format!("take it out, or name it one of {labels}")));
            }
        }
    }
    let is_missing = |field: &&FormField| !found.iter().any(|(_, other)| other.name == field.name);
    for field in form.iter().filter(is_missing).filter(|field| !registers::may_come_later(known.register, field)) {
        let message = format!("the list has no column ‘{}’", field.label());
        let mend = format!("name the columns in the first line: {labels}");
        problems.push(table.problem(1, &field.label(), message, mend));
    }
    (found, state)
}

/// Whether a column of a list says how many are in use as the register's own page does, which follows from two of its fields.
fn is_count(known: KnownRegister<'_>, table: &CsvTable, place: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|(_, row)| row.get(place));
    shown::register(known.register).is_counted && cells.all(|cell| cell.is_empty() || InUse::is_written(cell))
}

/// How a wrong answer is written rightly on a list.
fn mend(known: KnownRegister<'_>, field: &FormField, wrong: &WrongAnswer) -> String {
    if let WrongAnswer::TooManyInUse { limit, .. } = wrong {
        return format!("lower it, or raise ‘{limit}’");
    }
    let written = match &field.kind {
        FieldKind::Choice(options) => format!("write one of {}", options.join(", ")),
        FieldKind::Line(kind) => match kind {
            LineKind::YesNo => "write yes or no",
            LineKind::Number => "write a whole number",
            LineKind::Date => "write the day as 2026-05-12 or 12 May 2026",
            LineKind::Time => "write the time as 14:30",
            LineKind::DateTime => "write the day and the time as 2026-05-12 14:30",
            LineKind::Person => "write a username, or a name that nobody else at the school has",
            LineKind::Pupil => "write a pupil’s username, or a name that no other pupil has",
            LineKind::Pupils => "write pupils’ usernames or names with semicolons between them, or none",
            LineKind::Group => "write the class as it is called in the list of people",
            LineKind::Site => "write the address of the site, such as www.example.org",
            LineKind::NetworkAddress => "write an IP address, such as 10.20.0.7",
            LineKind::Text | LineKind::LongText => "write it in this column",
        }
        .to_owned(),
    };
    if registers::may_come_later(known.register, field) { format!("{written}, or leave it empty") } else { written }
}
