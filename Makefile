# Puente: everything one does with this folder. `make help` lists it.
# Stamp files inside the environments make each step run only when what it is made from has changed.

PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
APP := .venv/.app-installed
DEV := .venv/.dev-installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup requirements

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(APP) $(DEV) ## Install what is missing

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Puente needs Python 3.11 or newer: install python3.11 (with its venv) and run make again."; exit 1; }
	$(PYTHON) -m venv .venv

$(APP): requirements/app.txt | .venv/bin/pip
	@echo "Installing the app's packages ..."
	@.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DEV): requirements/dev.txt $(APP)
	@echo "Installing the packages for tests and checks ..."
	@.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

requirements: $(DEV) ## Pin the newest versions of all packages again
	cd requirements && for name in app dev; do \
		../.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --upgrade \
			--no-header --no-annotate -o $$name.txt $$name.in || exit 1; done
	@! grep -nE 'https?://|--index|--find-links' requirements/*.txt
