"""`probanda.json`: which base this is.

Source: spec/base.md base-2.
"""

from __future__ import annotations

from dataclasses import dataclass

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.digest import EntryId, Sha256
from probanda.model.kinds.genesis import FORMAT
from probanda.proof.encoding import canonical, parse_canonical
from probanda.proof.note import NoteKey
from probanda.proof.statement import origin_name

IDENTITY = "probanda.json"


@dataclass(frozen=True, slots=True)
class Identity:
    """What `probanda.json` says; it must equal the genesis entry."""

    genesis: EntryId
    origin: str
    log_key: NoteKey
    policy: Sha256

    def encoded(self) -> bytes:
        return (
            canonical(
                {
                    "format": FORMAT,
                    "genesis": self.genesis,
                    "log_key": self.log_key.key.hex(),
                    "origin": self.origin,
                    "policy": self.policy,
                }
            )
            + b"\n"
        )


def parse_identity(untrusted: bytes) -> Identity:
    """The identity of a base from its file, or Malformed."""
    if not untrusted.endswith(b"\n"):
        raise Malformed("the line does not end")
    value = parse_canonical(untrusted[:-1])
    if not isinstance(value, dict) or set(value) != {"format", "genesis", "log_key", "origin", "policy"}:
        raise Malformed("not exactly format, genesis, log_key, origin and policy")
    members = Members(value)
    if members.text("format") != FORMAT:
        raise Malformed(f"format {members.text('format')!r}, which this program does not know")
    origin = origin_name(members.text("origin"))
    key = NoteKey(origin, members.key("log_key"))
    return Identity(members.entry_id("genesis"), origin, key, members.sha256("policy"))
