//! What is known of one person across cases, in the order of time: of those cases that the reader has, and of no other.

use std::collections::BTreeMap;

use domain::{CaseEvent, CaseId, PersonId};
use jiff::Timestamp;
use records::{CaseRecord, CasesOf, Reading};

use crate::cases::concerns::report_title;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::known::people_index::PersonLine;

/// Something that happened in one of the cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChronologyLine {
    pub at: Timestamp,
    pub case: CaseId,
    pub title: String,
    pub who: String,
    pub what: String,
}

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChronologyPage {
    pub person: PersonLine,
    /// How many reports there are of each title, the most first.
    pub counts: Vec<(String, usize)>,
    pub open: usize,
    pub lines: Vec<ChronologyLine>,
}

impl Desk {
    /// What is known of a person from the cases about them that the actor has. To whoever has none of them, it is not there.
    pub async fn chronology(&self, actor: &Actor, person: PersonId) -> Result<ChronologyPage, ReadError> {
        let actor = self.authorise(actor, Verb::Concerns)?;
        let mut reading = self.stores().read(&actor).await?;
        let records = self.cases_about(&mut reading, &actor, person).await?;
        if records.is_empty() {
            return Err(ReadError::NotFound { what: "report" });
        }
        let published_policies = self.published_policies();
        let (mut lines, mut counts) = (Vec::new(), BTreeMap::new());
        for record in &records {
            let title = report_title(&published_policies, &record.case);
            *counts.entry(title.clone()).or_insert(0_usize) += 1;
            let mut entries = reading.case_entries(record.case.id).await?;
            // The other report stands here itself, where it is about the same person.
            entries.retain(|entry| !matches!(entry.what, CaseEvent::Linked { .. }));
            let line = |at, who, what| ChronologyLine { at, case: record.case.id, title: title.clone(), who, what };
            lines.push(line(record.case.opened_at, "It was reported:".to_owned(), record.told.clone()));
            let files = self.case_file_lines(&actor, reading.case_files(record.case.id).await?);
            let history = self.case_history(&actor, &record.case, &entries, &files);
            let since = history.into_iter().skip(1).map(|history| line(history.at, history.who, history.what));
            lines.extend(since);
        }
        drop(reading);
        lines.sort_by_key(|line| line.at);
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Ok(ChronologyPage {
            person: self.people_index(&actor).line(person),
            counts,
            open: records.iter().filter(|record| !record.case.is_closed()).count(),
            lines,
        })
    }

    /// The cases about a person that the actor has, the oldest first.
    pub(crate) async fn cases_about(
        &self,
        reading: &mut Reading,
        by: &Authorised,
        person: PersonId,
    ) -> Result<Vec<CaseRecord>, records::Error> {
        let published_policies = self.published_policies();
        let mut records = reading.cases(CasesOf::About(person)).await?;
        records.retain(|record| self.reads(by, &published_policies, &record.case));
        Ok(records)
    }
}
