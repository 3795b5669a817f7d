//! Bringing in a list of people: a dry run that shows everything that would happen and everything that is wrong, then
//! all of it or nothing.

use std::collections::{HashMap, HashSet};

use credentials::hash_password;
use domain::{Audience, Person, PersonId, PersonStatus, RoleSet};
use jiff::Timestamp;
use records::{Event, ImportCounts, PersonRecord};
use serde_json::json;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::csv_table::{ImportFile, ImportProblem};
use crate::desk::desk_state::Desk;
use crate::desk::error::{Unavailable, verb_error};
use crate::desk::secrets::sha256;
use crate::desk::stores::LedgerNote;
use crate::known::people_index::{PeopleIndex, PersonLine, line_of};
use crate::people::edit_person::changed;
use crate::people::field_changes::{FieldChange, field_changes};
use crate::people::guarded_people::{Emptied, may_not_hold};
use crate::people::listed_particulars::ParticularsFault;
use crate::people::roster::{self, Format, RosterRow};

/// What an import would do.
#[derive(Debug, Clone)]
pub struct ImportPlan {
    pub format: Format,
    /// Everything that is wrong; while there is anything, nothing is brought in.
    pub problems: Vec<ImportProblem>,
    pub new: Vec<ImportLine>,
    pub changed: Vec<ImportLine>,
    pub unchanged: u64,
    /// People who are here and not on the list. They stay, unless they are to be marked as leavers.
    pub missing: Vec<PersonLine>,
    /// How many people who are here get a leaving date, or another one.
    pub dated: u64,
    /// Names exactly this plan; shown again with the wish to carry it out.
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    pub username: String,
    pub name: String,
    pub audience: Audience,
    /// For somebody known: what changes.
    pub changes: Vec<FieldChange>,
}

#[derive(Debug, Clone)]
pub struct ImportPeople {
    pub files: Vec<ImportFile>,
    /// Of the plan that was shown; `None` at the command line, where the plan is carried out unseen.
    pub digest: Option<String>,
    pub mark_missing_as_leavers: bool,
    /// How many people leave by it, as whoever imports typed it: needed beyond the configuration's `leavers-at-once`.
    pub leavers_confirmed: Option<u64>,
}

verb_error! {
    ImportError {
        #[error("Choose a file.")]
        NoFile => Invalid("files");
        #[error("The list has {} problems, and nothing was brought in. The first: line {}, {}.", .problems.len(),
            .problems[0].line, .problems[0].message)]
        Problems { problems: Vec<ImportProblem> } => Invalid("files");
        #[error(
            "{count} people would be marked as having left or get a new leaving date, more than {limit} at once. Look at \
             who they are, then type the number {count} to go on."
        )]
        ManyLeavers { count: u64, limit: u32 } => Invalid("leavers");
        #[error(
            "These people hold duties that you can't give, so you can't mark them as having left: {names}. Put them on \
             the list, or have somebody above them bring it in."
        )]
        LeaversAbove { names: String } => Invalid("files");
        #[error("{why}")]
        Emptied { why: Emptied } => Invalid("files");
        #[error("The records changed since the dry run. Look at what would happen now, then bring the list in.")]
        Outdated => Conflict;
    }
}

/// What becomes of one row.
struct ImportStep {
    record: PersonRecord,
    fields: Vec<&'static str>,
    new: bool,
    password: Option<String>,
}

/// What an import would do, row by row, and who is missing from it.
type Plan = (ImportPlan, Vec<ImportStep>, Vec<PersonRecord>);

impl Desk {
    /// What an import would do. Nothing is written.
    pub async fn import_dry_run(&self, actor: &Actor, files: &[ImportFile]) -> Result<ImportPlan, ImportError> {
        let actor = self.authorise(actor, Verb::ImportPeople)?;
        let (plan, _, _) = self.plan(&actor, files)?;
        Ok(plan)
    }

    /// Carries an import out, all of it or nothing.
    pub async fn import_people(&self, actor: &Actor, input: ImportPeople) -> Result<ImportCounts, ImportError> {
        let actor = self.authorise(actor, Verb::ImportPeople)?;
        let known = self.known(&actor);
        let (plan, mut steps, missing) = self.sound_plan(&actor, &input.files, input.digest.as_deref())?;
        // Hashing takes long, so it keeps nobody waiting who has something else to change.
        let hashes = self.hash_all(&mut steps).await;
        let (actor, mut change) = self.begin_change(&actor, Verb::ImportPeople).await?;
        let (plan, steps, missing) = if self.known(&actor).is_of_the_same_people(&known) {
            (plan, steps, missing)
        } else {
            self.sound_plan(&actor, &input.files, Some(&plan.digest))?
        };
        let (adding, editing) = (actor.part(Verb::AddPerson)?, actor.part(Verb::EditPerson)?);
        let leaving = actor.part(Verb::MarkLeaver)?;
        let left = if input.mark_missing_as_leavers { missing } else { Vec::new() };
        self.refuse_leavers(&actor, &left, plan.dated, input.leavers_confirmed)?;
        self.refuse_emptying(&actor, &roles_after(&steps, &left)).map_err(|why| ImportError::Emptied { why })?;
        let now = change.at();
        let left: Vec<PersonRecord> = left.into_iter().map(|record| as_left(record, now)).collect();
        let records: Vec<PersonRecord> = steps.iter().map(|step| &step.record).chain(&left).cloned().collect();
        change.save_people(&records).await?;
        change.save_passwords(&passwords(&steps, &hashes)).await?;
        let gone: Vec<PersonId> = left.iter().map(|record| record.person.id).collect();
        self.tell_of_moved_cases(&mut change, &leaving, &records).await?;
        self.tell_of_left_entries(&mut change, &leaving, &gone).await?;
        let back = steps.iter().map(|step| step.record.person.id).filter(|id| known.people_index.has_left(*id));
        self.take_back_left_entries(&mut change, &editing, &back.collect::<Vec<_>>()).await?;
        let mut notes = Vec::new();
        for step in &steps {
            let part = if step.new { &adding } else { &editing };
            let (person, audience) = (step.record.person.id, step.record.person.audience);
            let authority = (&step.record.person).into();
            let event = if step.new {
                Event::AddListedPerson { person, audience, authority }
            } else {
                Event::EditListedPerson { person, changed: step.fields.clone(), audience, authority }
            };
            notes.push(LedgerNote::new(part, event));
        }
        for record in &left {
            change.end_sessions_of(record.person.id).await?;
            notes.push(LedgerNote::new(&leaving, Event::MarkUnlisted { person: record.person.id }));
        }
        notes.extend(self.end_without_consent_of(&mut change, &editing, &records).await?.notes);
        let counts = ImportCounts {
            new: plan.new.len() as u64,
            changed: plan.changed.len() as u64,
            unchanged: plan.unchanged,
            left: left.len() as u64,
        };
        let event = Event::ImportPeople { counts, plan: plan.digest.as_str().into() };
        let kept = change.commit_all(LedgerNote::new(&actor, event), notes).await?;
        self.refresh(&kept.turn).await.map_err(Unavailable::new)?;
        Ok(counts)
    }

    /// Refuses leavers above the actor, and more of them at once than the configuration lets pass unasked. Whoever gets a
    /// leaving date counts: they lose every access by it without anybody being asked again.
    fn refuse_leavers(
        &self,
        actor: &Actor,
        left: &[PersonRecord],
        dated: u64,
        confirmed: Option<u64>,
    ) -> Result<(), ImportError> {
        let above = left.iter().filter(|record| self.refuse_above(actor, &record.person.roles).is_err());
        let names: Vec<&str> = above.map(|record| record.person.name.as_str()).collect();
        if !names.is_empty() {
            return Err(ImportError::LeaversAbove { names: names.join(", ") });
        }
        let (count, limit) = (left.len() as u64 + dated, self.settings().leavers_at_once);
        if count > u64::from(limit) && confirmed != Some(count) {
            return Err(ImportError::ManyLeavers { count, limit });
        }
        Ok(())
    }

    /// A plan without problems, and the one that was looked at where there was a dry run.
    fn sound_plan(&self, actor: &Authorised, files: &[ImportFile], digest: Option<&str>) -> Result<Plan, ImportError> {
        let (plan, steps, missing) = self.plan(actor, files)?;
        if !plan.problems.is_empty() {
            return Err(ImportError::Problems { problems: plan.problems });
        }
        if digest.is_some_and(|digest| digest != plan.digest) {
            return Err(ImportError::Outdated);
        }
        Ok((plan, steps, missing))
    }

    fn plan(&self, actor: &Authorised, files: &[ImportFile]) -> Result<Plan, ImportError> {
        if files.is_empty() {
            return Err(ImportError::NoFile);
        }
        let people_index = self.people_index(actor);
        let mut roster = roster::read(files, &self.roles());
        let ids = self.identify(&roster.rows, &people_index);
        let mut steps = Vec::new();
        let mut unchanged = 0;
        for row in &roster.rows {
            let Some((id, _)) = ids.get(row.username.as_str()) else { continue };
            let step = self.step(actor, row, *id, &ids, &people_index, &mut roster.problems);
            if step.new || !step.fields.is_empty() || step.password.is_some() {
                steps.push(step);
            } else {
                unchanged += 1;
            }
        }
        roster.problems.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
        let listed: HashSet<&str> = roster.rows.iter().map(|row| row.username.as_str()).collect();
        let missing: Vec<PersonRecord> = people_index
            .all_here()
            .filter(|record| !listed.contains(record.person.username.as_str()) && record.person.id != actor.person)
            .cloned()
            .collect();
        let roles = self.roles();
        let line = |step: &ImportStep| {
            let person = &step.record.person;
            let known = people_index.record(person.id);
            ImportLine {
                username: person.username.clone(),
                name: person.name.clone(),
                audience: person.audience,
                changes: known.map_or_else(Vec::new, |known| {
                    field_changes(&step.fields, (&known.person, person), &people_index, &roles)
                }),
            }
        };
        let new: Vec<ImportLine> = steps.iter().filter(|step| step.new).map(line).collect();
        let changed: Vec<ImportLine> = steps.iter().filter(|step| !step.new).map(line).collect();
        let missing_lines: Vec<PersonLine> = missing.iter().map(|record| line_of(&record.person)).collect();
        let dated = steps.iter().filter(|step| gets_leaving_date(step)).count() as u64;
        let digest = digest(files, &new, &changed, &missing_lines);
        let (format, problems) = (roster.format, roster.problems);
        let plan = ImportPlan { format, problems, new, changed, unchanged, missing: missing_lines, dated, digest };
        Ok((plan, steps, missing))
    }

    /// Each row's person, the one whom the records know by the username or a new one, with the row's audience.
    fn identify<'r>(
        &self,
        rows: &'r [RosterRow],
        people_index: &PeopleIndex,
    ) -> HashMap<&'r str, (PersonId, Audience)> {
        let now = self.now();
        rows.iter()
            .map(|row| {
                let known = people_index.named(&row.username).map(|record| record.person.id);
                (row.username.as_str(), (known.unwrap_or_else(|| self.new_id(now)), row.audience))
            })
            .collect()
    }

    fn step(
        &self,
        actor: &Actor,
        row: &RosterRow,
        id: PersonId,
        ids: &HashMap<&str, (PersonId, Audience)>,
        people_index: &PeopleIndex,
        problems: &mut Vec<ImportProblem>,
    ) -> ImportStep {
        let known = people_index.record(id);
        let mut problem = |column: &str, message: String, mend: &str| {
            let (file, column, mend) = (row.file.clone(), column.to_owned(), mend.to_owned());
            problems.push(ImportProblem { file, line: row.line, column, message, mend });
        };
        let mut children = Vec::new();
        for child in &row.children {
            let mend = "write the pupil's username, several parted by ';'";
            let on_record = || people_index.named(child).map(|record| (record.person.id, record.person.audience));
            match ids.get(child.as_str()).copied().or_else(on_record) {
                Some((child, Audience::Pupil | Audience::ExPupil)) => children.push(child),
                Some((_, audience)) => {
                    let part = domain::lower_first(audience.title());
                    problem("children", format!("'{child}' is no pupil but belongs to: {part}"), mend);
                }
                None => {
                    problem(
                        "children",
                        format!("nobody on the list or in the records has the username '{child}'"),
                        mend,
                    );
                }
            }
        }
        children.sort();
        children.dedup();
        let mut faults = Vec::new();
        let kept = known.map(|record| record.person.particulars.clone()).unwrap_or_default();
        let find = |username: &str| {
            let listed = ids.get(username).map(|(id, _)| (*id, PersonStatus::Here));
            let on_record = || people_index.named(username).map(|record| (record.person.id, record.person.status));
            listed.or_else(on_record)
        };
        let particulars = row.particulars.over(&kept, id, self.today(), find, &mut faults);
        faults.extend(self.why_not_set(actor, id, &kept, &particulars));
        // A list that still has somebody whose last day is over does not bring them back.
        let gone = known.filter(|known| {
            let over = particulars.leaving_date.is_some_and(|day| day < self.today());
            known.person.status == PersonStatus::Left && over
        });
        for ParticularsFault { column, message, mend } in faults {
            problem(column, message, mend);
        }
        let before = known.map_or_else(RoleSet::new, |record| record.person.roles.clone());
        let roles = row.roles.clone().unwrap_or(before);
        let record = PersonRecord {
            person: Person {
                id,
                username: row.username.clone(),
                name: row.name.clone(),
                mail: row.mail.clone(),
                audience: row.audience,
                groups: row.groups.clone(),
                roles,
                children,
                status: gone.map_or(PersonStatus::Here, |record| record.person.status),
                particulars,
            },
            joined_at: known.map_or_else(|| self.now(), |record| record.joined_at),
            left_at: gone.and_then(|record| record.left_at),
            parents_asked: known.map(|record| record.parents_asked.clone()).unwrap_or_default(),
        };
        let fields = known.map(|known| changed(&known.person, &record.person)).unwrap_or_default();
        self.check_roles(actor, known, &record.person, &fields, &mut problem);
        if id == actor.person {
            check_own(&fields, &mut problem);
        }
        if row.password.is_some()
            && known.is_none()
            && row.audience != Audience::Pupil
            && !self.may(actor, Verb::EditRoles)
        {
            let message = "the passwords of others than pupils are set by those who give roles".to_owned();
            problem("password", message, "leave it empty and send an invitation");
        }
        if let Some(password) = &row.password {
            for fault in self.password_faults(people_index, &record.person, password) {
                problem("password", fault.message, "choose another, or leave it empty and send an invitation");
            }
        }
        // A known person keeps the password that they have chosen since.
        let password = row.password.clone().filter(|_| known.is_none());
        ImportStep { record, fields, new: known.is_none(), password }
    }

    /// Names a role that its person may not hold, roles that the actor may not give, and a change to somebody above them.
    fn check_roles(
        &self,
        actor: &Actor,
        known: Option<&PersonRecord>,
        person: &Person,
        fields: &[&'static str],
        problem: &mut impl FnMut(&str, String, &str),
    ) {
        let fresh = |role: &domain::Role| {
            known.is_none_or(|known| known.person.audience != person.audience || !known.person.roles.contains(*role))
        };
        let roles: RoleSet = person.roles.iter().filter(fresh).collect();
        if let Some(why) = may_not_hold(&self.roles(), &roles, person.audience) {
            problem("roles", why.to_string(), "take the role out, or mend the person's audience");
        }
        let before = known.map_or_else(RoleSet::new, |known| known.person.roles.clone());
        let was_here = known.is_none_or(|known| known.person.status == PersonStatus::Here);
        let comes_back = !was_here && person.status == PersonStatus::Here && !person.roles.is_empty();
        if (before != person.roles || comes_back) && !self.may(actor, Verb::EditRoles) {
            let mend = "leave their roles as they are, or have somebody who gives roles bring the list in";
            problem("roles", "roles are given and taken away by those who give roles".to_owned(), mend);
        }
        let is_change = known.is_none() || fields.iter().any(|field| *field != "name");
        let held: RoleSet = before.iter().chain(person.roles.iter()).collect();
        if is_change
            && person.id != actor.person
            && let Err(refused) = self.refuse_above(actor, &held)
        {
            let mend = "leave this person as they are, or have somebody who can give those duties bring the list in";
            problem("roles", refused.who, mend);
        }
    }

    /// Hashes the new people's passwords, on every core; by username.
    async fn hash_all(&self, steps: &mut [ImportStep]) -> HashMap<String, String> {
        let cost = self.settings().password_hash;
        let work: Vec<(String, String, [u8; 16])> = steps
            .iter_mut()
            .filter_map(|step| Some((step.record.person.username.clone(), step.password.take()?, self.salt())))
            .collect();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut tasks = tokio::task::JoinSet::new();
        for chunk in work.chunks(work.len().div_ceil(cores).max(1)) {
            let chunk = chunk.to_vec();
            tasks.spawn_blocking(move || {
                chunk
                    .into_iter()
                    .map(|(username, password, salt)| (username, hash_password(cost, &password, salt)))
                    .collect::<Vec<_>>()
            });
        }
        tasks.join_all().await.into_iter().flatten().collect()
    }
}

/// Names what somebody would change of their own beyond name and mail: it settles what they may do and whom they answer
/// for. What is kept of them beyond that is looked at by [`Desk::why_not_set`].
fn check_own(fields: &[&'static str], problem: &mut impl FnMut(&str, String, &str)) {
    for field in fields.iter().filter(|field| ["audience", "groups", "roles", "children"].contains(field)) {
        let message = format!("nobody changes their own {field}");
        problem(field, message, "leave it as it is, or have somebody else bring this line in");
    }
}

/// The hash of each new person's password.
fn passwords(steps: &[ImportStep], hashes: &HashMap<String, String>) -> Vec<(PersonId, String)> {
    let hash = |step: &ImportStep| Some((step.record.person.id, hashes.get(&step.record.person.username)?.clone()));
    steps.iter().filter(|step| step.new).filter_map(hash).collect()
}

/// Whether somebody on record will leave by a date that the list brings.
fn gets_leaving_date(step: &ImportStep) -> bool {
    let is_set = step.record.person.particulars.leaving_date.is_some();
    is_set && step.fields.contains(&"leaving date")
}

fn as_left(mut record: PersonRecord, at: Timestamp) -> PersonRecord {
    (record.person.status, record.left_at) = (PersonStatus::Left, Some(at));
    record
}

/// The roles that everybody whom an import changes would hold; none for leavers.
fn roles_after(steps: &[ImportStep], left: &[PersonRecord]) -> HashMap<PersonId, RoleSet> {
    let stay = steps.iter().map(|step| (step.record.person.id, step.record.person.roles.clone()));
    stay.chain(left.iter().map(|record| (record.person.id, RoleSet::new()))).collect()
}

fn digest(files: &[ImportFile], new: &[ImportLine], changed: &[ImportLine], missing: &[PersonLine]) -> String {
    let files: Vec<String> = files.iter().map(|file| sha256(&file.bytes)).collect();
    let names = |lines: &[ImportLine]| -> Vec<String> {
        let fields = |line: &ImportLine| line.changes.iter().map(|change| change.field).collect::<Vec<_>>().join(",");
        lines.iter().map(|line| format!("{} {}", line.username, fields(line))).collect()
    };
    let missing: Vec<&str> = missing.iter().map(|line| line.username.as_str()).collect();
    let all = json!({ "files": files, "new": names(new), "changed": names(changed), "missing": missing });
    sha256(records::canonical_json(&all).as_bytes())
}
