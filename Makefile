# Puente: everything one does with this folder. `make help` lists it.
# Stamp files make each step run only when what it is made from has changed; then no network is needed.

SHELL := bash
.SHELLFLAGS := -o pipefail -c
PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
APP := .venv/.app-installed
DEV := .venv/.dev-installed
NLU := .venv-nlu/.installed
WORDS := $(patsubst %.po,%.mo,$(wildcard locales/*/LC_MESSAGES/*.po))
PIP_INSTALL := install --disable-pip-version-check --progress-bar off --require-hashes
COUNTED := { n=0; while read -r word rest; do case $$word in \
	Collecting|Processing) n=$$((n + 1)); printf '\r  %d packages' $$n ;; \
	Installing) printf '\n  unpacking ...\n' ;; esac; done; }
WITH_DATABASE := .venv/bin/python -m launcher.database

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run chat connect test check messages diagrams nlu nlu-tune nlu-report predict replay bench migrate rotate-keys requirements

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(APP) $(DEV) $(NLU) messages ## Install what is missing

run: $(APP) nlu messages ## Start everything; set up first what is missing
	@.venv/bin/python -m launcher

chat: $(APP) messages ## Talk to the bot in this terminal (ARGS=--sms: as plain SMS)
	@$(WITH_DATABASE) .venv/bin/python -m bot.chat $(ARGS)

connect: $(APP) ## Put Puente on a Telegram bot, a Twilio number or an SMS gateway
	@$(WITH_DATABASE) .venv/bin/python -m bot.connect

test: setup nlu ## Run all tests
	@.venv/bin/pytest $(ARGS)

check: $(DEV) messages ## Check format, lint, types and diagrams
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/python -m flows.diagram --check

messages: $(WORDS) ## Compile the words of all languages

diagrams: $(APP) ## Draw the flows again, into docs/flows
	.venv/bin/python -m flows.diagram

nlu: $(NLU) ## Train the language model, unless it is current
	@.venv-nlu/bin/python -m nlu.train

nlu-tune: $(NLU) ## Teach the encoder anew, after many new examples: half an hour
	@.venv-nlu/bin/python -m nlu.tuning

nlu-report: $(APP) nlu ## How well texts are understood, cross-validated and held-out
	@.venv/bin/python -m nlu.report
	@.venv/bin/python -m tools.bench.stock

predict: $(APP) nlu ## What the bot understands: IN=texts.csv OUT=predictions.csv
	@.venv/bin/python -m nlu.predict "$(IN)" "$(OUT)"

replay: $(APP) nlu messages ## Send real texts through a whole stack: CSV=texts.csv (ARGS=--kill)
	@.venv/bin/python -m tools.replay "$(CSV)" $(ARGS)

bench: $(APP) nlu messages ## Measure against plain ways of doing the same, into bench.json
	@.venv/bin/python -m tools.bench

migrate: $(APP) ## Bring the database to the newest migration, as `make run` does
	@$(WITH_DATABASE) .venv/bin/alembic current

rotate-keys: $(APP) ## Encrypt everything anew with a new key; stop Puente first
	@$(WITH_DATABASE) .venv/bin/python -m core.rotate

requirements: $(DEV) ## Pin the newest versions of all packages again
	cd requirements && for name in app dev nlu; do \
		test $$name = nlu && python=3.10 || python=3.11; \
		../.venv/bin/uv pip compile --quiet --universal --python-version $$python --generate-hashes --upgrade \
			--no-header --no-annotate --output-file $$name.txt $$name.in || exit 1; done
	@! grep -nE 'https?://|--index|--find-links' requirements/*.txt

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Puente needs Python 3.11 or newer: install one and run make again."; exit 1; }
	@$(PYTHON) -m venv .venv

$(APP): requirements/app.txt | .venv/bin/pip
	@echo "Installing the packages of the app ..."
	@.venv/bin/pip $(PIP_INSTALL) -r $< | $(COUNTED)
	@touch $@

$(DEV): requirements/dev.txt $(APP)
	@echo "Installing the packages for tests and checks ..."
	@.venv/bin/pip $(PIP_INSTALL) -r $< | $(COUNTED)
	@touch $@

.venv-nlu/bin/pip:
	@python=$$($(PYTHON) -m launcher.python310) && $$python -m venv .venv-nlu

$(NLU): requirements/nlu.txt | .venv-nlu/bin/pip
	@echo "Installing the packages of the language model (some minutes, 2.7 GB) ..."
	@.venv-nlu/bin/pip $(PIP_INSTALL) -r $< | $(COUNTED)
	@touch $@

%.mo: %.po | $(APP)
	@.venv/bin/pybabel --quiet compile --input-file $< --output-file $@
