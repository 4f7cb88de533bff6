"""`probanda label`: what protects an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from probanda.errors import WrongUsage
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import listed
from probanda.faces.cli.terminal.program import verb

if TYPE_CHECKING:
    from probanda.model.labels import Label
    from probanda.views.answers import Item

FORMAT = "probanda-labelled/1"


@verb("label")
@click.argument("name", metavar="ITEM")
@click.option("--add", "add", multiple=True, metavar="L", help="A label or degree; may be repeated.")
@click.option("--remove", "remove", multiple=True, metavar="L", help="A label; may be repeated.")
@click.option("--reason", metavar="TEXT", help="Why; needed to protect an item less.")
def command(
    invocation: Invocation, name: str, add: tuple[str, ...], remove: tuple[str, ...], reason: str | None
) -> None:
    """Change the labels of ITEM, or its degree of confidentiality. Labels hold for its bytes in every matter.

    Members of an archive inherit its labels, so those are taken away from the archive. `probanda explain`
    lists all labels, and who sees what.

    \b
    Exit status: 0 changed, 2 no such label or item, 6 refused.
    Example: probanda label PB-M000-000001 --add minor
    """
    from probanda.faces.cli.terminal import documents
    from probanda.faces.cli.terminal.chosen import readable_item
    from probanda.model.digest import Digests
    from probanda.model.labels import parse_labels
    from probanda.work.govern.labels import label

    added, degree = parse_labels(add)
    removed, removed_degree = parse_labels(remove)
    if removed_degree is not None:
        raise WrongUsage("A degree of confidentiality is not removed; --add another one.")
    session = invocation.session()
    item = readable_item(session.base, session.reader, name)
    _must_be_own(item, removed)
    digests = Digests(item.sha256, item.sha512)
    changes = {"add": added, "remove": removed}
    receipt = label(session, digests, item.protection, **changes, confidentiality=degree, reason=reason)
    session.close()
    changed = readable_item(session.base, session.reader, item.ref)
    if invocation.as_json:
        invocation.output.document(FORMAT, {"entry": receipt.index, "item": documents.item(changed)})
        return
    held = listed(one.label.value for one in changed.labels)
    invocation.output.text(f"Labelled by entry {receipt.index}: {held}; {changed.confidentiality}.")


def _must_be_own(item: Item, removed: frozenset[Label]) -> None:
    for one in item.labels:
        if one.label in removed and one.inherited_from:
            raise WrongUsage(
                f"{item.ref} inherits {one.label} from {listed(one.inherited_from)}: take it away there "
                "first. Nothing was changed."
            )
    missing = removed - {one.label for one in item.labels}
    if missing:
        raise WrongUsage(f"{item.ref} has no label {listed(sorted(missing))}. Nothing was changed.")
