"""The pages as one application, and the server that shows them on this machine only."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from importlib.resources import files

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from probanda.errors import ProbandaError
from probanda.faces.web import adding, failing, lists, one_item, proofs, signing_in
from probanda.faces.web.asking import Room
from probanda.faces.web.desk import AnyDesk
from probanda.faces.web.guard import Guard
from probanda.faces.web.visits import IDLE_S, Visits

HOST = "127.0.0.1"
# Plain forms: a name, a passphrase, a reason.
FORM_LIMIT_BYTES = 64 * 1024
_FORGET_EVERY_S = 30


@get("/static/style.css")
async def style() -> Response[bytes]:
    """The one style sheet."""
    return _static("style.css", "text/css")


@get("/static/icon.svg")
async def icon() -> Response[bytes]:
    """The mark of the program, for the browser's tab."""
    return _static("icon.svg", "image/svg+xml")


def create_app(desk: AnyDesk, *, port: int, idle_s: float = IDLE_S) -> ASGIApp:
    """All pages over `desk`, guarded for 127.0.0.1:`port`. `idle_s`: when keys are forgotten without use."""
    visits = Visits(desk, idle_s=idle_s)

    @contextlib.asynccontextmanager
    async def forgetting(_: Litestar) -> AsyncIterator[None]:
        task = asyncio.create_task(_forget(visits))
        try:
            yield
        finally:
            task.cancel()

    pages = Litestar(
        route_handlers=[
            style,
            icon,
            signing_in.show_sign_in,
            signing_in.sign_in,
            signing_in.sign_out,
            signing_in.about_keys,
            lists.home,
            lists.home_by_name,
            lists.items,
            lists.agents,
            lists.matters,
            lists.status,
            one_item.item,
            one_item.history,
            one_item.veiled,
            one_item.reveal,
            one_item.clear,
            one_item.original,
            proofs.proof,
            proofs.proof_file,
            adding.show_add,
            adding.add,
        ],
        exception_handlers={
            ProbandaError: failing.known_failure,
            HTTPException: failing.request_failure,
            Exception: failing.unknown_failure,
        },
        state=State({"room": Room(desk, visits, round(idle_s / 60))}),
        lifespan=[forgetting],
        request_max_body_size=FORM_LIMIT_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    return Guard(pages, port)


def _static(name: str, media_type: str) -> Response[bytes]:
    content = files("probanda.faces.web").joinpath("static", name).read_bytes()
    return Response(content, media_type=media_type, headers={"cache-control": "max-age=3600"})


async def _forget(visits: Visits) -> None:
    while True:
        await asyncio.sleep(_FORGET_EVERY_S)
        visits.forget_idle()
