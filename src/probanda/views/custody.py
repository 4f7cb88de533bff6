"""The life of an item, from the entries about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select

from probanda.model.digest import AgentId, EntryId
from probanda.model.kinds.item_received import ItemReceived
from probanda.views.answers import CustodyEvent, Item, RawName, Reception
from probanda.views.protecting import degree_of_rank, labels_of_bits
from probanda.views.references import item_reference
from probanda.views.store import Views
from probanda.views.tables import agents, anchors, entries, items, labellings, packaged, packages, receptions

_CAME = {
    "file": "received as a file",
    "folder": "received with a folder",
    "archive": "taken out of an archive",
    "stdin": "received from standard input",
    "upload": "received by upload",
}


def item_receptions(views: Views, item: Item) -> tuple[Reception, ...]:
    """Every time that `item` came in, in order."""
    with views.read() as connection:
        return tuple(sorted(_receptions(connection, item), key=lambda one: one.index))


def history(views: Views, item: Item) -> tuple[CustodyEvent, ...]:
    """What happened to `item`, in order of the log.

    Changes of labels and packages are those of its bytes, whatever matter they were about.
    """
    with views.read() as connection:
        events = [
            *_received(connection, item),
            *_members(connection, item),
            *_labelled(connection, item),
            *_packaged(connection, item),
            *_anchored(connection, item),
        ]
    return tuple(sorted(events, key=lambda event: event.index))


def _receptions(connection: Connection, item: Item) -> Iterator[Reception]:
    container = items.alias()
    query = (
        _recorded(receptions)
        .add_columns(
            receptions.c.name,
            receptions.c.path,
            receptions.c.modified,
            receptions.c.via,
            receptions.c.root,
            receptions.c.labels,
            receptions.c.degree,
            container.c.matter,
            container.c.number,
        )
        .outerjoin(container, container.c.entry == receptions.c.container_item)
        .where(receptions.c.item == item.index)
    )
    for row in connection.execute(query):
        event = _event(row, "")
        name, path, modified, via, root, labels, degree, matter, number = row[6:]
        yield Reception(
            index=event.index,
            id=event.id,
            agent=event.agent,
            agent_name=event.agent_name,
            stated=event.stated,
            name=None if name is None else RawName(name),
            path=None if path is None else RawName(path),
            modified=modified,
            via=via,
            root=None if root is None else RawName(root),
            container=None if matter is None else item_reference(matter, number),
            labels=tuple(sorted(labels_of_bits(labels))),
            confidentiality=None if degree is None else degree_of_rank(degree),
        )


def _received(connection: Connection, item: Item) -> Iterator[CustodyEvent]:
    for one in _receptions(connection, item):
        words = _CAME.get(one.via or "", "received")
        if one.container:
            words = f"taken out of {one.container}"
        if name := one.path or one.name:
            words += f" as {name.text}"
        protected = [*one.labels, *([one.confidentiality] if one.confidentiality else [])]
        if protected:
            words += f"; labelled {', '.join(protected)}"
        yield CustodyEvent(
            index=one.index,
            id=one.id,
            kind=ItemReceived.KIND,
            stated=one.stated,
            agent=one.agent,
            agent_name=one.agent_name,
            words=words,
            labels=frozenset(one.labels),
            confidentiality=one.confidentiality,
        )


def _members(connection: Connection, item: Item) -> Iterator[CustodyEvent]:
    inside = receptions.c.container_item == item.index
    first, number = connection.execute(
        select(func.min(receptions.c.entry), func.count(receptions.c.item.distinct())).where(inside)
    ).one()
    if number:
        query = _recorded(receptions).where(receptions.c.entry == first)
        words = "1 member was taken out of it" if number == 1 else f"{number} members were taken out of it"
        yield from (_event(row, words) for row in connection.execute(query))


def _labelled(connection: Connection, item: Item) -> Iterator[CustodyEvent]:
    query = (
        _recorded(labellings)
        .add_columns(labellings.c.added, labellings.c.removed, labellings.c.degree, labellings.c.reason)
        .where(labellings.c.sha256 == bytes.fromhex(item.sha256))
    )
    for row in connection.execute(query):
        added, removed, degree, reason = row[6:]
        said = [
            f"labels added: {', '.join(sorted(labels_of_bits(added)))}" if added else "",
            f"labels removed: {', '.join(sorted(labels_of_bits(removed)))}" if removed else "",
            f"confidentiality: {degree_of_rank(degree)}" if degree is not None else "",
            f"reason: {reason}" if reason else "",
        ]
        yield replace(
            _event(row, "; ".join(filter(None, said)) or "labels left as they were"),
            labels=labels_of_bits(added),
            confidentiality=None if degree is None else degree_of_rank(degree),
        )


def _packaged(connection: Connection, item: Item) -> Iterator[CustodyEvent]:
    query = (
        _recorded(packages)
        .add_columns(packages.c.manifest, packages.c.purpose)
        .join(packaged, packaged.c.entry == packages.c.entry)
        .where(packaged.c.sha256 == bytes.fromhex(item.sha256))
    )
    for row in connection.execute(query):
        manifest, purpose = row[6:]
        words = f"put in the package with the manifest {manifest.hex()}"
        yield _event(row, f"{words}; purpose: {purpose}" if purpose else words)


def _anchored(connection: Connection, item: Item) -> Iterator[CustodyEvent]:
    """The first anchor over a log that holds the item."""
    first = select(func.min(anchors.c.entry)).where(anchors.c.size > item.index).scalar_subquery()
    query = (
        _recorded(anchors).add_columns(anchors.c.size, anchors.c.authority).where(anchors.c.entry == first)
    )
    for row in connection.execute(query):
        size, authority = row[6:]
        by = f" by {authority}" if authority else ""
        yield _event(
            row, f"first anchored{by}, with a log of {size} entries: received not later than the token's time"
        )


def _recorded(table: Table) -> Select[int, bytes, str, str, str | None, str | None]:
    """What `_event` needs of the entries that the rows of `table` come from, in any order."""
    return (
        select(entries.c.entry, entries.c.id, entries.c.kind, entries.c.stated, agents.c.id, agents.c.name)
        .select_from(table)
        .join(entries, entries.c.entry == table.c.entry)
        .outerjoin(agents, agents.c.entry == entries.c.agent)
    )


def _event(row: Row[*tuple[Any, ...]], words: str) -> CustodyEvent:
    index, id, kind, stated, agent, name = row[:6]
    return CustodyEvent(
        index, EntryId(id.hex()), kind, stated, None if agent is None else AgentId(agent), name, words
    )
