# Two commands are enough: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lab spark clean

demo: .venv/ready
	$(BIN)/retention demo

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder

# Orders that lie in Spark; the tests then try it, too. It needs Java.
spark: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-spark.lock

lab: .venv/ready
	$(BIN)/jupyter lab --notebook-dir=. notebooks

clean:
	rm -rf .venv .retention

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch .venv/ready
