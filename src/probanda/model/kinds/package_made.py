"""A package of items was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from probanda.model.body import Members
from probanda.model.digest import Digests, Sha256
from probanda.model.entry import Act, Entry, Value, given


@dataclass(frozen=True, slots=True)
class PackageMade:
    """Binds the package by its payload manifests; the entry itself travels in the package."""

    KIND: ClassVar[str] = "package-made"

    items: tuple[Digests, ...]
    manifest: Sha256
    manifest_sha512: Sha256
    purpose: str | None = None

    def act(self) -> Act:
        clear: dict[str, Value] = {"manifest": self.manifest, "manifest_sha512": self.manifest_sha512}
        return Act(self.KIND, self.items, clear, given(purpose=self.purpose))

    @classmethod
    def read(cls, entry: Entry, fields: dict[str, Value]) -> PackageMade:
        body = Members(entry.body)
        return cls(
            items=entry.subjects,
            manifest=body.sha256("manifest"),
            manifest_sha512=body.sha256("manifest_sha512"),
            purpose=Members(fields).text_or_none("purpose"),
        )
