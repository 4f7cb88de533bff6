"""Part of an audit: the lines of one file of openings, each at the place of its entry.

Where a file has more or fewer lines than entries, the leaves in the log tell which lines are there, so that
the one that is missing or added is named, and not all that follow it.
"""

from __future__ import annotations

from pathlib import Path

from probanda.errors import Malformed
from probanda.proof.leaf import leaf
from probanda.proof.opening import parse_opening
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.audit_report import Found
from probanda.vault.audit_stretch import envelope_of, openings_path, read_untrusted


def stored_lines(root: Path, n: int, leaves: list[bytes], found: Found, *, exactly: bool) -> list[bytes]:
    """A line for each of `leaves`, empty where there is none. `exactly`: nothing may follow them."""
    path = openings_path(n)
    try:
        data = read_untrusted(root, path, found)
    except FileNotFoundError:
        found.fail("E-OPENINGS", path, f"missing: it holds the openings of {len(leaves)} entries")
        return [b""] * len(leaves)
    if data is None:
        return [b""] * len(leaves)
    lines = data.splitlines(keepends=True)
    if len(lines) == len(leaves):
        return lines
    if len(lines) > len(leaves) and not exactly:
        return lines[: len(leaves)]
    return _placed(n, lines, leaves, found)


def _placed(n: int, lines: list[bytes], leaves: list[bytes], found: Found) -> list[bytes]:
    places = {one: i for i, one in enumerate(leaves)}
    known = [places.pop(_leaf_of(line), None) for line in lines]
    placed = [b""] * len(leaves)
    for line, place in zip(lines, known, strict=True):
        if place is not None:
            placed[place] = line
    start, after = 0, 0
    for line, place in zip(lines, known, strict=True):
        if place is not None:
            after = place + 1
        elif after < len(leaves) and not placed[after]:
            placed[after] = line  # it opens nothing, and stands where one is missing
            after += 1
        else:
            where = f"{openings_path(n)} bytes {start} to {start + len(line) - 1}"
            found.fail("E-OPENINGS", where, "more than the openings of its entries")
        start += len(line)
    for i, line in enumerate(placed):
        if not line:
            where = f"{openings_path(n)} entry {n * TILE_WIDTH + i}"
            found.fail("E-OPENINGS", where, "its opening is missing")
    return placed


def _leaf_of(line: bytes) -> bytes:
    try:
        return leaf(parse_opening(line).salt, envelope_of(line))
    except Malformed:
        return b""
