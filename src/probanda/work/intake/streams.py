"""Unpacks gzip, bzip2 and xz piece by piece, within limits, and tells what lies behind their end."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from probanda.work.intake.limits import MAX_DICTIONARY_BYTES, Limits
from probanda.work.intake.members import CHUNK_BYTES, utc_text
from probanda.work.intake.outcomes import ArchiveStopped, Outcome

_GZIP_HAS_EXTRA, _GZIP_HAS_NAME = 4, 8


class Decoder(Protocol):
    """What `bz2` and `lzma` decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Inflate:
    """`zlib` behind the interface of the others."""

    def __init__(self, window_bits: int) -> None:
        self._zlib = zlib.decompressobj(window_bits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        # Full output may leave more of it inside, even if all input was taken.
        self.needs_input = len(out) < max_length and not self._zlib.unconsumed_tail
        return out


_KINDS: dict[str, tuple[bytes, Callable[[], Decoder]]] = {
    "application/gzip": (b"\x1f\x8b", lambda: Inflate(31)),
    "application/x-bzip2": (b"BZh", bz2.BZ2Decompressor),
    "application/x-xz": (
        b"\xfd7zXZ\0",
        lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_DICTIONARY_BYTES),
    ),
}
PACKED_STREAMS = frozenset(_KINDS)


def decoded(decoder: Decoder, read: Callable[[], bytes]) -> Iterator[bytes]:
    """What one decoder makes of what `read` gives, in pieces of at most CHUNK_BYTES.

    Raises:
        ArchiveStopped: the input ended before the packed stream did.
    """
    while not decoder.eof:
        packed = read() if decoder.needs_input else b""
        if decoder.needs_input and not packed:
            raise ArchiveStopped(Outcome.UNREADABLE, "it ends too early: cut short, or not copied whole")
        if piece := decoder.decompress(packed, CHUNK_BYTES):
            yield piece


class Unpacked:
    """The bytes of a packed stream; `trailing_at` afterwards says where foreign bytes begin behind it."""

    def __init__(self, file: BinaryIO, media_type: str, limits: Limits) -> None:
        self._file = file
        self._mark, self._decoder = _KINDS[media_type]
        self._limits = limits
        self._ahead = b""
        self._read_bytes = 0
        self.trailing_at: int | None = None

    def peek(self, size_bytes: int) -> bytes:
        """The first packed bytes, as far as `size_bytes`."""
        while len(self._ahead) < size_bytes and (block := self._file.read(CHUNK_BYTES)):
            self._read_bytes += len(block)
            self._ahead += block
        return self._ahead[:size_bytes]

    def pieces(self) -> Iterator[bytes]:
        """Everything unpacked, one packed stream after the other, as their tools do.

        Raises:
            ArchiveStopped: a limit was passed, or a stream ended too early.
        """
        unpacked_bytes = 0
        while self.peek(len(self._mark)) == self._mark:
            decoder = self._decoder()
            for piece in decoded(decoder, self._take):
                unpacked_bytes += len(piece)
                self._check(unpacked_bytes)
                yield piece
            self._ahead = decoder.unused_data + self._ahead
        self._pass_padding()

    def _check(self, unpacked_bytes: int) -> None:
        if self._limits.ratio_passed(unpacked_bytes, self._read_bytes):
            raise ArchiveStopped(Outcome.REFUSED, self._limits.ratio_reason)
        if unpacked_bytes > self._limits.expanded_bytes:
            limit = f"limit: it expands to more than {self._limits.expanded_bytes:,} bytes"
            raise ArchiveStopped(Outcome.REFUSED, limit)

    def _take(self) -> bytes:
        self.peek(1)
        taken, self._ahead = self._ahead, b""
        return taken

    def _pass_padding(self) -> None:
        """Zeros fill the last block of a tape or disk and mean nothing; anything else is told."""
        while block := self._take():
            if more := block.lstrip(b"\0"):
                self.trailing_at = self._read_bytes - len(more)
                return


def gzip_claims(head: bytes) -> tuple[bytes, str | None]:
    """The name (empty if none) and the modified time that a gzip header claims.

    Source: RFC 1952, section 2.3.
    """
    if len(head) < 10:
        return b"", None
    flags, seconds = struct.unpack_from("<xxxBI", head)
    modified = utc_text(seconds) if seconds else None
    at = 10
    if flags & _GZIP_HAS_EXTRA and len(head) >= 12:
        at += 2 + struct.unpack_from("<H", head, 10)[0]
    end = head.find(b"\0", at)
    return (head[at:end], modified) if flags & _GZIP_HAS_NAME and end >= 0 else (b"", modified)
