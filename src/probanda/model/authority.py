"""What effect an entry has: that to which its agent had the right, at the entry's place in the log.

Desks ask policy before they append. Other software can append too, so that readers ask again.

Source: spec/entry.md entry-21; spec/kinds.md kinds-7.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.labelled import Labelled
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.kinds.package_made import PackageMade
from probanda.model.kinds.role_granted import RoleGranted
from probanda.model.policy import BY_ROLE, Action
from probanda.model.roles import Role


class Effect(enum.Enum):
    """What an entry changes."""

    NONE = "none"
    PROTECTS = "protects"  # only what preserves or protects
    WHOLE = "whole"


RIGHTS: Mapping[str, Action] = MappingProxyType(
    {
        AgentEnrolled.KIND: Action.ENROL,
        AgentRevoked.KIND: Action.REVOKE,
        AnchorRecorded.KIND: Action.ANCHOR,
        ItemReceived.KIND: Action.RECEIVE,
        Labelled.KIND: Action.UNLABEL,
        MatterOpened.KIND: Action.OPEN_MATTER,
        PackageMade.KIND: Action.EXPORT,
        RoleGranted.KIND: Action.GRANT,
    }
)

# Kept whoever did it: to leave these out would lose an item, a label, or the trace of what left.
PROTECTING = frozenset({ItemReceived.KIND, Labelled.KIND, PackageMade.KIND})


def effect(kind: str, index: int, roles: frozenset[Role] | None) -> Effect:
    """The effect of an entry of `kind` at `index` by an agent who held `roles` there; None: no key of theirs
    was alive.
    """
    if kind == Genesis.KIND:
        return Effect.NONE if index else Effect.WHOLE
    if roles is None:
        return Effect.NONE
    allowed = BY_ROLE[RIGHTS[kind]] if kind in RIGHTS else None
    if allowed is None or roles & allowed:
        return Effect.WHOLE
    return Effect.PROTECTS if kind in PROTECTING else Effect.NONE


def known_roles(words: Iterable[str]) -> frozenset[Role]:
    """The roles among `words`; one of a later version gives no right here."""
    return frozenset(_BY_WORD[word] for word in words if word in _BY_WORD)


_BY_WORD = {role.value: role for role in Role}
