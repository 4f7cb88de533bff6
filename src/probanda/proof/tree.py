"""Grows the tree and makes proofs. The verifier is `merkle.py`; neither calls the other.

Rows of the tree are kept per level: row k holds the hashes of complete subtrees of 2^k leaves. A growing
tree needs only what lies right of the last tile boundary, so memory stays flat.

Source: RFC 6962 section 2.1; C2SP tlog-tiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from probanda.model.entry import Head

Subtree = Callable[[int, int], bytes]
"""(level, position) -> the hash over the complete subtree of 2^level leaves at that position."""

TILE_HEIGHT, TILE_WIDTH = 8, 256


class Tree:
    """The right edge of a growing tree."""

    def __init__(self) -> None:
        self.size = 0
        self._rows = [bytearray()]
        self._starts = [0]  # position of the first hash that row k still holds

    def extend(self, leaf_hashes: bytes) -> None:
        """Append leaves by their hashes, 32 bytes each, end to end."""
        sha256 = hashlib.sha256
        self._rows[0] += leaf_hashes
        self.size += len(leaf_hashes) // 32
        level = 0
        while self.size >> (level + 1):
            if level + 1 == len(self._rows):
                self._rows.append(bytearray())
                self._starts.append(self._starts[level] // 2)
            held = self._starts[level + 1] + len(self._rows[level + 1]) // 32
            fresh = bytes(self._rows[level][(2 * held - self._starts[level]) * 32 :])
            pairs = range(0, len(fresh) // 64 * 64, 64)
            self._rows[level + 1] += b"".join([sha256(b"\1" + fresh[i : i + 64]).digest() for i in pairs])
            level += 1

    def head(self) -> Head:
        return Head(self.size, root_of(self.size, lambda level, n: self.hashes(level, n, n + 1)))

    def hashes(self, level: int, start: int, end: int) -> bytes:
        """The hashes at positions start to end - 1 of a row; they must lie right of the last `trim`."""
        offset = self._starts[level]
        return bytes(self._rows[level][32 * (start - offset) : 32 * (end - offset)])

    def trim(self) -> None:
        """Forget what lies left of the last tile boundary of each row."""
        for level, row in enumerate(self._rows):
            start = max((self.size >> level) // TILE_WIDTH * TILE_WIDTH, self._starts[level])
            del row[: 32 * (start - self._starts[level])]
            self._starts[level] = start

    @classmethod
    def at(cls, size: int, tile: Callable[[int, int, int], bytes]) -> Tree:
        """The right edge at `size`, read from tiles: tile(level, n, width) gives the first `width` hashes
        of a tile.
        """
        tree = cls()
        tree.size = size
        for level in range(size.bit_length()):
            if level:
                tree._rows.append(bytearray())
                tree._starts.append(0)
            if level % TILE_HEIGHT == 0:
                start = (size >> level) // TILE_WIDTH * TILE_WIDTH
                width = (size >> level) - start
                tree._rows[level] += tile(level // TILE_HEIGHT, start // TILE_WIDTH, width) if width else b""
            else:
                start = tree._starts[level - 1] // 2  # a tile boundary halves evenly seven times
                below = bytes(tree._rows[level - 1])
                pairs = range(0, len(below) // 64 * 64, 64)
                tree._rows[level] += b"".join(
                    [node(below[i : i + 32], below[i + 32 : i + 64]) for i in pairs]
                )
            tree._starts[level] = start
        return tree


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(size: int, subtree: Subtree) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return range_hash(0, size, subtree) if size else hashlib.sha256(b"").digest()


def range_hash(start: int, end: int, subtree: Subtree) -> bytes:
    """The hash over leaves start to end - 1, where `start` is a multiple of a power of two not below the
    count.
    """
    parts: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(subtree(level, start >> level))
        start += 1 << level
    result = parts.pop()
    while parts:
        result = node(parts.pop(), result)
    return result


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Sibling hashes from the leaf at `index` up to the root of the tree of `size`."""
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _largest_power_below(end - start)
        if index < split:
            proof.append(range_hash(split, end, subtree))
            end = split
        else:
            proof.append(range_hash(start, split, subtree))
            start = split
    return proof[::-1]


def consistency_proof(old_size: int, new_size: int, subtree: Subtree) -> list[bytes]:
    """Hashes that show that the tree of `new_size` extends that of `old_size`."""
    if old_size in (0, new_size):
        return []
    proof: list[bytes] = []
    start, end = 0, new_size
    whole = True  # the old tree is still the whole of the range looked at, so its root need not be given
    while old_size != end:
        split = start + _largest_power_below(end - start)
        if old_size <= split:
            proof.append(range_hash(split, end, subtree))
            end = split
        else:
            proof.append(range_hash(start, split, subtree))
            start, whole = split, False
    if not whole:
        proof.append(range_hash(start, end, subtree))
    return proof[::-1]


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)
