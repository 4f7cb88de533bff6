"""The directory of a zip file, read record by record, nothing in it believed.

The standard library's reader is not used: it decodes names, loses all members over one bad one, and has no
guard against members that overlap.
Source: APPNOTE.TXT 6.3.10, sections 4.3.12, 4.4 and 4.5.3.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from probanda.work.intake.limits import Limits
from probanda.work.intake.outcomes import ArchiveStopped, Outcome
from probanda.work.intake.zip_end import RECORD, Located, locate_directory, read_at

_RECORD_BYTES = 46
_IN_EXTRA_FIELD = 0xFFFFFFFF
_MADE_ON_UNIX = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as the directory claims it; `offset` is where its own header should stand in the file."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    offset: int
    modified: str | None
    unix_mode: int


@dataclass(frozen=True, slots=True)
class Directory:
    """The records of a directory, in the order in which their members lie in the file.

    `problem` stops short of a whole directory: damage, a limit, or a wrong count; empty if there is none.
    """

    located: Located
    positions: tuple[int, ...]
    offsets: tuple[int, ...]
    problem: ArchiveStopped | None

    def entries(self, file: BinaryIO) -> Iterator[tuple[Entry, int]]:
        """Each entry with the offset at which the next one begins (for the last: the directory)."""
        for index, position in enumerate(self.positions):
            following = (*self.offsets[index + 1 : index + 2], self.located.start)[0]
            entry, _ = _entry(file, position, self.located.shift)
            yield entry, following


def read_directory(file: BinaryIO, limits: Limits) -> Directory:
    """The directory of a seekable zip file; of each record only its place is held in memory.

    Raises:
        ArchiveStopped: there is none, or it cannot be where it says it is.
    """
    located = locate_directory(file)
    positions, offsets = array("Q"), array("Q")
    at, problem = located.start, None
    try:
        while at < located.end:
            if len(positions) >= limits.members:
                raise ArchiveStopped(Outcome.REFUSED, f"limit: more than {limits.members:,} members")
            entry, following = _entry(file, at, located.shift)
            positions.append(at)
            offsets.append(entry.offset)
            at = following
        # The small record counts only to 65,535 and then begins again.
        if located.count & 0xFFFF != len(positions) & 0xFFFF:
            counts = f"announces {located.count:,} members and lists {len(positions):,}"
            raise ArchiveStopped(Outcome.UNREADABLE, f"its directory {counts}")
    except ArchiveStopped as stopped:
        problem = stopped
    order = sorted(range(len(positions)), key=offsets.__getitem__)
    in_order = tuple(positions[index] for index in order), tuple(offsets[index] for index in order)
    return Directory(located, *in_order, problem)


def _entry(file: BinaryIO, at: int, shift: int) -> tuple[Entry, int]:
    fixed = read_at(file, at, _RECORD_BYTES)
    if len(fixed) < _RECORD_BYTES or not fixed.startswith(RECORD):
        raise ArchiveStopped(Outcome.UNREADABLE, f"its directory is damaged at byte {at}")
    flags, method, time, date, crc, packed, size = struct.unpack_from("<HHHHIII", fixed, 8)
    name_bytes, extra_bytes, comment_bytes, outside, offset = struct.unpack_from("<HHH4xII", fixed, 28)
    variable = file.read(name_bytes + extra_bytes)
    if len(variable) < name_bytes + extra_bytes:
        raise ArchiveStopped(Outcome.UNREADABLE, f"its directory is damaged at byte {at}")
    size, packed, offset = sizes64(variable[name_bytes:], size, packed, offset)
    if offset + shift > at:
        raise ArchiveStopped(Outcome.UNREADABLE, f"its directory points outside the file at byte {at}")
    mode = outside >> 16 if fixed[5] == _MADE_ON_UNIX else 0
    modified = _claimed_time(date, time)
    entry = Entry(variable[:name_bytes], flags, method, crc, packed, size, offset + shift, modified, mode)
    return entry, at + _RECORD_BYTES + len(variable) + comment_bytes


def sizes64(extra: bytes, *fields: int) -> tuple[int, ...]:
    """The `fields` of a header, each replaced from the zip64 extra field where it is filled with ones."""
    at = 0
    while at + 4 <= len(extra):
        identifier, length = struct.unpack_from("<HH", extra, at)
        if identifier == 1:
            values = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return tuple(next(values, field) if field == _IN_EXTRA_FIELD else field for field in fields)
        at += 4 + length
    return fields


def _claimed_time(date: int, time: int) -> str | None:
    year, month, day = (date >> 9) + 1980, date >> 5 & 15, date & 31
    try:
        # The format has no zone, and we make none up.
        return datetime(year, month, day, time >> 11, time >> 5 & 63, (time & 31) * 2).isoformat()  # noqa: DTZ001
    except ValueError:
        return None
