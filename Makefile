# What can be done with Wishlight, by name. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

target := $(or $(CARGO_TARGET_DIR),target)
tools := tests/tools
npm := npm --prefix frontend --no-fund --no-audit
node := frontend/node_modules/.bin/node
phase := $(tools)/phase.sh
with_postgres := $(tools)/with-postgres.sh
# The tests run the program as the image ships it: linked with Debian's libpq, which speaks TLS.
as_shipped := --no-default-features
spa_sources := $(shell find frontend -maxdepth 1 -type f 2>/dev/null; find frontend/src frontend/public frontend/scripts -type f 2>/dev/null)

.PHONY: help run test check bench openapi fields faults demo need test-web test-build rust-lint web-check spa drift

help: ## this list
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: need frontend/dist/index.html ## build everything, load the demo once, serve it on 127.0.0.1:8080
	@cargo build --release -p wishlight-server
	@$(target)/release/wishlight demo
	@exec $(target)/release/wishlight serve

test: export TMPDIR := $(shell $(tools)/scratch.sh)
test: export built := $(as_shipped)
# Clippy compiles the workspace's own crates here, so that what is tested is read by the lints in the same pass.
test: export RUSTC_WORKSPACE_WRAPPER := clippy-driver
test: need ## everything, on SQLite, on PostgreSQL and in a browser; installs what that takes (Debian)
	@$(phase) begin
	@$(phase) "what the tests need" $(tools)/install.sh
	@$(MAKE) -j2 --output-sync=line test-web test-build
	@$(phase) "Rust: all tests, SQLite and PostgreSQL, also over TLS" $(with_postgres) cargo test --workspace $(as_shipped)
	@$(phase) "OpenAPI document is current" $(MAKE) drift
	@$(phase) "integrators' kit: what was released, workflows, guide, clients" $(node) --test --test-concurrency=2 "tests/kit/*.test.mjs"
	@$(phase) "stories in a browser" $(with_postgres) $(node) --test --test-concurrency=2 "tests/browser/**/*.test.mjs"
	@$(phase) end

check: need rust-lint web-check drift ## format, lints, the rules' tests, drift of what is generated; no database, no browser
	cargo test -p wishlight-domain

bench: need ## measure: lists, reads and claims per second, latency, CPU and memory, beside a bare program
	@$(tools)/install.sh
	cargo build --release --workspace
	$(with_postgres) $(target)/release/bench

faults: need ## kill servers under load, let a year go by, play fresh sequences, on both databases; count what was lost, oversold, forgotten
	@$(tools)/install.sh
	cargo build --release --workspace
	$(with_postgres) $(target)/release/faults
	FRESH_SEQUENCES=200 $(with_postgres) cargo test --workspace --test api -- model::
	YEAR_WISHES=15900 $(with_postgres) cargo test --workspace --test api -- programmes::xinhuangs_year
	IMPORT_ROWS=5820 $(with_postgres) cargo test --workspace --test api -- imports::killed::

openapi: need frontend/node_modules/.stamp ## write openapi/openapi.json from the route table, and the front end's types from it
	cargo run -q --bin wishlight -- openapi > $(target)/openapi.json
	mv $(target)/openapi.json openapi/openapi.json
	$(npm) run api

fields: need ## write docs/FIELDS.md from the field catalogue, and docs/figures.md from the definitions of figures
	cargo run -q --bin wishlight -- fields > $(target)/FIELDS.md
	mv $(target)/FIELDS.md docs/FIELDS.md
	cargo run -q --bin wishlight -- figures > $(target)/figures.md
	mv $(target)/figures.md docs/figures.md

demo: need ## load the demo data into the configured database, once, and print its accounts
	@cargo run -q --release -p wishlight-server -- demo

# From here on: parts of the above.

# Two that go side by side: the compiler leaves a core idle for minutes.
test-web:
	@$(phase) "front end: packages" $(MAKE) frontend/node_modules/.stamp
	@$(phase) "front end: types, lint, unit tests" $(MAKE) web-check
	@$(phase) "front end: build and byte budget" $(MAKE) spa
	@$(phase) "nginx in front of two nodes" $(node) --test "tests/deploy/*.test.mjs"

test-build:
	@$(phase) "Rust: format" cargo fmt --all --check
	@$(phase) "Rust: build and lints" cargo build --workspace --lib --bins --tests $(as_shipped)

need:
	@$(tools)/need.sh cargo cc node npm

rust-lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

web-check: frontend/node_modules/.stamp
	$(npm) run types
	$(npm) run lint
	$(npm) test

spa: frontend/dist/index.html
	$(npm) run budget

# The committed document must be the one the route table gives now. (The same of the front end's types: its unit tests.)
drift:
	@cargo run -q $(built) --bin wishlight -- openapi | diff -u openapi/openapi.json - \
	  || { echo "openapi/openapi.json is not what the server would write; run: make openapi" >&2; exit 1; }

frontend/node_modules/.stamp: frontend/package.json frontend/package-lock.json
	$(npm) ci --loglevel=error
	@touch $@

frontend/dist/index.html: frontend/node_modules/.stamp $(spa_sources)
	$(npm) run build
	@touch $@
