"""Stands before every page: who may talk to this server at all, and what every answer says to the browser."""

from __future__ import annotations

from typing import cast

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

# Built here so that no template or page can loosen it. There is no script in this program's pages.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
# A download is shut off from everything, should a browser ever try to show it.
DOWNLOAD_SECURITY_POLICY = "sandbox; default-src 'none'"
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
TWIN = ".json"


class Guard:
    """Answers only requests that name this server, and changes only on requests that come from its own pages.

    A path that ends in `.json` is the JSON twin of the page without it: the same handler runs and asks the
    same policy.
    """

    def __init__(self, pages: ASGIApp, port: int) -> None:
        """`port` is where this server listens on 127.0.0.1."""
        self._pages = pages
        hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._hosts = frozenset(host.encode() for host in hosts)
        self._origins = frozenset(f"http://{host}".encode() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if str(scope["type"]) != "http":
            await self._pages(scope, receive, send)
            return
        scope = cast("HTTPScope", scope)
        headers = dict(scope["headers"])
        if headers.get(b"host") not in self._hosts:
            await _refuse(
                send, 421, "This server answers only to the address that it printed when it started."
            )
        elif scope["method"] not in ("GET", "HEAD") and not self._from_our_pages(headers):
            await _refuse(send, 403, "This was not sent from a page of this server. Nothing was changed.")
        else:
            await self._pages(_without_suffix(scope), receive, _with_headers(send))

    def _from_our_pages(self, headers: dict[bytes, bytes]) -> bool:
        origin, site = headers.get(b"origin"), headers.get(b"sec-fetch-site")
        if site is not None:
            # Our referrer policy makes browsers write "null" for the origin of our own forms.
            return site == b"same-origin" and origin in (None, b"null", *self._origins)
        return origin in self._origins


def _without_suffix(scope: HTTPScope) -> HTTPScope:
    path = scope["path"]
    if not path.endswith(TWIN):
        return scope
    state = {**scope.get("state", {}), "twin": True}
    path = path.removesuffix(TWIN)
    return cast("HTTPScope", {**scope, "path": path, "raw_path": path.encode(), "state": state})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            more = [
                (name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in own
            ]
            message["headers"] = [*message["headers"], *more]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, says: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    headers.append((b"content-type", b"text/plain; charset=utf-8"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": says.encode(), "more_body": False})
