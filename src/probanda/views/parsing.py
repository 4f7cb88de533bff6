"""From the line of an opening to what views fold: quickly, and trusting it.

Nothing is checked here beyond its shape: whether openings, leaves and signatures agree is the audit's
question. A view made from damaged openings is as wrong as they are, and is rebuilt when they are mended.

A reception in the ordinary form is read straight to what its fold needs. Whatever is not in that form is
read the long way, which also says what is wrong with it.
"""

from __future__ import annotations

from binascii import a2b_base64
from functools import lru_cache
from itertools import pairwise

import msgspec
from msgspec import UNSET, UnsetType

from probanda.errors import Malformed
from probanda.model.digest import AgentId, Digests, EntryId, entry_id, sha256, sha512
from probanda.model.entry import Entry, Head, Value
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.rawname import name_bytes
from probanda.views.folds.items import MAX_SIZE_BYTES, place, received, searchable
from probanda.views.protecting import given_degree, label_bits
from probanda.views.record import Received, Record

KIND_PREFIX, KIND_SUFFIX = "urn:x-probanda:entry:", ":1"

_RECEPTION = KIND_PREFIX + ItemReceived.KIND + KIND_SUFFIX
_STANDARD = bytes.maketrans(b"-_", b"+/")  # payloads have neither; disclosures are base64url

Unfit = (msgspec.MsgspecError, ValueError, Malformed)


class _Envelope(msgspec.Struct):
    payload: str


class _Opening(msgspec.Struct):
    disclosures: list[str]
    envelope: _Envelope


class _Digest(msgspec.Struct):
    sha256: str
    sha512: str


class _Subject(msgspec.Struct):
    digest: _Digest


class _Seen(msgspec.Struct):
    root: str
    size: int


class _Predicate(msgspec.Struct):
    agent: str
    body: dict[str, object]
    enrolled: str | None
    origin: str
    seen: _Seen
    stated: str


class _Statement(msgspec.Struct):
    predicate: _Predicate
    predicateType: str
    subject: list[_Subject]


class _Body(msgspec.Struct):
    matter: str
    media_type: str
    size: int
    container: str | UnsetType = UNSET
    labels: list[str] | UnsetType = UNSET
    confidentiality: str | UnsetType = UNSET


class _Receiving(msgspec.Struct):
    agent: str
    body: _Body
    enrolled: str
    seen: _Seen
    stated: str


class _Reception(msgspec.Struct):
    predicate: _Receiving
    predicateType: str
    subject: list[_Subject]


_opening = msgspec.json.Decoder(_Opening).decode
_statement = msgspec.json.Decoder(_Statement).decode
_reception = msgspec.json.Decoder(_Reception).decode
_disclosed = msgspec.json.Decoder(tuple[str, str, object]).decode


def parse(index: int, id: EntryId, line: bytes) -> Record | Received:
    """The entry that this opening holds: a `Received` if it is a reception that fits its kind.

    Raises one of `Unfit`: it is none of this version.
    """
    opening = _opening(line.translate(_STANDARD))
    payload = a2b_base64(opening.envelope.payload)
    try:
        one = _reception(payload)
        if one.predicateType == _RECEPTION and len(one.subject) == 1:
            return _read(index, id, one.predicate, one.subject[0].digest, _fields(opening))
    except Unfit:
        pass  # another kind, or not in the ordinary form
    record = _record(index, id, _statement(payload), _fields(opening))
    if record.kind == ItemReceived.KIND and None not in record.fields.values():
        try:
            return received(record)
        except Malformed:
            return record  # the fold says why
    return record


def _fields(opening: _Opening) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    for disclosed in opening.disclosures:
        _, name, value = _disclosed(a2b_base64(disclosed + "=="))
        fields[name] = value  # type: ignore[assignment]  # JSON without floats, as the writer made it
    return fields


def _read(index: int, id: EntryId, said: _Receiving, item: _Digest, fields: dict[str, Value]) -> Received:
    body = said.body
    if not 0 <= body.size <= MAX_SIZE_BYTES:
        raise Malformed("not a size")
    source, modified = fields.get("source", {}), fields.get("modified")
    name, path = fields.get("name"), fields.get("path")
    if not isinstance(source, dict) or not isinstance(modified, str | None) or None in fields.values():
        raise Malformed("not in the ordinary form")
    via, root = source.get("via"), source.get("root")
    if not isinstance(via, str) or ("root" in source and root is None):
        raise Malformed("not in the ordinary form")
    labels, degree = _protection(
        () if body.labels is UNSET else tuple(body.labels),
        None if body.confidentiality is UNSET else body.confidentiality,
    )
    digest = _raw(item.sha256, 32)
    raw_name = None if name is None else name_bytes(name)
    raw_path = None if path is None else name_bytes(path)
    return Received(
        index,
        id,
        AgentId(said.agent),
        said.stated,
        EntryId(body.matter),
        digest,
        _raw(item.sha512, 64),
        body.size,
        body.media_type,
        None if body.container is UNSET else entry_id(body.container),
        labels,
        degree,
        raw_name,
        raw_path,
        searchable(raw_path, raw_name),
        modified,
        via,
        None if root is None else _root(root) if isinstance(root, str) else name_bytes(root),
        None if raw_path is None else place(_matter(body.matter), raw_path, digest),
    )


def _raw(text: str, size_bytes: int) -> bytes:
    raw = bytes.fromhex(text)
    if len(raw) != size_bytes or raw.hex() != text:
        raise Malformed("not a digest in lowercase hexadecimal")
    return raw


@lru_cache(maxsize=1000)
def _matter(text: str) -> bytes:
    return bytes.fromhex(entry_id(text))


@lru_cache(maxsize=1000)
def _root(text: str) -> bytes:
    return text.encode()


@lru_cache(maxsize=1000)
def _protection(labels: tuple[str, ...], confidentiality: str | None) -> tuple[int, int | None]:
    if any(a >= b for a, b in pairwise(labels)):
        raise Malformed("labels are not sorted")
    return label_bits(labels), given_degree(labels, confidentiality)


def _record(index: int, id: EntryId, statement: _Statement, fields: dict[str, Value]) -> Record:
    predicate, kind = statement.predicate, statement.predicateType
    if not kind.startswith(KIND_PREFIX) or not kind.endswith(KIND_SUFFIX):
        raise Malformed("not an entry of version 1")
    entry = Entry(
        kind[len(KIND_PREFIX) : -len(KIND_SUFFIX)],
        AgentId(predicate.agent),
        None if predicate.enrolled is None else EntryId(predicate.enrolled),
        predicate.origin,
        Head(predicate.seen.size, bytes.fromhex(predicate.seen.root)),
        predicate.stated,
        tuple([Digests(sha256(s.digest.sha256), sha512(s.digest.sha512)) for s in statement.subject]),
        predicate.body,  # type: ignore[arg-type]  # JSON without floats, as the writer made it
    )
    return Record(index, id, entry, fields)
