//! How days and moments are written for people, on every page, in every message.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// `14 May 2026`
pub fn day_words(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `14 May 2026, 10:42`, in the school's time zone.
pub fn moment_words(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %B %Y, %H:%M").to_string()
}
