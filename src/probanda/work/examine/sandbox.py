"""Run a small program over hostile bytes where it can do no harm, and bring back only bytes.

The child is confined twice: by itself before it reads anything (`confined`), and from here, because a
child that was taken over keeps no promise: this side limits time, input and output, and ends its whole
group by SIGKILL.
"""

from __future__ import annotations

import contextlib
import enum
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import IO, BinaryIO

# What a child may be fed: it keeps all of it in memory, and decoders need some times that.
INPUT_LIMIT_BYTES = 256 * 1024 * 1024
# What may come back: a clear preview is well below; more is an attempt to fill this process.
OUTPUT_LIMIT_BYTES = 8 * 1024 * 1024
# Wall clock, above the child's own limit of processor time: covers a child that sleeps or waits.
TIME_LIMIT_S = 15.0
_CHUNK_BYTES = 64 * 1024


class Stop(enum.Enum):
    """Why this side ended a child."""

    INPUT = "the input is larger than a child may be fed"
    OUTPUT = "the child wrote more than it may"
    TIME = "the child did not finish in time"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a child ended: `exit_status` is negative for a signal, `stopped` set where this side ended it."""

    untrusted_output: bytes
    exit_status: int
    stopped: Stop | None = None


def run_confined(child: tuple[str, ...], source: BinaryIO, time_limit_s: float = TIME_LIMIT_S) -> Ran:
    """Feed `source` to a new confined process and return what it wrote; it is gone then, whatever it tried.

    `child` is a module or script, and its arguments.
    """
    with tempfile.TemporaryDirectory(prefix="probanda-child-") as empty_folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-m", "probanda.work.examine.confined", *child],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=empty_folder,
            env={},
            start_new_session=True,
            bufsize=0,
        )
        talk = _Talk(process, source, time.monotonic() + time_limit_s)
        try:
            stopped = talk.to_the_end()
        finally:
            _end(process)
        return Ran(bytes(talk.untrusted_received), process.returncode, stopped)


class _Talk:
    """Both pipes of one child, served in turn so that neither side can hold up the other."""

    def __init__(self, process: subprocess.Popen[bytes], source: BinaryIO, deadline_s: float) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a child is talked to over two pipes")
        self._process = process
        self._input, self._output = process.stdin, process.stdout
        self._source = source
        self._deadline_s = deadline_s
        self._pending = b""
        self._fed_bytes = 0
        self.untrusted_received = bytearray()

    def to_the_end(self) -> Stop | None:
        os.set_blocking(self._input.fileno(), False)
        with selectors.DefaultSelector() as self._ready:
            self._ready.register(self._input, selectors.EVENT_WRITE, self._feed)
            self._ready.register(self._output, selectors.EVENT_READ, self._take)
            while not self._output.closed:
                for key, _ in self._ready.select(self._left_s()):
                    key.data()
                if self._fed_bytes > INPUT_LIMIT_BYTES:
                    return Stop.INPUT
                if len(self.untrusted_received) > OUTPUT_LIMIT_BYTES:
                    return Stop.OUTPUT
                if not self._left_s():
                    return Stop.TIME
        try:
            self._process.wait(self._left_s())
        except subprocess.TimeoutExpired:
            return Stop.TIME
        return None

    def _left_s(self) -> float:
        return max(0.0, self._deadline_s - time.monotonic())

    def _feed(self) -> None:
        self._pending = self._pending or self._source.read(_CHUNK_BYTES)
        try:
            written_bytes = os.write(self._input.fileno(), self._pending) if self._pending else 0
        except BlockingIOError:
            return
        except BrokenPipeError:  # it wants no more; its answer may still be good
            written_bytes = 0
        self._fed_bytes += written_bytes
        self._pending = self._pending[written_bytes:]
        if not written_bytes:
            self._close(self._input)

    def _take(self) -> None:
        chunk = os.read(self._output.fileno(), _CHUNK_BYTES)
        self.untrusted_received += chunk
        if not chunk:
            self._close(self._output)

    def _close(self, pipe: IO[bytes]) -> None:
        self._ready.unregister(pipe)
        pipe.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):  # the group is gone with its last process
        os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()
