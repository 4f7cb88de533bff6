"""Part of an audit: exactly the files that a base may hold (base-1), apart from originals and products."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from probanda.proof.tree import TILE_WIDTH
from probanda.vault.audit_anchors import ANCHORS
from probanda.vault.audit_originals import is_file, scan, unlisted
from probanda.vault.audit_report import Found
from probanda.vault.audit_start import STAGED_NAME
from probanda.vault.audit_stretch import openings_path
from probanda.vault.identity import IDENTITY
from probanda.vault.log_reader import CHECKPOINT, HEAD
from probanda.vault.originals import DERIVED, OBJECTS, PACKS
from probanda.vault.staging import STAGING
from probanda.vault.stream import UNFINISHED

REBUILDABLE = ("views", "cache")
_OPENINGS = re.compile(r"entries/((?:x[0-9]{3}/)*[0-9]{3})\.jsonl")
_ELSEWHERE = (DERIVED, OBJECTS, PACKS, "log/tile", ANCHORS)  # other parts of the audit look there


def files_below(root: Path, folder: str, found: Found) -> Iterator[str]:
    """The names of all regular files below a folder, in order; anything else is said to be unlisted."""
    for entry in scan(root, folder, found):
        name = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_dir(follow_symlinks=False):
            if name not in (*REBUILDABLE, *_ELSEWHERE):
                yield from files_below(root, name, found)
        elif is_file(entry) and not entry.name.startswith(UNFINISHED):
            yield name
        else:
            unlisted(name, entry, found)


def check_names(root: Path, names: Iterable[str], size: int, found: Found) -> None:
    """No file stands where a base of this many entries holds none."""
    for name in names:
        if name in (IDENTITY, HEAD, CHECKPOINT):
            continue
        folder, _, rest = name.partition("/")
        if folder == STAGING and STAGED_NAME.fullmatch(rest):
            continue
        match = _OPENINGS.fullmatch(name)
        if match is not None:
            n = int(match[1].replace("/", "").replace("x", ""))
            if n * TILE_WIDTH < size and openings_path(n) == name:
                continue
        if (root / name).exists():  # else a writer has cleared it away meanwhile
            found.fail("E-UNLISTED", name, "a base holds no such file")
