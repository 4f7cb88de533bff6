"""Which entries travel with some receptions, and what of each is shown.

Source: spec/package.md package-4, package-5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from probanda.model.digest import AgentId
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.kinds.role_granted import RoleGranted
from probanda.proof.opening import Opening
from probanda.work.disclose.source import AnchorFiles, PackageSource

EVERY_FIELD = frozenset({"*"})
SOURCE_FIELDS = frozenset({"source"})
# What says why or for whom something is done inside the team stays inside.
WITHHELD_BY_KIND = {
    MatterOpened.KIND: EVERY_FIELD,
    RoleGranted.KIND: EVERY_FIELD,
    AgentRevoked.KIND: EVERY_FIELD,
}


@dataclass(frozen=True, slots=True)
class ChosenEntries:
    """Indices of all entries that travel, and of those whose fields are shown because their items travel."""

    indices: tuple[int, ...]
    receptions: frozenset[int]
    withhold: frozenset[str]

    def shown(self, index: int, opening: Opening) -> Opening:
        """The opening as the recipient gets it."""
        kind = opening.entry.kind
        if kind == ItemReceived.KIND:
            return opening.withholding(self.withhold if index in self.receptions else EVERY_FIELD)
        return opening.withholding(WITHHELD_BY_KIND.get(kind, frozenset()))


def choose_entries(
    source: PackageSource, receptions: Iterable[int], more: Iterable[int], withhold: frozenset[str]
) -> ChosenEntries:
    """The receptions, `more`, the genesis, and whatever is needed to judge them."""
    wanted = frozenset(receptions)
    chosen: set[int] = set()
    agents: set[AgentId] = set()
    waiting = [0, *wanted, *more]
    while waiting:
        index = waiting.pop()
        if index in chosen:
            continue
        chosen.add(index)
        opening = source.opening(index)
        waiting += _needed(source, index, opening)
        named = {opening.entry.agent, *(signature.keyid for signature in opening.envelope.signatures)}
        for agent in named - agents:
            waiting += source.about_agent(agent)
        agents |= named
    return ChosenEntries(tuple(sorted(chosen)), wanted, withhold)


def _needed(source: PackageSource, index: int, opening: Opening) -> Iterator[int]:
    """What one entry cannot be judged without, apart from what is about its agents."""
    if not opening.envelope.signatures:
        yield source.seal_of(index)
    if opening.entry.kind == ItemReceived.KIND:
        reception = ItemReceived.read(opening.entry, {})
        yield source.index_of(reception.matter)
        if reception.container is not None:
            yield source.index_of(reception.container)


def choose_anchors(source: PackageSource, receptions: Iterable[int]) -> tuple[AnchorFiles, ...]:
    """For each reception the anchors over the smallest checkpoint that covers it."""
    anchors = source.anchors()
    sizes: set[int] = set()
    for index in set(receptions):
        covering = [one.size for one in anchors if one.size > index]
        if covering:
            sizes.add(min(covering))
    return tuple(one for one in anchors if one.size in sizes)
