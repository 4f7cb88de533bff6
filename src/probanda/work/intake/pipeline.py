"""The intake of files, from paths to receptions.

A thread walks the paths and feeds the workers (walk.py, feeding.py). Workers do all that is per item, in
processes of their own (workers.py, child.py); a thread for each hears what it made (crew.py). The calling
thread gathers that and commits it, group by group (gathering.py, commits.py), and a last thread folds the
views.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO

from probanda.errors import ProbandaError, StorageFailed, WrongUsage
from probanda.model.digest import EntryId
from probanda.model.policy import Action
from probanda.vault.originals import OBJECTS, PACKS
from probanda.vault.stream import clear_unfinished
from probanda.work.intake.claims import Claim
from probanda.work.intake.commits import Commits, Desk, Tell
from probanda.work.intake.crew import DIED, Crew
from probanda.work.intake.feeding import count, feed, stated
from probanda.work.intake.gathering import Ending, Gathering, listen
from probanda.work.intake.limits import Limits
from probanda.work.intake.messages import Failed, Settings
from probanda.work.intake.progress import Progress
from probanda.work.intake.sources import StandardStream, Stopped
from probanda.work.intake.workers import Worker
from probanda.work.session import require

__all__ = ["Desk", "Ending", "Request", "add", "add_stream"]

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Request:
    """Where received items go, and how; `again` receives anew what this matter has under the same path."""

    matter: EntryId
    labels: tuple[str, ...] = ()
    confidentiality: str | None = None
    again: bool = False
    limits: Limits = field(default_factory=Limits)


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
        WrongUsage: the agent is not enrolled. Nothing was changed.
    """
    require(desk.reader, Action.RECEIVE)
    settings = _settings(desk, request)
    commits = Commits(desk, settings, progress, tell)
    with ThreadPoolExecutor(2 + WORKERS) as threads, Crew(settings, WORKERS) as crew:
        intake = Gathering(commits, progress, stopped, crew.stop)
        tasks = [
            threads.submit(feed, paths, desk, crew, intake),
            threads.submit(count, paths, crew, progress),
            *(threads.submit(listen, connection, intake) for connection in crew.connections),
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

    intake = Gathering(commits, progress, stopped, stop)

    def work() -> None:
        ended = False
        try:
            worker = Worker(settings, send=intake.offer, ask=commits.find, stopped=lambda: stopping[0])
            failure: ProbandaError | None = None
            try:
                worker.take_stream(StandardStream(source), Claim(name, None, via, None), stated(desk))
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


def _settings(desk: Desk, request: Request) -> Settings:
    from probanda.proof.envelope import PAYLOAD_TYPE

    if desk.author.enrolled is None:
        raise WrongUsage("Only an enrolled agent can receive. Nothing was changed.")
    for place in (OBJECTS, PACKS):
        clear_unfinished(desk.root / place)
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
