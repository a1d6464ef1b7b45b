# Lantian 蓝天. Two commands matter: `make demo` and `make test`. Both set up .venv first.
PYTHON ?= python3
PORT ?= 8000
NAME ?= ambient
HOST ?= 127.0.0.1
DATA ?= demo-data
BIN := .venv/bin
STAMP := .venv/.lantian-ready
INPUTS := pyproject.toml uv.lock hatch_build.py package.json package-lock.json \
          $(wildcard src/lantian/office/locale/*/LC_MESSAGES/*.po)

.PHONY: help setup demo test lint bench pictures clean

help:
	@set -e; \
	echo 'make demo [PORT=8000]   set up, build the demonstration province, serve the office'; \
	echo 'make test               set up, run the tests (the slow ones: make test ARGS="-m slow")'; \
	echo 'make lint               formatter, linter, types, arrows of the house'; \
	echo 'make bench [NAME=ambient]   how long it takes, beside pandas, Polars and a bare scan'

setup: $(STAMP)

# One shell for the whole recipe: a bare machine may have no `echo` outside its shell.
$(STAMP): $(INPUTS)
	@set -e; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Lantian needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12"; exit 1; }; \
	test -x $(BIN)/python || { echo '1/3 creating .venv'; $(PYTHON) -m venv .venv; }; \
	echo '2/3 fetching the installer'; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1' 2>.venv/pip.log \
	  || { cat .venv/pip.log; exit 1; }; \
	echo '3/3 installing Lantian and what it needs (about a minute on a first run)'; \
	VIRTUAL_ENV='$(CURDIR)/.venv' $(BIN)/uv sync --frozen --inexact --all-groups --all-extras --no-extra spark --active \
	  --reinstall-package lantian --link-mode=copy --python $(BIN)/python; \
	touch $@

demo: setup
	@$(BIN)/lantian demo --data '$(DATA)' --host '$(HOST)' --port '$(PORT)'

# Tests start many processes: what one has compiled, the next finds, even in a shell that asks for no bytecode.
test: setup
	@unset PYTHONDONTWRITEBYTECODE; PYTHONPYCACHEPREFIX="$${PYTHONPYCACHEPREFIX:-$(CURDIR)/.venv/bytecode}" \
	  $(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow' $(ARGS)

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@PYTHONPATH=src $(BIN)/lint-imports

# NAME is a file of benchmarks/: ambient, import_month, evaluate_month.
bench: setup
	@$(BIN)/python benchmarks/$(NAME).py $(ARGS)

# Of a demonstration that runs: make demo in one shell, make pictures in another.
pictures: setup
	@$(BIN)/python tools/pictures.py --address 'http://$(HOST):$(PORT)'

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache
