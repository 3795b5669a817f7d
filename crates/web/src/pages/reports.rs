//! Reports: how far the signing has come, who is missing, whom to remind; the ledger; looking at activity, for a purpose.

mod activity;
mod chart;
mod ledger;
mod purpose;
mod reminders;
mod unsigned;

use actions::{ProgressLine, Verb};
use askama::Template;

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::error::PageError;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::routes::Pages;
use crate::visitor::Visitor;
use chart::{Bar, BarChart};
pub(super) use ledger::{hash_begins, verb_words};

pub fn routes(pages: Pages) -> Pages {
    let pages = pages.get("/reports", progress);
    activity::routes(purpose::routes(ledger::routes(reminders::routes(unsigned::routes(pages)))))
}

#[derive(Template)]
#[template(path = "reports/progress.html")]
struct ProgressPage {
    frame: Frame,
    links: Vec<Cell>,
    /// One chart a policy, and the numbers of all of them; `None` for who may not see them.
    progress: Option<(Vec<BarChart>, Listing)>,
}

async fn progress(signed: Visitor, asked: ListParams) -> Answer {
    let frame = signed.frame("Reports");
    let links = links(&signed);
    if !signed.desk.may(&signed.actor, Verb::SigningProgress) {
        if links.is_empty() {
            return Err(PageError::forbidden(
                "Reports are for the school’s leaders, for the office and for who looks after a policy.",
            ));
        }
        return page(&ProgressPage { frame, links, progress: None });
    }
    let lines = signed.desk.signing_progress(&signed.actor).await?;
    let listing = numbers(&asked, &lines);
    if asked.csv {
        return listing.csv("signing-progress");
    }
    page(&ProgressPage { frame, links, progress: Some((charts(&lines), listing)) })
}

/// The other reports that this visitor may open.
fn links(signed: &Visitor) -> Vec<Cell> {
    let may = |verb| signed.desk.may(&signed.actor, verb);
    let known = [
        (may(Verb::SigningProgress), "Who to remind", "/reports/reminders"),
        (may(Verb::ReadLedger), "The ledger: who did what, when", "/reports/ledger"),
        (
            may(Verb::ViewActivity) || may(Verb::SecondViewing),
            "Use of the web, looked at for a purpose",
            "/reports/activity",
        ),
    ];
    known.into_iter().filter(|(may, ..)| *may).map(|(_, words, href)| Cell::link(words, href)).collect()
}

fn charts(lines: &[ProgressLine]) -> Vec<BarChart> {
    let of_policy = lines.chunk_by(|one, next| one.policy == next.policy).enumerate();
    of_policy
        .map(|(place, lines)| BarChart {
            id: format!("chart-{}", place + 1),
            title: format!("{}, version {}", lines[0].title, lines[0].version),
            description: description(lines),
            bars: lines
                .iter()
                .map(|line| Bar { label: line.audience.title().to_owned(), part: line.signed, whole: line.asked })
                .collect(),
        })
        .collect()
}

fn description(lines: &[ProgressLine]) -> String {
    let each: Vec<String> =
        lines.iter().map(|line| format!("{}: {} of {}", line.audience.title(), line.signed, line.asked)).collect();
    format!("How many have signed. {}.", each.join("; "))
}

fn numbers(asked: &ListParams, lines: &[ProgressLine]) -> Listing {
    let columns = vec![
        Column::new("Policy"),
        Column::new("Part of the school"),
        Column::new("Asked").numeric(),
        Column::new("Signed").numeric(),
        Column::new("Can’t agree").numeric(),
        Column::new("Only a parent’s is missing").numeric(),
        Column::new("No parent on record").numeric(),
        Column::new("Still to sign").numeric(),
    ];
    Listing::whole("Signing progress in numbers", columns, asked, lines, |line| {
        let unsigned = line.asked.saturating_sub(line.signed);
        let href = format!("/reports/unsigned/{}?audience={}", line.policy, line.audience);
        let missing = if unsigned == 0 { Cell::text(0) } else { Cell::link(unsigned, href) };
        vec![
            Cell::link(format!("{}, version {}", line.title, line.version), format!("/policies/{}", line.policy)),
            Cell::text(line.audience.title()),
            Cell::text(line.asked),
            Cell::text(line.signed),
            Cell::text(line.declined),
            Cell::text(line.awaiting_parent),
            Cell::text(line.no_parent),
            missing.about(format!("to sign: {}, {}", line.title, line.audience.title())),
        ]
    })
    .empty("No policy in force asks anybody here for a signature. Publish one that does, and import the people, to see progress here.")
}
