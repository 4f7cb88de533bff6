"""`probanda history`: the custody of an item as the entries tell it, gaps included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.program import verb

if TYPE_CHECKING:
    from probanda.views.answers import CustodyEvent, Item, Reception

FORMAT = "probanda-history/1"
BEFORE = "who held it before, and how it was kept, is not recorded"
AFTER = "who was given the package, and when, is not recorded"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something about custody that no entry says, beside the entry at `index`."""

    index: int
    side: str
    says: str


@verb("history")
@click.argument("name", metavar="ITEM")
def command(invocation: Invocation, name: str) -> None:
    """Show what happened to ITEM, in the order of the log: who received it, labelled it, put it in a package.

    Times are the clocks of those who wrote the entries. What no entry says is shown as a gap.

    \b
    Exit status: 0 shown, 2 no such item, 6 refused.
    Example: probanda history PB-M000-000001
    """
    from probanda.faces.cli.terminal import documents
    from probanda.faces.cli.terminal.chosen import readable_item
    from probanda.views.custody import history, item_receptions

    base = invocation.base()
    item = readable_item(base, invocation.reader(base), name)
    events = history(base.views, item)
    gaps = tuple(gaps_of(events, item_receptions(base.views, item)))
    if invocation.as_json:
        digests = {"ref": item.ref, "sha256": item.sha256, "sha512": item.sha512}
        shown = [{"index": gap.index, "side": gap.side, "says": gap.says} for gap in gaps]
        members = {"events": [documents.event(one) for one in events], "gaps": shown}
        invocation.output.document(FORMAT, {**digests, **members})
        return
    _print(invocation, item, events, gaps)


def gaps_of(events: Sequence[CustodyEvent], came: Sequence[Reception]) -> Iterator[Gap]:
    """Where the chain of custody is not told: before what came from outside, after what left."""
    outside = {one.index for one in came if one.container is None}
    for event in events:
        if event.index in outside:
            yield Gap(event.index, "before", BEFORE)
        if event.kind == "package-made":
            yield Gap(event.index, "after", AFTER)


def _print(invocation: Invocation, item: Item, events: Sequence[CustodyEvent], gaps: Sequence[Gap]) -> None:
    output = invocation.output
    output.fact("item", item.ref)
    output.fact("sha256", item.sha256)
    output.fact("sha512", item.sha512)
    sides = {(gap.index, gap.side): gap.says for gap in gaps}
    for event in events:
        output.line()
        if says := sides.get((event.index, "before")):
            output.text(f"gap: {says}")
            output.line()
        output.text(f"entry {event.index}, stated {event.stated}")
        output.text(event.words, indent="  ")
        output.text(f"by {event.agent_name or event.agent or 'unknown'}", indent="  ")
        if says := sides.get((event.index, "after")):
            output.line()
            output.text(f"gap: {says}")
