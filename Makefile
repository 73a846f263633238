# Two commands matter: `make run` starts Paraf with the sample organisation, `make test` runs every test.
# Everything is installed into .venv from lock files with hashes; nothing outside this folder changes.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
TEST_PROCESSES ?= 2
# SQLite syncs five times a commit; tests that ask what survives kill processes, not the machine, so
# their folders may lie in memory where there is room.
TEST_TEMP ?= $(shell test -w /dev/shm && df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 {print "/dev/shm"}')

.PHONY: run test lint lock clean install sample

run sample: export PARAF_MODE := sample
run sample: export PARAF_DATA_DIR ?= $(CURDIR)/.paraf

run: sample
	@$(BIN)/paraf serve

sample: install
	@$(BIN)/paraf sample

install: $(VENV)/.installed

test: $(VENV)/.installed-dev
	PYTEST_DEBUG_TEMPROOT=$(TEST_TEMP) $(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist worksteal $(TESTS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Paraf needs Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --require-hashes -r requirements-build.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Writes the lock files again from the exact pins of pyproject.toml.
UV ?= uv
COMPILE = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate --quiet
lock:
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --group pyproject.toml:build -o requirements-build.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
