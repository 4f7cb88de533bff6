"""`probanda export`: a package of items, for somebody who is to check them offline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probanda.errors import WrongUsage
from probanda.faces.cli.terminal.failures import ItemsRefused
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import counted, size_text
from probanda.faces.cli.terminal.program import verb

if TYPE_CHECKING:
    from probanda.base import Session
    from probanda.model.digest import EntryId, Sha256
    from probanda.model.policy import Decision
    from probanda.views.answers import Item
    from probanda.work.disclose.packing import MayLeave

FORMAT = "probanda-export/1"
FIELDS = ("name", "path", "modified", "source")


@verb("export")
@click.argument("names", metavar="ITEM...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="OUT",
    help="A new folder.",
)
@click.option(
    "--withhold",
    multiple=True,
    metavar="FIELD",
    help=f"A field not to hand over: {', '.join(FIELDS)}; may be repeated. The source never is.",
)
@click.option("--purpose", metavar="TEXT", help="What for; recorded, and handed over.")
def command(
    invocation: Invocation, names: tuple[str, ...], out: Path, withhold: tuple[str, ...], purpose: str | None
) -> None:
    """Make a package of ITEMs in the new folder OUT: the items, their entries, proofs, and a checker.

    Never asks, sends nothing anywhere, and records that the package was made. If one item may not leave,
    nothing is made, and all such items are named.

    \b
    Exit status: 0 made, 2 no such item or OUT exists, 6 refused.
    Example: probanda export PB-M000-000001 -o handover
    """
    from probanda.work.disclose.chosen_entries import SOURCE_FIELDS
    from probanda.work.disclose.packing import make_package

    unknown = [field for field in withhold if field not in FIELDS]
    if unknown:
        raise WrongUsage(f"There is no field {unknown[0]!r} to withhold; there are: {', '.join(FIELDS)}.")
    session = invocation.session()
    items = _items(session, names)
    may_leave = partial(_may_leave, session)
    _must_leave(items, may_leave)
    receipt = make_package(
        session.package_source(),
        [one.sha256 for one in items],
        out,
        may_leave=may_leave,
        matters=_matters(session, items),
        purpose=purpose,
        withhold=SOURCE_FIELDS | set(withhold),
    )
    session.close()
    genesis, output = session.base.identity.genesis, invocation.output
    if invocation.as_json:
        members = {"package": str(out), "made": receipt.made, "items": receipt.items}
        more = {"entries": receipt.entries, "size_bytes": receipt.size_bytes, "genesis": genesis}
        output.document(FORMAT, {**members, **more})
        return
    output.text(
        f"Made {out}: {counted(receipt.items, 'item')}, {size_text(receipt.size_bytes)}, "
        f"{counted(receipt.entries, 'entry', 'entries')}; recorded by entry {receipt.made}."
    )
    output.text("Tell the recipient the id of the base by another way than the package goes:")
    output.line(genesis)


def _items(session: Session, names: Sequence[str]) -> list[Item]:
    from probanda.views.finding import find_item

    return [find_item(session.base.views, session.reader, name) for name in names]


def _matters(session: Session, items: Sequence[Item]) -> dict[Sha256, set[EntryId]]:
    """The matters in which each item was asked for."""
    from probanda.views.registers import all_matters

    ids = {one.ref: one.id for one in all_matters(session.base.views)}
    matters: dict[Sha256, set[EntryId]] = {}
    for one in items:
        matters.setdefault(one.sha256, set()).add(ids[one.matter_ref])
    return matters


def _may_leave(session: Session, item: Sha256) -> Decision:
    from probanda.model.policy import Action, decide
    from probanda.views.protections import protection_for_export

    session.base.catch_up()  # labels may have come meanwhile, from another process
    return decide(session.reader, Action.EXPORT, protection_for_export(session.base.views, item))


def _must_leave(items: Sequence[Item], may_leave: MayLeave) -> None:
    """As `make_package` asks too, but naming items as people know them."""
    decisions = [(one, may_leave(one.sha256)) for one in items]
    against = [(one, decision.reason) for one, decision in decisions if not decision.allowed]
    if against:
        raise ItemsRefused(
            f"{len(against)} of {counted(len(items), 'item')} may not leave. Nothing was made.",
            [{"ref": one.ref, "sha256": one.sha256, "reason": reason} for one, reason in against],
        )
