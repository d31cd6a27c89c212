# Everything starts here: `make demo` and `make test` set themselves up on a machine with make and Python 3.11 or newer.
# Paths are relative and tools run as modules, so that a checkout may stand anywhere, be moved, and have spaces in its name.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo demo-reset test lint check bench golden shell messages screenshots contract

# An empty HOME would send caches to the root of the disk; without one the password file is asked.
ifeq ($(strip $(HOME)),)
unexport HOME
endif

export PORT HOST FULL DEMO_DIR PICTURES
RUN := .venv/bin/python -m
# Tests are shared out among as many processes as there are cores, two at least and six at most: each has servers of its own.
# On two cores three are slower, but in full, where some wait for what they killed.
CORES := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -ge 2 ] || n=2; [ $$n -le 6 ] || n=6; echo $$n)
# Seconds after which a test that hangs is ended (pyproject.toml has those of the small counts); at the full counts some take long.
PATIENCE := $(if $(FULL),--timeout=2400)
JOBS := $(if $(FULL),$(shell expr $(CORES) + 1),$(CORES))
LOCK_DEMO := requirements.txt requirements-embedded.txt
LOCK_TEST := $(LOCK_DEMO) requirements-dev.txt

help: ## list what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

demo: .venv/ready-demo ## run the product until Ctrl-C; PORT=8000, HOST=127.0.0.1
	@exec $(RUN) config.supervisor demo

demo-reset: .venv/ready-demo ## remove the demo's data, to begin again
	@exec $(RUN) config.supervisor reset

shell: .venv/ready-demo ## open a Python shell on the demo's data
	@exec $(RUN) config.supervisor shell

test: .venv/ready-test ## pass the tests; FULL=1 at the counts that the promises name, ARGS="tests/core", PICTURES=folder
	@exec $(RUN) pytest -n $(JOBS) --dist loadfile $(PATIENCE) $(ARGS)

lint: .venv/ready-test ## check style, types and import contracts
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@.venv/bin/python -c 'import sys; from importlinter import cli; sys.exit(cli.lint_imports())'

check: lint test ## lint, then test: what must hold before a change lands

bench: .venv/ready-test .venv-bench/ready ## measure beside peers, as ratios; FULL=1 for all sizes, ARGS="xirr books"
	@exec $(RUN) bench $(ARGS)

golden: .venv/ready-test ## worked examples through the product's functions; DIR=... KINDS="..."
	@exec $(RUN) tests.golden "$(or $(DIR),tests/golden/vectors)" $(KINDS)

contract: .venv/ready-test ## write the contract of the interface anew, into docs/api
	@$(RUN) manage contract > docs/api/openapi.json

messages: .venv/ready-test ## gather the texts and compile the French
	@exec $(RUN) config.catalogue

screenshots: .venv/ready-test ## make the pictures of README anew, in docs/images; needs a Chromium
	@SCREENSHOTS=docs/images CI=1 $(RUN) pytest -q tests/browser/test_readme_pictures.py

# A stamp keeps the lock that was installed: the same lock again needs no network, whatever its date.
.venv/ready-demo: FORCE | .venv/bin/python
	@$(call installed,$(LOCK_DEMO),Installing the locked packages into .venv (once; about a minute))

.venv/ready-test: FORCE | .venv/bin/python .venv/ready-demo
	@$(call installed,$(LOCK_TEST),Installing what the tests need into .venv (once; about a minute))

# Peers that are measured beside the product never stand in its environment.
.venv-bench/ready: requirements-bench.txt | .venv/bin/python
	@test -x .venv-bench/bin/python || .venv/bin/python -m venv .venv-bench
	@echo "  Installing the peers into .venv-bench (once)"
	@.venv-bench/bin/python -m pip --disable-pip-version-check --no-input install -qq --progress-bar off --root-user-action=ignore --no-deps --require-hashes -r requirements-bench.txt
	@touch $@

define installed
cat $(1) | cmp -s - $@ || { echo "  $(2)"; rm -f $@ && $(RUN) pip --disable-pip-version-check --no-input install -qq --progress-bar off --root-user-action=ignore --no-deps --require-hashes $(foreach lock,$(1),-r $(lock)) && cat $(1) > $@.draft && mv $@.draft $@; }
endef

# The virtual environment, made again where its Python has gone or it was left half made (pip comes last into it).
.venv/bin/python: FORCE
	@$@ -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  if test -n "$$PYTHON"; then set -- "$$PYTHON"; else set -- python3 python3.14 python3.13 python3.12 python3.11; fi; \
	  found=; lacks=; \
	  for python in "$$@"; do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    "$$python" -c 'import ensurepip, venv' 2>/dev/null && found="$$python" && break; \
	    lacks="$$python"; \
	  done; \
	  if test -z "$$found$$lacks"; then echo "Python 3.11 or newer is needed: install it (on Debian: apt-get install python3 python3-venv), or name it: make demo PYTHON=/path/to/python3" >&2; exit 1; fi; \
	  if test -z "$$found"; then echo "The venv module of $$lacks is missing: install it (on Debian: apt-get install python3-venv)." >&2; exit 1; fi; \
	  echo "  Making .venv with $$found"; "$$found" -m venv --clear .venv; }

FORCE:
