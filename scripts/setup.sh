#!/usr/bin/env bash
# setup.sh [run|dev]: makes .venv from the lock. Does nothing when nothing has changed since the last time.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

kind=${1:-run}
case $kind in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) fail "Usage: scripts/setup.sh [run|dev]" ;;
esac

# An environment does not survive a move of its folder, so the folder is part of the stamp.
stamp=.venv/.installed
state="$PWD $(cat requirements.lock requirements-dev.lock pyproject.toml | sha256sum | cut -d' ' -f1)"
if [ -f "$stamp" ] && .venv/bin/python -c '' 2>/dev/null; then
    # What tests need includes all that the program needs.
    for enough in "dev $state" "$kind $state"; do
        if [ "$(cat "$stamp")" = "$enough" ]; then
            echo "The environment is up to date."
            exit 0
        fi
    done
fi

suitable_python() {
    local candidate
    for candidate in python3.11 python3 python3.12 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

python=$(suitable_python)
if [ -z "$python" ]; then
    scripts/need.sh python3 python3-venv
    python=$(suitable_python)
    [ -n "$python" ] || fail "Python 3.11 or newer is needed; this machine's python3 is $(python3 --version 2>&1). Nothing was changed."
fi
"$python" -c 'import ensurepip, venv' 2>/dev/null || scripts/need.sh python3-venv

# An unfinished environment is never taken for a finished one.
rm -f "$stamp"
if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! grep -qsF "$PWD/.venv" .venv/bin/activate; then
    "$python" -m venv --clear .venv
fi
pip=(.venv/bin/python -m pip --disable-pip-version-check --quiet)
"${pip[@]}" install --require-hashes --requirement "$lock"
"${pip[@]}" install --no-deps --no-build-isolation --editable .
echo "$kind $state" >"$stamp"
echo "The environment is ready: $(.venv/bin/python --version), $(.venv/bin/python -m pip list 2>/dev/null | tail -n +3 | wc -l) packages."
