"""The pages that list: home, items, agents, matters, status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response

from probanda.faces.web.asking import answer, asking, page_at
from probanda.faces.web.desk import AgentShown, ItemsPage, MatterShown, StatusShown
from probanda.faces.web.rendering import AnyRequest, Page

PAGE_ITEMS = 100
_HOME_ITEMS = 12


@dataclass(frozen=True, slots=True)
class HomeView:
    """What came in last, the matters, and where the base stands."""

    items: ItemsPage
    matters: Sequence[MatterShown]
    status: StatusShown


@dataclass(frozen=True, slots=True)
class AgentsView:
    """Everybody who holds a key here."""

    agents: Sequence[AgentShown]


@dataclass(frozen=True, slots=True)
class MattersView:
    """All matters."""

    matters: Sequence[MatterShown]


@dataclass(frozen=True, slots=True)
class StatusView:
    """Where the base stands."""

    status: StatusShown


@page_at("/")
def home(request: AnyRequest) -> Response[bytes]:
    """The first page."""
    return _home(request)


@page_at("/home")
def home_by_name(request: AnyRequest) -> Response[bytes]:
    """The first page under a name that can have a twin."""
    return _home(request)


def _home(request: AnyRequest) -> Response[bytes]:
    who = asking(request)
    items = who.desk.items(who.reader, name=None, matter=None, after=None, limit=_HOME_ITEMS)
    view = HomeView(items, who.desk.matters(who.reader), who.desk.status(who.reader))
    return answer(request, Page("home", view))


@page_at("/items")
def items(request: AnyRequest) -> Response[bytes]:
    """A page of the list."""
    who, asked = asking(request), request.query_params
    name, matter, after = (asked.get(key) or None for key in ("name", "matter", "after"))
    found = who.desk.items(who.reader, name=name, matter=matter, after=after, limit=PAGE_ITEMS)
    filters = {key: value for key, value in (("name", name), ("matter", matter)) if value}
    extra = {
        "asked_name": name,
        "asked_matter": matter,
        "asked_after": after,
        "matters": who.desk.matters(who.reader),
        "first_query": urlencode(filters),
        "next_query": urlencode(filters | {"after": found.next or ""}),
    }
    return answer(request, Page("items", found, extra=extra))


@page_at("/agents")
def agents(request: AnyRequest) -> Response[bytes]:
    """Everybody who holds a key here."""
    return answer(request, Page("agents", AgentsView(asking(request).desk.agents())))


@page_at("/matters")
def matters(request: AnyRequest) -> Response[bytes]:
    """All matters."""
    who = asking(request)
    return answer(request, Page("matters", MattersView(who.desk.matters(who.reader))))


@page_at("/status")
def status(request: AnyRequest) -> Response[bytes]:
    """Where the base stands."""
    who = asking(request)
    return answer(request, Page("status", StatusView(who.desk.status(who.reader))))
