"""Processes that read the log for the one that folds it, each every so many pages in turn.

What they send are plain receptions; the few other entries the folding process reads itself, and so it does
with everything from where a process failed. They end when nobody reads what they send.
"""

from __future__ import annotations

import fcntl
import gc
import marshal
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from multiprocessing import get_context
from multiprocessing.connection import Connection

from probanda.errors import ProbandaError
from probanda.proof.tree import TILE_WIDTH
from probanda.views.record import Received, Record

READ_AHEAD_FROM = 20_000  # entries; fewer take no longer than to start the processes
READERS = 2  # more only wait for the one that folds
STRETCH = 4 * TILE_WIDTH  # entries in one message: about 400 KiB, less than a pipe may hold
PIPE_BYTES = 1 << 20  # so that a reader is one message ahead and at work on the next

Read = Callable[[int, int], Iterator[Record | Received]]
_Stretch = tuple[int, int]
_Message = list[tuple[object, ...] | None]


def may_fork() -> bool:
    """Whether other processes would help, and no lock of another thread could be copied into them."""
    return threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def read_ahead(read: Read, start: int, end: int) -> Iterator[Record | Received]:
    """What `read(start, end)` gives."""
    stretches, context = list(_stretches(start, end)), get_context("fork")
    ours: list[Connection] = []
    processes = []
    try:
        for place in range(READERS):
            # One pipe after the other: a process that held a later one's writing end would hide its end.
            reader, writer = context.Pipe(duplex=False)
            ours.append(reader)
            arguments = read, stretches[place::READERS], writer, tuple(ours)
            process = context.Process(target=_send, args=arguments, daemon=True)
            process.start()
            processes.append(process)
            writer.close()
        for number, stretch in enumerate(stretches):
            yield from _received(ours[number % READERS], read, stretch)
    finally:
        for reader in ours:
            reader.close()
        for process in processes:
            process.join()


def _stretches(start: int, end: int) -> Iterator[_Stretch]:
    while start < end:
        stop = min(end, start - start % STRETCH + STRETCH)
        yield start, stop
        start = stop


def _send(
    read: Read, stretches: Sequence[_Stretch], writer: Connection, others: Sequence[Connection]
) -> None:
    """In a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who folds hears it, and then nobody reads this
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not what the program does when it is asked to stop
    gc.disable()  # nothing made here refers to itself; looking at the memory it shares would copy it
    for reader in others:
        reader.close()  # else this process would keep itself alive
    with suppress(OSError):  # the limit may be lower
        fcntl.fcntl(writer.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    with suppress(OSError, ProbandaError):  # who folds meets the same, and says so
        for stretch in stretches:
            message: _Message = [tuple(one) if isinstance(one, Received) else None for one in read(*stretch)]
            writer.send_bytes(marshal.dumps(message))


def _received(reader: Connection, read: Read, stretch: _Stretch) -> Iterator[Record | Received]:
    try:
        message: _Message = marshal.loads(reader.recv_bytes())  # noqa: S302  # from our own process
    except (EOFError, OSError):
        yield from read(*stretch)
        return
    index = stretch[0]
    for is_received, values in groupby(message, key=bool):
        if is_received:
            for one in values:
                yield Received._make(one or ())
                index += 1
        else:
            end = index + sum(1 for _ in values)
            yield from read(index, end)
            index = end
