//! What is written down of a report on forms of their own: a child's own words, the parents, a decision, a referral, and
//! what is known and told of a data breach. No title says more than that there is a report.

use actions::{CaseMeasure, ConcernPage, HandleCase, NamedFor};
use askama::Template;
use axum::extract::Path;
use domain::{BreachPart, CaseId, CaseLine, CaseStep, LineForm, PersonId, ReferredTo};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::answer::{Answer, go, page, page_again};
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::moment;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/concerns/{id}/line/{kind}", empty).post("/concerns/{id}/line/{kind}", write_down)
}

/// The value of a choice that says that there was none: parents who were not told, nobody to whom it was referred.
const NONE: &str = "none";

fn field_names(kind: LineForm) -> Vec<&'static str> {
    match kind {
        LineForm::OwnWords => vec!["whom", "on", "text"],
        LineForm::Parents => vec!["told", "whom", "on", "text", "reason"],
        LineForm::Decision => vec!["text", "reason"],
        LineForm::Referral => vec!["to", "whom", "on", "reference", "reason"],
        LineForm::DeviceSearch => vec!["device", "by", "beside", "on", "found", "deleted", "reason"],
        LineForm::Outcome => vec!["measure", "text", "reason"],
        LineForm::Breach => BreachPart::ALL.iter().map(|part| part.name()).collect(),
        LineForm::Regulator => vec!["told", "on", "time", "reference", "reason", "delay"],
        LineForm::People => vec!["told", "whom", "on", "how", "text", "reason"],
    }
}

/// What was typed; `None` where something must be put right, which the form then says.
fn read(kind: LineForm, form: &mut Form, signed: &Visitor) -> Option<CaseLine> {
    let typed = |form: &Form, name: &str| form.value(name).to_owned();
    let (whom, text, reason) = (typed(form, "whom"), typed(form, "text"), typed(form, "reason"));
    Some(match kind {
        LineForm::OwnWords => CaseLine::OwnWords { on: day(form)?, whom, text },
        LineForm::DeviceSearch => CaseLine::DeviceSearch {
            device: typed(form, "device"),
            by: named(form, signed, "by")?,
            beside: named(form, signed, "beside")?,
            on: day(form)?,
            found: typed(form, "found"),
            deleted: typed(form, "deleted"),
            reason,
            for_police: form.value("police") == "yes",
            clause: String::new(),
        },
        LineForm::Outcome => {
            let (clause, measure) = form.value("measure").rsplit_once('/').unwrap_or_default();
            CaseLine::Outcome { measure: measure.to_owned(), clause: clause.to_owned(), text, reason }
        }
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
        LineForm::Breach => {
            let part = |part: &BreachPart| (*part, typed(form, part.name()));
            CaseLine::BreachKnown { parts: BreachPart::ALL.iter().map(part).collect() }
        }
        LineForm::Regulator => match typed(form, "told").as_str() {
            "yes" => CaseLine::RegulatorTold {
                at: moment(form, signed.desk.time_zone())?,
                reference: typed(form, "reference"),
                reason,
                delay: typed(form, "delay"),
            },
            NONE => {
                has_no_more(form, &["on", "time", "reference", "delay"]).then_some(())?;
                CaseLine::RegulatorNotTold { reason }
            }
            _ => {
                form.blame("told", "Choose whether the regulator was told.");
                return None;
            }
        },
        LineForm::People => match typed(form, "told").as_str() {
            "yes" => {
                has_no_more(form, &["reason"]).then_some(())?;
                CaseLine::PeopleTold { on: day(form)?, how: typed(form, "how"), whom, text }
            }
            NONE => {
                has_no_more(form, &["whom", "on", "how", "text"]).then_some(())?;
                CaseLine::PeopleNotTold { reason }
            }
            _ => {
                form.blame("told", "Choose whether the people concerned were told.");
                return None;
            }
        },
        LineForm::Referral => match (form.value("to"), form.value("to").parse::<ReferredTo>()) {
            (NONE, _) => {
                has_no_more(form, &["whom", "on", "reference"]).then_some(())?;
                CaseLine::NoReferral { reason }
            }
            (_, Ok(to)) => CaseLine::Referral { to, on: day(form)?, whom, reference: typed(form, "reference"), reason },
            (_, Err(_)) => {
                form.blame("to", "Choose to whom it was referred, or that it is not referred.");
                return None;
            }
        },
    })
}

/// Somebody who is named by their username.
fn named(form: &mut Form, signed: &Visitor, field: &str) -> Option<PersonId> {
    let found = signed.desk.find_person(&signed.actor, form.value(field), NamedFor::Case).ok().flatten();
    if found.is_none() {
        form.blame(field, "There is nobody with this username. Ask them or the school office for it.");
    }
    found
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

/// A day and a time: how late something was told is counted in hours.
pub(super) fn moment(form: &mut Form, zone: &TimeZone) -> Option<Timestamp> {
    day(form)?;
    let read = moment::read(form.value("on"), form.value("time"), zone).filter(|_| !form.value("time").is_empty());
    if read.is_none() {
        form.blame("time", "Give the time as hours and minutes, such as 14:30.");
    }
    read
}

#[derive(Template)]
#[template(path = "concerns/line.html")]
struct LinePage<'a> {
    frame: Frame,
    form: &'a Form,
    kind: LineForm,
    case: CaseId,
    told: Vec<FormChoice>,
    bodies: Vec<FormChoice>,
    /// The clause by which devices are searched.
    clause: Option<CitedClause>,
    police: [FormChoice; 1],
    /// What may follow by the policy's clauses, and that something else came of it.
    measures: Vec<FormChoice>,
    /// What the regulator asks of a breach, each with what is known of it so far.
    parts: Vec<(BreachPart, String)>,
    /// Whether it is asked why the regulator was told late.
    asks_delay: bool,
}

fn line_page<'a>(signed: &Visitor, page: &ConcernPage, kind: LineForm, form: &'a Form) -> LinePage<'a> {
    let case = page.line.id;
    let concern = format!("/concerns/{case}");
    let is_late = page.deadline.is_some_and(|deadline| signed.desk.now() > deadline);
    let parts = page.breach.iter().flat_map(|breach| &breach.parts);
    let so_far = |known: &Option<String>| known.as_ref().map(|known| format!("Known so far: {known}"));
    let bodies = ReferredTo::ALL.iter().map(|body| FormChoice::new(body, body.title()));
    let nobody = FormChoice::new(NONE, "Nobody: it was decided not to refer it");
    LinePage {
        frame: signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", concern),
        kind,
        case,
        told: vec![
            FormChoice::new("yes", "Yes").hint(match kind {
                LineForm::Regulator => "Say when, and why",
                _ => "Say whom, on which day and what",
            }),
            FormChoice::new(NONE, "No").hint("Say why not"),
        ],
        parts: parts.map(|(part, known)| (*part, so_far(known).unwrap_or_default())).collect(),
        asks_delay: is_late || form.error("delay").is_some() || !form.value("delay").is_empty(),
        bodies: bodies.chain([nobody]).collect(),
        clause: page.search_clause.as_ref().and_then(|id| CitedClause::published(&page.policy.0, id, signed)),
        measures: measures(page),
        police: [FormChoice::new("yes", "It, or what was found, is kept for the police")],
        form,
    }
}

/// The measures that the reader decides, each with its clause, and that it is said in words; empty where they decide none.
fn measures(page: &ConcernPage) -> Vec<FormChoice> {
    let choice = |known: &CaseMeasure| {
        let value = format!("{}/{}", known.clause, known.name);
        FormChoice::new(value, domain::upper_first(known.words)).hint(format!("By the clause ‘{}’", known.clause_title))
    };
    let in_words = (!page.measures.is_empty()).then(|| FormChoice::new(NONE, "Something else, which you say below"));
    page.measures.iter().map(choice).chain(in_words).collect()
}

/// The case, where it has such a line.
async fn case_of(signed: &Visitor, id: CaseId, kind: LineForm) -> Result<ConcernPage, PageError> {
    let concern = signed.desk.concern(&signed.actor, id).await?;
    let has_it = match kind {
        LineForm::DeviceSearch => concern.search_clause.is_some(),
        kind => !kind.is_of_breach() || concern.breach.is_some(),
    };
    if has_it { Ok(concern) } else { Err(PageError::no_such_page()) }
}

/// The form that an address names.
fn form_of(name: &str) -> Result<LineForm, PageError> {
    name.parse().map_err(|_| PageError::no_such_page())
}

async fn empty(signed: Visitor, Path((id, kind)): Path<(String, String)>) -> Answer {
    let kind = form_of(&kind)?;
    let concern = case_of(&signed, id.parse().map_err(|_| PageError::no_such_page())?, kind).await?;
    if concern.line_forms.contains(&kind) {
        return page(&line_page(&signed, &concern, kind, &signed.form()));
    }
    go(format!("/concerns/{id}"))
}

async fn write_down(signed: Visitor, Path((id, kind)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let kind = form_of(&kind)?;
    let case: CaseId = id.parse().map_err(|_| PageError::no_such_page())?;
    if let Some(line) = read(kind, &mut form, &signed) {
        let step = CaseStep::write_down(line);
        match signed.desk.handle_case(&signed.actor, HandleCase { case, step }).await {
            Ok(_) => return go(format!("/concerns/{case}")),
            Err(error) => form.refused(error)?,
        }
    }
    // Whoever does not have the report is shown no form of it either.
    let concern = case_of(&signed, case, kind).await?;
    form.in_order(field_names(kind));
    page_again(&line_page(&signed, &concern, kind, &form))
}
