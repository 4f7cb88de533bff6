#!/usr/bin/env bash
# check.sh [TESTS]: the inner loop. TESTS is a file, a folder or an expression; without it, the unit tests run.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

step 1 4 "Format and lint" "about 2 s"
.venv/bin/ruff format --check --quiet . || fail "Not formatted (see above). To repair it:  make fix"
.venv/bin/ruff check --quiet .

step 2 4 "Types" "about 30 s after a change, 2 s otherwise"
.venv/bin/mypy

step 3 4 "Rooms" "about 3 s"
.venv/bin/lint-imports --no-logo

wanted=${1:-tests/unit}
step 4 4 "Tests: $wanted" "about 30 s"
if [ -e "${wanted%%::*}" ]; then
    .venv/bin/python -m pytest -q "$wanted"
else
    .venv/bin/python -m pytest -q -k "$wanted"
fi
finished "All good."
