//! Who receives a case and who closes it, of the people as they are known now.

use domain::{Case, Duty, PersonId, RequestParties, Role};
use policy::kinds::Report;
use policy::rules::reporting::{self, Candidate, CasePeople};

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::known::published_policies::PublishedPolicies;

/// A case's people, and each of them in the roles that they hold towards it.
pub(crate) struct Around {
    pub people: CasePeople,
    candidates: Vec<Candidate>,
}

impl Around {
    pub(crate) fn candidate(&self, person: PersonId) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.person == person)
    }
}

/// The rule that a case was reported by, as the policy has it now; `None` where it is gone.
pub(crate) fn rule_of<'p>(published: &'p PublishedPolicies, case: &Case) -> Option<&'p Report> {
    let text = published.current(&case.policy)?;
    reporting::report(&text.document, &case.report).map(|(_, report)| report)
}

impl Desk {
    /// Who receives a case and who closes it today.
    pub(crate) fn around(&self, by: &Authorised, case: &Case, report: Option<&Report>) -> Around {
        let (people_index, catalogue, today) = (self.people_index(by), self.roles(), self.today());
        let duty = catalogue.carrying(Duty::ReceiveReports).map(|entry| entry.role);
        let named = report.into_iter().flat_map(Report::named_roles);
        let roles: Vec<Role> = case.sent_to.iter().chain(&case.passed_to).copied().chain(named).chain(duty).collect();
        let parties = RequestParties::of_case(case, |person| people_index.person(person));
        let candidates: Vec<Candidate> = people_index
            .possible_holders(&roles, parties, today)
            .into_iter()
            .map(|person| {
                let stood_in_for = people_index.roles_stood_in_for(person, today, &catalogue);
                let relative = people_index.relative_roles(person, parties, today);
                Candidate { person: person.id, roles: person.roles.union(&stood_in_for).union(&relative) }
            })
            .collect();
        let people = reporting::people(case, report, &candidates, &catalogue, &|role| self.is_absent(role));
        Around { people, candidates }
    }
}
