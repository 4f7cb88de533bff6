"""Kinds of text files, by how they begin."""

from __future__ import annotations

import codecs
import re

_PLAIN = "text/plain"
_NO_TEXT = re.compile(r"[\0-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_BEGINNINGS = (
    ("begin:vcard", "text/vcard"),
    ("begin:vcalendar", "text/calendar"),
    ("webvtt", "text/vtt"),
)

_ROOTS = {
    "svg": "image/svg+xml",
    "kml": "application/vnd.google-earth.kml+xml",
    "gpx": "application/gpx+xml",
    "html": "application/xhtml+xml",
}
# Atomic and possessive throughout: hostile text must not make the search go back and forth.
_BEFORE_ROOT = re.compile(r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*+", re.I | re.S)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")
_HTML = re.compile(
    r"(?>\s+|<!--.*?-->)*+<(?:!doctype\s+html|(?:html|head|body|script|title|meta|table|style|iframe|div|h1)[\s>])",
    re.I | re.S,
)
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*(?:["{\[\]]|-?\d|true\b|false\b|null\b))')
_FIELD = re.compile(r"([!-9;-~]+):[ \t]?")
_SUBTITLES = re.compile(r"\s*\d+\s*\r?\n\d\d:\d\d:\d\d,\d{3} --> ")
_MAILBOX = re.compile(r"From \S{1,80} [^\n]{0,40}\d\d:\d\d:\d\d")
_MAIL_FIELDS = frozenset(
    ("from", "to", "cc", "date", "subject", "received", "return-path", "message-id", "mime-version")
)


def text_kind(head: bytes) -> str:
    """The media type of a text, or an empty string if this is no text in UTF-8 or UTF-16.

    Markup and messages are known in older encodings too, since their own marks are ASCII.
    """
    text = _decoded(head)
    if text is not None and _NO_TEXT.search(text):
        return ""
    if text is None:
        older = head.decode("latin-1")
        return "" if _NO_TEXT.search(older) else _marked(older)
    return _marked(text) or ("application/json" if _JSON.match(text) else _PLAIN)


def _marked(text: str) -> str:
    start = text.lstrip()[:16].lower()
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            return kind
    if start.startswith("<"):
        return _markup(text)
    if _SUBTITLES.match(text):
        return "application/x-subrip"
    if _MAILBOX.match(text):
        return "application/mbox"
    return "message/rfc822" if _is_message(text) else ""


def _markup(text: str) -> str:
    if _HTML.match(text):
        return "text/html"
    before = _BEFORE_ROOT.match(text)
    root = _ROOT.match(text, before.end() if before else 0)
    if root and root[1].lower() in _ROOTS:
        return _ROOTS[root[1].lower()]
    return "application/xml" if text.lstrip().startswith("<?xml") else ""


def _is_message(text: str) -> bool:
    """True if it begins with header fields as RFC 5322 has them, at least two of them those of mail."""
    seen: set[str] = set()
    for line in text.splitlines():
        if line[:1] in (" ", "\t") and seen:
            continue
        field = _FIELD.match(line)
        if not field:
            return len(seen) > 1 and not line
        if field[1].lower() in _MAIL_FIELDS:
            seen.add(field[1].lower())
    return len(seen) > 1


def _decoded(head: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return _decoded_as(head[len(mark) :], encoding)
    for encoding, zero_side in (("utf-16-le", 1), ("utf-16-be", 0)):
        # Spaces, line ends and digits have one zero byte in every script, and UTF-8 text has none.
        if head[zero_side::2].count(0) > len(head) // 16 and not head[1 - zero_side :: 2].count(0):
            return _decoded_as(head, encoding)
    return _decoded_as(head, "utf-8")


def _decoded_as(raw: bytes, encoding: str) -> str | None:
    # Not final: the head may end in the middle of a character.
    try:
        return codecs.getincrementaldecoder(encoding)().decode(raw)
    except UnicodeDecodeError:
        return None
