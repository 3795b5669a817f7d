#!/usr/bin/env bash
# Unit and integration tests: by nextest where it is installed, else by cargo's own runner. What the records must do is
# held on SQLite and on PostgreSQL alike; the tests start a server of their own.
set -euo pipefail
if command -v cargo-nextest >/dev/null; then
  cargo nextest run --workspace --all-targets --locked
else
  cargo test --workspace --all-targets --locked
fi
