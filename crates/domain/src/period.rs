//! Named times: lessons, breaks, out of hours. The school's timetable says when they are.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Zoned, tz::TimeZone};
use serde::{Deserialize, Serialize};

crate::names::vocabulary! {
    /// A time that a policy may name.
    Period, "period" {
        Lessons = "lessons", "lessons";
        Breaks = "breaks", "breaks";
        SchoolDay = "school day", "the school day";
        OutOfHours = "out of hours", "out of hours";
        Term = "term", "term";
        Holidays = "holidays", "holidays";
        OnSite = "on site", "on the school site";
        OwnWorkingHours = "own working hours", "their own working hours";
    }
}

/// A set of periods, one bit each: those that hold at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PeriodSet(pub u8);

impl PeriodSet {
    pub const fn contains(self, period: Period) -> bool {
        self.0 & (1 << period as u8) != 0
    }

    pub const fn meets(self, other: PeriodSet) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn insert(&mut self, period: Period) {
        self.0 |= 1 << period as u8;
    }

    pub fn iter(self) -> impl Iterator<Item = Period> {
        Period::ALL.iter().copied().filter(move |period| self.contains(*period))
    }
}

impl FromIterator<Period> for PeriodSet {
    fn from_iter<I: IntoIterator<Item = Period>>(periods: I) -> Self {
        let mut set = PeriodSet::default();
        periods.into_iter().for_each(|period| set.insert(period));
        set
    }
}

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
/// is no school day is out of hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Timetable {
    /// IANA name, such as `Europe/London`.
    #[serde(with = "zone_name")]
    pub time_zone: TimeZone,
    pub day: Vec<TimetableEntry>,
    /// First and last day of each holiday.
    #[serde(default)]
    pub holidays: Vec<(Date, Date)>,
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
            holidays: Vec::new(),
        }
    }
}

impl Timetable {
    /// The periods that hold at `at`. What passes the gate is on site.
    pub fn periods(&self, at: &Zoned) -> PeriodSet {
        let at = at.with_time_zone(self.time_zone.clone());
        let date = at.date();
        let mut held = PeriodSet::from_iter([Period::OnSite]);
        let holiday = self.holidays.iter().any(|(first, last)| *first <= date && date <= *last);
        held.insert(if holiday { Period::Holidays } else { Period::Term });
        if !holiday && !matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday) {
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
}
