//! Who decides what is asked for, and where a report goes.

use domain::{Longest, Role};

use super::{Answer, Run, asker, names, same, standing};
use crate::example::{Actor, Deciding, Routing};
use crate::kinds::Report;
use crate::rules::{asking, deciding, reporting};

impl Run<'_> {
    pub(super) fn asks(&self, who: &Actor, id: &str, expected: &Deciding) -> Answer {
        let Some((clause, permission)) = self.document.permission(id) else {
            return nothing(format!("no permission '{id}'"));
        };
        let may = asking::may_ask(self.document, permission, (&asker(who)).into());
        let decides = deciding::deciders(Some(permission), None, &|_| false);
        let now = self.at(None);
        let end = deciding::latest_end(permission, now.timestamp(), now.time_zone());
        let ends = |until: Longest| until.end(&now).map(|end| end.timestamp()) == end;
        let agrees = match expected {
            Deciding::Refused => !may,
            Deciding::By { roles, until } => may && same(Some(roles), Some(&decides)) && until.is_none_or(ends),
        };
        let words = if may {
            let until = match permission.longest {
                None | Some(Longest::UntilRevoked) => Longest::UntilRevoked.to_string(),
                Some(other) => format!("until {other}"),
            };
            format!("{} decides {until}", names(&decides, "or"))
        } else {
            "refused".to_owned()
        };
        Answer { words, agrees, clauses: vec![clause.id.clone()] }
    }

    pub(super) fn reports(&self, who: &Actor, id: &str, about: Option<Role>, expected: &Routing) -> Answer {
        let Some((clause, report)) = reporting::report(self.document, id) else {
            return nothing(format!("no report '{id}'"));
        };
        let may = reporting::may_report(self.document, report, (&standing(who)).into());
        let agrees = match expected {
            Routing::Refused => !may,
            Routing::To { roles, within, in_confidence } => {
                may && same(Some(roles), Some(reporting::receivers(report, about)))
                    && within.is_none_or(|within| report.within == Some(within))
                    && (!in_confidence || report.in_confidence)
            }
        };
        let words = if may { routing_words(report, about) } else { "refused".to_owned() };
        Answer { words, agrees, clauses: vec![clause.id.clone()] }
    }
}

fn nothing(words: String) -> Answer {
    Answer { words, agrees: false, clauses: Vec::new() }
}

fn routing_words(report: &Report, about: Option<Role>) -> String {
    let mut words = names(reporting::receivers(report, about), "and");
    if let Some(within) = report.within {
        words.push_str(&format!(" within {within}"));
    }
    if report.in_confidence {
        words.push_str(" in confidence");
    }
    words
}
