"""What lies below the paths that were given: one answer for every thing, in the same order on every run."""

# pathlib has no paths of raw bytes, and a name must stay what the disk holds.
# ruff: noqa: PTH109, PTH115, PTH116, PTH118, PTH120, PTH208

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probanda.model.rawname import name_text
from probanda.work.intake.names import last_part
from probanda.work.intake.outcomes import Outcome, Told, in_plain_words

MAX_FOLDER_DEPTH = 256  # folders: more than people make; a tree of folders that holds itself goes on for ever

Identity = tuple[int, int]

SPECIAL_WORDS = {
    stat.S_IFIFO: "a named pipe, not opened",
    stat.S_IFSOCK: "a socket, not opened",
    stat.S_IFCHR: "a character device, not opened",
    stat.S_IFBLK: "a block device, not opened",
}


@dataclass(frozen=True, slots=True)
class Input:
    """A regular file as the walk saw it, not yet opened.

    `path` opens it (absolute, raw bytes). `below` is its path under `root`, the folder as it was given; a
    file that was given itself has its own name there and no root. `device` and `inode` let `open_regular`
    tell whether it is still the same file.
    """

    path: bytes
    below: bytes
    root: bytes | None
    device: int
    inode: int
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class _Place:
    path: bytes
    below: bytes
    given: bytes
    root: bytes | None
    above: tuple[Identity, ...]

    def told(self, outcome: Outcome, reason: str) -> Told:
        return Told(outcome, self.below or self.given, reason, self.root)


def walk(roots: Sequence[bytes], *, exclude: Sequence[bytes] = ()) -> Iterator[Input | Told]:
    """Every file in `roots` to be opened, and for everything else why not. Opens no file, follows no link.

    Streams, and holds only the names of the folders it stands in. Each folder in the order of raw name bytes.
    `exclude` names folders that are refused (the base itself, the keys), also where a root lies inside one.
    """
    excluded = frozenset(_identities(exclude))
    for given in roots:
        # A slash behind the name of a link would make the system follow it.
        name = given.rstrip(b"/") or given[:1]
        try:
            path = name if name.startswith(b"/") else os.path.join(os.getcwdb(), name)
            seen = os.lstat(path)
            inside = stat.S_ISDIR(seen.st_mode) or stat.S_ISREG(seen.st_mode)
            inside = inside and not excluded.isdisjoint(_identities(_upwards(path)))
        except (OSError, ValueError) as error:
            yield Told(Outcome.UNREADABLE, given, _reason(error))
            continue
        is_folder = stat.S_ISDIR(seen.st_mode)
        place = _Place(path, b"" if is_folder else last_part(path), given, given if is_folder else None, ())
        if inside:
            yield place.told(Outcome.REFUSED, "part of an evidence base: its own files are not taken in")
        else:
            yield from _descend(place, excluded)


def _descend(top: _Place, excluded: frozenset[Identity]) -> Iterator[Input | Told]:
    waiting: list[Iterator[_Place]] = [iter((top,))]
    while waiting:
        place = next(waiting[-1], None)
        if place is None:
            waiting.pop()
            continue
        found = _look(place, excluded)
        if isinstance(found, Input | Told):
            yield found
        else:
            waiting.append(found)


def _look(place: _Place, excluded: frozenset[Identity]) -> Input | Told | Iterator[_Place]:
    try:
        seen = os.lstat(place.path)
        if stat.S_ISDIR(seen.st_mode):
            return _folder(place, (seen.st_dev, seen.st_ino), excluded)
        if stat.S_ISLNK(seen.st_mode):
            target = name_text(os.readlink(place.path))
            return place.told(Outcome.LINK, f"a symbolic link to {target}, not followed")
    except OSError as error:
        return place.told(Outcome.UNREADABLE, in_plain_words(error))
    if stat.S_ISREG(seen.st_mode):
        what = (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns)
        return Input(place.path, place.below, place.root, *what)
    words = SPECIAL_WORDS.get(stat.S_IFMT(seen.st_mode), "neither file nor folder, not opened")
    return place.told(Outcome.SPECIAL, words)


def _folder(place: _Place, identity: Identity, excluded: frozenset[Identity]) -> Told | Iterator[_Place]:
    if identity in excluded:
        return place.told(Outcome.REFUSED, "the evidence base itself, or its keys: these are not taken in")
    if identity in place.above:
        return place.told(Outcome.REFUSED, "this folder contains itself (mounted in its own tree)")
    if len(place.above) >= MAX_FOLDER_DEPTH:
        return place.told(Outcome.REFUSED, f"limit: more than {MAX_FOLDER_DEPTH} folders deep")
    names = sorted(os.listdir(place.path))
    if not names:
        return place.told(Outcome.REFUSED, "empty folder: nothing to take in")
    above = (*place.above, identity)
    join = os.path.join
    return (
        _Place(join(place.path, name), join(place.below, name), place.given, place.root, above)
        for name in names
    )


def _upwards(path: bytes) -> Iterator[bytes]:
    here = os.path.realpath(path)
    yield here
    while here != (above := os.path.dirname(here)):
        yield above
        here = above


def _identities(paths: Sequence[bytes] | Iterator[bytes]) -> Iterator[Identity]:
    for path in paths:
        seen = os.stat(path)
        yield seen.st_dev, seen.st_ino


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return in_plain_words(error)
    return "no system can hold this name: it has a zero byte in it"
