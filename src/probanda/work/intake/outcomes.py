"""What became of one input: every single one gets exactly one of these words."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from probanda.errors import ProbandaError


class Outcome(StrEnum):
    """The seven answers to "what became of this input?"; scripts rely on the words."""

    RECEIVED = "received"
    HELD = "held"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    CHANGED = "changed"
    LINK = "link"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Told:
    """An input of which no bytes were taken, and the reason in plain words.

    `path` is raw bytes: below `root`; the argument as it was given where that itself is told about; inside an
    archive the path that the archive holds, and empty where the archive as a whole (or its rest) is meant.
    """

    outcome: Outcome
    path: bytes
    reason: str
    root: bytes | None = None


class NotTaken(ProbandaError):
    """This one input could not be taken in; record `outcome` and `reason` for it and go on with the next."""

    name: ClassVar[str] = "E-NOT-TAKEN"

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class NotOpened(NotTaken):
    """The file is no longer what the walk saw, or may not be read; nothing of it was read."""


class MemberFailed(NotTaken):
    """A member's bytes broke off, did not match the archive's own check, or passed a limit.

    Throw away what was read of it. The archive goes on with the next member.
    """


_WORDS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "not permitted",
    errno.ENOENT: "not there, or gone since it was listed",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ELOOP: "too many links in its path",
    errno.ENAMETOOLONG: "its path is longer than this system can open",
    errno.EIO: "the disk reports a read error",
    errno.ESTALE: "the network folder lost it",
    errno.EMFILE: "too many files are open",
    errno.ENXIO: "no device behind it",
}


def in_plain_words(error: OSError) -> str:
    """What the operating system refused, as a reason to print beside a path; holds no path itself."""
    if error.errno is None:
        return "the system gave no reason"
    return _WORDS.get(error.errno, os.strerror(error.errno).lower())


class ArchiveStopped(NotTaken):
    """Nothing more can be read of this archive; what came before stands, and the archive itself is kept."""
