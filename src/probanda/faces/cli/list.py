"""`probanda list`: items, a page at a time."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import Output, counted, size_text
from probanda.faces.cli.terminal.program import verb

if TYPE_CHECKING:
    from probanda.base import Base
    from probanda.model.policy import Reader
    from probanda.views.answers import Item, ItemsPage

FORMAT, LINE_FORMAT = "probanda-list/1", "probanda-listed/1"
MAX_LIMIT = 1_000
TEXT_LIMIT = 50  # a few screens


@verb("list")
@click.option("--matter", metavar="M", help="Only this matter: its name, reference or id.")
@click.option("--search", metavar="TEXT", help="Only items with this in a name or path.")
@click.option("--after", metavar="REF", help="Go on after this item.")
@click.option(
    "--limit", type=click.IntRange(1, MAX_LIMIT), metavar="N", help="At most so many (1,000 with --json)."
)
@click.option("--all", "everything", is_flag=True, help="All of them; with --json one line each.")
def command(
    invocation: Invocation,
    matter: str | None,
    search: str | None,
    after: str | None,
    limit: int | None,
    everything: bool,  # noqa: FBT001  # click hands it over by name
) -> None:
    """List the items that you may see, in the order in which they were received.

    Who shows no key (see `unlock`) sees what is open to anybody. What is kept from you is counted, not shown.

    \b
    Exit status: 0 listed, 2 no such matter or item.
    Example: probanda list --search harbour --json
    """
    from probanda.model.policy import Action
    from probanda.views.listing import items_page
    from probanda.work.session import require

    base = invocation.base()
    reader = invocation.reader(base)
    require(reader, Action.LIST)
    size = limit or (TEXT_LIMIT if not invocation.as_json and not everything else MAX_LIMIT)
    page = items_page(base.views, reader, after=after, limit=size, matter=matter, search=search)
    if everything:
        pages = _following(base, reader, page, matter=matter, search=search)
        _print_all(invocation, pages)
    elif invocation.as_json:
        _print_document(invocation.output, page)
    else:
        for one in page.items:
            print_row(invocation.output, one)
        _print_end(invocation.output, page, matter=matter, search=search)


def _following(
    base: Base, reader: Reader, first: ItemsPage, *, matter: str | None, search: str | None
) -> Iterator[ItemsPage]:
    from probanda.views.listing import items_page

    page = first
    yield page
    while page.next is not None:
        page = items_page(base.views, reader, after=page.next, limit=MAX_LIMIT, matter=matter, search=search)
        yield page


def _print_document(output: Output, page: ItemsPage) -> None:
    from probanda.faces.cli.terminal import documents

    members = {"total": page.total, "kept_from_you": page.kept_from_you, "next": page.next}
    output.document(FORMAT, {**members, "items": [documents.item(one) for one in page.items]})


def _print_all(invocation: Invocation, pages: Iterator[ItemsPage]) -> None:
    from probanda.faces.cli.terminal import documents

    output, kept = invocation.output, 0
    for page in pages:
        kept = page.kept_from_you
        for one in page.items:
            if invocation.as_json:
                output.document(LINE_FORMAT, documents.item(one))
            else:
                print_row(output, one)
    if kept:
        output.note(f"kept from you: {kept}")


def print_row(output: Output, one: Item) -> None:
    """One item in one line, or some more where the terminal is narrow."""
    named = (one.paths or one.names)[0].text if one.paths or one.names else "(no name)"
    protected = [label.label.value for label in one.labels]
    if one.confidentiality != _usual():
        protected.append(one.confidentiality)
    marks = f"  [{', '.join(protected)}]" if protected else ""
    output.hanging(f"{one.ref}  {size_text(one.size_bytes):>9}", named + marks)


def _usual() -> str:
    from probanda.model.labels import DEFAULT_CONFIDENTIALITY

    return DEFAULT_CONFIDENTIALITY


def _print_end(output: Output, page: ItemsPage, *, matter: str | None, search: str | None) -> None:
    if page.items:
        output.line()
    output.text(
        f"{counted(len(page.items), 'item')} of {page.total:,}; kept from you: {page.kept_from_you:,}"
    )
    if page.next:
        same = [("--matter", matter), ("--search", search), ("--after", page.next)]
        given = " ".join(f"{name} {shlex.quote(value)}" for name, value in same if value is not None)
        output.text(f"more: probanda list {given}")
