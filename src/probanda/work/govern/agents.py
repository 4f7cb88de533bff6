"""Agents: enrolment, roles, revocation. Each is an entry."""

from __future__ import annotations

from probanda.errors import WrongUsage
from probanda.model.digest import digests_of
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.role_granted import RoleGranted
from probanda.model.policy import Action
from probanda.model.roles import Role
from probanda.work.session import Acting, Recorded, require


def enrol(acting: Acting, key: bytes, *, name: str, roles: frozenset[Role], holder: str = "self") -> Recorded:
    """Take in the agent with this public key.

    Raises:
        Refused: the acting agent may not enrol.
    """
    require(acting.reader, Action.ENROL)
    enrolment = AgentEnrolled(key, tuple(roles), name, holder)
    return acting.record([enrolment.act(digests_of(key))])


def grant(
    acting: Acting, key: bytes, roles: frozenset[Role], *, reason: str, supervisors_left: int
) -> Recorded:
    """Set all roles of an agent anew. `supervisors_left` counts the others who can enrol.

    Raises:
        Refused: the acting agent may not grant roles.
        WrongUsage: nobody would be left who can enrol.
    """
    require(acting.reader, Action.GRANT)
    if Role.SUPERVISOR not in roles:
        _keep_a_supervisor(supervisors_left)
    return acting.record([RoleGranted(key, tuple(roles), reason).act(digests_of(key))])


def revoke(acting: Acting, key: bytes, *, reason: str, supervisors_left: int) -> Recorded:
    """Stop trusting an agent's key. What it signed before stays. `supervisors_left` counts the others.

    Raises:
        Refused: the acting agent may not revoke.
        WrongUsage: nobody would be left who can enrol.
    """
    require(acting.reader, Action.REVOKE)
    _keep_a_supervisor(supervisors_left)
    return acting.record([AgentRevoked(key, reason).act(digests_of(key))])


def _keep_a_supervisor(supervisors_left: int) -> None:
    if supervisors_left < 1:
        raise WrongUsage(
            "This is the last supervisor: nobody could enrol anybody any more. Nothing was changed."
        )
