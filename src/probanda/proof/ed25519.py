"""Ed25519 as entry-11 wants it: stricter than most libraries about keys, cofactorless like OpenSSL.

Source: RFC 8032 section 5.1; spec/entry.md entry-11.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probanda.errors import Malformed

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
KEY_BYTES, SIGNATURE_BYTES = 32, 64

# y coordinates of the eight points of small order; with such a key anyone can make signatures.
_ORDER_8_Y = int.from_bytes(
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
)
_SMALL_ORDER_Y = frozenset({0, 1, P - 1, _ORDER_8_Y, P - _ORDER_8_Y})


@lru_cache(maxsize=256)
def public_key(raw: bytes) -> Ed25519PublicKey:
    """The key whose 32 raw bytes are `raw`.

    Raises:
        Malformed: wrong length, not canonically encoded, or of small order.
    """
    if len(raw) != KEY_BYTES:
        raise Malformed(f"a public key of {len(raw)} bytes, not {KEY_BYTES}")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= P:
        raise Malformed("a public key that is not canonically encoded")
    if y in _SMALL_ORDER_Y:
        raise Malformed("a public key of small order")
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise Malformed(f"not a public key: {error}") from error


def verifies(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `key`; False for a key no one
    may use.
    """
    if len(signature) != SIGNATURE_BYTES:
        return False
    if int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        public_key(key).verify(signature, message)
    except (InvalidSignature, Malformed):
        return False
    return True
