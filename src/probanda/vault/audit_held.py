"""Part of an audit: what entries say was received against what is held.

Memory stays flat: both sides go through files, split by the first bits of the digest, and are compared one
part after the other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

from probanda.model.digest import Sha256
from probanda.vault.audit_report import Found
from probanda.vault.originals import DERIVED, OBJECTS

NOT_HELD = "received, but not held whole, neither as an object nor in a pack"
PARTS = 64
IN_MEMORY_BYTES = 1 << 20  # of one part of one side, before it goes to a file


class Parts:
    """Records of one length, split by their first six bits."""

    def __init__(self, record_bytes: int) -> None:
        self.record_bytes = record_bytes
        self._files: list[IO[bytes]] = [
            tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115  # closed by `close`
            for _ in range(PARTS)
        ]

    def add(self, records: bytes | bytearray) -> None:
        """Take records that stand end to end."""
        size = self.record_bytes
        for start in range(0, len(records), size):
            self._files[records[start] >> 2].write(records[start : start + size])

    def part(self, number: int) -> Iterator[bytes]:
        """The records of one part, in the order in which they came."""
        file = self._files[number]
        file.seek(0)
        while record := file.read(self.record_bytes):
            yield record

    def close(self) -> None:
        for file in self._files:
            file.close()


class Holdings:
    """Receptions, names and held bytes of a whole base."""

    def __init__(self, *, both: bool) -> None:
        self.both = both
        digest = 64 if both else 0
        self.received = Parts(32 + 8 + 8 + digest)
        self.named = Parts(32)
        self.objects = Parts(32 + 8 + digest)
        self.derived = Parts(32 + 8 + digest)

    def compare(self, found: Found) -> None:
        """Each received item is held with the size (and the SHA-512) that its entry says."""
        wrong: list[tuple[int, str, str]] = []
        for number in range(PARTS):
            held = {record[:32]: record[32:] for record in self.objects.part(number)}
            unnamed = dict.fromkeys(held)
            named = set(self.named.part(number))
            for record in self.received.part(number):
                unnamed.pop(record[:32], None)
                if says := _differs(record, held.get(record[:32])):
                    wrong.append((int.from_bytes(record[32:40], "big"), place(OBJECTS, record[:32]), says))
            for digest in sorted(unnamed):
                if digest not in named:
                    found.note("E-UNNAMED", place(OBJECTS, digest), "kept, but no entry names it")
            for record in self.derived.part(number):
                if record[:32] not in named:
                    found.note("E-UNNAMED", place(DERIVED, record[:32]), "kept, but no entry names it")
        unread = any(finding.name == "E-UNREADABLE" for finding in found.findings)
        for index, path, says in sorted(wrong):
            # What is missed may be what the disk did not give.
            (found.undecided if unread and says == NOT_HELD else found.fail)(
                "E-ITEM", f"{path} (entry {index})", says
            )

    def close(self) -> None:
        for parts in (self.received, self.named, self.objects, self.derived):
            parts.close()


def _differs(record: bytes, held: bytes | None) -> str:
    """What is wrong about a reception, if anything is."""
    size, sha512 = record[40:48], record[48:]
    if held is None:
        return NOT_HELD
    if held[:8] != size:
        return (
            f"held with {int.from_bytes(held[:8], 'big')} bytes, received with {int.from_bytes(size, 'big')}"
        )
    if held[8:] != sha512:
        return "held with another SHA-512 than the entry says"
    return ""


def place(kind: str, digest: bytes) -> str:
    """The path of an original or product as a file of its own."""
    name = Sha256(digest.hex())
    return f"{kind}/{name[:2]}/{name[2:4]}/{name}"
