"""What protects an item: confidentiality and handling labels.

Source: spec/kinds.md kinds-2, kinds-3; domain.md 2.0.
"""

from __future__ import annotations

import enum

from probanda.errors import WrongUsage


class Confidentiality(enum.StrEnum):
    """From open to closed."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"
    CONFIDENTIAL_EX_PARTE = "confidential_ex_parte"
    SECRET = "secret"

    @property
    def rank(self) -> int:
        return list(Confidentiality).index(self)


class Label(enum.StrEnum):
    """How an item must be handled. Labels belong to the bytes, in every matter."""

    CAPTIVE_IDENTIFIABLE = "captive_identifiable"
    GRAPHIC = "graphic"
    ICRC_PRIVILEGED = "icrc_privileged"
    IDENTITY_PROTECTED = "identity_protected"
    LEGAL_PRIVILEGE = "legal_privilege"
    LOCATION_SENSITIVE = "location_sensitive"
    MINOR = "minor"
    REMAINS = "remains"
    SGBV = "sgbv"
    SOURCE_PROTECTED = "source_protected"
    THIRD_PARTY_CONDITION = "third_party_condition"


DEFAULT_CONFIDENTIALITY = Confidentiality.RESTRICTED


def parse_labels(words: tuple[str, ...]) -> tuple[frozenset[Label], Confidentiality | None]:
    """Labels, and the one confidentiality among the words, if any.

    Raises:
        WrongUsage: an unknown word, or two degrees of confidentiality.
    """
    labels: set[Label] = set()
    degree: Confidentiality | None = None
    for word in words:
        if word in set(Confidentiality):
            if degree not in (None, Confidentiality(word)):
                raise WrongUsage("an item has one degree of confidentiality; two were given")
            degree = Confidentiality(word)
        elif word in set(Label):
            labels.add(Label(word))
        else:
            raise WrongUsage(f"no label {word!r}; there are: {', '.join([*Label, *Confidentiality])}")
    return frozenset(labels), degree
