# make demo     a meeting on this machine: sets everything up first, then runs it
# make test     everything that must hold: lint, types, import rules, the whole suite; sets everything up first
# make check    lint, types and import rules only
# make setup    the set-up of `make test` without running anything
# make gallery  draw docs/gallery.md and its pictures anew
# make lock     resolve the locked versions anew
# make clean    remove what these targets made

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements.lock requirements-build.lock requirements-dev.lock

.PHONY: help demo test check setup gallery lock clean parts-demo parts-test

help:
	@sed -n 's/^# //p' $(firstword $(MAKEFILE_LIST))

demo: parts-demo $(VENV)/.runtime
	@exec $(BIN)/incog demo

test: parts-test check
	@echo "privacy: its own tests must reach every line and branch"
	report=$$(mktemp)
	trap 'rm -f "$$report"' EXIT
	$(BIN)/python -m pytest tests/privacy -q \
	    --cov=privacy --cov-report=term-missing --cov-fail-under=100 >"$$report" 2>&1 || { cat "$$report"; exit 1; }
	echo "everything else, on all processors"
	$(BIN)/python -m pytest --ignore=tests/privacy --numprocesses=auto --dist=loadgroup \
	    --cov --cov-append --cov-report=term

check: $(VENV)/.dev
	@echo "ruff"
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check . || { $(BIN)/ruff format --diff .; exit 1; }
	echo "mypy"
	$(BIN)/mypy --no-error-summary
	echo "import rules"
	report=$$(mktemp)
	trap 'rm -f "$$report"' EXIT
	$(BIN)/lint-imports >"$$report" 2>&1 || { cat "$$report"; exit 1; }

setup: parts-test $(VENV)/.dev

gallery: parts-test $(VENV)/.dev
	@$(BIN)/python tests/tui/gallery.py

# What apt can add: sound for the demo, and the tools with which the tests look from outside.
parts-demo parts-test: parts-%:
	@.ci/system-parts $*

# A stamp is newer than the lock it was installed from. The dev lock holds the other two, at the same versions.
$(VENV)/.runtime: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@if [ ! -e $(VENV)/.dev ] || [ requirements.lock -nt $(VENV)/.dev ]; then
	    echo "installing what incog needs"
	    $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --no-deps --require-hashes \
	        -r requirements.lock -r requirements-build.lock
	fi
	$(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "installing what incog and its tests need"
	$(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --no-deps --require-hashes \
	    -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(BIN)/python:
	@.ci/make-venv "$(PYTHON)" $(VENV)

# The order matters: each lock is held to the versions of the one before. Nothing of this machine (index, local
# wheels, paths) may get into a lock, so what pip was told here is left out of it.
lock: | $(BIN)/python
	@[ -x $(BIN)/pip-compile ] || $(BIN)/python -m pip install --quiet --no-input pip-tools
	compile() {
	    local out=$$1; shift
	    echo "$$out"
	    PIP_FIND_LINKS= CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --generate-hashes \
	        --allow-unsafe --strip-extras --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
	        --no-emit-trusted-host --no-emit-options "$$@" --output-file $$out.new pyproject.toml
	    { printf '# Made by "make lock" from pyproject.toml; do not edit.\n'; cat $$out.new; } >$$out
	    rm $$out.new
	}
	compile requirements.lock
	compile requirements-build.lock --only-build-deps --build-deps-for editable --constraint requirements.lock
	compile requirements-dev.lock --extra dev --build-deps-for editable \
	    --constraint requirements.lock --constraint requirements-build.lock

clean:
	@rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache \
	    .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
