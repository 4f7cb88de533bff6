"""What views are folded from: entries of the log as they were read, and where to get more of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from probanda.model.digest import EntryId
from probanda.model.entry import Entry, Head, Value


@dataclass(frozen=True, slots=True)
class Record:
    """One entry at its place in the log, with the hidden fields that are disclosed, by name."""

    index: int
    id: EntryId
    entry: Entry
    fields: dict[str, Value]


class Source(Protocol):
    """The committed log as views need to see it."""

    def head(self) -> Head: ...

    def root_at(self, size: int) -> bytes:
        """The root of the tree over the first `size` entries."""
        ...

    def records(self, start: int, end: int) -> Iterable[Record]:
        """The entries from `start` up to but without `end`, in order."""
        ...
