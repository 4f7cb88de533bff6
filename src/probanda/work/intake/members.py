"""One member of an archive, and the guarded stream that its bytes come from."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from probanda.work.intake.limits import MAX_NAME_BYTES, Allowance
from probanda.work.intake.outcomes import ArchiveStopped, MemberFailed, NotTaken, Outcome, in_plain_words

CHUNK_BYTES = 256 * 1024
NAME_TOO_LONG = f"limit: a name of more than {MAX_NAME_BYTES:,} bytes (the beginning is shown)"

# All that decoders of the standard library are known to raise over hostile bytes.
DECODER_ERRORS = (
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    MemoryError,
    OverflowError,
    struct.error,
    ValueError,
)


def broken(error: BaseException) -> ArchiveStopped:
    """The one translation of what decoders and the disk raise into a reason that is recorded."""
    if isinstance(error, OSError) and error.errno is not None:
        return ArchiveStopped(Outcome.UNREADABLE, in_plain_words(error))
    if isinstance(error, MemoryError) or "Memory usage limit" in str(error):
        return ArchiveStopped(Outcome.REFUSED, "limit: unpacking it needs too much memory")
    return ArchiveStopped(Outcome.UNREADABLE, f"damaged: {error}")


class Pieces:
    """Bytes that come in pieces, read in the sizes asked for. After a failure every read fails again."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self._rest_from = 0
        self._failure: NotTaken | None = None
        self.at = 0

    def read(self, size_bytes: int) -> bytes:
        """Exactly `size_bytes`, fewer only at the end.

        Raises:
            NotTaken: the source is damaged or passed a limit.
        """
        taken: list[bytes] = []
        missing = size_bytes
        while missing and (self._rest_from < len(self._rest) or self._fill()):
            piece = self._rest[self._rest_from : self._rest_from + missing]
            self._rest_from += len(piece)
            taken.append(piece)
            missing -= len(piece)
        self.at += size_bytes - missing
        return taken[0] if len(taken) == 1 else b"".join(taken)

    def peek(self, size_bytes: int) -> bytes:
        """What `read` would give next, without taking it."""
        ahead = self.read(size_bytes)
        self._rest, self._rest_from = ahead + self._rest[self._rest_from :], 0
        self.at -= len(ahead)
        return ahead

    def _fill(self) -> bool:
        if self._failure:
            raise self._failure
        try:
            self._rest, self._rest_from = next(self._pieces, b""), 0
        except NotTaken as failure:
            self._failure = failure
            raise
        except DECODER_ERRORS as error:
            self._failure = broken(error)
            raise self._failure from error
        return bool(self._rest)


class Content:
    """What a member is read through: counts against the limits and ends when the archive goes on."""

    def __init__(self, pieces: Iterator[bytes], allowance: Allowance) -> None:
        self._pieces = Pieces(pieces)
        self._allowance = allowance
        self._is_over = False

    def read(self, size_bytes: int) -> bytes:
        """See `Member.read`."""
        if self._is_over:
            raise ValueError("a member can be read only until the next one is asked for")
        try:
            taken = self._pieces.read(size_bytes)
        except NotTaken as failure:
            raise MemberFailed(failure.outcome, failure.reason) from failure
        limit_bytes = self._allowance.limits.member_bytes
        if self._pieces.at > limit_bytes:
            raise MemberFailed(Outcome.REFUSED, f"limit: a member of more than {limit_bytes:,} bytes")
        self._allowance.count_bytes(len(taken))
        return taken

    def end(self) -> None:
        """No more reading from now on."""
        self._is_over = True


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive. Everything but its bytes is what the archive claims.

    `path` is raw bytes and may be absolute, climb with `..` or hold anything else: never write to it.
    `modified` is text, with `Z` at its end where the archive means UTC and without a zone where it has none.
    """

    path: bytes
    modified: str | None
    size_bytes: int | None
    content: Content

    def read(self, size_bytes: int) -> bytes:
        """Exactly `size_bytes` of its bytes, fewer only at the end; valid until the next member is asked for.

        Raises:
            MemberFailed: damaged, not what the archive says of it, or past a limit. Discard what was read.
        """
        return self.content.read(size_bytes)


def utc_text(seconds: int, fraction: str = "") -> str:
    """A claimed time since 1970 as text in UTC; as `@SECONDS` where no calendar reaches."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return f"@{seconds}{fraction}"
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + fraction + "Z"
