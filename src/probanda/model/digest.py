"""Names made of digests: what a thing is called does not depend on who stores it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import NewType

from probanda.errors import Malformed

Sha256 = NewType("Sha256", str)
Sha512 = NewType("Sha512", str)
EntryId = NewType("EntryId", str)
AgentId = NewType("AgentId", str)

_HEX_64 = re.compile("[0-9a-f]{64}")
_HEX_128 = re.compile("[0-9a-f]{128}")


def _hex_64(untrusted: object, what: str) -> str:
    if not isinstance(untrusted, str) or not _HEX_64.fullmatch(untrusted):
        raise Malformed(f"{what} is not 64 lowercase hexadecimal digits")
    return untrusted


def sha256(untrusted: object) -> Sha256:
    """A SHA-256 digest in lowercase hexadecimal, or Malformed."""
    return Sha256(_hex_64(untrusted, "a SHA-256 digest"))


def sha512(untrusted: object) -> Sha512:
    """A SHA-512 digest in lowercase hexadecimal, or Malformed."""
    if not isinstance(untrusted, str) or not _HEX_128.fullmatch(untrusted):
        raise Malformed("a SHA-512 digest is not 128 lowercase hexadecimal digits")
    return Sha512(untrusted)


def entry_id(untrusted: object) -> EntryId:
    """The id of an entry: its leaf hash in lowercase hexadecimal, or Malformed."""
    return EntryId(_hex_64(untrusted, "an entry id"))


def agent_id(untrusted: object) -> AgentId:
    """The id of an agent: the SHA-256 of the raw public key, or Malformed."""
    return AgentId(_hex_64(untrusted, "an agent id"))


@dataclass(frozen=True, slots=True)
class Digests:
    """Both digests of the same bytes: what an entry's subject is named by."""

    sha256: Sha256
    sha512: Sha512


def digests_of(data: bytes) -> Digests:
    """Both digests of bytes in memory."""
    return Digests(Sha256(hashlib.sha256(data).hexdigest()), Sha512(hashlib.sha512(data).hexdigest()))
