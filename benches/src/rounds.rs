//! Contenders taking turns, and the table of how they did.

use std::time::{Duration, Instant};

/// One contender: its name, and what runs all the questions once and gives a sum of its answers.
pub struct Contender<'a> {
    pub name: String,
    pub run: Box<dyn FnMut() -> u64 + 'a>,
}

impl<'a> Contender<'a> {
    pub fn new(name: impl Into<String>, run: impl FnMut() -> u64 + 'a) -> Self {
        Contender { name: name.into(), run: Box::new(run) }
    }
}

/// The median time of each contender for one run through the questions.
pub fn take_turns(contenders: &mut [Contender<'_>], rounds: usize) -> Vec<Duration> {
    let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
    for round in 0..=rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let start = Clock::start();
            std::hint::black_box((contender.run)());
            // The first round only warms up.
            if round > 0 {
                times.push(start.elapsed());
            }
        }
    }
    times.into_iter().map(median).collect()
}

/// The time that this thread had on a core, which neighbours on the machine do not lengthen; where the system does not
/// tell it, the time that passed.
struct Clock {
    wall: Instant,
    core: Option<Duration>,
}

impl Clock {
    fn start() -> Clock {
        Clock { core: time_on_core(), wall: Instant::now() }
    }

    fn elapsed(&self) -> Duration {
        let passed = self.wall.elapsed();
        let on_core = self.core.zip(time_on_core()).and_then(|(from, to)| to.checked_sub(from));
        on_core.map_or(passed, |time| time.min(passed))
    }
}

/// Linux: the first number of `schedstat`, in nanoseconds.
fn time_on_core() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Prints rows under a heading, every column as wide as its widest cell, the first to the left and the others right.
pub fn print_table(heading: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([heading[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let print = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .enumerate()
            .map(
                |(place, (cell, width))| if place == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") },
            )
            .collect();
        println!("{}", padded.join("  "));
    };
    print(&mut heading.iter().copied());
    println!("{}", "-".repeat(widths.iter().sum::<usize>() + 2 * (widths.len().saturating_sub(1))));
    rows.iter().for_each(|row| print(&mut row.iter().map(String::as_str)));
}
