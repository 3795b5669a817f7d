//! Promise: eight bytes a name, and no false answer. The index of sites against the crates `fst` and `adblock`, and
//! against a plain map from names to sets.
//!
//! All answer the same hosts, nine in ten of them in no list, each with the union over the host and its parents. `fst`
//! holds reversed names and is walked once for all parents, which is the best it can do. `adblock` holds `||name^`
//! rules and says only yes or no; its requests are parsed beforehand. Its rules for the full list need some gigabytes,
//! so it is given the first million names.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and times become figures to print"
)]

use std::collections::HashMap;

use adblock::{Engine, FilterSet, lists::ParseOptions, request::Request};
use anyhow::Result;
use benches::list::{FULL, List, walk};
use benches::rounds::{Contender, print_table, take_turns};
use domain::{CategorySet, Host};
use fst::raw::Output;

const QUESTIONS: usize = 200_000;
const ROUNDS: usize = 9;
const ADBLOCK_NAMES: usize = 1_000_000;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let list = List::load(FULL)?;
    let index = list.to_index(folder.path())?;
    let map = list.to_map();
    let questions = list.questions(QUESTIONS, &map);
    let fst = Fst::of(&list)?;
    let engine = engine_of(&list.names[..list.names.len().min(ADBLOCK_NAMES)]);
    let requests: Vec<Request> = questions.iter().filter_map(request).collect();
    let few: HashMap<&str, CategorySet> =
        list.names.iter().take(ADBLOCK_NAMES).map(|(name, set)| (name.as_str(), *set)).collect();

    let wrong = [
        questions.iter().filter(|host| index.categories(host, None) != walk(&map, host)).count(),
        questions.iter().filter(|host| fst.categories(host) != walk(&map, host)).count(),
        questions
            .iter()
            .filter(|host| {
                let listed = host.and_parents().any(|name| few.contains_key(name));
                request(host).is_none_or(|request| engine.check_network_request(&request).should_block() != listed)
            })
            .count(),
        0,
    ];
    let mut contenders = [
        Contender::new("sites::Index", || sum(&questions, |host| index.categories(host, None))),
        Contender::new("fst::Map", || sum(&questions, |host| fst.categories(host))),
        Contender::new("adblock::Engine", || {
            requests.iter().map(|request| u64::from(engine.check_network_request(request).should_block())).sum()
        }),
        Contender::new("HashMap<String, CategorySet>", || sum(&questions, |host| walk(&map, host))),
    ];
    let times = take_turns(&mut contenders, ROUNDS);

    let names = [list.names.len(), list.names.len(), few.len(), list.names.len()];
    let bytes = [index.bytes() as usize, fst.bytes(), engine.serialize().len(), map_bytes(&map)];
    let rows: Vec<Vec<String>> = (0..contenders.len())
        .map(|place| {
            let nanoseconds = times[place].as_secs_f64() * 1e9 / QUESTIONS as f64;
            vec![
                contenders[place].name.clone(),
                names[place].to_string(),
                format!("{:.2}", bytes[place] as f64 / names[place] as f64),
                format!("{nanoseconds:.0}"),
                format!("{:.2}", times[place].as_secs_f64() / times[0].as_secs_f64()),
                wrong[place].to_string(),
            ]
        })
        .collect();
    println!("{QUESTIONS} hosts, 90% in no list; medians of {ROUNDS} rounds taken in turns.");
    print_table(&["", "names", "bytes a name", "ns a look-up", "times ours", "wrong answers"], &rows);
    anyhow::ensure!(wrong[0] == 0, "the index gave {} wrong answers", wrong[0]);
    Ok(())
}

fn sum(questions: &[Host], answer: impl Fn(&Host) -> CategorySet) -> u64 {
    questions.iter().fold(0, |sum, host| sum.wrapping_add(answer(host).0))
}

/// Reversed names and the number of their set.
struct Fst {
    map: fst::Map<Vec<u8>>,
    sets: Vec<CategorySet>,
}

impl Fst {
    fn of(list: &List) -> Result<Fst> {
        let mut sets = Vec::new();
        let mut numbers = HashMap::new();
        let mut keys: Vec<(Vec<u8>, u64)> = Vec::with_capacity(list.names.len());
        for (name, set) in &list.names {
            let number = *numbers.entry(*set).or_insert_with(|| {
                sets.push(*set);
                sets.len() as u64 - 1
            });
            keys.push((name.bytes().rev().collect(), number));
        }
        keys.sort_unstable();
        Ok(Fst { map: fst::Map::from_iter(keys)?, sets })
    }

    fn bytes(&self) -> usize {
        self.map.as_fst().as_bytes().len() + self.sets.len() * 8
    }

    fn categories(&self, host: &Host) -> CategorySet {
        let fst = self.map.as_fst();
        let bytes = host.as_str().as_bytes();
        let is_address = bytes.contains(&b':') || bytes.last().is_some_and(u8::is_ascii_digit);
        let mut union = CategorySet::EMPTY;
        let mut node = fst.root();
        let mut output = Output::zero();
        for start in (0..bytes.len()).rev() {
            let Some(transition) = node.find_input(bytes[start]).map(|place| node.transition(place)) else { break };
            output = output.cat(transition.out);
            node = fst.node(transition.addr);
            if node.is_final() && (start == 0 || bytes[start - 1] == b'.' && !is_address) {
                union = union.union(self.sets[output.cat(node.final_output()).value() as usize]);
            }
        }
        union
    }
}

fn engine_of(names: &[(String, CategorySet)]) -> Engine {
    let rules: String = names.iter().map(|(name, _)| format!("||{name}^\n")).collect();
    let mut set = FilterSet::new(false);
    set.add_filter_list(rules, ParseOptions::default());
    Engine::new_with_filter_set(set)
}

fn request(host: &Host) -> Option<Request> {
    Request::new(&format!("https://{host}/"), "https://school.example/", "image", "GET").ok()
}

/// What the map keeps on the heap: its slots (7 in 8 of them used at most, and a byte each to find them), and each
/// name's letters with what the allocator adds.
fn map_bytes(map: &HashMap<String, CategorySet>) -> usize {
    let slots = (map.capacity() * 8 / 7).next_power_of_two();
    let letters: usize = map.keys().map(|name| (name.len() + 8).next_multiple_of(16).max(32)).sum();
    slots * (size_of::<(String, CategorySet)>() + 1) + letters
}
