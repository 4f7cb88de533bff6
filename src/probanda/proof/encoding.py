"""Canonical bytes: the only way into and out of anything that is signed or hashed.

Source: spec/encoding.md; RFC 8785 (JCS) restricted to ASCII keys and integers, so that the standard
library's sorted output is the canonical form.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from datetime import UTC, datetime
from typing import NoReturn

from probanda.errors import Malformed
from probanda.model.entry import Value

Json = Value

MAX_INTEGER = 2**53 - 1  # the largest that every JSON reader keeps exactly
MAX_DEPTH = 32  # levels; ours use 6, and deeper ones only serve to exhaust a parser

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?Z", re.ASCII)


def canonical(value: Json) -> bytes:
    """The one byte form of `value`.

    Raises:
        Malformed: a float, a number beyond 2^53-1, a key that is not ASCII, or a lone surrogate.
    """
    try:
        data = _encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed(f"no canonical form: {error}") from error
    _check_tree(value, 1)
    return data


def parse_canonical(untrusted: bytes) -> Json:
    """The value of a JSON text that is byte for byte in canonical form.

    Raises:
        Malformed: anything else, with the reason.
    """
    try:
        text = untrusted.decode()
        value: Json = json.loads(
            text, parse_float=_refuse_float, parse_int=_exact_integer, parse_constant=_refuse_float
        )
        again = _encode(value).encode()
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not canonical JSON: {error}") from error
    # Equal output also excludes repeated keys, white space, other escapes and other orders.
    if again != untrusted:
        raise Malformed("not canonical JSON: the same value is written differently")
    if not untrusted.isascii() or untrusted.count(b"[") + untrusted.count(b"{") > MAX_DEPTH:
        _check_tree(value, 1)
    return value


def _check_tree(value: Json, depth: int) -> None:
    if value is None or isinstance(value, str):  # bool is a kind of int, str is what there is most of
        return
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise Malformed("no canonical form: an integer beyond 2^53-1")
        return
    if isinstance(value, float):
        raise Malformed("no canonical form: a floating-point number")
    if depth > MAX_DEPTH:
        raise Malformed(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise Malformed("a key is not ASCII")
            _check_tree(inner, depth + 1)
        return
    if not isinstance(value, list | tuple):
        raise Malformed(f"no canonical form: a {type(value).__name__}")
    for inner in value:
        _check_tree(inner, depth + 1)


def _refuse_float(text: str) -> NoReturn:
    raise Malformed(f"not canonical JSON: the number {text[:40]}")


def _exact_integer(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        raise Malformed("not canonical JSON: an integer beyond 2^53-1")
    return number


def base64_text(data: bytes) -> str:
    """RFC 4648 section 4, padded."""
    return b2a_base64(data, newline=False).decode()


def base64_bytes(untrusted: str) -> bytes:
    """The bytes of `untrusted`, which must be exactly what `base64_text` writes.

    Raises:
        Malformed: other characters, padding, or bits that an encoder would not set.
    """
    try:
        data = a2b_base64(untrusted.encode("ascii"), strict_mode=True)
    except (Base64Error, ValueError) as error:
        raise Malformed(f"not base64: {error}") from error
    if b2a_base64(data, newline=False).decode() != untrusted:
        raise Malformed("not base64 as an encoder writes it")
    return data


def base64url_text(data: bytes) -> str:
    """RFC 4648 section 5, without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_bytes(untrusted: str) -> bytes:
    """The bytes of `untrusted`, which must be exactly what `base64url_text` writes.

    Raises:
        Malformed: anything else.
    """
    if "+" in untrusted or "/" in untrusted or "=" in untrusted:
        raise Malformed("not base64url")
    standard = untrusted.replace("-", "+").replace("_", "/")
    return base64_bytes(standard + "=" * (-len(standard) % 4))


def instant(untrusted: object) -> str:
    """`untrusted` if it is an instant as encoding-6 writes it.

    Raises:
        Malformed: it is not, or the date does not exist.
    """
    if not isinstance(untrusted, str) or not (match := _INSTANT.fullmatch(untrusted)):
        raise Malformed("not an instant of the form YYYY-MM-DDTHH:MM:SSZ")
    try:
        datetime(*map(int, match.groups()[:6]), tzinfo=UTC)  # type: ignore[misc, arg-type]  # six integers by the pattern
    except ValueError as error:
        raise Malformed(f"no such instant: {error}") from error
    return untrusted


def instant_text(moment: datetime) -> str:
    """An aware moment in UTC to the second.

    Raises:
        Malformed: `moment` is naive.
    """
    if moment.tzinfo is None:
        raise Malformed("a moment without a zone: convert it, do not relabel it")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
