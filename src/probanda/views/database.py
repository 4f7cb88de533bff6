"""SQLite: the one place for pragmas, transactions, and the translation of the driver's errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    create_engine,
    event,
    insert,
)
from sqlalchemy.exc import DatabaseError, OperationalError

from probanda.errors import Busy, StorageFailed

_T = TypeVar("_T")

BUSY_TIMEOUT_MS = 30_000  # a batch of another process takes a second or two
CACHE_KIB = 32_768  # per connection; a list page touches a few MiB
BUILD_CACHE_KIB = 196_608  # keeps the indexes of a few million entries in memory while they are built
MAX_IN_LIST = 1_000  # values in one IN: far below the 32,766 that SQLite binds

_LIVE = (
    "PRAGMA synchronous=NORMAL",  # after a power cut the tables are older, never torn
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    f"PRAGMA cache_size=-{CACHE_KIB}",
    "PRAGMA temp_store=MEMORY",
)
_BUILDING = (
    "PRAGMA journal_mode=OFF",  # nobody sees the file until it is whole
    "PRAGMA synchronous=OFF",
    "PRAGMA locking_mode=EXCLUSIVE",
    f"PRAGMA cache_size=-{BUILD_CACHE_KIB}",
)


def open_live(path: Path) -> Engine:
    """The database that pages and verbs read, in write-ahead mode (its file says so itself)."""
    return _engine(path, _LIVE)


def open_building(path: Path) -> Engine:
    """A new database that only this process knows yet."""
    return _engine(path, _BUILDING)


def finish_building(path: Path) -> None:
    """Turn a built file into one that several processes may share."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _engine(path: Path, pragmas: Sequence[str]) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in pragmas:
            connection.execute(pragma)

    def on_begin(connection: Connection) -> None:
        # A writer takes the lock at once, so that what it read cannot change before it writes.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


@contextmanager
def transaction(engine: Engine, *, writes: bool = False) -> Iterator[Connection]:
    """One transaction: a reader sees one state of the tables throughout; a writer is the only one.

    Raises:
        Busy: another process wrote for longer than we wait.
        StorageFailed: the database cannot be read or written, or is damaged.
    """
    try:
        with engine.connect() as connection:
            prepared = connection.execution_options(writes=writes)
            with prepared.begin():
                yield prepared
    except DatabaseError as error:
        if isinstance(error, OperationalError) and "locked" in str(error.orig):
            raise Busy("another process is folding entries into the views; try again") from error
        raise StorageFailed(
            "the views cannot be read or written; evidence and log are untouched. Run `probanda rebuild`"
        ) from error


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows whose values stand in the order of the table's columns."""
    if not rows:
        return
    compiled = insert(table).compile(dialect=connection.dialect)
    if compiled.positional:  # straight to the driver: five times as fast as by names
        connection.exec_driver_sql(str(compiled), list(rows))
    else:
        names = table.columns.keys()
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def rows_in(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    column: ColumnElement[bytes],
    values: Sequence[bytes],
) -> Iterator[Sequence[Any]]:
    """The rows of `query`, which has no condition yet, with any of `values` in `column`; in any order."""
    plain = query.compile(dialect=connection.dialect)
    for some in in_lists(values):
        if plain.positional:  # straight to the driver: a fold asks this for every item
            asked = f"{plain} WHERE {column} IN ({','.join('?' * len(some))})"
            yield from connection.exec_driver_sql(asked, tuple(some))
        else:
            yield from connection.execute(query.where(column.in_(some)))


def in_lists(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """`values` in portions that fit into one IN."""
    for start in range(0, len(values), MAX_IN_LIST):
        yield values[start : start + MAX_IN_LIST]
