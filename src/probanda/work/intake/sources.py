"""What originals are read from: files and members, each watched while it is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO, Protocol

from probanda.work.intake.media_type import (
    HEAD_BYTES,
    TAIL_BYTES,
    UNKNOWN,
    VOLUME_BYTES,
    VOLUME_OFFSET,
    ZIP,
    media_type,
)
from probanda.work.intake.opening import same_before_and_after
from probanda.work.intake.outcomes import NotTaken, Outcome, in_plain_words

Stopped = Callable[[], bool]


class StoppedByUser(Exception):
    """The intake was asked to stop while an input was being read; nothing of it is kept."""


class Reads(Protocol):
    """A stream of bytes."""

    def read(self, size_bytes: int, /) -> bytes:
        """Some bytes, at most `size_bytes`; none at the end."""
        ...


class FileSource:
    """An open regular file. Say afterwards, by `check_unchanged`, that it did not change meanwhile."""

    def __init__(self, descriptor: int, stopped: Stopped) -> None:
        self._descriptor, self._stopped = descriptor, stopped
        self._before = os.fstat(descriptor)

    @property
    def size_bytes(self) -> int:
        """The size when reading began."""
        return self._before.st_size

    @property
    def modified_ns(self) -> int:
        """The modified time, in nanoseconds since 1970, when reading began."""
        return self._before.st_mtime_ns

    def readinto(self, buffer: memoryview) -> int:
        """See `probanda.vault.originals.Readable`.

        Raises:
            NotTaken: the disk refused.
            StoppedByUser: the intake is being stopped.
        """
        if self._stopped():
            raise StoppedByUser
        try:
            return os.readv(self._descriptor, [buffer])
        except OSError as error:
            raise NotTaken(Outcome.UNREADABLE, in_plain_words(error)) from error

    def fill(self, buffer: memoryview) -> int:
        """Read until `buffer` is full or the file ends; how many bytes came. Raises as `readinto`."""
        total = 0
        while total < len(buffer) and (count := self.readinto(buffer[total:])):
            total += count
        return total

    def at(self, offset: int, size_bytes: int) -> bytes:
        """Bytes from anywhere. Raises NotTaken if the disk refused."""
        try:
            return os.pread(self._descriptor, size_bytes, offset)
        except OSError as error:
            raise NotTaken(Outcome.UNREADABLE, in_plain_words(error)) from error

    def check_unchanged(self, bytes_read: int) -> None:
        """Return if what was read is one state of the file.

        Raises:
            NotTaken: it changed, or hides its size; what was read is to be thrown away.
        """
        if not same_before_and_after(self._before, os.fstat(self._descriptor), bytes_read):
            raise NotTaken(
                Outcome.CHANGED, "it changed while it was read: take it in again when it is at rest"
            )
        if not bytes_read and self.at(0, 1):  # files of the kernel state no size
            raise NotTaken(
                Outcome.UNREADABLE, "it says that it is empty and is not: copy it, then take in the copy"
            )


class StreamSource:
    """Bytes that come once, of unknown length: a member of an archive, standard input, an upload.

    `first` is what was read ahead. Beginning and end are remembered, to tell the media type.
    """

    def __init__(self, first: bytes, rest: Reads, stopped: Stopped) -> None:
        self._first, self._rest, self._stopped = memoryview(first), rest, stopped
        self._beginning, self._end = first, b""
        self._read_bytes = 0

    def readinto(self, buffer: memoryview) -> int:
        """See `probanda.vault.originals.Readable`. Raises NotTaken, or StoppedByUser."""
        if self._stopped():
            raise StoppedByUser
        if self._first:
            count = min(len(self._first), len(buffer))
            piece = self._first[:count]
            self._first = self._first[count:]
        else:
            piece = memoryview(self._rest.read(len(buffer)))
        count = len(piece)
        buffer[:count] = piece
        self._end = (self._end + piece[-TAIL_BYTES:].tobytes())[-TAIL_BYTES:]
        self._read_bytes += count
        return count

    def at(self, offset: int, size_bytes: int) -> bytes:
        """Bytes near the beginning or the end, after all was read."""
        if offset + size_bytes <= len(self._beginning):
            return self._beginning[offset : offset + size_bytes]
        start = offset - (self._read_bytes - len(self._end))
        return self._end[start : start + size_bytes] if start >= 0 else b""


def kind_of(at: Callable[[int, int], bytes], size_bytes: int) -> str:
    """The media type of `size_bytes` bytes, of which `at(offset, size)` gives some."""
    head = at(0, min(HEAD_BYTES, size_bytes))
    volume = at(VOLUME_OFFSET, VOLUME_BYTES) if size_bytes >= VOLUME_OFFSET + VOLUME_BYTES else b""
    kind = media_type(head, volume=volume)
    if kind == ZIP:
        tail_bytes = min(TAIL_BYTES, size_bytes)
        kind = media_type(head, tail=at(size_bytes - tail_bytes, tail_bytes))
    return kind or UNKNOWN


class StandardStream:
    """Standard input or an upload, with the failures of the system in our words."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size_bytes: int, /) -> bytes:
        """See `Reads`. Raises NotTaken if it cannot be read."""
        try:
            return self._file.read(size_bytes)
        except OSError as error:
            raise NotTaken(Outcome.UNREADABLE, in_plain_words(error)) from error


def ahead(source: Reads, size_bytes: int) -> bytes:
    """The next `size_bytes`, fewer only at the end."""
    pieces, missing = [], size_bytes
    while missing and (piece := source.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
