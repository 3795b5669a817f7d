//! What has come to somebody by a report: the list, one report with what is done about it, the sites that reports closed, and
//! what is known of a person across reports.

mod breach_clock;
mod breaches;
mod case_actions;
mod case_exports;
mod case_ledger;
mod case_lines;
mod case_links;
mod case_losses;
mod case_sites;
mod chronology;
mod closed_sites;
mod concerns;

use crate::routes::Pages;

pub fn routes(pages: Pages) -> Pages {
    let pages = case_lines::routes(pages);
    let pages = case_ledger::routes(pages);
    let pages = case_actions::routes(pages);
    let pages = case_links::routes(pages);
    let pages = case_losses::routes(pages);
    let pages = case_sites::routes(pages);
    let pages = closed_sites::routes(pages);
    let pages = case_exports::routes(pages);
    let pages = chronology::routes(pages);
    let pages = breach_clock::routes(pages);
    let pages = breaches::routes(pages);
    concerns::routes(pages)
}
