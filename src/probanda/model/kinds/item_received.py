"""Bytes came in, from somewhere, under some name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.digest import Digests, EntryId
from probanda.model.entry import Act, Entry, Value
from probanda.model.rawname import name_bytes, name_value


@dataclass(frozen=True, slots=True)
class ItemReceived:
    """One reception. Name, path, times and source are what the file or its bringer claims.

    `modified` is the claimed time as text, with a zone only if the claim has one. `via` is file, folder,
    archive, stdin or upload; `root` is the place that was given. `container` is the reception of the
    archive that this item is a member of.
    """

    KIND: ClassVar[str] = "item-received"

    item: Digests
    matter: EntryId
    size_bytes: int
    media_type: str
    container: EntryId | None = None
    labels: tuple[str, ...] = ()
    confidentiality: str | None = None
    name: bytes | None = None
    path: bytes | None = None
    modified: str | None = None
    via: str | None = None
    root: bytes | None = None

    def act(self) -> Act:
        return Act(self.KIND, (self.item,), self._clear(), self._hidden())

    def _clear(self) -> dict[str, Value]:
        clear: dict[str, Value] = {
            "matter": self.matter,
            "media_type": self.media_type,
            "size": self.size_bytes,
        }
        if self.container is not None:
            clear["container"] = self.container
        if self.labels:
            clear["labels"] = sorted(self.labels)
        if self.confidentiality is not None:
            clear["confidentiality"] = self.confidentiality
        return clear

    def _hidden(self) -> dict[str, Value]:
        source: dict[str, Value] = {"via": self.via}
        if self.root is not None:
            source["root"] = name_value(self.root)
        hidden: dict[str, Value] = {"source": source}
        if self.name is not None:
            hidden["name"] = name_value(self.name)
        if self.path is not None:
            hidden["path"] = name_value(self.path)
        if self.modified is not None:
            hidden["modified"] = self.modified
        return hidden

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> ItemReceived:
        if len(entry.subjects) != 1:
            raise Malformed("a reception is about exactly one item")
        body, hidden = Members(entry.body), Members(fields)
        source = fields.get("source", {})
        if not isinstance(source, Mapping):
            raise Malformed("source is not an object")
        return cls(
            item=entry.subjects[0],
            matter=body.entry_id("matter"),
            size_bytes=body.number("size"),
            media_type=body.text("media_type"),
            container=body.entry_id("container") if body.has("container") else None,
            labels=body.words("labels"),
            confidentiality=body.text_or_none("confidentiality"),
            name=name_bytes(fields["name"]) if "name" in fields else None,
            path=name_bytes(fields["path"]) if "path" in fields else None,
            modified=hidden.text_or_none("modified"),
            via=Members(source).text_or_none("via"),
            root=name_bytes(source["root"]) if "root" in source else None,
        )
