# Two commands matter: `make run` and `make test`. Both need Python 3.11 or newer and make, nothing else.
.DEFAULT_GOAL := run
.PHONY: run setup test check static soak bench mutants drill gallery orca format lock catalogues browser clean
SHELL := /bin/sh

PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { command -v $$python; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STAMP := .venv/.run-time
DEV_STAMP := .venv/.development
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

run: $(STAMP) catalogues  ## Sluse with demo data, on http://127.0.0.1:8000
	@exec $(BIN)/sluse up --demo

setup: $(DEV_STAMP) catalogues  ## .venv with everything that checks and tests need

test: browser static  ## everything CI runs
	$(BIN)/pytest -n auto --dist loadfile

check: static  ## the fast half
	$(BIN)/pytest -n auto --dist loadfile -m "not journey and not browser"

static: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: setup  ## the promises for an hour, or for SOAK_MINUTES
	$(BIN)/python -m tests.soak

bench: setup  ## comparison tables
	$(BIN)/python -m bench

mutants: setup  ## every named mistake in the safety core, and the test that notices it
	$(BIN)/python -m tests.mutants

drill: setup  ## a backup put back under each accounting system: one voucher each
	$(BIN)/python -m tests.drill

gallery: browser  ## a picture of every screen in every mode, for docs/screens
	$(BIN)/pytest tests/browser/gallery.py

# Debian's and Ubuntu's packages; elsewhere Orca, Xvfb, dbus, openbox and xdotool are installed by hand.
orca: browser  ## what Orca says of the switch and of a run, on a desktop of its own
	@command -v orca >/dev/null 2>&1 && command -v xdotool >/dev/null 2>&1 || { \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends \
			orca xvfb dbus openbox xdotool at-spi2-core gir1.2-atspi-2.0 gir1.2-wnck-3.0 python3-pyatspi; } \
	|| { echo "Orca could not be installed." >&2; exit 1; }
	$(BIN)/pytest tests/browser/orca

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  ## after a change of requirements*.in; needs uv
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt

catalogues:
	@$(BIN)/python -m sluse.up.catalogues

# A browser that is there is used; else it is installed where that can be done. The tests fail without one.
browser: setup
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
		else \
			$(BIN)/playwright install chromium; \
		fi; } \
	|| { echo "Chromium could not be installed; the browser tests need it." >&2; exit 1; }

# --- the environment: made once, brought up to date when the locked requirements change ---------------
.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Sluse needs Python 3.11 or newer with its venv module (on Debian and Ubuntu: apt-get install python3-venv)." >&2; \
		exit 1; \
	fi
	@rm -rf .venv
	@$(PYTHON) -m venv .venv

$(STAMP): requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing what Sluse runs on."
	@$(PIP) install --require-hashes -r requirements.txt
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(STAMP)
	@echo "Installing what the checks and tests need."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

clean:  ## everything that can be made again; the data folder stays
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
