//! What has come to somebody by a report: the list, and one report with what can be done about it.

use actions::{ConcernLine, ConcernPage, HandleCase, LostLine, NamedFor, PersonLine, ReceiptSaid};
use askama::Template;
use axum::extract::Path;
use domain::{CaseId, CaseStep};

use crate::answer::{Answer, go, page, page_again, page_at};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::check::{Check, CheckStep};
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::pages::cases::{breaches, case_sites};
use crate::parts::Facts;
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/concerns", list)
        .get("/concerns/{id}", one)
        .post("/concerns/{id}", handle)
        .post("/concerns/{id}/about", say_about)
}

#[derive(Template)]
#[template(path = "concerns/list.html")]
struct ListPage {
    frame: Frame,
    open: Vec<ConcernLine>,
    closed: Vec<ConcernLine>,
    has_breaches: bool,
    has_closed_sites: bool,
}

async fn list(signed: Visitor) -> Answer {
    let concerns = signed.desk.concerns(&signed.actor).await?;
    let (closed, open) = concerns.into_iter().partition(|line| line.is_closed);
    let has_breaches = signed.desk.has_breaches(&signed.actor).await?;
    let has_closed_sites = !signed.desk.closed_sites(&signed.actor).await?.is_empty();
    page(&ListPage { frame: signed.frame("Concerns"), open, closed, has_breaches, has_closed_sites })
}

#[derive(Template)]
#[template(path = "concerns/one.html")]
struct OnePage<'a> {
    frame: Frame,
    form: &'a Form,
    concern: &'a ConcernPage,
    facts: Facts,
    clause: Option<CitedClause>,
    /// What the regulator asks of a data breach, with what is known of it.
    breach: Option<Facts>,
    /// What the gate says of the site that it is of.
    says: Vec<String>,
    pass_on_to: Vec<FormChoice>,
    /// Who had taken it up as the page was made.
    taken_up_from: String,
}

async fn one(signed: Visitor, Path(id): Path<String>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    page(&one_page(&signed, &concern, &signed.form()))
}

pub fn parse(id: &str) -> Result<CaseId, PageError> {
    id.parse().map_err(|_| PageError::no_such_page())
}

fn one_page<'a>(signed: &Visitor, concern: &'a ConcernPage, form: &'a Form) -> OnePage<'a> {
    let frame = signed.frame("A report").form(form).crumb("Concerns", "/concerns");
    let about = |person: &PersonLine| Cell::link(&person.name, format!("/chronology/{}", person.id));
    let roles = concern.pass_on_to.iter();
    OnePage {
        facts: facts_of(&frame, concern, concern.about.iter().map(about).collect()),
        breach: concern.breach.as_ref().map(breaches::parts),
        clause: CitedClause::published(&concern.policy.0, &concern.clause, signed),
        says: concern.site.as_ref().map(case_sites::says).unwrap_or_default(),
        pass_on_to: roles.map(|role| FormChoice::new(role, signed.role_title(*role))).collect(),
        taken_up_from: concern.taken_up_from.map(|person| person.to_string()).unwrap_or_default(),
        concern,
        form,
        frame,
    }
}

/// What is known of a report, with the people whom it is about as they are to be shown.
pub fn facts_of(frame: &Frame, concern: &ConcernPage, about: Vec<Cell>) -> Facts {
    let mut facts = Facts::new().row("What happened", &concern.told);
    for (label, words) in &concern.needs {
        facts = facts.row(label, words);
    }
    facts = facts.row("Reported by", &concern.reporter_words);
    if !about.is_empty() {
        facts = facts.cells("About", about);
    }
    facts = facts.row("Reported", frame.when(&concern.line.opened_at));
    if let Some(breach) = &concern.breach {
        facts = facts.row("Known since", frame.when(&breach.known_since));
    }
    if let Some(due) = &concern.line.due {
        facts = facts.row("To be taken up by", frame.when(due));
    }
    if let Some(deadline) = &concern.deadline {
        facts = facts.row("Deadline from outside", frame.when_and_how_far(deadline));
    }
    let lost = concern.lost.iter().map(lost_cell).collect::<Vec<Cell>>();
    if !lost.is_empty() {
        facts = facts.cells("Lost or stolen", lost);
    }
    for (heading, lines) in &concern.written_down {
        facts = facts.cells(heading, lines.iter().map(Cell::text).collect());
    }
    let receivers: Vec<String> = concern.receivers.iter().map(|person| person.name.clone()).collect();
    facts.row("Who has it", sentences::list(&receivers, "and")).row("State", &concern.line.state_words)
}

fn lost_cell(line: &LostLine) -> Cell {
    let words = if line.is_lost { line.words.clone() } else { format!("{}, found since", line.words) };
    match line.entry {
        Some(entry) => Cell::link(words, format!("/entries/{entry}")),
        None => Cell::text(words),
    }
}

async fn handle(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    match step(&signed, &mut form) {
        Some(step) => take(&signed, form, HandleCase { case, step }).await,
        None => again(&signed, &form, case).await,
    }
}

async fn take(signed: &Visitor, mut form: Form, handle: HandleCase) -> Answer {
    let case = handle.case;
    match signed.desk.handle_case(&signed.actor, handle).await {
        Ok(handled) if handled.still_theirs => go(format!("/concerns/{case}")),
        Ok(_) => go("/concerns"),
        Err(error) => {
            form.refused(error)?;
            again(signed, &form, case).await
        }
    }
}

async fn again(signed: &Visitor, form: &Form, case: CaseId) -> Answer {
    let concern = signed.desk.concern(&signed.actor, case).await?;
    page_again(&one_page(signed, &concern, form))
}

/// That a report is about somebody can't be taken back, so it is looked at once more.
async fn say_about(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    let concern = signed.desk.concern(&signed.actor, case).await?;
    if let CheckStep::Change(field) = CheckStep::of(&form) {
        return page_at(field, &one_page(&signed, &concern, &form));
    }
    let found = signed.desk.find_person(&signed.actor, form.value("person"), NamedFor::Case).ok().flatten();
    let Some(person) = found else {
        form.blame("person", "There is nobody with this username. Ask the school office for it.");
        return page_again(&one_page(&signed, &concern, &form));
    };
    if CheckStep::of(&form) == CheckStep::Send {
        return take(&signed, form, HandleCase { case, step: CaseStep::is_about(person) }).await;
    }
    let username = form.value("person").to_owned();
    let mut check = Check::new(
        "Check before you say whom it is about",
        format!("/concerns/{case}/about"),
        "Say that it is about them",
    );
    check.not_yet = "Nothing has been noted yet.";
    check = check.answer("It is about the person with this username", username, "person");
    let follows = "They can’t read this report from then on, and it never comes to them. If the policy says who gets it \
                   instead of them, it goes to those people too. This can’t be taken back.";
    check.follows = Facts::new().row("What follows", follows);
    check.show(signed.frame("A report"), &form)
}

fn step(signed: &Visitor, form: &mut Form) -> Option<CaseStep> {
    let text = |form: &Form| form.value("text").to_owned();
    Some(match form.value("do") {
        "take-up" => CaseStep::TakeUp { from: form.parse("from") },
        "note" => CaseStep::Note { text: text(form) },
        "answer" => CaseStep::Answer { text: text(form) },
        "close" => CaseStep::Close { reason: text(form) },
        "reopen" => CaseStep::Reopen { reason: text(form) },
        "pass-on" => match signed.desk.roles().find(form.value("to")) {
            Ok(to) => CaseStep::PassOn { to, note: text(form) },
            Err(_) => {
                form.blame("to", "Choose to whom it is to be passed on.");
                return None;
            }
        },
        _ => {
            form.blame("text", "Choose what you want to do.");
            return None;
        }
    })
}
