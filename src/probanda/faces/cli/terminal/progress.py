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
    now: Callable[[], float]
    done: int = 0
    total: int = 0
    errors: int = 0
    size_bytes: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.now()

    @property
    def rate(self) -> float:
        """Done per second, since the start."""
        elapsed_s = self.now() - self.started
        return self.done / elapsed_s if elapsed_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds left at this rate; None while nothing can be said."""
        return (self.total - self.done) / self.rate if self.total and self.rate else None

    def text(self) -> str:
        """One line for people."""
        of = f"/{self.total:,}" if self.total else ""
        parts = [f"{self.what}: {self.done:,}{of}", f"{self.rate:,.0f}/s"]
        if self.left_s is not None:
            parts.append(f"{_duration(self.left_s)} left")
        parts.append(f"{self.errors:,} not taken" if self.errors else "")
        return ", ".join(filter(None, parts))


@dataclass
class Printer:
    """Prints a progress when it is time to. On a terminal the line is written over and leaves no trace."""

    progress: Progress
    stream: TextIO
    _printed: float = field(init=False)
    _columns: int = 0

    def __post_init__(self) -> None:
        self._in_place = self.stream.isatty()
        self._printed = self.progress.started

    def reached(self, done: int, total: int) -> None:
        """So much is done now."""
        self.progress.done, self.progress.total = done, total
        self.show()

    def of(self, what: str, done: int, total: int) -> None:
        """As `reached`, where what is done changes on the way."""
        self.progress.what = what
        self.reached(done, total)

    def show(self) -> None:
        """Print, if the last time was long enough ago."""
        now = self.progress.now()
        if now - self._printed < (IN_PLACE_EVERY_S if self._in_place else LINE_EVERY_S):
            return
        self._printed = now
        text = self.progress.text()
        if self._in_place:
            self.stream.write("\r" + text.ljust(self._columns))
            self._columns = len(text)
        else:
            self.stream.write(text + "\n")
        self.stream.flush()

    def end(self) -> None:
        """Take away what stands in place."""
        if self._in_place and self._columns:
            self.stream.write("\r" + " " * self._columns + "\r")
            self.stream.flush()


@contextmanager
def watching(what: str) -> Iterator[Printer]:
    """Progress of one piece of work, on standard error."""
    printer = Printer(Progress(what, time.monotonic), sys.stderr)
    try:
        yield printer
    finally:
        printer.end()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
