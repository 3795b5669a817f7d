//! What was given in the fields of a form: every answer is read as its field's kind, and everything that is wrong is told
//! at once.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::form_field::quoted;
use crate::{Address, Audience, FieldKind, FormField, Group, Host, LineKind, PersonId, day_words, moment_words};

/// What was given in a field. A text is kept as itself, anything else under the name of what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldAnswer {
    YesNo(bool),
    Number(i64),
    Date(Date),
    Time(Time),
    DateTime(Timestamp),
    Person(PersonId),
    People(Vec<PersonId>),
    Group(Group),
    Site(Host),
    NetworkAddress(IpAddr),
    #[serde(untagged)]
    Text(String),
}

/// The answers of a form, by the names of their fields.
pub type FormAnswers = BTreeMap<String, FieldAnswer>;

/// How much may be typed into a field, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLimits {
    pub line: usize,
    pub long_text: usize,
}

impl Default for TextLimits {
    /// What holds unless the school sets others.
    fn default() -> TextLimits {
        TextLimits { line: 200, long_text: 4_000 }
    }
}

/// What the answers of a form are checked against.
#[derive(Clone, Copy)]
pub struct FormChecks<'a> {
    pub limits: TextLimits,
    /// The school's own, for dates and times.
    pub zone: &'a TimeZone,
    /// Who has a username, among those who are at the school.
    pub person: &'a dyn Fn(&str) -> Option<(PersonId, Audience)>,
    pub is_group: &'a dyn Fn(&Group) -> bool,
}

/// What is wrong with the answer in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: String,
    pub wrong: WrongAnswer,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongAnswer {
    #[error("Fill in ‘{label}’: the clause asks for it.")]
    Missing { label: String },
    #[error("‘{label}’ has {characters} characters, and may have {most}. Make it shorter.")]
    TooLong { label: String, characters: usize, most: usize },
    #[error("‘{label}’ must be {wanted}.")]
    Kind { label: String, wanted: String },
    #[error("‘{label}’ is still to come. Give the date and the time at which it happened.")]
    ToCome { label: String },
    #[error("There is nobody with the username ‘{typed}’. Ask them or the school office for it.")]
    Nobody { typed: String },
    #[error("‘{typed}’ is not a pupil’s username. ‘{label}’ must be a pupil.")]
    NoPupil { label: String, typed: String },
    #[error("Several people are called ‘{typed}’. Write the username of the one whom you mean.")]
    SeveralCalled { typed: String },
    #[error("There is no class or group ‘{typed}’.")]
    NoGroup { typed: String },
    #[error("‘{label}’ can’t be ‘{answer}’: the clause lets no such entry into the register.")]
    NotInRegister { label: String, answer: String },
    #[error("‘{label}’ can’t be {count} while ‘{limit}’ is {most}: the clause lets no more be in use than there are.")]
    TooManyInUse { label: String, count: i64, limit: String, most: i64 },
    #[error(
        "The device with the address ‘{answer}’ is marked as lost or stolen. Whoever keeps its list has to mark it as found first."
    )]
    DeviceLost { answer: String },
    #[error("‘{label}’ can’t be ‘{answer}’: the clause gives no leave for that.")]
    NoLeave { label: String, answer: String },
    #[error("‘{label}’ names nobody, and another answer says that there is a picture. Name everybody in it.")]
    NobodyShown { label: String },
    #[error("‘{label}’ names somebody, and another answer says that there is no picture. Change one of them.")]
    NoPicture { label: String },
}

/// Reads what was typed into a form's fields. What was typed into others is left out.
///
/// # Errors
/// Everything that is wrong, in the order of the fields.
pub fn read_answers(
    fields: &[FormField],
    typed: &BTreeMap<String, String>,
    checks: &FormChecks<'_>,
) -> Result<FormAnswers, Vec<FieldProblem>> {
    let (mut answers, mut problems) = (FormAnswers::new(), Vec::new());
    for field in fields {
        let text = typed.get(&field.name).map(|text| text.trim()).unwrap_or_default();
        match read(field, text, checks) {
            Ok(answer) => drop(answers.insert(field.name.clone(), answer)),
            Err(wrong) => problems.push(FieldProblem { field: field.name.clone(), wrong }),
        }
    }
    if problems.is_empty() { Ok(answers) } else { Err(problems) }
}

fn read(field: &FormField, text: &str, checks: &FormChecks<'_>) -> Result<FieldAnswer, WrongAnswer> {
    let label = || field.label();
    if text.is_empty() {
        return Err(WrongAnswer::Missing { label: label() });
    }
    let kind = match &field.kind {
        FieldKind::Line(kind) => *kind,
        FieldKind::Choice(options) if options.iter().any(|option| option == text) => {
            return Ok(FieldAnswer::Text(text.to_owned()));
        }
        FieldKind::Choice(options) => {
            return Err(WrongAnswer::Kind { label: label(), wanted: format!("one of {}", quoted(options)) });
        }
    };
    // What people paste of a site is often a long address.
    let is_long = matches!(kind, LineKind::LongText | LineKind::Pupils | LineKind::Site);
    let most = if is_long { checks.limits.long_text } else { checks.limits.line };
    let characters = text.chars().count();
    if characters > most {
        return Err(WrongAnswer::TooLong { label: label(), characters, most });
    }
    let read = match kind {
        LineKind::Text | LineKind::LongText => Some(FieldAnswer::Text(text.to_owned())),
        LineKind::YesNo => yes_or_no(text).map(FieldAnswer::YesNo),
        LineKind::Number => text.parse().ok().map(FieldAnswer::Number),
        LineKind::Date => text.parse().ok().map(FieldAnswer::Date),
        LineKind::Time => text.parse().ok().map(FieldAnswer::Time),
        LineKind::DateTime => moment(text, checks.zone).map(FieldAnswer::DateTime),
        LineKind::Site => read_site(text).map(FieldAnswer::Site),
        LineKind::NetworkAddress => network_address(text).map(FieldAnswer::NetworkAddress),
        LineKind::Person => Some(FieldAnswer::Person(person(text, checks)?.0)),
        LineKind::Pupil => Some(FieldAnswer::Person(pupil(field, text, checks)?)),
        LineKind::Pupils => Some(FieldAnswer::People(pupils(field, text, checks)?)),
        LineKind::Group => {
            let group = Group(text.to_owned());
            if !(checks.is_group)(&group) {
                return Err(WrongAnswer::NoGroup { typed: text.to_owned() });
            }
            Some(FieldAnswer::Group(group))
        }
    };
    read.ok_or_else(|| WrongAnswer::Kind { label: label(), wanted: wanted(kind) })
}

fn person(username: &str, checks: &FormChecks<'_>) -> Result<(PersonId, Audience), WrongAnswer> {
    (checks.person)(username).ok_or_else(|| WrongAnswer::Nobody { typed: username.to_owned() })
}

fn pupil(field: &FormField, username: &str, checks: &FormChecks<'_>) -> Result<PersonId, WrongAnswer> {
    match person(username, checks)? {
        (found, Audience::Pupil) => Ok(found),
        _ => Err(WrongAnswer::NoPupil { label: field.label(), typed: username.to_owned() }),
    }
}

/// Usernames parted by commas or spaces, each person once; or `none`.
fn pupils(field: &FormField, text: &str, checks: &FormChecks<'_>) -> Result<Vec<PersonId>, WrongAnswer> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for username in text.split([',', ';', ' ', '\n', '\r', '\t']).filter(|username| !username.is_empty()) {
        let person = pupil(field, username, checks)?;
        if !found.contains(&person) {
            found.push(person);
        }
    }
    Ok(found)
}

/// What must be written, with an example where it can be typed in many ways.
fn wanted(kind: LineKind) -> String {
    let example = match kind {
        LineKind::Number => ", such as 12",
        LineKind::Date => ", such as 2026-11-27",
        LineKind::Time => ", such as 14:30",
        LineKind::DateTime => ", such as 2026-11-27 at 14:30",
        LineKind::Site => ", such as www.example.org",
        LineKind::NetworkAddress => ", such as 10.20.0.7",
        _ => "",
    };
    format!("{}{example}", kind.title())
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// `2026-11-27T14:30`, in the school's own time.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local: DateTime = text.parse().ok().filter(|_| text.contains('T'))?;
    Some(local.to_zoned(zone.clone()).ok()?.timestamp())
}

/// The address of one device. One that stands for none, or for all, is none.
fn network_address(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok()?.to_canonical();
    (!address.is_unspecified() && !address.is_multicast()).then_some(address)
}

/// The host of a site's address, as people type or paste it; `None` where it is no address of a site. Nor is somebody's mail
/// address: what would be read of it is the host of all who have their mail there.
pub fn read_site(text: &str) -> Option<Host> {
    let before_path = text.split(['/', '?', '#', '\\']).next().unwrap_or(text);
    if before_path.contains('@') {
        return None;
    }
    let host = Address::parse(text).ok()?.host;
    (host.as_str().contains('.') || host.ip().is_some()).then_some(host)
}

impl FieldAnswer {
    /// What is typed to give it, where the clause says what may be given: a choice, or yes or no.
    pub fn typed(&self) -> Option<&str> {
        match self {
            FieldAnswer::Text(text) => Some(text),
            FieldAnswer::YesNo(yes) => Some(if *yes { "yes" } else { "no" }),
            _ => None,
        }
    }

    /// The people whom it names.
    pub fn people(&self) -> &[PersonId] {
        match self {
            FieldAnswer::Person(person) => std::slice::from_ref(person),
            FieldAnswer::People(people) => people,
            _ => &[],
        }
    }

    /// As it would be typed into its field; `username` gives a person's.
    pub fn as_typed(&self, zone: &TimeZone, username: impl Fn(PersonId) -> String) -> String {
        match self {
            FieldAnswer::Text(text) => text.clone(),
            FieldAnswer::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            FieldAnswer::Number(number) => number.to_string(),
            FieldAnswer::Date(date) => date.to_string(),
            FieldAnswer::Time(time) => time.strftime("%H:%M").to_string(),
            FieldAnswer::DateTime(at) => at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string(),
            FieldAnswer::Person(person) => username(*person),
            FieldAnswer::People(people) if people.is_empty() => "none".to_owned(),
            FieldAnswer::People(people) => people.iter().map(|person| username(*person)).collect::<Vec<_>>().join(", "),
            FieldAnswer::Group(group) => group.0.clone(),
            FieldAnswer::Site(host) => host.to_string(),
            FieldAnswer::NetworkAddress(address) => address.to_string(),
        }
    }

    /// As people read it; `name` gives a person's.
    pub fn words(&self, zone: &TimeZone, name: impl Fn(PersonId) -> String) -> String {
        match self {
            FieldAnswer::Text(text) => text.clone(),
            FieldAnswer::YesNo(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
            FieldAnswer::Number(number) => number.to_string(),
            FieldAnswer::Date(date) => day_words(*date),
            FieldAnswer::Time(time) => time.strftime("%H:%M").to_string(),
            FieldAnswer::DateTime(at) => moment_words(*at, zone),
            FieldAnswer::Person(person) => name(*person),
            FieldAnswer::People(people) if people.is_empty() => "None".to_owned(),
            FieldAnswer::People(people) => {
                let names: Vec<String> = people.iter().map(|person| name(*person)).collect();
                names.join(", ")
            }
            FieldAnswer::Group(group) => group.0.clone(),
            FieldAnswer::Site(host) => host.to_string(),
            FieldAnswer::NetworkAddress(address) => address.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const TOM: PersonId = PersonId(Uuid::from_u128(1));
    const ADA: PersonId = PersonId(Uuid::from_u128(2));

    fn given(kind: FieldKind, text: &str) -> Result<FieldAnswer, String> {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        let person = |name: &str| match name {
            "tom" => Some((TOM, Audience::Staff)),
            "ada" => Some((ADA, Audience::Pupil)),
            _ => None,
        };
        let checks = FormChecks {
            limits: TextLimits { line: 20, long_text: 40 },
            zone: &zone,
            person: &person,
            is_group: &|group| group.0 == "5B",
        };
        let fields = [FormField { name: "the-field".to_owned(), kind }];
        let typed = BTreeMap::from([("the-field".to_owned(), text.to_owned())]);
        match read_answers(&fields, &typed, &checks) {
            Ok(mut answers) => Ok(answers.remove("the-field").expect("an answer")),
            Err(problems) => Err(problems[0].wrong.to_string()),
        }
    }

    #[test]
    fn each_kind_takes_what_is_of_its_kind_and_says_what_it_wants_otherwise() {
        let line = FieldKind::Line;
        assert_eq!(given(line(LineKind::YesNo), "yes"), Ok(FieldAnswer::YesNo(true)));
        assert_eq!(given(line(LineKind::YesNo), "perhaps").unwrap_err(), "‘The field’ must be yes or no.");
        assert_eq!(given(line(LineKind::Number), "-3"), Ok(FieldAnswer::Number(-3)));
        assert_eq!(
            given(line(LineKind::Number), "3.5").unwrap_err(),
            "‘The field’ must be a whole number, such as 12."
        );
        assert_eq!(given(line(LineKind::Date), "2026-11-27"), Ok(FieldAnswer::Date(Date::constant(2026, 11, 27))));
        assert!(given(line(LineKind::Date), "2026-02-30").is_err());
        assert!(given(line(LineKind::Time), "14:30").is_ok());
        let at = "2026-07-01T13:30:00Z".parse().expect("a moment");
        assert_eq!(given(line(LineKind::DateTime), "2026-07-01T14:30"), Ok(FieldAnswer::DateTime(at)));
        assert!(given(line(LineKind::DateTime), "2026-07-01").is_err(), "a date alone is no moment");
        assert_eq!(given(line(LineKind::Person), "tom"), Ok(FieldAnswer::Person(TOM)));
        assert!(given(line(LineKind::Person), "zoe").unwrap_err().contains("nobody with the username ‘zoe’"));
        assert_eq!(given(line(LineKind::Pupil), "ada"), Ok(FieldAnswer::Person(ADA)));
        assert!(given(line(LineKind::Pupil), "tom").unwrap_err().contains("not a pupil’s username"));
        assert_eq!(given(line(LineKind::Pupils), "none"), Ok(FieldAnswer::People(Vec::new())));
        assert_eq!(given(line(LineKind::Pupils), "ada, ada"), Ok(FieldAnswer::People(vec![ADA])));
        assert!(given(line(LineKind::Pupils), "ada, tom").unwrap_err().contains("not a pupil’s username"));
        assert!(given(line(LineKind::Pupils), "ada zoe").unwrap_err().contains("nobody with the username ‘zoe’"));
        assert_eq!(given(line(LineKind::Group), "5B"), Ok(FieldAnswer::Group(Group("5B".to_owned()))));
        assert!(given(line(LineKind::Group), "6C").unwrap_err().contains("no class or group ‘6C’"));
        assert!(given(line(LineKind::Site), "https://a.example/x").is_ok());
        for wrong in ["the shop", "someone@mail.example", "mailto:someone@mail.example"] {
            assert!(given(line(LineKind::Site), wrong).is_err(), "{wrong}");
        }
        let channel = given(line(LineKind::Site), "video.example/@somebody");
        assert_eq!(channel, Ok(FieldAnswer::Site(Host::parse("video.example").expect("a host"))));
        let address = |text| given(line(LineKind::NetworkAddress), text);
        assert_eq!(address("10.20.0.7"), Ok(FieldAnswer::NetworkAddress("10.20.0.7".parse().expect("an address"))));
        assert_eq!(address("::ffff:10.20.0.7"), address("10.20.0.7"), "the same device, written otherwise");
        for wrong in ["10.20.0", "10.20.0.0/16", "0.0.0.0", "224.0.0.1", "a tablet"] {
            assert_eq!(address(wrong).unwrap_err(), "‘The field’ must be an IP address, such as 10.20.0.7.", "{wrong}");
        }
        let level = FieldKind::Choice(vec!["low".to_owned(), "high".to_owned()]);
        assert_eq!(given(level.clone(), "low"), Ok(FieldAnswer::Text("low".to_owned())));
        assert_eq!(given(level, "middling").unwrap_err(), "‘The field’ must be one of 'low' or 'high'.");
    }

    #[test]
    fn an_answer_that_is_typed_again_is_the_same() {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        let username = |person| if person == TOM { "tom".to_owned() } else { "ada".to_owned() };
        for (kind, text) in [
            (LineKind::Text, "a tablet"),
            (LineKind::YesNo, "no"),
            (LineKind::Number, "-3"),
            (LineKind::Date, "2026-11-27"),
            (LineKind::Time, "14:30"),
            (LineKind::DateTime, "2026-07-01T14:30"),
            (LineKind::Person, "tom"),
            (LineKind::Pupils, "none"),
            (LineKind::Pupils, "ada"),
            (LineKind::Group, "5B"),
            (LineKind::Site, "www.example.org"),
            (LineKind::NetworkAddress, "10.20.0.7"),
        ] {
            let answer = given(FieldKind::Line(kind), text).expect("an answer");
            assert_eq!(answer.as_typed(&zone, username), text);
        }
    }

    #[test]
    fn a_text_has_a_limit_which_is_counted_in_characters() {
        assert!(given(FieldKind::Line(LineKind::Text), &"é".repeat(20)).is_ok());
        let told = given(FieldKind::Line(LineKind::Text), &"é".repeat(21)).unwrap_err();
        assert_eq!(told, "‘The field’ has 21 characters, and may have 20. Make it shorter.");
        assert!(given(FieldKind::Line(LineKind::LongText), &"é".repeat(40)).is_ok());
        assert!(given(FieldKind::Line(LineKind::LongText), &"é".repeat(41)).is_err());
        let pasted = given(FieldKind::Line(LineKind::Site), "https://a.example/a-long-path?with=more");
        assert_eq!(pasted, Ok(FieldAnswer::Site(Host::parse("a.example").expect("a host"))));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_in_the_order_of_the_form() {
        let fields = [
            FormField::text("when"),
            FormField { name: "how-many".to_owned(), kind: FieldKind::Line(LineKind::Number) },
            FormField::text("about"),
        ];
        let typed = BTreeMap::from([("how-many".to_owned(), "a few".to_owned()), ("about".to_owned(), "x".to_owned())]);
        let checks = FormChecks {
            limits: TextLimits { line: 20, long_text: 40 },
            zone: &TimeZone::UTC,
            person: &|_| None,
            is_group: &|_| false,
        };
        let problems = read_answers(&fields, &typed, &checks).unwrap_err();
        assert_eq!(problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["when", "how-many"]);
    }

    #[test]
    fn an_answer_is_kept_as_what_it_is_and_a_text_as_itself() {
        let written = |answer: &FieldAnswer| serde_json::to_string(answer).expect("JSON");
        assert_eq!(written(&FieldAnswer::Text("yes".to_owned())), "\"yes\"");
        assert_eq!(written(&FieldAnswer::YesNo(true)), "{\"yes-no\":true}");
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_back_alike(text in ".{0,30}", number in any::<i64>(), seconds in 0_i64..4_000_000_000) {
            let at = Timestamp::from_second(seconds).expect("a moment");
            let date = at.to_zoned(TimeZone::UTC).date();
            let time = at.to_zoned(TimeZone::UTC).time();
            for answer in [
                FieldAnswer::Text(text.clone()),
                FieldAnswer::Number(number),
                FieldAnswer::DateTime(at),
                FieldAnswer::Date(date),
                FieldAnswer::Time(time),
                FieldAnswer::Person(TOM),
                FieldAnswer::People(vec![TOM, ADA]),
                FieldAnswer::Group(Group(text.clone())),
            ] {
                let kept = serde_json::to_string(&answer).expect("JSON");
                prop_assert_eq!(serde_json::from_str::<FieldAnswer>(&kept).expect("read back"), answer);
            }
        }
    }
}
