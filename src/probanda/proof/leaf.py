"""The salted commitment that stands in the public log for an entry, and the ids made from it.

Source: spec/entry.md entry-12, entry-13; RFC 6962 section 2.1 for the leaf hash.
"""

from __future__ import annotations

import hashlib

from probanda.errors import Malformed

LEAF_BYTES = 97
SALT_BYTES = 32
_DOMAIN = b"probanda:leaf:1\0"


def leaf(salt: bytes, envelope: bytes) -> bytes:
    """97 bytes that bind to `envelope` and, without `salt`, tell nothing about it."""
    if len(salt) != SALT_BYTES:
        raise Malformed(f"a salt of {len(salt)} bytes, not {SALT_BYTES}")
    committed = b"".join((_DOMAIN, salt, len(envelope).to_bytes(8, "big"), envelope))
    return b"\x01" + hashlib.sha256(committed).digest() + hashlib.sha512(committed).digest()


def leaf_hash(untrusted_leaf: bytes) -> bytes:
    """The hash of a leaf in the tree; in hexadecimal it is the id of the entry."""
    return hashlib.sha256(b"\0" + untrusted_leaf).digest()
