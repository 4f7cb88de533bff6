"""Reading the members of an entry's body as types, refusing what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from probanda.errors import Malformed
from probanda.model.digest import EntryId, Sha256, entry_id, sha256
from probanda.model.entry import Value


@dataclass(frozen=True, slots=True)
class Members:
    """Members of an object that came from an entry, by name. Each method raises Malformed if the member
    does not fit.
    """

    values: Mapping[str, Value]

    def has(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str):
            raise Malformed(f"{name} is not a text")
        return value

    def text_or_none(self, name: str) -> str | None:
        return self.text(name) if name in self.values else None

    def number(self, name: str) -> int:
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Malformed(f"{name} is not a number from 0 on")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """A sorted array of different texts; empty where the member is absent."""
        value = self.values.get(name, [])
        if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
            raise Malformed(f"{name} is not a list of words")
        words = tuple(str(word) for word in value)
        if any(a >= b for a, b in pairwise(words)):
            raise Malformed(f"{name} is not sorted, or has repeats")
        return words

    def sha256(self, name: str) -> Sha256:
        return sha256(self.values.get(name))

    def entry_id(self, name: str) -> EntryId:
        return entry_id(self.values.get(name))

    def key(self, name: str) -> bytes:
        """A raw public key of 32 bytes."""
        return bytes.fromhex(sha256(self.values.get(name)))
