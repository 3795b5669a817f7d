#!/usr/bin/env bash
# Fuzzes one target for a time, led by the code that inputs reach.
#
#   scripts/fuzz.sh TARGET [SECONDS]
#
# It needs no nightly compiler: the coverage that libFuzzer reads is put in by LLVM, which the stable one passes flags to.
# The first build takes long, for every library is compiled anew with it. What is found is kept in fuzz/artifacts/TARGET.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?name a target, such as policy_text: see fuzz/README.md}
seconds=${2:-600}
system=$(rustc --print host-tuple)
corpus=fuzz/corpus/$target
artifacts=fuzz/artifacts/$target
mkdir -p "$corpus" "$artifacts"
coverage=(
  --cfg=fuzzing
  -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares
  -Ccodegen-units=1
)
build=${FUZZ_BUILD:-fuzz/guided/target}
RUSTFLAGS="${coverage[*]}" cargo build --release --locked --manifest-path fuzz/guided/Cargo.toml --target "$system" --target-dir "$build"
FUZZ_TARGET=$target FUZZ_CORPUS=$corpus "$build/$system/release/guided" "$corpus" \
  -max_total_time="$seconds" -max_len=20000 -timeout=20 -artifact_prefix="$artifacts/"
