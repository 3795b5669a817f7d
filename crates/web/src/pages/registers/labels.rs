//! Labels to stick on what a register lists, each with a QR code that opens the entry's page.

use actions::{RegisterCard, RegisterEntryLine};
use askama::Template;
use axum::extract::Path;
use domain::PolicyId;
use qrcode::QrCode;
use qrcode::render::svg;

use super::href;
use crate::answer::{Answer, page};
use crate::error::PageError;
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub(super) fn routes(pages: Pages) -> Pages {
    pages.get("/registers/{policy}/{register}/labels", labels)
}

#[derive(Template)]
#[template(path = "registers/labels.html")]
struct LabelsPage {
    frame: Frame,
    card: RegisterCard,
    labels: Vec<Label>,
    page: u32,
    pages: u32,
    /// The address of this page, for the next one and the one before.
    href: String,
}

/// A label to stick on what an entry lists.
struct Label {
    name: String,
    /// A QR code that opens the entry's page, drawn as SVG.
    code: String,
}

async fn labels(signed: Visitor, Path((policy, register)): Path<(String, String)>, asked: ListParams) -> Answer {
    let policy = PolicyId(policy);
    let found = signed.desk.register(&signed.actor, &policy, &register, asked.list.clone()).await?;
    if !found.card.keeps {
        return Err(PageError::forbidden("Labels are for those who keep the register."));
    }
    let holds = found.entries.rows.iter().filter(|line| line.standing.is_open());
    let labels = holds.map(|line| label(&signed, line)).collect::<Result<_, _>>()?;
    let card = found.card;
    let frame = signed.frame("Labels").crumb("Registers", "/registers").crumb(card.title.clone(), href(&card));
    let (page_number, pages, href) = (found.entries.page, found.entries.pages, format!("{}/labels", href(&card)));
    page(&LabelsPage { frame, card, labels, page: page_number, pages, href })
}

fn label(signed: &Visitor, line: &RegisterEntryLine) -> Result<Label, PageError> {
    let address = format!("{}/entries/{}", signed.settings.url, line.id);
    let code = QrCode::new(address.as_bytes()).map_err(|_| {
        PageError::forbidden("The desk’s address is too long for a QR code. Set a shorter one in its configuration.")
    })?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(120, 120).build();
    // A picture within a page has no declaration of its own.
    let code = drawn.split_once("?>").map_or(drawn.as_str(), |(_, picture)| picture).to_owned();
    Ok(Label { name: line.name.clone(), code })
}
