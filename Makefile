# make run, make dev, make test, make test-all, make check, make bench, make bench-load, make lock: each makes its own environment first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Tests write and sync thousands of small files: in memory, where 4 GB of it are free for them.
SCRATCH := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
PYTEST = OMP_NUM_THREADS=1 TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -q -n 4 --dist worksteal

.PHONY: run dev test test-all parts check format bench bench-load lock clean

run: $(VENV)/.run
	$(BIN)/python -m showcase run

dev: $(VENV)/.run
	$(BIN)/streamlit run Home.py --server.fileWatcherType auto --server.runOnSave true --server.address localhost --client.showErrorDetails full

test: parts
	$(PYTEST) -m "not slow"

# What is slow by nature, too: kill -9, frozen databases, trainings, deployments, the wheel.
test-all: parts
	$(PYTEST)

# What tests need beside Python's packages.
parts: check
	sh tests/e2e/install_browser.sh
	sh tests/deploy/install_nginx.sh
	sh tests/showcase/feedback/install_postgres.sh
	$(BIN)/python -m compileall -q models showcase pages bench

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --num-workers 2
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m bench

bench-load: $(VENV)/.dev $(VENV)-bench/.gradio
	$(BIN)/python -m bench.load --gradio $(VENV)-bench/bin/python
	FEEDBACK_LOAD_ROWS=10000 $(BIN)/python -m pytest -q -s tests/showcase/feedback/test_load.py

# Every version anew, as far as pyproject.toml lets it: make lock UPGRADE=--upgrade
LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile -q --universal --python-version 3.11 $(UPGRADE) pyproject.toml
lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --extra models --no-annotate --generate-hashes -o requirements-serve.txt
	$(LOCK) --extra train -c requirements-serve.txt --no-annotate -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt --no-annotate -o requirements-dev.txt

clean:
	rm -rf $(VENV) $(VENV)-bench .pytest_cache .mypy_cache .ruff_cache

$(VENV)/.run: requirements-serve.txt
	$(PYTHON) -c "import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else 'Python 3.11 to 3.13 is needed: make PYTHON=python3.12 ...')"
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements-serve.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

$(VENV)-bench/.gradio: requirements-bench.txt
	$(PYTHON) -m venv --clear $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet -r requirements-bench.txt
	touch $@
