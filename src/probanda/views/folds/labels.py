"""Labels: what was added to and taken from bytes after they were received."""

from __future__ import annotations

from collections.abc import Iterator

from probanda.model.authority import Effect
from probanda.model.kinds.labelled import Labelled
from probanda.views.look import Look
from probanda.views.protecting import PLAIN_DEGREE, PLAIN_LABELS, given_degree, label_bits
from probanda.views.record import Record
from probanda.views.rows import LabellingRow, MarkRow, WithoutRightRow


def fold_labelled(record: Record, look: Look) -> Iterator[LabellingRow | MarkRow | WithoutRightRow]:
    """One change, and what then stands on the bytes. Without the right, only what protects them more."""
    act = Labelled.read(record.entry, record.fields)
    sha256 = bytes.fromhex(act.item.sha256)
    added, removed = label_bits(act.add), label_bits(act.remove)
    degree = given_degree(act.add, act.confidentiality)
    labels, had_degree = look.mark(sha256) or (PLAIN_LABELS, PLAIN_DEGREE)
    opens = bool(act.remove) or (degree is not None and degree < had_degree)
    if opens and look.effect(act.KIND, record.agent, record.index) is Effect.PROTECTS:
        removed, degree = 0, degree if degree is not None and degree > had_degree else None
        kept = bool(added) or degree is not None
        yield WithoutRightRow(record.index, act.KIND, int(kept))
        if not kept:
            return
    yield LabellingRow(record.index, sha256, added, removed, degree, act.reason)
    # Added last: a label in both lists stays.
    yield MarkRow(sha256, record.index, (labels & ~removed) | added, had_degree if degree is None else degree)
