# Two commands on a fresh machine with Python 3.11 or 3.12, a C compiler and make: `make scan`, then `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
SAMPLE := data/sample
EMPLOYERS ?= 20000
SEED ?= 1
TEST_WORKERS ?= auto

help: ## List what can be asked for
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/installed: constraints.txt pyproject.toml | require
	@test -x $(BIN)/python || $$(PYTHON="$(PYTHON)" ./.ci/python) -m venv $(VENV)
	@echo "installing into $(VENV) (pinned, with hashes) ..."
	@awk '/^[a-z]/ {keep = /^(packaging|setuptools|wheel)==/} keep' constraints.txt > $(VENV)/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

require: # Python and a C compiler, or a sentence that says which is missing
	@test -x $(BIN)/python || PYTHON="$(PYTHON)" ./.ci/python > /dev/null
	@test -e $(VENV)/installed || ./.ci/compiler

install: $(VENV)/installed ## Make .venv and install Patuh and its tools into it

$(SAMPLE)/truth.csv: | $(VENV)/installed
	@$(BIN)/patuh sample $(SAMPLE) --employers $(EMPLOYERS) --seed $(SEED)

scan: $(VENV)/installed $(SAMPLE)/truth.csv ## Scan the sample province and print the summary
	@$(BIN)/patuh scan && echo "(patuh is $(BIN)/patuh)"

test: $(VENV)/installed ## Run the tests
	@$(BIN)/python -m pytest -m "not large" --numprocesses $(TEST_WORKERS) --dist worksteal

snapshots: $(VENV)/installed ## Write the kept screens and the pictures of docs/review.md anew; look at the difference
	@PATUH_TESTS_WRITE_SNAPSHOTS=1 $(BIN)/python -m pytest --numprocesses $(TEST_WORKERS) tests/cases/review/test_snapshots.py

test-large: $(VENV)/installed ## Run the tests that take long: a million employers, a year of nights, a hundred kills
	@$(BIN)/python -m pytest -m large

lint: $(VENV)/installed ## Run ruff, mypy and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy tests
	@$(BIN)/lint-imports --no-logo

schema: $(VENV)/installed ## Write rules/schema/*.json anew, after a change of keys, facts or routing
	@for kind in rule parameters facts routing ladder run; do $(BIN)/patuh rules schema $$kind > rules/schema/$$kind.json; done

bench: $(VENV)/installed ## Measure the nation beside its floors; writes bench/RESULTS.md
	@$(BIN)/python -m bench

clean: ## Remove the sample, its cases and the caches (not .venv)
	@rm -rf $(SAMPLE) .patuh patuh.db patuh.db-wal patuh.db-shm patuh.db.lock .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help require install scan test snapshots test-large lint schema bench clean
