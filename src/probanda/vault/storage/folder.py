"""A base in a local folder: the few operations that the ledger is built on.

What a bucket must offer to take this place: read, list, create-only write, swap of one small object,
unsynced write, remove. Everything that touches the disk goes through `Operations`, so that a recorder can
stand in for it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from probanda.errors import Busy, StorageFailed
from probanda.vault.stream import UNFINISHED, storage_failed

LOCK_WAIT_S = 30.0  # a group takes milliseconds; a minute of contention means that something hangs
LOCK_POLL_S = 0.002

_LIBC = ctypes.CDLL(None, use_errno=True)


class Operations:
    """Single operations on files, each of which a crash can come before or after."""

    def write(self, path: Path, data: bytes, *, at: int | None = None, exclusive: bool = False) -> None:
        """Put `data` into the file, which is made if need be: as all of it, or from offset `at` on to its
        end.
        """
        mode = os.O_EXCL if exclusive else 0 if at is not None else os.O_TRUNC
        # Never through a link: in a base from elsewhere it may point to any file of whoever opens the base.
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags | mode, 0o644)
        try:
            if at is not None:
                os.ftruncate(descriptor, at)
            offset = at or 0
            view = memoryview(data)
            while view:
                written = os.pwrite(descriptor, view, offset)
                view, offset = view[written:], offset + written
        finally:
            os.close(descriptor)

    def sync(self, path: Path) -> None:
        """The contents of the file are on disk on return."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def sync_folder(self, path: Path) -> None:
        """The names in the folder are on disk on return."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def sync_all(self, path: Path) -> None:
        """Everything written so far to the file system of `path` is on disk on return."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if _LIBC.syncfs(descriptor):
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, in place of whatever had it."""
        old.replace(new)

    def remove(self, path: Path) -> None:
        """Remove a name; nothing happens if it is gone."""
        path.unlink(missing_ok=True)

    def make_folder(self, path: Path) -> None:
        """Make one folder; nothing happens if it exists."""
        path.mkdir(exist_ok=True)


class Folder:
    """A folder with named files in it. Names are relative and use `/`."""

    def __init__(self, root: Path, operations: Operations | None = None) -> None:
        """`root` exists."""
        self.root = root
        self._do = operations or Operations()
        self._made: set[Path] = {root}

    def read(self, name: str) -> bytes:
        """All bytes of a file.

        Raises:
            FileNotFoundError: there is none.
            StorageFailed: the disk refused, or something else than a file stands there.
        """
        path = self.root / name
        try:
            with os.fdopen(_open_without_waiting(path), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise OSError(errno.EINVAL, "it is no regular file")
                return file.read()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(name) from error
        except OSError as error:
            raise StorageFailed(f"Could not read {path}: {error.strerror}. Nothing was changed.") from error

    def exists(self, name: str) -> bool:
        return (self.root / name).exists()

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none if there is no such folder.

        Raises:
            StorageFailed: the disk refused.
        """
        path = self.root / folder
        try:
            return sorted(inner.name for inner in path.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise StorageFailed(f"Could not list {path}: {error.strerror}. Nothing was changed.") from error

    def create(self, name: str, data: bytes) -> None:
        """Write a new file, durable on return with its name.

        A crash may leave a part of it: only what nothing refers to yet is written this way.

        Raises:
            StorageFailed: the disk refused, or the name is taken; nothing counts.
        """
        path = self.root / name
        with _told(path):
            self._folder(path.parent)
            self._do.write(path, data)
            self._do.sync(path)
            self._do.sync_folder(path.parent)

    def replace(self, name: str, data: bytes, *, durable: bool = True) -> None:
        """Swap a file's contents as one step; `durable`: on return, else whenever the system gets to it.

        Raises:
            StorageFailed: the disk refused; a reader finds either the old or the new contents.
        """
        path = self.root / name
        beside = path.with_name(f"{UNFINISHED}{path.name}")
        with _told(path):
            self._do.write(beside, data)
            if durable:
                self._do.sync(beside)
            self._do.rename(beside, path)
            if durable:
                self._do.sync_folder(path.parent)

    def write(self, name: str, data: bytes, *, at: int | None = None) -> None:
        """Write a file, or cut it at `at` and go on from there. Durable only after `flush`."""
        path = self.root / name
        with _told(path):
            self._folder(path.parent, durable=False)
            self._do.write(path, data, at=at)

    def remove(self, name: str) -> None:
        """Remove a file; nothing happens if it is gone."""
        path = self.root / name
        with _told(path):
            self._do.remove(path)

    def flush(self) -> None:
        """Everything written before is durable on return."""
        with _told(self.root):
            self._do.sync_all(self.root)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Only one process at a time is inside.

        Raises:
            Busy: another process held it for all of LOCK_WAIT_S.
        """
        with alone_in(self.root / "log"):
            yield

    def _folder(self, path: Path, *, durable: bool = True) -> None:
        if path in self._made:
            return
        self._folder(path.parent, durable=durable)
        self._do.make_folder(path)
        if durable:
            self._do.sync_folder(path.parent)
        self._made.add(path)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Only one process (and thread) at a time is inside.

    Raises:
        Busy: another one held it for all of LOCK_WAIT_S.
        StorageFailed: the folder cannot be opened.
    """
    with _told(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        patience_ends = time.monotonic() + LOCK_WAIT_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > patience_ends:
                    raise Busy(
                        f"Another process has been writing to {folder} for {LOCK_WAIT_S:.0f} s. "
                        "Nothing was changed. Wait for it to end, then try again."
                    ) from None
                time.sleep(LOCK_POLL_S)
        yield
    finally:
        os.close(descriptor)


def _open_without_waiting(path: Path) -> int:
    """A pipe in a base from elsewhere would be waited for without end."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise storage_failed(error, path) from error
