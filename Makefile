# make demo    a sample school on this machine: the desk, the gate, a little web to browse
# make test    every check: format, lints, unit and integration tests, browser tests, the policies
# make bench   a benchmark for each promise, beside its peer
.PHONY: demo test bench assets packages browser lint unit browser-tests policies crash help
SHELL := bash
POLICY ?= primary-whole-school

help:
	@sed -n 's/^# //p' Makefile

demo: assets
	cargo run --bin schoolgate -- demo --policy $(POLICY)

test: packages assets lint unit policies browser-tests crash

# The desk's stylesheet, from GOV.UK Frontend and Sass at the versions of package-lock.json.
assets: crates/web/assets/desk.css
crates/web/assets/desk.css: node_modules/.package-lock.json crates/web/styles/desk.scss
	npm run --silent assets
node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

# Debian's packages for the browser tests, only where they are missing.
packages:
	scripts/packages.sh chromium

lint: assets
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

unit: assets
	cargo nextest run --workspace --locked || { command -v cargo-nextest >/dev/null && exit 1; cargo test --workspace --locked; }

policies: assets
	cargo run --locked --quiet --bin schoolgate -- policy check policies/*.md

browser-tests: assets packages
	cargo build --locked --bin schoolgate
	npm test

# A short run of the crash test; scripts/crash.sh 50 is the full one.
crash: assets
	cargo build --locked --bin schoolgate
	scripts/crash.sh 3

bench: assets
	scripts/packages.sh squid tinyproxy
	cargo run --release --locked -p benches --bin verdicts
	cargo run --release --locked -p benches --bin index
	cargo run --release --locked -p benches --bin gate
