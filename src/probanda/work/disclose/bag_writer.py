"""Writes the files of a package and, at the end, the manifests over them.

Source: spec/package.md package-1, package-2; RFC 8493.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from probanda.model.digest import Digests, Sha256, Sha512

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Written:
    """What one file holds."""

    digests: Digests
    size_bytes: int


@dataclass(slots=True)
class BagWriter:
    """A bag in the making below `root`, which must not exist yet."""

    root: Path
    payload: dict[str, Written] = field(default_factory=dict)
    tags: dict[str, Written] = field(default_factory=dict)

    def begin(self) -> None:
        """Make the folder.

        Raises:
            FileExistsError: it exists.
        """
        self.root.mkdir(parents=True)
        (self.root / "data").mkdir()

    def add_item(self, name: str, pieces: Iterable[bytes]) -> Written:
        """A file under `data/`, hashed as it is copied."""
        path = f"data/{name}"
        self.payload[path] = written = self._write(path, pieces)
        return written

    def add(self, path: str, data: bytes) -> None:
        """Any other file."""
        self.tags[path] = self._write(path, (data,))

    def add_payload_manifests(self) -> tuple[Sha256, Sha256]:
        """Call when all items are there; the SHA-256 of both manifests."""
        for algorithm in ("sha256", "sha512"):
            self.add(f"manifest-{algorithm}.txt", _manifest(self.payload, algorithm))
        one, other = self.tags["manifest-sha256.txt"], self.tags["manifest-sha512.txt"]
        return one.digests.sha256, other.digests.sha256

    def finish(self, identifier: str, date: str) -> None:
        """Write what describes the bag; nothing can be added afterwards. `date` is YYYY-MM-DD."""
        total = sum(one.size_bytes for one in self.payload.values())
        oxum = f"Payload-Oxum: {total}.{len(self.payload)}\n"
        info = f"Bagging-Date: {date}\nExternal-Identifier: {identifier}\n{oxum}"
        self.add("bagit.txt", BAGIT_TXT)
        self.add("bag-info.txt", info.encode())
        for algorithm in ("sha256", "sha512"):
            self._write(f"tagmanifest-{algorithm}.txt", (_manifest(self.tags, algorithm),))

    def _write(self, path: str, pieces: Iterable[bytes]) -> Written:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
        with target.open("xb") as file:
            for piece in pieces:
                file.write(piece)
                sha256.update(piece)
                sha512.update(piece)
                size += len(piece)
        return Written(Digests(Sha256(sha256.hexdigest()), Sha512(sha512.hexdigest())), size)


def _manifest(files: dict[str, Written], algorithm: str) -> bytes:
    lines = [f"{_digest(files[path], algorithm)}  {path}\n" for path in sorted(files)]
    return "".join(lines).encode()


def _digest(written: Written, algorithm: str) -> str:
    return written.digests.sha256 if algorithm == "sha256" else written.digests.sha512
