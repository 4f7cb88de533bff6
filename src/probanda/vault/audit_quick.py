"""Part of an audit: the plain case, fast. Nearly all entries are sealed receptions, alike but for values.

What is not plainly right in every respect goes to the strict check, which alone says what is wrong; so this
may refuse too much, and must never accept what the strict check refuses. Bytes with a backslash are never
plain: without escapes, a value that is written back to the same bytes is canonical.
"""

from __future__ import annotations

import hashlib
import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from functools import lru_cache
from typing import Literal

import msgspec

from probanda.errors import Malformed
from probanda.model.digest import AgentId, EntryId, agent_id, entry_id
from probanda.proof.encoding import MAX_INTEGER, instant

MAX_PLAIN_BYTES = 64 * 1024  # ours have 2 KiB
FIELDS = frozenset({"modified", "name", "path", "source"})

_SALT = re.compile("[A-Za-z0-9_-]{24}")  # 18 bytes: no padding, no unused bits
_URL = bytes.maketrans(b"-_", b"+/")
_STANDARD = bytes.maketrans(b"+/", b"-_")


class _Plain(msgspec.Struct, forbid_unknown_fields=True):
    """Members in the order of the canonical form."""


class _Envelope(_Plain):
    payload: str
    payloadType: Literal["application/vnd.probanda.entry+json"]  # the name in the format
    signatures: list[str]


class _Opening(_Plain):
    disclosures: list[str]
    envelope: _Envelope
    salt: str


class _Digest(_Plain):
    sha256: str
    sha512: str


class _Subject(_Plain):
    digest: _Digest


class _Seen(_Plain):
    root: str
    size: int


class _Body(_Plain):
    hidden: list[str] = msgspec.field(name="_sd")
    confidentiality: str | msgspec.UnsetType = msgspec.UNSET
    container: str | msgspec.UnsetType = msgspec.UNSET
    labels: list[str] | msgspec.UnsetType = msgspec.UNSET
    matter: str = ""
    media_type: str = ""
    size: int = -1


class _Predicate(_Plain):
    agent: str
    body: _Body
    enrolled: str
    origin: str
    seen: _Seen
    stated: str


class _Statement(_Plain):
    type: Literal["https://in-toto.io/Statement/v1"] = msgspec.field(name="_type")
    predicate: _Predicate
    predicateType: Literal["urn:x-probanda:entry:item-received:1"]
    subject: list[_Subject]


_opening = msgspec.json.Decoder(_Opening).decode
_statement = msgspec.json.Decoder(_Statement).decode
_disclosure = msgspec.json.Decoder(tuple[str, str, str | dict[str, str | dict[str, str] | None]]).decode
_encode = msgspec.json.Encoder(order="deterministic").encode
_instant = lru_cache(maxsize=1024)(instant)


class Reception(msgspec.Struct, frozen=True):
    """What the audit needs to know about a plain sealed reception."""

    salt: bytes
    agent: AgentId
    enrolled: EntryId
    seen_size: int
    seen_root: bytes
    sha256: bytes
    sha512: bytes
    size_bytes: int


def plain_reception(untrusted_line: bytes, origin: str) -> Reception | None:
    """The reception that the line opens, or None if the strict check is to look at it."""
    if b"\\" in untrusted_line or len(untrusted_line) > MAX_PLAIN_BYTES:
        return None
    try:
        opening = _opening(untrusted_line)
        envelope = opening.envelope
        if envelope.signatures or _encode(opening) + b"\n" != untrusted_line:
            return None
        payload = a2b_base64(envelope.payload, strict_mode=True)
        if b"\\" in payload or b2a_base64(payload, newline=False) != envelope.payload.encode():
            return None
        statement = _statement(payload)
        predicate, body = statement.predicate, statement.predicate.body
        if _encode(statement) != payload or predicate.origin != origin or len(statement.subject) != 1:
            return None
        _instant(predicate.stated)
        digest = statement.subject[0].digest
        if not _body_is_plain(body) or not 0 <= predicate.seen.size <= MAX_INTEGER:
            return None
        if not _disclosed(opening.disclosures, body.hidden):
            return None
        return Reception(
            _hex(opening.salt, 32),
            agent_id(predicate.agent),
            entry_id(predicate.enrolled),
            predicate.seen.size,
            _hex(predicate.seen.root, 32),
            _hex(digest.sha256, 32),
            _hex(digest.sha512, 64),
            body.size,
        )
    except (msgspec.MsgspecError, Base64Error, ValueError, Malformed):
        return None


def _body_is_plain(body: _Body) -> bool:
    _hex(body.matter, 32)
    if body.container is not msgspec.UNSET:
        _hex(body.container, 32)
    labels = [] if body.labels is msgspec.UNSET else body.labels
    return 0 <= body.size <= MAX_INTEGER and sorted(set(labels)) == labels


def _disclosed(disclosures: list[str], hidden: list[str]) -> bool:
    """Whether these are all the hidden fields of the entry, each well formed, and no name comes twice."""
    names: set[str] = set()
    digests = []
    for text in disclosures:
        encoded = text.encode()
        data = _base64url(encoded)
        if b"\\" in data:
            return False
        value = _disclosure(data)
        if _encode(value) != data or value[1] not in FIELDS or not _SALT.fullmatch(value[0]):
            return False
        if isinstance(value[2], dict) and not _keys_are_ascii(value[2]):
            return False
        names.add(value[1])
        digest = b2a_base64(hashlib.sha256(encoded).digest(), newline=False)
        digests.append(digest.translate(_STANDARD)[:43].decode())
    in_order = sorted(disclosures) == disclosures
    return in_order and len(names) == len(digests) and sorted(digests) == hidden


def _keys_are_ascii(value: dict[str, str | dict[str, str] | None]) -> bool:
    inner = [key for one in value.values() if isinstance(one, dict) for key in one]
    return all(key.isascii() for key in [*value, *inner])


def _base64url(encoded: bytes) -> bytes:
    """The bytes; ValueError if `encoded` is not what an encoder writes."""
    data = a2b_base64(encoded.translate(_URL) + b"=" * (-len(encoded) % 4), strict_mode=True)
    if b2a_base64(data, newline=False).translate(_STANDARD).rstrip(b"=") != encoded:
        raise ValueError("another form")
    return data


def _hex(text: str, size_bytes: int) -> bytes:
    """The bytes; ValueError if `text` is not their lowercase form."""
    data = bytes.fromhex(text)
    if len(data) != size_bytes or data.hex() != text:
        raise ValueError("another form")
    return data
