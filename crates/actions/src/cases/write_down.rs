//! What a line of a case must keep to beside what its parts say: whose it is to write down, and by which clause.

use domain::{Case, CaseActor, CaseLine, LineForm, PersonId};
use policy::kinds::{Measure, Report};
use policy::rules::registers::{self, WrongSecond};
use policy::rules::searching::{self, WrongSearch};
use policy::rules::{reporting, sanctions};
use policy::{Clause, Document, Somebody};

use crate::cases::handle_case::HandleCaseError;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::wording::role_words;
use crate::known::published_policies::PublishedPolicies;

/// A measure that a clause lets follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMeasure {
    pub clause: String,
    pub clause_title: String,
    pub name: &'static str,
    pub words: &'static str,
}

impl Desk {
    /// Lets a line be written down that is the actor's to write, and cites its clause in it.
    pub(crate) fn check_line(
        &self,
        by: &Authorised,
        (case, report): (&Case, Option<&Report>),
        stands: CaseActor,
        line: &mut CaseLine,
    ) -> Result<(), HandleCaseError> {
        let (published_policies, form) = (self.published_policies(), line.form());
        let document = document_of(&published_policies, case);
        // Of a closed case the case itself says that it is closed.
        if !case.is_closed() && !reporting::line_forms(document, report, stands).contains(&form) {
            return Err(if form.is_of_breach() { HandleCaseError::NoBreach } else { HandleCaseError::NoSuchLine });
        }
        if let (CaseLine::DeviceSearch { by: searcher, beside, clause, .. }, Some(document)) = (&mut *line, document) {
            *clause = self.search_clause(by, document, *searcher, *beside)?;
        } else if let CaseLine::Outcome { measure, clause, .. } = line {
            let measures = self.case_measures(by, &published_policies, case);
            let is_it = |known: &&CaseMeasure| known.name == *measure && (clause.is_empty() || known.clause == *clause);
            *clause = match measures.iter().find(is_it) {
                Some(known) => known.clause.clone(),
                None if measure.is_empty() => String::new(),
                None => return Err(HandleCaseError::NoSuchMeasure),
            };
        }
        Ok(())
    }

    /// The measures that the actor may write down as what came of a case.
    pub(crate) fn case_measures(
        &self,
        by: &Authorised,
        published: &PublishedPolicies,
        case: &Case,
    ) -> Vec<CaseMeasure> {
        let people_index = self.people_index(by);
        let concerned = case.about.iter().filter_map(|person| people_index.person(*person));
        let concerned: Vec<Somebody<'_>> = concerned.map(Somebody::from).collect();
        let measures =
            document_of(published, case).map(|document| sanctions::measures(document, by.somebody(), &concerned));
        let line = |(clause, measure): (&Clause, Measure)| CaseMeasure {
            clause: clause.id.clone(),
            clause_title: clause.title.clone(),
            name: measure.name(),
            words: measure.words(),
        };
        measures.into_iter().flatten().map(line).collect()
    }

    fn search_clause(
        &self,
        by: &Authorised,
        document: &Document,
        searcher: PersonId,
        beside: PersonId,
    ) -> Result<String, HandleCaseError> {
        let (people_index, catalogue, today) = (self.people_index(by), self.roles(), self.today());
        let here = |person: PersonId| {
            let person = people_index.here(person)?;
            Some((person, person.roles.union(&people_index.roles_stood_in_for(person, today, &catalogue))))
        };
        let (searcher, searcher_roles) = here(searcher).ok_or(HandleCaseError::NoSuchSearcher)?;
        let (beside, beside_roles) = here(beside).ok_or(HandleCaseError::NoSuchSecond)?;
        let found = searching::clause(
            document,
            (searcher.id, Somebody { roles: &searcher_roles, ..searcher.into() }),
            (beside.id, Somebody { roles: &beside_roles, ..beside.into() }),
        );
        found.map(|clause| clause.id.clone()).map_err(|wrong| match wrong {
            WrongSearch::NoClause => HandleCaseError::NoSuchLine,
            WrongSearch::NotTheirs => HandleCaseError::NotTheirsToSearch,
            WrongSearch::Second(WrongSecond::TheWriter | WrongSecond::Missing) => HandleCaseError::SearchedAlone,
            WrongSearch::Second(WrongSecond::NotOfRole) => {
                let register = searching::register(document).map(|(_, register)| register);
                let named = register.map(registers::second_of).unwrap_or_default();
                let who = if named.is_empty() { "a member of staff".to_owned() } else { role_words(&catalogue, named) };
                HandleCaseError::WrongSecond { who }
            }
        })
    }
}

/// The policy that a case was reported by, as it is in force.
fn document_of<'p>(published: &'p PublishedPolicies, case: &Case) -> Option<&'p Document> {
    published.current(&case.policy).map(|text| &*text.document)
}

/// The clause by which a device may be searched, where the policy of a case has one.
pub(crate) fn search_clause(published: &PublishedPolicies, case: &Case) -> Option<String> {
    document_of(published, case).and_then(searching::register).map(|(clause, _)| clause.id.clone())
}

/// The forms on which somebody writes lines down of a case.
pub(crate) fn line_forms(
    published: &PublishedPolicies,
    case: &Case,
    report: Option<&Report>,
    by: CaseActor,
) -> Vec<LineForm> {
    if case.is_closed() { Vec::new() } else { reporting::line_forms(document_of(published, case), report, by) }
}
