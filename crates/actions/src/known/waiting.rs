//! What waits for somebody: requests that nobody has decided, cases that are not closed, cases whose receipt is awaited, and
//! entries in registers about which there is something to do, or will be, each under everybody whose it may be. What there
//! is for one person is found without a look at what is for others. It may be more than is theirs: that, the rules say of
//! each.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::Arc;

use domain::{
    Case, CaseId, CaseState, EntryId, Group, Lesson, Person, PersonId, PolicyId, Recipient, RelativeRole, Request,
    RequestId, RequestParties, RequestState, Role, RoleSet, Timetable,
};
use imbl::{HashMap, OrdSet};
use jiff::Timestamp;
use policy::rules::registers;
use policy::rules::registers::issuing::SignedFor;
use policy::rules::registers::upkeep::{self, EntryTask, EntryUpkeep};
use policy::rules::{consents, deciding, reporting};
use records::{AwaitedReceipt, EntryRecord, RequestRecord};

use crate::known::entry_standing::{lasting, standing};
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::PublishedPolicies;

/// Whose something may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Whose {
    Person(PersonId),
    HoldersOf(Role),
    /// Theirs who hold the role and close it, whether they receive it or not.
    ClosersOf(Role),
    ParentsOf(PersonId),
    /// This line manager's, and their stand-in's.
    Manager(PersonId),
    TeachersOf(Group),
    /// Whoever takes the lesson, by username, and their stand-in.
    LessonTeacher(String),
    /// Theirs who receive the reports that nobody else receives, and keep what is about all who keep a register.
    ReceiversOfLastResort,
    /// It names this person, and is put in anew when they change.
    Names(PersonId),
}

/// Everything under which something may be a person's, who holds these roles and no relative one.
pub(crate) fn may_be_theirs(people_index: &PeopleIndex, person: &Person, roles: &RoleSet) -> BTreeSet<Whose> {
    let mut whose: BTreeSet<Whose> =
        roles.iter().flat_map(|role| [Whose::HoldersOf(role), Whose::ClosersOf(role)]).collect();
    whose.insert(Whose::Person(person.id));
    whose.extend(person.children.iter().copied().map(Whose::ParentsOf));
    for holder in std::iter::once(person).chain(people_index.naming(person.id)) {
        whose.insert(Whose::Manager(holder.id));
        whose.insert(Whose::LessonTeacher(holder.username.clone()));
        whose.extend(holder.particulars.teaches.iter().cloned().map(Whose::TeachersOf));
    }
    whose
}

/// What says whose something may be.
#[derive(Clone, Copy)]
pub(crate) struct WhoseBy<'a> {
    pub published_policies: &'a PublishedPolicies,
    pub people_index: &'a PeopleIndex,
    pub timetable: &'a Timetable,
    pub now: Timestamp,
}

/// An entry in a register that may come to ask something of those who keep it, or that those read whom it names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeptEntry {
    pub id: EntryId,
    policy: PolicyId,
    register: String,
    /// The roles that keep its register.
    keepers: Vec<Role>,
    pub upkeep: EntryUpkeep,
    written_at: Timestamp,
}

impl KeptEntry {
    /// Whether it stands in this register of this policy.
    pub(crate) fn is_of(&self, (policy, register): (&PolicyId, &str)) -> bool {
        (&self.policy, self.register.as_str()) == (policy, register)
    }
}

/// A case, open or closed, and the receipts for it that are awaited, the oldest first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExportedCase {
    pub case: Arc<Case>,
    pub awaited: Vec<AwaitedReceipt>,
}

/// Something that may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matter {
    Request(RequestId),
    Case(CaseId),
    Entry(EntryId),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Waiting {
    requests: ByWhose<RequestId, RequestRecord>,
    cases: ByWhose<CaseId, Case>,
    exported: ByWhose<CaseId, ExportedCase>,
    entries: ByWhose<EntryId, KeptEntry>,
}

impl Waiting {
    /// Puts a request in, in the place of what was known of it, or takes it out when it no longer waits.
    pub(crate) fn put_request(&mut self, record: impl Into<Arc<RequestRecord>>, by: WhoseBy<'_>) {
        let record = record.into();
        let request = &record.request;
        if request.state == RequestState::Waiting {
            self.requests.put(request.id, request.asked_at, by.of_request(&record), record);
        } else {
            self.requests.take_out(request.id);
        }
    }

    /// Puts a case in with the receipts for it that are awaited, in the place of what was known of it, or takes out what waits
    /// no longer.
    pub(crate) fn put_case(&mut self, case: impl Into<Arc<Case>>, awaited: Vec<AwaitedReceipt>, by: WhoseBy<'_>) {
        let case = case.into();
        if case.is_closed() {
            self.cases.take_out(case.id);
        } else {
            self.put_open_case(case.clone(), by);
        }
        self.put_exported(Arc::new(ExportedCase { case, awaited }), by);
    }

    fn put_open_case(&mut self, case: Arc<Case>, by: WhoseBy<'_>) {
        self.cases.put(case.id, case.opened_at, by.of_case(&case), case);
    }

    fn put_exported(&mut self, exported: Arc<ExportedCase>, by: WhoseBy<'_>) {
        match exported.awaited.first() {
            Some(oldest) => self.exported.put(exported.case.id, oldest.at, by.of_exported(&exported), exported),
            None => self.exported.take_out(exported.case.id),
        }
    }

    /// Puts in anew what names a person, and the cases and entries that were or are theirs, after they have changed.
    pub(crate) fn person_changed(&mut self, person: PersonId, mut whose: BTreeSet<Whose>, by: WhoseBy<'_>) {
        let names = BTreeSet::from([Whose::Names(person)]);
        self.requests.of(&names).into_iter().for_each(|record| self.put_request(record, by));
        whose.extend(names);
        self.cases.of(&whose).into_iter().for_each(|case| self.put_open_case(case, by));
        self.exported.of(&whose).into_iter().for_each(|exported| self.put_exported(exported, by));
        self.entries.of(&whose).into_iter().for_each(|kept| self.put_kept(kept, by));
    }

    /// Puts an entry in, in the place of what was known of it, or takes it out when there will be nothing to do about it.
    /// Hands back when those who keep its register are reminded of its day.
    pub(crate) fn put_entry(&mut self, record: &EntryRecord, by: WhoseBy<'_>) -> Option<Timestamp> {
        let entry = &record.entry;
        let known = by.published_policies.register(&entry.policy, &entry.register);
        let upkeep = known.filter(|known| standing(known.register, record, by.now).is_open()).and_then(|known| {
            let (lasting, said) = (lasting(record), record.said.as_ref());
            let upkeep = upkeep::of_entry(known.register, entry, lasting, said, &by.timetable.time_zone)?;
            Some((registers::keepers(known.register).to_vec(), upkeep))
        });
        let Some((keepers, upkeep)) = upkeep else {
            self.entries.take_out(entry.id);
            return None;
        };
        let reminded_at = upkeep.reminded_at();
        let kept = KeptEntry {
            id: entry.id,
            policy: entry.policy.clone(),
            register: entry.register.clone(),
            keepers,
            upkeep,
            written_at: entry.written_at,
        };
        self.put_kept(Arc::new(kept), by);
        reminded_at
    }

    fn put_kept(&mut self, kept: Arc<KeptEntry>, by: WhoseBy<'_>) {
        self.entries.put(kept.id, kept.written_at, by.of_entry(&kept), kept);
    }

    /// Whether somebody is shown an entry of a register because it names them.
    pub(crate) fn names_in(&self, person: PersonId, register: (&PolicyId, &str)) -> bool {
        let naming = self.entries(&BTreeSet::from([Whose::Names(person)]));
        naming.iter().any(|kept| kept.is_of(register) && kept.upkeep.is_shown_to(person))
    }

    /// The entries of a register about which there may be something to do.
    pub(crate) fn of_register(&self, register: (&PolicyId, &str)) -> Vec<EntryId> {
        let kept = self.entries.all.values().map(|one| &one.thing);
        kept.filter(|kept| kept.is_of(register)).map(|kept| kept.id).collect()
    }

    /// The entries of a register that lack a signature that they ask for.
    pub(crate) fn lacking_signature(&self, register: (&PolicyId, &str)) -> Vec<EntryId> {
        let lacks =
            |kept: &KeptEntry| kept.upkeep.signing().is_some_and(|(_, how)| !matches!(how, SignedFor::Signed(_)));
        let kept = self.entries.all.values().map(|one| &one.thing);
        kept.filter(|kept| kept.is_of(register) && lacks(kept)).map(|kept| kept.id).collect()
    }

    /// The entries about which there may be something for them to do, and those that name them, the oldest first.
    pub(crate) fn entries(&self, whose: &BTreeSet<Whose>) -> Vec<Arc<KeptEntry>> {
        self.entries.of(whose)
    }

    /// The requests that may be theirs, the oldest first.
    pub(crate) fn requests(&self, whose: &BTreeSet<Whose>) -> Vec<Arc<RequestRecord>> {
        self.requests.of(whose)
    }

    /// Whether a case that is not closed and not about them has come to somebody, by a role of theirs or because they have
    /// taken it up.
    pub(crate) fn has_case_of(&self, person: PersonId, roles: &RoleSet) -> bool {
        let whose = roles.iter().map(Whose::HoldersOf).chain([Whose::Person(person)]).collect();
        self.cases.of(&whose).iter().any(|case| !case.is_about(person))
    }

    /// The cases that may be theirs to take up, or that they have taken up, the oldest first.
    pub(crate) fn cases(&self, whose: &BTreeSet<Whose>) -> Vec<Arc<Case>> {
        self.cases.of(whose)
    }

    /// The cases whose receipts may be theirs to write down.
    pub(crate) fn exported(&self, whose: &BTreeSet<Whose>) -> Vec<Arc<ExportedCase>> {
        self.exported.of(whose)
    }
}

impl<'a> WhoseBy<'a> {
    /// Those who may come to decide a request or to say yes to what it needs, and those whom it names.
    fn of_request(self, record: &RequestRecord) -> BTreeSet<Whose> {
        let request = &record.request;
        let find = |person| self.people_index.person(person);
        let named = consents::people_named(request, &record.answers);
        let mut whose: BTreeSet<Whose> = named.iter().copied().chain([request.asker]).map(Whose::Names).collect();
        let permission = self.published_policies.permission_ever(&request.policy, &request.permission);
        let Some((text, _, permission)) = permission else { return whose };
        let parties = RequestParties {
            asker: find(request.asker),
            recipient: &request.recipient,
            named: match &request.recipient {
                Recipient::Person(person) => find(*person),
                _ => None,
            },
            concerned: request.concerned,
            lesson_teacher: None,
        };
        for role in deciding::may_come_to_decide(permission, request.escalated_to()) {
            whose.extend(holders(role, parties, || self.lesson_of_request(request)));
        }
        for consent in consents::of_permission(&text.document, permission) {
            whose.extend(consents::roles_that_give(consent).iter().copied().map(Whose::HoldersOf));
            whose.extend(named.iter().flat_map(|person| [Whose::Person(*person), Whose::ParentsOf(*person)]));
        }
        whose
    }

    /// Whoever has taken a case up, those who may receive one that nobody sees to, those who close it, and those whom it names.
    fn of_case(self, case: &Case) -> BTreeSet<Whose> {
        let names = case.about.iter().copied().chain(case.reporter).map(Whose::Names);
        let mut whose: BTreeSet<Whose> = names.collect();
        if let CaseState::TakenUp { by, .. } = case.state {
            whose.insert(Whose::Person(by));
        }
        let report = self.published_policies.report_ever(&case.policy, &case.report);
        whose.extend(reporting::closing_roles(report).iter().copied().map(Whose::ClosersOf));
        let roles = reporting::receiving_roles(case, report, &|_| true);
        let parties = self.people_index.parties_of(case, &roles, self.timetable);
        for role in roles {
            whose.extend(holders(role, parties, || self.lesson_of_case(case)));
        }
        // It comes to those who receive what nobody else does on a day on which every holder is away. An absence that is
        // noted, whenever it is, counts, so that this holds on every day.
        let roles: Vec<Role> = case.has_come_to().collect();
        let is_always_there = |holder: &Person| !case.is_about(holder.id) && holder.particulars.absence.is_none();
        if !self.people_index.own_holders(&roles, parties).any(is_always_there) {
            whose.insert(Whose::ReceiversOfLastResort);
        }
        whose
    }

    /// Whoever handed a case out, and those who may receive it.
    fn of_exported(self, exported: &ExportedCase) -> BTreeSet<Whose> {
        let mut whose = self.of_case(&exported.case);
        whose.extend(exported.awaited.iter().map(|awaited| Whose::Person(awaited.by)));
        whose
    }

    /// Those whom an entry names and, as far as there is something to do about it, those who keep its register.
    fn of_entry(self, kept: &KeptEntry) -> BTreeSet<Whose> {
        let about = kept.upkeep.people();
        let mut whose: BTreeSet<Whose> = about.iter().copied().map(Whose::Names).collect();
        if self.task_of(kept).is_none() {
            return whose;
        }
        whose.extend(kept.keepers.iter().copied().map(Whose::HoldersOf));
        let mut holders = kept.keepers.iter().flat_map(|role| self.people_index.holders_here(*role));
        if !holders.any(|holder| !about.contains(&holder.id)) {
            whose.insert(Whose::ReceiversOfLastResort);
        }
        whose
    }

    /// What there is to do about an entry.
    pub(crate) fn task_of(self, kept: &KeptEntry) -> Option<EntryTask> {
        kept.upkeep.task(|person| self.people_index.has_left(person), self.now)
    }

    fn lesson_of_request(self, request: &Request) -> Option<&'a Lesson> {
        let asked = (request.asker, &request.recipient, Some(&request.scope));
        self.people_index.lesson_asked_for(asked, request.begins(request.asked_at), self.timetable)
    }

    fn lesson_of_case(self, case: &Case) -> Option<&'a Lesson> {
        RequestParties::lesson_of_case(case, self.timetable, |person| self.people_index.person(person))
    }
}

/// Those who may hold a role towards something.
fn holders<'l>(role: Role, parties: RequestParties<'_>, lesson: impl FnOnce() -> Option<&'l Lesson>) -> Vec<Whose> {
    let Some(relative) = RelativeRole::of(role) else { return vec![Whose::HoldersOf(role)] };
    match relative {
        RelativeRole::LineManagerOfAsker => {
            let manager = parties.asker.and_then(|asker| asker.particulars.manager);
            manager.into_iter().map(Whose::Manager).collect()
        }
        RelativeRole::TeacherOfGroup => match parties.recipient {
            Recipient::Group(group) => vec![Whose::TeachersOf(group.clone())],
            _ => Vec::new(),
        },
        RelativeRole::TeacherOfLesson => {
            let teacher = lesson().and_then(|lesson| lesson.teacher.as_deref());
            teacher.map(|teacher| Whose::LessonTeacher(teacher.trim().to_lowercase())).into_iter().collect()
        }
        RelativeRole::TeacherOfPupil => {
            let groups = parties.named.into_iter().flat_map(|named| &named.groups);
            groups.cloned().map(Whose::TeachersOf).collect()
        }
        RelativeRole::ParentOfPupil => parties.named.into_iter().map(|named| Whose::ParentsOf(named.id)).collect(),
        RelativeRole::PersonConcerned => parties.concerned.into_iter().map(Whose::Person).collect(),
    }
}

/// Things of one kind, each under everybody whose it may be.
#[derive(Debug, Clone, PartialEq)]
struct ByWhose<Id: Ord + Hash, T> {
    all: HashMap<Id, One<T>>,
    by: HashMap<Whose, OrdSet<(Timestamp, Id)>>,
}

#[derive(Debug, Clone, PartialEq)]
struct One<T> {
    since: Timestamp,
    whose: BTreeSet<Whose>,
    thing: Arc<T>,
}

impl<Id: Ord + Hash, T> Default for ByWhose<Id, T> {
    fn default() -> Self {
        ByWhose { all: HashMap::new(), by: HashMap::new() }
    }
}

impl<Id: Copy + Ord + Hash, T: Clone> ByWhose<Id, T> {
    fn put(&mut self, id: Id, since: Timestamp, whose: BTreeSet<Whose>, thing: Arc<T>) {
        self.take_out(id);
        for one in &whose {
            self.by.entry(one.clone()).or_default().insert((since, id));
        }
        self.all.insert(id, One { since, whose, thing });
    }

    fn take_out(&mut self, id: Id) {
        let Some(One { since, whose, .. }) = self.all.remove(&id) else { return };
        for one in whose {
            let Some(places) = self.by.get_mut(&one) else { continue };
            places.remove(&(since, id));
            if places.is_empty() {
                self.by.remove(&one);
            }
        }
    }

    fn of(&self, whose: &BTreeSet<Whose>) -> Vec<Arc<T>> {
        let places: BTreeSet<(Timestamp, Id)> =
            whose.iter().filter_map(|one| self.by.get(one)).flatten().copied().collect();
        places.iter().filter_map(|(_, id)| self.all.get(id)).map(|one| one.thing.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn parents_of(child: u128) -> Whose {
        Whose::ParentsOf(PersonId(Uuid::from_u128(child)))
    }

    #[test]
    fn what_is_for_others_is_not_looked_at() {
        let mut kept = ByWhose::default();
        for number in 0..600 {
            kept.put(
                number,
                at(1_000 - i64::from(number)),
                [parents_of(u128::from(number % 300))].into(),
                Arc::new(number),
            );
        }
        let of = |kept: &ByWhose<u32, u32>, child| {
            kept.of(&[parents_of(child)].into()).iter().map(|one| **one).collect::<Vec<_>>()
        };
        assert_eq!(of(&kept, 7), [307, 7], "the oldest first");
        assert_eq!(kept.of(&[parents_of(7), parents_of(8)].into()).len(), 4);
        kept.put(7, at(0), [parents_of(8)].into(), Arc::new(7));
        kept.take_out(8);
        assert_eq!((of(&kept, 7), of(&kept, 8)), (vec![307], vec![7, 308]));
        (0..600).for_each(|number| kept.take_out(number));
        assert_eq!(kept, ByWhose::default());
    }
}
