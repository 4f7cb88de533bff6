"""What a worker has made and not yet handed on: it leaves when its bytes are on disk, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from queue import Queue
from threading import Thread

from probanda.errors import ProbandaError
from probanda.vault.originals import Stored
from probanda.vault.pack_writer import FULL_BYTES, FULL_MEMBERS, Pack
from probanda.work.intake.messages import Answer, Batch, Row
from probanda.work.intake.receptions import Made

GROUPS_WAITING = 4  # groups whose bytes are still being written, before reading waits for the disk


class _Group:
    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.hashes: list[bytes] = []
        self.lines: list[bytes] = []
        self.rows: list[Row] = []
        self.answers: list[Answer] = []
        self.waits: list[Future[Pack] | Future[Stored]] = []
        self.keys: set[tuple[bytes, str]] = set()
        self.size_bytes = 0

    def batch(self) -> Batch:
        leaves, hashes, lines = b"".join(self.leaves), b"".join(self.hashes), b"".join(self.lines)
        return Batch(leaves, hashes, lines, tuple(self.rows), tuple(self.answers))


class Outbox:
    """Filled by one thread, emptied by another.

    `failure` is set when bytes could not be kept: nothing leaves from then on.
    """

    def __init__(self, send: Callable[[Batch], None]) -> None:
        """`send` is called by the other thread."""
        self.failure: ProbandaError | None = None
        self._send = send
        self._group = _Group()
        self._in_flight: deque[_Group] = deque()
        self._outgoing: Queue[_Group | None] = Queue(GROUPS_WAITING)
        self._sender = Thread(target=self._run, name="intake-outbox", daemon=True)
        self._sender.start()

    @property
    def full(self) -> bool:
        """Whether the group should leave now."""
        group = self._group
        return len(group.rows) + len(group.answers) >= FULL_MEMBERS or group.size_bytes >= FULL_BYTES

    def add(self, row: Row, made: Made) -> None:
        """One reception."""
        group = self._group
        group.leaves.append(made.leaf)
        group.hashes.append(made.hash)
        group.lines.append(made.line)
        group.rows.append(row)
        group.keys.add((row.path, row.sha256))
        group.size_bytes += row.size_bytes

    def tell(self, answer: Answer) -> None:
        """One answer that needs no entry."""
        self._group.answers.append(answer)

    def wait_for(self, kept: Future[Pack] | Future[Stored]) -> None:
        """Let the group leave only when `kept` is done."""
        self._group.waits.append(kept)

    def holds(self, path: bytes, sha256: str) -> bool:
        """Whether a reception of these bytes under this path has not left yet."""
        key = path, sha256
        return key in self._group.keys or any(key in group.keys for group in tuple(self._in_flight))

    def flush(self) -> None:
        """Close the group: it leaves when its bytes are on disk."""
        group = self._group
        if group.rows or group.answers or group.waits:
            self._group = _Group()
            self._in_flight.append(group)
            self._outgoing.put(group)

    def settle(self) -> None:
        """Wait until everything that was flushed has left, or nothing leaves any more."""
        self._outgoing.join()

    def close(self) -> None:
        """As `settle`; a group that was not flushed is dropped."""
        self._outgoing.put(None)
        self._sender.join()

    def _run(self) -> None:
        while (group := self._outgoing.get()) is not None:
            if self.failure is None:
                try:
                    for wait in group.waits:
                        wait.result()
                    self._send(group.batch())
                except ProbandaError as error:
                    self.failure = error
            self._in_flight.popleft()
            self._outgoing.task_done()
