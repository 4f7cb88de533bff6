"""Walks the paths and hands out what is found."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from probanda.proof.encoding import instant_text
from probanda.work.intake.commits import Desk
from probanda.work.intake.crew import Crew, chunked
from probanda.work.intake.gathering import Gathering
from probanda.work.intake.messages import Answer, Batch, Ended
from probanda.work.intake.outcomes import Told
from probanda.work.intake.progress import Progress
from probanda.work.intake.walk import Input, walk


def stated(desk: Desk) -> str:
    """What the agent's clock says now."""
    return instant_text(desk.author.now())


def feed(paths: Sequence[bytes], desk: Desk, crew: Crew, intake: Gathering) -> None:
    """Walk, and hand out what is found."""

    def inputs() -> Iterator[Input]:
        for one in walk(paths, exclude=[os.fsencode(place) for place in desk.never]):
            if crew.stopping:
                return
            if isinstance(one, Told):
                answer = Answer(one.outcome, one.path, one.root, None, None, one.reason)
                intake.offer(Batch(b"", b"", b"", (), (answer,)))
            else:
                yield one

    left = 0
    try:
        for chunk in chunked(inputs(), lambda: stated(desk)):
            if left or not crew.feed(chunk):
                left += len(chunk.inputs)
    finally:
        crew.no_more()
        intake.offer(Ended(left))


def count(paths: Sequence[bytes], crew: Crew, progress: Progress) -> None:
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
