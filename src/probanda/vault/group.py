"""Acts made ready for the log. A leaf names neither its index nor its neighbours, so a group fits
anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from probanda.model.digest import AgentId, EntryId, digests_of
from probanda.model.entry import Act, Entry, Head, Value
from probanda.model.kinds.acts_sealed import ActsSealed
from probanda.proof.encoding import canonical, instant_text
from probanda.proof.envelope import Sign, seal
from probanda.proof.fields import HIDDEN, SALT_BYTES, disclosure, field_digest
from probanda.proof.leaf import SALT_BYTES as LEAF_SALT_BYTES
from probanda.proof.opening import Opening
from probanda.proof.statement import encode_statement


@dataclass(frozen=True, slots=True)
class Group:
    """Leaves (97 bytes each), their hashes (32 bytes each) and openings (lines), end to end, in one order."""

    leaves: bytes
    hashes: bytes
    lines: bytes

    @property
    def count(self) -> int:
        return len(self.hashes) // 32

    def __add__(self, other: Group) -> Group:
        return Group(self.leaves + other.leaves, self.hashes + other.hashes, self.lines + other.lines)


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts: makes entries out of acts. Clock and signing come from outside.

    `signers` holds the agent's signature; for the genesis also the log key's.
    """

    origin: str
    agent: AgentId
    enrolled: EntryId | None
    signers: dict[AgentId, Sign]
    now: Callable[[], datetime]

    def opening(self, act: Act, seen: Head, *, signed: bool = True) -> Opening:
        """`act` as an opening with fresh salts, signed by the agent or, for bulk acts, left for a seal."""
        disclosures = [disclosure(os.urandom(SALT_BYTES), name, value) for name, value in act.hidden.items()]
        body: dict[str, Value] = dict(act.clear)
        if disclosures:
            body[HIDDEN] = sorted(map(field_digest, disclosures))
        entry = Entry(
            kind=act.kind,
            agent=self.agent,
            enrolled=self.enrolled,
            origin=self.origin,
            seen=seen,
            stated=instant_text(self.now()),
            subjects=act.subjects,
            body=body,
        )
        envelope = seal(encode_statement(entry), self.signers if signed else {})
        return Opening(os.urandom(LEAF_SALT_BYTES), envelope, tuple(sorted(disclosures)))

    def sign(self, acts: Sequence[Act], seen: Head) -> tuple[Group, list[Opening]]:
        """`acts`, each signed by itself."""
        openings = [self.opening(act, seen) for act in acts]
        return group_of(openings), openings

    def seal(self, hashes: bytes, seen: Head) -> tuple[Group, Opening]:
        """The one signature over the unsigned acts whose leaf hashes these are, right before it in the
        log.
        """
        ids = tuple(EntryId(hashes[i : i + 32].hex()) for i in range(0, len(hashes), 32))
        sealed = ActsSealed(ids)
        opening = self.opening(sealed.act(digests_of(canonical(sealed.record()))), seen)
        return group_of([opening]), opening


def group_of(openings: Sequence[Opening]) -> Group:
    """Openings as they go into the log."""
    return Group(
        b"".join(o.leaf for o in openings),
        b"".join(o.leaf_hash for o in openings),
        b"".join(o.line() for o in openings),
    )
