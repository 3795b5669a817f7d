//! What each ready policy has to answer, as `policies/requirements/` lists it, and what its source says of a rule's fields:
//! whatever else a rule decides is the school's own choice, and everybody reads that it is.

use std::collections::BTreeSet;

use policy::Rule;

use crate::five_policies::{POLICIES, read};
use crate::site_lists::repository;

/// A requirement: its id, and the fields of rules that its source fixes, as in `report.to`.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) says: BTreeSet<String>,
}

/// The rows of a policy, in the order of its source.
pub(crate) fn requirements(name: &str) -> Vec<Row> {
    let path = repository().join(format!("policies/requirements/{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let row = |line: &str| {
        let (id, says) = line.split_once(':').unwrap_or((line, ""));
        Row { id: id.to_owned(), says: says.split_whitespace().map(str::to_owned).collect() }
    };
    lines.map(row).collect()
}

/// The fields that decide who may do something, who is told, how soon, for how long and what follows. What is written in
/// the others (sites, forms, lists) is how the software puts a clause into practice.
fn decides(rule: &Rule, field: &str) -> bool {
    let fields: &[&str] = match rule {
        Rule::Permission(_) => {
            &["asks", "decides", "decides-all", "in-absence", "within", "escalate", "longest", "unasked"]
        }
        Rule::Report(_) => &[
            "to",
            "to-one-of",
            "instead-if-about",
            "in-absence",
            "within",
            "escalate",
            "in-confidence",
            "refer",
            "then",
            "closes",
        ],
        Rule::Register(_) => &["keeper", "check-every", "on-leaving", "second-person"],
        Rule::View(_) => &["who", "second-person", "tell"],
        Rule::Retain(_) => &["for", "then"],
        Rule::Password(_) => &["shortest", "needs", "not-in", "expires", "force", "on-compromise"],
        Rule::Session(_) => &["idle", "end-of-day"],
        Rule::Training(_) => &["every", "at-start"],
        Rule::Sanction(_) => &["decides", "may", "must"],
        Rule::Watch(_) => &["severity", "tell", "within"],
        Rule::Consent(_) => &["from", "expires"],
        Rule::Agreement(_) => &["again", "grace", "countersign"],
        Rule::Booking(_) => &["decides"],
        Rule::Hold(_) => &["opened-by"],
        _ => &[],
    };
    fields.contains(&field)
}

#[test]
fn each_field_rests_on_its_row_or_is_marked_as_the_schools_choice() {
    let mut wrong = Vec::new();
    for name in POLICIES {
        let (document, rows) = (read(name), requirements(name));
        let mut rested_on: BTreeSet<(&str, String)> = BTreeSet::new();
        for (clause, rule) in document.rules() {
            for field in rule.written_fields().into_iter().filter(|field| decides(rule, field)) {
                let named = format!("{}.{field}", rule.kind());
                if rule.chosen_fields().contains(&field) {
                    continue;
                }
                let says = |row: &&Row| clause.answers.contains(&row.id) && row.says.contains(&named);
                let saying: Vec<&Row> = rows.iter().filter(says).collect();
                if saying.is_empty() {
                    wrong.push(format!("{name} #{}: no row says '{named}'; write it in 'chosen'", clause.id));
                }
                rested_on.extend(saying.into_iter().map(|row| (row.id.as_str(), named.clone())));
            }
        }
        let stale = rows.iter().flat_map(|row| row.says.iter().map(move |named| (row.id.as_str(), named.clone())));
        let stale = stale.filter(|said| !rested_on.contains(said));
        wrong.extend(stale.map(|(row, named)| format!("{name}: no rule rests on '{named}' of '{row}'")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
