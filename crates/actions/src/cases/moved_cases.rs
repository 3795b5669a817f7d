//! What becomes of open cases when those who have them leave or change their roles, or when those around whom they stand come
//! to others: another class, another line manager.

use std::collections::BTreeSet;

use domain::{Case, CaseEntry, CaseEvent, Person, PersonId, Reminder, Told};
use policy::rules::reporting::CasePeople;
use policy::rules::reporting::report_clocks;
use records::PersonRecord;

use crate::cases::case_people::rule_of;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::notices::Urgency;
use crate::desk::stores::DeskChange;
use crate::desk::task::TaskKind;
use crate::known::waiting::{Whose, may_be_theirs};

impl Desk {
    /// Tells those to whom an open case comes because people leave, hold other roles or stand otherwise to each other that it
    /// is there, and those whose its actions are to do then; and takes back what those were told who have it no longer.
    /// `moved` are these people as they are from then on. Looked at are the cases that were or will be theirs, or that name
    /// them, and no others.
    pub(crate) async fn tell_of_moved_cases(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        moved: &[PersonRecord],
    ) -> Result<(), records::Error> {
        let (known, published_policies) = (self.known(by), self.published_policies());
        let is_same = |record: &PersonRecord| {
            let before = known.people_index.person(record.person.id);
            before.is_some_and(|before| gives_the_same_cases(before, &record.person))
        };
        let mut after_index = (*known.people_index).clone();
        let mut whose = BTreeSet::new();
        for record in moved.iter().filter(|record| !is_same(record)) {
            whose.insert(Whose::Names(record.person.id));
            let before = known.people_index.person(record.person.id);
            for person in before.into_iter().chain([&record.person]) {
                whose.extend(may_be_theirs(&known.people_index, person, &person.roles));
                whose.extend(self.last_resort(&person.roles));
            }
            after_index.put(record.clone());
        }
        if whose.is_empty() {
            return Ok(());
        }
        self.tell_of_moved_receipts(change, by, &whose, &after_index).await?;
        for case in known.waiting.cases(&whose) {
            let report = rule_of(&published_policies, &case);
            let before = self.around(by, &case, report).people;
            let after = self.around_in(&after_index, &case, report).people;
            if before == after {
                continue;
            }
            let lost =
                |from: &CasePeople, to: &CasePeople| readers(from).filter(|person| !to.read_by(*person)).collect();
            let (had, have): (Vec<PersonId>, Vec<PersonId>) = (lost(&before, &after), lost(&after, &before));
            if !had.is_empty() || !have.is_empty() {
                let what = CaseEvent::HandedOver { had, have };
                let entry = CaseEntry { at: change.at(), by: by.person, what };
                change.add_case_entry(case.id, &entry).await?;
            }
            for person in readers(&before).filter(|person| !after.read_by(*person)) {
                change.take_back_notices_of_receiver(person, case.id).await?;
            }
            self.tell_of_moved_actions(change, &case, (&before, &after)).await?;
            let came: Vec<PersonId> = readers(&after).filter(|person| !before.read_by(*person)).collect();
            let told = TaskKind::TakeUp { case: case.id }.told();
            let lost = case.taken_up_by().is_some_and(|person| before.read_by(person) && !after.read_by(person));
            let (tell, told): (Vec<PersonId>, Told) = if lost {
                change.take_back_notices(told).await?;
                (after.receivers.clone(), told)
            } else if after.waits(&case) {
                (after.receivers.iter().copied().filter(|person| !before.receivers.contains(person)).collect(), told)
            } else {
                (came, Told::ReportHandedOver(case.id))
            };
            self.tell(change, &tell, told, self.case_urgency(&case)).await?;
        }
        Ok(())
    }

    /// Tells those whose actions are to do that were somebody else's, and takes them from the others.
    async fn tell_of_moved_actions(
        &self,
        change: &mut DeskChange,
        case: &Case,
        (before, after): (&CasePeople, &CasePeople),
    ) -> Result<(), records::Error> {
        for action in case.open_actions() {
            let whose = |people| report_clocks::to_remind(case, people, Reminder::ActionDueSoon(action.id));
            let (had, have) = (whose(before), whose(after));
            for person in had.iter().filter(|person| !have.contains(person)) {
                change.take_back_all_notices(*person, action.id.0).await?;
            }
            let tell: Vec<PersonId> = have.into_iter().filter(|person| !had.contains(person)).collect();
            self.tell(change, &tell, Told::ActionCame(action.id), Urgency::Ordinary).await?;
        }
        Ok(())
    }
}

/// Whether what settles whose a case is, theirs or one that names them, is the same of two. Whether they are away is no part of
/// it: a case is theirs again when they are back.
fn gives_the_same_cases(one: &Person, other: &Person) -> bool {
    let (of_one, of_other) = (&one.particulars, &other.particulars);
    (one.status, one.audience, &one.roles) == (other.status, other.audience, &other.roles)
        && (&one.groups, &one.children) == (&other.groups, &other.children)
        && (of_one.manager, &of_one.teaches) == (of_other.manager, &of_other.teaches)
}

/// Those who receive or close a case.
fn readers(people: &CasePeople) -> impl Iterator<Item = PersonId> {
    let readers: BTreeSet<PersonId> = people.receivers.iter().chain(&people.closers).copied().collect();
    readers.into_iter()
}
