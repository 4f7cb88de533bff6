"""Lists of items: in order of reception, a page at a time, without what policy keeps from the reader."""

from __future__ import annotations

from bisect import bisect_right

from sqlalchemy import ColumnElement, Connection, and_, func, not_, select

from probanda.errors import NotFound, WrongUsage
from probanda.model.policy import Reader
from probanda.views.answers import Item, ItemsPage
from probanda.views.finding import entry_of_reference
from probanda.views.folds.items import folded
from probanda.views.itemising import read_items, seen_by
from probanda.views.references import item_reference
from probanda.views.registers import find_matter
from probanda.views.rows import ItemRow
from probanda.views.store import Views
from probanda.views.tables import items, receptions, tallies

MAX_PAGE = 1_000  # items in one answer; whoever wants more asks for the next page


def items_page(
    views: Views,
    reader: Reader,
    *,
    after: str | None = None,
    limit: int = MAX_PAGE,
    matter: str | None = None,
    search: str | None = None,
) -> ItemsPage:
    """The items that `reader` may see, from the one after the reference `after` on.

    `matter` is a matter's reference, name or id. `search` is a part of a name or path, in either case.

    Raises:
        NotFound: no such matter, or no item `after`.
        WrongUsage: `limit` is not from 1 to 1,000.
    """
    with views.read() as connection:
        wanted, counted = seen_by(reader), seen_by(reader, of_tallies=True)
        kept = not_(counted)
        order = items.c.entry
        if matter is not None:
            ordinal = find_matter(connection, matter).ordinal
            wanted = and_(wanted, items.c.matter == ordinal)
            counted, kept = (and_(one, tallies.c.matter == ordinal) for one in (counted, kept))
            order = items.c.number  # the same order within a matter, and there is an index for it
        hidden = _tally(connection, kept)
        if not search:
            return _page(connection, wanted, order, (_tally(connection, counted), hidden), after, limit)
        found = _found(connection, search, wanted)
        start = 0 if after is None else bisect_right(found, _start(connection, after, items.c.entry))
        some = items.c.entry.in_(found[start : start + limit + 1])
        return _page(connection, some, items.c.entry, (len(found), hidden), None, limit)


def members(
    views: Views, reader: Reader, item: Item, *, after: str | None = None, limit: int = MAX_PAGE
) -> ItemsPage:
    """What was taken out of `item`, as far as `reader` may see it."""
    with views.read() as connection:
        inside = items.c.entry.in_(select(receptions.c.item).where(receptions.c.container_item == item.index))
        wanted, kept = and_(inside, seen_by(reader)), and_(inside, not_(seen_by(reader)))
        total, hidden = (
            connection.scalar(select(func.count()).select_from(items).where(one)) or 0
            for one in (wanted, kept)
        )
        return _page(connection, wanted, items.c.entry, (total, hidden), after, limit)


def containers(views: Views, item: Item) -> tuple[Item, ...]:
    """The archives that `item` was taken out of. Who may see it may see them: it inherits their labels."""
    with views.read() as connection:
        held_by = select(receptions.c.container_item).where(
            receptions.c.item == item.index, receptions.c.container_item.is_not(None)
        )
        rows = connection.execute(select(items).where(items.c.entry.in_(held_by)).order_by(items.c.entry))
        return tuple(read_items(connection, [ItemRow(*row) for row in rows]))


def _page(
    connection: Connection,
    wanted: ColumnElement[bool],
    order: ColumnElement[int],
    totals: tuple[int, int],
    after: str | None,
    limit: int,
) -> ItemsPage:
    if not 1 <= limit <= MAX_PAGE:
        raise WrongUsage(f"a page has from 1 to {MAX_PAGE} items; asked for {limit}")
    if after is not None:
        wanted = and_(wanted, order > _start(connection, after, order))
    rows = connection.execute(select(items).where(wanted).order_by(order).limit(limit + 1))
    found = [ItemRow(*row) for row in rows]
    shown, more = found[:limit], found[limit:]
    following = item_reference(shown[-1].matter, shown[-1].number) if more else None
    return ItemsPage(*totals, tuple(read_items(connection, shown)), following)


def _start(connection: Connection, after: str, order: ColumnElement[int]) -> int:
    entry = entry_of_reference(connection, after)
    found = None if entry is None else connection.scalar(select(order).where(items.c.entry == entry))
    if found is None:
        raise NotFound(f"no item {after!r} to go on from; start again without it")
    return found


def _tally(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.sum(tallies.c.total)).where(condition)) or 0


def _found(connection: Connection, search: str, wanted: ColumnElement[bool]) -> list[int]:
    """The entries of all items that fit, in order: one pass over the names gives the total and every page."""
    fits = receptions.c.searchable.contains(folded(search), autoescape=True)
    query = select(items.c.entry).join(receptions, receptions.c.item == items.c.entry).where(fits, wanted)
    return sorted(set(connection.scalars(query)))
