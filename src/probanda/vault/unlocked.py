"""Keeps an agent's keys open between commands, for as long as they are used: `unlock`, `lock`, idle time-out.

A small process holds the keys in memory and hands them to the same user over a socket that only this user
can reach.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from probanda.errors import KeyUnavailable, Malformed
from probanda.model.body import Members
from probanda.model.digest import AgentId
from probanda.model.entry import Value
from probanda.proof.encoding import canonical, parse_canonical
from probanda.vault.keys import KeyRing, Unlocked

IDLE_S = 900
MAX_MESSAGE_BYTES = 1 << 20  # keys of a thousand bases
ANSWER_S = 2.0  # a keeper that lives answers at once


def keep_open(ring: KeyRing, unlocked: Unlocked, *, idle_s: int = IDLE_S) -> None:
    """Start the process that holds these keys until `idle_s` pass without use. It is listening on return.

    Raises:
        KeyUnavailable: it could not be started.
    """
    forget(ring, unlocked.id)
    keeper = subprocess.Popen(
        [sys.executable, "-m", "probanda.vault.unlocked", str(_socket_path(ring, unlocked.id)), str(idle_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if keeper.stdin is None or keeper.stdout is None:
        raise RuntimeError("pipes were asked for")
    with contextlib.suppress(BrokenPipeError):
        keeper.stdin.write(_encode(unlocked))
        keeper.stdin.close()
    if keeper.stdout.read(1) != b"+":
        raise KeyUnavailable(
            "The keys could not be kept open; give the passphrase with each command instead."
        )
    keeper.stdout.close()
    keeper.returncode = 0  # it goes on by itself


def ask(ring: KeyRing, agent: AgentId) -> Unlocked | None:
    """The agent's keys if they are kept open; None if they are locked."""
    answer = _call(ring, agent, b"k")
    return _decode(answer) if answer else None


def forget(ring: KeyRing, agent: AgentId) -> bool:
    """Close the agent's keys; whether they were open."""
    return _call(ring, agent, b"f") is not None


def _call(ring: KeyRing, agent: AgentId, request: bytes) -> bytes | None:
    path = _socket_path(ring, agent)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(ANSWER_S)
        try:
            with _short(path) as address:
                channel.connect(address)
            if not _same_user(channel):
                return None
            channel.sendall(request)
            parts = []
            while part := channel.recv(65536):
                parts.append(part)
        except OSError:
            return None
    return b"".join(parts)


def _socket_path(ring: KeyRing, agent: AgentId) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    place = Path(runtime) if runtime and Path(runtime).is_dir() else Path(tempfile.gettempdir())
    folder = place / f"probanda-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise KeyUnavailable(
            f"{folder} is open to other users, so no keys are kept there. Remove it and try again."
        )
    name = hashlib.sha256(f"{ring.folder.resolve()}\0{agent}".encode()).hexdigest()[:32]
    return folder / name


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """An address of a socket that fits the 107 bytes that the system allows, however long the path is."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _same_user(channel: socket.socket) -> bool:
    credentials = channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", credentials)[1] == os.getuid())


def _encode(unlocked: Unlocked) -> bytes:
    logs: dict[str, Value] = {origin: key.hex() for origin, key in unlocked.logs.items()}
    return canonical({"agent": unlocked.private.hex(), "logs": logs, "name": unlocked.name})


def _decode(data: bytes) -> Unlocked:
    value = parse_canonical(data)
    if not isinstance(value, dict) or not isinstance(logs := value.get("logs"), dict):
        raise Malformed("no keys")
    members = Members(value)
    return Unlocked(members.text("name"), members.key("agent"), {o: Members(logs).key(o) for o in logs})


def _hold(path: Path, idle_s: float) -> None:
    secret = sys.stdin.buffer.read(MAX_MESSAGE_BYTES)
    _decode(secret)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        path.unlink(missing_ok=True)
        os.umask(0o077)
        with _short(path) as address:
            listener.bind(address)
        listener.listen()
        listener.settimeout(idle_s)
        sys.stdout.buffer.write(b"+")
        sys.stdout.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        mine = path.lstat().st_ino
        try:
            while _answer(listener, secret):
                pass
        finally:
            with contextlib.suppress(FileNotFoundError):
                if path.lstat().st_ino == mine:
                    path.unlink()


def _answer(listener: socket.socket, secret: bytes) -> bool:
    """Answers one caller; False when the time is up or the keys are to be closed."""
    try:
        channel, _ = listener.accept()
    except (TimeoutError, BlockingIOError):
        return False
    with channel:
        channel.settimeout(ANSWER_S)
        try:
            if not _same_user(channel):
                return True
            request = channel.recv(1)
            if request == b"k":
                channel.sendall(secret)
        except OSError:
            return True
    return request != b"f"


if __name__ == "__main__":
    # Ctrl-C in the terminal is meant for the command that runs there.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _hold(Path(sys.argv[1]), float(sys.argv[2]))
