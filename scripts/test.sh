#!/usr/bin/env bash
# Sets everything up, then runs every check and every test but the soak tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

step 1 6 "Programs that the tests compare with: Go's log packages, openssl, a browser" "about 1 minute the first time"
scripts/need.sh golang-go golang-golang-x-mod-dev openssl chromium fonts-dejavu-core

step 2 6 "Environment: Python packages from the lock" "about 1 minute the first time, 1 s later"
scripts/setup.sh dev

step 3 6 "Format and lint" "about 2 s"
.venv/bin/ruff format --check --quiet . || fail "Not formatted (see above). To repair it:  make fix"
.venv/bin/ruff check --quiet .

step 4 6 "Types" "about 30 s"
.venv/bin/mypy

step 5 6 "Rooms" "about 3 s"
.venv/bin/lint-imports --no-logo

step 6 6 "Tests" "some minutes"
.venv/bin/python -m pytest -q -n 2
finished "All checks and tests passed."
