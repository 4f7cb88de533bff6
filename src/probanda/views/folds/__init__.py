"""One file per view: a pure function from an entry, and named look-ups, to rows.

Only `fold_entry` asks whether the agent had the right; `fold_labelled` asks which part of a change counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from probanda.model.authority import Effect
from probanda.model.kinds.acts_sealed import ActsSealed
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.labelled import Labelled
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.kinds.package_made import PackageMade
from probanda.model.kinds.role_granted import RoleGranted
from probanda.views.folds.agents import fold_enrolled, fold_genesis, fold_granted, fold_revoked
from probanda.views.folds.anchors import fold_recorded
from probanda.views.folds.items import fold_received, received
from probanda.views.folds.labels import fold_labelled
from probanda.views.folds.matters import fold_opened
from probanda.views.folds.packages import fold_made
from probanda.views.look import Look
from probanda.views.record import Received, Record
from probanda.views.rows import Row, UnreadRow, WithoutRightRow

Fold = Callable[[Record, Look], Iterator[Row]]


def _fold_reception(record: Record, look: Look) -> Iterator[Row]:
    return iter(fold_received(received(record), look))


def _nothing(record: Record, look: Look) -> Iterator[Row]:
    return iter(())


FOLDS: Mapping[str, Fold] = MappingProxyType(
    {
        ActsSealed.KIND: _nothing,  # a seal is about signatures, which no view shows
        AgentEnrolled.KIND: fold_enrolled,
        AgentRevoked.KIND: fold_revoked,
        AnchorRecorded.KIND: fold_recorded,
        Genesis.KIND: fold_genesis,
        ItemReceived.KIND: _fold_reception,
        Labelled.KIND: fold_labelled,
        MatterOpened.KIND: fold_opened,
        PackageMade.KIND: fold_made,
        RoleGranted.KIND: fold_granted,
    }
)


def fold_entry(one: Record | Received, look: Look) -> list[Row]:
    """What an entry makes. Where its agent had no right to it: nothing but a row that says so.

    Raises:
        Malformed: the entry does not fit its kind.
    """
    kind = one.kind
    fold = FOLDS.get(kind)
    if fold is None:
        return [UnreadRow(one.index, kind, None)]
    effect = look.effect(kind, one.agent, one.index)
    if effect is Effect.NONE:
        return [WithoutRightRow(one.index, kind, 0)]
    rows = fold_received(one, look) if isinstance(one, Received) else list(fold(one, look))
    if effect is Effect.PROTECTS and kind != Labelled.KIND:
        rows.append(WithoutRightRow(one.index, kind, 1))
    return rows
