//! What somebody may report, and what its form asks for.

use std::collections::BTreeMap;

use domain::{Audience, EntryId, FieldProblem, FormField, PolicyId, Role, Within};
use policy::kinds::Report;
use policy::rules::reporting::report_sorting::{self, ReportSort};
use policy::rules::{registers::losses, reporting, shown};
use policy::{Clause, Somebody};

use crate::cases::report::ReportAbout;
use crate::cases::report_about::ReportPeople;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{Forbidden, ReadError};
use crate::known::published_policies::Text;

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
    /// The one of them that may be left empty: the site that may be closed.
    pub site_field: Option<String>,
    /// The roles of which the reporter chooses one; empty where the clause leaves no choice.
    pub choices: Vec<Role>,
    /// The roles that it goes to in any case.
    pub goes_to: Vec<Role>,
    /// Whether the form asks for the pupil whom it is about.
    pub asks_pupil: bool,
    /// Those to whom it may come, for the reporter to say that it is about one of them.
    pub may_be_about: Vec<(ReportAbout, String)>,
    /// Whether it can say that something of the school’s is lost or stolen.
    pub asks_lost: bool,
    /// What is theirs of that, by the entries that name them.
    pub may_be_lost: Vec<(EntryId, String)>,
    pub sort: ReportSort,
    /// Whether it goes to those who look after children's safety.
    pub goes_to_safeguarding: bool,
    /// Whether its clause says itself that it is of harm.
    pub says_harm: bool,
    /// Whether the clause speaks to the reporter, and not to everyone.
    pub is_for_them: bool,
    /// The capacities in which the reporter may send it, where that stands in it: of a complaint or a question.
    pub capacities: Vec<Audience>,
}

impl ReportForm {
    /// Whether it is dealt with by a procedure of its own, in the capacity in which somebody writes.
    pub fn has_own_procedure(&self) -> bool {
        matches!(self.sort, ReportSort::Complaint | ReportSort::Question)
    }

    /// The fields that its writer is asked, who may have reported harm before.
    pub fn asked(&self, has_reported_harm: bool) -> Vec<FormField> {
        report_sorting::asked(self.form.clone(), has_reported_harm)
    }
}

impl Desk {
    /// What somebody may report, by what it is of, harm first, and of the same what goes to those who look after children's
    /// safety, and what a clause lets people like them report in particular, before the rest; `None`: somebody who is not signed in.
    pub async fn report_forms(&self, actor: Option<&Actor>) -> Result<Vec<ReportForm>, ReadError> {
        let by = self.reporting(actor)?;
        let (published_policies, people_index) = (self.published_policies(), self.people_index(&by));
        let open: Vec<(&Text, &Clause, &Report)> = published_policies
            .currents()
            .flat_map(|text| reporting::reports(&text.document).map(move |(clause, report)| (text, clause, report)))
            .filter(|(text, _, report)| !self.capacities(&by, text, report).is_empty())
            .collect();
        let roles: Vec<Role> = open.iter().flat_map(|(.., report)| shown::report(report).may_come_to).collect();
        let people = ReportPeople::new(self, &by, &people_index, None, &roles);
        let mut forms: Vec<ReportForm> = open.into_iter().map(|open| self.report_form(&by, &people, open)).collect();
        for form in forms.iter_mut().filter(|form| form.asks_lost) {
            let Some(text) = published_policies.current(&form.policy) else { continue };
            form.may_be_lost = self.may_be_lost(&by, &text.document, &form.report).await?;
        }
        forms.sort_by_key(|form| {
            (form.sort, !form.goes_to_safeguarding, !form.says_harm, !form.is_for_them, !form.in_confidence)
        });
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
        has_reported_harm: bool,
    ) -> Result<Vec<FieldProblem>, ReadError> {
        let by = self.reporting(actor)?;
        let published_policies = self.published_policies();
        let named = published_policies.current(policy).and_then(|text| reporting::report(&text.document, report));
        let (_, report) = found(named, "report")?;
        let now = self.now();
        let read = self.check_form(&by, |checks| reporting::answers(report, typed, has_reported_harm, checks, now));
        Ok(read.err().unwrap_or_default())
    }

    /// Whoever reports or follows a report: a person as they are now, or somebody who is not signed in.
    pub(crate) fn reporting(&self, actor: Option<&Actor>) -> Result<Authorised, Forbidden> {
        match actor {
            Some(actor) => self.authorise(actor, Verb::Report),
            None => Ok(Authorised::visitor(Verb::Report)),
        }
    }

    /// The capacities in which somebody may make a report; empty: they may not.
    pub(crate) fn capacities(&self, by: &Authorised, text: &Text, report: &Report) -> Vec<Audience> {
        let people_index = self.people_index(by);
        let is_parent = people_index.here(by.person).is_some_and(|person| !person.children.is_empty());
        report_sorting::capacities(&text.document, report, reporter_of(by), is_parent)
    }

    /// Whether somebody may report harm by any clause.
    pub(crate) fn reports_harm(&self, by: &Authorised) -> bool {
        let published_policies = self.published_policies();
        published_policies.currents().any(|text| {
            let document = &text.document;
            reporting::reports(document).any(|(clause, report)| {
                report_sorting::sort(document, clause, report) == ReportSort::Harm
                    && !self.capacities(by, text, report).is_empty()
            })
        })
    }

    fn report_form(
        &self,
        by: &Authorised,
        people: &ReportPeople<'_>,
        (text, clause, report): (&Text, &Clause, &Report),
    ) -> ReportForm {
        let shown = shown::report(report);
        let all: Vec<Role> = shown.to.iter().chain(&shown.choices).copied().collect();
        let sort = report_sorting::sort(&text.document, clause, report);
        let says_capacity = report_sorting::says_capacity(report);
        let capacities = if says_capacity { self.capacities(by, text, report) } else { Vec::new() };
        let is_pupil = by.audience == Audience::Pupil;
        let asks_pupil = reporting::follows_from_pupil(&all) && by.is_person() && !is_pupil;
        ReportForm {
            policy: text.document.id.clone(),
            clause: clause.id.clone(),
            report: shown.id.to_owned(),
            title: shown.title.to_owned(),
            about: shown.about.map(str::to_owned),
            within: shown.within,
            in_confidence: shown.in_confidence,
            form: shown.form,
            site_field: shown.site_field.map(str::to_owned),
            goes_to: shown.to,
            asks_pupil,
            may_be_about: people.may_be_about(&shown.may_come_to, asks_pupil),
            asks_lost: by.is_person() && losses::registers_of(&text.document, shown.id).next().is_some(),
            may_be_lost: Vec::new(),
            sort,
            goes_to_safeguarding: report_sorting::goes_to_safeguarding(&text.document, report),
            says_harm: shown.says_harm,
            is_for_them: !shown.is_for_everyone,
            capacities,
            choices: shown.choices,
        }
    }
}

/// Whoever reports, as the rules ask about them.
fn reporter_of(by: &Authorised) -> Somebody<'_> {
    if by.is_person() { by.somebody() } else { Somebody::unidentified() }
}
