//! What I signed, and what my children and I still owe; one agreement with its receipt.

use actions::{AgreementLine, Manner, PersonLine, SigningTask, WaitsForParent};
use askama::Template;
use axum::extract::Path;
use domain::{PersonId, PolicyId};

use crate::address::with_query;
use crate::answer::{Answer, download, go, page};
use crate::cells::Cell;
use crate::document::{DocumentSection, sections};
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::pages::home::TaskLine;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::{AppState, Visitor};

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/agreements", mine)
        .post("/ask-parent-again/{policy}", ask_parent_again)
        .get("/agreements/{id}", one)
        .get("/agreements/{id}/signed", just_signed)
        .get("/agreements/{id}/receipt", receipt)
}

/// A policy still to be signed.
struct OwedLine {
    title: String,
    href: Option<String>,
    verb: &'static str,
    says: String,
    due: Option<jiff::Timestamp>,
}

/// The agreements of one person: the visitor, or a child of theirs.
struct Section {
    heading: String,
    anchor: String,
    owed: Vec<OwedLine>,
    signed: Listing,
}

#[derive(Template)]
#[template(path = "agreements/mine.html")]
struct MinePage {
    frame: Frame,
    form: Form,
    sections: Vec<Section>,
    waiting: Vec<WaitsForParent>,
}

async fn mine(signed: Visitor, asked: ListParams) -> Answer {
    let agreements = signed.desk.my_agreements(&signed.actor).await?;
    let frame = signed.frame("My agreements");
    let own = Section {
        heading: "For yourself".to_owned(),
        anchor: "own".to_owned(),
        owed: agreements.owed.iter().filter(|line| line.parents_asked.is_none()).map(|line| owed(line, None)).collect(),
        signed: listing("Signed for yourself", "You have", &agreements.own, &asked, &frame),
    };
    if asked.csv {
        let everything: Vec<AgreementLine> = agreements
            .own
            .into_iter()
            .chain(agreements.children.into_iter().flat_map(|child| child.agreements))
            .collect();
        return listing("Signed", "You have", &everything, &asked, &frame).csv("agreements");
    }
    let children = agreements.children.iter().map(|child| Section {
        heading: format!("For {}", child.child.name),
        anchor: format!("child-{}", child.child.id),
        owed: child.owed.iter().map(|line| owed(line, Some(child.child.id))).collect(),
        signed: listing(
            &format!("Signed for {}", child.child.name),
            &format!("{} has", child.child.name),
            &child.agreements,
            &asked,
            &frame,
        ),
    });
    let sections = std::iter::once(own).chain(children).collect();
    page(&MinePage { frame, form: signed.form(), sections, waiting: agreements.waits_for_parent })
}

/// The parents' Home page says from now on that their child asked again.
async fn ask_parent_again(signed: Visitor, Path(policy): Path<String>, _: Posted) -> Answer {
    signed.desk.ask_parent_again(&signed.actor, &PolicyId(policy)).await?;
    go("/")
}

fn owed(line: &SigningTask, child: Option<PersonId>) -> OwedLine {
    let href = format!("/sign/{}", line.policy);
    let yours = if child.is_some() { line.by_parent } else { line.by_self };
    let href = match child {
        None => href,
        Some(child) => with_query(&href, [("for", child.to_string().as_str())]),
    };
    let says = match yours {
        true if line.bars_access => "The web stays closed until this is done.",
        true => "Nothing is closed while you wait, but it is asked of you.",
        false => "Your child still signs this for themselves.",
    };
    OwedLine {
        title: format!("{}, version {}", line.title, line.version),
        href: yours.then_some(href),
        verb: if line.manner == Manner::Sign { "Read and sign" } else { "Read" },
        says: says.to_owned(),
        due: line.due,
    }
}

fn listing(caption: &str, whose: &str, lines: &[AgreementLine], asked: &ListParams, frame: &Frame) -> Listing {
    let columns = ["Policy", "Signed by", "Signed", "State"].map(Column::new).to_vec();
    Listing::whole(caption, columns, asked, lines, |line| {
        vec![
            Cell::link(format!("{}, version {}", line.title, line.version), format!("/agreements/{}", line.id)),
            Cell::text(&line.signer.name),
            Cell::when(&line.signed_at, frame.zone()),
            state(line),
        ]
    })
    .empty(format!("{whose} not signed anything yet. Anything to sign is listed above and on the Home page."))
}

fn state(line: &AgreementLine) -> Cell {
    match (line.current, line.awaits_countersign.is_empty()) {
        (true, true) => Cell::tag("In force", "green"),
        (true, false) => Cell::tag("Waiting for the school", "yellow"),
        (false, _) => Cell::tag("Past", "grey"),
    }
}

#[derive(Template)]
#[template(path = "agreements/one.html")]
struct OnePage {
    frame: Frame,
    id: String,
    facts: Facts,
    sections: Vec<DocumentSection>,
    may_countersign: bool,
}

async fn one(signed: Visitor, Path(id): Path<String>) -> Answer {
    let id = id.parse().map_err(|_| PageError::no_such_page())?;
    let agreement = signed.desk.agreement(&signed.actor, id).await?;
    let frame = signed.frame(format!("Agreement: {}", agreement.line.title)).crumb("My agreements", "/agreements");
    let facts = facts(&agreement.line, &frame, &signed);
    let sections = sections(&agreement.document, &signed);
    page(&OnePage { frame, id: id.to_string(), facts, sections, may_countersign: agreement.may_countersign })
}

/// What an agreement says, for its page, its receipt and whoever countersigns it.
pub fn facts(line: &AgreementLine, frame: &Frame, app: &AppState) -> Facts {
    let named = |person: &PersonLine| match person.groups.first() {
        Some(group) => format!("{} ({group})", person.name),
        None => person.name.clone(),
    };
    let mut facts = Facts::new()
        .row("Policy", format!("{}, version {}", line.title, line.version))
        .row("Signed by", named(&line.signer));
    if line.signer.id != line.binds.id {
        facts = facts.row("Signed for", named(&line.binds));
    }
    facts = facts
        .row("Name as typed", &line.printed_name)
        .row("Signed", frame.when(&line.signed_at))
        .row_if("Lapses", line.lapses_at.as_ref().map(|at| frame.when(at)));
    if let Some(countersigned) = &line.countersigned {
        let words = format!("{}, {}", countersigned.printed_name, frame.when(&countersigned.at));
        facts = facts.row("Accepted for the school by", words);
    } else if !line.awaits_countersign.is_empty() {
        facts = facts.row("Waiting for", app.roles_in_sentence(&line.awaits_countersign, "or"));
    }
    facts
        .row("The text’s SHA-256", &line.text_hash)
        .row("Fingerprint of the key that signs the school’s receipts", app.desk.receipt_fingerprint())
}

#[derive(Template)]
#[template(path = "agreements/signed.html")]
struct JustSignedPage {
    frame: Frame,
    id: String,
    title: String,
    facts: Facts,
    countersigners: String,
    tasks: Vec<TaskLine>,
    form: Form,
    waiting: Vec<WaitsForParent>,
}

async fn just_signed(signed: Visitor, Path(id): Path<String>) -> Answer {
    let id = id.parse().map_err(|_| PageError::no_such_page())?;
    let agreement = signed.desk.agreement(&signed.actor, id).await?;
    let home = signed.desk.home(&signed.actor).await?;
    let frame = signed.frame("Signed").crumb("My agreements", "/agreements");
    let waits = &agreement.line.awaits_countersign;
    page(&JustSignedPage {
        facts: facts(&agreement.line, &frame, &signed),
        frame,
        id: id.to_string(),
        title: agreement.line.title.clone(),
        countersigners: if waits.is_empty() { String::new() } else { signed.roles_in_sentence(waits, "or") },
        tasks: home.tasks.into_iter().map(|task| TaskLine::of(task, &signed)).collect(),
        form: signed.form(),
        waiting: home.waits_for_parent,
    })
}

async fn receipt(signed: Visitor, Path(id): Path<String>) -> Answer {
    let id = id.parse().map_err(|_| PageError::no_such_page())?;
    let receipt = signed.desk.receipt(&signed.actor, id).await?;
    download(&receipt.file_name, "application/json", receipt.json)
}
