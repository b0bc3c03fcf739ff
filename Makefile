# What each command does: make help

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test soak bench bench-large check pictures setup setup-tests lint lock clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: setup ## set up, run the main job on real input, serve it; DEMO_ARGS=--no-serve ends after the job
	@$(BIN)/lakeproof demo $(DEMO_ARGS)

test: setup-tests lint ## set up, run every check and every test; TEST_ARGS go to pytest
	@$(BIN)/pytest --numprocesses=logical --maxprocesses=4 --dist=loadscope --no-loadscope-reorder $(TEST_ARGS)

soak: setup-tests ## the kills and orders of `make test`, ten times as many
	@TEST_EFFORT=10 $(BIN)/pytest tests/integration/catalog/test_killed_under_load.py \
		tests/integration/catalog/test_convergence_in_catalog.py tests/contract/catalog/graph/test_convergence.py

bench: setup-tests ## measure intake, lineage, verification and scoring: benchmarks/results, docs/benchmarks.md
	@$(BIN)/python -m benchmarks

bench-large: setup-tests ## the same at sizes that take hours
	@$(BIN)/python -m benchmarks --large

check: setup lint ## format, lint, types, import walls, budgets
	@$(BIN)/pytest tests/architecture

pictures: setup-tests ## take the README's pictures from the finished demo in .lakeproof
	@$(BIN)/python -m infra.pictures $(PICTURES_ARGS)

setup: ## only set up
	@$(PYTHON) -m infra.setup

setup-tests:
	@$(PYTHON) -m infra.setup --tests

lint:
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

lock: setup ## resolve requirements.lock again; LOCK_ARGS=--upgrade takes newer versions
	@UV_SYSTEM_CERTS=1 $(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
		--output-file requirements.lock $(LOCK_ARGS)

clean: ## remove what set-up and tests made; the homes of your data stay
	@rm -rf .venv .jars .jars.partial .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
