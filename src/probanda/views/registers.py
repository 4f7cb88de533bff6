"""Agents, matters, anchors, entries and counts: short lists, and what they are looked up by."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, func, select

from probanda.errors import NotFound
from probanda.model.digest import AgentId, EntryId, Sha256
from probanda.model.policy import NOBODY, Reader
from probanda.model.roles import Role
from probanda.views.answers import Agent, Anchor, Counts, EntryLine, Matter, Unread, WithoutRight
from probanda.views.references import matter_reference
from probanda.views.store import Views
from probanda.views.tables import (
    agents,
    anchors,
    applied,
    entries,
    matters,
    packages,
    receptions,
    tallies,
    unread,
    without_right,
)

_ROLES = frozenset(Role)


def all_agents(views: Views) -> tuple[Agent, ...]:
    """All agents that were ever enrolled, in that order."""
    return tuple(_agents(views))


def find_agent(views: Views, name: str) -> Agent:
    """The agent with this name or id.

    Raises:
        NotFound: nobody, or several; the id is always one.
    """
    found = _agents(views, (agents.c.name == name) | (agents.c.id == name.lower()))
    if len(found) > 1:
        raise NotFound(f"several agents are named {name!r}; give the id: {', '.join(a.id for a in found)}")
    if not found:
        raise NotFound(f"no agent {name!r} is enrolled here")
    return found[0]


def reader_of(views: Views, agent: AgentId | None) -> Reader:
    """Who asks, with the roles that hold now; a key that is revoked or was never enrolled holds none."""
    found = _agents(views, agents.c.id == agent) if agent is not None else []
    return Reader(agent, found[0].roles) if found and found[0].is_alive else NOBODY


def all_matters(views: Views) -> tuple[Matter, ...]:
    """All matters, the Inbox first."""
    with views.read() as connection:
        return tuple(_matters(connection))


def matter_named(views: Views, name: str) -> Matter:
    """The matter with this name, reference (`M001`) or id.

    Raises:
        NotFound: none, or several of that name.
    """
    with views.read() as connection:
        return find_matter(connection, name)


def find_matter(connection: Connection, name: str) -> Matter:
    """The same within a query."""
    everyone = _matters(connection)
    for found in (
        [one for one in everyone if name in (one.ref, one.id)],
        [one for one in everyone if one.name == name],
    ):
        if len(found) > 1:
            refs = ", ".join(one.ref for one in found)
            raise NotFound(f"several matters are named {name!r}; give the reference: {refs}")
        if found:
            return found[0]
    raise NotFound(f"no matter {name!r} is open here; there are: {', '.join(one.ref for one in everyone)}")


def all_anchors(views: Views) -> tuple[Anchor, ...]:
    """All anchors, in order of recording."""
    query = (
        select(
            anchors.c.entry,
            entries.c.stated,
            anchors.c.size,
            anchors.c.root,
            anchors.c.token,
            anchors.c.query,
            anchors.c.authority,
        )
        .join(entries, entries.c.entry == anchors.c.entry)
        .order_by(anchors.c.entry)
    )
    with views.read() as connection:
        return tuple(
            Anchor(entry, stated, size, root, Sha256(token.hex()), Sha256(request.hex()), authority)
            for entry, stated, size, root, token, request, authority in connection.execute(query)
        )


def entry_at(views: Views, index: int) -> EntryLine:
    """The entry at this place of the log, or NotFound."""
    query = (
        select(entries.c.id, entries.c.kind, entries.c.stated, agents.c.id, agents.c.name)
        .outerjoin(agents, agents.c.entry == entries.c.agent)
        .where(entries.c.entry == index)
    )
    with views.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"no entry {index}; the views know {views.applied().size}")
    id, kind, stated, agent, name = row
    return EntryLine(index, EntryId(id.hex()), kind, stated, None if agent is None else AgentId(agent), name)


def unread_entries(views: Views, limit: int = 1_000) -> tuple[Unread, ...]:
    """The first entries from which nothing was taken."""
    with views.read() as connection:
        rows = connection.execute(select(unread).order_by(unread.c.entry).limit(limit))
        return tuple(Unread(entry, kind, reason) for entry, kind, reason in rows)


def entries_without_right(views: Views, limit: int = 1_000) -> tuple[WithoutRight, ...]:
    """The first entries whose agents had no right to them, or to a part of them."""
    query = (
        select(without_right.c.entry, without_right.c.kind, without_right.c.kept, agents.c.id, agents.c.name)
        .join(entries, entries.c.entry == without_right.c.entry)
        .outerjoin(agents, agents.c.entry == entries.c.agent)
        .order_by(without_right.c.entry)
        .limit(limit)
    )
    with views.read() as connection:
        return tuple(
            WithoutRight(entry, kind, None if id is None else AgentId(id), name, bool(kept))
            for entry, kind, kept, id, name in connection.execute(query)
        )


def counts(views: Views) -> Counts:
    """How much there is, whoever may see it."""
    with views.read() as connection:

        def rows(table: Table) -> int:
            return connection.scalar(select(func.count()).select_from(table)) or 0

        unknown = select(unread.c.kind, func.count()).where(unread.c.reason.is_(None)).group_by(unread.c.kind)
        unreadable = select(func.count()).select_from(unread).where(unread.c.reason.is_not(None))
        return Counts(
            entries=connection.scalar(select(applied.c.size)) or 0,
            items=connection.scalar(select(func.sum(tallies.c.total))) or 0,
            receptions=rows(receptions),
            agents=rows(agents),
            matters=rows(matters),
            anchors=rows(anchors),
            packages=rows(packages),
            unknown_kinds=dict(connection.execute(unknown).all()),
            unreadable=connection.scalar(unreadable) or 0,
            without_right=rows(without_right),
        )


def _agents(views: Views, which: ColumnElement[bool] | None = None) -> Sequence[Agent]:
    query = select(agents, entries.c.id).join(entries, entries.c.entry == agents.c.entry)
    if which is not None:
        query = query.where(which)
    with views.read() as connection:
        rows = connection.execute(query.order_by(agents.c.entry)).all()
    return [
        Agent(
            AgentId(id),
            entry,
            EntryId(enrolled.hex()),
            key,
            name,
            holder,
            frozenset(Role(word) for word in roles.split() if word in _ROLES),
            roles_index,
            revoked_index,
            revoked_reason,
        )
        for id, entry, key, name, holder, roles, roles_index, revoked_index, revoked_reason, enrolled in rows
    ]


def _matters(connection: Connection) -> list[Matter]:
    how_many = dict(
        connection.execute(
            select(tallies.c.matter, func.sum(tallies.c.total)).group_by(tallies.c.matter)
        ).all()
    )
    return [
        Matter(
            matter_reference(ordinal),
            ordinal,
            EntryId(id.hex()),
            entry,
            name,
            purpose,
            how_many.get(ordinal, 0),
        )
        for entry, ordinal, id, name, purpose in connection.execute(
            select(matters).order_by(matters.c.ordinal)
        )
    ]
