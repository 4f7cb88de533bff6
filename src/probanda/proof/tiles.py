"""Names and cutting of tiles.

Source: spec/log.md log-6, log-7; C2SP tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Iterator

from probanda.errors import Malformed
from probanda.proof.leaf import LEAF_BYTES
from probanda.proof.tree import TILE_HEIGHT, TILE_WIDTH

ENTRY_PREFIX = LEAF_BYTES.to_bytes(2, "big")
ENTRY_BYTES = 2 + LEAF_BYTES


def number(n: int) -> str:
    """N in groups of three digits: 1234067 is x001/x234/067."""
    text = f"{n % 1000:03d}"
    while n := n // 1000:
        text = f"x{n % 1000:03d}/{text}"
    return text


def tile_path(row: int | str, n: int, width: int) -> str:
    """The path below `log/` of a tile of a level, or of "entries", that holds `width` hashes or entries."""
    return f"tile/{row}/{number(n)}" + (f".p/{width}" if width < TILE_WIDTH else "")


def tiles_at(size: int) -> Iterator[tuple[int | str, int, int]]:
    """Every (row, n, width) that exists when the log has `size` entries."""
    rows: list[int | str] = ["entries"]
    rows += range(max(1, -(-size.bit_length() // TILE_HEIGHT)))
    for row in rows:
        count = size >> (TILE_HEIGHT * (row if isinstance(row, int) else 0))
        for n in range(count // TILE_WIDTH):
            yield row, n, TILE_WIDTH
        if count % TILE_WIDTH:
            yield row, count // TILE_WIDTH, count % TILE_WIDTH


def entry_tile(leaves: bytes) -> bytes:
    """Leaves, 97 bytes each, as an entry tile holds them: each with its length before it."""
    return b"".join([ENTRY_PREFIX + leaves[i : i + LEAF_BYTES] for i in range(0, len(leaves), LEAF_BYTES)])


def leaves_of(untrusted_tile: bytes) -> list[bytes]:
    """The leaves in an entry tile, or Malformed."""
    if len(untrusted_tile) % ENTRY_BYTES:
        raise Malformed("an entry tile is cut short")
    starts = range(0, len(untrusted_tile), ENTRY_BYTES)
    if any(untrusted_tile[i : i + 2] != ENTRY_PREFIX for i in starts):
        raise Malformed("an entry tile holds something that is not a leaf")
    return [untrusted_tile[i + 2 : i + ENTRY_BYTES] for i in starts]
