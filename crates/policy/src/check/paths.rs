//! Paths in `sites` that could never act. A path acts where the gate sees it: on a plain `http` visit. Whether a site
//! still serves any is not known here, so the policy has to show it by a worked example; what can be known without one
//! is that a path beside its own whole host adds nothing.

use std::sync::Arc;

use domain::Address;

use super::line;
use crate::document::{Clause, Document};
use crate::example::Act;
use crate::problem::Problem;
use crate::rules::{gate_sites, path};
use crate::story::Action;
use crate::value::{SiteEntry, Sites};

pub(super) fn check(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    let shown: Vec<&Address> = opened(document).filter(|address| address.scheme == "http").collect();
    for (clause, rule) in document.rules() {
        let named = gate_sites::sites(rule);
        for (sites, entry) in named.iter().flat_map(|sites| sites.entries.iter().map(move |entry| (sites, entry))) {
            if let Some((message, mend)) = wrong(entry, sites, &shown) {
                problems.push(Problem::new(&document.file, text, place(text, clause, entry), message, mend));
            }
        }
    }
}

/// Every address that a worked example or a story opens.
fn opened(document: &Document) -> impl Iterator<Item = &Address> {
    document.clauses.iter().flat_map(|clause| {
        let examples = clause.examples.iter().filter_map(|example| match &example.act {
            Act::Opens { address, .. } => Some(address),
            _ => None,
        });
        let steps = clause.stories.iter().flat_map(|story| &story.steps).filter_map(|step| match &step.action {
            Action::Opens { address, .. } => Some(address),
            _ => None,
        });
        examples.chain(steps)
    })
}

fn wrong(entry: &SiteEntry, sites: &Sites, shown: &[&Address]) -> Option<(String, String)> {
    let written = entry.path.as_deref()?;
    let host = &entry.host;
    if sites.everything || sites.entries.iter().any(|other| other.path.is_none() && host.is_within(&other.host)) {
        return Some((
            format!("'{entry}' adds nothing: the same rule names its whole host"),
            format!("take out '{entry}', or the host"),
        ));
    }
    let prefix: Vec<Box<str>> = path::segments(written).iter().map(|part| Box::from(part.as_ref())).collect();
    let acts = shown.iter().any(|address| {
        let under = |path| path::is_under(&path::segments(path), &prefix);
        address.host.is_within(host) && address.path.as_deref().is_some_and(under)
    });
    (!acts).then(|| {
        (
            format!(
                "nothing shows that '{entry}' acts: of an https visit the gate sees the host alone, and no worked \
                 example opens it over http"
            ),
            format!("name the whole host, '{host}', or add an example that opens 'http://{entry}'"),
        )
    })
}

/// Where the entry is written: under its clause, between quotation marks; else the clause's heading.
fn place(text: &str, clause: &Clause, entry: &SiteEntry) -> std::ops::Range<usize> {
    let heading = line(text, clause.line);
    let quoted = format!("\"{entry}\"");
    text[heading.start..].find(&quoted).map_or(heading.clone(), |found| {
        let start = heading.start + found + 1;
        start..start + quoted.len() - 2
    })
}
