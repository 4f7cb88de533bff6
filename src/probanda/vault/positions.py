"""Where the members of packs lie: a table in the cache, made from the packs' indexes and from nothing else.

The table is a hint. Whoever reads an original hashes it, so a stale, torn or flipped table costs time and
never gives wrong bytes; `rebuild` makes it anew.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from probanda.errors import Malformed
from probanda.model.digest import Sha256
from probanda.vault.packs import MAX_MEMBER_BYTES, Member, read_index
from probanda.vault.stream import UNFINISHED, reading

_HEADER = struct.Struct("<24sQQ24x")  # what this is, slots, slots in use
_ROW = struct.Struct("<32s8sII")  # digest, beginning of the pack's name, offset, size
_KIND = b"probanda pack positions1"
_EMPTY = bytes(32)
_FIRST_SLOTS = 1 << 12
_PACK = re.compile(r"[0-9a-f]{64}\.tar")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a copy of an original may lie: to be hashed before it is believed."""

    pack: Path
    offset: int
    size_bytes: int


class Positions:
    """The places of packed originals. Safe to use from several threads and processes at once.

    The table is open-addressed by digest. A row whose digest is the name of a pack says that all members of
    the pack are in the table.
    """

    def __init__(self, packs: Path, cache: Path) -> None:
        """Nothing is read before the first question, so a large base opens at once."""
        self._packs, self._cache = packs, cache
        self._listed: set[str] = set()
        self._names: dict[bytes, str] = {}
        self._seen_ns = -1
        self._map: mmap.mmap | None = None
        self._inode = -1
        self._lock = RLock()
        self._rebuilt = False

    def find(self, digest: Sha256) -> list[Place]:
        """The places where `digest` may lie."""
        self.refresh()
        places = []
        for start, offset, size in self._rows(bytes.fromhex(digest)):
            name = self._names.get(start)
            if name is not None and size <= MAX_MEMBER_BYTES:
                places.append(Place(self._packs / f"{name}.tar", offset, size))
        return places

    def knows(self, digest: Sha256) -> bool:
        """Whether the table has a row for `digest`, as of the last `refresh`."""
        return any(pack in self._names for pack, _, _ in self._rows(bytes.fromhex(digest)))

    def add(self, pack: Sha256, members: Iterable[Member]) -> None:
        """Note the members of a pack that has just got its name."""
        with self._lock, self._writing():
            self._note(pack, list(members))

    def rebuild(self) -> bool:
        """Make the table from the packs alone; False if this was done before, since packs do not change."""
        with self._lock:
            if self._rebuilt:
                return False
            self._rebuilt, self._seen_ns = True, -1
            self._listed, self._names = set(), {}
            with self._writing():
                self._replace(_FIRST_SLOTS, [])
            self.refresh()
            return True

    def refresh(self) -> None:
        """Take in packs that came since the last look.

        Raises:
            StorageFailed: the packs cannot be read.
        """
        try:
            changed_ns = self._packs.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if changed_ns != self._seen_ns:
            with reading(self._packs):
                self._take_in_new(changed_ns)

    def _take_in_new(self, changed_ns: int) -> None:
        with self._lock:
            with os.scandir(self._packs) as entries:
                listed = {entry.name for entry in entries if _PACK.fullmatch(entry.name)}
            for gone in self._listed - listed:
                del self._names[bytes.fromhex(gone[:64])[:8]]
            if fresh := listed - self._listed:
                with self._writing():
                    for name in sorted(fresh):
                        self._take_in(Sha256(name[:64]))
            self._listed = listed
            self._seen_ns = changed_ns

    def _take_in(self, name: Sha256) -> None:
        self._names[bytes.fromhex(name)[:8]] = name
        if next(self._rows(bytes.fromhex(name)), None) is not None:
            return
        try:
            with (self._packs / f"{name}.tar").open("rb", buffering=0) as file:
                self._note(name, read_index(file.fileno(), name))
        except Malformed:
            return  # the audit names the pack; what it holds cannot be found through it

    def _note(self, pack: Sha256, members: Iterable[Member]) -> None:
        start = bytes.fromhex(pack)[:8]
        for member in members:
            self._insert(_ROW.pack(bytes.fromhex(member.sha256), start, member.offset, member.size_bytes))
        self._insert(_ROW.pack(bytes.fromhex(pack), start, 0, 0))

    def _rows(self, key: bytes) -> Iterator[tuple[bytes, int, int]]:
        table = self._map
        if table is None:
            return
        mask = (len(table) - _HEADER.size) // _ROW.size - 1
        slot = int.from_bytes(key[:8], "little") & mask
        for _ in range(mask + 1):
            at = _HEADER.size + slot * _ROW.size
            found = table[at : at + 32]
            if found == _EMPTY:
                return
            if found == key:
                yield _ROW.unpack_from(table, at)[1:]
            slot = (slot + 1) & mask

    def _insert(self, row: bytes) -> None:
        table = self._table()
        _, slots, used = _HEADER.unpack_from(table)
        if 2 * used >= slots:
            old = range(_HEADER.size, len(table), _ROW.size)
            rows = (table[at : at + _ROW.size] for at in old if table[at : at + 32] != _EMPTY)
            table = self._replace(4 * slots, rows)
        self._place(table, row)

    def _place(self, table: mmap.mmap, row: bytes) -> None:
        _, slots, used = _HEADER.unpack_from(table)
        slot = int.from_bytes(row[:8], "little") & slots - 1
        while (found := table[(at := _HEADER.size + slot * _ROW.size) : at + _ROW.size]) != row:
            if found[:32] == _EMPTY:
                table[at : at + _ROW.size] = row
                _HEADER.pack_into(table, 0, _KIND, slots, used + 1)
                return
            slot = (slot + 1) & slots - 1

    def _table(self) -> mmap.mmap:
        return self._map if self._map is not None else self._replace(_FIRST_SLOTS, [])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone among all processes, with the table that stands in the cache now."""
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            folder = os.open(self._cache, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:  # a base that is only read: the table is kept in memory
            yield
            return
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            self._load()
            yield
        finally:
            os.close(folder)

    def _load(self) -> None:
        try:
            descriptor = os.open(self._cache / "table", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return
        try:
            state = os.fstat(descriptor)
            if state.st_ino == self._inode:
                return
            if state.st_size < _HEADER.size:
                return
            table = mmap.mmap(descriptor, state.st_size)
        finally:
            os.close(descriptor)
        kind, slots, used = _HEADER.unpack_from(table)
        sound = slots >= _FIRST_SLOTS and slots & slots - 1 == 0 and used < slots
        if kind == _KIND and sound and len(table) == _HEADER.size + slots * _ROW.size:
            self._map, self._inode = table, state.st_ino

    def _replace(self, slots: int, rows: Iterable[bytes]) -> mmap.mmap:
        """A new table with these rows; in memory only where the cache cannot be written."""
        size = _HEADER.size + slots * _ROW.size
        temporary = self._cache / f"{UNFINISHED}table"
        try:
            descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
            try:
                # Writing to a mapped hole of a full disk would kill the process.
                os.posix_fallocate(descriptor, 0, size)
                table, inode = mmap.mmap(descriptor, size), os.fstat(descriptor).st_ino
            finally:
                os.close(descriptor)
        except OSError:
            table, inode = mmap.mmap(-1, size), -1
        _HEADER.pack_into(table, 0, _KIND, slots, 0)
        for row in rows:
            self._place(table, row)
        if inode != -1:
            temporary.rename(self._cache / "table")
        self._map, self._inode = table, inode
        return table
