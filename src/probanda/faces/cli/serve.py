"""`probanda serve`: the pages, on this machine only."""

from __future__ import annotations

import contextlib

import click

from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.program import verb

FORMAT = "probanda-serve/1"
DEFAULT_PORT = 8440
LARGEST_PORT = 65535


@verb("serve")
@click.option(
    "--port",
    type=click.IntRange(0, LARGEST_PORT),
    default=DEFAULT_PORT,
    show_default=True,
    help="0 takes any that is free.",
)
def command(invocation: Invocation, port: int) -> None:
    """Show the base in a browser on this machine, until Ctrl-C. Other machines cannot reach it.

    Agents sign in on the page, with the passphrase of their key. With --json the address is one document.

    \b
    Exit status: 0 ended by Ctrl-C, 2 there is no base or the port is taken.
    Example: probanda serve --port 8500
    """
    from probanda.faces.web.base_desk import BaseDesk
    from probanda.faces.web.serve import serve

    base, output = invocation.base(), invocation.output
    base.catch_up()

    def ready(address: str) -> None:
        if invocation.as_json:
            output.document(FORMAT, {"address": address})
        else:
            output.text(f"Open {address} in a browser on this machine. Ctrl-C ends it.")
        output.flush()

    with contextlib.suppress(KeyboardInterrupt):  # how it is meant to end
        serve(BaseDesk(base, invocation.ring()), port=port, ready=ready)
