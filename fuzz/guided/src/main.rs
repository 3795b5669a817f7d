//! One fuzz target, named by `FUZZ_TARGET`, under libFuzzer. Its seeds go to the folder `FUZZ_CORPUS` before it begins.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<&fuzz::Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    fuzz::target(&name).unwrap_or_else(|| {
        let names: Vec<&str> = fuzz::TARGETS.iter().map(|target| target.name).collect();
        panic!("FUZZ_TARGET is '{name}'; name one of {}", names.join(", "))
    })
});

fn write_seeds() {
    let Ok(corpus) = std::env::var("FUZZ_CORPUS") else { return };
    for (number, seed) in (TARGET.seeds)().iter().enumerate() {
        std::fs::write(Path::new(&corpus).join(format!("seed-{number}")), seed).expect("FUZZ_CORPUS can be written to");
    }
}

fuzz_target!(init: write_seeds(), |bytes: &[u8]| (TARGET.check)(bytes));
