//! An answer as it stands in a list: taken out of a register, written by hand, or saved by a spreadsheet.

use jiff::civil::{Date, DateTime};

use crate::{FieldKind, FormField, LineKind, WrongAnswer};

/// Whom a list means by a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    Nobody,
    /// The username of the only one who is called that.
    One(String),
    Several,
}

/// What stands in a list, as it would be typed into its field. A username stays, and so does what is not understood: reading
/// the form says what is wrong with it. `called` says who has a name, among pupils alone where that is so.
///
/// # Errors
/// A name that several people have.
pub fn as_typed(field: &FormField, listed: &str, called: impl Fn(&str, bool) -> Called) -> Result<String, WrongAnswer> {
    let text = without_apostrophe(listed.trim());
    let kind = match &field.kind {
        FieldKind::Line(kind) => *kind,
        FieldKind::Choice(_) => return Ok(text.to_owned()),
    };
    let username = |name: &str, is_pupil: bool| match called(name, is_pupil) {
        Called::One(username) => Ok(username),
        Called::Nobody => Ok(name.to_owned()),
        Called::Several => Err(WrongAnswer::SeveralCalled { typed: name.to_owned() }),
    };
    Ok(match kind {
        LineKind::YesNo => text.to_lowercase(),
        LineKind::Date => day(text).map_or_else(|| text.to_owned(), |day| day.to_string()),
        LineKind::DateTime => {
            moment(text).map_or_else(|| text.to_owned(), |moment| moment.strftime("%Y-%m-%dT%H:%M").to_string())
        }
        LineKind::Person => username(text, false)?,
        LineKind::Pupil => username(text, true)?,
        LineKind::Pupils => {
            let names = text.split([',', ';', '\n', '\r']).map(str::trim).filter(|name| !name.is_empty());
            names.map(|name| username(name, true)).collect::<Result<Vec<_>, _>>()?.join(", ")
        }
        LineKind::Text
        | LineKind::LongText
        | LineKind::Number
        | LineKind::Time
        | LineKind::Group
        | LineKind::Site
        | LineKind::NetworkAddress => text.to_owned(),
    })
}

/// A text without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn without_apostrophe(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

/// `14 May 2026`, `14/05/2026` or `2026-05-14`.
fn day(text: &str) -> Option<Date> {
    let read = |format: &str| Date::strptime(format, text).ok();
    read("%d %B %Y").or_else(|| read("%d/%m/%Y")).or_else(|| read("%Y-%m-%d"))
}

/// `14 May 2026, 10:42`, `14/05/2026 10:42`, `2026-05-14 10:42` or with a `T` between.
fn moment(text: &str) -> Option<DateTime> {
    let read = |format: &str| DateTime::strptime(format, text).ok();
    read("%d %B %Y, %H:%M")
        .or_else(|| read("%d/%m/%Y %H:%M"))
        .or_else(|| read("%Y-%m-%d %H:%M"))
        .or_else(|| read("%Y-%m-%dT%H:%M"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{Audience, FieldAnswer, FormChecks, PersonId, TextLimits, read_answers};

    const ADA: PersonId = PersonId(Uuid::from_u128(1));
    const TOM: PersonId = PersonId(Uuid::from_u128(2));

    fn field(kind: LineKind) -> FormField {
        FormField { name: "answer".to_owned(), kind: FieldKind::Line(kind) }
    }

    fn typed(kind: LineKind, listed: &str) -> Result<String, String> {
        let called = |name: &str, is_pupil: bool| match (name, is_pupil) {
            ("Ada Fern", _) => Called::One("ada".to_owned()),
            ("Tom Reed", false) => Called::Several,
            ("Tom Reed", true) => Called::One("tom".to_owned()),
            _ => Called::Nobody,
        };
        as_typed(&field(kind), listed, called).map_err(|wrong| wrong.to_string())
    }

    /// What is read in a field from a list that says this.
    fn read(kind: LineKind, listed: &str) -> Option<FieldAnswer> {
        let typed = [("answer".to_owned(), typed(kind, listed).ok()?)].into();
        let zone = TimeZone::get("Europe/London").expect("a zone");
        let person = |username: &str| match username {
            "ada" => Some((ADA, Audience::Pupil)),
            "tom" => Some((TOM, Audience::Pupil)),
            _ => None,
        };
        let checks = FormChecks { limits: TextLimits::default(), zone: &zone, person: &person, is_group: &|_| true };
        read_answers(&[field(kind)], &typed, &checks).ok()?.remove("answer")
    }

    fn words(answer: &FieldAnswer) -> String {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        answer.words(&zone, |person| if person == ADA { "Ada Fern" } else { "Tom Reed" }.to_owned())
    }

    #[test]
    fn a_name_stands_for_the_only_one_who_has_it() {
        assert_eq!(typed(LineKind::Person, " Ada Fern "), Ok("ada".to_owned()));
        assert_eq!(typed(LineKind::Person, "a.fern"), Ok("a.fern".to_owned()));
        let several = "Several people are called ‘Tom Reed’. Write the username of the one whom you mean.";
        assert_eq!(typed(LineKind::Person, "Tom Reed"), Err(several.to_owned()));
        assert_eq!(typed(LineKind::Pupil, "Tom Reed"), Ok("tom".to_owned()));
        assert_eq!(typed(LineKind::Pupils, "Ada Fern; tom, Tom Reed"), Ok("ada, tom, tom".to_owned()));
    }

    #[test]
    fn days_and_times_are_read_as_lists_and_spreadsheets_write_them() {
        for listed in ["14 May 2026", "14/05/2026", "2026-05-14"] {
            assert_eq!(typed(LineKind::Date, listed), Ok("2026-05-14".to_owned()), "{listed}");
        }
        for listed in ["14 May 2026, 10:42", "14/05/2026 10:42", "2026-05-14 10:42", "2026-05-14T10:42"] {
            assert_eq!(typed(LineKind::DateTime, listed), Ok("2026-05-14T10:42".to_owned()), "{listed}");
        }
        assert_eq!(typed(LineKind::Date, "soon"), Ok("soon".to_owned()));
    }

    #[test]
    fn the_apostrophe_before_a_formula_is_no_part_of_the_answer() {
        assert_eq!(typed(LineKind::Text, "'=1+1"), Ok("=1+1".to_owned()));
        assert_eq!(typed(LineKind::Text, "'tis"), Ok("'tis".to_owned()));
        assert_eq!(typed(LineKind::Number, "'-3"), Ok("-3".to_owned()));
    }

    proptest! {
        #[test]
        fn what_a_list_says_is_read_as_the_answer_that_it_was_written_from(
            minutes in 0_i64..60_000_000,
            number in any::<i64>(),
            yes in any::<bool>(),
            both in any::<bool>(),
        ) {
            let zone = TimeZone::get("Europe/London").expect("a zone");
            let at = Timestamp::from_second(minutes * 60).expect("a time");
            let local = at.to_zoned(zone.clone());
            let people = if both { vec![ADA, TOM] } else { Vec::new() };
            let mut answers = vec![
                (LineKind::YesNo, FieldAnswer::YesNo(yes)),
                (LineKind::Number, FieldAnswer::Number(number)),
                (LineKind::Date, FieldAnswer::Date(local.date())),
                (LineKind::Time, FieldAnswer::Time(local.time())),
                (LineKind::Pupils, FieldAnswer::People(people)),
                (LineKind::Person, FieldAnswer::Person(ADA)),
            ];
            // Of a time of day that comes twice, when the clocks go back, the words say no more than the time.
            if local.datetime().to_zoned(zone).is_ok_and(|once| once.timestamp() == at) {
                answers.push((LineKind::DateTime, FieldAnswer::DateTime(at)));
            }
            for (kind, answer) in answers {
                prop_assert_eq!(read(kind, &words(&answer)), Some(answer));
            }
        }
    }
}
