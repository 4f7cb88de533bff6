"""Results on standard output, everything else on standard error. Text fits the terminal it is read on."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from probanda.model.rawname import name_text

WIDEST_COLUMNS = 100  # longer lines are hard to read
NARROWEST_COLUMNS = 30
LABEL_COLUMNS = 14


def width() -> int:
    """The columns there are for text."""
    return max(NARROWEST_COLUMNS, min(WIDEST_COLUMNS, shutil.get_terminal_size().columns))


class Output:
    """Where a verb says what came out. Nothing it prints can move a cursor or turn the direction of text.

    `holds_document`: a document was begun that tells of failures itself, so no other one is printed.
    """

    holds_document = False

    def text(self, paragraph: str, *, indent: str = "") -> None:
        """A paragraph, wrapped; never breaks a digest or a path."""
        self._write(wrapped(safe(paragraph), indent=indent))

    def fact(self, label: str, value: object) -> None:
        """`label` and its value, side by side where they fit, else one below the other."""
        shown = f"{label + ':':{LABEL_COLUMNS}} {safe(str(value))}"
        if len(shown) <= width():
            self._write(shown)
        else:
            self._write(f"{label}:\n{wrapped(safe(str(value)), indent='  ')}")

    def hanging(self, head: str, text: str) -> None:
        """`head` and beside it `text`, wrapped under itself."""
        room = width() - len(head) - 2
        if room < NARROWEST_COLUMNS:
            self._write(f"{safe(head)}\n{wrapped(safe(text), indent='  ')}")
            return
        lines = textwrap.wrap(safe(text), room, break_on_hyphens=False) or [""]
        self._write(("\n" + " " * (len(head) + 2)).join([f"{safe(head)}  {lines[0]}", *lines[1:]]))

    def line(self, line: str = "") -> None:
        """One line that is not wrapped: a digest to copy, or an empty one."""
        self._write(safe(line))

    def document(self, format: str, members: Mapping[str, Any]) -> None:
        """The one JSON document of a call. Non-ASCII characters are escaped, so no terminal can be misled."""
        self._write(json_line({"format": format, **members}))

    def piece(self, text: str) -> None:
        """A piece of a document that is printed while it grows."""
        self.holds_document = True
        sys.stdout.write(text)

    def flush(self) -> None:
        """Let whoever waits see what was said so far."""
        sys.stdout.flush()

    def note(self, paragraph: str) -> None:
        """Something to know that is not the result."""
        sys.stderr.write(wrapped(safe(paragraph)) + "\n")

    def _write(self, text: str) -> None:
        sys.stdout.write(text + "\n")


def safe(text: str) -> str:
    """Text with control, format and bidirectional characters, and line ends, as escapes."""
    return name_text(text.encode(errors="surrogateescape"))


def json_line(value: Mapping[str, Any]) -> str:
    """A value as JSON in one line, in ASCII."""
    return json.dumps(value, ensure_ascii=True)


def wrapped(paragraph: str, *, indent: str = "") -> str:
    """One paragraph within the terminal's width."""
    return textwrap.fill(
        paragraph,
        width(),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


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
