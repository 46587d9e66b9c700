# A virtual environment, the demo, the tests and the linters; nothing has to be done before.
#
#   make demo | test | coverage | lint | docs | notebooks | bench | clean  PYTHON=/path/to/python3.12 chooses the interpreter.
#
# Written for GNU make 3.81, which macOS still ships.

VENV ?= .venv
BIN := $(VENV)/bin

# TensorFlow, the oracle of the tests, has no release for Python 3.14 yet, so the newest one that
# it runs on goes first. A candidate counts if it starts, is new enough, and can make a venv.
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for candidate in python3.13 python3.12 python3.11 python3 python; do \
	if $$candidate -c "$(USABLE)" >/dev/null 2>&1; then echo $$candidate; break; fi; done)

.DEFAULT_GOAL := help
.PHONY: help demo test coverage lint docs notebooks bench clean

help:
	@echo "make demo       install minicnn into $(VENV), train on synthetic faces, classify one"
	@echo "make test       install TensorFlow and the other test packages, run all tests"
	@echo "make coverage   run all tests traced, which takes an hour, and write docs/verification/coverage.md"
	@echo "make lint       install the development tools, check style, types, direction of imports"
	@echo "make docs       install Sphinx, run the pages of the book, write the site to build/site"
	@echo "make notebooks  convert the tutorials to notebooks in build/notebooks"
	@echo "make bench      install PyTorch and TensorFlow, measure all three, write docs/performance"
	@echo "make clean      remove $(VENV), caches and build leftovers; runs/ stays"

demo: $(VENV)/.installed
	$(BIN)/minicnn demo

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n 2 --dist loadfile

# Traced tests are slow: each property gets five examples. Tests that hold a time may fail; what they
# ran still counts.
coverage: $(VENV)/.installed-test
	rm -rf build/coverage
	-$(BIN)/python -m coverage run -m pytest -q --timeout=3600 --hypothesis-profile=few
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage html --quiet
	$(BIN)/python -m coverage json --quiet
	$(BIN)/python tests/verification/coverage_page.py build/coverage/coverage.json
	@echo "The lines are marked in build/coverage/html: open build/coverage/html/index.html."

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Warnings are errors: a page whose numbers changed, or a link that leads nowhere, fails the build.
docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -b html -d build/doctrees -j 2 -W --keep-going -q docs build/site
	@echo "The site is in build/site: open build/site/index.html."

notebooks: $(VENV)/.installed-docs
	@mkdir -p build/notebooks
	for script in examples/tutorials/*.py; do $(BIN)/jupytext --quiet --to ipynb \
		--output build/notebooks/$$(basename $$script .py).ipynb $$script || exit 1; done

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

# The stamps are younger than what they stand for: a changed pyproject.toml installs again.
$(VENV)/.created:
	@if ! "$(PYTHON)" -c "$(USABLE)" >/dev/null 2>&1; then \
		echo "minicnn needs Python 3.11 or newer with its venv module; none was found." >&2; \
		echo "Install one (Debian, Ubuntu: python3-venv), or name one: make demo PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi
	"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.created
	@echo "Installing minicnn and what it needs into $(VENV); the first time takes a few minutes."
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.created
	@echo "Installing minicnn and the test packages into $(VENV); TensorFlow is large."
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.created
	@echo "Installing minicnn and the development tools into $(VENV)."
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: pyproject.toml $(VENV)/.created
	@echo "Installing minicnn and Sphinx into $(VENV)."
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: pyproject.toml $(VENV)/.created
	@echo "Installing minicnn, PyTorch and TensorFlow into $(VENV); both are large."
	$(BIN)/python -m pip install --quiet --editable ".[bench]"
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache
	find minicnn tests examples benchmarks -name __pycache__ -prune -exec rm -rf {} +
