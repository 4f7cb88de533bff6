"""An agent's key is no longer to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.model.body import Members
from probanda.model.digest import Digests
from probanda.model.entry import Act, Entry, Value, given


@dataclass(frozen=True, slots=True)
class AgentRevoked:
    """What the key signs after this entry is refused; what it signed before stays."""

    KIND: ClassVar[str] = "agent-revoked"

    key: bytes
    reason: str | None

    def act(self, key: Digests) -> Act:
        return Act(self.KIND, (key,), {"key": self.key.hex()}, given(reason=self.reason))

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> AgentRevoked:
        return cls(Members(entry.body).key("key"), Members(fields).text_or_none("reason"))
