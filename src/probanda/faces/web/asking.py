"""What every handler needs of a request: who asks, from which browser, and an answer in the right form."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import HTTPRouteHandler

from probanda.errors import Refused
from probanda.faces.web.desk import AnyDesk, Signed
from probanda.faces.web.rendering import AnyRequest, Page, Setting, respond
from probanda.faces.web.visits import COOKIE, Visit, Visits
from probanda.model.policy import Reader

Answer = TypeVar("Answer", bound=Response[Any])
FORM_TOKEN = "token"  # noqa: S105  # the name of a field


@dataclass(frozen=True, slots=True)
class Room:
    """What the handlers share."""

    desk: AnyDesk
    visits: Visits
    idle_minutes: int


@dataclass(frozen=True, slots=True)
class Asking:
    """A signed-in agent and what policy knows of them at this moment."""

    room: Room
    visit: Visit
    signed: Signed
    reader: Reader

    @property
    def desk(self) -> AnyDesk:
        return self.room.desk


def page_at(path: str) -> Callable[[Callable[..., Answer]], HTTPRouteHandler]:
    """Registers a plain function for GET; it runs in a thread, so that a slow page holds up no other."""

    def register(show: Callable[..., Answer]) -> HTTPRouteHandler:
        @functools.wraps(show)
        async def in_thread(*values: object, **named: object) -> Answer:
            return await asyncio.to_thread(show, *values, **named)

        return get(path)(in_thread)

    return register


def room_of(request: AnyRequest) -> Room:
    """What the handlers of this application share."""
    room: Room = request.app.state["room"]
    return room


def cookie_of(request: AnyRequest) -> str:
    """This browser's cookie; empty if it brought none."""
    return request.cookies.get(COOKIE, "")


def asking(request: AnyRequest) -> Asking:
    """Who asks.

    Raises:
        NotAuthorizedException: nobody is signed in with this browser, or the key was revoked since.
    """
    room = room_of(request)
    visit = room.visits.find(cookie_of(request))
    if visit is None or visit.signed is None:
        raise NotAuthorizedException("Nobody is signed in with this browser. Nothing was changed; sign in.")
    reader = room.desk.reader(visit.signed)
    if reader.id is None:
        room.visits.sign_out(cookie_of(request))
        raise NotAuthorizedException(
            "The key that was open here is revoked. It is locked now; nothing was changed."
        )
    return Asking(room, visit, visit.signed, reader)


def answer(request: AnyRequest, page: Page) -> Response[bytes]:
    """The page with everything around it, in the form that was asked for."""
    room, cookie = room_of(request), cookie_of(request)
    fresh = "" if cookie else room.visits.new_cookie()
    visit = room.visits.find(cookie) if cookie else None
    signed = visit.signed if visit else None
    setting = Setting(
        path="" if request.scope["state"].get("error") else request.url.path,
        query=request.scope["query_string"].decode("ascii", "replace"),
        form_token=room.visits.token(cookie or fresh),
        agent=signed.name if signed else None,
        head=room.desk.head() if signed else None,
    )
    response = respond(request, page, setting)
    if fresh:
        response.set_cookie(visit_cookie(fresh))
    return response


def visit_cookie(value: str) -> Cookie:
    """A cookie for this browser session only, which no script can read and no other site can send along."""
    return Cookie(COOKIE, value=value, httponly=True, samesite="strict")


async def form_of(request: AnyRequest) -> dict[str, str]:
    """The fields of a plain form of ours.

    Raises:
        Refused: the form was not made for this browser.
    """
    form = await request.form()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    if not room_of(request).visits.is_token(cookie_of(request), fields.get(FORM_TOKEN, "")):
        raise Refused(
            "This form was not made for this browser, or it is too old. Nothing was changed. "
            "Load the page again."
        )
    return fields
