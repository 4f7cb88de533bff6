"""Puts on the log what the workers made: a seal for each group, the commit, the answers, and the views.

Views fold in a thread of their own, while the next group is committed.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from probanda.errors import ProbandaError
from probanda.model.digest import Digests, EntryId, Sha256, Sha512
from probanda.model.entry import Entry, Head, Value
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.labels import Confidentiality
from probanda.model.policy import Protection, Reader
from probanda.model.rawname import name_value
from probanda.proof.leaf import leaf_hash
from probanda.views.record import Record
from probanda.work.intake.messages import Answer, Batch, Held, Question, Row, Settings
from probanda.work.intake.outcomes import Outcome
from probanda.work.intake.progress import Progress

if TYPE_CHECKING:  # workers need nothing that signs
    from probanda.proof.opening import Opening
    from probanda.vault.group import Author
    from probanda.vault.ledger import Ledger, LogSigner

FOLDS_WAITING = 4  # groups that are committed and not yet folded, before the next commit waits
GROUP_ITEMS = 4000  # receptions under one seal at most: what came while the last group was committed

Tell = Callable[[Answer], None]


@dataclass(frozen=True)
class Desk:
    """What an intake works with.

    `never` are folders that are not taken in, whatever is given: the base itself, and the keys.
    `fold` brings views up to a head, given the records that lead there; `find_held` asks them for the index
    of the first reception of bytes under a path in a matter. Both are called by several threads, one at a
    time. `still_enrolled` raises if the agent may no longer sign. `own_protection` is what was said of bytes
    themselves until now.
    """

    root: Path
    never: Sequence[Path]
    ledger: Ledger
    signer: LogSigner
    author: Author
    reader: Reader
    fold: Callable[[Sequence[Record], Head], None]
    find_held: Callable[[EntryId, Sequence[tuple[bytes, Sha256]]], Sequence[int | None]]
    still_enrolled: Callable[[], None]
    own_protection: Callable[[Sha256], Protection]


class Commits:
    """Used by the thread that commits, except for `expect` and `find`."""

    def __init__(self, desk: Desk, settings: Settings, progress: Progress, tell: Tell) -> None:
        """`tell` hears of every answer, of receptions when they are committed."""
        self.behind: ProbandaError | None = None
        self._desk, self._settings, self._progress, self._tell = desk, settings, progress, tell
        self._clear = _clear_fields(settings)
        self._folder = ThreadPoolExecutor(1, thread_name_prefix="intake-fold")
        self._folding: deque[Future[None]] = deque()
        self._unfolded: Counter[tuple[bytes, str]] = Counter()
        self._changed = Condition()
        self._given_up = False
        self._reached: Head | None = None  # the head after our last group

    def expect(self, batch: Batch) -> None:
        """Know of receptions that are about to be committed, so that `find` waits for them."""
        with self._changed:
            self._unfolded.update((row.path, row.sha256) for row in batch.rows)

    def find(self, question: Question) -> list[Held | None]:
        """The first reception at each place that is asked for, those in flight included."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._given_up or not any(place in self._unfolded for place in question.places)
            )
            try:
                found = [
                    None if index is None or self._would_protect(sha256) else index
                    for index, (_, sha256) in zip(
                        self._desk.find_held(self._settings.matter, question.places),
                        question.places,
                        strict=True,
                    )
                ]
            except ProbandaError as error:  # received once more rather than lost; the intake ends soon
                self.behind = self.behind or error
                return [None] * len(question.places)
        return [
            None if index is None else Held(index, self._entry_at(index) if question.needs_entries else None)
            for index in found
        ]

    def _would_protect(self, sha256: Sha256) -> bool:
        """Whether the labels of this intake are news about these bytes: they must not be lost."""
        labels, degree = self._settings.labels, self._settings.confidentiality
        if not labels and degree is None:
            return False
        own = self._desk.own_protection(sha256)
        stricter = degree is not None and Confidentiality(degree).rank > own.confidentiality.rank
        return stricter or not own.labels.issuperset(labels)

    def _entry_at(self, index: int) -> EntryId:
        # Not by the head, which is ahead of the copies while a group is being committed.
        return EntryId(leaf_hash(self._desk.ledger.reader.leaf(index, index + 1)).hex())

    def commit(self, batches: Sequence[Batch]) -> None:
        """Put the receptions of these batches on the log as one sealed group, and tell all answers.

        Raises:
            ProbandaError: the log could not be written; what was told before is safe.
        """
        rows = [row for batch in batches for row in batch.rows]
        if rows:
            self._append(batches, rows)
        for batch in batches:
            for answer in batch.answers:
                self._answer(answer, 0)

    def give_up(self) -> None:
        """Expect no more commits: nobody waits for what is in flight."""
        with self._changed:
            self._given_up = True
            self._changed.notify_all()

    def close(self) -> None:
        """Wait for the views, and make the copies in the log durable."""
        self.give_up()
        for folding in self._folding:
            folding.result()
        self._folder.shutdown()
        self._desk.ledger.settle()

    def _append(self, batches: Sequence[Batch], rows: Sequence[Row]) -> None:
        from probanda.vault.group import Group

        desk = self._desk
        group = Group(
            b"".join(batch.leaves for batch in batches),
            b"".join(batch.hashes for batch in batches),
            b"".join(batch.lines for batch in batches),
        )
        seal, opening = desk.author.seal(group.hashes, desk.ledger.head())
        first = desk.ledger.append(group + seal, desk.signer, self._permit)
        head = Head(first + len(rows) + 1, desk.ledger.reader.root_at(first + len(rows) + 1))
        self._reached = head
        for place, row in enumerate(rows):
            member = row.container is not None
            reason = row.warning or None
            found = first + place
            answer = Answer(Outcome.RECEIVED, row.path, row.root, row.sha256, found, reason, member)
            self._answer(answer, row.size_bytes)
        while len(self._folding) >= FOLDS_WAITING or (self._folding and self._folding[0].done()):
            self._folding.popleft().result()
        self._folding.append(self._folder.submit(self._fold, rows, group.hashes, first, opening, head))

    def _permit(self) -> None:
        if self._desk.ledger.head() != self._reached:  # somebody else appended: perhaps a revocation
            self._desk.still_enrolled()

    def _answer(self, answer: Answer, size_bytes: int) -> None:
        self._progress.take(answer, size_bytes)
        self._tell(answer)

    def _fold(self, rows: Sequence[Row], hashes: bytes, first: int, seal: Opening, head: Head) -> None:
        records = [
            self._record(row, first + place, hashes[32 * place : 32 * place + 32])
            for place, row in enumerate(rows)
        ]
        records.append(Record(first + len(rows), EntryId(seal.leaf_hash.hex()), seal.entry, {}))
        with self._changed:
            if self.behind is None:
                try:
                    self._desk.fold(records, head)
                except ProbandaError as error:
                    self.behind = error
            self._unfolded.subtract((row.path, row.sha256) for row in rows)
            self._unfolded = +self._unfolded
            self._changed.notify_all()

    def _record(self, row: Row, index: int, leaf_hash: bytes) -> Record:
        """As the log would give it back: clear fields and hidden ones as `ItemReceived.act` puts them."""
        settings = self._settings
        body = {**self._clear, "media_type": row.media_type, "size": row.size_bytes}
        if row.container is not None:
            body["container"] = row.container
        source: dict[str, Value] = {"via": row.via}
        if row.root is not None:
            source["root"] = name_value(row.root)
        fields = {"name": name_value(row.name), "path": name_value(row.path), "source": source}
        if row.modified is not None:
            fields["modified"] = row.modified
        entry = Entry(
            ItemReceived.KIND,
            settings.agent,
            settings.enrolled,
            settings.origin,
            settings.seen,
            row.stated,
            (Digests(Sha256(row.sha256), Sha512(row.sha512)),),
            body,
        )
        return Record(index, EntryId(leaf_hash.hex()), entry, fields)


def _clear_fields(settings: Settings) -> dict[str, Value]:
    clear: dict[str, Value] = {"matter": settings.matter}
    if settings.labels:
        clear["labels"] = list(settings.labels)
    if settings.confidentiality is not None:
        clear["confidentiality"] = settings.confidentiality
    return clear
