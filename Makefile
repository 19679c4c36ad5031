# What a developer and CI run. Needs GNU make, Python 3.11 or newer with pip; the
# tests also need node and npm. `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

.NOTPARALLEL:

# pip must not ask anything, nor mind whose account it runs in.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
# pytest's processes, what else to hand to pytest (ARGS="-k avro"), and the length of
# `make fuzz` and `make soak`
JOBS ?= 2
ARGS ?=
FUZZ_SECONDS ?= 60
SOAK_MINUTES ?= 30

# Stamps: each is named by the content that it stands for, so a changed lock makes a
# new one, and an unchanged tree installs nothing.
hash = $(shell cat $(1) | sha256sum | cut -c1-16)
RUN_READY := $(VENV)/ready-run-$(call hash,requirements/run.txt setup.cfg pyproject.toml)
TEST_READY := $(VENV)/ready-test-$(call hash,requirements/test.txt setup.cfg pyproject.toml)
TOOLS_READY := $(VENV)/ready-tools-$(call hash,requirements/tools.txt)
NODE_READY := tests/node/node_modules/ready-$(call hash,tests/node/package-lock.json)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(RUN_READY) ## Serve the registry on http://127.0.0.1:8081 (data in dovetail.db)
	@exec $(BIN)/python -m registry.cli serve

.PHONY: setup
setup: $(TEST_READY) $(NODE_READY) ## Install everything that the tests need into .venv
	@PATH="$$PATH:/usr/sbin"
	for each in pgbouncer haproxy; do
	  command -v $$each >/dev/null || echo "$$each not found: its tests will be skipped (apt install $$each)"
	done

.PHONY: test
test: setup lint types layers ## Run every check: format, lint, types, layers, tests
	DOVETAIL_TEST_INSTALL=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

.PHONY: lint
lint: $(TEST_READY) ## Check format and style
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .

.PHONY: types
types: $(TEST_READY) ## Check types, strictly
	$(BIN)/python -m mypy

.PHONY: layers
layers: $(TEST_READY) ## Check who imports whom
	$(BIN)/lint-imports

.PHONY: fuzz
fuzz: $(TEST_READY) ## Try random verdicts on the formats' own libraries (FUZZ_SECONDS=60 each)
	for file in $$(grep -l __main__ tests/fuzz/*.py); do
	  echo "== $$file"
	  $(BIN)/python -m "tests.fuzz.$$(basename "$$file" .py)" --seconds $(FUZZ_SECONDS)
	done

.PHONY: bench
bench: $(TEST_READY) ## Run the benchmarks; each prints ratios to a named baseline
	for file in $$(grep -l __main__ benchmarks/*.py); do
	  echo "== $$file"
	  $(BIN)/python -m "benchmarks.$$(basename "$$file" .py)"
	done

.PHONY: soak
soak: $(TEST_READY) ## Load a server for long; memory, files and threads have to stay flat
	for database in sqlite postgresql; do
	  $(BIN)/python -m benchmarks.soak --minutes $(SOAK_MINUTES) --database $$database
	done

.PHONY: lock
lock: $(TOOLS_READY) ## Resolve setup.cfg anew into requirements/ (UPGRADE=1: newest versions)
	export CUSTOM_COMPILE_COMMAND="make lock"
	compile="$(BIN)/pip-compile $(if $(UPGRADE),--upgrade) --extra server --extra postgres"
	$$compile --build-deps-for wheel -o requirements/run.txt setup.cfg
	$$compile --extra test -c requirements/run.txt -o requirements/test.txt setup.cfg
	$$compile --extra dev -c requirements/test.txt -o requirements/tools.txt setup.cfg

.PHONY: tools
tools: $(TEST_READY) $(TOOLS_READY) ## Install pip-tools and pip-audit too

.PHONY: audit
audit: $(TOOLS_READY) ## Ask the vulnerability service about each locked package
	for each in run test tools; do $(BIN)/pip-audit --disable-pip --require-hashes -r requirements/$$each.txt; done

.PHONY: image
image: ## Build the container image (needs Docker)
	docker build --tag dovetail .

.PHONY: clean
clean: ## Remove what the other targets made, but no data
	rm -rf $(VENV) tests/node/node_modules build dist ./*.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The environment.

# $(call install,LOCK): make the virtual environment where there is none to use, then
# install exactly what LOCK names, and the project itself.
define install
python=$$(scripts/find-python $(PYTHON))
scripts/make-venv "$$python" $(VENV)
$(BIN)/python -m pip install --quiet --require-hashes --requirement $(1)
$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
touch $@
endef

$(RUN_READY):
	@echo "Installing requirements/run.txt into $(VENV)"
	$(call install,requirements/run.txt)

$(TEST_READY):
	@echo "Installing requirements/test.txt into $(VENV)"
	$(call install,requirements/test.txt)

$(TOOLS_READY):
	@echo "Installing requirements/tools.txt into $(VENV)"
	$(call install,requirements/tools.txt)

$(NODE_READY):
	@if ! command -v npm >/dev/null; then
	  echo "npm not found: the tests with Node's clients will be skipped"
	  exit 0
	fi
	npm --prefix tests/node ci --no-audit --no-fund --fetch-retries=2 --loglevel=error
	touch $@

.PHONY: docs
docs: $(TEST_READY) ## Write what is generated in docs/ anew
	$(BIN)/python -m scripts.rule_pages
	$(BIN)/python -m scripts.readme_examples
