"""Anchors: tokens of authorities over heads of the log."""

from __future__ import annotations

from collections.abc import Iterator

from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.views.look import Look
from probanda.views.record import Record
from probanda.views.rows import AnchorRow


def fold_recorded(record: Record, look: Look) -> Iterator[AnchorRow]:
    """One token."""
    act = AnchorRecorded.read(record.entry, record.fields)
    yield AnchorRow(
        record.index,
        act.head.size,
        act.head.root,
        bytes.fromhex(act.token.sha256),
        bytes.fromhex(act.query),
        act.authority,
    )
