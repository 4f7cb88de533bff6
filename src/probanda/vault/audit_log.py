"""Part of an audit: the whole log, from openings to checkpoint."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from probanda.errors import Malformed, StorageFailed
from probanda.model.digest import AgentId, EntryId
from probanda.model.entry import Head
from probanda.proof.leaf import LEAF_BYTES
from probanda.proof.note import open_checkpoint
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.audit_anchors import ANCHORS, check_anchors
from probanda.vault.audit_files import check_names, files_below
from probanda.vault.audit_held import Holdings
from probanda.vault.audit_order import Order
from probanda.vault.audit_pages import check_pages
from probanda.vault.audit_report import Counts, Found
from probanda.vault.audit_scan import find_keys, name_repeats, repeats
from probanda.vault.audit_start import Start, start
from probanda.vault.audit_stretch import Log, Pages
from probanda.vault.audit_tree import DerivedTree, check_tile_names, check_upper_tiles
from probanda.vault.audit_workers import Progress, Workers
from probanda.vault.log_reader import CHECKPOINT, HEAD

PAGES_PER_TASK = 8  # 2,048 entries: enough to pay for the way to another process and back


@dataclass(frozen=True, slots=True)
class LogAudited:
    """What the log turned out to be."""

    head: Head | None
    genesis: EntryId | None


def audit_log(
    root: Path,
    since: bytes | None,
    holdings: Holdings,
    counts: Counts,
    found: Found,
    workers: Workers,
    progress: Progress,
) -> LogAudited:
    """Check everything in the log; tell `holdings` what entries name."""
    # Listed before the head is read, so that what a writer adds meanwhile is not taken for something strange.
    tiles, anchors = list(files_below(root, "log/tile", found)), list(files_below(root, ANCHORS, found))
    others = list(files_below(root, "", found))
    try:
        beginning = start(root, found)
    except StorageFailed as error:
        found.undecided("E-UNREADABLE", "log", error)
        return LogAudited(None, None)
    if beginning is None:
        check_names(root, others, 0, found)
        return LogAudited(None, None)
    size = beginning.head.size
    log = Log(root, beginning.identity.origin, beginning.identity.log_key.key, size, {}, holdings.both)
    keys: dict[AgentId, bytes] = {}
    for some in workers.in_order(find_keys, _stretches(log, beginning)):
        keys.update(some)
    log = Log(log.root, log.origin, log.log_key, size, keys, log.both)
    tree = DerivedTree()
    try:
        order = Order(beginning.identity, tree, found)
        marks = array("Q")
        for stretch in workers.in_order(check_pages, _stretches(log, beginning)):
            tree.extend(bytes(stretch.hashes))
            found.take(stretch.found)
            order.feed(stretch)
            marks.frombytes(stretch.marks)
            holdings.received.add(stretch.received)
            holdings.named.add(stretch.named)
            progress("entries", tree.size, size)
        order.end()
        if candidates := repeats(marks):
            name_repeats(candidates, _stretches(log, beginning), found)
        counts.entries = tree.size
        _check_heads(beginning, tree, since, found)
        check_upper_tiles(root, tree, beginning.durable, found)
        check_tile_names(root, tiles, tree, staged=not beginning.settled, found=found)
        counts.anchors = check_anchors(root, anchors, order.anchors, beginning.identity.log_key, tree, found)
        check_names(root, others, size, found)
        return LogAudited(beginning.head, order.genesis)
    finally:
        tree.close()


def _stretches(log: Log, beginning: Start) -> Iterator[Pages]:
    durable, leaves, lines = beginning.durable, b"", list[bytes]()
    for staged in beginning.staged:
        leaves += staged.group.leaves
        lines += staged.group.lines.splitlines(keepends=True)
    pages = -(-log.size // TILE_WIDTH)
    for first in range(0, pages, PAGES_PER_TASK):
        end = min(first + PAGES_PER_TASK, pages)
        if end * TILE_WIDTH <= durable or not lines:
            yield Pages(log, first, end, log.size)
        else:
            yield _overlaid(log, first, end, durable, leaves, lines)


def _overlaid(log: Log, first: int, end: int, durable: int, leaves: bytes, lines: list[bytes]) -> Pages:
    """A stretch with its part of what is staged."""
    start = max(durable, first * TILE_WIDTH)
    stop = min(end * TILE_WIDTH, log.size)
    a, b = start - durable, stop - durable
    return Pages(log, first, end, start, leaves[LEAF_BYTES * a : LEAF_BYTES * b], tuple(lines[a:b]))


def _check_heads(beginning: Start, tree: DerivedTree, since: bytes | None, found: Found) -> None:
    head, signed = beginning.head, beginning.signed
    root = tree.root_at(tree.size)
    if head.root != root:
        found.fail("E-HEAD", HEAD, f"the entries lead to the root {root.hex()}")
    if signed is not None:
        if signed.size > head.size:
            says = f"it signs {signed.size} entries, the log ends at {head.size}: it was cut, or set back"
            found.fail("E-CHECKPOINT", CHECKPOINT, says)
        elif tree.root_at(signed.size) != signed.root:
            says = f"the first {signed.size} entries do not lead to the root that the log key signed"
            found.fail("E-CHECKPOINT", CHECKPOINT, says)
        elif signed.size < head.size:
            says = f"it does not sign entries from {signed.size} on yet: open the base for writing"
            (found.note if beginning.staged else found.undecided)("E-UNSIGNED", CHECKPOINT, says)
    if since is not None:
        _check_since(beginning, since, tree, found)


def _check_since(beginning: Start, since: bytes, tree: DerivedTree, found: Found) -> None:
    try:
        old = open_checkpoint(since, beginning.identity.log_key).head
    except Malformed as error:
        found.fail("E-SINCE", "the earlier checkpoint", f"the log key of this base did not sign it: {error}")
        return
    if old.size > tree.size:
        says = f"it signs {old.size} entries, this base has {tree.size}: an older copy, or cut"
        found.fail("E-ROLLBACK", "the earlier checkpoint", says)
    elif tree.root_at(old.size) != old.root:
        says = f"the first {old.size} entries are others here: a fork, or entries were changed"
        found.fail("E-FORK", "the earlier checkpoint", says)
