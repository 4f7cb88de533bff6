"""Effective protection: own labels and those of all containers upward, the strictest degree of all.

An archive can contain itself (a quine), so the graph may have cycles: the answer is the least fixed point.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import MutableMapping, Sequence
from typing import NamedTuple

from sqlalchemy import CTE, Connection, Select, bindparam, select, update

from probanda.views.database import in_lists
from probanda.views.protecting import PLAIN_DEGREE, PLAIN_LABELS
from probanda.views.tables import items, marks, receptions

Pair = tuple[int, int]


class _Item(NamedTuple):
    entry: int
    matter: int
    sha256: bytes
    labels: int
    degree: int


def settle(
    connection: Connection, touched: Sequence[bytes], tally_changes: MutableMapping[tuple[int, int, int], int]
) -> None:
    """Bring the effective protection of these bytes, and of all that they contain, up to date."""
    for some in in_lists(touched):
        affected = _affected(connection, some)
        effective = _effective(connection, sorted({item.sha256 for item in affected}))
        changed = []
        for item in affected:
            labels, degree = effective[item.sha256]
            if (labels, degree) != (item.labels, item.degree):
                tally_changes[item.matter, item.labels, item.degree] -= 1
                tally_changes[item.matter, labels, degree] += 1
                changed.append({"at": item.entry, "labels": labels, "degree": degree})
        if changed:
            connection.execute(update(items).where(items.c.entry == bindparam("at")), changed)


def downward(digests: Sequence[bytes]) -> CTE:
    """Indexes of the items of these bytes, in every matter, and of all that they contain at any depth."""
    reached = select(items.c.entry).where(items.c.sha256.in_(digests)).cte("reached", recursive=True)
    member, twin = items.alias(), items.alias()
    step = (
        select(twin.c.entry)
        .select_from(reached)
        .join(receptions, receptions.c.container_item == reached.c.entry)
        .join(member, member.c.entry == receptions.c.item)
        .join(twin, twin.c.sha256 == member.c.sha256)
    )
    return reached.union(step)


def _affected(connection: Connection, digests: Sequence[bytes]) -> list[_Item]:
    reached = downward(digests)
    query = select(items.c.entry, items.c.matter, items.c.sha256, items.c.labels, items.c.degree)
    return [_Item(*row) for row in connection.execute(query.join(reached, reached.c.entry == items.c.entry))]


def _effective(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, Pair]:
    """The effective protection of `digests`, which hold all that any of them contains."""
    effective = dict.fromkeys(digests, (PLAIN_LABELS, PLAIN_DEGREE))
    members: defaultdict[bytes, list[bytes]] = defaultdict(list)
    outside: list[tuple[bytes, Pair]] = []
    for some in in_lists(digests):
        marked = select(marks.c.sha256, marks.c.labels, marks.c.degree).where(marks.c.sha256.in_(some))
        for sha256, labels, degree in connection.execute(marked):
            effective[sha256] = labels, degree
        for container, member, labels, degree in connection.execute(_containers(some)):
            if container in effective:
                members[container].append(member)
            else:
                outside.append((member, (labels, degree)))
    for member, inherited in outside:
        effective[member] = _both(effective[member], inherited)
    waiting = list(members)
    while waiting:
        container = waiting.pop()
        for member in members[container]:
            stricter = _both(effective[member], effective[container])
            if stricter != effective[member]:
                effective[member] = stricter
                if member in members:
                    waiting.append(member)
    return effective


def _containers(digests: Sequence[bytes]) -> Select[bytes, bytes, int, int]:
    member, container = items.alias(), items.alias()
    return (
        select(container.c.sha256, member.c.sha256, container.c.labels, container.c.degree)
        .distinct()
        .select_from(member)
        .join(receptions, receptions.c.item == member.c.entry)
        .join(container, container.c.entry == receptions.c.container_item)
        .where(member.c.sha256.in_(digests))
    )


def _both(one: Pair, other: Pair) -> Pair:
    return one[0] | other[0], max(one[1], other[1])
