"""A disk that forgets whatever was not synced.

Operations are recorded while they run; any prefix of them can be turned into a state that POSIX allows the
disk to be in after the power went. Bytes survive a file sync or a sync of everything, names a sync of their
folder or of everything. What was not synced is lost, kept, or (bytes) torn, as a seeded coin decides.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probanda.model.entry import Head
from probanda.vault.signed import LastSigned
from probanda.vault.storage.folder import Operations
from probanda.vault.stream import Writes


@dataclass
class Recorder:
    """The operations of a scenario in their order. `root` holds everything that the scenario touches."""

    root: Path
    log: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def note(self, name: str, *values: Any) -> None:
        self.log.append((name, tuple(self.name(v) if isinstance(v, Path) else v for v in values)))

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def acknowledged(self, first: int, hashes: bytes) -> None:
        """The program has told a user that these entries are received."""
        with self.lock:
            self.note("acknowledged", first, hashes)


class RecordingOperations(Operations):
    def __init__(self, recorder: Recorder) -> None:
        self._to = recorder

    def write(self, path: Path, data: bytes, *, at: int | None = None, exclusive: bool = False) -> None:
        with self._to.lock:
            super().write(path, data, at=at, exclusive=exclusive)
            self._to.note("write", path, bytes(data), at)

    def sync(self, path: Path) -> None:
        with self._to.lock:
            super().sync(path)
            self._to.note("sync", path)

    def sync_folder(self, path: Path) -> None:
        with self._to.lock:
            super().sync_folder(path)
            self._to.note("sync_folder", path)

    def sync_all(self, path: Path) -> None:
        with self._to.lock:
            super().sync_all(path)
            self._to.note("sync_all")

    def rename(self, old: Path, new: Path) -> None:
        with self._to.lock:
            super().rename(old, new)
            self._to.note("rename", old, new)

    def remove(self, path: Path) -> None:
        with self._to.lock:
            super().remove(path)
            self._to.note("remove", path)

    def make_folder(self, path: Path) -> None:
        with self._to.lock:
            super().make_folder(path)
            self._to.note("make_folder", path)


class RecordingWrites(Writes):
    def __init__(self, recorder: Recorder) -> None:
        self._to, self._paths = recorder, dict[int, Path]()

    def create(self, path: Path) -> int:
        with self._to.lock:
            descriptor = super().create(path)
            self._paths[descriptor] = path
            self._to.note("write", path, b"", None)
            return descriptor

    def write(self, descriptor: int, view: memoryview, offset: int) -> None:
        with self._to.lock:
            super().write(descriptor, view, offset)
            self._to.note("overwrite", self._paths[descriptor], bytes(view), offset)

    def sync(self, descriptor: int, size_bytes: int) -> None:
        with self._to.lock:
            super().sync(descriptor, size_bytes)
            self._to.note("truncate", self._paths[descriptor], size_bytes)
            self._to.note("sync", self._paths[descriptor])

    def name(self, temporary: Path, final: Path) -> bool:
        with self._to.lock:
            named = super().name(temporary, final)
            if named:
                self._to.note("link", temporary, final)
            return named

    def remove(self, path: Path) -> None:
        with self._to.lock:
            super().remove(path)
            self._to.note("remove", path)

    def make_folder(self, path: Path) -> None:
        with self._to.lock:
            super().make_folder(path)
            self._to.note("make_folder", path)

    def sync_folder(self, path: Path) -> None:
        with self._to.lock:
            super().sync_folder(path)
            self._to.note("sync_folder", path)


class RecordingLastSigned(LastSigned):
    """Writes its own durable file; the record says when it was done."""

    def __init__(self, path: Path, recorder: Recorder) -> None:
        super().__init__(path)
        self._file, self._to = path, recorder

    def remember(self, head: Head) -> None:
        with self._to.lock:
            super().remember(head)
            self._to.note("signed", self._file, self._file.read_bytes())


@dataclass
class _File:
    """Contents on disk, and changes that are not: (offset, bytes), or (size, None) for a cut."""

    durable: bytes
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def now(self) -> bytes:
        data = self.durable
        for change in self.pending:
            data = _changed(data, *change)
        return data


def _changed(old: bytes, at: int, data: bytes | None) -> bytes:
    if data is None:
        return old[:at].ljust(at, b"\0")
    return old[:at].ljust(at, b"\0") + data + old[at + len(data) :]


@dataclass
class _Folder:
    """Names on disk and now; `pending` leads from the one to the other."""

    durable: dict[str, Any] = field(default_factory=dict)
    now: dict[str, Any] = field(default_factory=dict)
    pending: list[tuple[tuple[str, Any], ...]] = field(default_factory=list)

    def change(self, *pairs: tuple[str, Any]) -> None:
        """Set names together, as one step; None removes."""
        self.pending.append(pairs)
        _apply(self.now, pairs)


def _apply(names: dict[str, Any], pairs: tuple[tuple[str, Any], ...]) -> None:
    for name, what in pairs:
        if what is None:
            names.pop(name, None)
        else:
            names[name] = what


class Disk:
    """What is on the disk for certain, and what only the system's memory knows."""

    def __init__(self, initial: Path) -> None:
        """Everything below `initial` is durable."""
        self.top = _load(initial)
        self.acknowledged: list[tuple[int, bytes]] = []

    def apply(self, name: str, values: tuple[Any, ...]) -> None:
        getattr(self, f"_{name}")(*values)

    def _find(self, path: str) -> Any:
        place: Any = self.top
        for part in [p for p in path.split("/") if p != "."]:
            place = place.now[part]
        return place

    def _parent(self, path: str) -> tuple[_Folder, str]:
        folder, _, name = path.rpartition("/")
        return self._find(folder or "."), name

    def _write(self, path: str, data: bytes, at: int | None) -> None:
        parent, name = self._parent(path)
        if name not in parent.now:
            parent.change((name, _File(b"")))
        parent.now[name].pending += [(at or 0, None), (at or 0, data)]

    def _overwrite(self, path: str, data: bytes, offset: int) -> None:
        self._find(path).pending.append((offset, data))

    def _truncate(self, path: str, size: int) -> None:
        self._find(path).pending.append((size, None))

    def _sync(self, path: str) -> None:
        file = self._find(path)
        file.durable, file.pending = file.now(), []

    def _sync_folder(self, path: str) -> None:
        folder = self._find(path)
        folder.durable, folder.pending = dict(folder.now), []

    def _sync_all(self) -> None:
        for place in _walk(self.top):
            if isinstance(place, _Folder):
                place.durable, place.pending = dict(place.now), []
            else:
                place.durable, place.pending = place.now(), []

    def _rename(self, old: str, new: str) -> None:
        parent, name = self._parent(old)
        parent.change((name, None), (self._parent(new)[1], parent.now[name]))

    def _link(self, old: str, new: str) -> None:
        parent, name = self._parent(new)
        parent.change((name, self._find(old)))

    def _remove(self, path: str) -> None:
        parent, name = self._parent(path)
        if name in parent.now:
            parent.change((name, None))

    def _make_folder(self, path: str) -> None:
        parent, name = self._parent(path)
        if name not in parent.now:
            parent.change((name, _Folder()))

    def _signed(self, path: str, data: bytes) -> None:
        parent, name = self._parent(path)
        parent.durable[name] = parent.now[name] = _File(data)

    def _acknowledged(self, first: int, hashes: bytes) -> None:
        self.acknowledged.append((first, hashes))

    def crash(self, to: Path, rng: random.Random) -> None:
        """Make `to` what the disk may hold after the power goes now."""
        mood = rng.random()  # how much of what was not synced reaches the disk
        _crash(self.top, to, rng, 0.0 if mood < 0.2 else 1.0 if mood > 0.8 else mood, {})


def _load(path: Path) -> Any:
    if not path.is_dir():
        return _File(path.read_bytes())
    names = {inner.name: _load(inner) for inner in path.iterdir()}
    return _Folder(dict(names), dict(names))


def _walk(place: Any) -> Iterator[Any]:
    yield place
    if isinstance(place, _Folder):
        for inner in place.now.values():
            yield from _walk(inner)


def _crash(folder: _Folder, to: Path, rng: random.Random, kept: float, torn: dict[int, bytes]) -> None:
    names = dict(folder.durable)
    for pairs in folder.pending:
        if rng.random() < kept:
            _apply(names, pairs)
    to.mkdir(exist_ok=True)
    for name, what in names.items():
        if isinstance(what, _Folder):
            _crash(what, to / name, rng, kept, torn)
        else:
            if id(what) not in torn:
                torn[id(what)] = _torn(what, rng, kept)
            (to / name).write_bytes(torn[id(what)])


def _torn(file: _File, rng: random.Random, kept: float) -> bytes:
    data = file.durable
    for at, change in file.pending:
        if change is None or rng.random() < kept:
            data = _changed(data, at, change) if rng.random() < max(kept, 0.1) else data
        elif rng.random() < 0.3:  # some of it, and perhaps zeros where the rest was to come
            cut = rng.randrange(len(change) + 1)
            rest = bytes(len(change) - cut) if rng.random() < 0.5 else b""
            data = _changed(data, at, change[:cut] + rest)
    return data
