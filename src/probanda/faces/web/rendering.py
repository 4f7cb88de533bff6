"""Turns what a handler found into a page or its JSON twin. The only place where text meets markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie, State
from markupsafe import Markup

from probanda.faces.web.texts import LANGUAGES, Texts, choose_language
from probanda.model.rawname import escaped

LANGUAGE_COOKIE = "probanda-language"
_YEAR_S = 365 * 24 * 3600
# Shown as they are, though not "printable": line ends, the spaces of our own texts, the joiner.
_KEPT = frozenset("\n\u00a0\u202f\u200d")

AnyRequest = Request[object, object, State]


@dataclass(frozen=True, slots=True)
class Page:
    """What a handler found: the template's name is also that of the JSON format `probanda-page-NAME/1`."""

    name: str
    view: object
    status: int = 200
    extra: Mapping[str, object] = field(default_factory=dict)
    refresh: str | None = None

    @property
    def format(self) -> str:
        """The name and version of the JSON twin's format."""
        return f"probanda-{self.name}/1" if self.name == "error" else f"probanda-page-{self.name}/1"


@dataclass(frozen=True, slots=True)
class Setting:
    """What every page shows around its content."""

    path: str
    query: str
    form_token: str
    agent: str | None
    head: int | None


def shown(value: object) -> object:
    """Any text on a page, control and direction characters as escapes: it cannot pose as another."""
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    return escaped(value, kept=_KEPT)


@cache
def environment() -> Environment:
    """The templates: every value is escaped, an unknown name is an error."""
    return Environment(
        loader=PackageLoader("probanda.faces.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language_of(request: AnyRequest) -> str:
    """The language this browser is answered in."""
    return choose_language(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language", ""),
    )


def wants_twin(request: AnyRequest) -> bool:
    """Whether the JSON twin of the page was asked for."""
    return bool(request.scope["state"].get("twin"))


def html(page: Page, setting: Setting, language: str) -> str:
    """The page as text."""
    others = [each for each in LANGUAGES if each != language]
    template = environment().get_template(f"{page.name}.html")
    return template.render(
        t=Texts(language),
        view=page.view,
        page=setting,
        other_language=others[0],
        name=page.name,
        **page.extra,
    )


def respond(request: AnyRequest, page: Page, setting: Setting) -> Response[bytes]:
    """The answer in the form that was asked for."""
    if wants_twin(request):
        value = msgspec.to_builtins(page.view)
        body = msgspec.json.encode({"format": page.format, **value})
        return Response(body + b"\n", media_type="application/json", status_code=page.status)
    language = language_of(request)
    cookies = []
    if request.query_params.get("lang") == language:
        cookies.append(
            Cookie(LANGUAGE_COOKIE, value=language, max_age=_YEAR_S, httponly=True, samesite="strict")
        )
    headers = {"content-language": language} | ({"refresh": page.refresh} if page.refresh else {})
    body = html(page, setting, language).encode()
    return Response(body, media_type="text/html", status_code=page.status, cookies=cookies, headers=headers)
