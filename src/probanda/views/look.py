"""The named look-ups that a fold may ask: what earlier entries have made so far."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from probanda.model.authority import Effect
from probanda.views.rows import AgentRow, MatterRow


class KnownItem(NamedTuple):
    """An item that exists; `labels` and `degree` as far as they are settled."""

    entry: int
    matter: int
    labels: int
    degree: int


class KnownReception(NamedTuple):
    """A reception, and the item it is of."""

    entry: int
    item: KnownItem


class Look(Protocol):
    """What has been folded up to, but without, the entry at hand."""

    def effect(self, kind: str, agent: str, index: int) -> Effect:
        """What effect an entry of this kind by this agent has at this place."""
        ...

    def agent(self, id: str) -> AgentRow | None: ...

    def matter(self, id: str) -> MatterRow | None: ...

    def matters_opened(self) -> int: ...

    def last_number(self, matter: int) -> int:
        """The highest number allotted in a matter; 0 before the first."""
        ...

    def items_of(self, sha256: bytes) -> list[KnownItem]:
        """All items of these bytes, one per matter that received them."""
        ...

    def mark(self, sha256: bytes) -> tuple[int, int] | None:
        """Own labels and degree of these bytes, if they were ever other than plain."""
        ...

    def reception(self, id: str) -> KnownReception | None:
        """The reception with this entry id."""
        ...
