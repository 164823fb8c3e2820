# The commands for everyone. They need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
UV ?= uv
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check --require-hashes --requirement
BUILT := $(VENV)/.built
TOOLS := $(VENV)/.built-dev

.PHONY: run test lint check bench load sbom lock clean

run: $(BUILT)  ## start the bot: on Telegram with TELEGRAM_BOT_TOKEN set, otherwise in this terminal
	@$(PY) -m bot $(ARGS)

test: $(TOOLS)  ## run every test
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

lint: $(TOOLS)  ## style and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff check --preview --select DOC102 bot  # arguments that a docstring describes are there
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

check: $(TOOLS)  ## the knowledge base
	@$(PY) -m bot check

bench: $(TOOLS)  ## speed, beside other methods in the same run
	@OPENBLAS_NUM_THREADS=1 $(PY) -m bench.matching $(ARGS)

load: $(TOOLS)  ## 200 people against the whole program, beside a bare echo bot; ARGS="--kill 20" and more
	@$(PY) -m bench.load $(ARGS)

sbom: $(BUILT)  ## what the bot is made of, as CycloneDX
	@$(PY) -m tools.sbom

# What the bot itself needs. Built from nothing whenever a requirement changes, so that no package stays behind; a
# half-built environment has no stamp. All that is said goes to standard error: what the bot says stands alone.
$(BUILT): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name yours with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making $(VENV), once ..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "Installing what the bot needs, about 230 MB; this takes a minute ..." >&2
	@$(PIP) requirements.txt >&2
	@touch $@

# The tools on top. The development requirements hold the runtime ones too, at the same versions.
$(TOOLS): $(BUILT)
	@echo "Installing the tools for tests and checks, about 400 MB; this takes a minute or two ..." >&2
	@$(PIP) requirements-dev.txt >&2
	@touch $@

lock:  ## choose versions anew from pyproject.toml (needs uv)
	@$(UV) pip compile --quiet --upgrade --generate-hashes --no-header --universal \
		--python-version 3.11 pyproject.toml --output-file requirements.txt
	@$(UV) pip compile --quiet --upgrade --generate-hashes --no-header --universal \
		--python-version 3.11 --extra dev --constraint requirements.txt pyproject.toml --output-file requirements-dev.txt

clean:  ## remove what was built
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
