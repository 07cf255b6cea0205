# Mailflow. Every target sets up what it needs in .venv; a second call starts at once.
# Needs: python3 (3.11 or later, with venv), git, make.

PYTHON ?= python3
ROUNDS ?= 20
LETTERS ?= 100000
BIN := .venv/bin
INSTALL := $(BIN)/pip --disable-pip-version-check --quiet install
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-annotate \
	--python-version 3.11 --python-platform linux --custom-compile-command "make lock"

.DELETE_ON_ERROR:
.PHONY: demo gallery guides test test-postgres story kills check coverage coverage-rules bench-intake bench-register bench-forms bench-reminders bench-year bench-record bench-daemons lock fuzz fuzz-registers destroy soak

# Shows the main job on a sample agency: its letters, forms, register and record, in one folder.
demo: .venv/runtime.stamp
	$(BIN)/mailflow demo

# Draws every mail and every document, page by page, into gallery/index.html.
gallery: .venv/runtime.stamp
	$(BIN)/python -m tests.gallery

# Sets the Vietnamese guides in docs/ as Word documents, their pictures drawn anew.
guides: .venv/runtime.stamp
	$(BIN)/python -m tests.guides pictures

# Runs every check and every test but the kills and the year's story, on two processors.
test: check
	$(BIN)/pytest -n 2 -m "not kills and not story"

# Plays the sample agency's year, looks at all that came of it, and posts every letter again.
story: .venv/tools.stamp
	$(BIN)/pytest -m story

# Runs every test that opens a record once more, on a PostgreSQL that the tests start themselves.
test-postgres: .venv/tools.stamp
	MAILFLOW_DATABASE=postgresql $(BIN)/pytest -n 2 -m "not kills and not story" tests/record tests/actions \
		tests/conversations tests/registers tests/outbox/test_send.py tests/daemon tests/objectives tests/evidence tests/cli/test_rollup.py

# Kills the program at every boundary of its work and at random, stops it, lets it run out of room, and looks at what is left.
kills: .venv/tools.stamp
	$(BIN)/pytest -n 2 -m kills
	MAILFLOW_DATABASE=postgresql $(BIN)/pytest -n 2 -m kills tests/daemon

# Runs the checks that need no run of the program: style, types, imports, dependencies, image.
check: .venv/tools.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/hadolint Dockerfile

# Says which lines and branches no test has walked.
coverage: .venv/tools.stamp
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# Walks every branch of the procedure, of the merge and of the decision, by their own tests alone.
coverage-rules: .venv/tools.stamp
	$(BIN)/coverage erase --data-file=.coverage-rules
	COVERAGE_FILE=.coverage-rules $(BIN)/coverage run --source=mailflow.procedure,mailflow.intake,workbook_sync -m \
		pytest -q tests/procedure tests/intake/test_decide.py tests/workbook_sync/test_merge.py tests/workbook_sync/test_values.py
	$(BIN)/coverage combine --quiet --data-file=.coverage-rules
	$(BIN)/coverage report --data-file=.coverage-rules --fail-under=100 \
		--include='mailflow/procedure/*,mailflow/intake/decide.py,workbook_sync/merge.py,workbook_sync/values.py'

# Measures the intake beside the least any program must do; AGAINST=--against adds two others.
bench-intake: .venv/runtime.stamp
	$(BIN)/python -m benchmarks.intake $(AGAINST)

# Measures a register of 50,000 rows beside openpyxl: seconds, memory, targets.
bench-register: .venv/runtime.stamp
	$(BIN)/python -m benchmarks.register

# Tries random acts, letters, workbooks and forms: ROUNDS times as many as the tests do.
fuzz: .venv/tools.stamp
	MAILFLOW_FUZZ=$(ROUNDS) $(BIN)/pytest -n 2 -m fuzz --timeout=0 --hypothesis-show-statistics

# Tells ten thousand stories of two editors, as a model (minutes) and over real files (hours).
fuzz-registers: .venv/tools.stamp
	MAILFLOW_HISTORIES=10000 $(BIN)/pytest tests/workbook_sync/test_two_books.py --timeout=0
	MAILFLOW_STORIES=10000 $(BIN)/pytest tests/registers/test_two_editors.py --timeout=0

# Kills a daemon at every failpoint, then 300 times at random over Dovecot and a mail server.
destroy: .venv/tools.stamp
	$(BIN)/python -m tests.destruction --sweep
	$(BIN)/python -m tests.destruction --letters 500 --kills 300

# Has LETTERS of a year of a hundred thousand come in over real servers, a kill after each 5,000.
soak: .venv/tools.stamp
	$(BIN)/python -m tests.destruction --soak --letters $(LETTERS)

# Measures milliseconds for each document, and for its PDF in a batch.
bench-forms: .venv/runtime.stamp
	$(BIN)/python -m benchmarks.forms

# Measures a day's reminders and digests over 10,000 open requests: seconds, memory, rebuilds.
bench-reminders: .venv/runtime.stamp
	$(BIN)/python -m benchmarks.reminders

# Measures the year's papers and registers over 1,000, 10,000 and 100,000 requests: ratios, targets.
bench-year: .venv/runtime.stamp
	$(BIN)/python -m benchmarks.year

# Measures copying, verifying, restoring and rebuilding the record of 10,000 letters.
bench-record: .venv/runtime.stamp
	$(BIN)/python -m benchmarks.record

# Measures letters a second of one, two and four daemons for twenty agencies on a PostgreSQL.
bench-daemons: .venv/tools.stamp
	MAILFLOW_DATABASE=postgresql $(BIN)/python -m benchmarks.daemons

# Pins the newest versions that pyproject.toml allows, with the hash of every file.
lock: .venv/tools.stamp
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --output-file tests/requirements.lock --constraints requirements.lock --group test

# The service and what it needs, exactly as pinned.
.venv/runtime.stamp: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-deps --editable .
	touch $@

# The test tools beside it.
.venv/tools.stamp: .venv/runtime.stamp tests/requirements.lock
	$(INSTALL) --require-hashes --requirement requirements.lock --requirement tests/requirements.lock
	touch $@
