# make run     starts the service: http://127.0.0.1:8000   (PORT=8000 DATA=./data)
# make demo    the same with invented data to look around  (PORT=8000 DATA=./data-demo)
# make test    all tests; make test ARGS="tests/models -x" for some of them
# make check   form, types and templates                   make format  mends the form
# make bench   measures; one JSON object a line            make lock    writes the lock files anew
# make soak    kills the service 200 times at work (KILLS=200 SEED=0); bench-load: 50 rivals for a place, 200 times
# make bench-desk  what deciding costs the officer: server time with many applications, bytes, time to the next file
# make bench-line  a citizen's way over GPRS, EDGE and weak 3G, beside other pages; ARGS="--quick" or "--village"
# make siege   slow uploads among 500 half-open connections
# make clean   removes what was built, never data
SHELL := /bin/sh
PY := .venv/bin/python
CODE := $(wildcard app.py piccolo_conf.py routes components models scripts tests)

.PHONY: run demo test check format bench bench-desk bench-line bench-load soak siege lock clean venv venv-dev
.DEFAULT_GOAL := run

run: venv
	LOKET_DATA="$${DATA:-./data}" PORT="$${PORT:-8000}" exec $(PY) app.py run

demo: venv
	LOKET_MODE=demo LOKET_DATA="$${DATA:-./data-demo}" PORT="$${PORT:-8000}" exec $(PY) app.py demo

# One file stays on one worker: files share a server or a database, and workers must not. In the order of their names the
# slow journeys come before many small files, which then fill both workers to the end.
test: venv-dev
	scripts/ensure-system.sh
	$(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: venv-dev
	$(PY) -m ruff format --check --quiet .
	$(PY) -m ruff check --quiet .
	$(PY) -m mypy $(CODE)
	$(PY) -m scripts.check_templates

format: venv-dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: venv-dev
	$(PY) -m tests.load.bench $(ARGS)

# The weak line itself is made by the rig beside the repository, ../shared/rig.
bench-line: venv-dev
	scripts/ensure-system.sh
	scripts/ensure-line.sh
	$(PY) -m tests.load.line $(ARGS)

bench-desk: venv-dev
	scripts/ensure-system.sh
	$(PY) -m tests.load.verify $(ARGS)
	$(PY) -m tests.load.desk

bench-load: venv-dev
	scripts/ensure-system.sh
	$(PY) -m tests.load.rivals $(ARGS)

soak: venv-dev
	KILLS="$${KILLS:-200}" $(PY) -m tests.load.soak

siege: venv-dev
	$(PY) -m tests.load.siege $(ARGS)

# For every Python from 3.11 on and every system; no address of a registry may end in the files.
UV_COMPILE := .venv/bin/uv --no-config pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-header --no-emit-index-url --no-emit-find-links pyproject.toml
lock: venv-dev
	$(UV_COMPILE) -o requirements.lock $(ARGS)
	$(UV_COMPILE) --extra dev -c requirements.lock -o requirements-dev.lock $(ARGS)

venv:
	@scripts/venv.sh requirements.lock

venv-dev:
	@scripts/venv.sh requirements-dev.lock

clean:
	rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
