"""What making a package needs of a base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from probanda.model.digest import AgentId, EntryId, Sha256
from probanda.model.entry import Act
from probanda.proof.note import NoteKey
from probanda.proof.opening import Opening


@dataclass(frozen=True, slots=True)
class AnchorFiles:
    """An anchor over the checkpoint of `size`: the index of the entry that records it, and its files as kept.

    `name` is the SHA-256 of the token.
    """

    size: int
    index: int
    name: Sha256
    checkpoint: bytes
    token: bytes
    query: bytes


class PackageSource(Protocol):
    """A base as far as a package draws on it."""

    @property
    def genesis(self) -> EntryId: ...

    @property
    def log_key(self) -> NoteKey:
        """The public log key under the origin of the log."""

    def checkpoint(self) -> bytes:
        """The signed checkpoint of the committed head."""

    def opening(self, index: int) -> Opening: ...

    def inclusion_proof(self, index: int, size: int) -> Sequence[bytes]:
        """The hashes that prove the entry at `index` in the tree of `size`."""

    def consistency_proof(self, old_size: int, new_size: int) -> Sequence[bytes]:
        """The hashes that prove that the tree of `new_size` extends that of `old_size`."""

    def index_of(self, entry: EntryId) -> int:
        """Where an entry stands. Raises NotFound."""

    def receptions(self, item: Sha256) -> Sequence[int]:
        """The entries by which these bytes were received; none if they were not."""

    def about_agent(self, agent: AgentId) -> Sequence[int]:
        """All entries that enrolled this agent, gave or took roles, or revoked the key."""

    def seal_of(self, index: int) -> int:
        """The seal that covers an entry without signatures. Raises NotFound."""

    def anchors(self) -> Sequence[AnchorFiles]:
        """All recorded anchors, by rising size."""

    def read_original(self, item: Sha256) -> Iterator[bytes]:
        """The bytes of an item in pieces."""

    def append(self, act: Act) -> int:
        """Put an act of the agent at work on the log; its index, once it is under a signed checkpoint."""
