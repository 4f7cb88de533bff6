"""The look-ups of one batch of entries, and the rows it makes: read once before, written once after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, select

from probanda.errors import Malformed
from probanda.model.authority import Effect, effect, known_roles
from probanda.model.entry import Value
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.labelled import Labelled
from probanda.views import tables
from probanda.views.database import in_lists, insert_rows, rows_in
from probanda.views.folds import fold_entry
from probanda.views.look import KnownItem, KnownReception
from probanda.views.record import Received, Record
from probanda.views.rows import AgentRow, EntryRow, ItemRow, MarkRow, MatterRow, ReceptionRow, Row, UnreadRow
from probanda.views.settling import settle
from probanda.views.tallying import count

_ABOUT_BYTES = frozenset({ItemReceived.KIND, Labelled.KIND})


class State:
    """The state that folds look up (`Look`): the database, overlaid by the rows of the batch at hand."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        rows = connection.execute(select(tables.agents))
        self._agents = {row.id: AgentRow(*row) for row in rows}
        self._matters = {row.id.hex(): MatterRow(*row) for row in connection.execute(select(tables.matters))}
        self._effects: dict[tuple[str, str], Effect] = {}
        self._last_numbers: dict[int, int] = {}
        self._any_marks = connection.execute(select(tables.marks.c.entry).limit(1)).first() is not None
        self._start()

    def _start(self) -> None:
        self._items: dict[bytes, list[KnownItem]] = {}
        self._marks: dict[bytes, tuple[int, int]] = {}
        self._receptions: dict[str, KnownReception] = {}
        self._containers: set[str] = set()
        self._inserts: defaultdict[type, list[Row]] = defaultdict(list)
        self._entries = self._inserts[EntryRow]
        self._replaced: defaultdict[type, dict[str | bytes, Row]] = defaultdict(dict)
        self._touched: set[bytes] = set()

    # What folds look up.

    def effect(self, kind: str, agent: str, index: int) -> Effect:
        found = self._effects.get((kind, agent))
        if found is None:
            row = self._agents.get(agent)
            alive = row if row and row.revoked_index is None else None
            found = effect(kind, index, known_roles(alive.roles.split()) if alive else None)
            if index:  # the genesis, and no other entry, is allowed by its place
                self._effects[kind, agent] = found
        return found

    def agent(self, id: str) -> AgentRow | None:
        return self._agents.get(id)

    def matter(self, id: str) -> MatterRow | None:
        return self._matters.get(id)

    def matters_opened(self) -> int:
        return len(self._matters)

    def last_number(self, matter: int) -> int:
        if matter not in self._last_numbers:
            highest = select(func.max(tables.items.c.number)).where(tables.items.c.matter == matter)
            self._last_numbers[matter] = self._connection.scalar(highest) or 0
        return self._last_numbers[matter]

    def items_of(self, sha256: bytes) -> list[KnownItem]:
        return self._items.get(sha256, [])

    def mark(self, sha256: bytes) -> tuple[int, int] | None:
        return self._marks.get(sha256)

    def reception(self, id: str) -> KnownReception | None:
        return self._receptions.get(id)

    # A batch.

    def fold(self, batch: Sequence[Record | Received]) -> None:
        """Fold these entries and write what they make."""
        self._start()
        self._prefetch(batch)
        for one in batch:
            self._fold_one(one)
        self._write()

    def _fold_one(self, one: Record | Received) -> None:
        if isinstance(one, Record) and None in one.fields.values():
            one = _said(one)
        try:
            rows = fold_entry(one, self)
        except Malformed as error:
            rows = [UnreadRow(one.index, one.kind, str(error))]
        for row in rows:
            self._take(one, row)
        agent = self._agents.get(one.agent)
        self._entries.append(
            EntryRow(one.index, bytes.fromhex(one.id), one.kind, agent.entry if agent else None, one.stated)
        )

    def _take(self, one: Record | Received, row: Row) -> None:
        if isinstance(row, ReceptionRow):
            self._take_reception(one, row)
        elif isinstance(row, ItemRow):
            known = KnownItem(row.entry, row.matter, row.labels, row.degree)
            self._items.setdefault(row.sha256, []).append(known)
            self._last_numbers[row.matter] = row.number
        elif isinstance(row, AgentRow):
            self._agents[row.id] = row
            self._effects.clear()
            self._replaced[AgentRow][row.id] = row
            return
        elif isinstance(row, MarkRow):
            self._marks[row.sha256] = row.labels, row.degree
            self._any_marks = True
            if row.sha256 in self._items:
                self._touched.add(row.sha256)
            self._replaced[MarkRow][row.sha256] = row
            return
        elif isinstance(row, MatterRow):
            self._matters[row.id.hex()] = row
            self._last_numbers[row.ordinal] = 0
        self._inserts[type(row)].append(row)

    def _take_reception(self, one: Record | Received, row: ReceptionRow) -> None:
        another_container = row.container_item is not None and row.item != row.entry
        if not another_container and one.id not in self._containers:
            return
        sha256 = one.sha256 if isinstance(one, Received) else bytes.fromhex(one.entry.subjects[0].sha256)
        if another_container:
            self._touched.add(sha256)
        if one.id in self._containers:
            item = next(known for known in self._items[sha256] if known.entry == row.item)
            self._receptions[one.id] = KnownReception(row.entry, item)

    def _prefetch(self, batch: Sequence[Record | Received]) -> None:
        digests: set[bytes] = set()
        for one in batch:
            if isinstance(one, Received):
                digests.add(one.sha256)
                container: object = one.container
            elif one.kind in _ABOUT_BYTES:
                digests.update(bytes.fromhex(subject.sha256) for subject in one.entry.subjects)
                container = one.entry.body.get("container")
            else:
                continue
            if isinstance(container, str):
                self._containers.add(container)
        self._prefetch_items(sorted(digests))
        self._prefetch_containers(self._containers)

    def _prefetch_items(self, digests: Sequence[bytes]) -> None:
        items, marks = tables.items.c, tables.marks.c
        query = select(items.sha256, items.entry, items.matter, items.labels, items.degree)
        for sha256, *rest in sorted(rows_in(self._connection, query, items.sha256, digests), key=_entry):
            self._items.setdefault(sha256, []).append(KnownItem(*rest))
        if self._any_marks:
            marked = select(marks.sha256, marks.labels, marks.degree)
            for sha256, labels, degree in rows_in(self._connection, marked, marks.sha256, digests):
                self._marks[sha256] = labels, degree

    def _prefetch_containers(self, ids: Iterable[str]) -> None:
        items, receptions, entries = tables.items, tables.receptions, tables.entries
        raw = [bytes.fromhex(id) for id in ids if _is_hexadecimal(id)]
        joined = entries.join(receptions, receptions.c.entry == entries.c.entry).join(
            items, items.c.entry == receptions.c.item
        )
        query = select(
            entries.c.id,
            entries.c.entry,
            items.c.entry,
            items.c.matter,
            items.c.labels,
            items.c.degree,
        ).select_from(joined)
        for some in in_lists(sorted(raw)):
            for id, index, *item in self._connection.execute(query.where(entries.c.id.in_(some))):
                self._receptions[id.hex()] = KnownReception(index, KnownItem(*item))

    def _write(self) -> None:
        for row_type, by_key in self._replaced.items():
            table = tables.BY_ROW[row_type]
            key = table.c[tables.REPLACED[row_type]]
            for some in in_lists(list(by_key)):
                self._connection.execute(delete(table).where(key.in_(some)))
            insert_rows(self._connection, table, list(by_key.values()))
        for row_type, rows in self._inserts.items():
            insert_rows(self._connection, tables.BY_ROW[row_type], rows)
        changes: defaultdict[tuple[int, int, int], int] = defaultdict(int)
        for row in self._inserts[ItemRow]:
            if isinstance(row, ItemRow):
                changes[row.matter, row.labels, row.degree] += 1
        settle(self._connection, sorted(self._touched), changes)
        count(self._connection, changes)


def _said(record: Record) -> Record:
    """Without what is disclosed as null: it says as much as a field that is withheld."""
    fields: dict[str, Value] = {name: value for name, value in record.fields.items() if value is not None}
    return Record(record.index, record.id, record.entry, fields)


def _entry(row: Sequence[int]) -> int:
    return row[1]


def _is_hexadecimal(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdef" for c in text)
