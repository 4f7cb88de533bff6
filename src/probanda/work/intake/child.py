"""A worker in a process of its own, started as `python -m probanda.work.intake.child`.

It gets files from a socket that all workers share, so whoever is free takes the next; it answers on a socket
of its own. When the first is closed, or the parent is gone, it ends.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import socket
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from threading import Lock

from probanda.errors import ProbandaError
from probanda.work.intake.messages import Batch, Ended, Failed, Held, Question, Settings
from probanda.work.intake.workers import Worker

MESSAGE_BYTES = 1 << 18  # more than a chunk ever has
COLLECT_AFTER = 200_000  # objects
IDLE_S = 1.0  # when nothing comes for so long, what was made is sent


class _Parent:
    """The parent's side of the conversation, for the two threads of a worker."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, Lock()

    def send(self, message: Batch | Failed | Ended | Question) -> None:
        try:
            with self._lock:
                self._connection.send(message)
        except OSError:
            os._exit(1)  # the parent is gone: nobody can commit any more, and nothing half-made has a name

    def ask(self, question: Question) -> Sequence[Held | None]:
        self.send(question)
        try:
            answer: Sequence[Held | None] = self._connection.recv()
        except (EOFError, OSError):
            os._exit(1)
        return answer


def main(chunks: socket.socket, connection: Connection, stop: mmap.mmap) -> None:
    """Work until there is nothing more to take."""
    parent = _Parent(connection)
    settings: Settings = connection.recv()
    gc.set_threshold(COLLECT_AFTER)  # thousands of live tuples and hardly a cycle: walking them finds nothing
    worker = Worker(settings, send=parent.send, ask=parent.ask, stopped=lambda: stop[0] != 0)
    failure: ProbandaError | None = None
    chunks.settimeout(IDLE_S)
    try:
        while True:
            try:
                message = chunks.recv(MESSAGE_BYTES)
            except TimeoutError:
                worker.flush()
                continue
            if not message:
                break
            worker.take(pickle.loads(message))  # noqa: S301  # from the parent, over a socket that only it has
    except ProbandaError as error:
        failure = error
    chunks.close()
    worker.end(failure)
    connection.close()


if __name__ == "__main__":
    shared, own, flag = map(int, sys.argv[1:4])
    main(socket.socket(fileno=shared), Connection(own), mmap.mmap(flag, 1))
