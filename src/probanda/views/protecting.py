"""Labels and degrees as numbers, so that a table of millions can be filtered and joined by them."""

from __future__ import annotations

from collections.abc import Iterable

from probanda.model.labels import DEFAULT_CONFIDENTIALITY, Confidentiality, Label
from probanda.model.policy import Protection

_BIT = {label.value: 1 << position for position, label in enumerate(Label)}
_RANK = {degree.value: rank for rank, degree in enumerate(Confidentiality)}
_DEGREES = list(Confidentiality)

PLAIN_LABELS = 0
PLAIN_DEGREE = _RANK[DEFAULT_CONFIDENTIALITY]
STRICTEST = max(_RANK.values())


def label_bits(words: Iterable[str]) -> int:
    """The known labels among `words`, one bit each."""
    bits = 0
    for word in words:
        bits |= _BIT.get(word, 0)
    return bits


def labels_of_bits(bits: int) -> frozenset[Label]:
    """The labels whose bits are set."""
    return frozenset(label for label in Label if bits & _BIT[label])


def given_degree(words: Iterable[str], confidentiality: str | None) -> int | None:
    """The degree that an act gives, if any.

    A word that this version does not know counts as the strictest: what it protects is unknown.
    """
    if any(word not in _BIT for word in words):
        return STRICTEST
    return None if confidentiality is None else _RANK.get(confidentiality, STRICTEST)


def degree_rank(degree: Confidentiality) -> int:
    """0 for the most open degree."""
    return _RANK[degree]


def degree_of_rank(rank: int) -> Confidentiality:
    """The degree of this rank."""
    return _DEGREES[rank]


def protection(bits: int, rank: int) -> Protection:
    """What policy decides about."""
    return Protection(labels_of_bits(bits), _DEGREES[rank])
