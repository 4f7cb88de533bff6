"""Labels: what was added to and taken from bytes after they were received."""

from __future__ import annotations

from collections.abc import Iterator

from probanda.model.kinds.labelled import Labelled
from probanda.views.look import Look
from probanda.views.protecting import PLAIN_DEGREE, PLAIN_LABELS, given_degree, label_bits
from probanda.views.record import Record
from probanda.views.rows import LabellingRow, MarkRow


def fold_labelled(record: Record, look: Look) -> Iterator[LabellingRow | MarkRow]:
    """One change, and what then stands on the bytes."""
    act = Labelled.read(record.entry, record.fields)
    sha256 = bytes.fromhex(act.item.sha256)
    added, removed = label_bits(act.add), label_bits(act.remove)
    degree = given_degree(act.add, act.confidentiality)
    yield LabellingRow(record.index, sha256, added, removed, degree, act.reason)
    labels, had_degree = look.mark(sha256) or (PLAIN_LABELS, PLAIN_DEGREE)
    # Added last: a label in both lists stays.
    yield MarkRow(sha256, record.index, (labels & ~removed) | added, had_degree if degree is None else degree)
