"""Groups between their making and their copies in the log, and the way back from a crash.

Source: spec/base.md base-6 to base-8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.entry import Head
from probanda.proof.encoding import canonical, parse_canonical
from probanda.proof.leaf import LEAF_BYTES, leaf_hash
from probanda.vault.group import Group
from probanda.vault.storage.folder import Folder

STAGING = "staging"
_NAME = re.compile(r"(0|[1-9][0-9]{0,15})-([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Staged:
    """A group with the head it was built on and the head it leads to."""

    base: Head
    head: Head
    group: Group

    @property
    def name(self) -> str:
        return staged_name(self.head)

    def encoded(self) -> bytes:
        top = canonical(
            {"base": {"root": self.base.root.hex(), "size": self.base.size}, "leaves": self.group.count}
        )
        return top + b"\n" + self.group.leaves + self.group.lines


def staged_name(head: Head) -> str:
    """Where the group that leads to `head` is staged."""
    return f"{STAGING}/{head.size}-{head.root.hex()}"


def parse_staged(head: Head, untrusted: bytes) -> Staged:
    """A staged group, or Malformed (as a crash in the middle of staging leaves it)."""
    top, _, rest = untrusted.partition(b"\n")
    value = parse_canonical(top)
    base = value.get("base") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(base, dict):
        raise Malformed("a staged group does not begin with its base")
    members = Members(base)
    old = Head(members.number("size"), members.key("root"))
    count = Members(value).number("leaves")
    if old.size + count != head.size or len(rest) < count * LEAF_BYTES:
        raise Malformed("a staged group does not have the leaves it says")
    leaves, lines = rest[: count * LEAF_BYTES], rest[count * LEAF_BYTES :]
    if lines.count(b"\n") != count or not lines.endswith(b"\n"):
        raise Malformed("a staged group does not have an opening for each leaf")
    starts = range(0, len(leaves), LEAF_BYTES)
    hashes = b"".join([leaf_hash(leaves[i : i + LEAF_BYTES]) for i in starts])
    return Staged(old, head, Group(leaves, hashes, lines))


def chain_to(head: Head, folder: Folder) -> list[Staged]:
    """The staged groups that lead to `head`, oldest first; none if all copies are durable."""
    chain: list[Staged] = []
    while True:
        try:
            untrusted = folder.read(staged_name(head))
        except FileNotFoundError:
            return chain[::-1]
        chain.append(parse_staged(head, untrusted))
        head = chain[-1].base


def strays(folder: Folder) -> list[str]:
    """The names of everything that is staged, whether or not it leads anywhere."""
    return [f"{STAGING}/{name}" for name in folder.names(STAGING)]
