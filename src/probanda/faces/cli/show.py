"""`probanda show`: all that is held about one item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import Output, counted, listed, size_text
from probanda.faces.cli.terminal.program import verb

if TYPE_CHECKING:
    from probanda.views.answers import Item, ItemLabel, ItemsPage, Reception

FORMAT = "probanda-item/1"
SHOWN_RECEPTIONS = 20  # in text; JSON has all


@verb("show")
@click.argument("name", metavar="ITEM")
def command(invocation: Invocation, name: str) -> None:
    """Show what is held about ITEM: its digests, what protects it, and each time that it was received.

    ITEM is a reference, a digest, or the beginning of one. Names, paths and times are what the file, or
    whoever brought it, claims; what nobody claimed is unknown.

    \b
    Exit status: 0 shown, 2 no such item, 6 refused.
    Example: probanda show PB-M000-000001 --json
    """
    from probanda.faces.cli.terminal import documents
    from probanda.faces.cli.terminal.chosen import readable_item
    from probanda.views.custody import item_receptions
    from probanda.views.listing import members

    base = invocation.base()
    reader = invocation.reader(base)
    item = readable_item(base, reader, name)
    came = item_receptions(base.views, item)
    inside = members(base.views, reader, item, limit=1)
    if invocation.as_json:
        more = {"receptions": [documents.reception(one) for one in came], "members": inside.total}
        kept = {"members_kept_from_you": inside.kept_from_you}
        invocation.output.document(FORMAT, {**documents.item(item), **more, **kept})
        return
    _print(invocation.output, item, came, inside)


def _print(output: Output, item: Item, came: tuple[Reception, ...], inside: ItemsPage) -> None:
    output.fact("item", item.ref)
    output.fact("matter", f"{item.matter_ref} {item.matter_name or '(name withheld)'}")
    output.fact("sha256", item.sha256)
    output.fact("sha512", item.sha512)
    output.fact("size", f"{item.size_bytes:,} bytes ({size_text(item.size_bytes)})")
    output.fact("media type", item.media_type)
    output.fact("degree", item.confidentiality)
    output.fact("labels", listed(map(_label, item.labels)))
    if item.containers:
        output.fact("taken out of", listed(item.containers))
    if item.elsewhere:
        output.fact("also", listed(item.elsewhere))
    if inside.total or inside.kept_from_you:
        output.fact("members", f"{inside.total:,}; kept from you: {inside.kept_from_you:,}")
    output.line()
    output.text(f"Received {counted(item.receptions, 'time')}:")
    for one in came[:SHOWN_RECEPTIONS]:
        _print_reception(output, one)
    if len(came) > SHOWN_RECEPTIONS:
        output.text(f"and {len(came) - SHOWN_RECEPTIONS:,} more: `probanda show {item.ref} --json`")


def _label(one: ItemLabel) -> str:
    return one.label if one.is_own else f"{one.label} (from {listed(one.inherited_from)})"


def _print_reception(output: Output, one: Reception) -> None:
    output.line()
    output.fact("entry", f"{one.index}, stated {one.stated}")
    output.fact("by", one.agent_name or one.agent or "unknown")
    output.fact("name", one.name.text if one.name else "unknown")
    output.fact("path", one.path.text if one.path else "unknown")
    output.fact("modified", f"{one.modified} (claimed)" if one.modified else "unknown")
    output.fact("came via", one.via or "unknown")
