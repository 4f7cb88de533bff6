"""The log as views read it: serially, or with other processes that read ahead of the one that folds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probanda.errors import ProofFails
from probanda.model.digest import EntryId
from probanda.model.entry import Head
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.log_reader import LogReader
from probanda.views.parsing import Unfit, parse
from probanda.views.read_ahead import READ_AHEAD_FROM, may_fork, read_ahead
from probanda.views.record import Received, Record


@dataclass(frozen=True, slots=True)
class LogSource:
    """What views catch up with."""

    reader: LogReader

    def head(self) -> Head:
        return self.reader.head()

    def root_at(self, size: int) -> bytes:
        return self.reader.root_at(size)

    def records(self, start: int, end: int) -> Iterator[Record | Received]:
        """The entries from `start` up to but without `end`, in order.

        Raises:
            ProofFails: an opening is missing or cannot be read.
        """
        if end - start > READ_AHEAD_FROM and may_fork():
            return read_ahead(self._pages, start, end)
        return self._pages(start, end)

    def _pages(self, start: int, end: int) -> Iterator[Record | Received]:
        while start < end:
            n, offset = divmod(start, TILE_WIDTH)
            width = min(TILE_WIDTH, end - n * TILE_WIDTH)
            hashes = self.reader.tile(0, n, width)
            lines = self.reader.opening_lines(n)
            if len(lines) < width:
                missing = n * TILE_WIDTH + len(lines)
                raise ProofFails(f"Openings from entry {missing} on are missing. Run `probanda verify`.")
            for position in range(offset, width):
                index = n * TILE_WIDTH + position
                id = EntryId(hashes[32 * position : 32 * position + 32].hex())
                try:
                    yield parse(index, id, lines[position])
                except Unfit as error:
                    raise ProofFails(
                        f"The opening of entry {index} is damaged. Run `probanda verify`."
                    ) from error
            start = n * TILE_WIDTH + width
