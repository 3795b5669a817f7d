//! What somebody may report, and what its form asks for.

use std::collections::BTreeMap;

use domain::{
    Audience, Duty, FieldProblem, FormField, HelpsWith, PersonId, PolicyId, Recipient, RequestParties, Role, RoleSet,
    Within,
};
use policy::kinds::Report;
use policy::rules::{reporting, shown};
use policy::{Clause, Somebody};

use crate::cases::report::ReportAbout;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{Forbidden, ReadError};
use crate::known::published_policies::Text;

/// The most people whom a form names, so that the reporter can say that it is about one of them.
const MOST_NAMED: usize = 12;

/// A report that is open to somebody, and its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportForm {
    pub policy: PolicyId,
    pub clause: String,
    pub report: String,
    pub title: String,
    pub about: Option<String>,
    pub within: Option<Within>,
    pub in_confidence: bool,
    /// The fields that it has beside those of every form.
    pub form: Vec<FormField>,
    /// The roles of which the reporter chooses one; empty where the clause leaves no choice.
    pub choices: Vec<Role>,
    /// The roles that it goes to in any case.
    pub goes_to: Vec<Role>,
    /// Whether the form asks for the pupil whom it is about.
    pub asks_pupil: bool,
    /// Those to whom it may come, for the reporter to say that it is about one of them.
    pub may_be_about: Vec<(ReportAbout, String)>,
    /// Whether it goes to those who help with worries.
    pub is_worry: bool,
    /// Whether the clause speaks to the reporter, and not to everyone.
    pub is_for_them: bool,
}

impl Desk {
    /// What somebody may report, worries first, and among them what a clause lets people like them report in particular;
    /// `None`: somebody who is not signed in.
    pub async fn report_forms(&self, actor: Option<&Actor>) -> Result<Vec<ReportForm>, ReadError> {
        let by = self.reporting(actor)?;
        let published_policies = self.published_policies();
        let mut forms: Vec<ReportForm> = published_policies
            .currents()
            .flat_map(|text| reporting::reports(&text.document).map(move |(clause, report)| (text, clause, report)))
            .filter(|(text, _, report)| reporting::may_report(&text.document, report, reporter_of(&by)))
            .map(|(text, clause, report)| self.report_form(&by, text, clause, report))
            .collect();
        forms.sort_by_key(|form| (!form.is_worry, !form.is_for_them, !form.in_confidence));
        Ok(forms)
    }

    /// Everything that is wrong with what was typed into a report's form, in the order of its fields. `None`: somebody who is
    /// not signed in.
    ///
    /// # Errors
    /// A report that the school's policies don't have.
    pub fn wrong_in_report(
        &self,
        actor: Option<&Actor>,
        policy: &PolicyId,
        report: &str,
        typed: &BTreeMap<String, String>,
    ) -> Result<Vec<FieldProblem>, ReadError> {
        let by = self.reporting(actor)?;
        let published_policies = self.published_policies();
        let named = published_policies.current(policy).and_then(|text| reporting::report(&text.document, report));
        let (_, report) = found(named, "report")?;
        let read = self.check_form(&by, |checks| reporting::answers(report, typed, checks));
        Ok(read.err().unwrap_or_default())
    }

    /// Whoever reports or follows a report: a person as they are now, or somebody who is not signed in.
    pub(crate) fn reporting(&self, actor: Option<&Actor>) -> Result<Authorised, Forbidden> {
        match actor {
            Some(actor) => self.authorise(actor, Verb::Report),
            None => Ok(Authorised::visitor(Verb::Report)),
        }
    }

    fn report_form(&self, by: &Authorised, text: &Text, clause: &Clause, report: &Report) -> ReportForm {
        let shown = shown::report(report);
        let helpers: Vec<Role> = self.roles().helping_with(HelpsWith::Worries).collect();
        let all: Vec<Role> = shown.to.iter().chain(&shown.choices).copied().collect();
        let is_pupil = by.audience == Audience::Pupil;
        ReportForm {
            policy: text.document.id.clone(),
            clause: clause.id.clone(),
            report: shown.id.to_owned(),
            title: shown.title.to_owned(),
            about: shown.about.map(str::to_owned),
            within: shown.within,
            in_confidence: shown.in_confidence,
            form: shown.form,
            goes_to: shown.to,
            asks_pupil: reporting::follows_from_pupil(&all) && by.is_person() && !is_pupil,
            may_be_about: self.may_be_about(by, &self.with_last_resort(by, shown.may_come_to)),
            is_worry: all.iter().any(|role| helpers.contains(role)),
            is_for_them: !shown.is_for_everyone,
            choices: shown.choices,
        }
    }

    /// These roles, and of those who receive what nobody else is there to receive the first that bring in somebody else.
    fn with_last_resort(&self, by: &Authorised, mut roles: Vec<Role>) -> Vec<Role> {
        let (catalogue, people_index) = (self.roles(), self.people_index(by));
        let holders = |role: Role| people_index.holders_here(role).map(|person| person.id);
        let known: Vec<PersonId> = roles.iter().flat_map(|role| holders(*role)).collect();
        let mut duty = catalogue.carrying(Duty::ReceiveReports).map(|entry| entry.role);
        roles.extend(duty.find(|role| holders(*role).any(|person| !known.contains(&person))));
        roles
    }

    /// Those to whom a report may come, by their names where the reporter is signed in and they are few; else by role.
    fn may_be_about(&self, by: &Authorised, roles: &[Role]) -> Vec<(ReportAbout, String)> {
        if !by.is_person() {
            return self.by_role(by, roles);
        }
        let (people_index, catalogue) = (self.people_index(by), self.roles());
        let mut people: Vec<(PersonId, String)> = Vec::new();
        let own = people_index.here(by.person);
        let parties = RequestParties {
            asker: own,
            recipient: &Recipient::Everyone,
            named: own,
            concerned: None,
            lesson_teacher: None,
        };
        for role in roles {
            // Of many nobody is named, however many there are.
            if people_index.holders_here(*role).nth(MOST_NAMED + 1).is_some() {
                return self.by_role(by, roles);
            }
            let holders = people_index.possible_holders(&[*role], parties, self.today());
            for holder in holders.into_iter().filter(|holder| holder.id != by.person) {
                if !people.iter().any(|(known, _)| *known == holder.id) {
                    people.push((holder.id, format!("{} ({})", holder.name, catalogue.title(*role))));
                }
            }
        }
        if people.len() > MOST_NAMED {
            return self.by_role(by, roles);
        }
        people.into_iter().map(|(person, words)| (ReportAbout::Person(person), words)).collect()
    }

    fn by_role(&self, by: &Authorised, roles: &[Role]) -> Vec<(ReportAbout, String)> {
        let (people_index, catalogue) = (self.people_index(by), self.roles());
        let held = roles.iter().filter(|role| people_index.holders_here(**role).next().is_some());
        held.map(|role| (ReportAbout::HoldersOf(*role), catalogue.in_sentence(*role))).collect()
    }
}

/// Whoever reports, as the rules ask about them.
pub(crate) fn reporter_of(by: &Authorised) -> Somebody<'_> {
    if by.is_person() { by.somebody() } else { Somebody::unidentified() }
}

/// The people whom a report is about, and the roles that they hold.
pub(crate) struct AboutWhom {
    pub people: Vec<PersonId>,
    pub roles: RoleSet,
}

impl Desk {
    pub(crate) fn about_whom(&self, by: &Authorised, about: &ReportAbout, pupil: Option<PersonId>) -> AboutWhom {
        let people_index = self.people_index(by);
        let mut people: Vec<PersonId> = match about {
            ReportAbout::Nobody => Vec::new(),
            ReportAbout::Person(person) => people_index.here(*person).map(|person| person.id).into_iter().collect(),
            ReportAbout::HoldersOf(role) => people_index.holders_here(*role).map(|person| person.id).collect(),
        };
        let held =
            people.iter().filter_map(|person| people_index.person(*person)).flat_map(|person| person.roles.iter());
        let roles = match about {
            ReportAbout::HoldersOf(role) => [*role].into_iter().collect(),
            _ => held.collect(),
        };
        people.extend(pupil.filter(|pupil| people_index.here(*pupil).is_some() && !people.contains(pupil)));
        AboutWhom { people, roles }
    }
}
