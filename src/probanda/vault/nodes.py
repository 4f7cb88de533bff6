"""Inclusion proofs in microseconds: the nodes of the tree laid out by level in `cache/nodes`, one file a
level.

The cache is a copy of what the tiles say and can be deleted at any time. Every proof is checked before it
leaves, so a damaged cache costs time and never gives a wrong proof.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from probanda.errors import Malformed, ProofFails
from probanda.model.entry import Head
from probanda.proof import tree
from probanda.proof.merkle import check_inclusion
from probanda.vault.log_reader import LogReader

HASH_BYTES = 32
BATCH_NODES = 1 << 14  # half a megabyte of hashes in memory at a time


class Nodes:
    """Proofs over one log. Used by one thread at a time."""

    def __init__(self, reader: LogReader, folder: Path) -> None:
        """`folder` is made when it is first needed; where it cannot be, proofs come from the tiles alone."""
        self._reader, self._folder = reader, folder
        self._files: dict[int, int] = {}
        self._size = 0  # nodes of all complete subtrees below this size are cached

    def inclusion_proof(self, index: int, head: Head) -> list[bytes]:
        """The checked inclusion proof of the entry at `index` in the log's state `head`.

        Raises:
            ProofFails: neither cache nor tiles lead from the leaf to the root of `head`.
        """
        if self._size < head.size:
            with suppress(OSError):
                self._extend(head.size)
        for subtree in (self._cached, self._reader.subtree):
            proof = tree.inclusion_proof(index, head.size, subtree)
            try:
                check_inclusion(subtree(0, index), index, head.size, proof, head.root)
            except Malformed as error:
                if subtree == self._reader.subtree:
                    raise ProofFails(
                        f"The tiles do not lead from entry {index} to the root: {error}."
                    ) from error
                self.drop()
            else:
                return proof
        raise ProofFails(f"There is no proof of entry {index}.")

    def drop(self) -> None:
        """Forget the cache, on disk too; it is made again when needed."""
        for level, file in self._files.items():
            os.close(file)
            (self._folder / str(level)).unlink(missing_ok=True)
        self._files, self._size = {}, 0

    def close(self) -> None:
        """Close the files; the cache stays."""
        for file in self._files.values():
            os.close(file)
        self._files, self._size = {}, 0

    def _cached(self, level: int, position: int) -> bytes:
        if (position + 1) << level <= self._size:
            data = os.pread(self._files[level], HASH_BYTES, position * HASH_BYTES)
            if len(data) == HASH_BYTES:
                return data
        return self._reader.subtree(level, position)

    def _extend(self, size: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for level in range(size.bit_length()):
            if level not in self._files:
                path = self._folder / str(level)
                self._files[level] = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            have, want = os.fstat(self._files[level]).st_size // HASH_BYTES, size >> level
            while have < want:
                end = min(want, have + BATCH_NODES)
                self._fill(level, have, end)
                have = end
        self._size = size

    def _fill(self, level: int, start: int, end: int) -> None:
        if level % tree.TILE_HEIGHT == 0:
            data = self._from_tiles(level // tree.TILE_HEIGHT, start, end)
        else:
            below = os.pread(self._files[level - 1], (end - start) * 2 * HASH_BYTES, start * 2 * HASH_BYTES)
            pairs = range(0, len(below), 2 * HASH_BYTES)
            data = b"".join([tree.node(below[i : i + 32], below[i + 32 : i + 64]) for i in pairs])
        os.pwrite(self._files[level], data, start * HASH_BYTES)

    def _from_tiles(self, row: int, start: int, end: int) -> bytes:
        width, parts = tree.TILE_WIDTH, []
        for n in range(start // width, (end - 1) // width + 1):
            last = min(width, end - n * width)
            parts.append(self._reader.tile(row, n, last)[HASH_BYTES * max(0, start - n * width) :])
        return b"".join(parts)
