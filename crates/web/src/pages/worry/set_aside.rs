//! A complaint or a question that was begun and tells that a child may be at risk: it is carried along, unsent, with the report
//! of harm that goes first, and is then opened again as it was written.

use actions::ReportForm;
use policy::kinds::CHILD_AT_RISK;

use super::harm_first::CHOSEN;
use super::name_of;
use crate::forms::kept::FORM_KEY;
use crate::forms::posted::Form;
use crate::forms::unread::SECRETS;

/// How the names of fields begin that are set aside.
const BEGINS: &str = "set-aside.";

/// The hidden field of a form that was set aside and is opened again.
pub(super) const AFTER_HARM: &str = "after-harm";

/// What of a complaint is carried into the report of harm: what happened, and about whom it is.
const CARRIED: [&str; 3] = ["told", "about", "pupil"];

/// A complaint or a question that was set aside.
pub(super) struct SetAside<'a> {
    /// Its title; `None`: it is not open to its writer any more.
    pub title: Option<&'a str>,
    /// All that was written in it, with the names that it is carried along under.
    pub carried: Vec<(&'a str, &'a str)>,
}

impl<'a> SetAside<'a> {
    pub fn of(forms: &'a [ReportForm], form: &'a Form) -> Option<SetAside<'a>> {
        let carried: Vec<(&str, &str)> =
            form.values_but(&[]).into_iter().filter(|(name, _)| name.starts_with(BEGINS)).collect();
        let (_, report) = carried.iter().find(|(name, _)| *name == "set-aside.report")?;
        let known = forms.iter().find(|known| name_of(known) == *report);
        Some(SetAside { title: known.map(|known| known.title.as_str()), carried })
    }

    /// What was written in it, with the names of its own fields.
    pub fn written(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.carried.iter().filter_map(|(name, value)| Some((name.strip_prefix(BEGINS)?, *value)))
    }
}

/// Sets aside what is in the form: it becomes one of harm, with a key of its own. Whether a child may be at risk is answered by
/// that, and not asked again when what was set aside is opened again.
pub(super) fn set_aside(form: &mut Form, key: String) {
    let at_risk = format!("field.{CHILD_AT_RISK}");
    let written: Vec<(String, String)> = form
        .values_but(&["do", "change", AFTER_HARM, &at_risk])
        .into_iter()
        .filter(|(name, _)| !name.starts_with(BEGINS))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    form.keep_only(&CARRIED);
    for (name, value) in written.iter().filter(|(name, _)| !SECRETS.contains(&name.as_str())) {
        form.set(&format!("{BEGINS}{name}"), value);
    }
    form.set(FORM_KEY, key);
}

/// The key of the form that was set aside; empty where none was.
pub(super) fn key(form: &Form) -> &str {
    form.value("set-aside.key")
}

/// What of the form goes into the one that is chosen.
pub(super) fn carried(form: &Form) -> Vec<(&str, &str)> {
    form.values_but(&["do", "change", "csrf", "report", CHOSEN])
}
