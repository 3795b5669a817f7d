//! What is known of one person across cases, in the order of time: of those cases that the reader has, and of no other.

use std::collections::BTreeMap;

use domain::{Audience, CaseEvent, CaseId, FileOf, PersonId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
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

/// Within how many weeks reports of one kind are said to repeat.
pub const REPEATS_WITHIN_WEEKS: i64 = 6;

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChronologyPage {
    pub person: PersonLine,
    /// How many reports there are of each title, the most first.
    pub counts: Vec<(String, usize)>,
    /// How many reports there are, and how many of them are open: those about an adult too are among them.
    pub reports: usize,
    pub open: usize,
    /// How many reports came in each month, the newest month first, by their titles.
    pub months: Vec<(Date, Vec<(String, usize)>)>,
    /// What came more than once within the last weeks, and how often.
    pub repeats: Vec<(String, usize)>,
    /// Reports about a pupil that are about an adult too, by their titles: they count in no pattern of the pupil’s.
    pub about_adults: Vec<(String, usize)>,
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
        let (mut lines, mut reported) = (Vec::new(), Vec::new());
        for record in &records {
            let title = report_title(&published_policies, &record.case);
            reported.push((title.clone(), record.case.opened_at, self.is_about_an_adult_too(&actor, record, person)));
            let mut entries = reading.case_entries(record.case.id).await?;
            // The other report stands here itself, where it is about the same person.
            entries.retain(|entry| !matches!(entry.what, CaseEvent::Linked { .. } | CaseEvent::Unlinked { .. }));
            let line = |at, who, what| ChronologyLine { at, case: record.case.id, title: title.clone(), who, what };
            lines.push(line(record.case.opened_at, "It was reported:".to_owned(), record.told.clone()));
            let files = self.file_lines(&actor, reading.files(FileOf::Case(record.case.id)).await?);
            let history = self.case_history(&actor, &record.case, &entries, &files);
            let of_case = FileOf::Case(record.case.id);
            let taken_out = reading.taken_out_files(of_case).await?;
            let history = self.with_taken_out(&actor, of_case, &taken_out, history);
            let since = history.into_iter().skip(1).map(|history| line(history.at, history.who, history.what));
            lines.extend(since);
        }
        drop(reading);
        lines.sort_by_key(|line| line.at);
        let apart = |apart: bool| reported.iter().filter(move |(.., is_apart)| *is_apart == apart);
        let titles = |of: &mut dyn Iterator<Item = &(String, Timestamp, bool)>| count(of.map(|(title, ..)| title));
        let since = self.now() - SignedDuration::from_hours(24 * 7 * REPEATS_WITHIN_WEEKS);
        let mut repeats = titles(&mut apart(false).filter(|(_, at, _)| *at >= since));
        repeats.retain(|(_, times)| *times > 1);
        let mut months: BTreeMap<Date, Vec<&String>> = BTreeMap::new();
        for (title, at, _) in apart(false) {
            let day = at.to_zoned(self.time_zone().clone()).date();
            months.entry(day.first_of_month()).or_default().push(title);
        }
        Ok(ChronologyPage {
            months: months.into_iter().rev().map(|(month, titles)| (month, count(titles.into_iter()))).collect(),
            repeats,
            about_adults: titles(&mut apart(true)),
            person: self.people_index(&actor).line(person),
            counts: titles(&mut apart(false)),
            open: records.iter().filter(|record| !record.case.is_closed()).count(),
            reports: records.len(),
            lines,
        })
    }

    /// Whether a case about a pupil is about somebody else too who is none.
    fn is_about_an_adult_too(&self, by: &Authorised, record: &CaseRecord, person: PersonId) -> bool {
        let people_index = self.people_index(by);
        let is_pupil = |id: PersonId| people_index.line(id).audience == Audience::Pupil;
        is_pupil(person) && record.case.about.iter().any(|other| *other != person && !is_pupil(*other))
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

/// How often each title stands there, the most often first.
fn count<'t>(titles: impl Iterator<Item = &'t String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for title in titles {
        *counts.entry(title).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().map(|(title, times)| (title.clone(), times)).collect();
    counts.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    counts
}
