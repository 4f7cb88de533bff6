"""An agent's key is taken in, with its roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.model.body import Members
from probanda.model.digest import Digests
from probanda.model.entry import Act, Entry, Value, given


@dataclass(frozen=True, slots=True)
class AgentEnrolled:
    """From here on the key may sign. `holder` says who keeps it: `self`, or someone on the agent's behalf."""

    KIND: ClassVar[str] = "agent-enrolled"

    key: bytes
    roles: tuple[str, ...]
    name: str | None
    holder: str | None

    def act(self, key: Digests) -> Act:
        clear: dict[str, Value] = {"key": self.key.hex(), "roles": sorted(self.roles)}
        return Act(self.KIND, (key,), clear, given(holder=self.holder, name=self.name))

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> AgentEnrolled:
        body, hidden = Members(entry.body), Members(fields)
        return cls(
            body.key("key"), body.words("roles"), hidden.text_or_none("name"), hidden.text_or_none("holder")
        )
