"""Where entries stand in the log, for whoever goes back from tables to the entries themselves."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from probanda.errors import NotFound
from probanda.model.digest import EntryId, Sha256
from probanda.model.kinds.acts_sealed import ActsSealed
from probanda.views.store import Views
from probanda.views.tables import entries, items, receptions


def index_of(views: Views, entry: EntryId) -> int:
    """Where the entry with this id stands, or NotFound."""
    query = select(entries.c.entry).where(entries.c.id == bytes.fromhex(entry))
    with views.read() as connection:
        index: int | None = connection.scalar(query)
    if index is None:
        raise NotFound(f"No entry has the id {entry}.")
    return index


def receptions_of(views: Views, sha256: Sha256) -> tuple[int, ...]:
    """Every entry by which these bytes came in, in any matter, in order."""
    query = (
        select(receptions.c.entry)
        .join(items, items.c.entry == receptions.c.item)
        .where(items.c.sha256 == bytes.fromhex(sha256))
        .order_by(receptions.c.entry)
    )
    with views.read() as connection:
        return tuple(connection.scalars(query))


def entries_of_kinds(views: Views, kinds: Iterable[str]) -> tuple[int, ...]:
    """Every entry of one of these kinds, in order."""
    query = select(entries.c.entry).where(entries.c.kind.in_(sorted(kinds))).order_by(entries.c.entry)
    with views.read() as connection:
        return tuple(connection.scalars(query))


def seal_after(views: Views, index: int) -> int:
    """The first seal behind an entry, which covers it if it has no signature of its own; or NotFound."""
    query = (
        select(entries.c.entry)
        .where(entries.c.entry > index, entries.c.kind == ActsSealed.KIND)
        .order_by(entries.c.entry)
        .limit(1)
    )
    with views.read() as connection:
        found: int | None = connection.scalar(query)
    if found is None:
        raise NotFound(f"No seal stands behind entry {index}.")
    return found
