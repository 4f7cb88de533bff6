"""From what views answer to what pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from probanda.faces.web.desk import (
    AgentShown,
    Event,
    ItemLine,
    ItemShown,
    ItemsPage,
    LabelShown,
    MatterShown,
    NotLaterThan,
    OutcomeShown,
    ReceptionShown,
)
from probanda.model.rawname import name_text
from probanda.views import answers
from probanda.views.answers import Agent, Anchor, CustodyEvent, Item, ItemLabel, Matter, RawName, Reception
from probanda.work.intake.messages import Answer


def items_page(page: answers.ItemsPage, stated: Mapping[int, str], head: int) -> ItemsPage:
    """A page of a list; `stated` has the clock of each first reception."""
    return ItemsPage(lines(page.items, stated), page.total, page.kept_from_you, page.next, head)


def lines(items: Sequence[Item], stated: Mapping[int, str]) -> tuple[ItemLine, ...]:
    """Items as lines of a table."""
    return tuple(
        ItemLine(
            reference=item.ref,
            name=_first(item.names),
            media_type=item.media_type,
            size_bytes=item.size_bytes,
            labels=tuple(one.label for one in item.labels),
            confidentiality=item.confidentiality,
            matter=item.matter_ref,
            stated=stated[item.index],
            index=item.index,
        )
        for item in items
    )


def item(
    item: Item,
    came: Sequence[Reception],
    events: Sequence[CustodyEvent],
    outside: tuple[ItemLine, ...],
    inside: tuple[ItemLine, ...],
    inside_total: int,
    anchor: Anchor | None,
    times: Mapping[int, str],
    head: int,
) -> ItemShown:
    """All about one item; `times` has what the anchor's token says, if it can be read."""
    covered = NotLaterThan(times[anchor.index], anchor.index) if anchor and anchor.index in times else None
    indexes = {each.reference: each.index for each in outside}
    return ItemShown(
        reference=item.ref,
        name=_first(item.names),
        sha256=item.sha256,
        sha512=item.sha512,
        media_type=item.media_type,
        size_bytes=item.size_bytes,
        matter=item.matter_ref,
        matter_name=item.matter_name,
        confidentiality=_degree(item, events),
        labels=tuple(_label(one, events, indexes, item.index) for one in item.labels),
        receptions=tuple(_reception(one, item) for one in came),
        containers=outside,
        members=inside,
        members_total=inside_total,
        history=tuple(Event(one.index, one.kind, one.stated, one.agent_name, one.words) for one in events),
        not_later_than=covered,
        index=item.index,
        head=head,
    )


def agent(one: Agent) -> AgentShown:
    """Somebody who holds a key."""
    return AgentShown(
        one.id, one.name, one.holder, tuple(sorted(one.roles)), one.index, one.roles_index, one.revoked_index
    )


def matter(one: Matter, items_open: int) -> MatterShown:
    """A matter, with how many of its items are open to the reader."""
    return MatterShown(one.ref, one.id, one.name, one.purpose, items_open, one.index)


def outcome(answer: Answer, reference: str | None) -> OutcomeShown:
    """What became of one upload or member."""
    path = name_text(answer.path)
    return OutcomeShown(answer.outcome, path, reference, answer.sha256, answer.index, answer.reason)


def _reception(one: Reception, item: Item) -> ReceptionShown:
    return ReceptionShown(
        index=one.index,
        stated=one.stated,
        agent=one.agent_name,
        matter=item.matter_ref,
        name=_text(one.name),
        path=_text(one.path),
        modified=one.modified,
        via=one.via,
        root=_text(one.root),
        container=one.container,
    )


def _label(
    one: ItemLabel, events: Sequence[CustodyEvent], containers: Mapping[str, int], index: int
) -> LabelShown:
    """The label with its ground: the entry that set it last, or that of the container it comes from."""
    if not one.is_own and one.inherited_from:
        source = one.inherited_from[0]
        return LabelShown(one.label, containers.get(source, index), source)
    return LabelShown(
        one.label, max((each.index for each in events if one.label in each.labels), default=index)
    )


def _degree(item: Item, events: Sequence[CustodyEvent]) -> LabelShown:
    degree = item.confidentiality
    given = (each.index for each in events if each.confidentiality is degree)
    return LabelShown(degree, max(given, default=None))


def _first(names: Sequence[RawName]) -> str | None:
    return names[0].text if names else None


def _text(name: RawName | None) -> str | None:
    return None if name is None else name.text
