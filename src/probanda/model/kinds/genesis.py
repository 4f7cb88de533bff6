"""The first entry of a base: its log key, its first agent, its policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.digest import Digests, Sha256
from probanda.model.entry import Act, Entry, Value, given

FORMAT = "probanda-base/1"


@dataclass(frozen=True, slots=True)
class Genesis:
    """Signed by both keys. Its id is what people print and compare."""

    KIND: ClassVar[str] = "genesis"

    log_key: bytes
    agent_key: bytes
    policy: Sha256
    roles: tuple[str, ...]
    name: str | None

    def act(self, keys: tuple[Digests, Digests]) -> Act:
        """`keys` are the digests of log key and agent key, which this entry is about."""
        clear: dict[str, Value] = {
            "agent_key": self.agent_key.hex(),
            "format": FORMAT,
            "log_key": self.log_key.hex(),
            "policy": self.policy,
            "roles": sorted(self.roles),
        }
        return Act(self.KIND, keys, clear, given(name=self.name))

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> Genesis:
        body = Members(entry.body)
        if body.text("format") != FORMAT:
            raise Malformed("a base of another format version")
        return cls(
            log_key=body.key("log_key"),
            agent_key=body.key("agent_key"),
            policy=body.sha256("policy"),
            roles=body.words("roles"),
            name=Members(fields).text_or_none("name"),
        )
