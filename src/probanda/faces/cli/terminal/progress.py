"""How far long work is: one state, printed in place on a terminal, else as a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

IN_PLACE_EVERY_S = 0.2  # often enough to look alive
LINE_EVERY_S = 30.0


@dataclass
class Progress:
    """What is being done, how much of it, since when. `total` is 0 while it is not known."""

    what: str
    started_s: float
    done: int = 0
    total: int = 0

    def text(self, now_s: float) -> str:
        """One line for people."""
        rate = self.done / max(now_s - self.started_s, 1e-6)
        left_s = (self.total - self.done) / rate if self.total and rate else None
        return progress_text(self.what, self.done, self.total, rate=rate, left_s=left_s)


def progress_text(
    what: str, done: int, total: int, *, rate: float, left_s: float | None, errors: int = 0
) -> str:
    """What, done of total, rate, time left, errors so far; what is not known is left out."""
    parts = [f"{what}: {done:,}{f' of {total:,}' if total else ''}", f"{rate:,.0f}/s"]
    if left_s is not None:
        parts.append(f"{duration(left_s)} left")
    if errors:
        parts.append(f"{errors:,} not taken")
    return ", ".join(parts)


@dataclass
class Printer:
    """Prints `text(now)` when it is time to. On a terminal the line is written over and leaves no trace."""

    text: Callable[[float], str]
    stream: TextIO
    now: Callable[[], float] = time.monotonic
    _printed_s: float = field(init=False)
    _columns: int = 0

    def __post_init__(self) -> None:
        self._in_place = self.stream.isatty()
        self._printed_s = self.now()

    def show(self) -> None:
        """Print, if the last time was long enough ago."""
        now_s = self.now()
        if now_s - self._printed_s < (IN_PLACE_EVERY_S if self._in_place else LINE_EVERY_S):
            return
        self._printed_s = now_s
        text = self.text(now_s)
        if self._in_place:
            self.stream.write("\r" + text.ljust(self._columns))
            self._columns = len(text)
        else:
            self.stream.write(text + "\n")
        self.stream.flush()

    def clear(self) -> None:
        """Take away what stands in place, so that something else can be printed."""
        if self._in_place and self._columns:
            self.stream.write("\r" + " " * self._columns + "\r")
            self.stream.flush()
            self._columns = 0


Reached = Callable[[str, int, int], None]


@contextmanager
def watching(what: str) -> Iterator[Reached]:
    """Progress of one piece of work on standard error: call what is yielded with what, done and total."""
    progress = Progress(what, time.monotonic())
    printer = Printer(progress.text, sys.stderr)

    def reached(now: str, done: int, total: int) -> None:
        progress.what, progress.done, progress.total = now, done, total
        printer.show()

    try:
        yield reached
    finally:
        printer.clear()


def duration(seconds: float) -> str:
    """A time span for people to read."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
