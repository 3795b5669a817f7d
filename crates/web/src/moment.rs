//! Moments as people read them: '14 May 2026, 10:42', in the school's own time zone.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// `14 May 2026, 10:42`
pub fn when(at: &Timestamp, zone: &TimeZone) -> String {
    domain::moment_words(*at, zone)
}

/// `14 May 2026`
pub fn day(date: &Date) -> String {
    domain::day_words(*date)
}

/// `in 2 hours`, `3 days ago`: only ever beside the absolute moment.
pub fn relative(at: &Timestamp, now: &Timestamp) -> String {
    let seconds = at.as_second() - now.as_second();
    let minutes = (seconds.unsigned_abs() + 30) / 60;
    let length = match minutes {
        0 => return "now".to_owned(),
        1..=119 => count(minutes, "minute"),
        120..=2879 => count(minutes / 60, "hour"),
        _ => count(minutes / 1440, "day"),
    };
    if seconds > 0 { format!("in {length}") } else { format!("{length} ago") }
}

/// `1 thing`, `2 things`, `2 people`: `count(2, "thing")`, `count(2, "person")`.
pub fn count(number: u64, thing: &str) -> String {
    match (number, thing) {
        (1, _) => format!("1 {thing}"),
        (_, "person") => format!("{number} people"),
        (_, "entry") => format!("{number} entries"),
        _ => format!("{number} {thing}s"),
    }
}

/// A date and a time as a form's two inputs send them (`2026-05-14`, `10:42`), in the school's zone. A date alone ends
/// with its day.
pub fn read(date: &str, time: &str, zone: &TimeZone) -> Option<Timestamp> {
    let date: Date = date.trim().parse().ok()?;
    let time: Time = match time.trim() {
        "" => Time::constant(23, 59, 0, 0),
        text => text.parse().ok()?,
    };
    Some(DateTime::from_parts(date, time).to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn london() -> TimeZone {
        TimeZone::get("Europe/London").expect("London has a time zone")
    }

    #[test]
    fn a_moment_reads_as_the_school_clock_shows_it() {
        let at: Timestamp = "2026-05-14T09:42:31Z".parse().unwrap();
        assert_eq!(when(&at, &london()), "14 May 2026, 10:42");
        assert_eq!(read("2026-05-14", "10:42", &london()), Some("2026-05-14T09:42:00Z".parse().unwrap()));
        assert_eq!(read("2026-05-14", "", &london()), Some("2026-05-14T22:59:00Z".parse().unwrap()));
        assert_eq!(read("14/5/2026", "10:42", &london()), None);
    }

    #[test]
    fn a_count_has_the_plural_of_its_thing() {
        assert_eq!(count(1, "person"), "1 person");
        assert_eq!(count(0, "person"), "0 people");
        assert_eq!(count(2, "grant"), "2 grants");
    }

    #[test]
    fn a_relative_moment_is_in_whole_words() {
        let now: Timestamp = "2026-05-14T09:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-05-14T11:10:00Z".parse().unwrap();
        assert_eq!(relative(&later, &now), "in 2 hours");
        assert_eq!(relative(&now, &later), "2 hours ago");
        assert_eq!(relative(&now, &now), "now");
    }
}
