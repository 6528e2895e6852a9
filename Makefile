# Two commands are enough: `make run` and `make test`. `make` alone lists them all.
PY ?= python3.11
BIN := .venv/bin
PORT ?= 5000

.DEFAULT_GOAL := help
.PHONY: help run test check lock i18n bench demo-reset

help: ## Show this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: .venv/.app ## Bring up the demonstration at http://127.0.0.1:5000
	@$(BIN)/python -m campaign demo --port $(PORT)

# Modules are compiled once and kept, whatever the shell says: each process of the tests reads them all.
# Where all is required, each test runs on both databases; else on one of them, which takes little more than half the time.
EACH := $(if $(filter all,$(CAMPAIGN_TEST_REQUIRE)),,--on-one-database-each)
test: .venv/.dev ## Run every test that this machine can run (CAMPAIGN_TEST_REQUIRE=all: on both databases)
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest --numprocesses $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal $(EACH)

check: .venv/.dev ## Lint, types, templates, import contracts, lock files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint templates --quiet
	$(BIN)/lint-imports
	$(BIN)/uv lock --check --quiet
	@for set in app postgres dev; do $(MAKE) --silent export-$$set TO=.venv/$$set.txt && cmp requirements/$$set.txt .venv/$$set.txt || exit 1; done

lock: .venv/.dev ## Resolve the dependencies anew and write requirements/
	$(BIN)/uv lock
	@$(MAKE) --silent export-app TO=requirements/app.txt
	@$(MAKE) --silent export-postgres TO=requirements/postgres.txt
	@$(MAKE) --silent export-dev TO=requirements/dev.txt

.PHONY: export-app export-postgres export-dev
export-app:
	@$(BIN)/uv export --frozen --quiet --no-emit-project --no-header --no-dev > $(TO)
export-postgres:
	@$(BIN)/uv export --frozen --quiet --no-emit-project --no-header --no-dev --extra postgres > $(TO)
export-dev:
	@$(BIN)/uv export --frozen --quiet --no-emit-project --no-header > $(TO)

WORDS := campaign/translations
i18n: .venv/.dev ## Collect the marked words, bring the catalogues up to date and compile them
	$(BIN)/pybabel -q extract -F $(WORDS)/babel.cfg --no-location --sort-output --omit-header -o .venv/messages.pot .
	$(BIN)/pybabel -q update -i .venv/messages.pot -d $(WORDS) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@sed -i -E '/^"(Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By)/d' $(WORDS)/*/LC_MESSAGES/messages.po
	$(BIN)/pybabel -q compile -d $(WORDS) --use-fuzzy

bench: .venv/.dev ## Measure all that bench/README.md tells of
	@$(BIN)/python bench/all.py

demo-reset: ## Forget the demonstration's data (var/demo)
	rm -rf var/demo

.venv/bin/python:
	$(PY) -m venv .venv

# The files name everything, so pip need not work out who needs whom: left to that, it refuses a file
# as soon as one of its packages has a newer release. Its version notice would be the first thing a newcomer reads.
PIP := $(BIN)/pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r

.venv/.app: requirements/app.txt | .venv/bin/python
	@echo "Installing what the site needs (once) …"
	@$(PIP) $<
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.app
	@echo "Installing what the tests need (once) …"
	@$(PIP) $<
	@touch $@
