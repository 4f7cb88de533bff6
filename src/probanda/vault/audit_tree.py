"""Part of an audit: the tree over the derived leaf hashes, against the tiles and roots that are stored."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from probanda.proof.tiles import tile_path
from probanda.proof.tree import TILE_HEIGHT, TILE_WIDTH, node, root_of
from probanda.vault.audit_report import Found
from probanda.vault.audit_stretch import read_untrusted

CACHED_SUBTREES = 4096  # 32 bytes each

_TILE = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class DerivedTree:
    """The tree of the leaf hashes it is fed. Level 0 lies in a file without a name, so memory stays flat."""

    def __init__(self) -> None:
        self.size = 0
        self._leaves = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the tree
        self._rows: list[bytearray] = []  # tile rows from 1 on
        self.subtree = lru_cache(maxsize=CACHED_SUBTREES)(self._subtree)

    def extend(self, hashes: bytes) -> None:
        """Append leaf hashes, 32 bytes each, end to end."""
        self._leaves.seek(0, os.SEEK_END)
        self._leaves.write(hashes)
        self.size += len(hashes) // 32
        self._leaves.flush()
        row, below = 0, self.size
        while (below := below // TILE_WIDTH) or row == 0:
            if row == len(self._rows):
                self._rows.append(bytearray())
            for n in range(len(self._rows[row]) // 32, below):
                self._rows[row] += _fold(self.hashes(row, n * TILE_WIDTH, (n + 1) * TILE_WIDTH))
            row += 1

    def hashes(self, row: int, start: int, end: int) -> bytes:
        """The hashes at positions start to end - 1 of a tile row."""
        if row:
            return bytes(self._rows[row - 1][32 * start : 32 * end])
        return os.pread(self._leaves.fileno(), 32 * (end - start), 32 * start)

    def _subtree(self, level: int, position: int) -> bytes:
        row, rest = divmod(level, TILE_HEIGHT)
        return _fold(self.hashes(row, position << rest, position + 1 << rest))

    def root_at(self, size: int) -> bytes:
        """The root of the tree over the first `size` leaves."""
        return root_of(size, self.subtree)

    def close(self) -> None:
        self._leaves.close()


def _fold(hashes: bytes) -> bytes:
    while len(hashes) > 32:
        pairs = range(0, len(hashes), 64)
        hashes = b"".join([node(hashes[i : i + 32], hashes[i + 32 : i + 64]) for i in pairs])
    return hashes


def check_upper_tiles(root: Path, tree: DerivedTree, durable: int, found: Found) -> None:
    """Every tile above level 0, byte for byte. What reaches beyond `durable` may still be on its way."""
    row = 1
    while (count := tree.size >> TILE_HEIGHT * row) > 0:
        for n in range(-(-count // TILE_WIDTH)):
            end = min(count, (n + 1) * TILE_WIDTH)
            if end <= durable >> TILE_HEIGHT * row:
                _check_tile(root, row, n, tree.hashes(row, n * TILE_WIDTH, end), found)
        row += 1


def _check_tile(root: Path, row: int, n: int, expected: bytes, found: Found) -> None:
    path = "log/" + tile_path(row, n, len(expected) // 32)
    try:
        data = read_untrusted(root, path, found)
    except FileNotFoundError:
        found.fail("E-TILE", path, "missing")
        return
    if data is None or data == expected:
        return
    if len(data) != len(expected):
        found.fail("E-TILE", path, f"{len(data)} bytes instead of {len(expected)}")
    for i in range(0, min(len(data), len(expected)), 32):
        if data[i : i + 32] != expected[i : i + 32]:
            found.fail("E-TILE", f"{path} bytes {i} to {i + 31}", "not the hash of its subtree")


def check_tile_names(
    root: Path, names: Iterable[str], tree: DerivedTree, *, staged: bool, found: Found
) -> None:
    """Exactly the tiles of this size exist; narrower ones may stand too while groups are staged (log-7)."""
    for name in names:
        tile = _parse_name(name)
        if tile is None:
            found.fail("E-UNLISTED", name, "no tile has this name")
            continue
        row, n, width = tile
        level = 0 if row == "entries" else int(row)
        expected = min(TILE_WIDTH, (tree.size >> TILE_HEIGHT * level) - n * TILE_WIDTH)
        if width > expected:
            found.fail("E-UNLISTED", name, "a log of this size has no such tile")
        elif width < expected and not staged:
            if not (root / name).exists():
                continue  # a writer has cleared it away meanwhile
            found.fail("E-UNLISTED", name, "a narrower tile than the log has")
        elif width < expected and row != "entries":
            _check_narrow(root, name, tree.hashes(level, n * TILE_WIDTH, n * TILE_WIDTH + width), found)


def _parse_name(name: str) -> tuple[int | str, int, int] | None:
    match = _TILE.fullmatch(name.removeprefix("log/"))
    if match is None:
        return None
    row = match[1] if match[1] == "entries" else int(match[1])
    n = int(match[2].replace("/", "").replace("x", ""))
    width = TILE_WIDTH if match[3] is None else int(match[3])
    return (row, n, width) if "log/" + tile_path(row, n, width) == name else None


def _check_narrow(root: Path, name: str, expected: bytes, found: Found) -> None:
    try:
        data = read_untrusted(root, name, found)
    except FileNotFoundError:
        return  # cleared away meanwhile
    if data is not None and data != expected:
        says = "a narrower tile that is no prefix: open the base for writing to clear it"
        found.undecided("E-TILE", name, says)
