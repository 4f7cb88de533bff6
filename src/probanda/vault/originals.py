"""Received bytes under the name of their own SHA-256: written once, hashed again whenever they are read.

An original is a file of its own (`objects/ab/cd/SHA256`) or a member of a pack; a reader need not know which.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from probanda.errors import NotFound, ProofFails
from probanda.model.digest import Sha256, Sha512
from probanda.vault.packs import Member, check
from probanda.vault.positions import Place, Positions
from probanda.vault.stream import Folders, Stream, Writes, reading

OBJECTS, DERIVED, PACKS = "objects", "derived", "packs"
READ_BYTES = 1 << 18  # inside a processor's cache: what is hashed twice and then written is still near


class Readable(Protocol):
    """Anything that can be read into memory of ours."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill `buffer` from its start; how many bytes came, 0 at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """What is now held, on disk; `new` is False if it was held before."""

    sha256: Sha256
    sha512: Sha512
    size_bytes: int
    new: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """What has been read and hashed and is still being written; `stored` is done when it is on disk."""

    sha256: Sha256
    sha512: Sha512
    size_bytes: int
    stored: Future[Stored]


class Originals:
    """The originals of a base, or (`place` = "derived") the products made from them."""

    def __init__(self, root: Path, *, place: str = OBJECTS, writes: Writes | None = None) -> None:
        """`root` is the folder of the base. Nothing is read or made before it is needed."""
        self.root = root
        self.folders = Folders(root, writes or Writes())
        self._place = root / place
        self._place_name = str(self._place)  # asked for every original: a Path costs more than the question
        self.packs = root / PACKS
        self.positions = None if place == DERIVED else Positions(self.packs, root / "cache" / "positions")
        self._settled_packs: set[Path] = set()
        self._idle: list[Stream] = []

    def put(self, source: Readable) -> Stored:
        """Keep all bytes of `source`, read once, under the name of their SHA-256.

        They are on disk on return, and received only when an entry names them. Safe to repeat: bytes already
        held are checked and left as they are.

        Raises:
            StorageFailed: the disk refused; nothing is kept.
            ProofFails: they are held already and that copy is damaged; it stays, and the new one lies in
            `cache/`.
        """
        return self.begin_put(source).stored.result()

    def begin_put(self, source: Readable, *, accept: Callable[[int], None] | None = None) -> Pending:
        """As `put`, but returns when all is read; threads write meanwhile.

        `accept` is told how many bytes were read and may raise, for instance if the source changed; nothing
        is kept then.
        """
        try:
            stream = self._idle.pop()
        except IndexError:
            stream = Stream(self.folders)
        try:
            stream.begin(self._place)
            sha256, sha512 = hashlib.sha256(), hashlib.sha512()
            while count := source.readinto(view := stream.room(READ_BYTES)):
                sha256.update(view[:count])
                sha512.update(view[:count])
                stream.advance(count)
            if accept is not None:
                accept(stream.position)
            return self._keep(stream, Sha256(sha256.hexdigest()), Sha512(sha512.hexdigest()))
        finally:
            stream.discard()
            self._idle.append(stream)

    def _keep(self, stream: Stream, sha256: Sha256, sha512: Sha512) -> Pending:
        size = stream.position
        try:
            if self.contains(sha256) and self.holds(sha256, size):
                held: Future[Stored] = Future()
                held.set_result(Stored(sha256, sha512, size, new=False))
                return Pending(sha256, sha512, size, held)
        except ProofFails as error:
            beside = self.root / "cache" / "rescued" / sha256
            stream.finish(beside, bool).result()
            raise ProofFails(f"{error} The bytes just read are kept in {beside}.") from error

        def named(new: bool) -> Stored:  # noqa: FBT001  # the stream calls it so
            if not new:
                self.holds(sha256, size)
            return Stored(sha256, sha512, size, new)

        return Pending(sha256, sha512, size, stream.finish(self._path(sha256), named))

    def contains(self, sha256: Sha256) -> bool:
        """Whether a copy seems to be held; it is not looked at."""
        self.refresh()
        return self.seems_held(sha256)

    def refresh(self) -> None:
        """Take in packs that others wrote since the last look."""
        if self.positions is not None:
            self.positions.refresh()

    def seems_held(self, sha256: Sha256) -> bool:
        """As `contains`, by what was known at the last `refresh`; quick enough to ask for every file."""
        if self.positions is not None and self.positions.knows(sha256):
            return True
        return os.access(f"{self._place_name}/{sha256[:2]}/{sha256[2:4]}/{sha256}", os.F_OK)

    def holds(self, sha256: Sha256, size_bytes: int) -> bool:
        """Whether a copy is held that is whole, of this size, and on disk under its name.

        Raises:
            ProofFails: copies are held, and each is damaged.
        """
        places = self._places(sha256)
        for place in places:
            data = _member(place)
            if len(data) == size_bytes and hashlib.sha256(data).hexdigest() == sha256:
                self._settle_pack(place.pack)
                return True
        path = self._path(sha256)
        alone = path.exists()
        if alone and _file_is(path, sha256, size_bytes):
            self.folders.make(path.parent)
            self.folders.writes.sync_folder(path.parent)
            return True
        if not (alone or places):
            return False
        if self.positions is not None and self.positions.rebuild():
            return self.holds(sha256, size_bytes)
        raise self._damaged(sha256)

    def size(self, sha256: Sha256) -> int:
        """The size of an original in bytes.

        Raises:
            NotFound: it is not held.
            ProofFails: it lies in packs, and each copy is damaged.
        """
        data = self._packed(sha256)
        return self._path(sha256).stat().st_size if data is None else len(data)

    def open(self, sha256: Sha256) -> BinaryIO:
        """An original as a file to read and seek in. A file of its own is not checked: see `read_checked`.

        Raises:
            NotFound: it is not held.
            ProofFails: it lies in packs, and each copy is damaged.
        """
        data = self._packed(sha256)
        return self._path(sha256).open("rb") if data is None else io.BytesIO(data)

    def read_checked(self, sha256: Sha256) -> Iterator[bytes]:
        """The bytes of an original in pieces, hashed on the way. Rely on them only when the last has come.

        Raises:
            NotFound: it is not held.
            ProofFails: what is held is not what the name stands for; said after the last piece at the latest.
        """
        data = self._packed(sha256)
        if data is not None:
            yield data
            return
        digest = hashlib.sha256()
        path = self._path(sha256)
        with reading(path), path.open("rb", buffering=0) as file:
            while piece := file.read(READ_BYTES):
                digest.update(piece)
                yield piece
        if digest.hexdigest() != sha256:
            raise self._damaged(sha256)

    def note_pack(self, name: Sha256, members: Iterable[Member], *, new: bool) -> None:
        """Find the members of this pack from now on; one that is not `new` is checked first.

        Raises:
            ProofFails: the pack held under this name is damaged.
        """
        path = self.packs / f"{name}.tar"
        if not new:
            with reading(path), path.open("rb", buffering=0) as file:
                fault = next(check(file.fileno(), name), None)
            if fault is not None:
                raise ProofFails(
                    f"The pack {path} is damaged: {fault}. It was left as it is. Run `probanda verify`."
                )
        self._settled_packs.add(path)
        if self.positions is not None:
            self.positions.add(name, members)

    def close(self) -> None:
        """Wait for what is being written and give the memory back."""
        while self._idle:
            self._idle.pop().close()

    def _path(self, sha256: Sha256) -> Path:
        return self._place / sha256[:2] / sha256[2:4] / sha256

    def _places(self, sha256: Sha256) -> list[Place]:
        return [] if self.positions is None else self.positions.find(sha256)

    def _packed(self, sha256: Sha256) -> bytes | None:
        """The checked bytes of a packed original; None if it is a file of its own."""
        places = self._places(sha256)
        for place in places:
            data = _member(place)
            if hashlib.sha256(data).hexdigest() == sha256:
                return data
        if self._path(sha256).exists():
            return None
        if self.positions is not None and self.positions.rebuild():
            return self._packed(sha256)
        if places:
            raise self._damaged(sha256)
        raise NotFound(
            f"The bytes {sha256} are not held in this base. Check the digest, or look in a copy of the base."
        )

    def _settle_pack(self, pack: Path) -> None:
        """Another process may have named it and not yet synced its folder."""
        if pack not in self._settled_packs:
            self.folders.make(self.packs)
            self.folders.writes.sync_folder(self.packs)
            self._settled_packs.add(pack)

    def _damaged(self, sha256: Sha256) -> ProofFails:
        return ProofFails(
            f"The copy held of {sha256} is damaged: its bytes are not those that the name stands for. "
            "It was left as it is. Run `probanda verify`, and restore it from another copy of the base."
        )


def _member(place: Place) -> bytes:
    """What lies at a place; fewer bytes where the table is wrong about it."""
    try:
        with reading(place.pack), place.pack.open("rb", buffering=0) as file:
            return os.pread(file.fileno(), place.size_bytes, place.offset)
    except FileNotFoundError:
        return b""


def _file_is(path: Path, sha256: Sha256, size_bytes: int) -> bool:
    with reading(path), path.open("rb", buffering=0) as file:
        return os.fstat(file.fileno()).st_size == size_bytes and (
            hashlib.file_digest(file, "sha256").hexdigest() == sha256
        )
