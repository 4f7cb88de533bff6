"""The members of a zip file, in the order of their bytes, and every byte that belongs to none."""

from __future__ import annotations

import bz2
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from probanda.model.rawname import name_text
from probanda.work.intake.archive_folders import ArchiveFolders
from probanda.work.intake.limits import MAX_NAME_BYTES, Allowance, Limits
from probanda.work.intake.members import CHUNK_BYTES, NAME_TOO_LONG, Content, Member, Pieces
from probanda.work.intake.outcomes import MemberFailed, NotTaken, Outcome, Told
from probanda.work.intake.streams import Decoder, Inflate, decoded
from probanda.work.intake.zip_directory import Entry, read_directory, sizes64
from probanda.work.intake.zip_end import read_at

_LOCAL, _LOCAL_BYTES, _DESCRIPTOR = b"PK\x03\x04", 30, b"PK\x07\x08"
_ENCRYPTED, _SIZES_FOLLOW = 1 | 1 << 6 | 1 << 13, 1 << 3
_STORED = 0
_DECODERS: dict[int, Callable[[], Decoder]] = {8: lambda: Inflate(-15), 12: bz2.BZ2Decompressor}
_METHOD_NAMES = {9: "Deflate64", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES"}
_SHOWN_RANGES = 16  # ranges named one by one; the rest are counted
_MAX_TARGET_BYTES = 4096  # bytes: the longest target a link can have


class _Uncovered:
    """Ranges of the file that belong to no member."""

    def __init__(self) -> None:
        self.reached = 0
        self._ranges: list[str] = []
        self._count = 0

    def cover(self, start: int, end: int) -> None:
        if start > self.reached:
            self.add(self.reached, start)
        self.reached = max(self.reached, end)

    def add(self, start: int, end: int) -> None:
        if start == end:
            return
        self._count += 1
        if len(self._ranges) < _SHOWN_RANGES:
            self._ranges.append(f"{start} to {end - 1}")

    def told(self) -> Iterator[Told]:
        if self._count:
            more = f" and {self._count - _SHOWN_RANGES} more ranges" if self._count > _SHOWN_RANGES else ""
            where = ", ".join(self._ranges) + more
            yield Told(Outcome.REFUSED, b"", f"bytes {where} belong to no member: kept in the archive only")


def zip_members(file: BinaryIO, allowance: Allowance) -> Iterator[Member | Told]:
    """Every member of a seekable zip file, or why it is not taken.

    Raises:
        ArchiveStopped: it has no directory that could be read.
    """
    directory = read_directory(file, allowance.limits)
    located = directory.located
    uncovered, folders = _Uncovered(), ArchiveFolders()
    for entry, following in directory.entries(file):
        start, end, problem = _place(file, entry, located.start)
        if entry.offset < uncovered.reached or end > following:
            problem = "it shares bytes with another member or the directory (overlapping)"
        uncovered.cover(entry.offset, end)
        if not problem and _is_folder(entry):
            folders.list(entry.name)
            continue
        folders.fill_above(entry.name)
        if told := _not_taken(file, entry, start, problem):
            yield told
            continue
        content = _Checked(file, entry, start, allowance.limits)
        yield Member(entry.name, entry.modified, entry.size_bytes, Content(content.pieces(), allowance))
        uncovered.add(end - content.unused_bytes, end)
    yield from folders.told()
    if directory.problem:
        # What the rest of the directory would cover is not known, so nothing is said about it.
        yield Told(directory.problem.outcome, b"", directory.problem.reason)
        return
    uncovered.cover(located.start, located.end)
    uncovered.cover(located.records_start, located.records_end)
    uncovered.cover(located.file_bytes, located.file_bytes)
    yield from uncovered.told()


def _place(file: BinaryIO, entry: Entry, directory_start: int) -> tuple[int, int, str]:
    """Where a member's packed bytes begin and end by its own header, and what is wrong with that header."""
    header = read_at(file, entry.offset, _LOCAL_BYTES)
    if len(header) < _LOCAL_BYTES or not header.startswith(_LOCAL):
        return entry.offset, entry.offset + _LOCAL_BYTES, "no member begins where the directory says"
    flags, method, crc, packed, size, name_bytes, extra_bytes = struct.unpack_from("<HH4xIIIHH", header, 6)
    name, extra = file.read(name_bytes), file.read(extra_bytes)
    size, packed = sizes64(extra, size, packed)
    start = entry.offset + _LOCAL_BYTES + name_bytes + extra_bytes
    end = start + entry.packed_bytes
    agree = {
        "name": name == entry.name,
        "method": method == entry.method,
        "encryption": not (flags ^ entry.flags) & _ENCRYPTED,
    }
    claims = {
        "checksum": (crc, entry.crc),
        "packed size": (packed, entry.packed_bytes),
        "size": (size, entry.size_bytes),
    }
    for what, (own, listed) in claims.items():
        # A writer that could not seek back left zeros here and put the numbers behind the data.
        agree[what] = own == listed or bool(flags & _SIZES_FOLLOW and own == 0)
    if flags & _SIZES_FOLLOW and end <= directory_start:
        end += _descriptor_bytes(read_at(file, end, 24), entry)
    wrong = ", ".join(what for what, is_same in agree.items() if not is_same)
    return start, end, f"the directory and its own header disagree ({wrong})" if wrong else ""


def _descriptor_bytes(behind: bytes, entry: Entry) -> int:
    """How long the descriptor behind the data is: it exists with and without mark, in 32 and 64 bits."""
    for sizes in ("II", "QQ"):
        try:
            plain = struct.pack("<I" + sizes, entry.crc, entry.packed_bytes, entry.size_bytes)
        except struct.error:
            continue
        for whole in (_DESCRIPTOR + plain, plain):
            if behind.startswith(whole):
                return len(whole)
    return 0


def _is_folder(entry: Entry) -> bool:
    # Two bytes are what packing nothing gives; more would be something to look at.
    return entry.name.endswith(b"/") and not entry.size_bytes and entry.packed_bytes <= 2


def _not_taken(file: BinaryIO, entry: Entry, start: int, problem: str) -> Told | None:
    kind = stat.S_IFMT(entry.unix_mode)
    if entry.flags & _ENCRYPTED:
        return Told(Outcome.REFUSED, entry.name, "encrypted: a password is needed to read it")
    if len(entry.name) > MAX_NAME_BYTES:
        return Told(Outcome.REFUSED, entry.name[:MAX_NAME_BYTES], NAME_TOO_LONG)
    if problem:
        return Told(Outcome.REFUSED, entry.name, problem)
    if entry.method != _STORED and entry.method not in _DECODERS:
        method = _METHOD_NAMES.get(entry.method, str(entry.method))
        return Told(
            Outcome.REFUSED, entry.name, f"packed in a way that cannot be unpacked here (method {method})"
        )
    if kind == stat.S_IFLNK:
        return Told(Outcome.LINK, entry.name, _target(file, entry, start))
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return Told(Outcome.SPECIAL, entry.name, "a device, pipe or socket")
    return None


def _target(file: BinaryIO, entry: Entry, start: int) -> str:
    try:
        target = Pieces(_Checked(file, entry, start, Limits()).pieces()).read(_MAX_TARGET_BYTES)
    except NotTaken as failure:
        return f"a symbolic link whose target cannot be read ({failure.reason})"
    return f"a symbolic link to {name_text(target)}, not followed"


class _Checked:
    """The unpacked bytes of one member, held against what the directory says of them."""

    def __init__(self, file: BinaryIO, entry: Entry, start: int, limits: Limits) -> None:
        self._file = file
        self._entry = entry
        self._at = start
        self._left = entry.packed_bytes
        self._limits = limits
        self.unused_bytes = 0

    def pieces(self) -> Iterator[bytes]:
        entry, crc, unpacked_bytes = self._entry, 0, 0
        for piece in self._unpacked():
            unpacked_bytes += len(piece)
            crc = zlib.crc32(piece, crc)
            if self._limits.ratio_passed(unpacked_bytes, entry.packed_bytes - self._left):
                raise MemberFailed(Outcome.REFUSED, self._limits.ratio_reason)
            if unpacked_bytes > entry.size_bytes:
                raise MemberFailed(Outcome.UNREADABLE, "damaged: it holds more bytes than the archive says")
            yield piece
        if unpacked_bytes < entry.size_bytes:
            raise MemberFailed(Outcome.UNREADABLE, "damaged: it holds fewer bytes than the archive says")
        if crc != entry.crc:
            raise MemberFailed(Outcome.UNREADABLE, "damaged: its bytes do not match the archive's checksum")

    def _unpacked(self) -> Iterator[bytes]:
        if self._entry.method == _STORED:
            yield from iter(self._packed, b"")
            return
        decoder = _DECODERS[self._entry.method]()
        yield from decoded(decoder, self._packed)
        self.unused_bytes = len(decoder.unused_data) + self._left

    def _packed(self) -> bytes:
        block = read_at(self._file, self._at, min(self._left, CHUNK_BYTES))
        self._at += len(block)
        self._left -= len(block)
        return block
