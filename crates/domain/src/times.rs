//! When: the school's calendar and timetable, spans of time, working hours, and the words for them.

mod calendar;
mod calendar_problem;
mod clock;
mod dates;
mod lesson;
mod longest;
mod period;
mod span;
mod timetable;
mod weekly_times;

pub(crate) use calendar::end_of_day;
pub use calendar::{Calendar, ClosedDay, NamedDates, NoEnd};
pub use calendar_problem::CalendarProblem;
pub use clock::{Clock, FixedClock};
pub use dates::{day_words, moment_words};
pub use lesson::{Lesson, Week};
pub use longest::Longest;
pub use period::{Period, PeriodSet};
pub use span::{Span, SpanError, Unit, Within};
pub use timetable::{LessonAt, LessonEnd, Timetable, TimetableEntry};
pub use weekly_times::{WeeklyTimes, WeeklyTimesError};
