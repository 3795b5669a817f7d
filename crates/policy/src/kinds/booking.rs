//! Who has first call on a room.

use domain::{PeriodSet, Role, Roles};
use toml::Spanned;
use toml::de::DeValue;

use crate::kinds::{Acts, Sentences, kind};
use crate::value::{FieldReader, Value, Who, read_word};
use crate::wording::{self, upper_first};

/// Who has first call: a text such as `the class on the timetable`, or people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum First {
    Text(String),
    Who(Who),
}

impl Value for First {
    fn written() -> String {
        "a text, or a list of audiences, roles and groups".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        match item.get_ref() {
            DeValue::String(_) => read_word(item, reader).map(First::Text),
            _ => Who::read(item, reader).map(First::Who),
        }
    }
}

kind! {
    /// Who has first call on a room.
    Booking, "booking": "Who has first call on a room.", r#"rooms     = ["computer rooms"]
first     = "the class on the timetable"
then      = ["pupil", "staff"]
open-when = ["lessons"]
decides   = ["lesson-teacher"]"# {
        rooms "rooms": Vec<String>, required: "Which rooms."
            => Acts::Nothing;
        first "first": First, required: "Who comes first."
            => Acts::Nothing;
        then "then": Option<Who>, optional: "Who comes next."
            => Acts::Nothing;
        open_when "open-when": Option<PeriodSet>, optional: "When the rooms are open. Left out: always."
            => Acts::Nothing;
        decides "decides": Option<Vec<Role>>, optional: "Who decides where two want the same."
            => Acts::Nothing;
    }
}

impl Sentences for Booking {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let first = match &self.first {
            First::Text(text) => text.clone(),
            First::Who(who) => wording::who(catalogue, who),
        };
        let mut sentences = vec![format!(
            "{}{}: first call goes to {}.",
            upper_first(&wording::list(&self.rooms)),
            wording::during(self.open_when),
            first.trim_end_matches('.'),
        )];
        if let Some(then) = &self.then {
            sentences.push(format!("Then come {}.", wording::who(catalogue, then)));
        }
        if let Some(decides) = &self.decides {
            let verb = wording::decides(catalogue, decides);
            sentences.push(format!("{} {verb}.", upper_first(&wording::roles(catalogue, decides, "or"))));
        }
        sentences
    }
}
