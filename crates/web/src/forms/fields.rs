//! The fields of a form, as GOV.UK Frontend draws them. In a template: `{{ form.text("name", "Full name").hint("…") }}`.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::forms::posted::Form;

/// One line of text.
#[derive(Template, Clone)]
#[template(path = "components/text-input.html")]
pub struct TextInput<'a> {
    name: &'a str,
    label: &'a str,
    value: &'a str,
    error: Option<&'a str>,
    hint: Option<&'a str>,
    kind: &'a str,
    autocomplete: Option<&'a str>,
    class: &'a str,
}
impl HtmlSafe for TextInput<'_> {}

impl<'a> TextInput<'a> {
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The `type` of the input: `date`, `time`, `email`, `search` …
    pub fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    pub fn autocomplete(mut self, autocomplete: &'a str) -> Self {
        self.autocomplete = Some(autocomplete);
        self
    }

    /// A width class of GOV.UK Frontend: `govuk-input--width-10`, `govuk-!-width-one-half`.
    pub fn width(mut self, class: &'a str) -> Self {
        self.class = class;
        self
    }
}

/// A password; never filled in again.
#[derive(Template, Clone)]
#[template(path = "components/password-input.html")]
pub struct PasswordInput<'a> {
    name: &'a str,
    label: &'a str,
    error: Option<&'a str>,
    hint: Option<&'a str>,
    autocomplete: &'a str,
}
impl HtmlSafe for PasswordInput<'_> {}

impl<'a> PasswordInput<'a> {
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// A password of somebody who does not use this browser otherwise: it is neither filled in nor kept here.
    pub fn of_somebody_else(mut self) -> Self {
        self.autocomplete = "one-time-code";
        self
    }

    /// A password being chosen and not being given.
    pub fn new_password(mut self) -> Self {
        self.autocomplete = "new-password";
        self
    }
}

/// Several lines of text.
#[derive(Template, Clone)]
#[template(path = "components/textarea.html")]
pub struct TextArea<'a> {
    name: &'a str,
    label: &'a str,
    value: &'a str,
    error: Option<&'a str>,
    hint: Option<&'a str>,
    rows: u8,
}
impl HtmlSafe for TextArea<'_> {}

impl<'a> TextArea<'a> {
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    pub fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormChoice {
    pub value: String,
    pub label: String,
    pub hint: Option<String>,
}

impl FormChoice {
    pub fn new(value: impl ToString, label: impl Into<String>) -> FormChoice {
        FormChoice { value: value.to_string(), label: label.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> FormChoice {
        self.hint = Some(hint.into());
        self
    }
}

/// One of several, or some of them.
#[derive(Template, Clone)]
#[template(path = "components/choices.html")]
#[expect(clippy::struct_field_names, reason = "the template speaks of its choices")]
pub struct Choices<'a> {
    name: &'a str,
    legend: &'a str,
    choices: &'a [FormChoice],
    chosen: Vec<&'a str>,
    error: Option<&'a str>,
    hint: Option<&'a str>,
    /// `radio` or `checkbox`.
    kind: &'a str,
    class: &'a str,
    small: bool,
}
impl HtmlSafe for Choices<'_> {}

impl<'a> Choices<'a> {
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    fn id(&self, place: &usize) -> String {
        if *place == 0 { self.name.to_owned() } else { format!("{}-{}", self.name, place + 1) }
    }

    fn is_chosen(&self, value: &str) -> bool {
        self.chosen.contains(&value)
    }
}

/// One of many, in a list that drops down.
#[derive(Template, Clone)]
#[template(path = "components/select.html")]
pub struct Select<'a> {
    name: &'a str,
    label: &'a str,
    choices: &'a [FormChoice],
    chosen: &'a str,
    error: Option<&'a str>,
    hint: Option<&'a str>,
}
impl HtmlSafe for Select<'_> {}

impl<'a> Select<'a> {
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// One box to tick, without a fieldset.
#[derive(Template, Clone)]
#[template(path = "components/tick.html")]
pub struct TickBox<'a> {
    name: &'a str,
    label: &'a str,
    ticked: bool,
    error: Option<&'a str>,
    hint: Option<&'a str>,
}
impl HtmlSafe for TickBox<'_> {}

impl<'a> TickBox<'a> {
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// One or more files. The form needs `enctype="multipart/form-data"` and its token first.
#[derive(Template, Clone)]
#[template(path = "components/file.html")]
pub struct FileInput<'a> {
    name: &'a str,
    label: &'a str,
    error: Option<&'a str>,
    hint: Option<&'a str>,
    accept: Option<&'a str>,
    multiple: bool,
}
impl HtmlSafe for FileInput<'_> {}

impl<'a> FileInput<'a> {
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    pub fn accept(mut self, accept: &'a str) -> Self {
        self.accept = Some(accept);
        self
    }

    pub fn multiple(mut self) -> Self {
        self.multiple = true;
        self
    }
}

impl Form {
    pub fn text<'a>(&'a self, name: &'a str, label: &'a str) -> TextInput<'a> {
        let (value, error) = (self.raw(name), self.error(name));
        TextInput { name, label, value, error, hint: None, kind: "text", autocomplete: None, class: "" }
    }

    pub fn password<'a>(&'a self, name: &'a str, label: &'a str) -> PasswordInput<'a> {
        PasswordInput { name, label, error: self.error(name), hint: None, autocomplete: "current-password" }
    }

    pub fn area<'a>(&'a self, name: &'a str, label: &'a str) -> TextArea<'a> {
        TextArea { name, label, value: self.raw(name), error: self.error(name), hint: None, rows: 5 }
    }

    pub fn radios<'a>(&'a self, name: &'a str, legend: &'a str, choices: &'a [FormChoice]) -> Choices<'a> {
        self.choices(name, legend, choices, "radio", "radios")
    }

    pub fn checkboxes<'a>(&'a self, name: &'a str, legend: &'a str, choices: &'a [FormChoice]) -> Choices<'a> {
        self.choices(name, legend, choices, "checkbox", "checkboxes")
    }

    fn choices<'a>(
        &'a self,
        name: &'a str,
        legend: &'a str,
        choices: &'a [FormChoice],
        kind: &'a str,
        class: &'a str,
    ) -> Choices<'a> {
        let chosen = self.all(name).collect();
        Choices { name, legend, choices, chosen, error: self.error(name), hint: None, kind, class, small: false }
    }

    pub fn select<'a>(&'a self, name: &'a str, label: &'a str, choices: &'a [FormChoice]) -> Select<'a> {
        Select { name, label, choices, chosen: self.value(name), error: self.error(name), hint: None }
    }

    pub fn tick<'a>(&'a self, name: &'a str, label: &'a str) -> TickBox<'a> {
        TickBox { name, label, ticked: self.ticked(name), error: self.error(name), hint: None }
    }

    pub fn file<'a>(&'a self, name: &'a str, label: &'a str) -> FileInput<'a> {
        FileInput { name, label, error: self.error(name), hint: None, accept: None, multiple: false }
    }
}
