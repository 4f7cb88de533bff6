"""Where an audit starts: which log this is, where it ends, and what is staged beyond its files.

Every stored value is only a claim here. Where two differ, the audit goes on with the one that the rest of the
base bears out, and names the other.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from probanda.errors import Busy, Malformed, ProofFails, StorageFailed
from probanda.model.digest import EntryId
from probanda.model.entry import Head
from probanda.model.kinds.genesis import Genesis
from probanda.proof.note import NoteKey, open_checkpoint
from probanda.proof.opening import parse_opening
from probanda.proof.tiles import number, tile_path
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.audit_report import Found
from probanda.vault.identity import IDENTITY, Identity, parse_identity
from probanda.vault.log_reader import CHECKPOINT, HEAD, LogReader
from probanda.vault.staging import STAGING, Staged, chain_to, staged_name
from probanda.vault.storage.folder import Folder, alone_in

STAGED_NAME = re.compile(r"(0|[1-9][0-9]{0,15})-[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Start:
    """The log that is audited. Entries from `durable` on may stand in `staged` only.

    `settled` is False while anything is staged, whether or not it leads to the head.
    """

    identity: Identity
    head: Head
    signed: Head | None
    staged: tuple[Staged, ...]
    settled: bool

    @property
    def durable(self) -> int:
        return self.staged[0].base.size if self.staged else self.head.size


def start(root: Path, found: Found) -> Start | None:
    """Where to start, or None if nothing says so.

    Raises:
        StorageFailed: the disk refused.
    """
    with ExitStack() as stack:
        with suppress(Busy, StorageFailed):  # between two groups of a writer, if that can be had
            stack.enter_context(alone_in(root / "log"))
        return _start(Folder(root), found)


def _start(folder: Folder, found: Found) -> Start | None:
    identity = _identity(folder, found)
    if identity is None:
        return None
    reader = LogReader(folder)
    signed, trouble = _signed(reader, identity.log_key)
    try:
        head: Head | None = reader.head()
    except ProofFails as error:
        head = None
        found.fail("E-HEAD", HEAD, error)
    if head is not None and signed is not None and head != signed and _belied(folder, head, signed):
        found.fail("E-HEAD", HEAD, f"it says {head.size} entries; the log holds {signed.size}, all signed")
        head = None
    if head is None:
        head = signed
    if head is None:
        return None
    names = [f"{STAGING}/{name}" for name in folder.names(STAGING) if STAGED_NAME.fullmatch(name)]
    staged = _staged(folder, names, head, found)
    if trouble and names:
        found.undecided("E-CHECKPOINT", CHECKPOINT, f"{trouble}: open the base for writing")
    elif trouble:
        found.fail("E-CHECKPOINT", CHECKPOINT, trouble)
    return Start(identity, head, signed, staged, not names)


def _belied(folder: Folder, head: Head, signed: Head) -> bool:
    """Whether the files of the log end where the checkpoint says, and not where the head says."""
    staged = folder.exists(staged_name(head))
    return not staged and not _ends_at(folder, head.size) and _ends_at(folder, signed.size)


def _identity(folder: Folder, found: Found) -> Identity | None:
    told = trouble = None
    try:
        told = parse_identity(folder.read(IDENTITY))
    except FileNotFoundError:
        trouble = "it is missing"
    except Malformed as error:
        trouble = str(error)
    shown = _from_genesis(folder)
    if told is None and shown is None:
        found.fail("E-PROJECT", IDENTITY, trouble)
        found.undecided(
            "E-GENESIS", "entries/000.jsonl", "without the genesis nothing says whose log this is"
        )
        return None
    if told is None:
        found.fail("E-PROJECT", IDENTITY, trouble)
        return shown
    if shown is not None and shown != told:
        found.fail("E-PROJECT", IDENTITY, "it says something else than the genesis entry")
        return shown
    return told


def _from_genesis(folder: Folder) -> Identity | None:
    """What entry 0 says, if its opening opens the leaf in the log."""
    try:
        opening = parse_opening(folder.read("entries/000.jsonl").partition(b"\n")[0] + b"\n")
        genesis = Genesis.read(opening.entry, {})
        leaf = LogReader(folder).tile("entries", 0, 1)[2:]
    except (FileNotFoundError, Malformed, ProofFails):
        return None
    if leaf != opening.leaf:
        return None
    origin = opening.entry.origin
    return Identity(
        EntryId(opening.leaf_hash.hex()), origin, NoteKey(origin, genesis.log_key), genesis.policy
    )


def _signed(reader: LogReader, key: NoteKey) -> tuple[Head | None, str]:
    untrusted = reader.checkpoint()
    if not untrusted:
        return None, "there is no checkpoint"
    try:
        head = open_checkpoint(untrusted, key).head
    except Malformed as error:
        return None, str(error)
    if untrusted.count(b"\n") != 5:
        return head, "it holds more than the three lines and the log key's signature"
    return head, ""


def _ends_at(folder: Folder, size: int) -> bool:
    """Whether the tiles at the right edge are those of this size, and no wider one stands beside them."""
    n, width = divmod(size, TILE_WIDTH)
    edge: list[tuple[int | str, int, int]] = [("entries", n, width), (0, n, width)]
    if not width:
        edge = [("entries", n - 1, TILE_WIDTH), (0, n - 1, TILE_WIDTH)]
    beside = folder.names(f"log/tile/entries/{number(n)}.p")
    wider = [w for w in beside if w.isdecimal() and int(w) > width]
    return not wider and (size == 0 or all(folder.exists("log/" + tile_path(*tile)) for tile in edge))


def _staged(folder: Folder, names: list[str], head: Head, found: Found) -> tuple[Staged, ...]:
    try:
        chain = chain_to(head, folder)
    except Malformed as error:
        found.undecided(
            "E-STAGED", staged_name(head), f"a staged group that leads to the head is damaged: {error}"
        )
        chain = []
    damaged = {staged_name(head)} if not chain else set()
    for name in sorted(set(names) - {staged.name for staged in chain} - damaged):
        found.undecided("E-UNFINISHED", name, "staged, not committed: open the base for writing to clear it")
    for staged in chain:
        found.note("E-UNFINISHED", staged.name, "committed, and not yet cleared from staging")
    return tuple(chain)
