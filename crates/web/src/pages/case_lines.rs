//! What is written down of a report on forms of their own: a child's own words, the parents, a decision, a referral. No
//! address and no title says more than that there is a report.

use actions::{ConcernPage, HandleCase};
use askama::Template;
use axum::extract::Path;
use domain::{CaseId, CaseLine, CaseStep, ReferredTo};
use jiff::civil::Date;

use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/concerns/{id}/line/{kind}", empty).post("/concerns/{id}/line/{kind}", write_down)
}

/// The value of a choice that says that there was none: parents who were not told, nobody to whom it was referred.
const NONE: &str = "none";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineForm {
    OwnWords,
    Parents,
    Decision,
    Referral,
}

impl LineForm {
    /// The form that an address names.
    fn of(name: &str) -> Result<LineForm, PageError> {
        Ok(match name {
            "words" => LineForm::OwnWords,
            "parents" => LineForm::Parents,
            "decision" => LineForm::Decision,
            "referral" => LineForm::Referral,
            _ => return Err(PageError::no_such_page()),
        })
    }

    fn heading(self) -> &'static str {
        match self {
            LineForm::OwnWords => "Write down what a child said",
            LineForm::Parents => "Write down whether the parents were told",
            LineForm::Decision => "Write down a decision",
            LineForm::Referral => "Write down a referral",
        }
    }

    fn field_names(self) -> &'static [&'static str] {
        match self {
            LineForm::OwnWords => &["whom", "on", "text"],
            LineForm::Parents => &["told", "whom", "on", "text", "reason"],
            LineForm::Decision => &["text", "reason"],
            LineForm::Referral => &["to", "whom", "on", "reference", "reason"],
        }
    }

    /// What was typed; `None` where something must be put right, which the form then says.
    fn read(self, form: &mut Form) -> Option<CaseLine> {
        let typed = |form: &Form, name: &str| form.value(name).to_owned();
        let (whom, text, reason) = (typed(form, "whom"), typed(form, "text"), typed(form, "reason"));
        Some(match self {
            LineForm::OwnWords => CaseLine::OwnWords { on: day(form)?, whom, text },
            LineForm::Decision => CaseLine::Decision { text, reason },
            LineForm::Parents => match typed(form, "told").as_str() {
                "yes" => {
                    has_no_more(form, &["reason"]).then_some(())?;
                    CaseLine::ParentsTold { on: day(form)?, whom, text }
                }
                NONE => {
                    has_no_more(form, &["whom", "on", "text"]).then_some(())?;
                    CaseLine::ParentsNotTold { reason }
                }
                _ => {
                    form.blame("told", "Choose whether the parents were told.");
                    return None;
                }
            },
            LineForm::Referral => match (form.value("to"), form.value("to").parse::<ReferredTo>()) {
                (NONE, _) => {
                    has_no_more(form, &["whom", "on", "reference"]).then_some(())?;
                    CaseLine::NoReferral { reason }
                }
                (_, Ok(to)) => {
                    CaseLine::Referral { to, on: day(form)?, whom, reference: typed(form, "reference"), reason }
                }
                (_, Err(_)) => {
                    form.blame("to", "Choose to whom it was referred, or that it is not referred.");
                    return None;
                }
            },
        })
    }
}

/// Whether these fields are empty, for which what was chosen has no place: nothing that was typed is left out unsaid.
fn has_no_more(form: &mut Form, fields: &[&str]) -> bool {
    let filled: Vec<&str> = fields.iter().copied().filter(|name| !form.value(name).is_empty()).collect();
    for name in &filled {
        form.blame(name, "What you chose above has no place for this. Empty it, or choose again.");
    }
    filled.is_empty()
}

fn day(form: &mut Form) -> Option<Date> {
    let day = form.parse("on");
    if day.is_none() {
        form.blame("on", "Give the date as a day, a month and a year.");
    }
    day
}

#[derive(Template)]
#[template(path = "concerns/line.html")]
struct LinePage<'a> {
    frame: Frame,
    form: &'a Form,
    kind: LineForm,
    case: CaseId,
    parents: Vec<FormChoice>,
    bodies: Vec<FormChoice>,
}

fn line_page<'a>(signed: &Visitor, case: CaseId, kind: LineForm, form: &'a Form) -> LinePage<'a> {
    let concern = format!("/concerns/{case}");
    let bodies = ReferredTo::ALL.iter().map(|body| FormChoice::new(body, body.title()));
    let nobody = FormChoice::new(NONE, "Nobody: it was decided not to refer it");
    LinePage {
        frame: signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", concern),
        kind,
        case,
        parents: vec![
            FormChoice::new("yes", "Yes").hint("Say whom, on which day and what"),
            FormChoice::new(NONE, "No").hint("Say why not"),
        ],
        bodies: bodies.chain([nobody]).collect(),
        form,
    }
}

/// The case, where the actor may write in it.
async fn open_case(signed: &Visitor, id: &str) -> Result<Option<CaseId>, PageError> {
    let case: CaseId = id.parse().map_err(|_| PageError::no_such_page())?;
    let concern: ConcernPage = signed.desk.concern(&signed.actor, case).await?;
    Ok(concern.may_handle.then_some(case))
}

async fn empty(signed: Visitor, Path((id, kind)): Path<(String, String)>) -> Answer {
    let kind = LineForm::of(&kind)?;
    match open_case(&signed, &id).await? {
        Some(case) => page(&line_page(&signed, case, kind, &signed.form())),
        None => go(format!("/concerns/{id}")),
    }
}

async fn write_down(signed: Visitor, Path((id, kind)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let kind = LineForm::of(&kind)?;
    let case: CaseId = id.parse().map_err(|_| PageError::no_such_page())?;
    if let Some(line) = kind.read(&mut form) {
        let step = CaseStep::write_down(line);
        match signed.desk.handle_case(&signed.actor, HandleCase { case, step }).await {
            Ok(_) => return go(format!("/concerns/{case}")),
            Err(error) => form.refused(error)?,
        }
    }
    // Whoever does not have the report is shown no form of it either.
    let concern = signed.desk.concern(&signed.actor, case).await?;
    form.in_order(kind.field_names().iter().copied());
    page_again(&line_page(&signed, concern.line.id, kind, &form))
}
