"""`probanda unlock`: keep an agent's keys open for a while."""

from __future__ import annotations

import click

from probanda.faces.cli.terminal.invocation import PASSPHRASE, Invocation
from probanda.faces.cli.terminal.output import counted
from probanda.faces.cli.terminal.program import verb

FORMAT = "probanda-unlock/1"
MAX_IDLE_MINUTES = 24 * 60


@verb("unlock")
@click.option(
    "--idle",
    "idle_minutes",
    type=click.IntRange(1, MAX_IDLE_MINUTES),
    default=15,
    show_default=True,
    metavar="MINUTES",
    help="Close the keys when they were not used for so long.",
)
def command(invocation: Invocation, idle_minutes: int) -> None:
    """Keep the keys of an agent open on this machine, so that the verbs that follow ask for no passphrase.

    A process of your own holds them in memory; nothing is written to disk. Several agents may be open at
    once: name the one who acts with --as.

    \b
    Exit status: 0 open, 1 the passphrase is not theirs.
    Example: probanda unlock --as Registrar
    """
    from probanda.vault.unlocked import keep_open

    ring = invocation.ring()
    file = invocation.key_file(ring)
    passphrase = invocation.ask_passphrase(f"Passphrase of {file.name}: ", PASSPHRASE)
    keep_open(ring, ring.unlock(file, passphrase), idle_s=60 * idle_minutes)
    if invocation.as_json:
        invocation.output.document(FORMAT, {"agent": file.name, "idle_minutes": idle_minutes})
        return
    after = counted(idle_minutes, "minute")
    invocation.output.text(f"The keys of {file.name} are open. They close after {after} without use.")
