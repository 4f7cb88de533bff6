"""Every failure in one shape: what happened, what is safe, what to do; in the form that was asked for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from probanda.errors import (
    Busy,
    KeyUnavailable,
    Malformed,
    NotFound,
    ProbandaError,
    Refused,
    WrongUsage,
)
from probanda.faces.web.asking import answer
from probanda.faces.web.rendering import AnyRequest, Page, wants_twin
from probanda.faces.web.uploads import TooLarge

# From particular to general: the first that fits.
_STATUS: tuple[tuple[type[ProbandaError], int], ...] = (
    (TooLarge, 413),
    (NotFound, 404),
    (WrongUsage, 400),
    (Malformed, 400),
    (Refused, 403),
    (KeyUnavailable, 401),
    (Busy, 503),
)
_SPOKEN = frozenset({400, 401, 403, 404, 413, 500, 503})
_UNEXPECTED = (
    "The program met a case that it does not handle. What was recorded before is safe; "
    "details are in the terminal."
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A stable name, and the words for the person."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class ErrorView:
    """The one shape of all errors."""

    error: Failure


def known_failure(request: AnyRequest, error: ProbandaError) -> Response[bytes]:
    """A failure that the program has words for."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    return _failed(request, Failure(error.name, str(error)), status)


def request_failure(request: AnyRequest, error: HTTPException) -> Response[bytes] | Redirect:
    """A request that fits no page, or needs a signed-in agent."""
    status = error.status_code if error.status_code in _SPOKEN else 400
    if status == 401 and request.method == "GET" and not wants_twin(request):
        return Redirect("/sign-in?" + urlencode({"next": request.url.path}), status_code=303)
    names = {401: "E-KEY", 404: "E-NOT-FOUND", 413: "E-TOO-LARGE", 500: "E-FAILED"}
    message = {401: error.detail, 404: "There is no such page, or nothing there that is open to you."}
    return _failed(
        request,
        Failure(
            names.get(status, "E-USAGE"),
            message.get(status, "This request fits nothing that can be done here."),
        ),
        status,
    )


def unknown_failure(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A fault of the program itself; its details stay in the terminal."""
    _log.error("a page failed", exc_info=error)
    return _failed(request, Failure("E-FAILED", _UNEXPECTED), 500)


def _failed(request: AnyRequest, failure: Failure, status: int) -> Response[bytes]:
    request.scope["state"]["error"] = True
    return answer(request, Page("error", ErrorView(failure), status=status, extra={"status": status}))
