# Two commands do all the set-up on a machine with python3 (3.11 or newer, with venv) and make: `make demo` and `make test`.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint check bench golden shell messages

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes
SUPERVISE := $(BIN)/python -m config.supervisor

help: ## list what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: .venv/demo.stamp ## run the product on embedded servers; PORT=8000
	@PORT=$(PORT) $(SUPERVISE) demo

demo-reset: .venv/demo.stamp ## remove the demo's data
	@$(SUPERVISE) reset

test: .venv/test.stamp ## pass the tests; FULL=1 for the counts that the promises name
	@FULL=$(FULL) $(BIN)/python -m pytest $(ARGS)

lint: .venv/test.stamp ## style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

check: ## lint and test
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test

bench: .venv/test.stamp ## measure, as ratios; FULL=1 for all rows
	@FULL=$(FULL) $(BIN)/python -m bench

golden: .venv/test.stamp ## worked examples through the product's functions; DIR=... KINDS="..."
	@$(BIN)/python -m tests.golden "$(or $(DIR),tests/golden/vectors)" $(KINDS)

shell: .venv/demo.stamp ## a Python shell on the demo's data
	@$(SUPERVISE) shell

messages: .venv/test.stamp ## gather the texts and compile the French
	@$(BIN)/python -m core.web.catalogue

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Install Python 3.11 or newer (on Debian: apt install python3 python3-venv), or name it: make demo PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Install Python's venv module (on Debian: apt install python3-venv)."; exit 1; }
	@echo "  Making .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/demo.stamp: requirements.txt requirements-embedded.txt | .venv/bin/python
	@cat requirements.txt requirements-embedded.txt | cksum | cmp -s - $@ && touch $@ || { \
	  echo "  Installing locked packages, about a minute the first time"; \
	  $(PIP) -r requirements.txt -r requirements-embedded.txt && cat requirements.txt requirements-embedded.txt | cksum > $@; }

.venv/test.stamp: requirements-dev.txt .venv/demo.stamp
	@cat requirements-dev.txt | cksum | cmp -s - $@ && touch $@ || { \
	  echo "  Installing what the tests need"; \
	  $(PIP) -r requirements.txt -r requirements-embedded.txt -r requirements-dev.txt && cat requirements-dev.txt | cksum > $@; }
