"""Opens what the walk saw, and only that: nothing put in its place since can hang us or lead us elsewhere."""

from __future__ import annotations

import errno
import os
import stat

from probanda.work.intake.outcomes import NotOpened, Outcome, in_plain_words
from probanda.work.intake.walk import Input

# Without O_NONBLOCK the opening of a pipe that took the file's place would wait for a writer for ever.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def open_regular(seen: Input) -> int:
    """A file descriptor to read `seen` from; close it. Leaves no trace on the source where it can.

    Raises:
        NotOpened: `outcome` is link, special, changed or unreadable; nothing was read.
    """
    try:
        descriptor = _open(seen.path)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotOpened(Outcome.LINK, "a symbolic link took its place, not followed") from error
        if error.errno == errno.ENXIO:
            raise NotOpened(Outcome.SPECIAL, "a socket or device took its place, not opened") from error
        raise NotOpened(Outcome.UNREADABLE, in_plain_words(error)) from error
    try:
        _check_same(os.fstat(descriptor), seen)
    except NotOpened:
        os.close(descriptor)
        raise
    return descriptor


def same_before_and_after(before: os.stat_result, after: os.stat_result, bytes_read: int) -> bool:
    """True if nothing says that the file changed between two `fstat` of it; False means outcome `changed`."""
    return bytes_read == before.st_size and _marks(before) == _marks(after)


def _marks(seen: os.stat_result) -> tuple[int, ...]:
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _open(path: bytes) -> int:
    try:
        return os.open(path, _FLAGS | os.O_NOATIME)
    except PermissionError:
        # Only the owner of a file may read it without touching its time of access.
        return os.open(path, _FLAGS)


def _check_same(opened: os.stat_result, seen: Input) -> None:
    if not stat.S_ISREG(opened.st_mode):
        raise NotOpened(Outcome.SPECIAL, "something other than a file took its place, not read")
    if (opened.st_dev, opened.st_ino) != (seen.device, seen.inode):
        raise NotOpened(Outcome.CHANGED, "another file took its place")
