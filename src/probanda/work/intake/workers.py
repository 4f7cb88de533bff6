"""Does all that is per item: opens, reads, hashes, stores, tells the kind, and makes the entry.

A worker keeps what it made in a group until the bytes are on disk; only then the group goes to the parent,
which commits it. Groups leave in the order in which they were made, so an archive comes before its members.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from probanda.errors import ProbandaError, ProofFails
from probanda.model.digest import EntryId, Sha256, Sha512
from probanda.vault.originals import Originals, Pending
from probanda.vault.pack_writer import PackWriter
from probanda.vault.packs import MAX_MEMBER_BYTES
from probanda.work.intake.archives import is_archive, members
from probanda.work.intake.claims import Claim, modified_text
from probanda.work.intake.limits import Allowance
from probanda.work.intake.members import Member
from probanda.work.intake.messages import (
    Answer,
    Batch,
    Chunk,
    Ended,
    Failed,
    Held,
    Question,
    Row,
    Settings,
)
from probanda.work.intake.names import last_part, member_path
from probanda.work.intake.opening import open_regular
from probanda.work.intake.outbox import Outbox
from probanda.work.intake.outcomes import NotTaken, Outcome
from probanda.work.intake.receptions import Receptions
from probanda.work.intake.sources import (
    FileSource,
    Reads,
    Stopped,
    StoppedByUser,
    StreamSource,
    ahead,
    kind_of,
)
from probanda.work.intake.walk import Input

Send = Callable[[Batch | Failed | Ended], None]
Ask = Callable[[Question], Sequence[Held | None]]


class _Doubt(NamedTuple):
    """A file whose bytes seem to be held: whether its path is known too is asked for many at once."""

    seen: Input
    claim: Claim
    sha256: Sha256
    sha512: Sha512
    size_bytes: int
    kind: str


class Worker:
    """Takes inputs one after the other. Used by one thread."""

    def __init__(self, settings: Settings, *, send: Send, ask: Ask, stopped: Stopped) -> None:
        """`send` is called by another thread; `stopped` says whether the intake is to end soon."""
        self._settings, self._ask, self._send, self._stopped = settings, ask, send, stopped
        self._originals = Originals(Path(settings.base))
        self._packs = PackWriter(self._originals)
        self._receptions = Receptions(settings)
        self._stated = ""
        self._left = 0
        self._doubts: list[_Doubt] = []
        self._outbox = Outbox(send)

    def take(self, chunk: Chunk) -> None:
        """Take in some files; each gets exactly one answer, or is counted as not looked at if stopped.

        Raises:
            StorageFailed: the disk of the base refused. Call `end` next.
        """
        self._stated = chunk.stated
        self._originals.refresh()
        for one in chunk.inputs:
            if self._outbox.failure is not None:
                raise self._outbox.failure
            if self._stopped():
                self._left += 1
                continue
            self._take_input(one)
            self._flush_if_full()
        self._resolve_doubts()

    def take_stream(self, source: Reads, claim: Claim, stated: str) -> None:
        """Take in one stream of bytes, as `take`."""
        self._stated = stated
        self._originals.refresh()
        try:
            self._take_stream(source, claim, None)
        except NotTaken as told:
            self._outbox.tell(Answer(told.outcome, claim.path, claim.root, None, None, told.reason))
        except StoppedByUser:
            self._left += 1

    def flush(self) -> None:
        """Send what was made so far, as soon as its bytes are on disk."""
        if not self._packs.empty:
            self._outbox.wait_for(self._packs.close())
        self._outbox.flush()

    def end(self, failure: ProbandaError | None = None) -> None:
        """Send the rest, or, after a failure, what is safe; then say that this was all."""
        if failure is None:
            try:
                self.flush()
            except ProbandaError as error:
                failure = error
        self._outbox.close()
        self._packs.shut_down()
        self._originals.close()
        failure = failure or self._outbox.failure
        self._send(Ended(self._left) if failure is None else Failed(type(failure).__name__, str(failure)))

    def _flush_if_full(self) -> None:
        if self._packs.full or self._outbox.full:
            self.flush()

    def _take_input(self, seen: Input, *, may_doubt: bool = True) -> None:
        try:
            self._take_file(seen, may_doubt=may_doubt)
        except NotTaken as told:
            self._outbox.tell(Answer(told.outcome, seen.below, seen.root, None, None, told.reason))
        except StoppedByUser:
            self._left += 1

    def _take_file(self, seen: Input, *, may_doubt: bool) -> None:
        descriptor = open_regular(seen)
        try:
            source = FileSource(descriptor, self._stopped)
            via = "file" if seen.root is None else "folder"
            claim = Claim(seen.below, modified_text(source.modified_ns), via, seen.root)
            if source.size_bytes <= MAX_MEMBER_BYTES:
                room = self._packs.room(source.size_bytes)
                source.check_unchanged(source.fill(room))
                self._take_small(room, claim, None, seen if may_doubt else None)
            else:
                kind = kind_of(source.at, source.size_bytes)
                pending = self._begin(source, source.check_unchanged)
                self._take_large(pending, kind, claim, None)
        finally:
            os.close(descriptor)

    def _take_stream(self, source: Reads, claim: Claim, account: Allowance | None) -> None:
        first = ahead(source, MAX_MEMBER_BYTES + 1)
        if len(first) <= MAX_MEMBER_BYTES:
            room = self._packs.room(len(first))
            room[:] = first
            self._take_small(room, claim, account, None)
        else:
            stream = StreamSource(first, source, self._stopped)
            pending = self._begin(stream, None)
            self._take_large(pending, kind_of(stream.at, pending.size_bytes), claim, account)

    def _begin(self, source: FileSource | StreamSource, accept: Callable[[int], None] | None) -> Pending:
        try:
            return self._originals.begin_put(source, accept=accept)
        except ProofFails as error:
            raise NotTaken(Outcome.REFUSED, str(error)) from error

    def _take_small(
        self, data: memoryview, claim: Claim, account: Allowance | None, doubtable: Input | None
    ) -> None:
        sha256 = Sha256(hashlib.sha256(data).hexdigest())
        sha512 = Sha512(hashlib.sha512(data).hexdigest())
        size = len(data)
        kind = kind_of(lambda offset, count: bytes(data[offset : offset + count]), size)
        if not is_archive(kind) and not self._seems_held(sha256):
            self._packs.add(sha256, size)
            self._record(claim, sha256, sha512, size, kind)
        elif doubtable is not None and not is_archive(kind) and not self._settings.again:
            self._doubts.append(_Doubt(doubtable, claim, sha256, sha512, size, kind))
        else:
            content = bytes(data)
            entry = self._earlier(claim, sha256)
            if entry is None:
                warning = self._keep(content, sha256)
                entry = self._record(claim, sha256, sha512, size, kind, warning)
            if is_archive(kind):
                self._descend(io.BytesIO(content), kind, claim, entry, account or self._account(size))

    def _seems_held(self, sha256: Sha256) -> bool:
        return sha256 in self._packs or self._originals.seems_held(sha256)

    def _keep(self, content: bytes, sha256: Sha256) -> str:
        """Keep bytes that may be held, unless a whole copy is; a warning if the held one is damaged."""
        warning = ""
        try:
            if sha256 in self._packs or self._originals.holds(sha256, len(content)):
                return warning
        except ProofFails:
            warning = "a copy held before is damaged: it was left as it is, and these bytes were kept too"
        self._packs.room(len(content))[:] = content
        self._packs.add(sha256, len(content))
        return warning

    def _resolve_doubts(self) -> None:
        doubts, self._doubts = self._doubts, []
        found = self._ask_for([(doubt.claim.path, doubt.sha256) for doubt in doubts])
        for doubt, first_found in zip(doubts, found, strict=True):
            claim, sha256, held = doubt.claim, doubt.sha256, first_found
            if held is None and self._outbox.holds(claim.path, sha256):  # given twice, and near each other
                (held,) = self._ask_for([(claim.path, sha256)])
            if held is not None:
                self._tell_held(claim, sha256, held)
            elif sha256 in self._packs or self._is_whole(sha256, doubt.size_bytes):
                self._record(claim, sha256, doubt.sha512, doubt.size_bytes, doubt.kind)
            else:
                self._take_input(doubt.seen, may_doubt=False)
            self._flush_if_full()

    def _is_whole(self, sha256: Sha256, size_bytes: int) -> bool:
        try:
            return self._originals.holds(sha256, size_bytes)
        except ProofFails:
            return False

    def _take_large(self, pending: Pending, kind: str, claim: Claim, account: Allowance | None) -> None:
        held = pending.stored.done() and not pending.stored.result().new
        entry = self._earlier(claim, pending.sha256) if held else None
        if entry is None:
            self._outbox.wait_for(pending.stored)
            entry = self._record(claim, pending.sha256, pending.sha512, pending.size_bytes, kind)
        if is_archive(kind):
            pending.stored.result()
            with self._originals.open(pending.sha256) as file:
                account = account or self._account(pending.size_bytes)
                self._descend(file, kind, claim, entry, account)

    def _account(self, archive_bytes: int) -> Allowance:
        return Allowance(archive_bytes, self._settings.limits)

    def _earlier(self, claim: Claim, sha256: Sha256) -> EntryId | None:
        """The entry of an earlier reception of these bytes under this path, which is then answered."""
        if self._settings.again or not self._seems_held(sha256):
            return None
        (held,) = self._ask_for([(claim.path, sha256)], needs_entries=True)
        if held is None:
            return None
        self._tell_held(claim, sha256, held)
        return held.entry

    def _ask_for(
        self, places: Sequence[tuple[bytes, Sha256]], *, needs_entries: bool = False
    ) -> Sequence[Held | None]:
        if not places:
            return []
        if any(self._outbox.holds(path, sha256) for path, sha256 in places):
            self.flush()
            self._outbox.settle()
        return self._ask(Question(tuple(places), needs_entries))

    def _tell_held(self, claim: Claim, sha256: Sha256, held: Held) -> None:
        member = claim.container is not None
        self._outbox.tell(Answer(Outcome.HELD, claim.path, claim.root, sha256, held.index, None, member))

    def _record(
        self, claim: Claim, sha256: Sha256, sha512: Sha512, size: int, kind: str, warning: str = ""
    ) -> EntryId:
        row = Row(
            sha256,
            sha512,
            size,
            kind,
            self._stated,
            claim.path,
            last_part(claim.path),
            claim.modified,
            claim.via,
            claim.root,
            claim.container,
            warning,
        )
        made = self._receptions.make(row)
        self._outbox.add(row, made)
        return EntryId(made.hash.hex())

    def _descend(self, file: BinaryIO, kind: str, claim: Claim, entry: EntryId, account: Allowance) -> None:
        for one in members(file, kind, name=last_part(claim.path), allowance=account):
            if self._stopped():
                self._left += 1
                return
            path = member_path(claim.path, one.path)
            if isinstance(one, Member):
                inner = Claim(path, one.modified, "archive", claim.root, entry)
                try:
                    self._take_stream(one, inner, account.below())
                except NotTaken as told:
                    self._outbox.tell(
                        Answer(told.outcome, path, claim.root, None, None, told.reason, is_member=True)
                    )
            else:
                self._outbox.tell(
                    Answer(one.outcome, path, claim.root, None, None, one.reason, is_member=True)
                )
            self._flush_if_full()
