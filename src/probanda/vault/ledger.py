"""Appends groups to the log, and finishes what a crash left.

    (1) originals of the group are durable               the caller's part, before `append`
    (2) the group is staged, durable
    (3) the head is swapped: the commit
    (4) the log key signs the committed head; now, and not before, anyone says "received"
    (5) tiles and openings are copied out; staging goes when the copies are durable, one flush for many groups

Source: spec/base.md base-7, base-8.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from probanda.errors import KeyUnavailable, Malformed, ProbandaError, ProofFails
from probanda.model.entry import Head
from probanda.proof.envelope import Sign
from probanda.proof.leaf import LEAF_BYTES
from probanda.proof.note import NoteKey, open_checkpoint, sign_checkpoint
from probanda.proof.tiles import entry_tile, number, tile_path
from probanda.proof.tree import TILE_HEIGHT, TILE_WIDTH, Tree
from probanda.vault.group import Group
from probanda.vault.log_reader import CHECKPOINT, HEAD, LogReader, encode_head
from probanda.vault.signed import LastSigned
from probanda.vault.staging import Staged, chain_to, strays
from probanda.vault.storage.folder import Folder

T = TypeVar("T")
GROUPS_PER_FLUSH = 16  # staged groups kept until one flush makes all their copies durable


class LogSigner(Protocol):
    """What signs heads: the log key, opened by an agent who holds it."""

    @property
    def key(self) -> NoteKey: ...

    @property
    def sign(self) -> Sign: ...

    @property
    def last(self) -> LastSigned: ...


Permit = Callable[[], None]
"""Raises if an act that was prepared may no longer be committed. Called while nobody else can append."""


@dataclass
class _Ticket:
    group: Group
    permit: Permit | None
    first: int | None = None
    error: BaseException | None = None


class Ledger:
    """The log of one base, open for reading and, with a signer, for appending. Threads may share it."""

    def __init__(self, folder: Folder, key: NoteKey) -> None:
        """`key` is the public log key that `probanda.json` names."""
        self.reader = LogReader(folder)
        self._folder, self._key = folder, key
        self._tree: Tree | None = None
        self._page_bytes = 0  # length of the committed part of the last file of openings
        self._tail = b""  # committed leaves of the last, partial entry tile
        self._staged: list[str] = []
        self._superseded: list[str] = []
        self._queue: list[_Ticket] = []
        self._queue_lock, self._commit_lock = threading.Lock(), threading.Lock()

    def head(self) -> Head:
        """The committed head as it stands on disk now."""
        return self.reader.head()

    def append(self, group: Group, signer: LogSigner, permit: Permit | None = None) -> int:
        """Commit `group`, with whatever other threads bring meanwhile; the index of its first entry.

        On return the entries are durable and under a signed checkpoint. What `permit` raises is raised
        here, and the group is not committed.

        Raises:
            Forked: this base must not be continued with this log key.
            Busy: another process writes and does not finish.
            StorageFailed: the disk refused; the group may or may not be committed, which the next opening
            settles.
        """
        ticket = _Ticket(group, permit)
        with self._queue_lock:
            self._queue.append(ticket)
        with self._commit_lock:
            with self._queue_lock:
                mine = [t for t in self._queue if t.first is None and t.error is None]
                self._queue.clear()
            if mine:
                self._commit_all(mine, signer)
        if ticket.first is None:
            raise ticket.error or RuntimeError("a group was neither committed nor refused")
        return ticket.first

    def _commit_all(self, tickets: list[_Ticket], signer: LogSigner) -> None:
        try:
            if signer.key != self._key:
                raise KeyUnavailable("The log key at hand is not that of this base. Nothing was changed.")
            with self._folder.exclusive(), signer.last.exclusive():
                tree = self._current()
                signer.last.check(tree.head(), self.reader.root_at)
                permitted = [ticket for ticket in tickets if _permit(ticket)]
                if permitted:
                    self._commit(permitted, tree, signer)
        except BaseException as error:
            self._tree = None  # what is in memory may be ahead of the disk
            for ticket in tickets:
                ticket.error = ticket.error or error
            if not isinstance(error, Exception):
                raise

    def _commit(self, tickets: list[_Ticket], tree: Tree, signer: LogSigner) -> None:
        group = tickets[0].group
        for ticket in tickets[1:]:
            group = group + ticket.group
        base = tree.head()
        tree.extend(group.hashes)
        staged = Staged(base, tree.head(), group)
        self._folder.create(staged.name, staged.encoded())  # (2)
        self._folder.replace(HEAD, encode_head(staged.head))  # (3)
        self._sign(staged.head, signer)  # (4)
        self._copy_out(staged, tree)  # (5)
        if len(self._staged) >= GROUPS_PER_FLUSH:
            self._flush()
        first = base.size
        for ticket in tickets:
            ticket.first = first
            first += ticket.group.count

    def _sign(self, head: Head, signer: LogSigner) -> None:
        signer.last.remember(head)
        note = sign_checkpoint(self._key.name, head, self._key, signer.sign)
        # Not synced: a checkpoint lost in a crash is signed again, to the same bytes, from the durable head.
        self._folder.replace(CHECKPOINT, note, durable=False)

    def _current(self) -> Tree:
        """The right edge at the head on disk, which another process may have moved."""
        tree = self._tree
        if tree is None or tree.head() != self.reader.head():
            tree = self._recover()
        return tree

    def steadily(self, read: Callable[[], T]) -> T:
        """What `read` finds in the log; where it finds a gap, what it finds when nobody is writing.

        The head moves before tiles and openings are copied out, so a gap may be nothing but a busy writer.

        Raises:
            Busy: somebody has been writing for too long to tell.
        """
        try:
            return read()
        except ProofFails:
            with self._folder.exclusive():
                return read()

    def settle(self) -> None:
        """Make all copies durable and clear staging. Call when no more groups are coming."""
        with self._commit_lock, self._folder.exclusive():
            if self._staged or self._superseded:
                self._flush()

    def recover(self, signer: LogSigner | None = None) -> None:
        """Finish what a crash left: copy out committed groups, drop the rest, sign the head if a signer is
        given.

        Raises:
            ProofFails: tiles and staging do not lead to the head.
        """
        with self._commit_lock, self._folder.exclusive():
            tree = self._recover()
            if signer is not None and self.signed_size() != tree.size:
                with signer.last.exclusive():
                    signer.last.check(tree.head(), self.reader.root_at)
                    self._sign(tree.head(), signer)

    def is_settled(self) -> bool:
        """Whether nothing is staged and the checkpoint is that of the head."""
        return not strays(self._folder) and self.signed_size() == self.head().size

    def signed_size(self) -> int:
        """The size that the checkpoint signs; 0 if there is none that can be read."""
        try:
            return open_checkpoint(self.reader.checkpoint(), self._key).head.size
        except Malformed:
            return 0

    def _recover(self) -> Tree:
        head = self.reader.head()
        try:
            chain = chain_to(head, self._folder)
        except Malformed as error:
            raise ProofFails(f"A staged group that leads to the head is damaged: {error}.") from error
        start = chain[0].base if chain else head
        tree = self._tree = self._load(start.size)
        if tree.head() != start:
            raise ProofFails(
                f"The tiles do not lead to the head at entry {start.size}. Run `probanda verify`."
            )
        for staged in chain:
            tree.extend(staged.group.hashes)
            if tree.head() != staged.head:
                raise ProofFails("A staged group does not lead to the head it names. Run `probanda verify`.")
            self._copy_out(staged, tree)
        self._staged = strays(self._folder)
        if self._staged:
            self._flush()
        self.reader.forget()
        return tree

    def _load(self, size: int) -> Tree:
        tree = Tree.at(size, self.reader.tile)
        n, width = divmod(size, TILE_WIDTH)
        self._tail = self.reader.tile("entries", n, width) if width else b""
        self._page_bytes = sum(map(len, self.reader.opening_lines(n)[:width])) if width else 0
        return tree

    def _copy_out(self, staged: Staged, tree: Tree) -> None:
        """Everything written here is a function of the group and the tree, so doing it again changes
        nothing.
        """
        old, new = staged.base.size, staged.head.size
        self._copy_openings(staged.group.lines, old, new)
        self._copy_leaves(staged.group.leaves, old, new)
        for row in range(new.bit_length() // TILE_HEIGHT + 1):
            start, end = old >> (TILE_HEIGHT * row), new >> (TILE_HEIGHT * row)
            if start == end:
                break
            self._write_tiles(row, start, end, partial(tree.hashes, TILE_HEIGHT * row))
        tree.trim()
        self._staged.append(staged.name)

    def _copy_openings(self, lines: bytes, old: int, new: int) -> None:
        separate, position = lines.splitlines(keepends=True), 0
        for n in range(old // TILE_WIDTH, (new - 1) // TILE_WIDTH + 1):
            end = min((n + 1) * TILE_WIDTH, new) - old
            data = b"".join(separate[position:end])
            self._folder.write(f"entries/{number(n)}.jsonl", data, at=self._page_bytes)
            self._page_bytes = 0 if (old + end) % TILE_WIDTH == 0 else self._page_bytes + len(data)
            position = end

    def _copy_leaves(self, leaves: bytes, old: int, new: int) -> None:
        tiles = self._tail + entry_tile(leaves)
        unit, offset = 2 + LEAF_BYTES, old // TILE_WIDTH * TILE_WIDTH
        self._write_tiles("entries", old, new, lambda a, b: tiles[unit * (a - offset) : unit * (b - offset)])
        self._tail = tiles[unit * (new // TILE_WIDTH * TILE_WIDTH - offset) :]

    def _write_tiles(self, row: int | str, start: int, end: int, data: Callable[[int, int], bytes]) -> None:
        for n in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            width = min(TILE_WIDTH, end - n * TILE_WIDTH)
            content = data(n * TILE_WIDTH, n * TILE_WIDTH + width)
            self._folder.write("log/" + tile_path(row, n, width), content)
        if start % TILE_WIDTH:
            self._superseded.append("log/" + tile_path(row, start // TILE_WIDTH, start % TILE_WIDTH))

    def _flush(self) -> None:
        self._folder.flush()
        if self._superseded:
            # Gone for good before the first staged group, which would bring them back: removals reach the
            # disk in any order, and nobody else looks for these names again.
            for name in self._superseded:
                self._folder.remove(name)
            self._folder.flush()
        for name in self._staged:
            self._folder.remove(name)
        self._superseded, self._staged = [], []


def _permit(ticket: _Ticket) -> bool:
    try:
        if ticket.permit is not None:
            ticket.permit()
    except ProbandaError as error:
        ticket.error = error
        return False
    return True
