"""File names and paths as evidence gives them: bytes that are mostly, but not always, UTF-8.

Source: spec/entry.md entry-9.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping

from probanda.errors import Malformed
from probanda.model.entry import Value

_JOINER = frozenset("\u200d")  # letters of several scripts are joined by it


def name_value(raw: bytes) -> Value:
    """How an entry holds a name: text where the bytes are UTF-8, else the bytes in base64."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(raw).decode()}


def name_bytes(untrusted: Value) -> bytes:
    """The raw bytes of a name that `name_value` wrote.

    Raises:
        Malformed: it is neither form, or UTF-8 is hidden as bytes.
    """
    if isinstance(untrusted, str):
        return untrusted.encode()
    if not isinstance(untrusted, Mapping) or not isinstance(text := untrusted.get("base64"), str):
        raise Malformed("a name is neither text nor bytes")
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise Malformed(f"a name is not base64: {error}") from error
    if name_value(raw) != untrusted:
        raise Malformed("a name is not written as a writer would")
    return raw


def name_text(raw: bytes) -> str:
    """A name for people to read: bytes that are not UTF-8 show as \\xNN, control and format characters as
    escapes.
    """
    return escaped(raw.decode(errors="backslashreplace"), kept=_JOINER)


def escaped(text: str, *, kept: frozenset[str]) -> str:
    """Text in which control, format and direction characters stand as escapes, but for those `kept`."""
    return "".join(c if c.isprintable() or c in kept else c.encode("unicode_escape").decode() for c in text)
