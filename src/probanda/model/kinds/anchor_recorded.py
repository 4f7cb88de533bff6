"""A time-stamp token over a checkpoint was received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.digest import Digests, Sha256
from probanda.model.entry import Act, Entry, Head, Value, given


@dataclass(frozen=True, slots=True)
class AnchorRecorded:
    """Names the anchored head and, by digest, the response and the request as they went over the wire."""

    KIND: ClassVar[str] = "anchor-recorded"

    head: Head
    token: Digests
    query: Sha256
    authority: str | None

    def act(self) -> Act:
        clear: dict[str, Value] = {
            "query": self.query,
            "root": self.head.root.hex(),
            "size": self.head.size,
            "token": self.token.sha256,
            "type": "rfc3161",
        }
        return Act(self.KIND, (self.token,), clear, given(authority=self.authority))

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> AnchorRecorded:
        body = Members(entry.body)
        if len(entry.subjects) != 1 or entry.subjects[0].sha256 != body.sha256("token"):
            raise Malformed("an anchor is not about the token it names")
        if body.text("type") != "rfc3161":
            raise Malformed("an anchor of an unknown type")
        head = Head(body.number("size"), bytes.fromhex(body.sha256("root")))
        return cls(head, entry.subjects[0], body.sha256("query"), Members(fields).text_or_none("authority"))
