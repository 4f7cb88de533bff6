"""Writing large files once, straight from the memory that they were read and hashed in.

Life of a file: `begin` makes it under a name that does not count (`.new-…`); `room` and `advance` fill
aligned buffers, which threads write; `finish` syncs the contents, gives the file its name, and syncs the
folders. Only then may anything speak of it.
"""

from __future__ import annotations

import errno
import fcntl
import itertools
import mmap
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from probanda.errors import StorageFailed
from probanda.vault.packs import PAGE_BYTES

BUFFER_BYTES = 8 << 20
BUFFERS = 4  # one is filled while others are written
WRITERS = 2
UNFINISHED = ".new-"

_number = itertools.count()
T = TypeVar("T")


class Writes:
    """Every durable operation of a stream in one place, so that a recorder can stand in for it."""

    def create(self, path: Path) -> int:
        """An open new file, held by a lock that tells other processes that its writer lives."""
        while True:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            try:
                descriptor = os.open(path, flags | os.O_DIRECT, 0o444)
            except OSError as error:
                if error.errno != errno.EINVAL:  # some file systems cannot write past the cache
                    raise
                descriptor = os.open(path, flags, 0o444)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                return descriptor
            os.close(descriptor)  # somebody cleared it away between the two calls

    def write(self, descriptor: int, view: memoryview, offset: int) -> None:
        """All of `view` at `offset`; past the cache of the system where that works, else through it."""
        while view:
            try:
                written = os.pwrite(descriptor, view, offset)
            except OSError as error:
                flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
                if error.errno != errno.EINVAL or not flags & os.O_DIRECT:
                    raise
                fcntl.fcntl(descriptor, fcntl.F_SETFL, flags & ~os.O_DIRECT)
                continue
            view, offset = view[written:], offset + written

    def sync(self, descriptor: int, size_bytes: int) -> None:
        """The contents, cut to `size_bytes`, are on disk on return."""
        os.ftruncate(descriptor, size_bytes)
        os.fdatasync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close the file and let go of its lock."""
        os.close(descriptor)

    def name(self, temporary: Path, final: Path) -> bool:
        """Give the file its final name; False, and nothing is changed, if that name is taken."""
        try:
            final.hardlink_to(temporary)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            if final.exists():  # a file system without hard links
                return False
            temporary.rename(final)
        return True

    def remove(self, path: Path) -> None:
        """Remove a name; nothing happens if it is gone."""
        path.unlink(missing_ok=True)

    def make_folder(self, path: Path) -> None:
        """Make one folder; nothing happens if it exists."""
        path.mkdir(exist_ok=True)

    def sync_folder(self, path: Path) -> None:
        """The names in the folder are on disk on return."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Folders:
    """The folders of one root that this process knows to be on disk."""

    def __init__(self, root: Path, writes: Writes) -> None:
        """`root` exists; everything below it is made when needed."""
        self.root, self.writes = root, writes
        self._durable = {root}

    def make(self, folder: Path) -> None:
        """`folder` and all above it, up to the root, exist and are on disk on return, whoever made them."""
        if folder in self._durable:
            return
        self.make(folder.parent)
        self.writes.make_folder(folder)
        self.writes.sync_folder(folder.parent)
        self._durable.add(folder)


def temporary_name(folder: Path) -> Path:
    """A name in `folder` that no other writer uses and that holds nothing that counts (base-1)."""
    return folder / f"{UNFINISHED}{os.getpid()}-{next(_number)}-{os.urandom(6).hex()}"


def clear_unfinished(folder: Path) -> int:
    """Remove what dead writers left in `folder`, and leave what living ones write; how many were removed."""
    removed = 0
    for path in folder.glob(f"{UNFINISHED}*"):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
            removed += 1
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)
    return removed


def storage_failed(error: OSError, path: Path) -> StorageFailed:
    """The failure of the disk in the user's words."""
    advice = {
        errno.ENOSPC: "free some space",
        errno.EDQUOT: "free some space, or have your quota raised",
        errno.EACCES: "give yourself the right to write there",
        errno.EROFS: "mount it for writing",
        errno.EIO: "copy the base to another disk before anything else",
    }.get(error.errno or 0, "see to the disk")
    where = path.parent if path.name.startswith(UNFINISHED) else path
    return StorageFailed(
        f"Could not write to {where}: {error.strerror}. What was being written is not kept; "
        f"what was received before is safe. {advice.capitalize()}, then run the same command again."
    )


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Tell what goes wrong while `path` is read as StorageFailed; that it is missing stays as it is."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageFailed(
            f"Could not read {path}: {error.strerror}. Nothing was changed. If it goes on, copy the base to "
            "another disk before anything else."
        ) from error


class Stream:
    """One file after the other, each filled by one thread and written by others.

    A stream is used by one thread at a time. The bytes handed to `advance` are those that reach the disk,
    even if the file they were read from changes meanwhile.
    """

    def __init__(self, folders: Folders) -> None:
        """Files go below the root of `folders`."""
        self._folders, self._writes = folders, folders.writes
        self._pool = ThreadPoolExecutor(WRITERS)
        self._ring: list[tuple[memoryview, Future[None] | None]] = []
        self._turn = 0
        self._open: tuple[Path, int] | None = None
        self._jobs: list[Future[None]] = []
        self._offset = self._filled = 0

    @property
    def position(self) -> int:
        """How many bytes the file holds so far."""
        return self._offset + self._filled

    def begin(self, folder: Path) -> None:
        """Start a file that will get its name in or below `folder`.

        Raises:
            StorageFailed: it cannot be made.
        """
        temporary = temporary_name(folder)
        try:
            self._folders.make(folder)
            self._open = temporary, self._writes.create(temporary)
        except OSError as error:
            raise storage_failed(error, temporary) from error
        self._jobs, self._offset, self._filled = [], 0, 0
        self._next_buffer(b"")

    def room(self, size_bytes: int) -> memoryview:
        """A place for the next `size_bytes` (at most 8 MiB), good until the next call.

        Raises:
            StorageFailed: earlier bytes could not be written; the file is given up.
        """
        if self._filled + size_bytes > BUFFER_BYTES:
            whole = self._filled // PAGE_BYTES * PAGE_BYTES
            buffer, _ = self._ring[self._turn]
            rest = bytes(buffer[whole : self._filled])
            self._write_out(whole)
            self._next_buffer(rest)
        buffer, _ = self._ring[self._turn]
        return buffer[self._filled : self._filled + size_bytes]

    def advance(self, size_bytes: int) -> None:
        """Take the first `size_bytes` of the room into the file."""
        self._filled += size_bytes

    def finish(self, final: Path, then: Callable[[bool], T]) -> Future[T]:
        """Write out the rest and give the file its name.

        `then` is called by another thread when contents and name are on disk; the future holds its result. It
        is told False if `final` existed: that stays as it was, and the new bytes are dropped. If the disk
        refused, the exception is StorageFailed, and nothing is kept.
        """
        size = self.position
        temporary, descriptor = self._begun()
        self._write_out(-(-self._filled // PAGE_BYTES) * PAGE_BYTES)
        self._open = None
        jobs = self._jobs
        return self._pool.submit(lambda: then(self._settle(temporary, descriptor, size, final, jobs)))

    def discard(self) -> None:
        """Give up the file that was begun, if one is; nothing of it stays."""
        if self._open is not None:
            temporary, descriptor = self._begun()
            self._open = None
            self._abandon(temporary, descriptor, self._jobs)

    def close(self) -> None:
        """Wait for the files in flight and give the memory back."""
        self.discard()
        self._pool.shutdown()
        self._ring.clear()

    def _begun(self) -> tuple[Path, int]:
        if self._open is None:
            raise RuntimeError("no file was begun")
        return self._open

    def _next_buffer(self, rest: bytes) -> None:
        if len(self._ring) < BUFFERS:
            self._ring.append((memoryview(mmap.mmap(-1, BUFFER_BYTES + PAGE_BYTES)), None))
            self._turn = len(self._ring) - 1
        else:
            self._turn = (self._turn + 1) % BUFFERS
        buffer, job = self._ring[self._turn]
        if job is not None:
            job.exception()  # wait; whoever waits for the file of that job hears of a failure
        buffer[: len(rest)] = rest
        self._filled = len(rest)

    def _write_out(self, size_bytes: int) -> None:
        temporary, descriptor = self._begun()
        for job in self._jobs:
            if job.done() and (error := job.exception()) is not None:
                self.discard()
                if isinstance(error, OSError):
                    raise storage_failed(error, temporary) from error
                raise error
        buffer, _ = self._ring[self._turn]
        job = self._pool.submit(self._writes.write, descriptor, buffer[:size_bytes], self._offset)
        self._ring[self._turn] = buffer, job
        self._jobs.append(job)
        self._offset += size_bytes

    def _settle(
        self, temporary: Path, descriptor: int, size_bytes: int, final: Path, jobs: list[Future[None]]
    ) -> bool:
        try:
            for job in jobs:
                job.result()
            self._writes.sync(descriptor, size_bytes)
            self._folders.make(final.parent)
            new = self._writes.name(temporary, final)
            self._writes.sync_folder(final.parent)
        except OSError as error:
            raise storage_failed(error, final) from error
        finally:
            self._abandon(temporary, descriptor, jobs)
        return new

    def _abandon(self, temporary: Path, descriptor: int, jobs: list[Future[None]]) -> None:
        for job in jobs:
            job.exception()  # a descriptor is closed only when nobody writes to it
        with suppress(OSError):  # it holds nothing that counts, and who opens the base next clears it away
            self._writes.remove(temporary)
        self._writes.close(descriptor)
