//! Who decides what is asked for, and where a report goes.

use domain::{
    Audience, Case, CaseId, FormAnswers, Longest, Person, PersonId, Recipient, RequestParties, Role, RoleSet, Version,
};
use uuid::Uuid;

use super::{ASKER, ExampleAnswer, Routed, Run, names, same, shown_moment};
use crate::document::Clause;
use crate::example::{Deciding, ExampleActor, Routing};
use crate::kinds::Report;
use crate::rules::deciding::SoFar;
use crate::rules::reporting::{self, report_sorting};
use crate::rules::reporting::{Made, WrongRoute};
use crate::rules::{asking, deciding, grant_times};
use crate::somebody::Somebody;

/// Whom a report in an example is about.
const ABOUT: PersonId = PersonId(Uuid::from_u128(1));

/// The relative roles that somebody may hold towards what they ask for. A parent in an example has a child.
fn possible_relative_roles(who: &ExampleActor, asker: &Person) -> RoleSet {
    let children = if who.audience == Some(Audience::Parent) { vec![ASKER] } else { Vec::new() };
    domain::possible_relative_roles(
        &Person { children, ..asker.clone() },
        false,
        false,
        !asker.particulars.teaches.is_empty(),
    )
}

impl Run<'_> {
    pub(super) fn asks(&self, who: &ExampleActor, id: &str, expected: &Deciding) -> ExampleAnswer {
        let Some((clause, permission)) = self.document.permission(id) else {
            return nothing(format!("no permission '{id}'"));
        };
        let asker = who.person(ASKER);
        let roles = asker.roles.union(&possible_relative_roles(who, &asker));
        let somebody = Somebody { roles: &roles, ..Somebody::from(&asker) };
        let may = asking::may_ask_or_give(self.document, permission, (somebody, somebody), &|_| false);
        let decides = deciding::deciders(Some(permission), SoFar::default(), &|_| false);
        let together = deciding::decide_together(permission);
        let now = self.at(None);
        let timetable = self.rules.timetable();
        let classes = grant_times::lesson_classes(&Recipient::Person(ASKER), ASKER, |_| Some(&asker));
        let end = grant_times::latest_end(permission, now.timestamp(), timetable, &classes);
        let ends = |until: Longest| {
            let expected = until.end(&now, timetable, &classes);
            expected.map(|expected| expected.map(|end| end.timestamp())) == end
        };
        let may = may && end.is_ok();
        let agrees = match expected {
            Deciding::Refused => !may,
            Deciding::By { roles, all, until } => {
                may && same(Some(roles), Some(&decides)) && *all == together && until.is_none_or(ends)
            }
        };
        let words = if may {
            let until = match end {
                Ok(Some(end)) => format!("until {}", shown_moment(end, &now)),
                _ => Longest::UntilRevoked.to_string(),
            };
            format!("{} {until}", deciding_words(&decides, together))
        } else {
            "refused".to_owned()
        };
        ExampleAnswer { words, agrees, clauses: vec![clause.id.clone()] }
    }

    pub(super) fn reports(
        &self,
        who: &ExampleActor,
        id: &str,
        about: Option<Role>,
        chosen: Option<Role>,
        expected: &Routing,
    ) -> ExampleAnswer {
        let Some((clause, report)) = reporting::report(self.document, id) else {
            return nothing(format!("no report '{id}'"));
        };
        let example = Reporting { clause, report, reporter: who.person(ASKER), about: about.map(holder) };
        let cases = self.cases(&example, chosen).unwrap_or_default();
        let clauses = vec![clause.id.clone()];
        let Some(first) = cases.first() else {
            return ExampleAnswer { words: "refused".to_owned(), agrees: *expected == Routing::Refused, clauses };
        };
        let is_about = |role| example.about.as_ref().is_some_and(|about| about.roles.contains(role));
        let shown = |case: &Case| reporting::shown_route(&case.sent_to, &self.document.roles, &is_about);
        let mut roles: Vec<Role> = Vec::new();
        for role in cases.iter().flat_map(shown) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        let one_of = cases.iter().any(|case| case.sent_to != first.sent_to);
        let (routed, now) = (Routed::of(first, roles, one_of), self.at(None));
        let agrees = routed.meets(expected, &now, &self.rules.timetable().calendar);
        ExampleAnswer { words: routed.words(&now), agrees, clauses }
    }

    /// The case that a report opens or, where the reporter has still to choose where it goes, the case by each choice.
    /// `None` where the desk would not take it.
    fn cases(&self, example: &Reporting<'_>, chosen: Option<Role>) -> Option<Vec<Case>> {
        let Reporting { report, reporter, about, .. } = example;
        if report_sorting::capacities(self.document, report, reporter.into(), false).is_empty() {
            return None;
        }
        let about = about.as_ref().map(|about| about.roles.clone()).unwrap_or_default();
        let routes = match reporting::route(report, chosen, &about) {
            Err(WrongRoute::ChooseOne(choices)) if chosen.is_none() => {
                choices.into_iter().map(|choice| reporting::route(report, Some(choice), &about)).collect()
            }
            route => vec![route],
        };
        routes.into_iter().map(|route| self.case(example, route.ok()?)).collect()
    }

    fn case(&self, example: &Reporting<'_>, route: Vec<Role>) -> Option<Case> {
        let Reporting { clause, report, reporter, about } = example;
        let people = [Some(reporter), about.as_ref()];
        let find = |id| people.into_iter().flatten().find(|person| person.id == id);
        let made = Made {
            id: CaseId(Uuid::nil()),
            policy: self.document.id.clone(),
            version: Version(1),
            clause: clause.id.clone(),
            reporter: (reporter.audience != Audience::Unidentified).then_some(reporter.id),
            about: about.iter().map(|about| about.id).collect(),
            route,
        };
        let timetable = self.rules.timetable();
        // What has no answers yet is reported as soon as it is known.
        let case = reporting::open(report, made, &FormAnswers::new(), &self.at(None), &timetable.calendar);
        let parties = RequestParties::of_case(&case, find);
        (!reporting::lacks_pupil(&case.sent_to, parties)).then_some(case)
    }
}

/// A report in an example: by whom, and about whom.
struct Reporting<'r> {
    clause: &'r Clause,
    report: &'r Report,
    reporter: Person,
    about: Option<Person>,
}

/// The one holder of a role, so that a report about a holder goes past the role.
fn holder(role: Role) -> Person {
    ExampleActor { roles: vec![role], ..ExampleActor::default() }.person(ABOUT)
}

/// `it-staff or slt decides`, `headteacher and parent-of:pupil decide`, `asker decides`.
pub(crate) fn deciding_words(roles: &[Role], all: bool) -> String {
    if roles.is_empty() {
        return "asker decides".to_owned();
    }
    if all { format!("{} decide", names(roles, "and")) } else { format!("{} decides", names(roles, "or")) }
}

pub(super) fn nothing(words: String) -> ExampleAnswer {
    ExampleAnswer { words, agrees: false, clauses: Vec::new() }
}
