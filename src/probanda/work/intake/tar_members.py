"""The members of a tar archive, read once from beginning to end, so that any stream will do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from probanda.model.rawname import name_text
from probanda.work.intake.archive_folders import ArchiveFolders
from probanda.work.intake.limits import MAX_NAME_BYTES, MAX_TAR_EXTENSION_BYTES, Allowance
from probanda.work.intake.members import CHUNK_BYTES, NAME_TOO_LONG, Content, Member, Pieces
from probanda.work.intake.outcomes import ArchiveStopped, MemberFailed, Outcome, Told
from probanda.work.intake.tar_header import (
    BLOCK_BYTES,
    Header,
    number,
    parse_header,
    parse_pax,
    pax_time,
    until_zero,
)
from probanda.work.intake.tar_sparse import Part, filled, leading_parts, old_gnu_parts, pax_parts

_HARD_LINK, _SYMBOLIC_LINK, _FOLDER, _SPARSE = b"1", b"2", b"5", b"S"
_LONG_NAME, _LONG_TARGET, _PAX, _SUN_PAX, _PAX_GLOBAL = b"L", b"K", b"x", b"X", b"g"
_SPECIAL = {
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a named pipe",
    b"V": "the archive's volume label",
}
_CONTINUED = b"M"
_WITHOUT_DATA = frozenset((_HARD_LINK, _SYMBOLIC_LINK, *_SPECIAL))
_EXTENSION_LIMIT = f"limit: extended headers of more than {MAX_TAR_EXTENSION_BYTES:,} bytes"
_MAX_DIGITS = 19  # digits: enough for any 64-bit size


@dataclass(slots=True)
class _Extended:
    """What the headers before a member say of it; the later ones and those for it alone weigh more."""

    for_all: list[tuple[bytes, bytes]] = field(default_factory=list)
    for_next: list[tuple[bytes, bytes]] = field(default_factory=list)

    def take(self) -> tuple[dict[bytes, bytes], list[tuple[bytes, bytes]]]:
        records, self.for_next = [*self.for_all, *self.for_next], []
        return dict(records), records

    def check(self) -> None:
        held = sum(len(key) + len(value) for key, value in (*self.for_all, *self.for_next))
        if held > MAX_TAR_EXTENSION_BYTES:
            raise ArchiveStopped(Outcome.REFUSED, _EXTENSION_LIMIT)


class _Data:
    """The stored bytes of one member; what the consumer leaves is passed over."""

    def __init__(self, stream: Pieces, size_bytes: int) -> None:
        self._stream = stream
        self._left = size_bytes
        self._padding = -size_bytes % BLOCK_BYTES

    def pieces(self) -> Iterator[bytes]:
        while self._left:
            piece = self._stream.read(min(self._left, CHUNK_BYTES))
            if not piece:
                raise ArchiveStopped(Outcome.UNREADABLE, "the archive ends inside it: cut short")
            self._left -= len(piece)
            yield piece

    def pass_over(self) -> None:
        for _ in self.pieces():
            pass
        self._stream.read(self._padding)


def tar_members(stream: Pieces, allowance: Allowance) -> Iterator[Member | Told]:
    """Every member of a tar archive, or why it is not taken.

    Raises:
        ArchiveStopped: a header is damaged or the archive is cut short; nothing behind that can be found.
    """
    extended, folders = _Extended(), ArchiveFolders()
    while (block := stream.read(BLOCK_BYTES)).strip(b"\0"):
        if len(block) < BLOCK_BYTES:
            raise ArchiveStopped(Outcome.UNREADABLE, "the archive ends inside a header: cut short")
        header = parse_header(block, stream.at - BLOCK_BYTES)
        if header.kind in (_LONG_NAME, _LONG_TARGET, _PAX, _SUN_PAX, _PAX_GLOBAL):
            _extend(extended, header, stream)
            continue
        yield from _member(header, extended, stream, folders, allowance)
    yield from folders.told()
    yield from _behind(stream, block)


def _behind(stream: Pieces, block: bytes) -> Iterator[Told]:
    if not block:
        yield Told(Outcome.UNREADABLE, b"", "the archive has no end mark: perhaps cut short")
    while block:
        if block.strip(b"\0"):
            where = stream.at - len(block.lstrip(b"\0"))
            hidden = f"bytes from {where} on lie behind the end mark: kept in the archive only"
            yield Told(Outcome.REFUSED, b"", hidden)
            return
        block = stream.read(CHUNK_BYTES)


def _extend(extended: _Extended, header: Header, stream: Pieces) -> None:
    if header.size_bytes > MAX_TAR_EXTENSION_BYTES:
        raise ArchiveStopped(Outcome.REFUSED, _EXTENSION_LIMIT)
    raw = stream.read(header.size_bytes)
    stream.read(-header.size_bytes % BLOCK_BYTES)
    if len(raw) < header.size_bytes:
        raise ArchiveStopped(Outcome.UNREADABLE, "the archive ends inside an extended header: cut short")
    if header.kind == _LONG_NAME:
        extended.for_next.append((b"path", until_zero(raw)))
    elif header.kind == _LONG_TARGET:
        extended.for_next.append((b"linkpath", until_zero(raw)))
    elif header.kind == _PAX_GLOBAL:
        # Later records for all replace earlier ones, so that many of them do not add up in memory.
        extended.for_all = list(dict([*extended.for_all, *parse_pax(raw)]).items())
    else:
        extended.for_next += parse_pax(raw)
    extended.check()


def _member(
    header: Header, extended: _Extended, stream: Pieces, folders: ArchiveFolders, allowance: Allowance
) -> Iterator[Member | Told]:
    said, records = extended.take()
    path = said.get(b"GNU.sparse.name", said.get(b"path", header.name))
    if header.kind == _FOLDER:
        folders.list(path)
        return
    folders.fill_above(path)
    parts = _old_sparse_parts(header, stream) if header.kind == _SPARSE else None
    stored_bytes = _claimed(said, b"size", header.size_bytes)
    data = _Data(stream, 0 if header.kind in _WITHOUT_DATA else stored_bytes)
    if told := _not_taken(path, header.kind, name_text(said.get(b"linkpath", header.target))):
        yield told
    else:
        modified = pax_time(said[b"mtime"]) if b"mtime" in said else header.modified
        size_bytes = _claimed(said, b"GNU.sparse.size", _claimed(said, b"GNU.sparse.realsize", stored_bytes))
        if parts is not None:
            size_bytes = number(header.block[483:495])
        pieces = _content(said, records, data, parts, size_bytes)
        yield Member(path, modified, size_bytes, Content(pieces, allowance))
    data.pass_over()


def _content(
    said: dict[bytes, bytes],
    records: list[tuple[bytes, bytes]],
    data: _Data,
    parts: list[Part] | None,
    size_bytes: int,
) -> Iterator[bytes]:
    stored = Pieces(data.pieces())
    if parts is not None:
        yield from filled(stored, parts, size_bytes)
    elif said.get(b"GNU.sparse.major") == b"1":
        yield from filled(stored, leading_parts(stored), size_bytes)
    elif b"GNU.sparse.map" in said or b"GNU.sparse.offset" in said:
        yield from filled(stored, pax_parts(records), size_bytes)
    else:
        yield from data.pieces()


def _not_taken(path: bytes, kind: bytes, target: str) -> Told | None:
    if len(path) > MAX_NAME_BYTES:
        return Told(Outcome.REFUSED, path[:MAX_NAME_BYTES], NAME_TOO_LONG)
    if kind == _SYMBOLIC_LINK:
        return Told(Outcome.LINK, path, f"a symbolic link to {target}, not followed")
    if kind == _HARD_LINK:
        return Told(Outcome.LINK, path, f"a second name of {target} in the same archive")
    if kind in _SPECIAL:
        return Told(Outcome.SPECIAL, path, _SPECIAL[kind])
    if kind == _CONTINUED:
        return Told(Outcome.REFUSED, path, "the rest of a member that begins in another part of the archive")
    return None


def _old_sparse_parts(header: Header, stream: Pieces) -> list[Part]:
    try:
        number(header.block[483:495])
        return old_gnu_parts(header.block, lambda: stream.read(BLOCK_BYTES))
    except MemberFailed as failure:
        raise ArchiveStopped(failure.outcome, failure.reason) from failure
    except ValueError as error:
        damage = "a map of holes is damaged: nothing behind it was read"
        raise ArchiveStopped(Outcome.UNREADABLE, damage) from error


def _claimed(said: dict[bytes, bytes], key: bytes, otherwise: int) -> int:
    """A size that an extended header claims.

    Raises:
        ArchiveStopped: it is no number, so where the next header stands is not known.
    """
    if key not in said:
        return otherwise
    if not said[key].isdigit() or len(said[key]) > _MAX_DIGITS:
        raise ArchiveStopped(Outcome.UNREADABLE, "a size is damaged: nothing behind it was read")
    return int(said[key])
