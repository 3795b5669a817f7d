//! Harm goes first: a complaint or a question that tells of it leads to the forms for it.

use actions::ReportForm;
use askama::Template;
use domain::{Helpline, HelpsWith};
use policy::kinds::CHILD_AT_RISK;
use policy::rules::reporting::report_sorting::ReportSort;

use super::set_aside::{self, SetAside};
use super::{TITLE, fields_of, name_of};
use crate::forms::check::CheckStep;
use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::sentences::{self, Keeper};
use crate::visitor::Anyone;

/// Where harm is reported, with what was set aside for it, where there is more than one form for it.
#[derive(Template)]
#[template(path = "reporting/harm-first.html")]
pub(super) struct HarmPage<'a> {
    frame: Frame,
    form: &'a Form,
    set_aside: Option<SetAside<'a>>,
    /// What of what was written goes into the form that is chosen.
    carried: Vec<(&'a str, &'a str)>,
    choices: Vec<FormChoice>,
    keepers: Vec<Keeper>,
    helplines: Vec<Helpline>,
}

pub(super) fn harm_page<'a>(anyone: &Anyone, forms: &'a [ReportForm], form: &'a Form) -> HarmPage<'a> {
    let choice = |report: &ReportForm| {
        let choice = FormChoice::new(name_of(report), report.title.clone());
        report.about.as_deref().map(sentences::upper_first).into_iter().fold(choice, FormChoice::hint)
    };
    HarmPage {
        frame: anyone.frame(TITLE).form(form),
        set_aside: SetAside::of(forms, form),
        carried: set_aside::carried(form),
        choices: forms.iter().filter(|known| known.sort == ReportSort::Harm).map(choice).collect(),
        keepers: anyone.keepers(HelpsWith::Worries),
        helplines: anyone.settings.helplines.clone(),
        form,
    }
}

/// A complaint or a question that tells of harm is set aside for a form of harm: the only one, or the one that is chosen.
pub(super) fn harm_first(anyone: &Anyone, forms: &[ReportForm], form: &mut Form) {
    let report = forms.iter().find(|known| name_of(known) == form.value("report"));
    let is_sent = matches!(CheckStep::of(form), CheckStep::Check | CheckStep::Send) && !is_opened(form);
    let tells = report.is_some_and(|report| {
        let typed = fields_of(report, form).typed(form);
        report.has_own_procedure() && typed.get(CHILD_AT_RISK).is_some_and(|said| said == "yes")
    });
    let harm: Vec<&ReportForm> = forms.iter().filter(|known| known.sort == ReportSort::Harm).collect();
    if is_sent && tells && !harm.is_empty() {
        set_aside::set_aside(form, anyone.desk.new_report_key());
        form.set(OPEN.0, OPEN.1);
        if let [only] = harm[..] {
            form.set("report", name_of(only));
        }
    }
}

/// Whether something was set aside until harm is reported, for which there is a form.
pub(super) fn waits_for_harm(forms: &[ReportForm], form: &Form) -> bool {
    SetAside::of(forms, form).is_some() && forms.iter().any(|known| known.sort == ReportSort::Harm)
}

/// The button that leads from one form of harm to the others, with what was typed.
pub(super) const OTHER: (&str, &str) = ("do", "other");

/// The button that opens a form with what it carries.
const OPEN: (&str, &str) = ("do", "open");

/// The hidden field of the page on which one of several forms of harm is chosen.
pub(super) const CHOSEN: &str = "chosen-here";

pub(super) fn is_opened(form: &Form) -> bool {
    form.value(OPEN.0) == OPEN.1
}
