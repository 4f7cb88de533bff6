"""From what a person typed to one item. What is kept from the reader is as if it were not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from probanda.errors import NotFound
from probanda.model.policy import Reader
from probanda.views.answers import Item
from probanda.views.itemising import read_items, read_matters, seen_by
from probanda.views.references import PREFIX, item_reference, matter_reference, numbers_beginning
from probanda.views.rows import ItemRow
from probanda.views.store import Views
from probanda.views.tables import entries, items, receptions

MIN_BEGINNING = 4  # characters; shorter ones are more likely a slip than a name

_REFERENCE = re.compile(r"PB-M(\d{3,9})-(\d{6,10})", re.ASCII)
_HEXADECIMAL = re.compile("[0-9a-f]+")


def find_item(views: Views, reader: Reader, name: str) -> Item:
    """The item of this name: a reference, SHA-256, or beginning of one; a SHA-512; or a reception's entry id.

    Bytes that are in several matters are answered by the item received first; `elsewhere` names the others.

    Raises:
        NotFound: nothing fits, or several do, among what `reader` may see.
    """
    with views.read() as connection:
        rows = _fitting(connection, reader, name.strip())
        if not rows:
            raise NotFound(
                f"no item {name!r} among those you may see. `probanda list` shows them; give a reference "
                "or digest, or its first characters"
            )
        if len({row.sha256 for row in rows}) > 1:
            some = ", ".join(item_reference(row.matter, row.number) for row in rows[:3])
            raise NotFound(f"{name!r} fits several items ({some}, ...): give more characters")
        return read_items(connection, rows[:1], all_names=True)[0]


def entry_of_reference(connection: Connection, reference: str) -> int | None:
    """The entry of the item with exactly this reference."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    return connection.scalar(
        select(items.c.entry).where(items.c.matter == int(match[1]), items.c.number == int(match[2]))
    )


def _fitting(connection: Connection, reader: Reader, name: str) -> list[ItemRow]:
    if len(name) < MIN_BEGINNING:
        raise NotFound(f"{name!r} is too short: give at least {MIN_BEGINNING} characters")
    for condition in _conditions(connection, name):
        query = select(items).where(condition, seen_by(reader)).order_by(items.c.entry).limit(_ENOUGH)
        if rows := connection.execute(query).all():
            return [ItemRow(*row) for row in rows]
    return []


_ENOUGH = 100  # rows to look at: more matters than that hold no one's bytes


def _conditions(connection: Connection, name: str) -> Iterator[ColumnElement[bool]]:
    """What `name` can mean, the most exact first."""
    reference, digits = name.upper(), name.lower()
    if reference.startswith(PREFIX):
        if (entry := entry_of_reference(connection, reference)) is not None:
            yield items.c.entry == entry
        yield from _references_beginning(connection, reference)
    elif _HEXADECIMAL.fullmatch(digits):
        if len(digits) == 128:
            yield items.c.sha512 == bytes.fromhex(digits)
        elif len(digits) <= 64:
            first, last = (bytes.fromhex(digits.ljust(64, fill)) for fill in "0f")
            yield items.c.sha256.between(first, last)
        if len(digits) == 64:
            received = select(receptions.c.item).join(entries, entries.c.entry == receptions.c.entry)
            yield items.c.entry.in_(received.where(entries.c.id == bytes.fromhex(digits)))


def _references_beginning(connection: Connection, beginning: str) -> Iterator[ColumnElement[bool]]:
    fitting: list[ColumnElement[bool]] = []
    for matter in read_matters(connection):
        stem = f"{PREFIX}{matter_reference(matter.ordinal)}-"
        digits = beginning.removeprefix(stem)
        if stem.startswith(beginning):
            fitting.append(items.c.matter == matter.ordinal)
        elif beginning.startswith(stem) and digits.isascii() and digits.isdigit():
            fitting += [
                and_(items.c.matter == matter.ordinal, items.c.number.between(some.start, some.stop - 1))
                for some in numbers_beginning(digits)
            ]
    if fitting:
        yield or_(*fitting)
