"""Which folders that an archive lists have nothing in them: a folder is no item, but an empty one is told."""

from __future__ import annotations

from collections.abc import Iterator

from probanda.work.intake.limits import MAX_FOLDER_NAMES_BYTES
from probanda.work.intake.outcomes import Outcome, Told

_OVERHEAD_BYTES = 100  # what Python needs to keep one short name


class ArchiveFolders:
    """Folders listed and folders with something in them; memory for them is limited."""

    def __init__(self) -> None:
        self._listed: dict[bytes, None] = {}
        self._filled: set[bytes] = set()
        self._held_bytes = 0

    def list(self, path: bytes) -> None:
        """The archive has an entry for the folder `path`."""
        folder = path.rstrip(b"/")
        self.fill_above(folder)
        if folder not in self._filled and self._may_hold(folder):
            self._listed[folder] = None

    def fill_above(self, path: bytes) -> None:
        """The archive has an entry at `path`, so no folder above it is empty."""
        above = path.rpartition(b"/")[0].rstrip(b"/")
        while above and above not in self._filled and self._may_hold(above):
            self._filled.add(above)
            above = above.rpartition(b"/")[0].rstrip(b"/")

    def told(self) -> Iterator[Told]:
        """One answer for each empty folder."""
        if self._held_bytes > MAX_FOLDER_NAMES_BYTES:
            yield Told(Outcome.REFUSED, b"", "limit: too many folders to tell which of them are empty")
            return
        for folder in self._listed:
            if folder not in self._filled:
                yield Told(Outcome.REFUSED, folder, "empty folder: nothing to take in")

    def _may_hold(self, name: bytes) -> bool:
        self._held_bytes += len(name) + _OVERHEAD_BYTES
        return self._held_bytes <= MAX_FOLDER_NAMES_BYTES
