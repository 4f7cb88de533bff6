"""Processes that share the work of an audit. Results come in the order of tasks; few wait at a time."""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import TypeVar

Progress = Callable[[str, int, int], None]
"""(what, how many are done, of how many or 0 if nobody knows)"""

AHEAD = 3  # tasks for each process that are handed out before their turn

T = TypeVar("T")
R = TypeVar("R")


def _context() -> BaseContext:
    """How processes start: by a fork, which is fastest, unless threads would leave their locks in it."""
    if threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["probanda.vault.audit_log", "probanda.vault.audit_originals"])
    return server


def _start() -> None:
    """The first task: it is done when a process is there."""


class Workers:
    """A pool, or for `processes` = 1 just this process."""

    def __init__(self, processes: int) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._ahead = AHEAD * processes
        if processes > 1:
            self._pool = ProcessPoolExecutor(processes, mp_context=_context())
            self._ready = self._pool.submit(_start)

    def in_order(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """The results of `function` for all tasks, in their order."""
        if self._pool is None:
            yield from map(function, tasks)
            return
        waiting: deque[Future[R]] = deque()
        for task in tasks:
            if not waiting and not self._ready.done():
                yield function(task)  # the others are still starting
                continue
            waiting.append(self._pool.submit(function, task))
            if len(waiting) >= self._ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
