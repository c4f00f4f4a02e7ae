# Everything a newcomer types. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help setup setup-run browser demo demo-reset test test-fast test-all check format walk walk-ways bench diagrams \
        translations migrations lock clean

.NOTPARALLEL:
BIN := .venv/bin
PORT ?= 8000
export PORT

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with all that running, tests and checks need
	@scripts/setup dev

setup-run:
	@scripts/setup run

browser: setup
	@scripts/ensure_browser

demo: setup-run ## start the worked example on http://localhost:8000 (PORT=9000 make demo: another port)
	@exec $(BIN)/portal demo

demo-reset: setup-run ## throw the worked example away and start anew
	@exec $(BIN)/portal demo --reset

test: setup browser check ## all checks and all tests, on SQLite and PostgreSQL, and in the browser
	@scripts/run_tests all

test-fast: setup ## the tests of a minute: rules, documents, repository, verbs on SQLite
	@scripts/run_tests fast

test-all: setup browser check ## test, and what it spares: pages and doors on both databases, axe on every single page at both widths
	@EVERYTHING=1 scripts/run_tests all

check: setup ## style, types, import order, templates, translations
	@scripts/check

format: setup ## put the code in the house format
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

walk: setup browser ## clone HEAD, start the demo from nothing, walk the ten steps and save pictures
	@scripts/walk

walk-ways: setup browser ## the walk three times more: in English on a phone, by keyboard alone, without JavaScript
	@scripts/walk docs/walk/en --english --phone
	@scripts/walk docs/walk/keyboard --keyboard
	@scripts/walk docs/walk/no-script --no-script

bench: setup ## measure what the README's performance table shows
	@$(BIN)/python -m benchmarks

diagrams: setup ## write the state machines and the table of roles into docs
	@$(BIN)/portal diagrams --write docs

translations: setup ## collect the texts of code and templates into the catalogues
	@$(BIN)/portal translations --update

migrations: setup ## write a migration for what the models say: make migrations NAME=add_evidence_expiry
	@scripts/new_migration $(NAME)

lock: ## renew the hash-locked requirements (needs uv; UPGRADE=1 takes newer versions)
	@scripts/lock $(if $(UPGRADE),--upgrade)

clean: ## throw away the environment and the caches; var/ stays
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
