# make demo      a sample school on this machine: the desk, the gate, a little web to browse
# make test      every check: format, lints, libraries, unit and integration tests, the policies, a crash test, browser tests
# make test-all  make test, then what takes long: comments read as documents, fifty kills, two minutes of fuzzing a target
# make fuzz      one fuzz target for a time: make fuzz TARGET=policy_text SECONDS=600
# make bench     a benchmark for each promise, beside a peer where there is one
# make dist      the program as it is shipped
.PHONY: help demo test test-all rustdoc fuzz bench dist assets packages build format deny lint unit policies crash browser-tests
SHELL := bash
POLICY ?= primary-whole-school
ROUNDS ?= 3
SECONDS ?= 600
BUILT := $(or $(CARGO_TARGET_DIR),target)

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: assets
	cargo run --locked --bin schoolgate -- demo --policy $(POLICY)

test: packages assets format deny unit policies crash browser-tests

test-all: test rustdoc
	node scripts/crash.mjs 50
	FUZZ_SECONDS=120 cargo test --workspace --locked --test short_run

# The lints of comments; it reads the libraries once more. The benchmarks share a name with the gate, and are left out.
rustdoc: assets
	RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --exclude benches --no-deps --document-private-items --locked

# Tests run what clippy's compiler driver built, so that libraries are compiled once, not checked for the lints and then
# compiled for the tests. Cargo keeps what it built apart from plain builds, and builds again when a lint, clippy.toml or
# a line of code changes. A warning ends the build.
test test-all build lint unit policies crash browser-tests: export RUSTC_WORKSPACE_WRAPPER := clippy-driver
test test-all build lint unit policies crash browser-tests: export CLIPPY_ARGS := -Dwarnings

# The desk's stylesheet, from GOV.UK Frontend and Sass at the versions of package-lock.json.
assets: crates/web/assets/desk.css
crates/web/assets/desk.css: node_modules/.package-lock.json crates/web/styles/desk.scss
	npm run --silent assets
node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

# Debian’s packages for the tests, those that are missing.
packages:
	scripts/packages.sh chromium libnss3-tools curl postgresql python3-aiosmtpd faketime clamav-daemon

# Everything is built as one selection, so that each library is built once.
build: assets
	cargo build --workspace --all-targets --locked

format:
	cargo fmt --all --check

# Licences, sources and doubled versions of the libraries, held against deny.toml; and that the fuzzing led by code, which
# is built by hand alone, still has a lock file that fits.
deny:
	scripts/deny.sh
	cargo metadata --locked --format-version 1 --manifest-path fuzz/guided/Cargo.toml > /dev/null

lint: format build

unit: build
	scripts/unit-tests.sh

policies: build
	$(BUILT)/debug/schoolgate policy check policies/*.md

crash: build
	node scripts/crash.mjs $(ROUNDS)

browser-tests: build packages
	npm test

# Led by the code that inputs reach; every `make test` has a short blind run of all targets.
fuzz: assets
	scripts/fuzz.sh $(TARGET) $(SECONDS)

# Stripped; docs/decisions/019 says how it is compiled.
dist: assets
	cargo build --profile dist --locked --bin schoolgate

# Measured in a profile that is no faster than the shipped one; docs/decisions/019 says why.
# SCHOOLGATE_UT1 names a folder of real lists.
bench: assets
	scripts/packages.sh squid tinyproxy
	cargo build --profile measured --locked --workspace --bins
	$(BUILT)/measured/verdicts
	$(BUILT)/measured/index
	$(BUILT)/measured/gate
	$(BUILT)/measured/desk
