"""The words of the pages in each language, and how a language writes numbers, sizes and instants."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "uk")
_NARROW_SPACE = "\u202f"
_KIBI = 1024

Catalogue = Mapping[str, str]


@cache
def catalogue(language: str) -> Catalogue:
    """All texts of one language by their dotted key."""
    source = files("probanda.faces.web").joinpath("texts", f"{language}.toml").read_text("utf-8")
    return dict(_flat("", tomllib.loads(source)))


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            found += _flat(f"{prefix}{key}.", value)
        else:
            found.append((prefix + key, str(value)))
    return found


def choose_language(asked: str | None, cookie: str | None, accepted: str) -> str:
    """What was asked for now, else chosen before, else the first that the browser wants and we speak."""
    for wanted in (asked, cookie, *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))):
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; call it with a key."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        return catalogue(self.language)[key].format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """The form of `key` that fits a number; the number itself is `{n}`."""
        return self(f"{key}.{_plural(self.language, number)}", n=self.number(number), **values)

    def word(self, family: str, word: str) -> str:
        """The text for a stable word (a kind, label, role or outcome); the word itself if we have none."""
        return catalogue(self.language).get(f"{family}.{word}", word)

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", _NARROW_SPACE)

    def size(self, size_bytes: int) -> str:
        amount, units = float(size_bytes), ["B", "KB", "MB", "GB", "TB"]
        while amount >= _KIBI and len(units) > 1:
            amount /= _KIBI
            units.pop(0)
        text = f"{amount:.0f}" if units[0] == "B" or amount >= 100 else f"{amount:.1f}"
        return f"{text.replace('.', self('form.decimal'))} {self('unit.' + units[0])}"

    def when(self, stated: str) -> str:
        """An instant as people read it; what is no instant is shown as it is."""
        moment = _instant(stated)
        return stated if moment is None else f"{self.day(stated)}, {moment:%H:%M:%S} UTC"

    def minute(self, stated: str) -> str:
        """The same without seconds and zone, for narrow places."""
        moment = _instant(stated)
        return stated if moment is None else f"{self.day(stated)} {moment:%H:%M}"

    def day(self, stated: str) -> str:
        moment = _instant(stated)
        if moment is None:
            return stated
        return f"{moment.day} {self('month.' + str(moment.month))} {moment.year}"


def _instant(stated: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _plural(language: str, number: int) -> str:
    """Source: Unicode CLDR plural rules for whole numbers, `en` and `uk`."""
    if language == "en":
        return "one" if number == 1 else "many"
    last, last_two = number % 10, number % 100
    if last == 1 and last_two != 11:
        return "one"
    return "few" if 2 <= last <= 4 and not 12 <= last_two <= 14 else "many"
