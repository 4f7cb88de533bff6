"""What views are folded from: entries of the log as they were read, and where to get more of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from probanda.model.digest import AgentId, EntryId
from probanda.model.entry import Entry, Head, Value
from probanda.model.kinds.item_received import ItemReceived


@dataclass(frozen=True, slots=True)
class Record:
    """One entry at its place in the log, with the hidden fields that are disclosed, by name."""

    index: int
    id: EntryId
    entry: Entry
    fields: dict[str, Value]

    @property
    def kind(self) -> str:
        return self.entry.kind

    @property
    def agent(self) -> AgentId:
        return self.entry.agent

    @property
    def stated(self) -> str:
        return self.entry.stated


class Received(NamedTuple):
    """A reception, read as far as that goes without the entries before it.

    Nearly all of a log is receptions: they are read ahead, by other processes if need be, and are nothing but
    plain values, which cross between processes cheaply.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks for
    id: EntryId
    agent: AgentId
    stated: str
    matter: EntryId
    sha256: bytes
    sha512: bytes
    size_bytes: int
    media_type: str
    container: EntryId | None
    labels: int
    degree: int | None
    name: bytes | None
    path: bytes | None
    searchable: str
    modified: str | None
    via: str | None
    root: bytes | None
    place: int | None

    @property
    def kind(self) -> str:
        return ItemReceived.KIND


class Source(Protocol):
    """The committed log as views need to see it."""

    def head(self) -> Head: ...

    def root_at(self, size: int) -> bytes:
        """The root of the tree over the first `size` entries."""
        ...

    def records(self, start: int, end: int) -> Iterable[Record | Received]:
        """The entries from `start` up to but without `end`, in order."""
        ...
