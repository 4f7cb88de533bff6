"""A matter is opened; the first one in a base is the Inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.model.body import Members
from probanda.model.digest import Digests, Sha256
from probanda.model.entry import Act, Entry, Value, given


@dataclass(frozen=True, slots=True)
class MatterOpened:
    """`nonce` makes the record that the entry is about unlike any other; name and purpose may be withheld."""

    KIND: ClassVar[str] = "matter-opened"

    nonce: Sha256
    name: str | None
    purpose: str | None

    def record(self) -> dict[str, Value]:
        """What the subject's digests are of, in canonical form."""
        return {"nonce": self.nonce}

    def act(self, record: Digests) -> Act:
        return Act(self.KIND, (record,), self.record(), given(name=self.name, purpose=self.purpose))

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> MatterOpened:
        hidden = Members(fields)
        nonce = Members(entry.body).sha256("nonce")
        return cls(nonce, hidden.text_or_none("name"), hidden.text_or_none("purpose"))
