"""Texts with marked words: one source gives the plain text, the saved page and the exact place of every mark.

A mark is written `[[NAME|words]]` and may hold other marks; NAME is a claim (`C05`) or a part of one (`C05.hedge`).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\[\[([A-Z]\d\d(?:\.[a-z_]+)?)\||\]\]")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a text and the zone it belongs to."""

    zone: str
    marked: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked stretch of a plain text, in characters."""

    name: str
    zone: str
    start: int
    end: int


def unmark(marked: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text without its marks, and each mark with its start and end."""
    plain = ""
    position = 0
    opened: list[tuple[str, int]] = []
    found: list[tuple[str, int, int]] = []
    for token in _TOKEN.finditer(marked):
        plain += marked[position : token.start()]
        position = token.end()
        if token.group(1):
            opened.append((token.group(1), len(plain)))
        else:
            name, start = opened.pop()
            found.append((name, start, len(plain)))
    if opened:
        raise ValueError(f"mark {opened[-1][0]} is never closed")
    return plain + marked[position:], found


def as_text(blocks: tuple[Block, ...]) -> tuple[str, list[Mark]]:
    """The blocks as a plain text with one empty line between them, and every mark in it."""
    text = ""
    marks: list[Mark] = []
    for block in blocks:
        plain, found = unmark(block.marked)
        marks += [Mark(name, block.zone, len(text) + start, len(text) + end) for name, start, end in found]
        text += plain + "\n\n"
    return text[:-1], marks


_TAGS = {
    "headline": '<h1 class="headline">{}</h1>',
    "notice": '<p class="notice" role="note">{}</p>',
    "lead": '<p class="lead">{}</p>',
    "quote": "<blockquote><p>{}</p></blockquote>",
    "caption": '<p class="caption">{}</p>',
    "credit": '<p class="credit">{}</p>',
}


def as_page(blocks: tuple[Block, ...], pictures: dict[int, str]) -> str:
    """The blocks as page markup; a picture stands before the block whose number it is filed under."""
    lines = []
    for number, block in enumerate(blocks):
        if number in pictures:
            lines.append(f'<img src="{html.escape(pictures[number])}" alt="">')
        text = html.escape(unmark(block.marked)[0], quote=False)
        lines.append(_TAGS.get(block.zone, "<p>{}</p>").format(text))
    return "\n".join(lines)


def page(title: str, language: str, address: str, body: str) -> bytes:
    """A saved web page that names its own address and nothing outside it."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{html.escape(title)}</title>\n<link rel="canonical" href="{address}">\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    ).encode()
