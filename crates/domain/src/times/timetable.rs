//! The school's timetable: its day, the lessons of its classes, and the calendar that says on which days they are.

use std::collections::HashSet;

use jiff::civil::{DateTime, Time};
use jiff::{ToSpan, Zoned, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{Calendar, Group, Lesson, NoEnd, Period, PeriodSet};

/// One stretch of a weekday: from `from`, up to but not including `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimetableEntry {
    #[serde(deserialize_with = "of_everybody")]
    pub period: Period,
    pub from: Time,
    pub to: Time,
}

/// When the school's named periods are. Lessons, breaks and the school day are stretches of every weekday in term; what
/// is no school day is out of hours. The calendar says which days are in term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Timetable {
    /// IANA name, such as `Europe/London`.
    #[serde(with = "zone_name")]
    pub time_zone: TimeZone,
    pub day: Vec<TimetableEntry>,
    /// The lessons of each class, as far as they are known.
    #[serde(default)]
    pub lessons: Vec<Lesson>,
    #[serde(default)]
    pub calendar: Calendar,
}

/// When a lesson ends, and which it is in plain words: `lesson 3`, `the lesson of 9B in S4`.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonEnd {
    pub at: Zoned,
    pub lesson: String,
}

/// A lesson of a class on a certain day.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonAt {
    pub class: Group,
    pub from: Zoned,
    pub to: Zoned,
}

impl Default for Timetable {
    /// A common English school day; a school sets its own.
    fn default() -> Self {
        let stretch = |period, from: (i8, i8), to: (i8, i8)| TimetableEntry {
            period,
            from: Time::constant(from.0, from.1, 0, 0),
            to: Time::constant(to.0, to.1, 0, 0),
        };
        Timetable {
            time_zone: TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC),
            day: vec![
                stretch(Period::SchoolDay, (8, 30), (15, 30)),
                stretch(Period::Lessons, (8, 50), (10, 50)),
                stretch(Period::Breaks, (10, 50), (11, 10)),
                stretch(Period::Lessons, (11, 10), (12, 20)),
                stretch(Period::Breaks, (12, 20), (13, 20)),
                stretch(Period::Lessons, (13, 20), (15, 30)),
            ],
            lessons: Vec::new(),
            calendar: Calendar::default(),
        }
    }
}

impl Timetable {
    /// The timetable of worked examples, of stories and of the sample school: the common school day, and invented
    /// terms for so many school years from the September of `first_year`.
    pub fn sample(first_year: i16, school_years: i16) -> Timetable {
        Timetable { calendar: Calendar::sample(first_year, school_years), ..Timetable::default() }
    }

    /// The periods that hold at `at`. What passes the gate is on site, and never off it.
    pub fn periods(&self, at: &Zoned) -> PeriodSet {
        let at = at.with_time_zone(self.time_zone.clone());
        let mut held = PeriodSet::from_iter([Period::OnSite]);
        held.insert(if self.calendar.is_holiday(at.date()) { Period::Holidays } else { Period::Term });
        if self.calendar.may_be_school_day(at.date()) {
            let time = at.time();
            self.day
                .iter()
                .filter(|stretch| stretch.from <= time && time < stretch.to)
                .for_each(|stretch| held.insert(stretch.period));
        }
        if !held.contains(Period::SchoolDay) {
            held.insert(Period::OutOfHours);
        }
        held
    }

    /// The end of the lesson that runs at `at`: that of the first of these classes that has one, or else the one that the
    /// school's day gives to everybody; or else of the next one that the school's day has.
    ///
    /// # Errors
    /// No lesson runs or is left on that day.
    pub fn lesson_end(&self, at: &Zoned, classes: &[Group]) -> Result<LessonEnd, NoEnd> {
        let at = at.with_time_zone(self.time_zone.clone());
        if !self.calendar.may_be_school_day(at.date()) {
            return Err(NoEnd::NoLesson);
        }
        let (end, lesson) = self
            .running_lesson(at.datetime(), classes)
            .or_else(|| self.lesson_of_day(at.time()))
            .ok_or(NoEnd::NoLesson)?;
        let at = at.date().to_datetime(end).to_zoned(self.time_zone.clone()).map_err(|_| NoEnd::NoLesson)?;
        Ok(LessonEnd { at, lesson })
    }

    /// The lessons of these classes that begin after `at`, on that day and so many days after it, soonest first.
    pub fn lessons_ahead(&self, at: &Zoned, classes: &[Group], days: u16) -> Vec<LessonAt> {
        let at = at.with_time_zone(self.time_zone.clone());
        let dates = (0..=i64::from(days)).map(|later| at.date().saturating_add(later.days()));
        let mut ahead = Vec::new();
        for date in dates.filter(|date| self.calendar.may_be_school_day(*date)) {
            let week = self.calendar.week(date);
            let moment = |time| date.to_datetime(time).to_zoned(self.time_zone.clone());
            for lesson in self.lessons.iter().filter(|lesson| classes.contains(&lesson.class) && lesson.is_in(week)) {
                let times = lesson.when.on(date.weekday());
                ahead.extend(times.filter_map(|(from, to)| {
                    Some(LessonAt { class: lesson.class.clone(), from: moment(from).ok()?, to: moment(to).ok()? })
                }));
            }
        }
        ahead.retain(|lesson| lesson.from > at);
        ahead.sort_by(|one, other| one.from.cmp(&other.from));
        ahead
    }

    /// The lesson that is on at `at` in a room, or else that of the first of these classes that has one.
    pub fn lesson_on(&self, at: &Zoned, room: Option<&str>, classes: &[Group]) -> Option<&Lesson> {
        let at = at.with_time_zone(self.time_zone.clone());
        if !self.calendar.may_be_school_day(at.date()) {
            return None;
        }
        let week = self.calendar.week(at.date());
        let is_on = |lesson: &&Lesson| lesson.is_in(week) && lesson.when.running(at.datetime()).is_some();
        let on: Vec<&Lesson> = self.lessons.iter().filter(is_on).collect();
        let same_room = |lesson: &&Lesson| room.is_some_and(|room| lesson.is_in_room(room));
        let of_class = |class: &Group| on.iter().copied().find(|lesson| lesson.class == *class);
        on.iter().copied().find(same_room).or_else(|| classes.iter().find_map(of_class))
    }

    /// The usernames of those who take a lesson, as the school's people are known by them: in lower case.
    pub fn lesson_teachers(&self) -> HashSet<String> {
        let teachers = self.lessons.iter().filter_map(|lesson| lesson.teacher.as_deref());
        teachers.map(|teacher| teacher.trim().to_lowercase()).collect()
    }

    fn running_lesson(&self, at: DateTime, classes: &[Group]) -> Option<(Time, String)> {
        classes.iter().find_map(|class| {
            let week = self.calendar.week(at.date());
            let mut of_class = self.lessons.iter().filter(|lesson| lesson.class == *class && lesson.is_in(week));
            of_class.find_map(|lesson| Some((lesson.when.running(at)?, lesson.words())))
        })
    }

    /// The lesson of the school's day that runs at a time, or else the next one.
    fn lesson_of_day(&self, time: Time) -> Option<(Time, String)> {
        let mut lessons: Vec<_> = self.day.iter().filter(|entry| entry.period == Period::Lessons).collect();
        lessons.sort_by_key(|entry| entry.from);
        let place = lessons.iter().position(|entry| time < entry.to)?;
        Some((lessons[place].to, format!("lesson {}", place + 1)))
    }

    /// When a school day begins and ends, where the timetable says.
    pub fn school_day(&self) -> Option<&TimetableEntry> {
        self.day.iter().find(|entry| entry.period == Period::SchoolDay)
    }
}

/// A period that is the same for everybody. Somebody's own working hours are kept with the person.
fn of_everybody<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Period, D::Error> {
    match Period::deserialize(from)? {
        Period::OwnWorkingHours => Err(serde::de::Error::custom(
            "'own working hours' differ from person to person: set them on each person's page, or import them",
        )),
        period => Ok(period),
    }
}

mod zone_name {
    use jiff::tz::TimeZone;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(zone: &TimeZone, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(zone.iana_name().unwrap_or("UTC"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TimeZone, D::Error> {
        TimeZone::get(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Week;

    fn periods(at: &str) -> Vec<Period> {
        Timetable::default().periods(&at.parse().expect("a moment")).iter().collect()
    }

    #[test]
    fn a_tuesday_morning_is_lessons() {
        assert_eq!(
            periods("2026-05-12T10:00:00+01:00[Europe/London]"),
            [Period::Lessons, Period::SchoolDay, Period::Term, Period::OnSite]
        );
    }

    #[test]
    fn nobodys_own_working_hours_stand_in_the_timetable() {
        let entry = |period: &str| format!(r#"{{"period":"{period}","from":"08:30:00","to":"15:30:00"}}"#);
        assert!(serde_json::from_str::<TimetableEntry>(&entry("lessons")).is_ok());
        let refused = serde_json::from_str::<TimetableEntry>(&entry("own working hours")).unwrap_err();
        assert!(refused.to_string().contains("person to person"), "{refused}");
    }

    #[test]
    fn a_saturday_is_out_of_hours() {
        assert_eq!(
            periods("2026-05-16T10:00:00+01:00[Europe/London]"),
            [Period::OutOfHours, Period::Term, Period::OnSite]
        );
    }

    #[test]
    fn a_lesson_ends_with_its_class_or_else_with_the_school_day_or_else_with_the_next_one() {
        let double = Lesson {
            class: Group("9B".to_owned()),
            when: "tue 09:50-11:40".parse().expect("times"),
            room: Some("S4".to_owned()),
            teacher: None,
            week: None,
        };
        let timetable = Timetable { lessons: vec![double], ..Timetable::sample(2025, 1) };
        let end = |at: &str, classes: &[&str]| {
            let classes: Vec<Group> = classes.iter().map(|class| Group((*class).to_owned())).collect();
            let at = format!("{at}[Europe/London]").parse().expect("a moment");
            timetable.lesson_end(&at, &classes).map(|end| format!("{} {}", end.at.strftime("%H:%M"), end.lesson))
        };
        assert_eq!(end("2026-05-12T10:00", &["8A", "9B"]).unwrap(), "11:40 the lesson of 9B in S4");
        assert_eq!(end("2026-05-12T10:00", &["8A"]).unwrap(), "10:50 lesson 1");
        assert_eq!(end("2026-05-12T10:55", &["8A"]).unwrap(), "12:20 lesson 2");
        assert_eq!(end("2026-05-12T15:30", &["9B"]), Err(NoEnd::NoLesson));
        assert_eq!(end("2026-05-26T10:00", &["9B"]), Err(NoEnd::NoLesson), "in the half term");
    }

    #[test]
    fn the_lessons_ahead_are_those_of_the_classes_on_school_days_and_in_their_week() {
        let lesson = |class: &str, when: &str, week| Lesson {
            class: Group(class.to_owned()),
            when: when.parse().expect("times"),
            room: None,
            teacher: None,
            week,
        };
        let mut timetable = Timetable::sample(2025, 1);
        timetable.lessons = vec![
            lesson("9B", "tue 11:10-12:20", None),
            lesson("9B", "mon-tue 09:00-10:00", Some(Week::A)),
            lesson("8A", "tue 13:20-14:20", None),
        ];
        timetable.calendar.a_weeks = vec![jiff::civil::date(2026, 5, 18)];
        let ahead = |at: &str, days| {
            let at = format!("{at}[Europe/London]").parse().expect("a moment");
            let found = timetable.lessons_ahead(&at, &[Group("9B".to_owned())], days);
            found.iter().map(|lesson| lesson.from.datetime().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(ahead("2026-05-12T11:10", 6), ["2026-05-18T09:00:00"]);
        assert_eq!(
            ahead("2026-05-12T11:00", 7),
            ["2026-05-12T11:10:00", "2026-05-18T09:00:00", "2026-05-19T09:00:00", "2026-05-19T11:10:00"]
        );
        assert_eq!(ahead("2026-05-20T09:00", 12), [""; 0], "a half term has no lessons");
    }

    #[test]
    fn a_training_day_and_a_half_term_are_out_of_hours_and_only_the_second_is_holidays() {
        let timetable = Timetable::sample(2025, 1);
        let periods = |at: &str| timetable.periods(&format!("{at}[Europe/London]").parse().expect("a moment"));
        let held = |at: &str| periods(at).iter().collect::<Vec<_>>();
        assert_eq!(held("2026-06-26T10:00"), [Period::OutOfHours, Period::Term, Period::OnSite]);
        assert_eq!(held("2026-05-26T10:00"), [Period::OutOfHours, Period::Holidays, Period::OnSite]);
        assert!(periods("2026-09-15T10:00").contains(Period::Lessons), "nothing is known of it: lessons stay closed");
    }
}
