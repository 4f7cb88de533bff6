"""The processes of an intake: starts them, feeds them files, and hears what they have to say."""

from __future__ import annotations

import mmap
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection

from probanda.work.intake.messages import (
    Batch,
    Chunk,
    Ended,
    Failed,
    Held,
    Question,
    Settings,
)
from probanda.work.intake.walk import Input

CHUNK_FILES = 16
CHUNK_BYTES = 8 << 20  # of files: so that no worker is left with much more than another at the end
CHUNK_NAMES_BYTES = 1 << 16  # well inside what one message may hold
QUEUED_BYTES = 1 << 15  # chunks that wait for a free worker

DIED = (
    "A worker of the intake ended unexpectedly. What was received before is safe; run the same command again."
)


class Crew:
    """Some workers, each a process. Used as a context: on leaving, all of them are gone."""

    def __init__(self, settings: Settings, workers: int) -> None:
        """Starts the workers."""
        self._chunks, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._chunks.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, QUEUED_BYTES + 2 * CHUNK_NAMES_BYTES)
        flag = os.memfd_create("probanda-intake-stop")
        os.ftruncate(flag, 1)
        self._stop = mmap.mmap(flag, 1)
        self.connections: list[Connection] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        with theirs:
            for _ in range(workers):
                self._start(settings, theirs.fileno(), flag)
        os.close(flag)

    def _start(self, settings: Settings, chunks: int, flag: int) -> None:
        ours, own = socket.socketpair()
        with own:
            numbers = (chunks, own.fileno(), flag)
            command = [sys.executable, "-m", "probanda.work.intake.child", *map(str, numbers)]
            # A group of its own: Ctrl-C is for the parent, which lets workers finish what they have begun.
            process = subprocess.Popen(command, pass_fds=numbers, stdin=subprocess.DEVNULL, process_group=0)
        connection = Connection(ours.detach())
        connection.send(settings)
        self._processes.append(process)
        self.connections.append(connection)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.no_more()
        for connection in self.connections:
            connection.close()
        for process in self._processes:
            process.wait()

    def stop(self) -> None:
        """Let each worker finish what it holds and leave the rest."""
        self._stop[0] = 1

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stop[0] != 0

    def feed(self, chunk: Chunk) -> bool:
        """Hand out one chunk, waiting while enough are waiting; False if no worker is left to take it."""
        try:
            self._chunks.send(pickle.dumps(chunk))
        except OSError:
            return False
        return True

    def no_more(self) -> None:
        """Say that no chunk will follow."""
        self._chunks.close()


def hear(
    connection: Connection, answer: Callable[[Question], Sequence[Held | None]]
) -> Iterator[Batch | Ended | Failed]:
    """What one worker says until it ends; its questions are answered on the way."""
    try:
        while True:
            message: Batch | Ended | Failed | Question = connection.recv()
            if isinstance(message, Question):
                connection.send(answer(message))
                continue
            yield message
            if isinstance(message, Ended | Failed):
                return
    except (EOFError, OSError):
        yield Failed("StorageFailed", DIED)


def chunked(inputs: Iterable[Input], stated: Callable[[], str]) -> Iterator[Chunk]:
    """Inputs in chunks of a size that keeps all workers busy to the end."""
    waiting: list[Input] = []
    size_bytes = names_bytes = 0
    for one in inputs:
        waiting.append(one)
        size_bytes += one.size_bytes
        names_bytes += len(one.path) + len(one.below) + len(one.root or b"")
        if len(waiting) >= CHUNK_FILES or size_bytes >= CHUNK_BYTES or names_bytes >= CHUNK_NAMES_BYTES:
            yield Chunk(stated(), tuple(waiting))
            waiting, size_bytes, names_bytes = [], 0, 0
    if waiting:
        yield Chunk(stated(), tuple(waiting))
