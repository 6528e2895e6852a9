# Two commands are enough: `make run` and `make test`. `make` alone lists them all.
PY ?= python3.11
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check lock i18n bench demo-reset

help: ## Show this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: .venv/.app ## Bring up the demonstration at http://127.0.0.1:5000
	@$(BIN)/python -m campaign demo

test: .venv/.dev ## Run every test that this machine can run
	@$(BIN)/python -m pytest

check: .venv/.dev ## Lint, types, templates, import contracts, lock files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy campaign
	$(BIN)/djlint --check --lint templates --quiet
	$(BIN)/lint-imports
	$(BIN)/uv lock --check --quiet
	@for set in app dev; do $(MAKE) --silent export-$$set TO=.venv/$$set.txt && cmp requirements/$$set.txt .venv/$$set.txt || exit 1; done

lock: .venv/.dev ## Resolve the dependencies anew and write requirements/
	$(BIN)/uv lock
	@$(MAKE) --silent export-app TO=requirements/app.txt export-dev
	@$(MAKE) --silent export-dev TO=requirements/dev.txt

.PHONY: export-app export-dev
export-app:
	@$(BIN)/uv export --frozen --quiet --no-emit-project --no-header --no-dev --extra postgres > $(TO)
export-dev:
	@$(BIN)/uv export --frozen --quiet --no-emit-project --no-header > $(TO)

i18n: .venv/.dev ## Collect the marked strings and compile the catalogues
	$(BIN)/pybabel extract -q -F babel.cfg -o .venv/messages.pot .

demo-reset: ## Forget the demonstration's data (var/)
	rm -rf var

.venv/bin/python:
	$(PY) -m venv .venv

# pip's own version notice would be the first thing a newcomer reads.
PIP := $(BIN)/pip --disable-pip-version-check install --quiet --require-hashes -r

.venv/.app: requirements/app.txt | .venv/bin/python
	@echo "Installing what the site needs (once) …"
	@$(PIP) $<
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.app
	@echo "Installing what the tests need (once) …"
	@$(PIP) $<
	@touch $@
