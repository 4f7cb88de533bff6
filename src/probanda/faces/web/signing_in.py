"""Signing in and out: the page, and the act."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from litestar import Response, post
from litestar.response import Redirect

from probanda.errors import KeyUnavailable
from probanda.faces.web.asking import answer, cookie_of, form_of, page_at, room_of, visit_cookie
from probanda.faces.web.rendering import AnyRequest, Page
from probanda.faces.web.visits import COOKIE


@dataclass(frozen=True, slots=True)
class SignInView:
    """The form as it stands: what was typed, but never the passphrase, and why it was refused."""

    agent: str
    next: str
    refused: str | None
    idle_minutes: int


@dataclass(frozen=True, slots=True)
class KeysView:
    """What the page about keys tells."""

    idle_minutes: int


@page_at("/sign-in")
def show_sign_in(request: AnyRequest) -> Response[bytes]:
    """The form."""
    next_path = _own_path(request.query_params.get("next", "/"))
    return answer(request, Page("sign-in", SignInView("", next_path, None, room_of(request).idle_minutes)))


@post("/sign-in")
async def sign_in(request: AnyRequest) -> Response[bytes] | Redirect:
    """Open the keys, with a new cookie: the one from before signing in is worth nothing afterwards."""
    fields = await form_of(request)
    room, name, next_path = room_of(request), fields.get("name", ""), _own_path(fields.get("next", "/"))
    try:
        cookie = await asyncio.to_thread(room.visits.sign_in, name, fields.get("passphrase", ""))
    except KeyUnavailable as error:
        view = SignInView(name, next_path, str(error), room.idle_minutes)
        return answer(request, Page("sign-in", view, status=401))
    return Redirect(next_path, status_code=303, cookies=[visit_cookie(cookie)])


@post("/sign-out")
async def sign_out(request: AnyRequest) -> Redirect:
    """Lock: the keys are forgotten."""
    await form_of(request)
    room_of(request).visits.sign_out(cookie_of(request))
    gone = Redirect("/sign-in", status_code=303)
    gone.delete_cookie(COOKIE)
    return gone


@page_at("/about-keys")
def about_keys(request: AnyRequest) -> Response[bytes]:
    """What it means to be signed in; open to everybody."""
    return answer(request, Page("keys", KeysView(room_of(request).idle_minutes)))


def _own_path(untrusted: str) -> str:
    """A place on this server to go on to, or its home."""
    plain = untrusted.startswith("/") and not untrusted.startswith("//") and "\\" not in untrusted
    return untrusted if plain and untrusted.isprintable() else "/"
