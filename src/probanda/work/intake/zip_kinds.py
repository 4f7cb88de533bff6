"""Which zip files are documents of their own kind: those stay one item, the others are walked."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

# Formats that put their own media type, uncompressed, into a first member of this name.
_NAMES_ITSELF = b"mimetype"
_OWN_TYPE = re.compile(
    rb"application/(?:epub\+zip|vnd\.(?:oasis\.opendocument|sun\.xml)\.[a-z.-]{1,40})(?=PK|$)"
)

_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)


def zip_kind(head: bytes, tail: bytes) -> str:
    """The media type of a zip file that is one document, or an empty string for a plain container."""
    names = [*_names_from_start(head), *_names_from_directory(tail)]
    if not names:
        return ""
    if names[0] == _NAMES_ITSELF and (own := _own_type(head)):
        return own
    known = frozenset(names)
    if b"[Content_Types].xml" in known:
        for folder, kind in _OFFICE:
            if any(name.startswith(folder) for name in known):
                return kind
    if b"AndroidManifest.xml" in known:
        return "application/vnd.android.package-archive"
    if b"META-INF/MANIFEST.MF" in names[:2]:
        return "application/java-archive"
    if b"datapackage.json" in known and any(name.startswith(b"archive/") for name in known):
        return "application/wacz"
    return "application/vnd.google-earth.kmz" if names[0] == b"doc.kml" else ""


def _own_type(head: bytes) -> str:
    name_bytes, extra_bytes = struct.unpack_from("<HH", head, 26)
    found = _OWN_TYPE.match(head, 30 + name_bytes + extra_bytes)
    return found[0].decode("ascii") if found else ""


def _names_from_start(head: bytes) -> Iterator[bytes]:
    """Member by member, never by searching: a document stored inside has headers of its own."""
    at = head.find(b"PK\x03\x04", 0, 8)
    while 0 <= at <= len(head) - 30 and head.startswith(b"PK\x03\x04", at):
        flags, packed_bytes = (
            struct.unpack_from("<H", head, at + 6)[0],
            struct.unpack_from("<I", head, at + 18)[0],
        )
        name_bytes, extra_bytes = struct.unpack_from("<HH", head, at + 26)
        name = head[at + 30 : at + 30 + name_bytes]
        if len(name) == name_bytes:
            yield name
        if flags & 8 and not packed_bytes:
            return
        at += 30 + name_bytes + extra_bytes + packed_bytes


def _names_from_directory(tail: bytes) -> Iterator[bytes]:
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or end > len(tail) - 22:
        return
    (directory_bytes,) = struct.unpack_from("<I", tail, end + 12)
    at = end - directory_bytes
    while 0 <= at <= end - 46 and tail.startswith(b"PK\x01\x02", at):
        name_bytes, extra_bytes, comment_bytes = struct.unpack_from("<HHH", tail, at + 28)
        yield tail[at + 46 : at + 46 + name_bytes]
        at += 46 + name_bytes + extra_bytes + comment_bytes
