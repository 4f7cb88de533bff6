"""Matters, counted in the order they were opened; the first is the Inbox."""

from __future__ import annotations

from collections.abc import Iterator

from probanda.model.kinds.matter_opened import MatterOpened
from probanda.views.look import Look
from probanda.views.record import Record
from probanda.views.rows import MatterRow


def fold_opened(record: Record, look: Look) -> Iterator[MatterRow]:
    """One matter, with the next ordinal."""
    act = MatterOpened.read(record.entry, record.fields)
    yield MatterRow(record.index, look.matters_opened(), bytes.fromhex(record.id), act.name, act.purpose)
