//! What is wrong with a timetable and its calendar as a school has written them: everything at once, each with its place
//! and its mend.

use jiff::civil::{Date, Time, Weekday};

use crate::{Lesson, NamedDates, Period, Timetable};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarProblem {
    #[error("'{name}' ends on {last}, before it begins on {first}: swap its dates, or correct them")]
    Backwards { name: String, first: Date, last: Date },
    #[error("'{one}' and '{other}' overlap on {on}: let the one end before the other begins")]
    Overlap { one: String, other: String, on: Date },
    #[error("'{name}' on {on} is outside every term: correct its date, or enter the term that it is in")]
    OutsideTerms { name: String, on: Date },
    #[error("{period} from {from} to {to} ends before it begins: swap its times, or correct them")]
    EntryBackwards { period: Period, from: Time, to: Time },
    #[error(
        "{lesson} on {day} from {from} to {to} is outside the school day: move it, or correct the times of the day"
    )]
    OutsideDay { lesson: String, day: String, from: Time, to: Time },
    #[error("{who} is taught or teaches twice on {day} at {at}: move one of the two lessons")]
    Twice { who: String, day: String, at: Time },
    #[error("{room} has two lessons on {day} at {at}: move one of the two lessons")]
    RoomTwice { room: String, day: String, at: Time },
    #[error("{lesson} has no time: write its days and times, such as 'mon 08:50-09:50'")]
    NoTime { lesson: String },
    #[error("{lesson} is in week A or B, and calendar.a-weeks is empty: list a day of each week that is week A")]
    NoWeeks { lesson: String },
}

/// The days on which lessons may be.
const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "Monday"),
    (Weekday::Tuesday, "Tuesday"),
    (Weekday::Wednesday, "Wednesday"),
    (Weekday::Thursday, "Thursday"),
    (Weekday::Friday, "Friday"),
    (Weekday::Saturday, "Saturday"),
    (Weekday::Sunday, "Sunday"),
];

/// A problem with the key of the timetable that it is about, such as `calendar.terms`.
pub type CalendarProblemAt = (&'static str, CalendarProblem);

impl Timetable {
    /// Everything that is wrong; empty where nothing is.
    pub fn problems(&self) -> Vec<CalendarProblemAt> {
        let mut problems = self.of_calendar();
        let backwards = self.day.iter().filter(|entry| entry.to <= entry.from);
        problems.extend(backwards.map(|entry| {
            let (period, from, to) = (entry.period, entry.from, entry.to);
            ("day", CalendarProblem::EntryBackwards { period, from, to })
        }));
        problems.extend(self.of_lessons().into_iter().map(|problem| ("lessons", problem)));
        problems
    }

    fn of_calendar(&self) -> Vec<CalendarProblemAt> {
        let mut problems = Vec::new();
        for (key, dates) in [("calendar.terms", &self.calendar.terms), ("calendar.holidays", &self.calendar.holidays)] {
            problems.extend(of_dates(dates).into_iter().map(|problem| (key, problem)));
        }
        let in_term = |date: Date| self.calendar.terms.iter().any(|term| term.contains(date));
        if !self.calendar.terms.is_empty() {
            let holidays = self.calendar.holidays.iter().map(|days| ("calendar.holidays", &days.name, days.first));
            let closed = self.calendar.closed_days.iter().map(|day| ("calendar.closed-days", &day.name, day.on));
            let outside = holidays.chain(closed).filter(|(_, _, on)| !in_term(*on));
            problems
                .extend(outside.map(|(key, name, on)| (key, CalendarProblem::OutsideTerms { name: name.clone(), on })));
        }
        problems
    }

    fn of_lessons(&self) -> Vec<CalendarProblem> {
        let no_time = self.lessons.iter().filter(|lesson| lesson.when.is_empty());
        let mut problems: Vec<_> = no_time.map(|lesson| CalendarProblem::NoTime { lesson: lesson.words() }).collect();
        let no_weeks = self.lessons.iter().filter(|lesson| lesson.week.is_some() && self.calendar.a_weeks.is_empty());
        problems.extend(no_weeks.map(|lesson| CalendarProblem::NoWeeks { lesson: lesson.words() }));
        for (weekday, day) in DAYS {
            let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
            let on_day = || {
                self.lessons.iter().flat_map(move |lesson| lesson.when.on(weekday).map(move |times| (lesson, times)))
            };
            let school_day = self.school_day().filter(|_| !weekend);
            let inside = |from: Time, to: Time| school_day.is_some_and(|hours| hours.from <= from && to <= hours.to);
            problems.extend(on_day().filter(|(_, (from, to))| !inside(*from, *to)).map(|(lesson, (from, to))| {
                CalendarProblem::OutsideDay { lesson: lesson.words(), day: day.to_owned(), from, to }
            }));
            let lessons: Vec<_> = on_day().collect();
            for (place, (one, (from, to))) in lessons.iter().enumerate() {
                let later = lessons[place + 1..].iter();
                let at_once = later.filter(|(other, (other_from, other_to))| {
                    from < other_to && other_from < to && one.shares_a_week_with(other)
                });
                problems
                    .extend(at_once.flat_map(|(other, (other_from, _))| twice(one, other, day, *from.max(other_from))));
            }
        }
        problems
    }
}

fn of_dates(dates: &[NamedDates]) -> Vec<CalendarProblem> {
    let backwards = dates.iter().filter(|days| days.last < days.first).map(|days| CalendarProblem::Backwards {
        name: days.name.clone(),
        first: days.first,
        last: days.last,
    });
    let pairs =
        dates.iter().enumerate().flat_map(|(place, one)| dates[place + 1..].iter().map(move |other| (one, other)));
    let overlaps = pairs.filter_map(|(one, other)| {
        let on = one.first.max(other.first);
        let overlap = one.contains(on) && other.contains(on);
        overlap.then(|| CalendarProblem::Overlap { one: one.name.clone(), other: other.name.clone(), on })
    });
    backwards.chain(overlaps).collect()
}

/// What two lessons at the same time have both: a class, a teacher, a room.
fn twice(one: &Lesson, other: &Lesson, day: &str, at: Time) -> Vec<CalendarProblem> {
    let day = day.to_owned();
    let mut problems = Vec::new();
    if one.class == other.class {
        problems.push(CalendarProblem::Twice { who: one.class.to_string(), day: day.clone(), at });
    }
    if let Some(teacher) = one.teacher.as_ref().filter(|_| one.teacher == other.teacher) {
        problems.push(CalendarProblem::Twice { who: teacher.clone(), day: day.clone(), at });
    }
    if let Some(room) = one.room.as_ref().filter(|_| one.room == other.room) {
        problems.push(CalendarProblem::RoomTwice { room: room.clone(), day, at });
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(timetable: &str) -> Vec<String> {
        let day = "time-zone = 'Europe/London'\nday = [{ period = 'school day', from = '08:30', to = '15:30' }]\n";
        let timetable: Timetable = toml::from_str(&format!("{day}{timetable}")).expect("a timetable");
        timetable.problems().into_iter().map(|(key, problem)| format!("{key}: {problem}")).collect()
    }

    #[test]
    fn the_sample_timetable_has_no_problem() {
        assert_eq!(Timetable::sample(2025, 3).problems(), []);
        assert_eq!(Timetable::default().problems(), []);
    }

    #[test]
    fn every_wrong_date_is_told_at_once_with_its_place_and_its_mend() {
        let found = problems(
            "[calendar]\nterms = [
               { name = 'Autumn', first = '2026-12-18', last = '2026-09-02' },
               { name = 'Spring', first = '2027-01-05', last = '2027-03-27' },
               { name = 'Summer', first = '2027-03-20', last = '2027-07-17' },
             ]\nclosed-days = [{ name = 'Training day', on = '2027-08-02' }]\n",
        );
        assert_eq!(
            found,
            [
                "calendar.terms: 'Autumn' ends on 2026-09-02, before it begins on 2026-12-18: swap its dates, or correct them",
                "calendar.terms: 'Spring' and 'Summer' overlap on 2027-03-20: let the one end before the other begins",
                "calendar.closed-days: 'Training day' on 2027-08-02 is outside every term: correct its date, or enter the \
                 term that it is in",
            ]
        );
    }

    #[test]
    fn lessons_of_different_weeks_never_clash_and_weeks_must_be_listed() {
        let lessons = "lessons = [
           { class = '9B', when = 'mon 08:50-09:50', week = 'A' },
           { class = '9B', when = 'mon 08:50-09:50', week = 'B' },
         ]\n";
        let listed = problems(&format!("{lessons}[calendar]\na-weeks = ['2026-09-07']\n"));
        assert_eq!(listed, [""; 0]);
        let found = problems(lessons);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("calendar.a-weeks is empty"), "{found:#?}");
    }

    #[test]
    fn a_lesson_outside_the_day_and_a_class_taught_twice_at_once_are_refused() {
        let found = problems(
            "lessons = [
               { class = '9B', when = 'mon 08:50-09:50', room = 'S4', teacher = 'ash' },
               { class = '9B', when = 'mon 09:20-10:20', room = 'S5', teacher = 'bel' },
               { class = '8A', when = 'mon 09:40-10:40', room = 'S4', teacher = 'ash' },
               { class = '7C', when = 'tue 15:00-16:00' },
               { class = '7D', when = '' },
             ]\n",
        );
        let told = [
            "the lesson of 7D has no time",
            "9B is taught or teaches twice on Monday at 09:20:00",
            "ash is taught or teaches twice on Monday at 09:40:00",
            "S4 has two lessons on Monday at 09:40:00",
            "the lesson of 7C on Tuesday from 15:00:00 to 16:00:00 is outside the school day",
        ];
        assert_eq!(found.len(), told.len(), "{found:#?}");
        for (found, told) in found.iter().zip(told) {
            assert!(found.starts_with(&format!("lessons: {told}")), "{found}");
        }
    }
}
