//! Access to the web, taken away by a clause and given back.

use actions::{PersonPage, RestoreAccess, SanctionClause, SanctionLine, WithdrawAccess};
use askama::Template;
use axum::extract::Path;
use domain::PolicyId;
use jiff::Timestamp;

use super::one::person;
use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::moment;
use crate::parts::Confirm;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/people/{id}/withdraw", show_withdraw)
        .post("/people/{id}/withdraw", withdraw)
        .get("/people/{id}/restore/{sanction}", show_restore)
        .post("/people/{id}/restore/{sanction}", restore)
}

#[derive(Template)]
#[template(path = "people/withdraw.html")]
struct WithdrawPage<'a> {
    frame: Frame,
    form: &'a Form,
    name: &'a str,
    clauses: Vec<FormChoice>,
    back: String,
}

/// The person, for somebody whom a clause lets take access away.
async fn sanctionable(signed: &Visitor, id: &str) -> Result<PersonPage, PageError> {
    let person = person(signed, id).await?;
    if person.may.withdraw_access.is_empty() { Err(not_yours()) } else { Ok(person) }
}

fn not_yours() -> PageError {
    PageError::forbidden(
        "Access is withdrawn, and given back, by the roles that a policy’s sanction clause names, by nobody for themselves, \
         and from nobody twice at once.",
    )
}

fn clause_choice(known: &SanctionClause) -> FormChoice {
    let words = format!("{} {}", known.number, known.title);
    FormChoice::new(clause_value(&known.policy, &known.clause), words).hint(&known.policy_title)
}

/// A policy and a clause, as one value of a form.
fn clause_value(policy: &PolicyId, clause: &str) -> String {
    format!("{policy}#{clause}")
}

fn withdraw_page<'a>(signed: &Visitor, person: &'a PersonPage, form: &'a Form) -> WithdrawPage<'a> {
    let back = format!("/people/{}", person.line.id);
    let clauses = person.may.withdraw_access.iter();
    WithdrawPage {
        frame: signed.frame("Withdraw access").back(&back).form(form),
        form,
        name: &person.line.name,
        clauses: clauses.map(clause_choice).collect(),
        back,
    }
}

async fn show_withdraw(signed: Visitor, Path(id): Path<String>) -> Answer {
    let person = sanctionable(&signed, &id).await?;
    let mut form = signed.form();
    if let [only] = person.may.withdraw_access.as_slice() {
        form = form.with("clause", clause_value(&only.policy, &only.clause));
    }
    page(&withdraw_page(&signed, &person, &form))
}

/// What the form says, or at its fields what must be put right.
fn read(signed: &Visitor, person: &PersonPage, form: &mut Form) -> Option<WithdrawAccess> {
    let chosen = form.value("clause").split_once('#').map(|(policy, clause)| (policy.to_owned(), clause.to_owned()));
    let mut known = person.may.withdraw_access.iter();
    let chosen =
        chosen.filter(|(policy, clause)| known.any(|known| known.policy.0 == *policy && known.clause == *clause));
    if chosen.is_none() {
        form.blame("clause", "Choose the clause that this rests on");
    }
    if form.value("reason").is_empty() {
        form.blame("reason", "Write the reason: the person is shown it");
    }
    let until: Option<Option<Timestamp>> = match (form.value("until"), form.value("until-time")) {
        ("", "") => Some(None),
        (date, time) => moment::read(date, time, signed.desk.time_zone()).map(Some),
    };
    match until {
        None => form.blame("until", "Give the end as a date and, if you like, a time; or leave both empty"),
        Some(Some(at)) if at <= signed.desk.now() => form.blame("until", "The end must lie ahead"),
        Some(_) => {}
    }
    let (policy, clause) = chosen.filter(|_| !form.has_problems())?;
    Some(WithdrawAccess {
        person: person.line.id,
        policy: PolicyId(policy),
        clause,
        reason: form.value("reason").to_owned(),
        until: until?,
    })
}

async fn withdraw(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let person = sanctionable(&signed, &id).await?;
    let Some(input) = read(&signed, &person, &mut form) else {
        return page_again(&withdraw_page(&signed, &person, &form));
    };
    match signed.desk.withdraw_access(&signed.actor, input).await {
        Ok(_) => go(format!("/people/{id}")),
        Err(error) => {
            form.refused(error)?;
            page_again(&withdraw_page(&signed, &person, &form))
        }
    }
}

fn confirm_restore(signed: &Visitor, person: &PersonPage, sanction: &SanctionLine, form: &Form) -> Answer {
    let (id, name) = (person.line.id, &person.line.name);
    let confirm = Confirm {
        question: &format!("Give {name} access to the web again?"),
        follows: vec![
            format!(
                "It was withdrawn on {}. The reason given: {}",
                moment::when(&sanction.from, signed.desk.time_zone()),
                sanction.reason.as_deref().unwrap_or_default()
            ),
            format!(
                "The gate opens for {name} at once, as far as the policies say. The ledger keeps that it was withdrawn and given back."
            ),
        ],
        button: "Give access back",
        action: &format!("/people/{id}/restore/{}", sanction.id),
        back: &format!("/people/{id}"),
        reason: Some("Why is it given back?"),
        hidden: Vec::new(),
    };
    confirm.show(signed.frame("Give access back"), form)
}

/// The sanction that an address names, where it holds and the visitor may lift it.
fn in_force<'a>(person: &'a PersonPage, sanction: &str) -> Result<&'a SanctionLine, PageError> {
    let held = person.sanction.as_ref().filter(|held| held.id.to_string() == sanction);
    let held = held.ok_or_else(PageError::no_such_page)?;
    if person.may.restore_access { Ok(held) } else { Err(not_yours()) }
}

async fn show_restore(signed: Visitor, Path((id, sanction)): Path<(String, String)>) -> Answer {
    let person = person(&signed, &id).await?;
    confirm_restore(&signed, &person, in_force(&person, &sanction)?, &signed.form())
}

async fn restore(signed: Visitor, Path((id, sanction)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let person = person(&signed, &id).await?;
    let held = in_force(&person, &sanction)?;
    if form.value("reason").is_empty() {
        form.blame("reason", "Write why it is given back");
        return confirm_restore(&signed, &person, held, &form);
    }
    let input = RestoreAccess { sanction: held.id, reason: form.value("reason").to_owned() };
    match signed.desk.restore_access(&signed.actor, input).await {
        Ok(_) => go(format!("/people/{id}")),
        Err(error) => {
            form.refused(error)?;
            confirm_restore(&signed, &person, held, &form)
        }
    }
}
