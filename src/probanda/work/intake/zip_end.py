"""Where the directory of a zip file lies, from the record at the file's end.

Source: APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from probanda.work.intake.outcomes import ArchiveStopped, Outcome

RECORD = b"PK\x01\x02"
_END, _END_BYTES = b"PK\x05\x06", 22
_END64, _END64_BYTES, _LOCATOR64, _LOCATOR64_BYTES = b"PK\x06\x06", 56, b"PK\x06\x07", 20
_MAX_COMMENT_BYTES = 0xFFFF


@dataclass(frozen=True, slots=True)
class Located:
    """The directory fills `start` to `end` and claims `count` members; `shift` is to be added to its offsets.

    The end records fill `records_start` to `records_end`; the file has `file_bytes`.
    """

    start: int
    end: int
    shift: int
    count: int
    records_start: int
    records_end: int
    file_bytes: int


def locate_directory(file: BinaryIO) -> Located:
    """Find the directory of a seekable zip file.

    Raises:
        ArchiveStopped: there is none, or it cannot be where it is said to be.
    """
    file_bytes = file.seek(0, io.SEEK_END)
    end_at, comment_bytes = _find_end(file, file_bytes)
    records_end = end_at + _END_BYTES + comment_bytes
    records_start, disk, count, size_bytes, claimed = _end_record(file, end_at)
    if disk:
        raise ArchiveStopped(
            Outcome.REFUSED, "one part of an archive in several parts: put them together first"
        )
    start = records_start - size_bytes
    if start < claimed or start < 0:
        raise ArchiveStopped(Outcome.UNREADABLE, "its directory lies outside the file: cut short, or damaged")
    if read_at(file, start, 4) != RECORD and read_at(file, claimed, 4) == RECORD:
        start = claimed
    # Bytes put before a whole zip file move everything by their number; its own offsets do not know of them.
    shift = start - claimed
    return Located(start, start + size_bytes, shift, count, records_start, records_end, file_bytes)


def read_at(file: BinaryIO, at: int, size_bytes: int) -> bytes:
    """Up to `size_bytes` from offset `at`."""
    file.seek(at)
    return file.read(size_bytes)


def _find_end(file: BinaryIO, file_bytes: int) -> tuple[int, int]:
    """Offset and comment length of the last end record, preferring one whose comment ends with the file."""
    begin = max(0, file_bytes - _END_BYTES - _MAX_COMMENT_BYTES)
    tail = read_at(file, begin, _END_BYTES + _MAX_COMMENT_BYTES)
    last: tuple[int, int] | None = None
    found = tail.rfind(_END, 0, max(0, len(tail) - _END_BYTES + len(_END)))
    while found >= 0:
        (comment_bytes,) = struct.unpack_from("<H", tail, found + 20)
        left = len(tail) - found - _END_BYTES - comment_bytes
        if left == 0:
            return begin + found, comment_bytes
        if left > 0 and last is None:
            last = (begin + found, comment_bytes)
        found = tail.rfind(_END, 0, found)
    if last is None:
        raise ArchiveStopped(Outcome.UNREADABLE, "its directory is missing: cut short, or not copied whole")
    return last


def _end_record(file: BinaryIO, end_at: int) -> tuple[int, int, int, int, int]:
    """Where the end records begin, number of this disk, of members, of directory bytes, and its offset."""
    locator_at = end_at - _LOCATOR64_BYTES
    locator = read_at(file, locator_at, _LOCATOR64_BYTES) if locator_at >= 0 else b""
    if locator.startswith(_LOCATOR64):
        # Bytes put before the archive move this record too: look where it says, then before the locator.
        for at in (struct.unpack_from("<Q", locator, 8)[0], locator_at - _END64_BYTES):
            record = read_at(file, at, _END64_BYTES) if 0 <= at <= locator_at - _END64_BYTES else b""
            if record.startswith(_END64):
                return at, *struct.unpack_from("<I4x8xQQQ", record, 16)
    disk, count, size_bytes, start = struct.unpack_from("<H2x2xHII", read_at(file, end_at, _END_BYTES), 4)
    return end_at, disk, count, size_bytes, start
