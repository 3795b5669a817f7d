#!/usr/bin/env bash
# Unit and integration tests: by nextest where it is installed, else by cargo's own runner. The records' tests run again
# with PostgreSQL, which the tests start themselves.
set -euo pipefail
if command -v cargo-nextest >/dev/null; then
  cargo nextest run --workspace --all-targets --locked
else
  cargo test --workspace --all-targets --locked
fi
