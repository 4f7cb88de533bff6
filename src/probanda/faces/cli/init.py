"""`probanda init`: a new base, with its first agent."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from probanda.faces.cli.terminal.invocation import PASSPHRASE, Invocation
from probanda.faces.cli.terminal.program import verb

FORMAT = "probanda-init/1"


@verb("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--origin", metavar="NAME", help="The name of the log (default: made from its key).")
def command(invocation: Invocation, folder: Path, origin: str | None) -> None:
    """Make a new base in DIR, and a key for its first agent if there is none of that name yet.

    The first agent collects, keeps, supervises and discloses until others are enrolled. Keys lie outside the
    base. What is printed large is the id of the base: whoever checks a package compares it, so write it
    down somewhere else.

    \b
    Exit status: 0 made, 1 no key, 2 DIR is not empty.
    Example: probanda init harbour --as Registrar
    """
    from probanda.base import init, refuse_unless_empty

    refuse_unless_empty(folder)
    ring = invocation.ring()
    name = invocation.wanted_agent() or getpass.getuser()
    is_new = all(file.name != name for file in ring.files())
    prompt = f"{'A new passphrase for' if is_new else 'Passphrase of'} {name}: "
    passphrase = invocation.ask_passphrase(prompt, PASSPHRASE, twice=is_new)
    base = init(folder, ring, name, passphrase, origin=origin)
    identity, output = base.identity, invocation.output
    if invocation.as_json:
        names = {"base": str(folder), "genesis": identity.genesis, "origin": identity.origin}
        agent = {"id": ring.find(name).id, "name": name}
        output.document(FORMAT, {**names, "agent": agent, "keys": str(ring.folder)})
        return
    output.text(f"A new base is in {folder}.")
    output.fact("agent", f"{name} ({'new key' if is_new else 'key held before'} in {ring.folder})")
    output.fact("origin", identity.origin)
    output.line()
    output.text("The id of this base (its genesis):")
    output.line()
    for line in large(identity.genesis):
        output.line(f"    {line}")
    output.line()
    output.text(
        "Write it down somewhere else than here, on paper for instance. Who has it can tell this base "
        "from any other. In one piece, to copy:"
    )
    output.line(identity.genesis)
    if is_new:
        output.text("Keep the passphrase as well: nobody can recover it, and without it this key is lost.")


def large(digest: str) -> list[str]:
    """A digest in lines of four groups, as people read it out and compare it."""
    groups = [digest[start : start + 4] for start in range(0, len(digest), 4)]
    return ["  ".join(groups[start : start + 4]) for start in range(0, len(groups), 4)]
