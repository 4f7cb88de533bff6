"""Whether bytes were received at a place before: asked for every file of an intake."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

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
    query = (
        select(receptions.c.path, items.c.sha256, receptions.c.entry)
        .join(items, items.c.entry == receptions.c.item)
        .join(matters, matters.c.ordinal == items.c.matter)
        .where(matters.c.id == id)
        .order_by(receptions.c.entry)
    )
    with views.read() as connection:
        for some in in_lists([place(id, path, sha256) for path, sha256 in wanted]):
            for path, sha256, entry in connection.execute(query.where(receptions.c.place.in_(some))):
                first.setdefault((path, sha256), entry)
    return [first.get(one) for one in wanted]
