"""`probanda add`: take material in."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from probanda.errors import NotFound, WrongUsage
from probanda.faces.cli.terminal.failures import STOPPED, line_of
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.outcomes import AsDocument, AsText
from probanda.faces.cli.terminal.program import verb
from probanda.faces.cli.terminal.progress import Printer, progress_text

if TYPE_CHECKING:
    from probanda.base import Session
    from probanda.views.answers import Matter
    from probanda.work.intake.commits import Tell
    from probanda.work.intake.pipeline import Ending, Request
    from probanda.work.intake.progress import Progress
    from probanda.work.intake.sources import Stopped

STANDARD_INPUT = "-"
PARTLY_DONE = 5
REFERENCE = re.compile(r"M\d{3,}")  # a slip in one must not open a matter


@verb("add")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--matter", metavar="M", help="The matter; opened if there is none of that name.")
@click.option("--label", "labels", multiple=True, metavar="L", help="A label or degree; may be repeated.")
@click.option("--again", is_flag=True, help="Receive also what this matter has under the same path.")
@click.option("--name", metavar="NAME", help="What standard input is called.")
def command(
    invocation: Invocation,
    paths: tuple[str, ...],
    matter: str | None,
    labels: tuple[str, ...],
    again: bool,  # noqa: FBT001  # click hands it over by name
    name: str | None,
) -> int:
    """Take in files, folders and archives; PATH may be - for standard input.

    Every input gets one answer. What is told as received is on disk and under a signed checkpoint. Safe to
    stop with Ctrl-C and to run again: what the matter has under the same path is told as held. Without
    --matter items go to the Inbox. Nothing is changed or opened by another program.

    \b
    Exit status: 0 all taken in, 2 no such label, 5 some not, 6 refused, 130 stopped.
    Example: probanda add photos/ --matter Harbour --label graphic
    """
    from probanda.model.labels import parse_labels
    from probanda.model.policy import Action
    from probanda.work.intake.pipeline import Request
    from probanda.work.session import require

    if STANDARD_INPUT in paths and len(paths) > 1:
        raise WrongUsage("Standard input (-) is taken in by itself. Nothing was taken in.")
    wanted, degree = parse_labels(labels)
    session = invocation.session()
    require(session.reader, Action.RECEIVE)
    goes_to, is_new = _matter(session, matter)
    if is_new:
        invocation.output.note(f"Opened the matter {goes_to.ref} {goes_to.name}.")
    request = Request(goes_to.id, tuple(sorted(wanted)), degree, again)
    return _take_in(invocation, session, request, paths, name or "stdin", goes_to, is_new=is_new)


def _matter(session: Session, wanted: str | None) -> tuple[Matter, bool]:
    """The matter, and whether it was opened only now: preserving comes first."""
    from probanda.views.registers import all_matters, matter_named
    from probanda.work.govern.matters import open_matter

    views = session.base.views
    known = all_matters(views)
    if wanted is None:
        return known[0], False
    if any(wanted in (one.ref, one.id, one.name) for one in known):
        return matter_named(views, wanted), False
    if REFERENCE.fullmatch(wanted):
        raise NotFound(f"There is no matter {wanted}. Nothing was taken in.")
    receipt = open_matter(session, wanted)
    return matter_named(views, receipt.ids[0]), True


def _take_in(
    invocation: Invocation,
    session: Session,
    request: Request,
    paths: Sequence[str],
    name: str,
    matter: Matter,
    *,
    is_new: bool,
) -> int:
    from probanda.work.intake.progress import Progress

    progress = Progress(time.monotonic())
    printer = Printer(lambda now_s: _progress_text(progress, now_s), sys.stderr)
    output = invocation.output
    told = AsDocument(output, matter, is_new=is_new) if invocation.as_json else AsText(output, printer.clear)
    with _stopping(printer) as stopped:
        try:
            ending = _run(session, request, paths, name, progress, told.tell, stopped)
        except BaseException as error:
            printer.clear()
            if told.is_begun:
                told.end(progress, None, error)
            raise
    printer.clear()
    told.end(progress, ending, ending.failure)
    if ending.behind is not None:
        output.note(f"Received, but the tables are behind: {ending.behind}")
    if ending.failure is not None:
        sys.stderr.write(line_of(ending.failure) + "\n")
        return ending.failure.exit_code
    if ending.stopped:
        output.note("Stopped. What was told as received is safe; run it again to go on.")
        return STOPPED
    return PARTLY_DONE if progress.errors else 0


def _run(
    session: Session,
    request: Request,
    paths: Sequence[str],
    name: str,
    progress: Progress,
    tell: Tell,
    stopped: Stopped,
) -> Ending:
    from probanda.work.intake.pipeline import add, add_stream

    desk = session.intake()
    if list(paths) != [STANDARD_INPUT]:
        given = [os.fsencode(path) for path in paths]
        return add(given, desk, request, progress=progress, tell=tell, stopped=stopped)
    source, raw = sys.stdin.buffer, os.fsencode(name)
    return add_stream(source, raw, desk, request, via="stdin", progress=progress, tell=tell, stopped=stopped)


def _progress_text(progress: Progress, now_s: float) -> str:
    rate, left_s = progress.rate(now_s), progress.left_s(now_s)
    total, errors = progress.total or 0, progress.errors
    return progress_text("taking in", progress.inputs, total, rate=rate, left_s=left_s, errors=errors)


@contextmanager
def _stopping(printer: Printer) -> Iterator[Stopped]:
    """The first Ctrl-C lets what is under way be finished; the second one breaks off."""
    asked: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    def stopped() -> bool:
        printer.show()
        return bool(asked)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, former in before.items():
            signal.signal(number, former)
