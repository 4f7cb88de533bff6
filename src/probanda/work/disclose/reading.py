"""Reads a package from disk for checking: no link is followed, nothing but regular files is opened."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from cryptography.x509 import Certificate

from probanda.errors import Malformed, NotFound, StorageFailed
from probanda.model.digest import EntryId, Sha256, Sha512
from probanda.proof.bag import Bag, FileFacts
from probanda.proof.note import MAX_NOTE_BYTES
from probanda.proof.package import verify_package
from probanda.proof.package_anchors import token_paths
from probanda.proof.timestamp import TokenVerdict, check_token, time_of
from probanda.proof.timestamp_fields import MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES
from probanda.proof.verdict import Outcome, TokenShown, Verdict

READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PackageFolder:
    """What lies in a folder: regular files, measured in one read each, and the paths of everything else."""

    root: Path
    files: dict[str, FileFacts]
    others: tuple[str, ...]

    def read(self, path: str) -> bytes:
        """The bytes of one of `files`, which may have changed since it was measured."""
        with _open(self.root / path) as file:
            return file.read()


def check_package(
    root: Path, *, genesis: EntryId | None = None, authorities: Sequence[Certificate] = ()
) -> tuple[Verdict, tuple[TokenVerdict, ...]]:
    """What the package in `root` shows, and what each of its tokens does, in the order of `Verdict.tokens`.

    `genesis` and `authorities` are what the reader brought from elsewhere.

    Raises:
        NotFound: `root` is no folder.
        StorageFailed: something in it cannot be read.
    """
    folder = read_folder(root)
    verdict = verify_package(folder.files, folder.read, others=folder.others, genesis=genesis)
    bag = Bag(folder.files, folder.read)
    tokens = tuple(_check(bag, token, authorities) for token in verdict.tokens)
    outcomes = (token.outcome for token in tokens)
    return replace(verdict, time=time_of(verdict.integrity, outcomes, brought=bool(authorities))), tokens


def read_folder(root: Path) -> PackageFolder:
    """Everything below `root`, measured.

    Raises:
        NotFound: `root` is no folder.
        StorageFailed: something in it cannot be read.
    """
    if not root.is_dir():
        raise NotFound(f"{root} is no folder. Name the folder that the package is in.")
    files: dict[str, FileFacts] = {}
    others: list[str] = []
    waiting = [""]
    try:
        while waiting:
            above = waiting.pop()
            with os.scandir(root / above) as found:
                for one in found:
                    path = f"{above}/{one.name}" if above else one.name
                    if not _is_text(path):
                        others.append(path.encode(errors="surrogateescape").decode(errors="backslashreplace"))
                    elif one.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif one.is_file(follow_symlinks=False):
                        files[path] = _measure(root / path)
                    else:
                        others.append(path)
    except OSError as error:
        raise StorageFailed(
            f"Could not read {error.filename}: {error.strerror}. Nothing was concluded."
        ) from error
    return PackageFolder(root, files, tuple(sorted(others)))


def _is_text(path: str) -> bool:
    """Whether a manifest could name it: it is UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _open(path: Path) -> BinaryIO:
    """A regular file; never through a link, and never waiting at a pipe that took its place."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no longer a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def _measure(path: Path) -> FileFacts:
    sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
    with _open(path) as file:
        while piece := file.read(READ_BYTES):
            sha256.update(piece)
            sha512.update(piece)
            size += len(piece)
    return FileFacts(size, Sha256(sha256.hexdigest()), Sha512(sha512.hexdigest()))


def _check(bag: Bag, token: TokenShown, authorities: Sequence[Certificate]) -> TokenVerdict:
    checkpoint, query, response = token_paths(token)
    try:
        request = bag.take(query, MAX_REQUEST_BYTES) if query in bag.files else None
        signed, answer = bag.take(checkpoint, MAX_NOTE_BYTES), bag.take(response, MAX_RESPONSE_BYTES)
    except Malformed as error:
        return TokenVerdict(Outcome.UNDECIDED, str(error), None, None)
    return check_token(answer, request, signed, authorities)
