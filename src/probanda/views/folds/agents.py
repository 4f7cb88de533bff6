"""Agents: who holds a key, with which roles, and until when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from probanda.errors import Malformed
from probanda.model.authority import known_roles
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.role_granted import RoleGranted
from probanda.views.look import Look
from probanda.views.record import Record
from probanda.views.rows import AgentRow


def fold_genesis(record: Record, look: Look) -> Iterator[AgentRow]:
    """The first agent."""
    act = Genesis.read(record.entry, record.fields)
    yield _enrolled(record, look, key=act.agent_key, name=act.name, holder=None, roles=act.roles)


def fold_enrolled(record: Record, look: Look) -> Iterator[AgentRow]:
    """One more agent; a key is enrolled once."""
    act = AgentEnrolled.read(record.entry, record.fields)
    yield _enrolled(record, look, key=act.key, name=act.name, holder=act.holder, roles=act.roles)


def fold_granted(record: Record, look: Look) -> Iterator[AgentRow]:
    """An agent's roles from here on."""
    act = RoleGranted.read(record.entry, record.fields)
    agent = _known(look, act.key)
    yield agent._replace(roles=_said(act.roles), roles_index=record.index)


def fold_revoked(record: Record, look: Look) -> Iterator[AgentRow]:
    """The end of a key; the first revocation counts."""
    act = AgentRevoked.read(record.entry, record.fields)
    agent = _known(look, act.key)
    if agent.revoked_index is None:
        yield agent._replace(revoked_index=record.index, revoked_reason=act.reason)


def _enrolled(
    record: Record, look: Look, *, key: bytes, name: str | None, holder: str | None, roles: tuple[str, ...]
) -> AgentRow:
    id = hashlib.sha256(key).hexdigest()
    if look.agent(id) is not None:
        raise Malformed("the key is enrolled already")
    return AgentRow(id, record.index, key, name, holder, _said(roles), record.index, None, None)


def _said(roles: tuple[str, ...]) -> str:
    return " ".join(sorted(known_roles(roles)))


def _known(look: Look, key: bytes) -> AgentRow:
    agent = look.agent(hashlib.sha256(key).hexdigest())
    if agent is None:
        raise Malformed("the key was never enrolled")
    return agent
