//! What changed is told to the gate before the verb answers: what is known of those whom it concerns is made anew from the
//! records, and everything else is shared with what was known before.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use domain::{
    Case, CaseId, ClosedSite, GrantId, Host, Particulars, Person, PersonId, Recipient, RegisterId, Request, Sanction,
};
use feed::{Changed, Directory, Feed};
use jiff::Timestamp;
use policy::Rules;
use policy::rules::registers::{self, devices, upkeep};
use policy::rules::standing::live_grant;
use records::{
    AgreementRecord, AwaitedReceipt, CaseRecord, CasesOf, EntryRecord, OpenAt, PersonRecord, Reading, ReceiptsOf,
    Session,
};

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, OpenError};
use crate::desk::due::Due;
use crate::desk::reminders::first_reminder;
use crate::desk::standings::{member, next_change};
use crate::desk::turn::Turn;
use crate::known::everything::Known;
use crate::known::grants::{Grants, may_rest};
use crate::known::listed_devices::ListedDevices;
use crate::known::open_signing::OpenSigning;
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::PublishedPolicies;
use crate::known::sessions::Sessions;
use crate::known::signing_tasks::{Signatures, SigningTasks};
use crate::known::standing_answers::StandingAnswers;
use crate::known::waiting::{Matter, Waiting, WhoseBy, may_be_theirs};

/// What the records hold of one person.
pub(crate) struct PersonStored {
    pub record: PersonRecord,
    pub signatures: Vec<AgreementRecord>,
    pub sanctions: Vec<Sanction>,
    pub sessions: Vec<Session>,
    pub password: Option<String>,
}

impl PersonStored {
    /// What the records hold of these people: as many statements for a year group as for one of it.
    async fn of(reading: &mut Reading, people: &[PersonId]) -> Result<Vec<PersonStored>, records::Error> {
        let records = reading.people_of(people).await?;
        let mut stored = StoredBeside {
            signatures: Signatures::new(reading.agreements_binding_any(people).await?),
            sanctions: by_person(reading.open_sanctions_of(people).await?, |sanction| sanction.person),
            sessions: by_person(reading.open_sessions_of(people).await?, |session| session.person),
            passwords: reading.password_hashes_of(people).await?,
        };
        Ok(records.into_iter().map(|record| stored.beside(record)).collect())
    }
}

/// What the records hold of people beside their own records.
struct StoredBeside {
    signatures: Signatures,
    sanctions: HashMap<PersonId, Vec<Sanction>>,
    sessions: HashMap<PersonId, Vec<Session>>,
    passwords: HashMap<PersonId, String>,
}

impl StoredBeside {
    fn beside(&mut self, record: PersonRecord) -> PersonStored {
        let id = record.person.id;
        PersonStored {
            record,
            signatures: self.signatures.take(id),
            sanctions: self.sanctions.remove(&id).unwrap_or_default(),
            sessions: self.sessions.remove(&id).unwrap_or_default(),
            password: self.passwords.remove(&id),
        }
    }
}

impl Desk {
    /// Makes everything anew from the records: when the desk opens, when many people or a policy changed, and when the
    /// records were changed by another program.
    pub(crate) async fn refresh(&self, turn: &Turn) -> Result<(), OpenError> {
        let mut queue = Vec::new();
        let rebuilt = self.rebuilt(&mut queue).await;
        if rebuilt.is_err() {
            self.mark_stale();
        }
        let known = rebuilt?;
        let mut due = self.due();
        due.clear();
        queue.into_iter().for_each(|(at, what)| due.add(at, what));
        drop(due);
        self.swap(turn, known, Changed::everything());
        Ok(())
    }

    /// Makes anew what is known of these people.
    pub(crate) async fn refresh_people(&self, turn: &Turn, people: &[PersonId]) -> Result<(), records::Error> {
        self.stale_unless_done(self.publish_people(turn, people).await)
    }

    /// Makes anew what is known of these grants, and of those for whom they are.
    pub(crate) async fn refresh_grants(&self, turn: &Turn, grants: &[GrantId]) -> Result<(), records::Error> {
        if grants.is_empty() {
            return Ok(());
        }
        self.stale_unless_done(self.publish_grants(turn, grants).await)
    }

    /// Makes anew what is known of requests and cases that somebody made or did something with.
    pub(crate) async fn refresh_waiting(&self, turn: &Turn, what: &[Matter]) -> Result<(), records::Error> {
        self.stale_unless_done(self.publish_waiting(turn, what).await)
    }

    /// Makes anew what is known of sites that were closed by reports or opened again.
    pub(crate) async fn refresh_sites(&self, turn: &Turn, hosts: &[Host]) -> Result<(), records::Error> {
        if hosts.is_empty() {
            return Ok(());
        }
        self.stale_unless_done(self.publish_sites(turn, hosts).await)
    }

    async fn publish_sites(&self, turn: &Turn, hosts: &[Host]) -> Result<(), records::Error> {
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await?;
        let mut known = Known::clone(&self.memory());
        let mut directory = Directory::clone(&known.feed.directory);
        for host in hosts {
            let closings = reading.closings_of(host).await?;
            directory.set_closed(host.clone(), closings.into_iter().map(|closing| closing.site).collect());
        }
        drop(reading);
        known.feed = Arc::new(Feed { rules: known.feed.rules.clone(), directory: Arc::new(directory) });
        self.swap(turn, known, Changed { sites: hosts.iter().cloned().collect(), ..Changed::default() });
        Ok(())
    }

    /// Makes anew what is known of consents that are asked once, about these people.
    pub(crate) async fn refresh_standing_answers(
        &self,
        turn: &Turn,
        people: &[PersonId],
    ) -> Result<(), records::Error> {
        self.stale_unless_done(self.publish_standing_answers(turn, people).await)
    }

    async fn publish_standing_answers(&self, turn: &Turn, people: &[PersonId]) -> Result<(), records::Error> {
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await?;
        let mut known = Known::clone(&self.memory());
        for person in people {
            known.standing_answers.put(*person, reading.standing_answers_about(*person).await?);
        }
        drop(reading);
        self.swap(turn, known, Changed::default());
        Ok(())
    }

    /// What was kept and could not be told to the gate is told at the next tick.
    fn stale_unless_done(&self, done: Result<(), records::Error>) -> Result<(), records::Error> {
        if done.is_err() {
            self.mark_stale();
        }
        done
    }

    async fn publish_people(&self, turn: &Turn, people: &[PersonId]) -> Result<(), records::Error> {
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await?;
        let mut kept = PersonStored::of(&mut reading, people).await?;
        let mut known = Known::clone(&self.memory());
        let mut relations = relations_concerned(&known.people_index, &kept);
        for person in people {
            relations.remove(person);
        }
        kept.extend(PersonStored::of(&mut reading, &relations.into_iter().collect::<Vec<_>>()).await?);
        drop(reading);
        let mut people_index = PeopleIndex::clone(&known.people_index);
        kept.iter().for_each(|kept| people_index.put(kept.record.clone()));
        let before = std::mem::replace(&mut known.people_index, Arc::new(people_index));
        for changed in kept.iter().map(|kept| &kept.record.person) {
            self.put_waiting_of(&mut known, &before, changed);
        }
        let mut directory = Directory::clone(&known.feed.directory);
        let (mut changed, mut queue) = (Changed::default(), Vec::new());
        for kept in kept {
            changed.join(self.put(&mut known, &mut directory, kept, &mut queue));
        }
        known.feed = Arc::new(Feed { rules: known.feed.rules.clone(), directory: Arc::new(directory) });
        let mut due = self.due();
        queue.into_iter().for_each(|(at, what)| due.add(at, what));
        drop(due);
        self.swap(turn, known, changed);
        Ok(())
    }

    /// Puts in anew what waits and names a person, or was or is theirs, where they have changed.
    fn put_waiting_of(&self, known: &mut Known, before: &PeopleIndex, after: &Person) {
        let before = before.person(after.id).map(|person| (before, person));
        if before.is_some_and(|(_, person)| person == after) {
            return;
        }
        let mut whose = BTreeSet::new();
        for (people_index, person) in before.into_iter().chain([(&*known.people_index, after)]) {
            whose.extend(may_be_theirs(people_index, person, &person.roles));
        }
        let (published_policies, people_index) = (known.published_policies.clone(), known.people_index.clone());
        let by = self.whose_by(&published_policies, &people_index);
        known.waiting.person_changed(after.id, whose, by);
    }

    fn whose_by<'a>(&'a self, published_policies: &'a PublishedPolicies, people_index: &'a PeopleIndex) -> WhoseBy<'a> {
        WhoseBy { published_policies, people_index, timetable: self.timetable(), now: self.now() }
    }

    async fn publish_waiting(&self, turn: &Turn, what: &[Matter]) -> Result<(), records::Error> {
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await?;
        let mut known = Known::clone(&self.memory());
        let (published_policies, people_index) = (known.published_policies.clone(), known.people_index.clone());
        let by = self.whose_by(&published_policies, &people_index);
        let (mut directory, mut changed) = (Directory::clone(&known.feed.directory), Changed::default());
        for matter in what {
            match *matter {
                Matter::Request(id) => {
                    let record = reading.request(id).await?;
                    record.into_iter().for_each(|record| known.waiting.put_request(record, by));
                }
                Matter::Case(id) => {
                    let awaited = reading.awaited_receipts(ReceiptsOf::Case(id)).await?;
                    let record = reading.case(id).await?;
                    if let Some(record) = record {
                        known.waiting.put_case(record.case, awaited, by);
                    }
                }
                Matter::Entry(id) => {
                    let record = reading.register_entry(id).await?;
                    if let Some(record) = record {
                        changed.devices.extend(self.put_entry(&mut known, &mut directory, &record, by));
                    }
                }
            }
        }
        drop(reading);
        // Most entries list no device, and then there is nothing to tell the gate.
        if !changed.is_empty() {
            known.feed = Arc::new(Feed { rules: known.feed.rules.clone(), directory: Arc::new(directory) });
        }
        self.swap(turn, known, changed);
        Ok(())
    }

    /// Puts an entry in, and has it looked at when its day comes. Hands back the addresses of devices about which the gate
    /// has to know.
    fn put_entry(
        &self,
        known: &mut Known,
        directory: &mut Directory,
        record: &EntryRecord,
        by: WhoseBy<'_>,
    ) -> BTreeSet<IpAddr> {
        if let Some(at) = known.waiting.put_entry(record, by) {
            self.due().add(at, Due::Entry(record.entry.id));
        }
        known.listed_devices.put(directory, record, by.published_policies, by.now)
    }

    async fn publish_grants(&self, turn: &Turn, grants: &[GrantId]) -> Result<(), records::Error> {
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await?;
        let mut known = Known::clone(&self.memory());
        let now = self.now();
        let (mut concerned, mut devices) = (BTreeSet::new(), BTreeSet::new());
        let mut directory = Directory::clone(&known.feed.directory);
        for grant in grants {
            let Some(record) = reading.grant(*grant).await? else { continue };
            match &record.grant.recipient {
                Recipient::Person(person) => concerned.extend([*person]),
                Recipient::Group(group) => concerned.extend(known.people_index.members_of(group)),
                Recipient::Audience(audience) => {
                    concerned.extend(known.people_index.of_audience(*audience).map(|person| person.id));
                }
                Recipient::Everyone => concerned.extend(known.people_index.all_here().map(|record| record.person.id)),
            }
            let rests = may_rest(&record.grant, &known.published_policies);
            let request = if rests { reading.request(record.grant.request).await? } else { None };
            known.grants.put(record, request.as_ref(), now);
            if let Some(entry) = reading.entry_of_grant(*grant).await? {
                let (published_policies, people_index) = (known.published_policies.clone(), known.people_index.clone());
                let by = self.whose_by(&published_policies, &people_index);
                devices.extend(self.put_entry(&mut known, &mut directory, &entry, by));
            }
        }
        drop(reading);
        for id in &concerned {
            let person = known.people_index.here(*id);
            if let Some((person, member)) = person.zip(directory.member(*id)) {
                let mut member = member.clone();
                member.standing.grants = known.grants.of(person).filter_map(|grant| live_grant(grant, now)).collect();
                directory.insert(*id, &person.username, member);
            }
        }
        known.feed = Arc::new(Feed { rules: known.feed.rules.clone(), directory: Arc::new(directory) });
        self.swap(turn, known, Changed { people: concerned, devices, ..Changed::default() });
        Ok(())
    }

    /// What of the things known is otherwise than the records hold it, in words; `None` where all is in step. What is due
    /// is not in step until the next tick.
    pub async fn out_of_step(&self) -> Result<Option<&'static str>, OpenError> {
        let _turn = self.turn().await;
        Ok(self.memory().differs(&self.rebuilt(&mut Vec::new()).await?))
    }

    /// What the records hold now, made from nothing.
    async fn rebuilt(&self, queue: &mut Vec<(Timestamp, Due)>) -> Result<Known, OpenError> {
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await?;
        let before = self.memory();
        let versions = reading.published_versions().await?;
        let roles = reading.roles().await?;
        // The roles are what the texts are read by.
        let same = roles.to_toml() == before.roles.to_toml() && before.published_policies.are(&versions);
        let (roles, published_policies) = if same {
            (before.roles.clone(), before.published_policies.clone())
        } else {
            (roles.clone(), Arc::new(PublishedPolicies::new(versions, &roles)?))
        };
        let everybody = reading.everybody().await?;
        let mut stored = StoredBeside {
            signatures: Signatures::new(reading.agreements().await?),
            sanctions: by_person(reading.open_sanctions().await?, |sanction| sanction.person),
            sessions: by_person(reading.open_sessions().await?, |session| session.person),
            passwords: reading.password_hashes().await?,
        };
        let open_grants = reading.open_grants().await?;
        let resting = open_grants.iter().map(|record| &record.grant);
        let resting = resting.filter(|grant| may_rest(grant, &published_policies)).map(|grant| grant.request);
        let grants_of = reading.requests(&resting.collect::<Vec<_>>()).await?;
        let grants = Grants::new(open_grants, &grants_of, self.now());
        // A policy that was published in other words, or people who were changed elsewhere, may have taken consents away.
        let rested_on = published_policies.currents().filter(|text| !grants.resting_in(&text.record.policy).is_empty());
        queue.extend(rested_on.map(|text| (self.now(), Due::Consents(text.record.id))));
        let standing_answers = StandingAnswers::new(reading.standing_answers().await?);
        let cases = reading.cases(CasesOf::Open).await?;
        let first_of_case =
            |case: &Case| first_reminder(self.case_reminders(&published_policies, case), Due::Case(case.id));
        queue.extend(cases.iter().filter_map(|record| first_of_case(&record.case)));
        let mut awaited: HashMap<CaseId, Vec<AwaitedReceipt>> = HashMap::new();
        for receipt in reading.awaited_receipts(ReceiptsOf::All).await? {
            let due = self.receipt_due(receipt.at);
            queue.extend(self.is_still_known(due).then_some((due, Due::Receipt(receipt.export))));
            awaited.entry(receipt.case).or_default().push(receipt);
        }
        let closed_cases = reading.cases(CasesOf::ClosedAwaitingReceipt).await?;
        let waiting = reading.waiting_requests().await?;
        let first_of_request =
            |request: &Request| first_reminder(self.request_reminders(request), Due::Request(request.id));
        queue.extend(waiting.iter().filter_map(|record| first_of_request(&record.request)));
        let mut entries = Vec::new();
        for kept in published_policies.registers().chain(published_policies.gone_registers()) {
            if upkeep::is_kept_up(kept.register) || devices::is_binding(kept.register) {
                let open = OpenAt { at: self.now(), outlast_grants: registers::comes_back(kept.register) };
                entries.extend(reading.open_entries(kept.id(), open).await?);
            }
        }
        let mut closed: HashMap<Host, Vec<ClosedSite>> = HashMap::new();
        for closing in reading.closings().await? {
            closed.entry(closing.site.host.clone()).or_default().push(closing.site);
        }
        let checked: HashMap<RegisterId, Timestamp> = reading.last_register_checks().await?.into_iter().collect();
        drop(reading);
        queue.extend(self.checks_due(&published_policies, &checked).into_iter().map(|(at, of)| (at, Due::Check(of))));
        let rules = if Arc::ptr_eq(&published_policies, &before.published_policies) {
            before.feed.rules.clone()
        } else {
            Arc::new(Rules::compile(&published_policies.published(), self.facts()))
        };
        let reviews = published_policies.currents().filter_map(|text| {
            let at = self.review_told_at(&published_policies, text)?;
            Some((at, Due::Review(text.record.id)))
        });
        queue.extend(reviews);
        let feed = Arc::new(Feed { rules, directory: before.feed.directory.clone() });
        let people_index = Arc::new(PeopleIndex::new(everybody.clone()));
        let mut known = Known {
            roles,
            published_policies,
            people_index,
            grants,
            sessions: Sessions::default(),
            open_signing: OpenSigning::default(),
            waiting: Waiting::default(),
            standing_answers,
            listed_devices: ListedDevices::default(),
            feed,
        };
        let by = self.whose_by(&known.published_policies, &known.people_index);
        waiting.into_iter().for_each(|record| known.waiting.put_request(record, by));
        for CaseRecord { case, .. } in cases.into_iter().chain(closed_cases) {
            let awaited = awaited.remove(&case.id).unwrap_or_default();
            known.waiting.put_case(case, awaited, by);
        }
        let mut directory = Directory::default();
        closed.into_iter().for_each(|(host, closed)| directory.set_closed(host, closed));
        for record in &entries {
            let reminded_at = known.waiting.put_entry(record, by);
            queue.extend(reminded_at.map(|at| (at, Due::Entry(record.entry.id))));
            known.listed_devices.put(&mut directory, record, by.published_policies, by.now);
        }
        for record in everybody {
            self.put(&mut known, &mut directory, stored.beside(record), queue);
        }
        known.feed = Arc::new(Feed { rules: known.feed.rules.clone(), directory: Arc::new(directory) });
        Ok(known)
    }

    /// Puts what the records hold of one person into what is known. The person is in the index already.
    fn put(
        &self,
        known: &mut Known,
        directory: &mut Directory,
        kept: PersonStored,
        queue: &mut Vec<(Timestamp, Due)>,
    ) -> Changed {
        let now = self.now();
        let id = kept.record.person.id;
        let mut changed = Changed { people: [id].into(), ..Changed::default() };
        changed.addresses.extend(known.sessions.addresses_of(id));
        let mut live = Vec::new();
        for session in kept.sessions.iter().filter(|session| session.ended_at.is_none()) {
            match self.session_end(session, known, now) {
                Some(end) => {
                    queue.push((end, Due::Session(session.id)));
                    live.push(session.clone());
                }
                // It is past its end, which the next tick writes to the ledger.
                None => queue.push((now, Due::Session(session.id))),
            }
        }
        known.sessions.put(id, &live);
        changed.addresses.extend(known.sessions.addresses_of(id));
        for address in &changed.addresses {
            let others = directory.at(*address).iter().copied().filter(|other| *other != id);
            let here = known.sessions.addresses_of(id).any(|own| own == *address).then_some(id);
            directory.set_address(*address, others.chain(here).collect());
        }
        let tasks = SigningTasks {
            published_policies: &known.published_policies,
            people_index: &known.people_index,
            timetable: self.timetable(),
            now,
        };
        if known.people_index.here(id).is_some() {
            let (owed, to_accept) = (tasks.owed(&kept.record, &kept.signatures), tasks.to_accept(&kept.signatures));
            known.open_signing.put(id, owed, to_accept);
            queue.extend(next_change(&tasks, &kept).map(|at| (at, Due::Person(id))));
            let leaves = kept.record.person.particulars.leaves_at(self.time_zone());
            queue.extend(leaves.map(|at| (at, Due::Leaving(id))));
            let mut member = member(&tasks, &known.grants, &kept, &known.roles);
            let person = &kept.record.person;
            member.standing.may_be = known.people_index.possible_relative_roles(person, self.takes_lessons(person));
            directory.insert(id, &person.username, member);
        } else {
            known.open_signing.put(id, Vec::new(), Vec::new());
            directory.remove(id);
        }
        changed
    }
}

/// Those whom somebody's change concerns at the gate too: children who gained or lost a parent, for they are told whether
/// one can be asked to sign; whoever became or ceased to be a line manager or stand-in, for that may let them ask.
fn relations_concerned(people_index: &PeopleIndex, kept: &[PersonStored]) -> BTreeSet<PersonId> {
    let relations = |person: &Person| -> BTreeSet<PersonId> {
        let Particulars { manager, absence, .. } = &person.particulars;
        let stand_in = absence.and_then(|absence| absence.stand_in);
        person.children.iter().copied().chain(*manager).chain(stand_in).collect()
    };
    let mut concerned = BTreeSet::new();
    for after in kept.iter().map(|kept| &kept.record.person) {
        let before = people_index.person(after.id);
        let (was, is) = (before.map(relations).unwrap_or_default(), relations(after));
        if before.is_some_and(|before| before.status == after.status) {
            concerned.extend(was.symmetric_difference(&is));
        } else {
            concerned.extend(was.union(&is));
        }
    }
    concerned
}

fn by_person<T>(all: Vec<T>, person: impl Fn(&T) -> PersonId) -> HashMap<PersonId, Vec<T>> {
    let mut by_person: HashMap<PersonId, Vec<T>> = HashMap::new();
    for one in all {
        by_person.entry(person(&one)).or_default().push(one);
    }
    by_person
}
