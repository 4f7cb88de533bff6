"""Every failure a user can meet, in the user's words.

A message says what happened, what was kept, and what to do next. `name` is stable: documentation, scripts and
other programs may rely on it. Faces map a class to an exit code and an HTTP status (`EXIT_CODE`).
"""

from __future__ import annotations

from typing import ClassVar


class ProbandaError(Exception):
    """Something the user can act on. Subclasses differ in what the user can do."""

    name: ClassVar[str] = "E-FAILED"
    exit_code: ClassVar[int] = 1


class Malformed(ProbandaError):
    """Bytes or values do not follow their format; nothing was taken from them."""

    name = "E-MALFORMED"


class WrongUsage(ProbandaError):
    """The request itself cannot be carried out as put; nothing was changed."""

    name = "E-USAGE"
    exit_code = 2


class NotFound(WrongUsage):
    """What was named does not exist here, or the beginning of a digest fits several things."""

    name = "E-NOT-FOUND"


class ProofFails(ProbandaError):
    """Stored evidence, log and signatures do not agree; nothing was changed."""

    name = "E-PROOF-FAILS"
    exit_code = 3


class Forked(ProofFails):
    """This copy of the base and what its log key has already signed cannot both be continued."""

    name = "E-FORKED"


class Refused(ProbandaError):
    """Policy does not allow this agent to do this to this; the reason is in the message."""

    name = "E-REFUSED"
    exit_code = 6


class Busy(ProbandaError):
    """Another process is writing to the base and did not finish in time; nothing was changed."""

    name = "E-BUSY"
    exit_code = 7


class KeyUnavailable(ProbandaError):
    """A private key is missing, locked, or the passphrase does not open it; nothing was changed."""

    name = "E-KEY"


class StorageFailed(ProbandaError):
    """The disk refused to write or read; what was acknowledged before is safe."""

    name = "E-STORAGE"
