"""Part of an audit: stretches of the log, each file of openings with its leaves and its leaf hashes.

An entry is written down three times: its opening, its leaf, and its hash in the tile of level 0. Where one of
the three is damaged the other two say so, and the audit goes on with what they say.
"""

from __future__ import annotations

from pathlib import Path

from probanda.proof.leaf import LEAF_BYTES, leaf_hash
from probanda.proof.tiles import ENTRY_BYTES, ENTRY_PREFIX, tile_path
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.audit_entries import check_opening
from probanda.vault.audit_lines import stored_lines
from probanda.vault.audit_report import Found
from probanda.vault.audit_stretch import Pages, Stretch, openings_path, read_untrusted


def check_pages(pages: Pages) -> Stretch:
    """All of a stretch. Runs in a process of its own, so everything in and out is plain data."""
    stretch = Stretch()
    for n in range(pages.first, pages.end):
        _check_page(pages, n, stretch)
    return stretch


def _check_page(pages: Pages, n: int, out: Stretch) -> None:
    log = pages.log
    first = n * TILE_WIDTH
    width = min(TILE_WIDTH, log.size - first)
    durable = max(0, min(width, pages.overlay_start - first))
    leaves = _leaves(pages, n, width, durable, out.found)
    lines = list[bytes]()
    if durable:
        lines = stored_lines(log.root, n, leaves[:durable], out.found, exactly=durable == width)
    start = max(0, first - pages.overlay_start)
    lines += pages.lines[start : start + width - durable]
    opened = [check_opening(log, first + i, line, out) for i, line in enumerate(lines)]
    hashes = _tile(log.root, 0, n, width, durable, out.found) if durable else b""
    out.hashes += _agree(n, width, durable, opened, leaves, hashes, out.found)


def _leaves(pages: Pages, n: int, width: int, durable: int, found: Found) -> list[bytes]:
    """The leaves that stand in the log, or in staging; shorter where a tile does not give them."""
    data = _tile(pages.log.root, "entries", n, width, durable, found) if durable else b""
    starts = range(0, durable * ENTRY_BYTES, ENTRY_BYTES)
    leaves = [_leaf_in(data[i : i + ENTRY_BYTES]) for i in starts]
    start = LEAF_BYTES * max(0, n * TILE_WIDTH - pages.overlay_start)
    end = start + LEAF_BYTES * (width - durable)
    return leaves + [pages.leaves[i : i + LEAF_BYTES] for i in range(start, end, LEAF_BYTES)]


def _leaf_in(entry: bytes) -> bytes:
    """The leaf in an entry of a tile, or the whole entry if it is none, so that it equals no leaf."""
    return entry[2:] if entry[:2] == ENTRY_PREFIX and len(entry) == ENTRY_BYTES else entry


def _tile(root: Path, row: int | str, n: int, width: int, durable: int, found: Found) -> bytes:
    """A tile's first `durable` hashes or entries; a wider tile may stand in while groups are staged."""
    unit = ENTRY_BYTES if row == "entries" else 32
    path = "log/" + tile_path(row, n, width)
    for candidate in [width] if durable == width else range(durable, TILE_WIDTH + 1):
        try:
            data = read_untrusted(root, "log/" + tile_path(row, n, candidate), found)
        except FileNotFoundError:
            continue
        if data is None:
            return b""
        if durable == width and len(data) != width * unit:
            found.fail("E-TILE", path, f"{len(data)} bytes instead of {width * unit}")
        if durable == width or len(data) >= durable * unit:
            return data[: durable * unit]
    found.fail("E-TILE", path, "missing")
    return b""


def _agree(
    n: int,
    width: int,
    durable: int,
    opened: list[bytes | None],
    leaves: list[bytes],
    hashes: bytes,
    found: Found,
) -> bytes:
    """The leaf hashes that two of opening, leaf and hash bear out."""
    if opened == leaves:
        derived = b"".join(map(leaf_hash, leaves))
        if derived[: 32 * durable] == hashes:
            return derived
    accepted = []
    for i, (one, stands) in enumerate(zip(opened, leaves, strict=True)):
        level_0 = hashes[32 * i : 32 * i + 32]
        accepted.append(_agree_on(n * TILE_WIDTH + i, width, one, stands, level_0, found))
    return b"".join(accepted)


def _agree_on(
    index: int, width: int, opened: bytes | None, stands: bytes, level_0: bytes, found: Found
) -> bytes:
    n, i = divmod(index, TILE_WIDTH)
    by_leaf = leaf_hash(stands) if len(stands) == LEAF_BYTES else b""
    by_opening = b"" if opened is None else leaf_hash(opened)
    votes = [vote for vote in (by_leaf, by_opening, level_0) if len(vote) == 32]
    best = max(votes, key=votes.count, default=bytes(32))
    if opened is not None and by_opening != best:
        found.fail("E-LEAF", f"{openings_path(n)} entry {index}", "it does not open the leaf in the log")
    if stands and by_leaf != best:
        where = f"log/{tile_path('entries', n, width)} bytes {ENTRY_BYTES * i} to {ENTRY_BYTES * (i + 1) - 1}"
        found.fail("E-TILE", where, f"not the leaf of entry {index}")
    if level_0 and level_0 != best:
        where = f"log/{tile_path(0, n, width)} bytes {32 * i} to {32 * i + 31}"
        found.fail("E-TILE", where, f"not the leaf hash of entry {index}")
    return best
