//! How far the signing has come, who is missing, and whom to remind.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{Audience, Duty, PersonId, PolicyId, Version};
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use policy::rules::signing;
use records::{Event, ReminderRecord};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::notices::Urgency;
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::task::TaskKind;
use crate::known::people_index::{PersonLine, line_of};
use crate::known::published_policies::Text;
use crate::known::signing_tasks::SigningTask;

/// How one audience stands with one policy.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ProgressLine {
    pub policy: PolicyId,
    pub title: String,
    pub version: Version,
    pub audience: Audience,
    /// People of whom it is asked.
    pub asked: u64,
    /// Those of whom nothing is missing.
    pub signed: u64,
    /// Those who said that they can't agree and still owe it.
    pub declined: u64,
    /// Those of whom only a parent's signature is missing.
    pub awaiting_parent: u64,
    /// Of these, those who have no parent on record.
    pub no_parent: u64,
}

#[derive(Debug, Clone, Default)]
pub struct UnsignedQuery {
    pub policy: Option<PolicyId>,
    pub audience: Option<Audience>,
    pub list: ListQuery,
}

/// Somebody who owes a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedLine {
    pub person: PersonLine,
    pub owed: SigningTask,
    pub parents: Vec<PersonLine>,
}

/// Somebody who is to be told that a signature is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderLine {
    /// Whose signature is missing: the person, or a parent.
    pub person: PersonLine,
    /// For whom.
    pub binds: PersonLine,
    pub mail: Option<String>,
    pub policy: PolicyId,
    pub title: String,
    pub version: Version,
    /// 0 is the first notice; 1, 2 and 3 are the reminders.
    pub number: u8,
    pub due_on: Date,
}

verb_error! {
    RemindersError {
        #[error("There is nobody to remind of this policy today.")]
        NothingDue => Conflict;
    }
}

impl Desk {
    /// How far the signing has come, by policy and audience.
    pub async fn signing_progress(&self, actor: &Actor) -> Result<Vec<ProgressLine>, ReadError> {
        let actor = self.authorise(actor, Verb::SigningProgress)?;
        let owes = self.owes_followed(&actor);
        let declined = self.declined(&actor).await?;
        let owed: HashMap<(PersonId, &PolicyId), &SigningTask> =
            owes.iter().map(|(person, owed)| ((*person, &owed.policy), owed)).collect();
        let (published_policies, people_index) = (self.published_policies(), self.people_index(&actor));
        let mut lines: BTreeMap<(PolicyId, Audience), ProgressLine> = BTreeMap::new();
        for text in published_policies.currents().filter(|text| self.follows_signing(&actor, text)) {
            for record in people_index.all_here() {
                let person = &record.person;
                if signing::agreements(&text.document, person.into()).is_empty() {
                    continue;
                }
                let line = lines.entry((text.record.policy.clone(), person.audience)).or_insert(ProgressLine {
                    policy: text.record.policy.clone(),
                    title: text.document.title.clone(),
                    version: text.version(),
                    audience: person.audience,
                    asked: 0,
                    signed: 0,
                    declined: 0,
                    awaiting_parent: 0,
                    no_parent: 0,
                });
                line.asked += 1;
                match owed.get(&(person.id, &text.record.policy)) {
                    None => line.signed += 1,
                    Some(owed) => {
                        line.declined += u64::from(declined.contains(&(person.id, text.record.policy.clone())));
                        line.awaiting_parent += u64::from(owed.by_parent && !owed.by_self);
                        line.no_parent += u64::from(owed.no_parent_on_record);
                    }
                }
            }
        }
        Ok(lines.into_values().collect())
    }

    /// What is owed of the policies whose signing the actor follows.
    fn owes_followed(&self, actor: &Authorised) -> Vec<(PersonId, SigningTask)> {
        let published_policies = self.published_policies();
        let followed = published_policies.currents().filter(|text| self.follows_signing(actor, text));
        let followed: HashSet<&PolicyId> = followed.map(|text| &text.record.policy).collect();
        self.owes(actor).into_iter().filter(|(_, owed)| followed.contains(&owed.policy)).collect()
    }

    /// Whether the actor follows the signing of a policy: it is their duty, or they own or approve the policy.
    fn follows_signing(&self, actor: &Actor, text: &Text) -> bool {
        let document = &text.document;
        self.carries(actor, Duty::FollowSigning)
            || actor.holds(document.owner)
            || actor.holds_any(&document.approved_by)
    }

    /// Whether the actor may note that people were reminded of a policy: it is their duty, or they own the policy.
    pub fn may_note_reminders(&self, actor: &Actor, policy: &PolicyId) -> bool {
        let published_policies = self.published_policies();
        let owns = |text: &Text| actor.holds(text.document.owner);
        self.carries(actor, Duty::FollowSigning) || published_policies.current(policy).is_some_and(owns)
    }

    /// Who said of which policies that they can't agree to the version in force.
    async fn declined(&self, actor: &Authorised) -> Result<HashSet<(PersonId, PolicyId)>, records::Error> {
        let published_policies = self.published_policies();
        let mut reading = self.stores().read(actor).await?;
        let mut declined = HashSet::new();
        for text in published_policies.currents() {
            let policy = &text.record.policy;
            let declines = reading.declines_of(policy, text.version()).await?;
            declined.extend(declines.iter().map(|decline| (decline.binds, policy.clone())));
        }
        Ok(declined)
    }

    /// Who owes a signature, by name.
    pub async fn unsigned_people(&self, actor: &Actor, query: UnsignedQuery) -> Result<Paged<UnsignedLine>, ReadError> {
        let actor = self.authorise(actor, Verb::SigningProgress)?;
        let people_index = self.people_index(&actor);
        let owes = self.owes_followed(&actor);
        let lines = owes
            .into_iter()
            .filter(|(_, owed)| query.policy.as_ref().is_none_or(|policy| *policy == owed.policy))
            .map(|(person, owed)| UnsignedLine {
                person: people_index.line(person),
                owed,
                parents: people_index.parents_of(person).map(line_of).collect(),
            })
            .filter(|line| query.audience.is_none_or(|audience| audience == line.person.audience))
            .filter(|line| {
                let groups = line.person.groups.iter().map(|group| group.0.as_str());
                query.list.matches([line.person.name.as_str(), line.owed.title.as_str()].into_iter().chain(groups))
            })
            .collect();
        Ok(Paged::of(lines, &query.list))
    }

    /// Whom to tell today: the first notice when a signature falls due, three reminders after one, two and three times
    /// the interval, never on a weekend, none to leavers. Each is listed until it is noted as given.
    pub async fn reminders_due(&self, actor: &Actor) -> Result<Vec<ReminderLine>, ReadError> {
        let actor = self.authorise(actor, Verb::SigningProgress)?;
        Ok(self.due_reminders(&actor).await?)
    }

    async fn due_reminders(&self, actor: &Authorised) -> Result<Vec<ReminderLine>, records::Error> {
        let (people_index, today) = (self.people_index(actor), self.today());
        if is_weekend(today) {
            return Ok(Vec::new());
        }
        let owes = self.owes_followed(actor);
        let mut given: HashMap<(PersonId, PolicyId, Version), Vec<ReminderRecord>> = HashMap::new();
        let owed: BTreeSet<(&PolicyId, Version)> = owes.iter().map(|(_, owed)| (&owed.policy, owed.version)).collect();
        let mut reading = self.stores().read(actor).await?;
        for (policy, version) in owed {
            for reminder in reading.reminders_of(policy, version).await? {
                given.entry((reminder.person, policy.clone(), version)).or_default().push(reminder);
            }
        }
        drop(reading);
        let mut lines = Vec::new();
        let mut told = HashSet::new();
        for (binds, owed) in owes {
            for signer in self.signers(actor, binds, &owed) {
                // One grouped mail: a parent of three is told once of one policy.
                if !told.insert((signer, owed.policy.clone())) {
                    continue;
                }
                let known = given.get(&(signer, owed.policy.clone(), owed.version));
                // A signature that lapsed begins a new round: what was given before it fell due does not count.
                let next = known.map_or(0, |known| known.iter().filter(|one| one.at >= owed.since).count());
                let Some(due_on) = self.reminder_date(owed.since, next) else { continue };
                if due_on <= today {
                    lines.push(ReminderLine {
                        person: people_index.line(signer),
                        binds: people_index.line(binds),
                        mail: people_index.person(signer).and_then(|person| person.mail.clone()),
                        policy: owed.policy.clone(),
                        title: owed.title.clone(),
                        version: owed.version,
                        number: u8::try_from(next).unwrap_or(u8::MAX),
                        due_on,
                    });
                }
            }
        }
        Ok(lines)
    }

    /// Tells all whom today's list names for a policy, and notes that they were told. Mail reaches those of them who have an
    /// address.
    pub async fn reminders_given(&self, actor: &Actor, policy: &PolicyId) -> Result<u64, RemindersError> {
        let (actor, mut change) = self.begin_change(actor, Verb::RemindersGiven).await?;
        if !self.may_note_reminders(&actor, policy) {
            return Err(Forbidden::because("it is for those who follow signing, and the owner of the policy").into());
        }
        let lines: Vec<_> =
            self.due_reminders(&actor).await?.into_iter().filter(|line| line.policy == *policy).collect();
        if lines.is_empty() {
            return Err(RemindersError::NothingDue);
        }
        let now = change.at();
        for line in &lines {
            let reminder = ReminderRecord {
                person: line.person.id,
                policy: line.policy.clone(),
                version: line.version,
                number: line.number,
                at: now,
                given_by: actor.person,
            };
            change.add_reminder(&reminder).await?;
        }
        if let Some(text) = self.published_policies().current(policy) {
            let people: Vec<PersonId> = lines.iter().map(|line| line.person.id).collect();
            let task = TaskKind::Sign { policy: policy.clone(), version: text.record.id, for_child: None };
            self.tell(&mut change, &people, task.told(), Urgency::Ordinary).await?;
        }
        let people = lines.len() as u64;
        change.commit(&actor, Event::RemindersGiven { policy: policy.into(), people }).await?;
        Ok(people)
    }

    /// The day of the notice or reminder with this number, moved from a weekend to the Monday after; `None` after the
    /// third.
    fn reminder_date(&self, since: Timestamp, number: usize) -> Option<Date> {
        if number > 3 {
            return None;
        }
        let days = i64::from(self.settings().reminder_days.get()) * i64::try_from(number).ok()?;
        let day = since.to_zoned(self.time_zone().clone()).date().saturating_add(days.days());
        Some(match day.weekday() {
            Weekday::Saturday => day.saturating_add(2.days()),
            Weekday::Sunday => day.saturating_add(1.days()),
            _ => day,
        })
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}
