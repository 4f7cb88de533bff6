"""The intake of files, from paths to receptions.

a thread walks the paths and feeds the workers      walk.py, crew.py
workers do all that is per item                     workers.py, in processes of their own
a thread for each worker hears what it made         crew.py
the calling thread commits, group by group          commits.py
a thread folds the views                            commits.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from queue import Empty, Full, Queue
from typing import BinaryIO

from probanda import errors
from probanda.errors import ProbandaError, StorageFailed, WrongUsage
from probanda.model.digest import EntryId
from probanda.model.policy import Action
from probanda.proof.encoding import instant_text
from probanda.work.intake.commits import GROUP_ITEMS, Commits, Desk, Tell
from probanda.work.intake.crew import DIED, Crew, chunked, hear
from probanda.work.intake.limits import Limits
from probanda.work.intake.messages import Answer, Batch, Ended, Failed, Settings
from probanda.work.intake.outcomes import Told
from probanda.work.intake.progress import Progress
from probanda.work.intake.sources import StandardStream, Stopped
from probanda.work.intake.walk import Input, walk
from probanda.work.intake.workers import Claim, Worker
from probanda.work.session import require

WORKERS = 2
WAITING = 8  # batches that were made and are not yet committed, before workers wait
TICK_S = 0.1  # how often the wish to stop is looked at


@dataclass(frozen=True, slots=True)
class Request:
    """Where received items go, and how; `again` receives anew what this matter has under the same path."""

    matter: EntryId
    labels: tuple[str, ...] = ()
    confidentiality: str | None = None
    again: bool = False
    limits: Limits = field(default_factory=Limits)


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


def add(
    paths: Sequence[bytes],
    desk: Desk,
    request: Request,
    *,
    progress: Progress,
    tell: Tell,
    stopped: Stopped = lambda: False,
) -> Ending:
    """Receive every file below `paths`; `tell` hears one answer for each input.

    A reception that was told is durable, under a signed checkpoint. Safe to stop (let `stopped` say so) and
    to run again: what this matter has received under the same path is told as held.

    Raises:
        Refused: the agent may not receive. Nothing was changed.
        Forked, Busy: the log cannot be continued now.
    """
    require(desk.reader, Action.RECEIVE)
    settings = _settings(desk, request)
    commits = Commits(desk, settings, progress, tell)
    with ThreadPoolExecutor(2 + WORKERS) as threads, Crew(settings, WORKERS) as crew:
        intake = _Intake(commits, progress, stopped, crew.stop)
        tasks = [
            threads.submit(_feed, paths, desk, crew, intake),
            threads.submit(_count, paths, crew, progress),
            *(threads.submit(_hear, connection, intake) for connection in crew.connections),
        ]
        intake.run(1 + len(crew.connections))
    for task in tasks:
        task.result()
    return intake.ending()


def add_stream(
    source: BinaryIO,
    name: bytes,
    desk: Desk,
    request: Request,
    *,
    via: str,
    progress: Progress,
    tell: Tell,
    stopped: Stopped = lambda: False,
) -> Ending:
    """Receive one stream of bytes under the name it claims, and its members; `via` is stdin or upload.

    As `add` otherwise.
    """
    require(desk.reader, Action.RECEIVE)
    settings = _settings(desk, request)
    commits = Commits(desk, settings, progress, tell)
    stopping = [False]

    def stop() -> None:
        stopping[0] = True

    intake = _Intake(commits, progress, stopped, stop)

    def work() -> None:
        ended = False
        try:
            worker = Worker(settings, send=intake.offer, ask=commits.find, stopped=lambda: stopping[0])
            failure: ProbandaError | None = None
            try:
                worker.take_stream(StandardStream(source), Claim(name, None, via, None), _stated(desk))
            except ProbandaError as error:
                failure = error
            worker.end(failure)
            ended = True
        finally:
            if not ended:
                intake.offer(Failed(StorageFailed.__name__, DIED))

    with ThreadPoolExecutor(1) as threads:
        task = threads.submit(work)
        intake.run(1)
    task.result()
    return intake.ending()


class _Intake:
    """What the calling thread does: commit what others offer, until each of them has ended."""

    def __init__(
        self, commits: Commits, progress: Progress, stopped: Stopped, stop: Callable[[], None]
    ) -> None:
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


def _settings(desk: Desk, request: Request) -> Settings:
    from probanda.proof.envelope import PAYLOAD_TYPE

    if desk.author.enrolled is None:
        raise WrongUsage("Only an enrolled agent can receive. Nothing was changed.")
    return Settings(
        base=os.fspath(desk.root),
        origin=desk.author.origin,
        payload_type=PAYLOAD_TYPE,
        agent=desk.author.agent,
        enrolled=desk.author.enrolled,
        seen=desk.ledger.head(),
        matter=request.matter,
        labels=request.labels,
        confidentiality=request.confidentiality,
        again=request.again,
        limits=request.limits,
    )


def _stated(desk: Desk) -> str:
    now: datetime = desk.author.now()
    return instant_text(now)


def _feed(paths: Sequence[bytes], desk: Desk, crew: Crew, intake: _Intake) -> None:
    """Walk, and hand out what is found."""

    def inputs() -> Iterator[Input]:
        for one in walk(paths, exclude=[os.fsencode(desk.root)]):
            if crew.stopping:
                return
            if isinstance(one, Told):
                answer = Answer(one.outcome, one.path, one.root, None, None, one.reason)
                intake.offer(Batch(b"", b"", b"", (), (answer,)))
            else:
                yield one

    left = 0
    try:
        for chunk in chunked(inputs(), lambda: _stated(desk)):
            if left or not crew.feed(chunk):
                left += len(chunk.inputs)
    finally:
        crew.no_more()
        intake.offer(Ended(left))


def _count(paths: Sequence[bytes], crew: Crew, progress: Progress) -> None:
    """Count what will be found, ahead of the walk, so that the time left can be told."""
    total = 0
    folders = list(paths)
    while folders and not crew.stopping:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                before = total + len(folders)
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += 1
                total += total + len(folders) == before  # an empty folder is an input too
        except OSError:
            total += 1  # a file that was given itself, or a folder that cannot be read
    if not folders:
        progress.total = total


def _hear(connection: Connection, intake: _Intake) -> None:
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
