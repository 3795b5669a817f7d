//! Data breaches: what is known of one and still to be found out, and the list of all of them, told to the regulator or not
//! (UK GDPR Article 33).

use domain::{BreachPart, CaseEntry, CaseId, CaseState, known_of_breach};
use jiff::Timestamp;
use policy::kinds::Report;
use policy::rules::reporting;
use records::{CaseRecord, CasesOf};

use crate::cases::case_lines;
use crate::cases::case_people::rule_of;
use crate::cases::concerns::report_title;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::desk::wording::all_role_words;

/// What is known of a data breach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachFacts {
    pub known_since: Timestamp,
    /// What the regulator asks, each part with what is known of it so far.
    pub parts: Vec<(BreachPart, Option<String>)>,
    /// The roles to whom the regulator may turn.
    pub contact: String,
    /// Whether the regulator and the people concerned were told, under a heading each.
    pub told: Vec<(&'static str, Vec<String>)>,
}

impl BreachFacts {
    /// The parts of which nothing is known yet.
    pub fn missing(&self) -> Vec<BreachPart> {
        self.parts.iter().filter(|(_, known)| known.is_none()).map(|(part, _)| *part).collect()
    }
}

/// A data breach as the list of all shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachLine {
    pub id: CaseId,
    pub title: String,
    pub opened_at: Timestamp,
    pub known_since: Timestamp,
    /// What happened, once it is written down.
    pub nature: Option<String>,
    /// Whether the regulator was told, as it was last written down.
    pub regulator: Option<String>,
    pub closed_at: Option<Timestamp>,
}

/// Since when the school has known of a case, as was put right where it was.
pub(crate) fn known_since(record: &CaseRecord, report: Option<&Report>) -> Timestamp {
    let case = &record.case;
    case.clock_from.unwrap_or_else(|| reporting::known_since(report, &record.needs, case.opened_at))
}

impl Desk {
    /// Whether there is a data breach that the actor reads.
    pub async fn has_breaches(&self, actor: &Actor) -> Result<bool, ReadError> {
        let actor = self.authorise(actor, Verb::Concerns)?;
        let published_policies = self.published_policies();
        let of_breaches = CasesOf::Reports(published_policies.reports_of_breaches());
        let records = self.stores().read(&actor).await?.cases(of_breaches).await?;
        let is_theirs = |record: &CaseRecord| {
            let report = rule_of(&published_policies, &record.case);
            reporting::is_of_breach(report) && self.reads(&actor, &published_policies, &record.case)
        };
        Ok(records.iter().any(is_theirs))
    }

    /// Every data breach that the actor reads, newest first, however long ago it was closed.
    pub async fn breaches(&self, actor: &Actor) -> Result<Vec<BreachLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Concerns)?;
        let published_policies = self.published_policies();
        let mut reading = self.stores().read(&actor).await?;
        let mut lines = Vec::new();
        for record in reading.cases(CasesOf::Reports(published_policies.reports_of_breaches())).await? {
            let (case, report) = (&record.case, rule_of(&published_policies, &record.case));
            if !reporting::is_of_breach(report) || !self.reads(&actor, &published_policies, case) {
                continue;
            }
            let entries = reading.case_entries(case.id).await?;
            let nature = known_of_breach(case_lines::written(&entries)).find(|(part, _)| *part == BreachPart::Nature);
            lines.push(BreachLine {
                id: case.id,
                title: report_title(&published_policies, case),
                opened_at: case.opened_at,
                known_since: known_since(&record, report),
                nature: nature.and_then(|(_, known)| known.map(str::to_owned)),
                regulator: case_lines::regulator(&case_lines::summary(&entries, &self.line_words(&actor, case)))
                    .cloned(),
                closed_at: match case.state {
                    CaseState::Closed { at, .. } => Some(at),
                    CaseState::Open | CaseState::TakenUp { .. } => None,
                },
            });
        }
        Ok(lines)
    }

    /// What is known of a case that is dealt with as a data breach.
    pub(crate) fn breach_facts(
        &self,
        by: &Authorised,
        record: &CaseRecord,
        report: Option<&Report>,
        entries: &[CaseEntry],
    ) -> Option<BreachFacts> {
        reporting::is_of_breach(report).then(|| BreachFacts {
            known_since: known_since(record, report),
            parts: known_of_breach(case_lines::written(entries))
                .map(|(part, known)| (part, known.map(str::to_owned)))
                .collect(),
            contact: all_role_words(&self.roles(), &record.case.sent_to),
            told: case_lines::summary(entries, &self.line_words(by, &record.case))
                .into_iter()
                .filter(|(heading, _)| case_lines::OF_BREACHES.contains(heading))
                .collect(),
        })
    }
}
