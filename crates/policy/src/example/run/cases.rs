//! Who decides what is asked for, and where a report goes.

use domain::{Audience, Longest, Person, PersonId, Recipient, Role, RoleSet};
use uuid::Uuid;

use super::{Answer, Run, names, same, standing};
use crate::example::{Actor, Deciding, Routing};
use crate::kinds::Report;
use crate::rules::deciding::SoFar;
use crate::rules::reporting::WrongRoute;
use crate::rules::{asking, deciding, grant_times, reporting, shown};
use crate::somebody::Somebody;

/// Whoever asks in an example.
const ASKER: PersonId = PersonId(Uuid::nil());

/// The relative roles that somebody may hold towards what they ask for. A parent in an example has a child.
fn possible_relative_roles(who: &Actor, asker: &Person) -> RoleSet {
    let children = if who.audience == Some(Audience::Parent) { vec![ASKER] } else { Vec::new() };
    domain::possible_relative_roles(
        &Person { children, ..asker.clone() },
        false,
        false,
        !asker.particulars.teaches.is_empty(),
    )
}

impl Run<'_> {
    pub(super) fn asks(&self, who: &Actor, id: &str, expected: &Deciding) -> Answer {
        let Some((clause, permission)) = self.document.permission(id) else {
            return nothing(format!("no permission '{id}'"));
        };
        let asker = who.person(ASKER);
        let roles = asker.roles.union(&possible_relative_roles(who, &asker));
        let somebody = Somebody { roles: &roles, ..Somebody::from(&asker) };
        let may = asking::may_ask(self.document, permission, somebody);
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
            let until = match shown::permission(permission).longest {
                None | Some(Longest::UntilRevoked) => Longest::UntilRevoked.to_string(),
                Some(other) => format!("until {other}"),
            };
            format!("{} {until}", deciding_words(&decides, together))
        } else {
            "refused".to_owned()
        };
        Answer { words, agrees, clauses: vec![clause.id.clone()] }
    }

    /// Of each role there is one holder, so that a report about a holder goes past the role.
    pub(super) fn reports(
        &self,
        who: &Actor,
        id: &str,
        about: Option<Role>,
        chosen: Option<Role>,
        expected: &Routing,
    ) -> Answer {
        let Some((clause, report)) = reporting::report(self.document, id) else {
            return nothing(format!("no report '{id}'"));
        };
        let about_roles: RoleSet = about.into_iter().collect();
        let routed = if reporting::may_report(self.document, report, (&standing(who)).into()) {
            reporting::route(report, chosen, &about_roles).map_err(Some)
        } else {
            Err(None)
        };
        let got = match routed {
            Ok(route) => {
                let roles = reporting::shown_route(&route, &self.document.roles, &|role| about_roles.contains(role));
                routing(report, roles, false)
            }
            Err(Some(WrongRoute::ChooseOne(choices))) => {
                let roles = shown::report(report).to.into_iter().chain(choices).collect();
                routing(report, roles, true)
            }
            Err(_) => Routing::Refused,
        };
        Answer { words: routing_words(&got), agrees: expected.is_met_by(&got), clauses: vec![clause.id.clone()] }
    }
}

/// `it-staff or slt decides`, `headteacher and parent-of:pupil decide`, `asker decides`.
pub(crate) fn deciding_words(roles: &[Role], all: bool) -> String {
    if roles.is_empty() {
        return "asker decides".to_owned();
    }
    if all { format!("{} decide", names(roles, "and")) } else { format!("{} decides", names(roles, "or")) }
}

pub(super) fn nothing(words: String) -> Answer {
    Answer { words, agrees: false, clauses: Vec::new() }
}

fn routing(report: &Report, roles: Vec<Role>, one_of: bool) -> Routing {
    let shown::Report { within, clock, in_confidence, .. } = shown::report(report);
    Routing::To { roles, one_of, within, clock, in_confidence }
}

impl Routing {
    /// Whether what came of a report is what is expected: what is not written is not looked at.
    pub(crate) fn is_met_by(&self, got: &Routing) -> bool {
        match (self, got) {
            (Routing::Refused, Routing::Refused) => true,
            (
                Routing::To { roles, one_of, within, clock, in_confidence },
                Routing::To { roles: goes_to, one_of: chooses, within: soon, clock: runs, in_confidence: hidden },
            ) => {
                same(Some(roles), Some(goes_to))
                    && one_of == chooses
                    && (within.is_none() || within == soon)
                    && (clock.is_none() || clock == runs)
                    && (!in_confidence || *hidden)
            }
            _ => false,
        }
    }
}

/// A routing in the words of an example.
pub(crate) fn routing_words(routing: &Routing) -> String {
    let Routing::To { roles, one_of, within, clock, in_confidence } = routing else { return "refused".to_owned() };
    let mut words = names(roles, if *one_of { "or" } else { "and" });
    if let Some(within) = within {
        words.push_str(&format!(" within {within}"));
    }
    if let Some(clock) = clock {
        words.push_str(&format!(" clock {clock}"));
    }
    if *in_confidence {
        words.push_str(" in confidence");
    }
    words
}
