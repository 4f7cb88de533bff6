"""Looks into archives without ever writing a path of theirs: members one by one, and every reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from probanda.work.intake.limits import Allowance
from probanda.work.intake.media_type import media_type as media_type_by_content
from probanda.work.intake.members import DECODER_ERRORS, Content, Member, Pieces, broken
from probanda.work.intake.names import last_part
from probanda.work.intake.outcomes import NotTaken, Outcome, Told
from probanda.work.intake.streams import PACKED_STREAMS, Unpacked, gzip_claims
from probanda.work.intake.tar_header import BLOCK_BYTES
from probanda.work.intake.tar_members import tar_members
from probanda.work.intake.zip_members import zip_members

ZIP, TAR = "application/zip", "application/x-tar"
_ARCHIVES = PACKED_STREAMS | {ZIP, TAR}

_GZIP_HEAD_BYTES = 4096
_SUFFIXES = (b".gz", b".bz2", b".xz")
_NAMELESS = b"content"
_READ_BYTES = 1 << 20


def is_archive(media_type: str) -> bool:
    """True for plain containers, whose members become items; documents built on zip stay one item."""
    return media_type in _ARCHIVES


def members(file: BinaryIO, media_type: str, *, name: bytes, allowance: Allowance) -> Iterator[Member | Told]:
    """Every member of an archive, or why it is not taken; the archive itself stays one item whatever is told.

    `file` must be seekable for zip and is read once from where it stands for the others. `name` is the
    archive's own, from which a packed file without a name gets its. Read each member before asking for the
    next. Raises nothing for hostile or damaged bytes: what cannot be read is told, with an empty path where
    the archive as a whole is meant.
    """
    if allowance.depth > allowance.limits.depth:
        limit = f"limit: archives more than {allowance.limits.depth} deep in one another: kept, not opened"
        yield Told(Outcome.REFUSED, b"", limit)
        return
    is_empty = True
    try:
        for one in _members(file, media_type, name, allowance):
            is_empty = False
            allowance.count_member()
            if not allowance.passed:
                yield one
            if isinstance(one, Member):
                one.content.end()
            if allowance.passed:
                yield Told(Outcome.REFUSED, b"", f"{allowance.passed}: nothing more of it was taken in")
                return
    except NotTaken as stopped:
        is_empty = False
        yield Told(stopped.outcome, b"", stopped.reason)
    except DECODER_ERRORS as error:
        is_empty = False
        stopped_by = broken(error)
        yield Told(stopped_by.outcome, b"", stopped_by.reason)
    if is_empty:
        yield Told(Outcome.REFUSED, b"", "empty archive: it has no members")


def _members(file: BinaryIO, media_type: str, name: bytes, allowance: Allowance) -> Iterator[Member | Told]:
    if media_type == ZIP:
        yield from zip_members(file, allowance)
    elif media_type == TAR:
        yield from tar_members(Pieces(iter(lambda: file.read(_READ_BYTES), b"")), allowance)
    else:
        yield from _unpacked(file, media_type, name, allowance)


def _unpacked(file: BinaryIO, media_type: str, name: bytes, allowance: Allowance) -> Iterator[Member | Told]:
    packed = Unpacked(file, media_type, allowance.limits)
    claimed_name, modified = (
        gzip_claims(packed.peek(_GZIP_HEAD_BYTES)) if media_type == "application/gzip" else (b"", None)
    )
    stream = Pieces(packed.pieces())
    if media_type_by_content(stream.peek(BLOCK_BYTES)) == TAR:
        yield from tar_members(stream, allowance)
    else:
        rest = iter(lambda: stream.read(_READ_BYTES), b"")
        yield Member(claimed_name or _without_suffix(name), modified, None, Content(rest, allowance))
    while stream.read(_READ_BYTES):
        pass
    if packed.trailing_at is not None:
        hidden = f"bytes from {packed.trailing_at} on lie behind the packed data: kept in the archive only"
        yield Told(Outcome.REFUSED, b"", hidden)


def _without_suffix(name: bytes) -> bytes:
    own = last_part(name)
    for suffix in _SUFFIXES:
        if own.lower().endswith(suffix) and len(own) > len(suffix):
            return own[: -len(suffix)]
    return own or _NAMELESS
