"""Filling packs: small originals are read straight into the memory that is written to disk.

Use: `room`, read into it, hash it there, `add`; when `full`, `close`; speak of its members only when that is
done.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

from probanda.model.digest import Sha256
from probanda.vault import packs
from probanda.vault.originals import Originals
from probanda.vault.packs import BLOCK_BYTES, Member
from probanda.vault.stream import Stream

FULL_BYTES = 64 << 20
FULL_MEMBERS = 1000


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that is on disk under its name."""

    name: Sha256
    members: tuple[Member, ...]


class PackWriter:
    """One pack after the other, filled by one thread."""

    def __init__(self, originals: Originals) -> None:
        """Packs go to the base of `originals`, which finds their members from then on."""
        self._originals = originals
        self._stream = Stream(originals.folders)
        self._lines: list[str] = []
        self._members: dict[Sha256, Member] = {}
        self._room: memoryview | None = None
        self._begun = False

    @property
    def full(self) -> bool:
        """Whether the pack should be closed now."""
        return len(self._members) >= FULL_MEMBERS or (self._begun and self._stream.position >= FULL_BYTES)

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be closed."""
        return not self._members

    def __contains__(self, sha256: Sha256) -> bool:
        """Whether the pack that is being filled has these bytes."""
        return sha256 in self._members

    def room(self, size_bytes: int) -> memoryview:
        """A place for an original of `size_bytes`, at most 1 MiB; good until the next call.

        Raises:
            StorageFailed: the disk refused; what was added to this pack is not kept.
        """
        if not self._begun:
            self._stream.begin(self._originals.packs)
            self._begun = True
        self._room = self._stream.room(2 * BLOCK_BYTES + size_bytes)
        return self._room[BLOCK_BYTES : BLOCK_BYTES + size_bytes]

    def add(self, sha256: Sha256, size_bytes: int) -> bool:
        """Take the first `size_bytes` of the room into the pack; False if it has them already."""
        if self._room is None or size_bytes > packs.MAX_MEMBER_BYTES:
            raise RuntimeError("no room was asked for, or it is too large for a pack")
        if sha256 in self._members:
            return False
        room, self._room = self._room, None
        whole = BLOCK_BYTES + packs.padded(size_bytes)
        member = Member(sha256, self._stream.position + BLOCK_BYTES, size_bytes)
        room[:BLOCK_BYTES] = packs.header(sha256, size_bytes)
        room[BLOCK_BYTES + size_bytes : whole] = bytes(whole - BLOCK_BYTES - size_bytes)
        self._stream.advance(whole)
        self._members[sha256] = member
        self._lines.append(packs.index_line(member))
        return True

    def close(self) -> Future[Pack]:
        """Finish the pack; the next `room` starts another.

        The future is done when contents and name are on disk. Its exception is StorageFailed if the disk
        refused (nothing of the pack is kept), or ProofFails if a pack of this name was there and is damaged
        (it stays).

        Raises:
            StorageFailed: the disk has refused already; nothing of the pack is kept.
        """
        index, offset = packs.index_end(self._lines)
        start = offset - BLOCK_BYTES
        tail = packs.header(packs.INDEX, len(index)) + index
        room = self._stream.room(packs.total_bytes(offset, len(index)) - start)
        room[: len(tail)] = tail
        room[len(tail) :] = bytes(len(room) - len(tail))
        self._stream.advance(len(room))
        pack = Pack(packs.pack_name(index), tuple(self._members.values()))

        def named(new: bool) -> Pack:  # noqa: FBT001  # the stream calls it so
            self._originals.note_pack(pack.name, pack.members, new=new)
            return pack

        kept = self._stream.finish(self._originals.packs / f"{pack.name}.tar", named)
        self._forget()
        return kept

    def discard(self) -> None:
        """Give up the pack that is being filled; nothing of it stays."""
        self._stream.discard()
        self._forget()

    def shut_down(self) -> None:
        """Wait for the packs in flight and give the memory back; a pack that was not closed is given up."""
        self._stream.close()
        self._forget()

    def _forget(self) -> None:
        self._lines, self._members, self._room, self._begun = [], {}, None, False
