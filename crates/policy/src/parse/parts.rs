//! The parts that agreements name: headings of level 2, by their titles.

use domain::edit_distance;

use crate::check::line;
use crate::document::{Clause, Outline};
use crate::kinds::Rule;
use crate::problem::Problems;

pub(super) fn check(clauses: &[Clause], outline: &[Outline], problems: &mut Problems) {
    let titles: Vec<&str> = outline
        .iter()
        .filter_map(|outline| match outline {
            Outline::Heading { level: 2, title, .. } => Some(title.as_str()),
            Outline::Clause(place) if clauses[*place].level == 2 => Some(clauses[*place].title.as_str()),
            _ => None,
        })
        .collect();
    for clause in clauses {
        let named = clause.rules.iter().filter_map(|rule| match rule {
            Rule::Agreement(agreement) => agreement.part.as_ref(),
            _ => None,
        });
        for name in named.flatten().filter(|name| !titles.contains(&name.as_str())) {
            let nearest = titles.iter().min_by_key(|title| edit_distance(name, title));
            let mend = match nearest {
                Some(title) if edit_distance(name, title) <= 1 + title.len() / 4 => format!("did you mean '{title}'?"),
                _ => "write the title of a heading with two hashes, as it stands there".to_owned(),
            };
            let at = line(problems.text(), clause.line);
            problems.add(at, format!("this policy has no part '{name}', which '{}' names", clause.id), mend);
        }
    }
}
