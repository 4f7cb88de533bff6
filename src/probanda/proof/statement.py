"""Between an entry and its payload.

Source: spec/entry.md entry-1 to entry-5; in-toto Attestation Framework, Statement v1.
"""

from __future__ import annotations

import re

from probanda.errors import Malformed
from probanda.model.digest import Digests, agent_id, entry_id, sha256, sha512
from probanda.model.entry import Entry, Head
from probanda.proof.encoding import Json, canonical, instant, parse_canonical
from probanda.proof.fields import hidden_digests

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
SEALED_KINDS = frozenset({"item-received", "item-examined", "access-logged"})  # entry-16
MAX_SUBJECTS = 100_000  # items in one package; beyond it a package is split

_PREDICATE_TYPE = re.compile(r"urn:x-probanda:entry:([a-z0-9-]{1,64}):1")
_ORIGIN = re.compile(r"[^\s+\x00-\x20\x7f]+")


def predicate_type(kind: str) -> str:
    """How a statement names its kind (entry-2)."""
    return f"urn:x-probanda:entry:{kind}:1"


def encode_statement(entry: Entry) -> bytes:
    """The payload of `entry`: the bytes that are signed."""
    return canonical(
        {
            "_type": STATEMENT_TYPE,
            "predicate": {
                "agent": entry.agent,
                "body": entry.body,
                "enrolled": entry.enrolled,
                "origin": entry.origin,
                "seen": {"root": entry.seen.root.hex(), "size": entry.seen.size},
                "stated": entry.stated,
            },
            "predicateType": predicate_type(entry.kind),
            "subject": [{"digest": {"sha256": s.sha256, "sha512": s.sha512}} for s in entry.subjects],
        }
    )


def parse_statement(untrusted_payload: bytes) -> Entry:
    """The entry that a payload holds.

    Raises:
        Malformed: the payload is not canonical, or not a statement of this version.
    """
    value = parse_canonical(untrusted_payload)
    if not isinstance(value, dict) or set(value) != {"_type", "predicate", "predicateType", "subject"}:
        raise Malformed("a statement does not have exactly its four members")
    if value["_type"] != STATEMENT_TYPE:
        raise Malformed("not an in-toto Statement v1")
    kind_name = value["predicateType"]
    match = _PREDICATE_TYPE.fullmatch(kind_name) if isinstance(kind_name, str) else None
    if not match:
        raise Malformed("not an entry of version 1")
    predicate = value["predicate"]
    if not isinstance(predicate, dict):
        raise Malformed("an entry's predicate is not an object")
    missing = {"agent", "body", "enrolled", "origin", "seen", "stated"} - set(predicate)
    if missing:
        raise Malformed(f"an entry lacks {', '.join(sorted(missing))}")
    body = predicate["body"]
    if not isinstance(body, dict):
        raise Malformed("an entry's body is not an object")
    hidden_digests(body)
    enrolled = predicate["enrolled"]
    return Entry(
        kind=match[1],
        agent=agent_id(predicate["agent"]),
        enrolled=None if enrolled is None else entry_id(enrolled),
        origin=origin_name(predicate["origin"]),
        seen=_head(predicate["seen"]),
        stated=instant(predicate["stated"]),
        subjects=_subjects(value["subject"]),
        body=body,
    )


def _head(untrusted: Json) -> Head:
    if not isinstance(untrusted, dict) or set(untrusted) != {"root", "size"}:
        raise Malformed("a head does not have exactly root and size")
    size = untrusted["size"]
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise Malformed("a head's size is not a number from 0 on")
    return Head(size, bytes.fromhex(sha256(untrusted["root"])))


def _subjects(untrusted: Json) -> tuple[Digests, ...]:
    if not isinstance(untrusted, list) or len(untrusted) > MAX_SUBJECTS:
        raise Malformed("an entry's subjects are not a list, or too many")
    subjects: list[Digests] = []
    for one in untrusted:
        digest = one.get("digest") if isinstance(one, dict) and set(one) == {"digest"} else None
        if not isinstance(digest, dict) or set(digest) != {"sha256", "sha512"}:
            raise Malformed("a subject is not named by exactly sha256 and sha512")
        subjects.append(Digests(sha256(digest["sha256"]), sha512(digest["sha512"])))
    return tuple(subjects)


def origin_name(untrusted: object) -> str:
    """`untrusted` if it can name a log (log-2), or Malformed."""
    if (
        not isinstance(untrusted, str)
        or not _ORIGIN.fullmatch(untrusted)
        or len(untrusted.encode(errors="surrogatepass")) > 200
    ):
        raise Malformed(
            "an origin is a name of at most 200 bytes without white space, control characters or +"
        )
    return untrusted
