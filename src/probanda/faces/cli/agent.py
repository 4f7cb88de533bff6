"""`probanda agent`: who holds a key here, and what they are here to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from probanda.errors import WrongUsage
from probanda.faces.cli.terminal.invocation import NEW_PASSPHRASE, Invocation
from probanda.faces.cli.terminal.output import listed
from probanda.faces.cli.terminal.program import Verbs, verb

if TYPE_CHECKING:
    from probanda.base import Base, Session
    from probanda.views.answers import Agent

FORMAT, LIST_FORMAT = "probanda-agent/1", "probanda-agents/1"


@verb("enrol")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, metavar="ROLE", help="May be repeated.")
def enrol_command(invocation: Invocation, name: str, roles: tuple[str, ...]) -> None:
    """Make a key for a new agent, here, and enrol them with these roles.

    The new agent types a passphrase of their own (or PROBANDA_NEW_PASSPHRASE has it). If a key of this name
    is here already, from another base, it is enrolled, and its passphrase asked.

    \b
    Exit status: 0 enrolled, 2 no such role, 6 refused.
    Example: probanda agent enrol Reviewer --role reviewer
    """
    from probanda.model.policy import Action
    from probanda.model.roles import parse_roles
    from probanda.work.govern.agents import enrol
    from probanda.work.session import require

    wanted = parse_roles(roles)
    session = invocation.session()
    require(session.reader, Action.ENROL)
    key = _key_for(invocation, session, name)
    enrol(session, key, name=name, roles=wanted)
    session.close()
    _say(invocation, session.base, name, "Enrolled")


def _key_for(invocation: Invocation, session: Session, name: str) -> bytes:
    """The public key of the new agent, whose file also holds the key of this log."""
    from probanda.views.registers import all_agents

    ring, origin = invocation.ring(), session.base.identity.origin
    private = session.unlocked.logs[origin]
    known = [file for file in ring.files() if file.name == name]
    if any(one.name == name for one in all_agents(session.base.views)):
        raise WrongUsage(f"An agent {name!r} is enrolled here already. Nothing was changed.")
    prompt = f"{'Passphrase of' if known else 'A new passphrase for'} {name}: "
    passphrase = invocation.ask_passphrase(prompt, NEW_PASSPHRASE, twice=not known)
    if known:
        return ring.with_log(ring.unlock(known[0], passphrase), origin, private, passphrase).public
    return ring.create(name, passphrase, {origin: private}).public


@verb("list")
def list_command(invocation: Invocation) -> None:
    """List all agents that were ever enrolled.

    \b
    Exit status: 0 listed.
    Example: probanda agent list --json
    """
    from probanda.faces.cli.terminal import documents
    from probanda.model.policy import Action
    from probanda.views.registers import all_agents
    from probanda.work.session import require

    base = invocation.base()
    require(invocation.reader(base), Action.LIST)
    found = all_agents(base.views)
    if invocation.as_json:
        invocation.output.document(LIST_FORMAT, {"agents": [documents.agent(one) for one in found]})
        return
    for one in found:
        ended = f"; revoked by entry {one.revoked_index}" if one.revoked_index is not None else ""
        invocation.output.text(f"{one.name or '(no name)'}, enrolled by entry {one.index}{ended}")
        invocation.output.text(f"roles: {listed(sorted(one.roles))}", indent="  ")
        invocation.output.line(f"  {one.id}")


@verb("grant")
@click.argument("name")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="May be repeated; none takes all away.")
@click.option("--reason", required=True, metavar="TEXT", help="Why. Can be withheld from others.")
def grant_command(invocation: Invocation, name: str, roles: tuple[str, ...], reason: str) -> None:
    """Set the roles of an agent: those named are all that they hold from now on.

    \b
    Exit status: 0 set, 2 no such agent or role, 6 refused.
    Example: probanda agent grant Reviewer --role analyst --reason "new task"
    """
    from probanda.model.roles import parse_roles
    from probanda.views.registers import find_agent
    from probanda.work.govern.agents import grant

    wanted = parse_roles(roles)
    session = invocation.session()
    agent = find_agent(session.base.views, name)
    left = _supervisors_besides(session.base, agent)
    grant(session, agent.key, wanted, reason=reason, supervisors_left=left)
    session.close()
    _say(invocation, session.base, agent.id, "Roles set")


@verb("revoke")
@click.argument("name")
@click.option("--reason", required=True, metavar="TEXT", help="Why. Can be withheld from others.")
def revoke_command(invocation: Invocation, name: str, reason: str) -> None:
    """Stop trusting the key of an agent, for good. What it signed before stays.

    \b
    Exit status: 0 revoked, 2 no such agent, or the last supervisor, 6 refused.
    Example: probanda agent revoke Reviewer --reason "key lost"
    """
    from probanda.views.registers import find_agent
    from probanda.work.govern.agents import revoke

    session = invocation.session()
    agent = find_agent(session.base.views, name)
    if agent.revoked_index is not None:
        raise WrongUsage(f"The key of {name} was revoked by entry {agent.revoked_index} already.")
    revoke(session, agent.key, reason=reason, supervisors_left=_supervisors_besides(session.base, agent))
    session.close()
    _say(invocation, session.base, agent.id, "Revoked")


def _supervisors_besides(base: Base, agent: Agent) -> int:
    from probanda.model.roles import Role
    from probanda.views.registers import all_agents

    return sum(
        one.is_alive and Role.SUPERVISOR in one.roles and one.id != agent.id for one in all_agents(base.views)
    )


def _say(invocation: Invocation, base: Base, name: str, done: str) -> None:
    from probanda.faces.cli.terminal import documents
    from probanda.views.registers import find_agent

    agent = find_agent(base.views, name)
    if invocation.as_json:
        invocation.output.document(FORMAT, documents.agent(agent))
        return
    invocation.output.text(f"{done}: {agent.name or agent.id}, roles: {listed(sorted(agent.roles))}.")


command = Verbs(
    "agent",
    "Enrol agents, set their roles, revoke their keys.",
    [enrol_command, list_command, grant_command, revoke_command],
)
