"""`probanda matter`: what items belong to."""

from __future__ import annotations

import click

from probanda.errors import WrongUsage
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import counted
from probanda.faces.cli.terminal.program import Verbs, verb

FORMAT, LIST_FORMAT = "probanda-matter/1", "probanda-matters/1"


@verb("open")
@click.argument("name")
@click.option("--purpose", metavar="TEXT", help="What the matter is about.")
def open_command(invocation: Invocation, name: str, purpose: str | None) -> None:
    """Open a matter. Name and purpose can be withheld from whoever checks a package.

    \b
    Exit status: 0 open, 2 there is one of this name, 6 refused.
    Example: probanda matter open Harbour
    """
    from probanda.faces.cli.terminal import documents
    from probanda.views.registers import all_matters, matter_named
    from probanda.work.govern.matters import open_matter

    session = invocation.session()
    if any(name == one.name for one in all_matters(session.base.views)):
        raise WrongUsage(f"A matter {name!r} is open already. Nothing was changed.")
    receipt = open_matter(session, name, purpose=purpose)
    session.close()
    opened = matter_named(session.base.views, receipt.ids[0])
    if invocation.as_json:
        invocation.output.document(FORMAT, documents.matter(opened))
        return
    invocation.output.text(f"Opened {opened.ref} {name}, entry {opened.index}.")


@verb("list")
def list_command(invocation: Invocation) -> None:
    """List the matters, the Inbox first.

    \b
    Exit status: 0 listed.
    Example: probanda matter list --json
    """
    from probanda.faces.cli.terminal import documents
    from probanda.model.policy import Action
    from probanda.views.registers import all_matters
    from probanda.work.session import require

    base = invocation.base()
    require(invocation.reader(base), Action.LIST)
    found = all_matters(base.views)
    if invocation.as_json:
        invocation.output.document(LIST_FORMAT, {"matters": [documents.matter(one) for one in found]})
        return
    for one in found:
        purpose = f": {one.purpose}" if one.purpose else ""
        said = f"{one.name or '(name withheld)'}{purpose} ({counted(one.items, 'item')}, entry {one.index})"
        invocation.output.hanging(one.ref, said)


command = Verbs("matter", "Open and list matters: what items belong to.", [open_command, list_command])
