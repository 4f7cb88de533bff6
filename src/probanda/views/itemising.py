"""From rows to items, a page at a time: a fixed number of queries however many items there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, func, select

from probanda.model.digest import Sha256, Sha512
from probanda.model.labels import Label
from probanda.model.policy import Reader, kept_from
from probanda.views.answers import Item, ItemLabel, RawName
from probanda.views.protecting import degree_of_rank, degree_rank, label_bits, labels_of_bits
from probanda.views.references import item_reference, matter_reference
from probanda.views.rows import ItemRow, MatterRow
from probanda.views.tables import items, marks, matters, receptions, tallies

MAX_NAMES = 1_000  # of one item on its own page; an empty file can have a million


class _Named(NamedTuple):
    names: dict[bytes, None]
    paths: dict[bytes, None]


def seen_by(reader: Reader, *, of_tallies: bool = False) -> ColumnElement[bool]:
    """Whether policy lets `reader` see that an item exists: the same as `decide` for LIST, in SQL."""
    table = tallies if of_tallies else items
    kept_labels, kept_degrees = kept_from(reader)
    return and_(
        table.c.labels.bitwise_and(label_bits(kept_labels)) == 0,
        table.c.degree.not_in(sorted(map(degree_rank, kept_degrees))),
    )


def read_items(connection: Connection, rows: Iterable[ItemRow], *, all_names: bool = False) -> list[Item]:
    """The items of these rows, in their order; `all_names` gives more names than the first."""
    found = list(rows)
    keys = [row.entry for row in found]
    named = _names(connection, keys, all_names=all_names)
    times = _by_item(connection, select(receptions.c.item, func.count()), keys)
    containers = _containers(connection, keys)
    elsewhere = _elsewhere(connection, found)
    sources = _sources(connection, [row.entry for row in found if row.labels])
    matter_names = {row.ordinal: row.name for row in read_matters(connection)}

    def item(row: ItemRow) -> Item:
        return Item(
            ref=item_reference(row.matter, row.number),
            index=row.entry,
            matter_ref=matter_reference(row.matter),
            matter_name=matter_names[row.matter],
            sha256=Sha256(row.sha256.hex()),
            sha512=Sha512(row.sha512.hex()),
            size_bytes=row.size_bytes,
            media_type=row.media_type,
            names=tuple(map(RawName, named[row.entry].names)),
            paths=tuple(map(RawName, named[row.entry].paths)),
            labels=_labels(row, sources.get(row.entry, [])),
            confidentiality=degree_of_rank(row.degree),
            receptions=times[row.entry],
            containers=tuple(containers[row.entry]),
            elsewhere=tuple(ref for ref, entry in elsewhere[row.sha256] if entry != row.entry),
        )

    return [item(row) for row in found]


def read_matters(connection: Connection) -> list[MatterRow]:
    """All matters, the Inbox first."""
    return [MatterRow(*row) for row in connection.execute(select(matters).order_by(matters.c.ordinal))]


def _names(connection: Connection, keys: Sequence[int], *, all_names: bool) -> dict[int, _Named]:
    named = {key: _Named({}, {}) for key in keys}
    query = select(receptions.c.item, receptions.c.name, receptions.c.path)
    if all_names:
        query = query.where(receptions.c.item.in_(keys)).order_by(receptions.c.entry).limit(MAX_NAMES)
    else:
        query = query.where(receptions.c.entry.in_(keys))  # an item's entry is its first reception
    for key, name, path in connection.execute(query):
        if name is not None:
            named[key].names[name] = None
        if path is not None:
            named[key].paths[path] = None
    return named


def _by_item(connection: Connection, query: Select[int, int], keys: Sequence[int]) -> dict[int, int]:
    grouped = query.where(receptions.c.item.in_(keys)).group_by(receptions.c.item)
    return dict(connection.execute(grouped).all())


def _containers(connection: Connection, keys: Sequence[int]) -> defaultdict[int, list[str]]:
    query = (
        select(receptions.c.item, items.c.matter, items.c.number)
        .distinct()
        .join(items, items.c.entry == receptions.c.container_item)
        .where(receptions.c.item.in_(keys))
        .order_by(items.c.matter, items.c.number)
    )
    containers: defaultdict[int, list[str]] = defaultdict(list)
    for key, matter, number in connection.execute(query):
        containers[key].append(item_reference(matter, number))
    return containers


def _elsewhere(connection: Connection, rows: Sequence[ItemRow]) -> defaultdict[bytes, list[tuple[str, int]]]:
    query = select(items.c.sha256, items.c.matter, items.c.number, items.c.entry)
    same = query.where(items.c.sha256.in_([row.sha256 for row in rows])).order_by(items.c.entry)
    found: defaultdict[bytes, list[tuple[str, int]]] = defaultdict(list)
    for sha256, matter, number, entry in connection.execute(same):
        found[sha256].append((item_reference(matter, number), entry))
    return found


def _sources(connection: Connection, keys: Sequence[int]) -> defaultdict[int, list[tuple[str | None, int]]]:
    """For each item, who gives it labels: None for its own bytes, else the reference of a container."""
    sources: defaultdict[int, list[tuple[str | None, int]]] = defaultdict(list)
    if not keys:
        return sources
    upward = _upward(keys)
    origin = items.alias()
    query = (
        select(
            upward.c.origin, origin.c.sha256, items.c.sha256, items.c.matter, items.c.number, marks.c.labels
        )
        .select_from(upward)
        .join(origin, origin.c.entry == upward.c.origin)
        .join(items, items.c.entry == upward.c.reached)
        .join(marks, marks.c.sha256 == items.c.sha256)
        .where(marks.c.labels != 0)
        .order_by(items.c.matter, items.c.number)
    )
    for key, own, sha256, matter, number, labels in connection.execute(query):
        sources[key].append((None if own == sha256 else item_reference(matter, number), labels))
    return sources


def _upward(keys: Sequence[int]) -> Subquery:
    """Pairs of an item and what protects it: the same bytes in any matter, and all containers upward."""
    origin, same = items.alias(), items.alias()
    reached = (
        select(origin.c.entry.label("origin"), same.c.entry.label("reached"))
        .join(same, same.c.sha256 == origin.c.sha256)
        .where(origin.c.entry.in_(keys))
        .cte("upward", recursive=True)
    )
    container, twin = items.alias(), items.alias()
    step = (
        select(reached.c.origin, twin.c.entry)
        .select_from(reached)
        .join(receptions, receptions.c.item == reached.c.reached)
        .join(container, container.c.entry == receptions.c.container_item)
        .join(twin, twin.c.sha256 == container.c.sha256)
    )
    pairs = reached.union(step)
    return select(pairs.c.origin, pairs.c.reached).subquery()


def _labels(row: ItemRow, sources: Sequence[tuple[str | None, int]]) -> tuple[ItemLabel, ...]:
    def one(label: Label) -> ItemLabel:
        given = [ref for ref, bits in sources if bits & label_bits([label])]
        return ItemLabel(label, None in given, tuple(ref for ref in given if ref is not None))

    return tuple(one(label) for label in sorted(labels_of_bits(row.labels)))
