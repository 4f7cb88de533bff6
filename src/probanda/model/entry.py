"""An entry: one act by one agent at one time, about named subjects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probanda.errors import Malformed
from probanda.model.digest import AgentId, Digests, EntryId

Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Head:
    """A state of the log: how many entries, and the root of the tree over them."""

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.root) != 32:
            raise Malformed("a head is a size from 0 on and a root of 32 bytes")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a statement says, apart from who signed it and where it stands in the log.

    `body` holds the clear fields and the digests of hidden ones; members this version does not know are kept.
    `enrolled` is None in the genesis only. `stated` is the agent's own clock: a claim.
    """

    kind: str
    agent: AgentId
    enrolled: EntryId | None
    origin: str
    seen: Head
    stated: str
    subjects: tuple[Digests, ...]
    body: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Act:
    """What a desk wants to put on record; the vault adds who, when, salts and signature.

    `clear` stands in the entry for every reader; `hidden` fields can each be withheld from a reader later.
    """

    kind: str
    subjects: tuple[Digests, ...]
    clear: Mapping[str, Value]
    hidden: Mapping[str, Value]


def given(**fields: Value) -> dict[str, Value]:
    """The fields that have a value: what is not known is absent from an entry, never null."""
    return {name: value for name, value in fields.items() if value is not None}
