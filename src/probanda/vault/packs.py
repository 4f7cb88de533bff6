"""The one byte form of a pack: a plain tar file of many small originals, with its own index.

Source: spec/base.md base-9 to base-11; POSIX.1-1988 ustar.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from probanda.errors import Malformed
from probanda.model.digest import Sha256, sha256

BLOCK_BYTES = 512
PAGE_BYTES = 4096
END_BYTES = 2 * BLOCK_BYTES  # how tar says that nothing follows
MAX_MEMBER_BYTES = 1 << 20  # base-11; what is larger costs no more as a file of its own
MAX_INDEX_BYTES = 64 << 20  # ours hold a thousand lines of 85 bytes; a reader must not be made to load more
INDEX = "index"
_LAST_LINE_BYTES = 32  # `index`, a blank, up to 16 digits, and the line feeds around them

_OWNER = b"0000444\0" + b"0000000\0" * 2
_TIME = b"00000000000\0"
_REST = b"0" + b"\0" * 100 + b"ustar\x0000" + b"\0" * 247
# The checksum counts its own eight bytes as blanks.
_SUM = sum(_OWNER) + sum(_TIME) + sum(_REST) + 8 * ord(" ")


@dataclass(frozen=True, slots=True)
class Member:
    """Where the bytes of one original lie in a pack: `size_bytes` bytes from `offset` on."""

    sha256: Sha256
    offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A range of bytes, `end` excluded, that is not what it must be."""

    start: int
    end: int
    reason: str

    def __str__(self) -> str:
        return f"bytes {self.start} to {self.end - 1}: {self.reason}"


def header(name: str, size_bytes: int) -> bytes:
    """The 512 bytes before a member; nothing but its name and size can differ between two members."""
    encoded, size = name.encode("ascii"), b"%011o\0" % size_bytes
    checksum = b"%06o\0 " % (_SUM + sum(encoded) + sum(size))
    return encoded.ljust(100, b"\0") + _OWNER + size + _TIME + checksum + _REST


def padded(size_bytes: int) -> int:
    """`size_bytes` rounded up to whole blocks."""
    return size_bytes + -size_bytes % BLOCK_BYTES


def index_line(member: Member) -> str:
    """The line of `member` in the index."""
    return f"{member.sha256} {member.offset} {member.size_bytes}\n"


def index_end(lines: list[str]) -> tuple[bytes, int]:
    """The whole index for these lines of members, and the offset of its first byte in the archive."""
    offset = BLOCK_BYTES
    if lines:
        _, at, size = lines[-1].split()
        offset += int(at) + padded(int(size))
    return "".join([*lines, f"{INDEX} {offset}\n"]).encode("ascii"), offset


def parse_index(untrusted: bytes) -> tuple[list[Member], int]:
    """The members in archive order, and the offset of the index itself.

    Raises:
        Malformed: a byte differs from what `index_line` and `index_end` write for those members.
    """
    try:
        lines = untrusted.decode("ascii").splitlines(keepends=True)
        *rows, (last, at) = [line.split(" ") for line in lines]
        members = [Member(sha256(digest), int(offset), int(size)) for digest, offset, size in rows]
        own = int(at)
    except ValueError as error:
        raise Malformed(f"not the index of a pack: {error}") from error
    expected = BLOCK_BYTES
    for member in members:
        if member.offset != expected or not 0 <= member.size_bytes <= MAX_MEMBER_BYTES:
            raise Malformed("not the index of a pack: a member lies elsewhere, or is too large")
        expected += padded(member.size_bytes) + BLOCK_BYTES
    if last != INDEX or own != expected:
        raise Malformed("not the index of a pack: its last line does not say where it lies")
    if len({member.sha256 for member in members}) != len(members):
        raise Malformed("not the index of a pack: a digest occurs twice")
    # Equal output excludes signs, leading zeros, other digits and line ends.
    if index_end([index_line(member) for member in members])[0] != untrusted:
        raise Malformed("not the index of a pack: the same members are written differently")
    return members, own


def pack_name(index: bytes) -> Sha256:
    """What a pack is called: headers are canonical, so its index determines every byte."""
    return Sha256(hashlib.sha256(index).hexdigest())


def total_bytes(index_offset: int, index_bytes: int) -> int:
    """The size of a pack whose index of `index_bytes` starts at `index_offset`."""
    end = index_offset + padded(index_bytes) + END_BYTES
    return end + -end % PAGE_BYTES


def find_index(descriptor: int) -> tuple[bytes, int]:
    """The untrusted bytes of the index of an open pack, found from its end, and where they start.

    Raises:
        Malformed: no index stands where one must.
    """
    size = os.fstat(descriptor).st_size
    start = max(0, size - BLOCK_BYTES - END_BYTES - PAGE_BYTES - _LAST_LINE_BYTES)
    text = os.pread(descriptor, size - start, start).rstrip(b"\0")
    end = start + len(text)
    word, _, number = text[text.rfind(b"\n", 0, -1) + 1 :].partition(b" ")
    if word != INDEX.encode() or not number[:-1].isdigit() or len(number) > 16:
        raise Malformed("no index at the end of the pack")
    offset = int(number[:-1])
    if not BLOCK_BYTES <= offset < end or end - offset > MAX_INDEX_BYTES:
        raise Malformed("the last line of the index names a place outside the pack")
    return os.pread(descriptor, end - offset, offset), offset


def read_index(descriptor: int, name: str) -> list[Member]:
    """The members of the open pack called `name`, whose contents are not looked at.

    Raises:
        Malformed: the index is not the one that the pack is named by.
    """
    index, _ = find_index(descriptor)
    if pack_name(index) != name:
        raise Malformed("the index is not the one that the pack is named by")
    return parse_index(index)[0]


def check(
    descriptor: int, name: str, each: Callable[[Member, memoryview], None] | None = None
) -> Iterator[Fault]:
    """Every fault of the open pack called `name`, from its start; none if each byte is what it must be.

    `each` sees the members whose bytes fit their digest, one by one; its view is good only during the call.
    """
    try:
        index, offset = find_index(descriptor)
        if pack_name(index) != name:
            yield Fault(offset, offset + len(index), "the index is not the one that the pack is named by")
            raise Malformed("no index to go by")
        members, _ = parse_index(index)
    except Malformed as error:
        yield from _without_index(descriptor, str(error))
        return
    buffer = memoryview(bytearray(BLOCK_BYTES + MAX_MEMBER_BYTES + BLOCK_BYTES))
    for member in members:
        found = list(_member_faults(descriptor, member, buffer))
        if each and not found:
            each(member, buffer[BLOCK_BYTES : BLOCK_BYTES + member.size_bytes])
        yield from found
    tail = header(INDEX, len(index)) + index
    tail += bytes(total_bytes(offset, len(index)) - (offset - BLOCK_BYTES) - len(tail))
    yield from _differs(descriptor, offset - BLOCK_BYTES, tail, "the end of the pack is not canonical")
    size, expected = os.fstat(descriptor).st_size, offset - BLOCK_BYTES + len(tail)
    if size > expected:
        yield Fault(expected, size, "bytes follow the end of the pack")


def _member_faults(descriptor: int, member: Member, buffer: memoryview) -> Iterator[Fault]:
    start, whole = member.offset - BLOCK_BYTES, BLOCK_BYTES + padded(member.size_bytes)
    got = os.preadv(descriptor, [buffer[:whole]], start)
    if got != whole:
        yield Fault(start + got, start + whole, f"the pack ends inside the member {member.sha256}")
        return
    if buffer[:BLOCK_BYTES] != header(member.sha256, member.size_bytes):
        yield Fault(start, member.offset, f"the header of the member {member.sha256} is not canonical")
    end = BLOCK_BYTES + member.size_bytes
    if hashlib.sha256(buffer[BLOCK_BYTES:end]).hexdigest() != member.sha256:
        yield Fault(member.offset, member.offset + member.size_bytes, f"not the bytes named {member.sha256}")
    if buffer[end:whole] != bytes(whole - end):
        yield Fault(start + end, start + whole, f"the padding after {member.sha256} is not zero")


def _differs(descriptor: int, start: int, expected: bytes, reason: str) -> Iterator[Fault]:
    got = os.pread(descriptor, len(expected), start)
    if got == expected:
        return
    wrong = [i for i, (a, b) in enumerate(zip(got, expected, strict=False)) if a != b]
    first = wrong[0] if wrong else len(got)
    last = wrong[-1] if len(got) == len(expected) else len(expected) - 1
    yield Fault(start + first, start + last + 1, reason)


def _without_index(descriptor: int, reason: str) -> Iterator[Fault]:
    """What can still be told by the headers alone, which name each member and its size."""
    size, at = os.fstat(descriptor).st_size, 0
    buffer = memoryview(bytearray(BLOCK_BYTES + MAX_MEMBER_BYTES + BLOCK_BYTES))
    while at < size:
        head = os.pread(descriptor, BLOCK_BYTES, at)
        name, length = head[:100].rstrip(b"\0"), head[124:135]
        try:
            member = Member(sha256(name.decode("ascii")), at + BLOCK_BYTES, int(length, 8))
        except (ValueError, Malformed):
            break
        if not 0 <= member.size_bytes <= MAX_MEMBER_BYTES:
            break
        yield from _member_faults(descriptor, member, buffer)
        at = member.offset + padded(member.size_bytes)
    yield Fault(at, size, f"no index of the pack: {reason}")
