"""An agent's roles are set anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.model.body import Members
from probanda.model.digest import Digests
from probanda.model.entry import Act, Entry, Value, given


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """`roles` are all that the agent holds from now on; none takes all away."""

    KIND: ClassVar[str] = "role-granted"

    key: bytes
    roles: tuple[str, ...]
    reason: str | None

    def act(self, key: Digests) -> Act:
        clear: dict[str, Value] = {"key": self.key.hex(), "roles": sorted(self.roles)}
        return Act(self.KIND, (key,), clear, given(reason=self.reason))

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> RoleGranted:
        body = Members(entry.body)
        return cls(body.key("key"), body.words("roles"), Members(fields).text_or_none("reason"))
