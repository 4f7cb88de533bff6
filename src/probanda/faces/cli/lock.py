"""`probanda lock`: close an agent's keys."""

from __future__ import annotations

import click

from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import listed
from probanda.faces.cli.terminal.program import verb

FORMAT = "probanda-lock/1"


@verb("lock")
@click.option("--all", "all_agents", is_flag=True, help="Of all agents here, whoever --as names.")
def command(invocation: Invocation, all_agents: bool) -> None:  # noqa: FBT001  # click hands it over by name
    """Close the keys that `unlock` keeps open: those of the agent named, or of all.

    \b
    Exit status: 0 closed (also if they were closed before).
    Example: probanda lock --all
    """
    from probanda.vault.unlocked import forget

    ring = invocation.ring()
    wanted = invocation.wanted_agent()
    files = ring.files() if all_agents or not wanted else [ring.find(wanted)]
    closed = [file.name for file in files if forget(ring, file.id)]
    if invocation.as_json:
        invocation.output.document(FORMAT, {"closed": closed})
        return
    invocation.output.text(f"Closed: {listed(closed)}." if closed else "No keys were open.")
