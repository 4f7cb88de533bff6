"""What a log key has signed last, remembered outside the base, so that a copied or rolled-back base is
never continued beside another.

Source: spec/log.md log-5.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from probanda.errors import Forked, Malformed, StorageFailed
from probanda.model.body import Members
from probanda.model.entry import Head
from probanda.proof.encoding import canonical, parse_canonical
from probanda.vault.storage.folder import alone_in

WIDTH_BYTES = 256  # one write inside one sector, so that a crash leaves the old or the new


class LastSigned:
    """One small file in the key folder for each log key."""

    def __init__(self, path: Path) -> None:
        """The file is made by the first `remember`."""
        self._path = path

    def read(self) -> Head | None:
        """The last head signed with this key by this user, or None if none was.

        Raises:
            StorageFailed: the record cannot be read; signing must not go on.
        """
        try:
            value = parse_canonical(self._path.read_bytes().rstrip(b" \n"))
            if not isinstance(value, dict):
                raise Malformed("not an object")
            members = Members(value)
            return Head(members.number("size"), members.key("root"))
        except FileNotFoundError:
            return None
        except (OSError, Malformed) as error:
            raise StorageFailed(
                f"The record of what the log key has signed cannot be read ({self._path}). Nothing "
                "was changed. "
                "Restore it from a backup of the key folder; without it nobody can say that the log "
                "was not forked."
            ) from error

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Held from `check` to `remember`, so that of two copies of a base only one can be between them.

        Raises:
            Busy: another process held it too long.
            StorageFailed: the key folder cannot be opened.
        """
        with alone_in(self._path.parent):
            yield

    def remember(self, head: Head) -> None:
        """Durable on return."""
        line = canonical({"root": head.root.hex(), "size": head.size}).ljust(WIDTH_BYTES - 1) + b"\n"
        try:
            new = not self._path.exists()
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.pwrite(descriptor, line, 0)
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
            if new:
                folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                os.fsync(folder)
                os.close(folder)
        except OSError as error:
            raise StorageFailed(f"Could not write {self._path}: {error.strerror}.") from error

    def check(self, head: Head, root_at: Callable[[int], bytes]) -> None:
        """Returns if `head` extends all that the key has signed.

        Raises:
            Forked: this base is behind, or differs from, what was signed.
        """
        last = self.read()
        if last is None:
            return
        if head.size < last.size:
            raise Forked(
                f"This base ends at entry {head.size}, but its log key has signed {last.size} "
                "entries: this is an older copy, or "
                "was set back. Nothing was changed; it can still be read. Continue the copy that has "
                "them all."
            )
        if root_at(last.size) != last.root:
            raise Forked(
                f"This base and another copy differ before entry {last.size}, and the log key has "
                "signed the other. "
                "Nothing was changed; it can still be read. Continue the other copy."
            )
