//! One day of the log: its sealed part and its lines together, each activity once.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use domain::{Activity, ActivityId};
use jiff::civil::Date;

use crate::conditions::Condition;
use crate::hot::{Hot, HotError, HotLine, HotReader};
use crate::layout::Layout;
use crate::part::{PartError, SealedPart};
use crate::search::SearchError;

/// What a day holds that fulfils some conditions.
pub struct Day {
    pub date: Date,
    layout: Layout,
    conditions: Arc<[Condition]>,
    part: Option<PathBuf>,
    /// Those that fulfil the conditions, in the order of their times.
    lines: Vec<HotLine>,
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

/// Why activities of a day could not be read.
#[derive(Debug)]
pub enum Unread {
    /// Its part, without which the day goes on.
    Part(PartError),
    Lines(HotError),
}

impl From<PartError> for Unread {
    fn from(error: PartError) -> Self {
        Unread::Part(error)
    }
}

impl From<Unread> for SearchError {
    fn from(error: Unread) -> Self {
        match error {
            Unread::Part(error) => error.into(),
            Unread::Lines(error) => error.into(),
        }
    }
}

/// An activity of the day, of which a line is not read before it is asked for.
enum DayRow<'a> {
    Sealed(Box<Activity>),
    Line(&'a HotLine),
}

impl Day {
    /// Reads the lines of a day's segments up to and including `through`, and which of them are in its part.
    pub fn read(layout: &Layout, date: Date, through: u64, conditions: Arc<[Condition]>) -> Result<Day, SearchError> {
        let hot = Hot::read(layout, date, through, &conditions)?;
        let part = layout.live_part(date)?.map(|through| layout.part(date, through));
        let Hot { mut lines, foreign, damaged, .. } = hot;
        lines.sort_unstable_by_key(|line| (line.at, line.id));
        let mut day = Day {
            date,
            layout: layout.clone(),
            conditions,
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
        // Those that do not fulfil the conditions held over the part's, and are not asked for again.
        day.lines.retain(|line| line.fulfils);
        day.lines.shrink_to_fit();
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

    /// How many activities there are.
    pub async fn count(&self) -> Result<u64, PartError> {
        let sealed = match self.open_part()? {
            Some(part) => part.count(&self.conditions, &self.replaced_in_part).await?,
            None => 0,
        };
        Ok(sealed + self.lines_that_hold().count() as u64)
    }

    /// The activities, the oldest first: so many after so many.
    pub async fn page(&self, skip: usize, take: usize) -> Result<Vec<Activity>, Unread> {
        match self.open_part()? {
            // Nothing is beside the part, and nothing of it is left out.
            Some(part) if self.lines.is_empty() && self.replaced_in_part.is_empty() => {
                Ok(part.page(&self.conditions, skip, take).await?)
            }
            part => self.read_rows(self.merged(part)?.skip(skip).take(take)).collect(),
        }
    }

    /// Every activity, the oldest first.
    pub fn all(&self) -> Result<impl Iterator<Item = Result<Activity, Unread>>, PartError> {
        Ok(self.read_rows(self.merged(self.open_part()?)?))
    }

    fn lines_that_hold(&self) -> impl Iterator<Item = &HotLine> {
        self.lines.iter().filter(|line| !self.replaced_lines.contains(&line.id))
    }

    /// What is sealed and the lines, in the order of their times.
    fn merged(
        &self,
        part: Option<SealedPart>,
    ) -> Result<impl Iterator<Item = Result<DayRow<'_>, PartError>>, PartError> {
        let sealed = part.map(|part| part.activities(&self.conditions)).transpose()?.into_iter().flatten();
        let is_kept = |sealed: &Result<Activity, PartError>| {
            sealed.as_ref().map_or(true, |activity| !self.replaced_in_part.contains(&activity.id))
        };
        let mut sealed = sealed.filter(is_kept).peekable();
        let mut lines = self.lines_that_hold().peekable();
        Ok(std::iter::from_fn(move || {
            let line_is_next = match (sealed.peek(), lines.peek()) {
                (Some(Ok(sealed)), Some(line)) => (line.at, line.id) < (sealed.at, sealed.id),
                (sealed, _) => sealed.is_none(),
            };
            if line_is_next {
                lines.next().map(|line| Ok(DayRow::Line(line)))
            } else {
                sealed.next().map(|sealed| Ok(DayRow::Sealed(Box::new(sealed?))))
            }
        }))
    }

    fn read_rows<'a>(
        &'a self,
        rows: impl Iterator<Item = Result<DayRow<'a>, PartError>>,
    ) -> impl Iterator<Item = Result<Activity, Unread>> {
        let mut reader = HotReader::new(&self.layout, self.date);
        rows.map(move |row| match row? {
            DayRow::Sealed(activity) => Ok(*activity),
            DayRow::Line(line) => reader.activity(line).map_err(Unread::Lines),
        })
    }
}
