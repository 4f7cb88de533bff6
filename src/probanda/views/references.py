"""References: what people call an item before they know its digest."""

from __future__ import annotations

from collections.abc import Iterator

PREFIX = "PB-"
MAX_NUMBER_DIGITS = 10  # beyond what an index of the log can count; longer ones only tire the search


def matter_reference(ordinal: int) -> str:
    """`M000` for the Inbox."""
    return f"M{ordinal:03d}"


def item_reference(ordinal: int, number: int) -> str:
    """`PB-M000-000001` for the first item of the Inbox."""
    return f"{PREFIX}{matter_reference(ordinal)}-{number:06d}"


def numbers_beginning(digits: str) -> Iterator[range]:
    """The numbers whose written form begins with `digits`, as ranges; shortest form first."""
    if not digits:
        yield range(1, 10**MAX_NUMBER_DIGITS)
        return
    for width in range(max(6, len(digits)), MAX_NUMBER_DIGITS + 1):
        if width > 6 and digits.startswith("0"):
            return  # only the six-digit form is filled up with zeros
        step = 10 ** (width - len(digits))
        yield range(int(digits) * step, (int(digits) + 1) * step)
