"""Hidden fields: salted digests in what is signed, values beside it, each of which may be withheld.

Source: spec/entry.md entry-6 to entry-9; RFC 9901 section 4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from probanda.errors import Malformed
from probanda.proof.encoding import Json, base64url_bytes, base64url_text, canonical, parse_canonical

HIDDEN = "_sd"
SALT_BYTES = 18  # at least 16 are demanded; 18 need no padding
MIN_SALT_BYTES = 16
MAX_HIDDEN = 256  # digests in one entry; ours use 4


def disclosure(salt: bytes, name: str, value: Json) -> str:
    """The text that opens one hidden field."""
    return base64url_text(canonical([base64url_text(salt), name, value]))


def field_digest(disclosed: str) -> str:
    """What stands in `_sd` for this disclosure."""
    return base64url_text(hashlib.sha256(disclosed.encode()).digest())


def parse_disclosure(untrusted: str) -> tuple[str, Json]:
    """Name and value of one disclosure.

    Raises:
        Malformed: it does not follow entry-6.
    """
    value = parse_canonical(base64url_bytes(untrusted))
    if not isinstance(value, list) or len(value) != 3:
        raise Malformed("a disclosure is not [salt, name, value]")
    salt, name, content = value
    if not isinstance(salt, str) or len(base64url_bytes(salt)) < MIN_SALT_BYTES:
        raise Malformed(f"a disclosure's salt is shorter than {MIN_SALT_BYTES} bytes")
    if not isinstance(name, str) or not name.isascii() or name in ("", HIDDEN, "..."):
        raise Malformed("a disclosure's name is not allowed")
    return name, content


def open_fields(body: Mapping[str, Json], untrusted_disclosures: Iterable[str]) -> dict[str, Json]:
    """The hidden fields of `body` that these disclosures open, by name.

    Raises:
        Malformed: a disclosure that `body` does not list, a repeated name, or one that `body` holds in clear.
    """
    listed = hidden_digests(body)
    opened: dict[str, Json] = {}
    for untrusted in untrusted_disclosures:
        if field_digest(untrusted) not in listed:
            raise Malformed("a disclosure is not among the digests of the entry")
        name, value = parse_disclosure(untrusted)
        if name in opened or name in body:
            raise Malformed(f"the field {name!r} is given twice")
        opened[name] = value
    return opened


def hidden_digests(body: Mapping[str, Json]) -> frozenset[str]:
    """The digests in `_sd`, checked for form and order."""
    digests = body.get(HIDDEN, [])
    if not isinstance(digests, list) or len(digests) > MAX_HIDDEN:
        raise Malformed("_sd is not a list of digests")
    known: set[str] = set()
    last = ""
    for digest in digests:
        if not isinstance(digest, str) or digest <= last or len(digest) != 43:
            raise Malformed("_sd is not a sorted list of different digests")
        base64url_bytes(digest)
        known.add(digest)
        last = digest
    return frozenset(known)
