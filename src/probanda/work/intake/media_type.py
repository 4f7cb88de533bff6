"""What kind of file some bytes are, from the bytes alone: names are claims and are never asked."""

from __future__ import annotations

import io
from typing import BinaryIO

from probanda.work.intake.binary_kinds import binary_kind
from probanda.work.intake.text_kinds import text_kind
from probanda.work.intake.zip_kinds import zip_kind

HEAD_BYTES = 8192  # bytes: the first names of a zip, the first frames of audio, the root element of XML
TAIL_BYTES = 65_536  # bytes: the directory at the end of most zip files
VOLUME_OFFSET = 32_768  # bytes: where ISO 9660 puts its first volume descriptor
VOLUME_BYTES = 6  # bytes: type and standard identifier

UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"
ZIP = "application/zip"


def media_type(head: bytes, *, tail: bytes = b"", volume: bytes = b"") -> str:
    """The media type that the content shows; `application/octet-stream` where it shows none.

    `head` is the first HEAD_BYTES (or all, if there are fewer). `tail`, the last TAIL_BYTES, only tells zip
    files of one kind from those of another; `volume`, the VOLUME_BYTES at VOLUME_OFFSET, only tells disc
    images from unknown bytes; `media_type_of` reads them where they matter. Shows how a file starts, not that
    it is whole.
    """
    if not head:
        return EMPTY
    kind = binary_kind(head)
    if kind == ZIP:
        return zip_kind(head, tail) or ZIP
    if kind:
        return kind
    if volume[1:] == b"CD001":
        return "application/x-iso9660-image"
    return text_kind(head) or UNKNOWN


def media_type_of(file: BinaryIO) -> str:
    """The media type of a seekable file, reading at most head, tail and volume; its position changes.

    Raises:
        OSError: the file could not be read.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    kind = media_type(head)
    if kind == ZIP:
        size_bytes = file.seek(0, io.SEEK_END)
        file.seek(max(0, size_bytes - TAIL_BYTES))
        return media_type(head, tail=file.read(TAIL_BYTES))
    if kind == UNKNOWN and len(head) == HEAD_BYTES:
        file.seek(VOLUME_OFFSET)
        return media_type(head, volume=file.read(VOLUME_BYTES))
    return kind
