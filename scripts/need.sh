#!/usr/bin/env bash
# need.sh PACKAGE...: makes sure that these Debian packages are installed.
# Installs what is missing where it may (root, or sudo without a password); otherwise prints the one line to run.
set -euo pipefail
. "$(dirname "$0")/say.sh"

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian. Please make sure that you have what these packages hold: $*"
    exit 0
fi

missing=()
for package in "$@"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

install=(apt-get install --yes --no-install-recommends "${missing[@]}")
if [ "$(id -u)" -eq 0 ]; then
    as_root=(env DEBIAN_FRONTEND=noninteractive)
elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n env DEBIAN_FRONTEND=noninteractive)
else
    fail "Missing: ${missing[*]}. Nothing was changed. Please run this line, then start again:

    sudo ${install[*]}
"
fi

echo "Installing ${missing[*]} with apt-get."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"${as_root[@]}" apt-get update >"$log" 2>&1 || echo "The package lists could not be refreshed; going on with those at hand."
"${as_root[@]}" "${install[@]}" >"$log" 2>&1 || {
    tail -20 "$log" >&2
    fail "apt-get could not install ${missing[*]} (its last lines stand above). Please run this line, then start again:

    sudo ${install[*]}
"
}
