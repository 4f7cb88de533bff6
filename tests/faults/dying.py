"""The program, or a worker of it, that is killed by itself at one of its operations. Started by tests.

    dying.py WHO AT MEMBERS ARGUMENT...      the program with these arguments
    dying.py WHO AT MEMBERS -m MODULE N...   a worker, started by the program in place of the interpreter

WHO counts and what dies: `parent` and `worker` die alone; `parent-all` and `worker-all` count as the first
part says and take all processes of the intake along; `nobody`. AT: the operation at which it happens, or the
end of the process if it comes before. MEMBERS: how many originals fill a pack, so that a small intake has
many groups.
"""

import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from probanda.vault import pack_writer
from probanda.vault.storage.folder import Operations
from probanda.vault.stream import Writes
from probanda.work.intake import outbox

OPERATIONS = ("write", "sync", "sync_folder", "sync_all", "rename", "remove", "make_folder")
WRITES = ("create", "write", "sync", "name", "remove", "make_folder", "sync_folder", "close")


class Death:
    """Comes at the operation that is given, once in all processes that share `once`."""

    def __init__(self, at: int, *, takes_all: bool, is_parent: bool, once: Path) -> None:
        self.left, self.takes_all, self.is_parent, self.once = at, takes_all, is_parent, once
        self.lock = threading.Lock()

    def step(self, half: Callable[[], object]) -> None:
        with self.lock:
            self.left -= 1
            if self.left == 0:
                half()
                self.come()

    def come(self) -> None:
        try:
            os.close(os.open(self.once, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        parent = os.getpid() if self.is_parent else os.getppid()
        if self.takes_all:
            others = {parent, *children_of(parent)} - {os.getpid()}
            for number in others:
                os.kill(number, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def children_of(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(number) for task in tasks for number in task.read_text().split()]


def count(kind: type, names: tuple[str, ...], death: Death) -> None:
    """Every operation of `kind` asks `death` first; half of a write is done before it comes."""

    def counted(name: str) -> Callable[..., object]:
        really = getattr(kind, name)

        def operation(self: object, first: object, *rest: object, **more: object) -> object:
            def half() -> None:
                if name == "write":
                    data = rest[0]
                    really(self, first, data[: len(data) // 2], *rest[1:], **more)  # type: ignore[index,arg-type]

            death.step(half)
            return really(self, first, *rest, **more)

        return operation

    for name in names:
        setattr(kind, name, counted(name))


def worker(arguments: list[str]) -> None:
    import mmap
    import socket
    from multiprocessing.connection import Connection

    from probanda.work.intake.child import main

    shared, own, flag = map(int, arguments)
    main(socket.socket(fileno=shared), Connection(own), mmap.mmap(flag, 1))


def program(arguments: list[str]) -> int:
    from probanda.faces.cli.terminal.program import run

    return run(arguments)


def main() -> int:
    who, at, members, *arguments = sys.argv[1:]
    is_parent = arguments[0] != "-m"
    counts, _, along = who.partition("-")
    once = Path(os.environ["HOME"]) / "died"
    pack_writer.FULL_MEMBERS = outbox.FULL_MEMBERS = int(members)
    death = Death(int(at), takes_all=bool(along), is_parent=is_parent, once=once)
    counting = (counts == "parent") if is_parent else (counts == "worker")
    if counting:
        count(Operations, OPERATIONS, death)
        count(Writes, WRITES, death)
    if not is_parent:
        worker(arguments[2:])
        code = 0
    else:
        with TemporaryDirectory() as place:
            interpreter = Path(place) / "worker"
            command = shlex.join([sys.executable, __file__, who, at, members])
            interpreter.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            interpreter.chmod(0o755)
            sys.executable = str(interpreter)
            code = program(arguments)
    if counting:
        death.come()
    return code


if __name__ == "__main__":
    sys.exit(main())
