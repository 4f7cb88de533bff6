"""Taking in material by upload: the form, and what became of each file."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response, post
from litestar.enums import RequestEncodingType

from probanda.errors import WrongUsage
from probanda.faces.web.asking import Asking, answer, asking, cookie_of, page_at
from probanda.faces.web.desk import MatterShown, OutcomeShown
from probanda.faces.web.rendering import AnyRequest, Page
from probanda.faces.web.uploads import FILES_LIMIT, UPLOAD_LIMIT_BYTES, UploadedForm, read_form
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Action
from probanda.work.session import require


@dataclass(frozen=True, slots=True)
class AddView:
    """What can be chosen."""

    matters: Sequence[MatterShown]
    labels: tuple[str, ...]
    degrees: tuple[str, ...]
    limit_bytes: int
    limit_files: int


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """One outcome for every input; `counts` by word."""

    counts: Mapping[str, int]
    outcomes: Sequence[OutcomeShown]


@page_at("/add")
def show_add(request: AnyRequest) -> Response[bytes]:
    """The form, for those who may receive."""
    who = asking(request)
    require(who.reader, Action.RECEIVE)
    matters = who.desk.matters(who.reader)
    view = AddView(matters, tuple(Label), tuple(Confidentiality), UPLOAD_LIMIT_BYTES, FILES_LIMIT)
    return answer(request, Page("add", view))


@post("/add", request_max_body_size=None, status_code=200)
async def add(request: AnyRequest) -> Response[bytes]:
    """Take in what was sent. `uploads` holds the limit of its size."""
    who = await asyncio.to_thread(asking, request)
    require(who.reader, Action.RECEIVE)
    kind, options = request.content_type
    if kind != RequestEncodingType.MULTI_PART or "boundary" not in options:
        raise WrongUsage("Files come as a form with files. Nothing was taken in.")
    folder = await asyncio.to_thread(who.desk.upload_folder)
    cookie = cookie_of(request)
    form = await read_form(
        request.stream(), options["boundary"], folder, lambda token: who.room.visits.is_token(cookie, token)
    )
    try:
        return await asyncio.to_thread(_receive, request, who, form)
    finally:
        await asyncio.to_thread(form.discard)


def _receive(request: AnyRequest, who: Asking, form: UploadedForm) -> Response[bytes]:
    if not form.uploads:
        raise WrongUsage("No file was chosen. Nothing was taken in.")
    labels = [word for word in form.untrusted_fields.get("label", []) if word]
    outcomes = who.desk.receive(who.signed, form.uploads, form.first("matter") or None, labels)
    counts = Counter(each.outcome for each in outcomes)
    return answer(request, Page("outcomes", OutcomesView(dict(counts), outcomes)))
