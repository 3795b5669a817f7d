//! Driving one target for a time, so that whatever fails can be done again.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::{Target, mutation};

/// What a run came to.
pub struct Ran {
    pub inputs: u64,
    /// The input that took longest.
    pub slowest: Duration,
}

/// Checks every seed as it is, then changed ones until the time is over.
///
/// # Panics
/// As the target does; the input is kept first, and standard error names the file.
pub fn run(target: &Target, seed: u64, time: Duration) -> Ran {
    let seeds = (target.seeds)();
    let begin = Instant::now();
    let mut ran = Ran { inputs: 0, slowest: Duration::ZERO };
    for bytes in &seeds {
        ran.check(target, seed, bytes);
    }
    for number in 0.. {
        if begin.elapsed() >= time {
            break;
        }
        ran.check(target, seed, &mutation::input(&seeds, target.words, seed, number));
    }
    ran
}

/// Checks one input that a run kept.
///
/// # Errors
/// A file that can't be read.
///
/// # Panics
/// As the target does.
pub fn replay(target: &Target, file: &Path) -> std::io::Result<()> {
    (target.check)(&std::fs::read(file)?);
    Ok(())
}

impl Ran {
    fn check(&mut self, target: &Target, seed: u64, bytes: &[u8]) {
        let begin = Instant::now();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (target.check)(bytes))) {
            let kept = keep(target, seed, self.inputs, bytes);
            eprintln!("{} fails on input {} of seed {seed}, kept in {}", target.name, self.inputs, kept.display());
            resume_unwind(panic);
        }
        self.inputs += 1;
        self.slowest = self.slowest.max(begin.elapsed());
    }
}

fn keep(target: &Target, seed: u64, number: u64, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts").join(target.name);
    let file = folder.join(format!("seed-{seed}-input-{number}"));
    if let Err(error) = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, bytes)) {
        eprintln!("{} could not be written: {error}", file.display());
    }
    file
}
