"""Tar members stored without their holes: the map of their parts, and their bytes with the holes filled in.

Source: GNU tar 1.34 manual, appendix D.2 (old GNU format, pax 0.0, 0.1 and 1.0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from probanda.work.intake.limits import MAX_SPARSE_PARTS
from probanda.work.intake.members import CHUNK_BYTES, Pieces
from probanda.work.intake.outcomes import MemberFailed, Outcome
from probanda.work.intake.tar_header import BLOCK_BYTES, number

Part = tuple[int, int]

_WRONG = "damaged: the map of its holes is wrong"


def old_gnu_parts(block: bytes, read_block: Callable[[], bytes]) -> list[Part]:
    """The parts that an old GNU header and the blocks behind it list.

    Raises:
        ValueError: the map is no map.
        MemberFailed: the map is longer than the limit.
    """
    parts = _parts_of(block[386:482])
    more = block[482:483]
    while more not in (b"", b"\0"):
        extension = read_block()
        parts += _parts_of(extension[:504])
        more = extension[504:505]
        _check_count(len(parts))
    return parts


def pax_parts(records: list[tuple[bytes, bytes]]) -> list[Part]:
    """The parts that pax records list in the forms 0.0 and 0.1.

    Raises:
        ValueError: the map is no map.
        MemberFailed: the map is longer than the limit.
    """
    numbers: list[int] = []
    for key, value in records:
        if key == b"GNU.sparse.map":
            numbers = [_decimal(each) for each in value.split(b",")] if value else []
        elif key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):
            numbers.append(_decimal(value))
        _check_count(len(numbers) // 2)
    if len(numbers) % 2:
        raise ValueError(_WRONG)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def leading_parts(data: Pieces) -> list[Part]:
    """The parts that stand before the data in the form 1.0.

    Raises:
        ValueError: the map is no map.
        MemberFailed: the map is longer than the limit.
    """
    lines = _lines(data)
    count = next(lines)
    _check_count(count)
    numbers = [next(lines) for _ in range(2 * count)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def filled(data: Pieces, parts: list[Part], size_bytes: int) -> Iterator[bytes]:
    """The whole content, holes as zeros.

    Raises:
        MemberFailed: the parts overlap, lie outside, or their bytes are missing.
    """
    ends = [0, *(offset + length for offset, length in parts)]
    following = [*(offset for offset, _ in parts), size_bytes]
    if any(end > start for end, start in zip(ends, following, strict=True)):
        raise MemberFailed(Outcome.UNREADABLE, _WRONG)
    at = 0
    for offset, length in [*parts, (size_bytes, 0)]:
        yield from (bytes(min(CHUNK_BYTES, offset - hole)) for hole in range(at, offset, CHUNK_BYTES))
        at = offset + length
        for begin in range(0, length, CHUNK_BYTES):
            wanted = min(CHUNK_BYTES, length - begin)
            piece = data.read(wanted)
            if len(piece) < wanted:
                raise MemberFailed(Outcome.UNREADABLE, "damaged: some of its parts are missing")
            yield piece
    if data.read(1):
        raise MemberFailed(Outcome.UNREADABLE, "damaged: it holds more bytes than the map of its holes says")


def _parts_of(table: bytes) -> list[Part]:
    entries = (table[at : at + 24] for at in range(0, len(table) - 23, 24))
    parts = [(number(entry[:12]), number(entry[12:])) for entry in entries if entry[0]]
    if any(offset < 0 or length < 0 for offset, length in parts):
        raise ValueError(_WRONG)
    return parts


def _lines(data: Pieces) -> Iterator[int]:
    waiting = b""
    while True:
        line, mark, rest = waiting.partition(b"\n")
        if mark:
            waiting = rest
            yield _decimal(line)
            continue
        block = data.read(BLOCK_BYTES)
        if not block or len(waiting) > BLOCK_BYTES:
            raise ValueError(_WRONG)
        waiting += block


def _decimal(text: bytes) -> int:
    if not text.isdigit() or len(text) > 19:
        raise ValueError(_WRONG)
    return int(text)


def _check_count(count: int) -> None:
    if count > MAX_SPARSE_PARTS:
        raise MemberFailed(Outcome.REFUSED, f"limit: more than {MAX_SPARSE_PARTS:,} parts between holes")
