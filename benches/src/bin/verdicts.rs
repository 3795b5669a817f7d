//! Promise: a million verdicts a second on one core, with evidence, over the full list. The index of sites and the
//! compiled rules of a real policy, against the same rules over a plain map from names to sets.
//!
//! A verdict is: the site's categories, then the decision on a pupil who has signed, with every rule that spoke. One
//! thread; nine in ten hosts are in no list.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and times become figures to print"
)]

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use benches::list::{FULL, List, walk};
use benches::rounds::{Contender, print_table, take_turns};
use domain::{Audience, CategorySet, Host, Standing, Version};
use policy::{Published, Rules, SchoolFacts, Source, Visit};

const QUESTIONS: usize = 200_000;
const ROUNDS: usize = 9;
const POLICY: &str = "policies/primary-whole-school.md";

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let rules = rules()?;
    let list = List::load(FULL)?;
    let index = list.to_index(folder.path())?;
    let map = list.to_map();
    let questions = list.questions(QUESTIONS, &map);
    let wrong = questions.iter().filter(|host| index.categories(host, None) != walk(&map, host)).count();
    anyhow::ensure!(wrong == 0, "the index gave {wrong} wrong answers");

    let pupil = Standing::of(Audience::Pupil);
    let moment = rules.moment("2026-10-06T10:00:00Z".parse()?);
    let decide = |categories: &dyn Fn(&Host) -> CategorySet| -> u64 {
        let verdicts = questions.iter().map(|host| {
            let visit = Visit {
                host,
                path: None,
                categories: categories(host),
                from: policy::VisitFrom::AnyDevice,
                closed: &[],
            };
            let verdict = std::hint::black_box(rules.decide(&pupil, visit, moment));
            verdict.evidence.len() as u64 + u64::from(verdict.is_allowed())
        });
        verdicts.sum()
    };
    let mut contenders = [
        Contender::new("sites::Index and Rules::decide", || decide(&|host| index.categories(host, None))),
        Contender::new("HashMap walk and Rules::decide", || decide(&|host| walk(&map, host))),
        Contender::new("sites::Index alone", || {
            questions.iter().fold(0, |sum, host| sum.wrapping_add(index.categories(host, None).0))
        }),
        Contender::new("HashMap walk alone", || {
            questions.iter().fold(0, |sum, host| sum.wrapping_add(walk(&map, host).0))
        }),
        Contender::new("Rules::decide alone", || decide(&|_| CategorySet::EMPTY)),
    ];
    anyhow::ensure!((contenders[0].run)() == (contenders[1].run)(), "the two gave different verdicts");
    let times = take_turns(&mut contenders, ROUNDS);
    let rows: Vec<Vec<String>> = contenders
        .iter()
        .zip(&times)
        .map(|(contender, time)| {
            let each = time.as_secs_f64() / QUESTIONS as f64;
            vec![
                contender.name.clone(),
                format!("{:.0}", each * 1e9),
                format!("{:.0}", 1.0 / each),
                format!("{:.2}", time.as_secs_f64() / times[0].as_secs_f64()),
            ]
        })
        .collect();
    println!(
        "{} names, {QUESTIONS} hosts, 90% in no list, one core; {POLICY}; medians of {ROUNDS} rounds taken in turns.",
        list.names.len()
    );
    print_table(&["", "ns each", "a second", "times ours"], &rows);
    Ok(())
}

/// The rules of one of the policies of this project.
fn rules() -> Result<Rules> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(POLICY);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let (document, problems) = policy::parse(&Source { name: POLICY.to_owned(), text }, domain::Roles::ready());
    if let Some(problem) = problems.first() {
        anyhow::bail!("{POLICY}:{}: {}", problem.line, problem.message);
    }
    let document = Arc::new(document.context("a policy without problems has a document")?);
    Ok(Rules::compile(&[Published { document, version: Version(1) }], &SchoolFacts::default()))
}
