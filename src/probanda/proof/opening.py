"""The line that opens a leaf: salt, envelope, and the hidden fields that are held.

Source: spec/entry.md entry-14.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from probanda.errors import Malformed
from probanda.model.digest import sha256
from probanda.model.entry import Entry
from probanda.proof.encoding import Json, parse_canonical
from probanda.proof.envelope import Envelope, parse_envelope
from probanda.proof.fields import open_fields, parse_disclosure
from probanda.proof.leaf import leaf, leaf_hash
from probanda.proof.statement import parse_statement

MAX_OPENING_BYTES = 32 * 2**20  # twice the largest envelope


@dataclass(frozen=True)
class Opening:
    """Everything needed to look behind one leaf. Parsed, but no signature is checked."""

    salt: bytes
    envelope: Envelope
    disclosures: tuple[str, ...]

    def line(self) -> bytes:
        """The canonical line, with its line feed."""
        disclosures = ",".join(f'"{one}"' for one in self.disclosures)  # base64url: nothing to escape
        envelope = self.encoded_envelope
        return b'{"disclosures":[%s],"envelope":%s,"salt":"%s"}\n' % (
            disclosures.encode(),
            envelope,
            self.salt.hex().encode(),
        )

    @cached_property
    def encoded_envelope(self) -> bytes:
        """The exact bytes that the leaf commits to."""
        return self.envelope.encoded()

    @cached_property
    def leaf(self) -> bytes:
        return leaf(self.salt, self.encoded_envelope)

    @cached_property
    def leaf_hash(self) -> bytes:
        return leaf_hash(self.leaf)

    @cached_property
    def entry(self) -> Entry:
        return parse_statement(self.envelope.payload)

    @cached_property
    def fields(self) -> dict[str, Json]:
        """The hidden fields that this opening discloses, by name."""
        return open_fields(self.entry.body, self.disclosures)

    def withholding(self, names: frozenset[str]) -> Opening:
        """The same opening without the fields of these names; "*" stands for all."""
        kept = tuple(d for d in self.disclosures if "*" not in names and parse_disclosure(d)[0] not in names)
        return Opening(self.salt, self.envelope, kept)


def parse_opening(untrusted_line: bytes) -> Opening:
    """An opening from its line, line feed included.

    Raises:
        Malformed: it is not the one canonical form of an opening.
    """
    if len(untrusted_line) > MAX_OPENING_BYTES or not untrusted_line.endswith(b"\n"):
        raise Malformed("an opening is too long, or its line does not end")
    value = parse_canonical(untrusted_line[:-1])
    if not isinstance(value, dict) or set(value) != {"disclosures", "envelope", "salt"}:
        raise Malformed("an opening does not have exactly disclosures, envelope and salt")
    disclosures, salt = value["disclosures"], value["salt"]
    if not isinstance(disclosures, list) or not all(isinstance(d, str) for d in disclosures):
        raise Malformed("an opening's disclosures are not a list of texts")
    if any(a >= b for a, b in pairwise(disclosures)):
        raise Malformed("an opening's disclosures are not sorted, or repeated")
    return Opening(bytes.fromhex(sha256(salt)), parse_envelope(value["envelope"]), tuple(disclosures))
