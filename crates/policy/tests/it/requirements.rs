//! What each ready policy has to answer, as `policies/requirements/` lists it, and what its source says of a rule's fields:
//! whatever else a rule decides is the school's own choice, and everybody reads that it is.

use std::collections::BTreeSet;

use crate::five_policies::{POLICIES, read};
use crate::site_lists::repository;

/// A requirement: its id, and the fields of rules that its source fixes: `report.to` of the clause that answers it,
/// `channel.except@clause` of a clause that does not.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) says: BTreeSet<String>,
}

/// The rows of a policy, in the order of its source.
pub(crate) fn requirements(name: &str) -> Vec<Row> {
    rows_and_law(name).into_iter().filter(|row| row.id != LAW).collect()
}

/// What stands for a row where the law fixes a field, and neither the source nor the school does.
const LAW: &str = "law";

fn rows_and_law(name: &str) -> Vec<Row> {
    let path = repository().join(format!("policies/requirements/{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let row = |line: &str| {
        let (id, says) = line.split_once(':').unwrap_or((line, ""));
        Row { id: id.to_owned(), says: says.split_whitespace().map(str::to_owned).collect() }
    };
    lines.map(row).collect()
}

/// What is written as it would be read if it were left out says nothing of its own, and is not held.
///
/// The fields that say only what a clause is about, or how the software asks for it, with why. Every other field that is
/// written, of every kind, rests on a row or is marked as the school's choice.
const NOT_HELD: [(&str, &[&str], &str); 6] = [
    ("any", &["id", "title", "note"], "what the rule is called, and a remark to its owners"),
    (
        "any",
        &["sites", "categories", "in", "phrases"],
        "the clause names sites and matter in words; how the gate knows them is ours",
    ),
    ("any", &["fields", "later"], "the questions of a form, by which the software keeps what the clause asks for"),
    (
        "permission report",
        &["opens", "about", "needs", "enforced-by"],
        "what is asked or reported, the form, and who carries it out",
    ),
    ("block retain view hold", &["reason", "what", "register"], "what a rule blocks, keeps, shows or holds, in words"),
    ("choice", &["options", "taken"], "the kind itself says that the school has chosen"),
];

fn is_held(kind: &str, field: &str) -> bool {
    !NOT_HELD.iter().any(|(kinds, fields, _)| {
        (*kinds == "any" || kinds.split(' ').any(|named| named == kind)) && fields.contains(&field)
    })
}

#[test]
fn each_field_rests_on_its_row_or_is_marked_as_the_schools_choice() {
    let mut wrong = Vec::new();
    for name in POLICIES {
        let (document, rows) = (read(name), rows_and_law(name));
        let mut rested_on: BTreeSet<(&str, String)> = BTreeSet::new();
        for (clause, rule) in document.rules() {
            for field in rule.written_fields().into_iter().filter(|field| is_held(rule.kind(), field)) {
                let named = format!("{}.{field}", rule.kind());
                if rule.chosen_fields().contains(&field) {
                    continue;
                }
                let there = format!("{named}@{}", clause.id);
                let says = |row: &&Row| {
                    row.says.contains(&there) || (clause.answers.contains(&row.id) && row.says.contains(&named))
                };
                let saying: Vec<&Row> = rows.iter().filter(says).collect();
                if saying.is_empty() {
                    wrong.push(format!("{name} #{}: no row says '{named}'; write it in 'chosen'", clause.id));
                }
                let rests = |row: &Row| if row.says.contains(&there) { there.clone() } else { named.clone() };
                rested_on.extend(saying.into_iter().map(|row| (row.id.as_str(), rests(row))));
            }
        }
        let stale = rows.iter().flat_map(|row| row.says.iter().map(move |named| (row.id.as_str(), named.clone())));
        let stale = stale.filter(|said| !rested_on.contains(said));
        wrong.extend(stale.map(|(row, named)| format!("{name}: no rule rests on '{named}' of '{row}'")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn everybody_reads_in_words_what_of_a_rule_the_school_chose() {
    for name in POLICIES {
        let explained = policy::explain(&read(name));
        for clause in &explained {
            let wordless = clause.sentences.iter().find(|sentence| {
                let said = sentence.trim_end_matches('.');
                said.contains("own choice") && (said.ends_with("the details") || said.contains("the details,"))
            });
            assert_eq!(wordless, None, "{name} #{}", clause.clause);
        }
    }
}
