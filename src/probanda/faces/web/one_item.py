"""One item: its page, history, veiled and clear previews, and the original as a download."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from litestar import Response, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from probanda.errors import Refused, WrongUsage
from probanda.faces.web.asking import Asking, answer, asking, form_of, page_at
from probanda.faces.web.desk import Event, ItemShown
from probanda.faces.web.guard import DOWNLOAD_SECURITY_POLICY
from probanda.faces.web.rendering import AnyRequest, Page
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Action, Protection, decide
from probanda.work.examine.preview import NoPreview, Outcome, Preview, Reason

_READ_BYTES = 256 * 1024
REASON_LIMIT_CHARACTERS = 200
# What the page says of itself when it is unveiled; it veils itself again without any script.
UNVEILED_S = 60


@dataclass(frozen=True, slots=True)
class PreviewShown:
    """The preview on an item's page. `clear` names the clear one, for one fetch."""

    width: int | None = None
    height: int | None = None
    outcome: str | None = None
    reason: str | None = None
    may_reveal: bool = False
    refused_because: str | None = None
    clear: str | None = None
    recorded: int | None = None
    reason_given: str | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item and its preview."""

    item: ItemShown
    look: PreviewShown


@dataclass(frozen=True, slots=True)
class HistoryView:
    """Every act about an item."""

    reference: str
    name: str | None
    events: tuple[Event, ...]


@page_at("/items/{reference:str}")
def item(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    """The item's page."""
    who = asking(request)
    shown = who.desk.item(who.reader, reference)
    return answer(request, Page("item", ItemView(shown, _veiled_look(who, shown))))


@page_at("/items/{reference:str}/history")
def history(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    """Every act about the item."""
    who = asking(request)
    shown = who.desk.item(who.reader, reference)
    return answer(request, Page("history", HistoryView(shown.reference, shown.name, shown.history)))


@page_at("/items/{reference:str}/veiled.jpg")
def veiled(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    """The veiled preview."""
    who = asking(request)
    made = who.desk.veiled(who.reader, reference)
    if isinstance(made, NoPreview):
        raise NotFoundException("There is no preview of this item.")
    return Response(made.jpeg, media_type="image/jpeg")


@post("/items/{reference:str}/reveal", status_code=200)
async def reveal(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    """The item's page with the clear preview, after a reason was given; it veils itself again."""
    fields = await form_of(request)
    return await asyncio.to_thread(_reveal, request, reference, fields.get("reason", "").strip())


def _reveal(request: AnyRequest, reference: str, reason: str) -> Response[bytes]:
    who = asking(request)
    if not reason or len(reason) > REASON_LIMIT_CHARACTERS:
        raise WrongUsage("Give a reason for looking, in at most 200 characters. Nothing was unveiled.")
    shown = who.desk.item(who.reader, reference)
    made, recorded = who.desk.reveal(who.signed, reference, reason)
    look = _look(made)
    if isinstance(made, Preview):
        once = who.room.visits.offer_once(who.visit, made.jpeg)
        look = replace(look, clear=once, recorded=recorded, reason_given=reason)
    refresh = f"{UNVEILED_S}; url=/items/{shown.reference}"
    return answer(request, Page("item", ItemView(shown, look), refresh=refresh))


@page_at("/items/{reference:str}/clear/{once:str}")
def clear(request: AnyRequest, reference: FromPath[str], once: FromPath[str]) -> Response[bytes]:
    """The clear preview, once, to the browser it was unveiled for."""
    who = asking(request)
    jpeg = who.room.visits.take_once(who.visit, once.removesuffix(".jpg"))
    if jpeg is None:
        raise NotFoundException("It is veiled again. Give a reason to look once more.")
    return Response(jpeg, media_type="image/jpeg")


@page_at("/items/{reference:str}/original")
def original(request: AnyRequest, reference: FromPath[str]) -> Stream:
    """The bytes as received, as a download that no browser shows."""
    who = asking(request)
    held = who.desk.original(who.reader, reference)
    headers = {
        "content-type": "application/octet-stream",
        "content-disposition": f'attachment; filename="{held.sha256}"',
        "content-length": str(held.size_bytes),
        "content-security-policy": DOWNLOAD_SECURITY_POLICY,
    }
    return Stream(_chunks(held.source), headers=headers, media_type="application/octet-stream")


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    with source:
        while chunk := source.read(_READ_BYTES):
            yield chunk


def _veiled_look(who: Asking, shown: ItemShown) -> PreviewShown:
    if not shown.media_type.startswith(("image/", "video/")):
        return _look(NoPreview(Outcome.NOTHING, Reason.NOT_A_PICTURE))
    try:
        look = _look(who.desk.veiled(who.reader, shown.reference))
    except Refused as refusal:
        return PreviewShown(outcome=Outcome.REFUSED, refused_because=str(refusal))
    decision = decide(who.reader, Action.REVEAL, _protection(shown))
    return replace(
        look, may_reveal=decision.allowed, refused_because=None if decision.allowed else decision.reason
    )


def _look(made: Preview | NoPreview) -> PreviewShown:
    if isinstance(made, NoPreview):
        return PreviewShown(outcome=made.outcome, reason=made.reason)
    return PreviewShown(width=made.width, height=made.height)


def _protection(shown: ItemShown) -> Protection:
    labels = frozenset(Label(each.word) for each in shown.labels)
    return Protection(labels, Confidentiality(shown.confidentiality.word))
