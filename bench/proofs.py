"""P5: an inclusion proof from disk in a large log, with the node cache and from tiles alone.

Run: python bench/proofs.py [ENTRIES]
"""

from __future__ import annotations

import hashlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sides import report

from probanda.model.entry import Head
from probanda.proof.merkle import check_inclusion
from probanda.proof.tiles import tile_path, tiles_at
from probanda.proof.tree import Tree
from probanda.vault.log_reader import LogReader
from probanda.vault.nodes import Nodes
from probanda.vault.storage.folder import Folder

PROOFS = 2000


def write_tiles(root: Path, size: int) -> Head:
    """A log of made-up leaf hashes: tiles only, which is all that a proof reads."""
    tree = Tree()
    tree.extend(b"".join(hashlib.sha256(n.to_bytes(8, "big")).digest() for n in range(size)))
    for row, n, width in tiles_at(size):
        if isinstance(row, int):
            path = root / "log" / tile_path(row, n, width)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(tree.hashes(8 * row, 256 * n, 256 * n + width))
    return tree.head()


def p50_us(prove: Callable[[int], object], indices: list[int]) -> float:
    waits = []
    for index in indices:
        before = time.perf_counter()
        prove(index)
        waits.append(time.perf_counter() - before)
    return statistics.median(waits) * 1e6


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        root = Path(name)
        head = write_tiles(root, size)
        indices = random.Random(1).sample(range(size), min(PROOFS, size))
        nodes = Nodes(LogReader(Folder(root)), root / "cache" / "nodes")
        before = time.perf_counter()
        nodes.inclusion_proof(0, head)
        print(f"node cache of {size:,} entries made in {time.perf_counter() - before:.1f} s")

        def from_tiles(index: int) -> None:
            reader = LogReader(Folder(root))  # no tile is in its memory
            proof = reader.inclusion_proof(index, size)
            check_inclusion(reader.subtree(0, index), index, size, proof, head.root)

        cached = p50_us(lambda index: nodes.inclusion_proof(index, head), indices)
        tiles = p50_us(from_tiles, indices)
        report(
            f"P5 proof at {size:,} entries with the node cache, checked, p50",
            cached,
            100,
            unit="us",
            at_most=True,
        )
        report(
            f"P5 proof at {size:,} entries from tiles alone, checked, p50",
            tiles,
            1000,
            unit="us",
            at_most=True,
        )


if __name__ == "__main__":
    main()
