# Every target is a line or two; `make` alone prints this list. The work is in scripts/.

PY := .venv/bin/python
# Where `make demo` leaves the synthetic case and its keys, and where `make serve` looks.
DEMO := PROBANDA_BASE=demo-base PROBANDA_KEYS=demo-keys

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check fix bench soak fuzz vectors reference clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup:  ## the environment for working on the program, from the lock (1 minute)
	@scripts/setup.sh dev

demo:  ## set everything up, run the main job on a synthetic case (2 minutes)
	@$(DEMO) scripts/demo.sh

serve:  ## show the demonstration in a browser, on this machine only
	@$(DEMO) .venv/bin/probanda serve

test:  ## set everything up, run every check and test (some minutes)
	@scripts/test.sh

check: setup  ## the inner loop: format, lint, types, rooms, unit tests; T= picks a file, folder or expression
	@scripts/check.sh $(T)

fix: setup  ## repair what a tool can repair
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format .

bench: setup  ## measure against the targets, both sides in one run (some minutes)
	@$(PY) bench/run.py

soak: setup  ## the long fault tests (an hour)
	@$(PY) -m pytest -m soak -n 2 --timeout 7200

fuzz: setup  ## feed the parsers of untrusted bytes many more examples (some minutes)
	@$(PY) -m pytest tests/fuzz --hypothesis-profile fuzz --timeout 3600

vectors: setup  ## make the test vectors anew; without a change in spec/ this leaves no difference
	@$(PY) vectors/generate.py

reference: setup  ## write the pages of docs/reference that the program can tell
	@$(PY) scripts/reference.py

clean:  ## remove the environment, the demonstration and what tools left
	rm -rf .venv demo-base demo-keys build dist .coverage htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
