//! What somebody may report, and what its form asks for.

use std::collections::BTreeMap;

use domain::{Audience, EntryId, FieldProblem, FormField, HelpsWith, PolicyId, Role, Within};
use policy::kinds::Report;
use policy::rules::{losses, reporting, shown};
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
        let (published_policies, people_index) = (self.published_policies(), self.people_index(&by));
        let open: Vec<(&Text, &Clause, &Report)> = published_policies
            .currents()
            .flat_map(|text| reporting::reports(&text.document).map(move |(clause, report)| (text, clause, report)))
            .filter(|(text, _, report)| reporting::may_report(&text.document, report, reporter_of(&by)))
            .collect();
        let roles: Vec<Role> = open.iter().flat_map(|(.., report)| shown::report(report).may_come_to).collect();
        let people = ReportPeople::new(self, &by, &people_index, None, &roles);
        let mut forms: Vec<ReportForm> = open.into_iter().map(|open| self.report_form(&by, &people, open)).collect();
        for form in forms.iter_mut().filter(|form| form.asks_lost) {
            let Some(text) = published_policies.current(&form.policy) else { continue };
            form.may_be_lost = self.may_be_lost(&by, &text.document, &form.report).await?;
        }
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

    fn report_form(
        &self,
        by: &Authorised,
        people: &ReportPeople<'_>,
        (text, clause, report): (&Text, &Clause, &Report),
    ) -> ReportForm {
        let shown = shown::report(report);
        let helpers: Vec<Role> = self.roles().helping_with(HelpsWith::Worries).collect();
        let all: Vec<Role> = shown.to.iter().chain(&shown.choices).copied().collect();
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
            goes_to: shown.to,
            asks_pupil,
            may_be_about: people.may_be_about(&shown.may_come_to, asks_pupil),
            asks_lost: by.is_person() && losses::registers_of(&text.document, shown.id).next().is_some(),
            may_be_lost: Vec::new(),
            is_worry: all.iter().any(|role| helpers.contains(role)),
            is_for_them: !shown.is_for_everyone,
            choices: shown.choices,
        }
    }
}

/// Whoever reports, as the rules ask about them.
pub(crate) fn reporter_of(by: &Authorised) -> Somebody<'_> {
    if by.is_person() { by.somebody() } else { Somebody::unidentified() }
}
