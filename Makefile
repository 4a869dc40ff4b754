# Every target sets up what it needs: a virtual environment in .venv, with Node only if the UI has to be built.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
BIN := .venv/bin
FRAMEWORKS := .venv-frameworks/bin
UI_SOURCES := $(shell find ui -type f -not -path '*/node_modules/*' 2>/dev/null)
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help setup demo dev test test-all test-frameworks lint ui bench docs clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/dev  ## make .venv with everything that developing needs

demo: .venv/app  ## train 240 models, compare how to choose among them, open the UI
	$(BIN)/ridgeline demo

dev: .venv/dev  ## server and UI with hot reload, on the demo's runs
	scripts/dev

test: .venv/dev  ## the tests, end-to-end in a browser included
	scripts/browser
	# What fails beside others is tried once more alone: a browser on a crowded machine misses its deadlines.
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not frameworks" || $(BIN)/python -m pytest --last-failed --last-failed-no-failures none -m "not slow and not frameworks"
	scripts/npm --prefix ui test --silent

test-all: .venv/dev  ## also what takes long: a hundred kills, 100k runs, the wheel in a clean environment
	scripts/browser
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not frameworks"
	scripts/npm --prefix ui test --silent
	$(MAKE) test-frameworks

test-frameworks: .venv-frameworks/installed  ## integrations with their real frameworks (4 GB, in .venv-frameworks)
	# Their warnings are their own; ours are errors. A framework that is missing is one, too.
	RIDGELINE_FRAMEWORKS=1 $(FRAMEWORKS)/python -m pytest -n 2 --dist loadfile -m frameworks tests/frameworks \
		-W ignore -W error::ridgeline.record.boundary.RecordingWarning

lint: .venv/dev  ## style, types, layers, generated docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	scripts/npm --prefix ui run --silent check
	$(BIN)/python scripts/make_reference.py --check
	$(BIN)/python scripts/make_vectors.py --check

ui: .venv/app  ## build the web UI into src/ridgeline/server/static
	scripts/npm --prefix ui ci --ignore-scripts --no-audit --no-fund
	scripts/npm --prefix ui run --silent build

bench: .venv/dev  ## the figures of docs/explain/figures.md, measured here and now
	$(BIN)/python bench/all.py

docs: .venv/dev  ## write docs/reference from the code
	$(BIN)/python scripts/make_reference.py

clean:  ## remove what the targets made
	rm -rf .venv .venv-frameworks ui/node_modules src/ridgeline/server/static

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "Ridgeline needs Python 3.11 or newer; none of python3, python3.11 … python3.14 is." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install --upgrade 'pip>=25.1'

.venv/app: .venv/bin/python pyproject.toml hatch_build.py $(UI_SOURCES)
	$(PIP) install --editable '.[system]'
	@touch $@

.venv/dev: .venv/app
	$(PIP) install --group dev
	@touch $@

.venv-frameworks/installed: .venv/app tests/frameworks/requirements.txt tests/frameworks/without-dependencies.txt
	$(PYTHON) -m venv .venv-frameworks
	$(FRAMEWORKS)/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(FRAMEWORKS)/python -m pip --quiet install --requirement tests/frameworks/requirements.txt --editable .
	$(FRAMEWORKS)/python -m pip --quiet install --no-deps --requirement tests/frameworks/without-dependencies.txt
	@touch $@
