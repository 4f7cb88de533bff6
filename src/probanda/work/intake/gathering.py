"""Gathers what workers and walk have to say, and has it committed until each of them has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import Empty, Full, Queue

from probanda import errors
from probanda.errors import ProbandaError, StorageFailed
from probanda.work.intake.commits import GROUP_ITEMS, Commits
from probanda.work.intake.crew import DIED, hear
from probanda.work.intake.messages import Batch, Ended, Failed
from probanda.work.intake.progress import Progress
from probanda.work.intake.sources import Stopped

WAITING = 8  # batches that were made and are not yet committed, before workers wait
TICK_S = 0.1  # how often the wish to stop is looked at


@dataclass(frozen=True, slots=True)
class Ending:
    """How an intake ended. All that was told before stands, whatever happened afterwards.

    `not_looked_at` counts inputs known and left when it was stopped or failed. `failure` is why it ended
    early; `behind` is why views do not show all that was received.
    """

    stopped: bool
    not_looked_at: int
    failure: ProbandaError | None
    behind: ProbandaError | None


class Gathering:
    """What the calling thread does: commit what others offer, until each of them has ended."""

    def __init__(
        self, commits: Commits, progress: Progress, stopped: Stopped, stop: Callable[[], None]
    ) -> None:
        """`stop` is called when no more is to be begun."""
        self.commits = commits
        self._inbox: Queue[Batch | Ended | Failed] = Queue(WAITING)
        self._progress, self._stopped, self._stop = progress, stopped, stop
        self._over = self._was_stopped = False
        self._left = 0
        self._failure: ProbandaError | None = None

    def offer(self, message: Batch | Ended | Failed) -> None:
        """Called by others; waits while enough is waiting."""
        if isinstance(message, Batch):
            self.commits.expect(message)
        while not self._over:
            try:
                self._inbox.put(message, timeout=TICK_S)
            except Full:
                continue
            return

    def run(self, others: int) -> None:
        """Commit what comes until so many others have said that they have ended."""
        try:
            while others:
                batches: list[Batch] = []
                for message in self._some():
                    if isinstance(message, Batch):
                        batches.append(message)
                        continue
                    others -= 1
                    if isinstance(message, Ended):
                        self._left += message.not_looked_at
                    else:
                        self._fail(_error(message))
                self._commit(batches)
        finally:
            self._over = True
            self._stop()
            self.commits.close()

    def ending(self) -> Ending:
        """How it went; ask when all is over."""
        left = self._left
        if (self._was_stopped or self._failure is not None) and self._progress.total is not None:
            left = max(left, self._progress.total - self._progress.inputs)
        return Ending(self._was_stopped, left, self._failure, self.commits.behind)

    def _some(self) -> Iterator[Batch | Ended | Failed]:
        """What has come, waiting for the first; enough for one group at most."""
        items = 0
        try:
            message = self._inbox.get(timeout=TICK_S)
            while True:
                yield message
                items += len(message.rows) if isinstance(message, Batch) else 0
                if items >= GROUP_ITEMS:
                    return
                message = self._inbox.get_nowait()
        except Empty:
            if self._stopped() or self.commits.behind is not None:
                self._was_stopped = self._was_stopped or self._stopped()
                self._stop()

    def _commit(self, batches: Sequence[Batch]) -> None:
        if not batches or self._failure is not None:
            return
        try:
            self.commits.commit(batches)
        except ProbandaError as error:
            self._fail(error)

    def _fail(self, error: ProbandaError) -> None:
        self._failure = self._failure or error
        self.commits.give_up()
        self._stop()


def listen(connection: Connection, intake: Gathering) -> None:
    """Offer what one worker says, and that it has ended even if it cannot say so itself."""
    ended = False
    try:
        for message in hear(connection, intake.commits.find):
            ended = not isinstance(message, Batch)
            intake.offer(message)
    finally:
        if not ended:
            intake.offer(Failed(StorageFailed.__name__, DIED))


def _error(failed: Failed) -> ProbandaError:
    kind = getattr(errors, failed.kind, StorageFailed)
    if isinstance(kind, type) and issubclass(kind, ProbandaError):
        return kind(failed.message)
    return StorageFailed(failed.message)
