//! The fields of a form that a clause asks for: how they are drawn, and what was typed into them.

use std::collections::BTreeMap;

use askama::filters::HtmlSafe;
use domain::{FieldKind, FieldProblem, FormField, LineKind};

use crate::forms::fields::{Choices, FormChoice, TextArea, TextInput};
use crate::forms::posted::Form;

/// The fields of a clause's form.
pub struct ClauseFields(Vec<Drawn>);

struct Drawn {
    field: FormField,
    /// The name of its control.
    name: String,
    /// The name of the control for the time of a date and a time.
    time_name: String,
    label: String,
    time_label: String,
    choices: Vec<FormChoice>,
    /// What stands below the label of a text.
    text_hint: Option<&'static str>,
}

/// A field as it stands in a page.
pub enum Input<'a> {
    Line(TextInput<'a>),
    Area(TextArea<'a>),
    Choices(Choices<'a>),
    DateTime(TextInput<'a>, TextInput<'a>),
}

impl std::fmt::Display for Input<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Input::Line(line) => line.fmt(out),
            Input::Area(area) => area.fmt(out),
            Input::Choices(choices) => choices.fmt(out),
            Input::DateTime(date, time) => write!(out, "{date}{time}"),
        }
    }
}
impl HtmlSafe for Input<'_> {}

impl ClauseFields {
    pub fn of(form: &[FormField]) -> ClauseFields {
        ClauseFields(form.iter().cloned().map(Drawn::of).collect())
    }

    /// The fields of an entry in a register, of which some may be left empty until they are known.
    pub fn of_entry(form: &[FormField], later: &[String]) -> ClauseFields {
        let drawn = form.iter().cloned().map(|field| {
            let may_come_later = later.contains(&field.name);
            let drawn = Drawn::of(field);
            if may_come_later { drawn.if_known() } else { drawn }
        });
        ClauseFields(drawn.collect())
    }

    /// The fields of a report, whose texts say that somebody may not know; the `optional` one can be left empty.
    pub fn of_report(form: &[FormField], optional: Option<&str>) -> ClauseFields {
        let drawn = form.iter().cloned().map(|field| {
            let is_optional = optional == Some(field.name.as_str());
            let drawn = Drawn::of(field);
            if is_optional { drawn.if_known() } else { drawn }
        });
        let hinted = drawn.map(|drawn| Drawn { text_hint: Some("If you don’t know, say so."), ..drawn });
        ClauseFields(hinted.collect())
    }

    /// The form with what is typed into each field.
    pub fn filled(&self, form: Form, typed: &BTreeMap<String, String>) -> Form {
        self.0.iter().fold(form, |form, drawn| match typed.get(&drawn.field.name) {
            None => form,
            Some(text) => match (&drawn.field.kind, text.split_once('T')) {
                (FieldKind::Line(LineKind::DateTime), Some((date, time))) => {
                    form.with(&drawn.name, date).with(&drawn.time_name, time)
                }
                _ => form.with(&drawn.name, text),
            },
        })
    }

    /// The controls, in the order of the form.
    pub fn inputs<'a>(&'a self, form: &'a Form) -> Vec<Input<'a>> {
        self.0.iter().map(|drawn| drawn.input(form)).collect()
    }

    /// What was typed, by the names of the fields.
    pub fn typed(&self, form: &Form) -> BTreeMap<String, String> {
        self.0.iter().map(|drawn| (drawn.field.name.clone(), drawn.typed(form))).collect()
    }

    /// Says at each field what is wrong with it.
    pub fn blame(&self, form: &mut Form, problems: &[FieldProblem]) {
        for problem in problems {
            if let Some(drawn) = self.0.iter().find(|drawn| drawn.field.name == problem.field) {
                form.blame(&drawn.name, problem.wrong.to_string());
            }
        }
    }

    /// The name of the control under a label.
    pub fn named(&self, label: &str) -> Option<&str> {
        self.0.iter().find(|drawn| drawn.label == label).map(|drawn| drawn.name.as_str())
    }

    /// What was typed, as people read it once more, each with its field's label and the name of its control.
    pub fn read_again<'a>(&'a self, form: &'a Form) -> impl Iterator<Item = (&'a str, String, &'a str)> {
        self.0.iter().map(|drawn| (drawn.label.as_str(), drawn.words(form), drawn.name.as_str()))
    }

    /// The names of the controls, in the order of the form.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|drawn| drawn.name.as_str())
    }
}

/// Everybody on record has one, even a small child who never uses it.
pub const USERNAME: &str = "Their username. If they never sign in, the school office knows it.";

impl Drawn {
    fn of(field: FormField) -> Drawn {
        let part = field.name.replace(|letter: char| !letter.is_alphanumeric(), "-");
        let options: Vec<&str> = match &field.kind {
            FieldKind::Choice(options) => options.iter().map(String::as_str).collect(),
            FieldKind::Line(LineKind::YesNo) => vec!["yes", "no"],
            FieldKind::Line(_) => Vec::new(),
        };
        let label = field.label();
        Drawn {
            name: format!("field.{part}"),
            time_name: format!("field.{part}.time"),
            time_label: format!("{label}: the time of day"),
            choices: options
                .iter()
                .map(|option| FormChoice::new(option, crate::sentences::upper_first(option)))
                .collect(),
            label,
            field,
            text_hint: None,
        }
    }

    fn if_known(self) -> Drawn {
        Drawn { label: format!("{} (if known)", self.label), ..self }
    }

    fn input<'a>(&'a self, form: &'a Form) -> Input<'a> {
        let (name, label) = (self.name.as_str(), self.label.as_str());
        let FieldKind::Line(kind) = &self.field.kind else {
            return Input::Choices(form.radios(name, label, &self.choices));
        };
        let narrow = form.text(name, label).width("govuk-input--width-10");
        let wide = form.text(name, label).width("govuk-!-width-two-thirds");
        match kind {
            LineKind::Text => Input::Line(self.text_hint.into_iter().fold(wide, TextInput::hint)),
            LineKind::Site => Input::Line(wide.hint("Its address, such as www.example.org.")),
            LineKind::NetworkAddress => Input::Line(narrow.hint("Its IP address, such as 10.20.0.7.")),
            LineKind::LongText => {
                Input::Area(self.text_hint.into_iter().fold(form.area(name, label).rows(3), TextArea::hint))
            }
            LineKind::YesNo => Input::Choices(form.radios(name, label, &self.choices)),
            LineKind::Number => Input::Line(narrow),
            LineKind::Date => Input::Line(narrow.kind("date")),
            LineKind::Time => Input::Line(form.text(name, label).kind("time").width("govuk-input--width-5")),
            LineKind::DateTime => {
                let time = form.text(&self.time_name, &self.time_label).kind("time").width("govuk-input--width-5");
                Input::DateTime(narrow.kind("date"), time)
            }
            LineKind::Pupils => {
                Input::Area(form.area(name, label).hint("Their usernames, with commas between them; or none. If they never sign in, the school office knows them.").rows(3))
            }
            LineKind::Person | LineKind::Pupil => Input::Line(narrow.hint(USERNAME)),
            LineKind::Group => Input::Line(narrow.hint("Its name, such as 5B.")),
        }
    }

    fn words(&self, form: &Form) -> String {
        let value = form.value(&self.name);
        let day = || value.parse().map_or_else(|_| value.to_owned(), domain::day_words);
        match self.field.kind {
            FieldKind::Line(LineKind::Date) => day(),
            FieldKind::Line(LineKind::DateTime) => format!("{}, {}", day(), form.value(&self.time_name)),
            FieldKind::Line(LineKind::YesNo) => crate::sentences::upper_first(value),
            // A whole address is read as the site that it is of.
            FieldKind::Line(LineKind::Site) => {
                domain::read_site(value).map_or_else(|| value.to_owned(), |host| host.to_string())
            }
            _ => value.to_owned(),
        }
    }

    fn typed(&self, form: &Form) -> String {
        let value = form.value(&self.name);
        match self.field.kind {
            FieldKind::Line(LineKind::DateTime) if !value.is_empty() => {
                format!("{value}T{}", form.value(&self.time_name))
            }
            _ => value.to_owned(),
        }
    }
}
