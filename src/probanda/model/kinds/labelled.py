"""An item's labels are changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.digest import Digests
from probanda.model.entry import Act, Entry, Value, given


@dataclass(frozen=True, slots=True)
class Labelled:
    """`add` and `remove` are handling labels; `confidentiality`, where given, replaces the degree."""

    KIND: ClassVar[str] = "labelled"

    item: Digests
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    confidentiality: str | None = None
    reason: str | None = None

    def act(self) -> Act:
        clear: dict[str, Value] = {"add": sorted(self.add), "remove": sorted(self.remove)}
        if self.confidentiality is not None:
            clear["confidentiality"] = self.confidentiality
        return Act(self.KIND, (self.item,), clear, given(reason=self.reason))

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> Labelled:
        if len(entry.subjects) != 1:
            raise Malformed("a labelling is about exactly one item")
        body = Members(entry.body)
        return cls(
            item=entry.subjects[0],
            add=body.words("add"),
            remove=body.words("remove"),
            confidentiality=body.text_or_none("confidentiality"),
            reason=Members(fields).text_or_none("reason"),
        )
