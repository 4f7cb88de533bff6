"""Results on standard output, everything else on standard error. Text fits the terminal it is read on."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

WIDEST_COLUMNS = 100  # longer lines are hard to read
NARROWEST_COLUMNS = 30
LABEL_COLUMNS = 14


def width() -> int:
    """The columns there are for text."""
    return max(NARROWEST_COLUMNS, min(WIDEST_COLUMNS, shutil.get_terminal_size().columns))


class Output:
    """Where a verb says what came out."""

    def text(self, text: str = "", *, indent: str = "") -> None:
        """A paragraph, wrapped; never breaks a digest or a path."""
        self.raw(wrapped(text, indent=indent))

    def fact(self, label: str, value: object) -> None:
        """`label` and its value, side by side where they fit, else one below the other."""
        shown = f"{label + ':':{LABEL_COLUMNS}} {value}"
        if len(shown) <= width():
            self.raw(shown)
        else:
            self.raw(f"{label}:\n{wrapped(str(value), indent='  ')}")

    def raw(self, line: str) -> None:
        """A line exactly as it is."""
        sys.stdout.write(line + "\n")

    def document(self, format: str, members: Mapping[str, Any]) -> None:
        """The one JSON document of a call. Non-ASCII characters are escaped, so no terminal can be misled."""
        self.raw(json_line({"format": format, **members}))

    def note(self, text: str) -> None:
        """Something to know that is not the result."""
        sys.stderr.write(wrapped(text) + "\n")


def json_line(value: Mapping[str, Any]) -> str:
    """A value as JSON in one line, in ASCII."""
    return json.dumps(value, ensure_ascii=True)


def wrapped(text: str, *, indent: str = "") -> str:
    """Paragraphs of `text` within the terminal's width."""
    filled = (
        textwrap.fill(
            line,
            width(),
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.split("\n")
    )
    return "\n".join(filled)


def listed(words: Iterable[str]) -> str:
    """Words for people to read in a row."""
    return ", ".join(words) or "none"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with the word that fits it."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size_text(size_bytes: int) -> str:
    """A size for people to read."""
    amount = float(size_bytes)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if amount < 1024 or unit == "TiB":
            return f"{size_bytes} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError("the last unit takes any size")
