"""The tables of one base: opened, brought up to date, and rebuilt beside and swapped."""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, delete, insert, select

from probanda.errors import Forked, Malformed, ProbandaError, StorageFailed
from probanda.model.entry import Head
from probanda.views.database import finish_building, open_building, open_live, transaction
from probanda.views.record import Received, Record, Source
from probanda.views.state import State
from probanda.views.tables import MADE_LAST, VIEWS_VERSION, applied, metadata

NOTHING = Head(0, hashlib.sha256().digest())  # the head of an empty log
FOLD_BATCH = 5_000  # entries whose rows are held in memory at once
CATCH_UP_BATCH = 50_000  # entries in one transaction; the lock is free in between

Progress = Callable[[int, int], None]
RootAt = Callable[[int], bytes]

_CURRENT = "current"


class Views:
    """Tables over a log. They may be behind it, are never ahead of it, and can be deleted at any time.

    The database in use is the one that the file `current` names: a rebuild makes another beside it and swaps
    the name, so that write-ahead files of the old one never meet the new one. Threads may share one object.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._name = ""
        self._engine: Engine | None = None

    @classmethod
    def open(cls, folder: Path) -> Views:
        """The views in this folder; until `catch_up`, missing or damaged ones have nothing applied."""
        return cls(folder)

    def close(self) -> None:
        with self._lock:
            self._release()

    def applied(self) -> Head:
        """How far the log is folded; nothing where the tables are missing, damaged or of another version."""
        engine = self._current()
        if engine is None:
            return NOTHING
        with transaction(engine) as connection:
            return _applied(connection)

    def read(self) -> AbstractContextManager[Connection]:
        """One state of the tables, for queries.

        Raises:
            StorageFailed: there are no views of this version yet, or they are damaged.
        """
        engine = self._current()
        if engine is None:
            raise StorageFailed(
                "the views are missing or of another version; evidence and log are untouched. "
                "Run `probanda rebuild`"
            )
        return transaction(engine)

    def apply(self, records: Iterable[Record | Received], head: Head, root_at: RootAt) -> bool:
        """Fold the records that lead to `head`, in one transaction; those folded already are passed over.

        False if they do not join on to what is applied: then nothing was changed, and `catch_up` is due.

        Raises:
            Forked: the log's root at the applied size is not the one that was applied.
        """
        engine = self._current()
        if engine is None:
            return False
        with transaction(engine, writes=True) as connection:
            before = _applied(connection)
            if before.size >= head.size:
                return True
            _refuse_fork(before, head, root_at)
            new = itertools.dropwhile(lambda record: record.index < before.size, records)
            first = next(new, None)
            if first is None or first.index != before.size:
                return False
            _fold(connection, itertools.chain([first], new), before.size)
            _set_applied(connection, head)
        return True

    def catch_up(self, source: Source, progress: Progress | None = None) -> int:
        """Fold what the log has and the tables have not; how many entries that were.

        Several processes may do this at once. Missing or damaged tables, or other versions, are rebuilt.

        Raises:
            Forked: the log does not continue what was applied: it was rolled back, or exchanged.
        """
        if self._current() is None:
            return self.rebuild(source, progress)
        head = source.head()
        before = self.applied()
        if before == head:
            return 0
        _refuse_fork(before, head, source.root_at)
        reached = before.size
        while reached < head.size:
            end = min(reached + CATCH_UP_BATCH, head.size)
            upto = head if end == head.size else Head(end, source.root_at(end))
            if not self.apply(source.records(reached, end), upto, source.root_at):
                return self.rebuild(source, progress)
            reached = max(end, self.applied().size)
            if progress:
                progress(reached - before.size, head.size - before.size)
        return head.size - before.size

    def rebuild(self, source: Source, progress: Progress | None = None) -> int:
        """Fold the whole log into new tables beside the present ones, then swap; how many entries that were.

        What reads meanwhile reads the present tables. Stopped half-way, it leaves them as they are.

        Raises:
            Forked: the log does not continue what the present tables were made of, of whatever version.
                Whoever knows why deletes the folder of the views: then nothing is remembered.
        """
        with self._alone():
            remembered = self._remembered()
            for stale in self._folder.glob("new-*"):
                stale.unlink()
            token = secrets.token_hex(8)
            building = self._folder / f"new-{token}.sqlite"
            head = source.head()
            _refuse_fork(remembered, head, source.root_at)
            _build(building, source.records(0, head.size), head, progress)
            self._swap(building, f"db-{token}.sqlite")
        return head.size

    def _remembered(self) -> Head:
        """What the present tables were made of, if they can be read at all."""
        path = self._path()
        if path is None or not path.exists():
            return NOTHING
        engine = open_live(path)
        try:
            with transaction(engine) as connection:
                row = connection.execute(select(applied.c.size, applied.c.root)).one_or_none()
            return NOTHING if row is None else Head(*row)
        except (StorageFailed, Malformed):
            return NOTHING
        finally:
            engine.dispose()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "rebuilding").open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _swap(self, built: Path, name: str) -> None:
        finish_building(built)
        _sync(built)
        built.rename(self._folder / name)
        pointer = self._folder / f"new-{name}.name"
        pointer.write_text(name)
        _sync(pointer)
        pointer.replace(self._folder / _CURRENT)
        for old in self._folder.glob("db-*"):
            if not old.name.startswith(name):
                old.unlink(missing_ok=True)

    def _path(self) -> Path | None:
        """The database in use, if the pointer names one."""
        try:
            name = (self._folder / _CURRENT).read_text()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return self._folder / name if _is_name(name) else None

    def _current(self) -> Engine | None:
        path = self._path()
        name = path.name if path else ""
        with self._lock:
            if name != self._name or self._engine is None:
                self._release()
                self._engine = _open_sound(path) if path else None
                self._name = name
            return self._engine

    def _release(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine, self._name = None, ""


def _is_name(name: str) -> bool:
    return name.startswith("db-") and name.endswith(".sqlite") and "/" not in name


def _open_sound(path: Path) -> Engine | None:
    """The database at `path` if it has tables of this version."""
    if not path.exists():
        return None
    engine = open_live(path)
    try:
        with transaction(engine) as connection:
            _applied(connection)
    except StorageFailed:
        engine.dispose()
        return None
    return engine


def _applied(connection: Connection) -> Head:
    row = connection.execute(select(applied.c.version, applied.c.size, applied.c.root)).one_or_none()
    if row is None or row.version != VIEWS_VERSION:
        raise StorageFailed("the views are of another version. Run `probanda rebuild`")
    return Head(row.size, row.root)


def _set_applied(connection: Connection, head: Head) -> None:
    connection.execute(delete(applied))
    connection.execute(insert(applied).values(version=VIEWS_VERSION, size=head.size, root=head.root))


_WHAT_NOW = (
    "Nothing was changed. Compare with a checkpoint from elsewhere (`probanda verify --since`). "
    "If this log is the right one, delete the folder `views`: it is made anew from the log"
)


def _refuse_fork(before: Head, head: Head, root_at: RootAt) -> None:
    if before.size > head.size:
        raise Forked(
            f"the views know {before.size} entries and the log has {head.size}: the log was rolled back. "
            + _WHAT_NOW
        )
    if (head.root if before.size == head.size else root_at(before.size)) != before.root:
        raise Forked(
            f"the log's first {before.size} entries are not those that the views were made of. " + _WHAT_NOW
        )


def _fold(
    connection: Connection,
    records: Iterable[Record | Received],
    start: int,
    progress: Callable[[int], None] | None = None,
) -> int:
    state = State(connection)
    following = iter(records)
    done = start
    while batch := list(itertools.islice(following, FOLD_BATCH)):
        if any(record.index != done + place for place, record in enumerate(batch)):
            raise ProbandaError("the entries to fold are not in order; the views are as they were")
        state.fold(batch)
        done += len(batch)
        if progress:
            progress(done)
    return done


def _build(path: Path, records: Iterable[Record | Received], head: Head, progress: Progress | None) -> None:
    engine = open_building(path)
    try:
        with transaction(engine, writes=True) as connection:
            metadata.create_all(connection)
            for index in MADE_LAST:
                index.drop(connection)
            report = (lambda done: progress(done, head.size)) if progress else None
            if _fold(connection, records, 0, report) != head.size:
                raise ProbandaError(
                    "the log gave fewer entries than its head says; the views are as they were"
                )
            for index in MADE_LAST:
                index.create(connection)
            _set_applied(connection, head)
    finally:
        engine.dispose()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
