"""Part of an audit: who held which right where. An entry without it is noted: the log is whole even so.

Receptions are left to the views: they are kept in any case. So are degrees, which depend on all before them.

Source: spec/entry.md entry-21.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from probanda.model.authority import Effect, effect, known_roles
from probanda.model.digest import AgentId
from probanda.model.entry import Entry
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.labelled import Labelled
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.kinds.package_made import PackageMade
from probanda.model.kinds.role_granted import RoleGranted
from probanda.model.roles import Role
from probanda.proof.envelope import key_id

_ALWAYS = frozenset(
    {
        AgentEnrolled.KIND,
        AgentRevoked.KIND,
        AnchorRecorded.KIND,
        Genesis.KIND,
        MatterOpened.KIND,
        PackageMade.KIND,
        RoleGranted.KIND,
    }
)


def needs_right(entry: Entry) -> bool:
    """Whether an audit asks for the right to this entry."""
    return entry.kind in _ALWAYS or (entry.kind == Labelled.KIND and bool(entry.body.get("remove")))


@dataclass(slots=True)
class Standing:
    """The roles of each agent whose key is alive, up to the entry at hand."""

    _roles: dict[AgentId, frozenset[Role]] = field(default_factory=dict)
    _revoked: set[AgentId] = field(default_factory=set)

    def take(self, index: int, entry: Entry) -> Effect:
        """What effect this entry has; what it says of agents holds from here on if it has any.

        Raises:
            Malformed: it does not fit its kind.
        """
        found = effect(entry.kind, index, self._roles.get(entry.agent))
        if found is Effect.WHOLE:
            self._follow(entry)
        return found

    def _follow(self, entry: Entry) -> None:
        if entry.kind == Genesis.KIND:
            genesis = Genesis.read(entry, {})
            self._enrol(genesis.agent_key, genesis.roles)
        elif entry.kind == AgentEnrolled.KIND:
            enrolled = AgentEnrolled.read(entry, {})
            self._enrol(enrolled.key, enrolled.roles)
        elif entry.kind == RoleGranted.KIND:
            granted = RoleGranted.read(entry, {})
            if key_id(granted.key) in self._roles:
                self._roles[key_id(granted.key)] = known_roles(granted.roles)
        elif entry.kind == AgentRevoked.KIND:
            agent = key_id(AgentRevoked.read(entry, {}).key)
            if self._roles.pop(agent, None) is not None:
                self._revoked.add(agent)

    def _enrol(self, key: bytes, roles: tuple[str, ...]) -> None:
        """A key is enrolled once: not again while it is alive, nor after it was revoked."""
        agent = key_id(key)
        if agent not in self._revoked:
            self._roles.setdefault(agent, known_roles(roles))
