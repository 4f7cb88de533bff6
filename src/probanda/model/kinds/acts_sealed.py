"""One signature over the unsigned acts right before it in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.digest import Digests, EntryId, entry_id
from probanda.model.entry import Act, Entry, Value


@dataclass(frozen=True, slots=True)
class ActsSealed:
    """`leaves` are the ids of the n entries before this one, in order."""

    KIND: ClassVar[str] = "acts-sealed"

    leaves: tuple[EntryId, ...]

    def record(self) -> list[Value]:
        """What the subject's digests are of, in canonical form."""
        return list(self.leaves)

    def act(self, record: Digests) -> Act:
        return Act(self.KIND, (record,), {"leaves": self.record()}, {})

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> ActsSealed:
        leaves = Members(entry.body).values.get("leaves")
        if not isinstance(leaves, list) or not leaves:
            raise Malformed("a seal lists no leaves")
        return cls(tuple(map(entry_id, leaves)))
