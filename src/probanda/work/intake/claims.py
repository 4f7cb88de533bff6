"""What is claimed about bytes by the way they came: believed by nobody, kept for everybody."""

from __future__ import annotations

import time
from typing import NamedTuple

from probanda.model.digest import EntryId


class Claim(NamedTuple):
    """How bytes came, as told by who brought them. `path` is that below `root` (spec/kinds.md kinds-5)."""

    path: bytes
    modified: str | None
    via: str
    root: bytes | None
    container: EntryId | None = None


def modified_text(modified_ns: int) -> str:
    """A file's modified time (nanoseconds since 1970) as text in UTC; `@SECONDS` beyond all calendars."""
    seconds, fraction = divmod(modified_ns, 1_000_000_000)
    try:
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    except (OverflowError, ValueError, OSError):
        return f"@{seconds}"
    return f"{text}.{fraction:09d}Z" if fraction else f"{text}Z"
