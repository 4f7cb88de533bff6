#!/usr/bin/env bash
# Writes both locks anew: exact versions and hashes, for every platform, without any address. Needs `uv`.
set -euo pipefail
cd "$(dirname "$0")/.."

compile=(uv pip compile --quiet --universal --python-version 3.11 --generate-hashes
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml)

"${compile[@]}" --extra build --output-file requirements.lock
"${compile[@]}" --extra build --extra dev --constraints requirements.lock --output-file requirements-dev.lock

if grep -n '://' requirements.lock requirements-dev.lock; then
    echo "A lock names an address (above). Take it out: a lock holds names, versions and hashes only." >&2
    exit 1
fi
