"""Whether bytes were received at a place before: asked for every file of an intake."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from probanda.model.digest import EntryId, Sha256
from probanda.views.database import in_lists
from probanda.views.folds.items import place
from probanda.views.store import Views
from probanda.views.tables import items, matters, receptions


def held(views: Views, matter: EntryId, path: bytes, sha256: Sha256) -> int | None:
    """The index of the first reception of these bytes at this path of this matter, if there is one."""
    return held_many(views, matter, [(path, sha256)])[0]


def held_many(views: Views, matter: EntryId, received: Sequence[tuple[bytes, Sha256]]) -> list[int | None]:
    """The same for many (path, digest) pairs, answered in their order."""
    id = bytes.fromhex(matter)
    wanted = [(path, bytes.fromhex(sha256)) for path, sha256 in received]
    first: dict[tuple[bytes, bytes], int] = {}
    with views.read() as connection:
        ordinal = connection.scalar(select(matters.c.ordinal).where(matters.c.id == id))
        for some in in_lists([place(id, path, sha256) for path, sha256 in wanted]):
            # In two steps: in one, the planner begins with all items of the matter.
            query = select(receptions.c.entry, receptions.c.path, receptions.c.item)
            found = connection.execute(query.where(receptions.c.place.in_(some))).all()
            digests = _digests(connection, ordinal, [item for _, _, item in found])
            for entry, path, item in sorted(found):
                if item in digests:
                    first.setdefault((path, digests[item]), entry)
    return [first.get(one) for one in wanted]


def _digests(connection: Connection, matter: int | None, keys: Sequence[int]) -> dict[int, bytes]:
    query = select(items.c.entry, items.c.sha256, items.c.matter)
    return {
        entry: sha256
        for some in in_lists(keys)
        for entry, sha256, of_matter in connection.execute(query.where(items.c.entry.in_(some)))
        if of_matter == matter
    }
