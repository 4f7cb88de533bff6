"""Part of an audit: every original and every product against the digest that it is named by.

A task is one pack, or all objects whose names begin with the same two digits.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from probanda.model.digest import Sha256
from probanda.vault import packs
from probanda.vault.audit_report import Counts, Found
from probanda.vault.originals import DERIVED, OBJECTS, PACKS
from probanda.vault.packs import Member
from probanda.vault.stream import UNFINISHED

READ_BYTES = 1 << 18  # stays in a processor's cache while it is hashed twice

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Task:
    """Something below the base to look at: a pack, or a folder of objects or products."""

    root: Path
    name: str
    both: bool


@dataclass(slots=True)
class Held:
    """What a task found to be whole: SHA-256, size in eight bytes, and with `both` SHA-512, end to end."""

    found: Found = field(default_factory=Found)
    counts: Counts = field(default_factory=Counts)
    objects: bytearray = field(default_factory=bytearray)
    derived: bytearray = field(default_factory=bytearray)


def tasks(root: Path, *, both: bool, found: Found) -> Iterator[Task]:
    """All tasks of a base in the order of their paths; what has no place there is a finding."""
    for place in (DERIVED, OBJECTS):
        for entry in scan(root, place, found):
            if entry.is_dir(follow_symlinks=False) and re.fullmatch("[0-9a-f]{2}", entry.name):
                yield Task(root, f"{place}/{entry.name}", both)
            else:
                unlisted(f"{place}/{entry.name}", entry, found)
    for entry in scan(root, PACKS, found):
        name = f"{PACKS}/{entry.name}"
        digest, dot, kind = entry.name.partition(".")
        if is_file(entry) and _DIGEST.fullmatch(digest) and (dot, kind) == (".", "tar"):
            yield Task(root, name, both)
        else:
            unlisted(name, entry, found)


def check_task(task: Task) -> Held:
    """What is whole, and what is not. Plain data in and out."""
    held = Held()
    if task.name.startswith(f"{PACKS}/"):
        _check_pack(task, held)
    else:
        _check_folder(task, held)
    return held


def _check_folder(task: Task, held: Held) -> None:
    place, first = task.name.split("/")
    for inner in scan(task.root, task.name, held.found):
        name = f"{task.name}/{inner.name}"
        if not inner.is_dir(follow_symlinks=False) or not re.fullmatch("[0-9a-f]{2}", inner.name):
            unlisted(name, inner, held.found)
            continue
        for entry in scan(task.root, name, held.found):
            if is_file(entry) and _DIGEST.fullmatch(entry.name) and entry.name.startswith(first + inner.name):
                _check_object(task, place, f"{name}/{entry.name}", held)
            else:
                unlisted(f"{name}/{entry.name}", entry, held.found)


def _check_object(task: Task, place: str, path: str, held: Held) -> None:
    name = path[-64:]
    try:
        sha256, sha512, size = _hash(task.root / path, both=task.both)
    except OSError as error:
        held.found.undecided("E-UNREADABLE", path, f"could not be read: {error.strerror}")
        return
    held.counts.size_bytes += size
    if place == DERIVED:
        held.counts.derived += 1
    else:
        held.counts.objects += 1
    if sha256.hex() != name:
        held.found.fail("E-OBJECT", path, f"its bytes have the SHA-256 {sha256.hex()}")
        return
    record = sha256 + size.to_bytes(8, "big") + sha512
    if place == DERIVED:
        held.derived += record
    else:
        held.objects += record


def _hash(path: Path, *, both: bool) -> tuple[bytes, bytes, int]:
    sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
    buffer = memoryview(bytearray(READ_BYTES))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            size += count
            sha256.update(buffer[:count])
            if both:
                sha512.update(buffer[:count])
    return sha256.digest(), sha512.digest() if both else b"", size


def _check_pack(task: Task, held: Held) -> None:
    def keep(member: Member, view: memoryview) -> None:
        sha512 = hashlib.sha512(view).digest() if task.both else b""
        held.objects += bytes.fromhex(member.sha256) + member.size_bytes.to_bytes(8, "big") + sha512
        held.counts.packed += 1

    name = Sha256(task.name.removeprefix(f"{PACKS}/").removesuffix(".tar"))
    try:
        descriptor = os.open(task.root / task.name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            held.counts.packs += 1
            held.counts.size_bytes += os.fstat(descriptor).st_size
            for fault in packs.check(descriptor, name, keep):
                where = f"{task.name} bytes {fault.start} to {fault.end - 1}"
                held.found.fail("E-PACK", where, fault.reason)
        finally:
            os.close(descriptor)
    except OSError as error:
        held.found.undecided("E-UNREADABLE", task.name, f"could not be read: {error.strerror}")


def scan(root: Path, folder: str, found: Found) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; nothing if there is none."""
    try:
        with os.scandir(root / folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        found.fail("E-UNLISTED", folder, "a file in the place of a folder")
        return []
    except OSError as error:
        found.undecided("E-UNREADABLE", folder, f"could not be read: {error.strerror}")
        return []


def is_file(entry: os.DirEntry[str]) -> bool:
    """Whether this is a regular file and no link."""
    return entry.is_file(follow_symlinks=False)


def unlisted(name: str, entry: os.DirEntry[str], found: Found) -> None:
    """Say that something has no place in a base; a writer may be at work on what is unfinished."""
    if entry.name.startswith(UNFINISHED) and is_file(entry):
        found.note("E-UNFINISHED", name, "an unfinished write: it holds nothing that counts")
    else:
        found.fail("E-UNLISTED", name, "a base holds no such file")
