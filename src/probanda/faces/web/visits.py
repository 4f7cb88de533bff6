"""Who is signed in, in which browser: kept in this process only, forgotten when it ends."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from probanda.errors import KeyUnavailable
from probanda.faces.web.desk import AnyDesk, Signed

COOKIE = "probanda-visit"
IDLE_S = 15 * 60
# Argon2id makes each attempt slow; this bounds what a program on this machine can try.
FAILURES_PER_MINUTE = 10
# A clear preview is fetched by the page that was just sent, at once.
ONCE_S = 60


@dataclass(slots=True)
class Visit:
    """One browser. `signed` is None until somebody signs in."""

    signed: Signed | None = None
    last_used_s: float = 0.0
    clear: dict[str, tuple[float, bytes]] = field(default_factory=dict)


class Visits:
    """All browsers that are signed in; several agents can be, each in a browser of their own."""

    def __init__(
        self, desk: AnyDesk, *, idle_s: float = IDLE_S, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """`idle_s`: how long keys stay open without a request."""
        self._desk = desk
        self._idle_s = idle_s
        self._now_s = now_s
        self._secret = secrets.token_bytes(32)
        self._visits: dict[bytes, Visit] = {}
        self._failed_s: deque[float] = deque()
        self._lock = threading.Lock()

    def new_cookie(self) -> str:
        """A cookie for a browser that has none."""
        return secrets.token_urlsafe(32)

    def token(self, cookie: str) -> str:
        """What a form of this browser must carry."""
        return hmac.new(self._secret, cookie.encode(), hashlib.sha256).hexdigest()

    def is_token(self, cookie: str, untrusted_token: str) -> bool:
        return hmac.compare_digest(self.token(cookie).encode(), untrusted_token.encode())

    def find(self, cookie: str) -> Visit | None:
        """The visit of a signed-in browser, now used; None if nobody is signed in, or no longer."""
        with self._lock:
            self._drop_idle()
            visit = self._visits.get(_key(cookie))
            if visit is not None:
                visit.last_used_s = self._now_s()
            return visit

    def sign_in(self, name: str, passphrase: str) -> str:
        """Open the agent's keys; the new cookie of this browser.

        Raises:
            KeyUnavailable: they do not open, or too many attempts failed in the last minute.
        """
        with self._lock:
            self._refuse_too_many()
        try:
            visit = Visit(self._desk.sign_in(name, passphrase), self._now_s())
        except KeyUnavailable:
            with self._lock:
                self._failed_s.append(self._now_s())
            raise
        cookie = self.new_cookie()
        with self._lock:
            self._visits[_key(cookie)] = visit
        return cookie

    def sign_out(self, cookie: str) -> None:
        """Forget the keys that this browser had opened."""
        with self._lock:
            self._visits.pop(_key(cookie), None)

    def offer_once(self, visit: Visit, content: bytes) -> str:
        """Hold a clear preview for one fetch by the same browser; the name to fetch it by."""
        name = secrets.token_hex(16)
        with self._lock:
            now_s = self._now_s()
            visit.clear = {key: held for key, held in visit.clear.items() if held[0] > now_s}
            visit.clear[name] = (now_s + ONCE_S, content)
        return name

    def take_once(self, visit: Visit, name: str) -> bytes | None:
        """What was offered under this name, the first time; None ever after."""
        with self._lock:
            until_s, content = visit.clear.pop(name, (0.0, b""))
            return content if until_s > self._now_s() else None

    def forget_idle(self) -> None:
        """Lock what was not used for too long; called every now and then, and before each look-up."""
        with self._lock:
            self._drop_idle()

    def _drop_idle(self) -> None:
        oldest_s = self._now_s() - self._idle_s
        for key in [key for key, visit in self._visits.items() if visit.last_used_s < oldest_s]:
            del self._visits[key]

    def _refuse_too_many(self) -> None:
        while self._failed_s and self._failed_s[0] < self._now_s() - 60:
            self._failed_s.popleft()
        if len(self._failed_s) >= FAILURES_PER_MINUTE:
            raise KeyUnavailable(
                f"{FAILURES_PER_MINUTE} attempts failed within a minute. Nothing was opened. "
                "Wait a minute and try again."
            )


def _key(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
