"""The headers of a tar archive: the 512-byte block, and the extended ones before it. Names stay raw bytes.

The standard library's reader is not used: it decodes names, reads extended headers of any size into memory,
keeps every member it has seen, and in versions that we support can be made to loop for ever.
Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar 1.34, appendix D.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from probanda.work.intake.members import utc_text
from probanda.work.intake.outcomes import ArchiveStopped, Outcome

BLOCK_BYTES = 512
_USTAR, _GNU = b"ustar\0", b"ustar "
_OCTAL = re.compile(rb"[0-7]{1,20}")
_PAX_TIME = re.compile(rb"(-?[0-9]{1,15})(\.[0-9]{1,20})?")
_PAX_LENGTH = re.compile(rb"([0-9]{1,10}) ")


@dataclass(frozen=True, slots=True)
class Header:
    """One header block; `kind` is its type flag and `block` its bytes, for what only some kinds have."""

    name: bytes
    kind: bytes
    size_bytes: int
    modified: str
    target: bytes
    block: bytes


def parse_header(block: bytes, at: int) -> Header:
    """The header in a block that begins at byte `at` of the archive.

    Raises:
        ArchiveStopped: it is none, so nothing behind it can be found either.
    """
    try:
        if number(block[148:156]) != sum(block) - sum(block[148:156]) + 8 * 32:
            raise ValueError("checksum")
        size_bytes, seconds = number(block[124:136]), number(block[136:148])
        if size_bytes < 0:
            raise ValueError("size")
    except ValueError as error:
        damage = f"its header at byte {at} is damaged ({error}): nothing behind it was read"
        raise ArchiveStopped(Outcome.UNREADABLE, damage) from error
    name, prefix = until_zero(block[:100]), until_zero(block[345:500])
    if block[257:263] == _USTAR and prefix:
        name = prefix + b"/" + name
    kind = block[156:157]
    if kind == b"\0":
        kind = b"5" if name.endswith(b"/") else b"0"
    return Header(name, kind, size_bytes, utc_text(seconds), until_zero(block[157:257]), block)


def number(field: bytes) -> int:
    """A number in octal digits, or in binary where its first bit is set.

    Raises:
        ValueError: it is neither.
    """
    if field[0] & 0x80:
        value = int.from_bytes(field, "big", signed=False) - (0x80 << 8 * (len(field) - 1))
        return value - (1 << 8 * len(field) - 1) if field[0] & 0x40 else value
    digits = field.replace(b"\0", b" ").strip()
    if digits and not _OCTAL.fullmatch(digits):
        raise ValueError("number")
    return int(digits or b"0", 8)


def parse_pax(raw: bytes) -> list[tuple[bytes, bytes]]:
    """The records of a pax extended header, in order.

    Raises:
        ArchiveStopped: they do not add up.
    """
    records: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(raw) and raw[at]:
        found = _PAX_LENGTH.match(raw, at)
        end = at + int(found[1]) if found else 0
        if not found or end > len(raw) or end <= found.end() or raw[end - 1 : end] != b"\n":
            raise ArchiveStopped(
                Outcome.UNREADABLE, "an extended header is damaged: nothing behind it was read"
            )
        key, _, value = raw[found.end() : end - 1].partition(b"=")
        records.append((key, value))
        at = end
    return records


def pax_time(value: bytes) -> str:
    """A pax time as text in UTC, its fraction kept digit by digit; unchanged text if it is no time."""
    found = _PAX_TIME.fullmatch(value)
    if not found:
        return value.decode("ascii", "backslashreplace")
    return utc_text(int(found[1]), (found[2] or b"").decode("ascii"))


def until_zero(field: bytes) -> bytes:
    """A field of a header without its padding."""
    return field.partition(b"\0")[0]
