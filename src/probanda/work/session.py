"""What every desk is handed: who acts, what protects a thing, and the way to put acts on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from probanda.errors import Refused
from probanda.model.digest import EntryId
from probanda.model.entry import Act
from probanda.model.policy import UNPROTECTED, Action, Protection, Reader, decide


class Recorded(Protocol):
    """Where acts stand in the log: the index of the first, and their ids in order."""

    @property
    def index(self) -> int: ...

    @property
    def ids(self) -> tuple[EntryId, ...]: ...


class Acting(Protocol):
    """An agent at work."""

    @property
    def reader(self) -> Reader: ...

    def record(self, acts: Sequence[Act]) -> Recorded:
        """Sign the acts and put them on the log; durable on return."""
        ...


def require(reader: Reader, action: Action, protection: Protection = UNPROTECTED) -> None:
    """Returns if policy allows this.

    Raises:
        Refused: it does not, with the reason. Nothing was changed.
    """
    decision = decide(reader, action, protection)
    if not decision.allowed:
        raise Refused(f"Refused by policy: {decision.reason}. Nothing was changed.")
