"""Reads Markdown pages: their fenced blocks, headings and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PREPARATION = "before"  # an HTML comment that begins with this word holds shell lines that readers do not see
NOT_RUN = "not-run:"
PLACEHOLDER = re.compile(r"(?<![\w$\"{-])(DIR|FOLDER|ID|ITEM|OUT|PACKAGE)\b")

_FENCE = re.compile(r"^(?P<fence>```+)(?P<info>.*?)$\n(?P<body>.*?)^(?P=fence) *$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(rf"<!-- {PREPARATION}\n(?P<body>.*?)^-->", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block, or a preparation that is not shown; `line` is where it begins."""

    kind: str
    body: str
    line: int
    reason_not_run: str | None = None


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The page without its blocks and comments."""
        return _FENCE.sub("", _COMMENT.sub("", self.text))

    def blocks(self) -> list[Block]:
        found = [self._block(match) for match in _FENCE.finditer(self.text)]
        for match in _COMMENT.finditer(self.text):
            found.append(Block("sh", match["body"], self._line(match.start())))
        return sorted(found, key=lambda one: one.line)

    def _block(self, match: re.Match[str]) -> Block:
        kind, _, rest = match["info"].strip().partition(" ")
        reason = rest.removeprefix(NOT_RUN).strip() if rest.startswith(NOT_RUN) else None
        if kind == "sh" and (placeholder := PLACEHOLDER.search(match["body"])):
            reason = reason or f"{placeholder[1]} is for the reader to replace"
        return Block(kind, match["body"], self._line(match.start()), reason)

    def _line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def anchors(self) -> set[str]:
        """What `#…` may name on this page, as hosts of Markdown form it."""
        return {_slug(heading) for heading in _HEADING.findall(self.prose)}

    def links(self) -> list[str]:
        """Targets inside the repository."""
        return [one for one in _LINK.findall(self.prose) if "://" not in one]


def pages() -> list[Page]:
    """Every page whose blocks are run."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [Page(path) for path in paths]


def linking_pages() -> list[Page]:
    """Those, and the other pages a reader may come to."""
    more = ["ARCHITECTURE.md", "SECURITY.md", "CHANGELOG.md"]
    paths = [*(ROOT / name for name in more), *sorted((ROOT / "spec").glob("*.md"))]
    return pages() + [Page(path) for path in paths]


def _slug(heading: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
