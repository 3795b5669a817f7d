//! Signing for what a register's entry says was given to somebody, and the list of what nobody has signed for.

use actions::{EntryToSign, RegisterEntryLine, SignForEntry, SignForEntryError, SignedFor};
use askama::Template;
use axum::extract::Path;
use domain::{EntryId, PolicyId};

use crate::answer::{Answer, go, page, page_again, page_once};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub(super) fn routes(pages: Pages) -> Pages {
    pages
        .get("/entries/{id}/sign", to_sign)
        .post("/entries/{id}/sign", sign)
        .get("/registers/{policy}/{register}/not-signed-for", not_signed_for)
}

#[derive(Template)]
#[template(path = "registers/sign.html")]
struct SignPage<'a> {
    frame: Frame,
    form: &'a Form,
    asked: &'a EntryToSign,
    clause: Option<CitedClause>,
    facts: Facts,
}

fn sign_page<'a>(signed: &Visitor, asked: &'a EntryToSign, form: &'a Form) -> SignPage<'a> {
    let frame = signed.frame("Sign for what you were given").form(form);
    let frame = if asked.is_handed_over {
        frame.handed_over().back(format!("/entries/{}", asked.entry))
    } else {
        frame.back("/")
    };
    let mut facts = Facts::new();
    for (label, says) in &asked.shown {
        facts = facts.row(label, says);
    }
    let clause = CitedClause::of(&asked.document, asked.version.0, &asked.clause, signed);
    SignPage { frame, form, asked, clause, facts }
}

fn parse(id: &str) -> Result<EntryId, PageError> {
    id.parse().map_err(|_| PageError::no_such_page())
}

async fn to_sign(signed: Visitor, Path(id): Path<String>) -> Answer {
    let asked = signed.desk.entry_to_sign(&signed.actor, parse(&id)?).await?;
    page(&sign_page(&signed, &asked, &signed.form()))
}

async fn sign(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let entry = parse(&id)?;
    let asked = signed.desk.entry_to_sign(&signed.actor, entry).await;
    let declines = (form.value("do") == "decline").then(|| form.value("reason").to_owned());
    let signs = declines.is_none();
    let input = SignForEntry { entry, declines, password: form.raw("password").to_owned() };
    match signed.desk.sign_for_entry(&signed.actor, input).await {
        Ok(()) if asked.as_ref().is_ok_and(|asked| asked.is_handed_over) => handed_back(&signed, entry),
        Ok(()) => go("/"),
        // A form that was sent twice signs once.
        Err(SignForEntryError::SignedAlready { handed_over: true }) if signs => handed_back(&signed, entry),
        Err(SignForEntryError::SignedAlready { .. }) if signs => go("/"),
        Err(error) => {
            form.refused(error)?;
            page_again(&sign_page(&signed, &asked?, &form))
        }
    }
}

fn handed_back(signed: &Visitor, entry: EntryId) -> Answer {
    page_once(&HandedBackPage { frame: signed.frame("Thank you").handed_over(), entry })
}

/// What whoever signed on somebody else's device sees then: no word of the register.
#[derive(Template)]
#[template(path = "registers/handed-back.html")]
struct HandedBackPage {
    frame: Frame,
    entry: EntryId,
}

/// How it stands with a signature, as a tag.
pub(super) fn tag(line: &RegisterEntryLine, frame: &Frame) -> Cell {
    match line.signed_for {
        None => Cell::text(""),
        Some(SignedFor::NotYet) => Cell::tag("Not signed for", "yellow"),
        Some(SignedFor::Signed(at)) => Cell::tag(format!("Signed for {}", frame.when(&at)), "green"),
        Some(SignedFor::Declined(at)) => Cell::tag(format!("Declined {}", frame.when(&at)), "red"),
    }
}

#[derive(Template)]
#[template(path = "registers/not-signed-for.html")]
struct NotSignedForPage {
    frame: Frame,
    title: String,
    listing: Listing,
}

async fn not_signed_for(
    signed: Visitor,
    Path((policy, register)): Path<(String, String)>,
    asked: ListParams,
) -> Answer {
    let policy = PolicyId(policy);
    let (card, entries) = signed.desk.unsigned_entries(&signed.actor, &policy, &register, asked.list.clone()).await?;
    let frame = signed.frame("Not signed for").crumb("Registers", "/registers");
    let frame = frame.crumb(card.title.clone(), format!("/registers/{}/{}", card.policy, card.register));
    let fields: Vec<String> = card.form.iter().map(domain::FormField::label).collect();
    let columns = ["Written"].map(Column::new).into_iter();
    let columns = columns.chain(fields.iter().cloned().map(Column::new)).chain(["Signed for"].map(Column::new));
    let row = |line: &RegisterEntryLine| {
        let says = |label: &String| line.answers.iter().find(|(known, _)| known == label).map(|(_, says)| says.clone());
        let link = Cell::when(&line.written_at, frame.zone()).to(format!("/entries/{}", line.id));
        let cells = fields.iter().map(|label| Cell::text(says(label).unwrap_or_default()));
        std::iter::once(link.about(line.name.clone())).chain(cells).chain([tag(line, &frame)]).collect()
    };
    let listing = Listing::paged("Not signed for", columns.collect(), &asked, &entries, row);
    let listing = listing.empty("Everybody has signed for what they were given.");
    if asked.csv {
        return listing.csv("not-signed-for");
    }
    page(&NotSignedForPage { title: card.title, frame, listing })
}
