"""The tables, in SQL that SQLite and PostgreSQL both take. Nothing is migrated: it is rebuilt."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    column,
)

from probanda.views.rows import (
    AgentRow,
    AnchorRow,
    EntryRow,
    ItemRow,
    LabellingRow,
    MarkRow,
    MatterRow,
    PackagedRow,
    PackageRow,
    ReceptionRow,
    UnreadRow,
    WithoutRightRow,
)

VIEWS_VERSION = 2  # any change to tables or folds counts one up: another number here means rebuild

metadata = MetaData()


class Bytes(LargeBinary):
    """Bytes that the drivers take and give as they are: wrapping each one costs a tenth of a rebuild."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        return None


def _entry_key() -> Column[int]:
    return Column("entry", Integer, primary_key=True, autoincrement=False)


# One row: what has been folded so far, and by which version.
applied = Table(
    "applied",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root", Bytes, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    _entry_key(),
    Column("id", Bytes, nullable=False),
    Column("kind", Text, nullable=False),
    Column("agent", Integer),
    Column("stated", Text, nullable=False),
    Index("entries_by_id", "id", unique=True),
)

unread = Table(
    "unread",
    metadata,
    _entry_key(),
    Column("kind", Text, nullable=False),
    Column("reason", Text),
)

without_right = Table(
    "without_right",
    metadata,
    _entry_key(),
    Column("kind", Text, nullable=False),
    Column("kept", SmallInteger, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("entry", Integer, nullable=False),
    Column("key", Bytes, nullable=False),
    Column("name", Text),
    Column("holder", Text),
    Column("roles", Text, nullable=False),
    Column("roles_index", Integer, nullable=False),
    Column("revoked_index", Integer),
    Column("revoked_reason", Text),
)

matters = Table(
    "matters",
    metadata,
    _entry_key(),
    Column("ordinal", Integer, nullable=False, unique=True),
    Column("id", Bytes, nullable=False, unique=True),
    Column("name", Text),
    Column("purpose", Text),
)

items = Table(
    "items",
    metadata,
    _entry_key(),
    Column("matter", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", Bytes, nullable=False),
    Column("sha512", Bytes, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("labels", Integer, nullable=False),
    Column("degree", SmallInteger, nullable=False),
    Index("items_by_bytes", "sha256", "matter", unique=True),
    Index("items_by_reference", "matter", "number", unique=True),
)

receptions = Table(
    "receptions",
    metadata,
    _entry_key(),
    Column("item", Integer, nullable=False),
    Column("name", Bytes),
    Column("path", Bytes),
    Column("searchable", Text, nullable=False),
    Column("modified", Text),
    Column("via", Text),
    Column("root", Bytes),
    Column("container", Integer),
    Column("container_item", Integer),
    Column("labels", Integer, nullable=False),
    Column("degree", SmallInteger),
    Column("place", BigInteger),
    Index("receptions_by_item", "item"),
    Index(
        "receptions_by_container",
        "container_item",
        sqlite_where=column("container_item").is_not(None),
        postgresql_where=column("container_item").is_not(None),
    ),
    Index("receptions_by_place", "place"),
)

marks = Table(
    "marks",
    metadata,
    Column("sha256", Bytes, primary_key=True),
    Column("entry", Integer, nullable=False),
    Column("labels", Integer, nullable=False),
    Column("degree", SmallInteger, nullable=False),
)

labellings = Table(
    "labellings",
    metadata,
    _entry_key(),
    Column("sha256", Bytes, nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("degree", SmallInteger),
    Column("reason", Text),
    Index("labellings_by_bytes", "sha256"),
)

packages = Table(
    "packages",
    metadata,
    _entry_key(),
    Column("manifest", Bytes, nullable=False),
    Column("manifest_sha512", Bytes, nullable=False),
    Column("purpose", Text),
)

packaged = Table(
    "packaged",
    metadata,
    _entry_key(),
    Column("sha256", Bytes, primary_key=True),
    Index("packaged_by_bytes", "sha256"),
)

anchors = Table(
    "anchors",
    metadata,
    _entry_key(),
    Column("size", Integer, nullable=False),
    Column("root", Bytes, nullable=False),
    Column("token", Bytes, nullable=False),
    Column("query", Bytes, nullable=False),
    Column("authority", Text),
    Index("anchors_by_size", "size"),
)

# How many items of a matter have this effective protection: a list of millions knows its total at once.
tallies = Table(
    "tallies",
    metadata,
    Column("matter", Integer, primary_key=True, autoincrement=False),
    Column("labels", Integer, primary_key=True, autoincrement=False),
    Column("degree", SmallInteger, primary_key=True, autoincrement=False),
    Column("total", Integer, nullable=False),
)

BY_ROW: dict[type, Table] = {
    EntryRow: entries,
    UnreadRow: unread,
    WithoutRightRow: without_right,
    AgentRow: agents,
    MatterRow: matters,
    ItemRow: items,
    ReceptionRow: receptions,
    MarkRow: marks,
    LabellingRow: labellings,
    PackageRow: packages,
    PackagedRow: packaged,
    AnchorRow: anchors,
}

# Indexes that no fold looks up: a rebuild makes them last, sorted, instead of row by row.
MADE_LAST = tuple(
    index
    for table in (items, receptions)
    for index in sorted(table.indexes, key=lambda index: index.name or "")
    if index.name in {"items_by_reference", "receptions_by_place"}
)

# What a later row with the same key replaces, and the column that is its key.
REPLACED: dict[type, str] = {AgentRow: "id", MarkRow: "sha256"}
