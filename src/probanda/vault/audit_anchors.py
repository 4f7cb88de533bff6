"""Part of an audit: checkpoint copies, requests and responses of anchors against the entries that name them.

What a token says about time is for whoever trusts its authority to check.

Source: spec/anchor.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from probanda.errors import Malformed
from probanda.model.entry import Head
from probanda.proof.note import NoteKey, open_checkpoint
from probanda.vault.audit_order import RecordedAnchor
from probanda.vault.audit_report import Found
from probanda.vault.audit_stretch import read_untrusted
from probanda.vault.audit_tree import DerivedTree

ANCHORS = "log/anchors"

_NAME = re.compile(r"log/anchors/(0|[1-9][0-9]{0,15})/(checkpoint|([0-9a-f]{64})\.ts[qr])")


def check_anchors(
    root: Path,
    names: Iterable[str],
    recorded: list[RecordedAnchor],
    key: NoteKey,
    tree: DerivedTree,
    found: Found,
) -> int:
    """How many anchors were looked at; `names` are the files that lie in `log/anchors`."""
    expected: set[str] = set()
    heads: dict[int, Head] = {}
    for anchor in recorded:
        _check_recorded(root, anchor, tree, expected, found)
        heads[anchor.head.size] = anchor.head
    for size in sorted(heads):
        _check_copy(root, size, key, tree, found)
        expected.add(f"{ANCHORS}/{size}/checkpoint")
    for name in names:
        if not _NAME.fullmatch(name):
            found.fail("E-UNLISTED", name, "no file of an anchor has this name")
        elif name not in expected:
            found.note("E-UNNAMED", name, "no entry names this anchor: it counts for nothing")
    return len(recorded)


def _check_recorded(
    root: Path, anchor: RecordedAnchor, tree: DerivedTree, expected: set[str], found: Found
) -> None:
    size = anchor.head.size
    where = f"{ANCHORS}/{size} (entry {anchor.index})"
    if size > anchor.index or tree.root_at(size) != anchor.head.root:
        found.fail("E-ANCHOR", where, "the entry names another root than this log has at that size")
    for name, digest in ((f"{anchor.token}.tsr", anchor.token), (f"{anchor.token}.tsq", anchor.query)):
        path = f"{ANCHORS}/{size}/{name}"
        expected.add(path)
        try:
            data = read_untrusted(root, path, found)
        except FileNotFoundError:
            found.fail("E-ANCHOR", path, f"missing: entry {anchor.index} names it")
            continue
        if data is not None and hashlib.sha256(data).hexdigest() != digest:
            found.fail("E-ANCHOR", path, f"not the bytes that entry {anchor.index} names")


def _check_copy(root: Path, size: int, key: NoteKey, tree: DerivedTree, found: Found) -> None:
    path = f"{ANCHORS}/{size}/checkpoint"
    try:
        untrusted = read_untrusted(root, path, found)
        if untrusted is None:
            return
        head = open_checkpoint(untrusted, key).head
        if head.size != size or size > tree.size or head.root != tree.root_at(size):
            raise Malformed("not the checkpoint of this log at that size")
        if untrusted.count(b"\n") != 5:
            raise Malformed("it holds more than the three lines and the log key's signature")
    except FileNotFoundError:
        found.fail("E-ANCHOR", path, "missing")
    except Malformed as error:
        found.fail("E-ANCHOR", path, error)
