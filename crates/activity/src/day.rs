//! One day of the log: its sealed part and its lines together, each activity once.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use domain::{Activity, ActivityId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::conditions::Condition;
use crate::hot::{Hot, HotError};
use crate::layout::Layout;
use crate::part::{PartError, SealedPart};
use crate::search::SearchError;

pub struct Day {
    pub date: Date,
    part: Option<PathBuf>,
    /// In the order of their times.
    lines: Vec<Activity>,
    /// Activities of the part over which a line holds, and of the lines over which the part holds.
    replaced_in_part: HashSet<ActivityId>,
    replaced_lines: HashSet<ActivityId>,
    /// Why the part is left out, where it can't be read.
    pub unreadable: Option<PartError>,
    /// Lines that are whole but not understood.
    pub foreign: Vec<HotError>,
    /// Lines that do not fit their checksums, as they are, with their newlines.
    pub damaged: Vec<Vec<u8>>,
}

impl Day {
    /// Reads the lines of a day's segments up to and including `through`, and which of them are in its part.
    pub fn read(layout: &Layout, date: Date, through: u64) -> Result<Day, SearchError> {
        let hot = Hot::read(layout, date, through)?;
        let part = layout.live_part(date)?.map(|through| layout.part(date, through));
        let Hot { activities: mut lines, foreign, damaged, .. } = hot;
        lines.sort_unstable_by_key(place);
        let mut day = Day {
            date,
            part,
            lines,
            replaced_in_part: HashSet::new(),
            replaced_lines: HashSet::new(),
            unreadable: None,
            foreign,
            damaged,
        };
        let told_apart = catch_unwind(AssertUnwindSafe(|| day.tell_apart()));
        if let Err(error) = told_apart.unwrap_or_else(|_| Err(PartError::reader_gave_up())) {
            day.leave_out_part(error);
        }
        Ok(day)
    }

    /// Of an activity that is both in the part and among the lines, the later line holds, and its end over its opening.
    fn tell_apart(&mut self) -> Result<(), PartError> {
        let Some(part) = self.open_part()? else { return Ok(()) };
        if self.lines.is_empty() {
            return Ok(());
        }
        let sealed = part.phases(&self.lines.iter().map(|line| line.id).collect())?;
        for line in &self.lines {
            match sealed.get(&line.id) {
                Some(phase) if *phase > line.phase => self.replaced_lines.insert(line.id),
                Some(_) => self.replaced_in_part.insert(line.id),
                None => continue,
            };
        }
        Ok(())
    }

    /// Lets go of lines that do not fulfil the conditions, and are not asked for again.
    pub fn narrow(&mut self, conditions: &[Condition]) {
        self.lines.retain(|line| conditions.iter().all(|condition| condition.holds_of(line)));
        self.lines.shrink_to_fit();
    }

    fn open_part(&self) -> Result<Option<SealedPart>, PartError> {
        self.part.as_deref().map(SealedPart::open).transpose()
    }

    /// Goes on without the part. What is wrong with it goes to the program's log, and its file stays where it is.
    pub fn leave_out_part(&mut self, error: PartError) {
        let part = self.part.take().map(|part| part.display().to_string());
        let cause: &(dyn std::error::Error + 'static) = &error;
        tracing::error!(error = cause, part, "a sealed day of activity can't be read, and searches go on without it");
        self.unreadable = Some(error);
        self.replaced_in_part.clear();
        self.replaced_lines.clear();
    }

    /// How many activities fulfil all conditions.
    pub async fn count(&self, conditions: &[Condition]) -> Result<u64, PartError> {
        let sealed = match self.open_part()? {
            Some(part) => part.count(conditions, &self.replaced_in_part).await?,
            None => 0,
        };
        Ok(sealed + self.lines_that_fulfil(conditions).count() as u64)
    }

    /// The activities that fulfil all conditions, the oldest first: so many after so many.
    pub async fn page(&self, conditions: &[Condition], skip: usize, take: usize) -> Result<Vec<Activity>, PartError> {
        match self.open_part()? {
            // Nothing is beside the part, and nothing of it is left out.
            Some(part) if self.lines.is_empty() && self.replaced_in_part.is_empty() => {
                part.page(conditions, skip, take).await
            }
            part => self.merged(part, conditions)?.skip(skip).take(take).collect(),
        }
    }

    /// Every activity of the day, the oldest first.
    pub fn all(&self) -> Result<impl Iterator<Item = Result<Activity, PartError>>, PartError> {
        self.merged(self.open_part()?, &[])
    }

    fn lines_that_fulfil(&self, conditions: &[Condition]) -> impl Iterator<Item = &Activity> {
        let lines = self.lines.iter().filter(|line| !self.replaced_lines.contains(&line.id));
        lines.filter(|line| conditions.iter().all(|condition| condition.holds_of(line)))
    }

    fn merged(
        &self,
        part: Option<SealedPart>,
        conditions: &[Condition],
    ) -> Result<impl Iterator<Item = Result<Activity, PartError>>, PartError> {
        let sealed = part.map(|part| part.activities(conditions)).transpose()?.into_iter().flatten();
        let is_kept = |sealed: &Result<Activity, PartError>| {
            sealed.as_ref().map_or(true, |activity| !self.replaced_in_part.contains(&activity.id))
        };
        let mut sealed = sealed.filter(is_kept).peekable();
        let mut lines = self.lines_that_fulfil(conditions).cloned().peekable();
        Ok(std::iter::from_fn(move || {
            let line_is_next = match (sealed.peek(), lines.peek()) {
                (Some(Ok(sealed)), Some(line)) => place(line) < place(sealed),
                (sealed, _) => sealed.is_none(),
            };
            if line_is_next { lines.next().map(Ok) } else { sealed.next() }
        }))
    }
}

/// Where an activity stands among those of its day.
fn place(activity: &Activity) -> (Timestamp, ActivityId) {
    (activity.at, activity.id)
}
