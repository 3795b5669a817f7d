//! Who receives a case and who closes it, of the people as they are known now.

use domain::{Case, Duty, HelpsWith, Person, PersonId, RequestParties, Role};
use policy::kinds::Report;
use policy::rules::reporting::{self, Candidate, CasePeople};
use policy::rules::shown;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::notices::Urgency;
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::PublishedPolicies;

/// A case's people, and each of them in the roles that they hold towards it.
pub(crate) struct Around {
    pub people: CasePeople,
    pub candidates: Vec<Candidate>,
}

impl Around {
    pub(crate) fn candidate(&self, person: PersonId) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.person == person)
    }

    /// Those who receive the case and hold one of these roles towards it.
    pub(crate) fn receivers_as(&self, roles: &[Role]) -> Vec<PersonId> {
        let holds = |person: &PersonId| self.candidate(*person).is_some_and(|known| known.roles.contains_any(roles));
        self.people.receivers.iter().copied().filter(holds).collect()
    }

    /// The roles by which the clause has somebody close the case who does not receive it.
    pub(crate) fn roles_of_those_who_close_alone(&self, report: Option<&Report>) -> Vec<Role> {
        let CasePeople { receivers, closers, .. } = &self.people;
        let alone = closers.iter().filter(|person| !receivers.contains(person));
        let alone: Vec<&Candidate> = alone.filter_map(|person| self.candidate(*person)).collect();
        let mut named = report.map(|report| shown::report(report).closes).unwrap_or_default();
        named.retain(|role| alone.iter().any(|candidate| candidate.roles.contains(*role)));
        named
    }
}

/// The rule that a case was reported by, as the policy has it now; where it is gone, as the last version had it.
pub(crate) fn rule_of<'p>(published: &'p PublishedPolicies, case: &Case) -> Option<&'p Report> {
    published.report_ever(&case.policy, &case.report)
}

impl Desk {
    /// Whether those who receive a case are told of it at any hour: it is to be taken up within a day, or somebody
    /// receives it whom children are to turn to.
    pub(crate) fn case_urgency(&self, case: &Case) -> Urgency {
        let catalogue = self.roles();
        let is_worry =
            catalogue.helping_with(HelpsWith::Worries).any(|role| case.has_come_to().any(|known| known == role));
        if is_worry || case.is_pressing() { Urgency::Urgent } else { Urgency::Ordinary }
    }

    /// Who receives a case and who closes it today.
    pub(crate) fn around(&self, by: &Authorised, case: &Case, report: Option<&Report>) -> Around {
        self.around_in(&self.people_index(by), case, report)
    }

    /// Who would receive a case and close it, were these the people.
    pub(crate) fn around_in(&self, people_index: &PeopleIndex, case: &Case, report: Option<&Report>) -> Around {
        let (catalogue, today) = (self.roles(), self.today());
        let roles = self.may_receive(case, report);
        let parties = people_index.parties_of(case, &roles, self.timetable());
        let possible = people_index.possible_holders(&roles, parties, today);
        let mut candidates: Vec<Candidate> =
            possible.into_iter().map(|person| self.candidate_in(people_index, person, parties)).collect();
        // Whom it is about receives nothing, and their roles say who does instead, after they have left too.
        let about = case.about.iter().filter(|person| candidates.iter().all(|known| known.person != **person));
        let about: Vec<&Person> = about.filter_map(|person| people_index.person(*person)).collect();
        candidates.extend(about.into_iter().map(|person| self.candidate_in(people_index, person, parties)));
        let people = reporting::people(case, report, &candidates, &catalogue, &|role| self.is_absent(role));
        Around { people, candidates }
    }

    /// Whether the actor holds a role by which somebody may come to receive or close a case. It looks at nobody else: of the
    /// open cases most are not theirs.
    pub(crate) fn may_come_to(&self, actor: &Authorised, case: &Case, report: Option<&Report>) -> bool {
        let people_index = self.people_index(actor);
        let Some(person) = people_index.here(actor.person) else { return false };
        let roles = self.may_receive(case, report);
        let parties = people_index.parties_of(case, &roles, self.timetable());
        self.candidate(actor, person, parties).roles.contains_any(&roles)
    }

    /// The roles by which somebody may come to receive or close a case.
    fn may_receive(&self, case: &Case, report: Option<&Report>) -> Vec<Role> {
        let catalogue = self.roles();
        let duty = catalogue.carrying(Duty::ReceiveReports).map(|entry| entry.role);
        let named = report.into_iter().flat_map(Report::named_roles);
        case.has_come_to().chain(named).chain(duty).collect()
    }

    pub(crate) fn candidate(&self, by: &Authorised, person: &Person, parties: RequestParties<'_>) -> Candidate {
        self.candidate_in(&self.people_index(by), person, parties)
    }

    fn candidate_in(&self, people_index: &PeopleIndex, person: &Person, parties: RequestParties<'_>) -> Candidate {
        let (catalogue, today) = (self.roles(), self.today());
        let stood_in_for = people_index.roles_stood_in_for(person, today, &catalogue);
        let relative = people_index.relative_roles(person, parties, today);
        let roles = person.roles.union(&stood_in_for).union(&relative);
        Candidate { person: person.id, roles, is_away: person.particulars.is_absent_on(today) }
    }
}
