"""Just enough DER to look into time-stamp requests and responses without re-encoding a byte of them.

Source: ITU-T X.690 section 10; definite lengths only, tags below 31.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from probanda.errors import Malformed

BOOLEAN, INTEGER, OCTETS, OID, UTF8, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x06, 0x0C, 0x30, 0x31
GENERALIZED_TIME = 0x18
MAX_ELEMENTS = 1_000  # in one sequence or set; a token has a dozen, a chain of certificates a few

_GENERALIZED = re.compile(rb"(\d{14})(\.\d{1,9})?Z")


@dataclass(frozen=True, slots=True)
class Element:
    """A tag, what it holds, and all its bytes."""

    tag: int
    content: bytes
    encoded: bytes

    def children(self) -> list[Element]:
        """The elements inside, in the order they are written."""
        return elements(self.content)

    def integer(self) -> int:
        self.must_be(INTEGER)
        if not self.content:
            raise Malformed("an integer without digits")
        return int.from_bytes(self.content, "big", signed=True)

    def must_be(self, tag: int) -> Element:
        """This element, if it has this tag; Malformed otherwise."""
        if self.tag != tag:
            raise Malformed(f"an element of another kind than expected ({self.tag:#x}, not {tag:#x})")
        return self

    def moment(self) -> datetime:
        """A GeneralizedTime as RFC 3161 has it: UTC, with a fraction at most."""
        match = _GENERALIZED.fullmatch(self.must_be(GENERALIZED_TIME).content)
        if not match:
            raise Malformed("a time of another form than RFC 3161 has")
        try:
            whole = datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError as error:
            raise Malformed(f"no such time: {error}") from error
        return whole.replace(microsecond=int((match[2] or b".0")[1:].ljust(6, b"0")[:6]))


def only(untrusted: bytes, tag: int) -> Element:
    """The one element that these bytes are.

    Raises:
        Malformed: cut short, followed by something, or of another kind.
    """
    found = elements(untrusted)
    if len(found) != 1:
        raise Malformed("not exactly one element")
    return found[0].must_be(tag)


def elements(untrusted: bytes) -> list[Element]:
    """All elements that follow one another in these bytes, or Malformed."""
    found: list[Element] = []
    position = 0
    while position < len(untrusted):
        if len(found) == MAX_ELEMENTS:
            raise Malformed(f"more than {MAX_ELEMENTS} elements in one")
        start, end = _extent(untrusted, position)
        found.append(Element(untrusted[position], untrusted[start:end], untrusted[position:end]))
        position = end
    return found


def _extent(data: bytes, position: int) -> tuple[int, int]:
    """Where the content of the element at `position` starts and ends."""
    if data[position] & 0x1F == 0x1F or position + 2 > len(data):
        raise Malformed("an element is cut short, or has a long tag")
    length, start = data[position + 1], position + 2
    if length & 0x80:
        width = length & 0x7F
        if not 1 <= width <= 4:
            raise Malformed("an element of indefinite or absurd length")
        length, start = int.from_bytes(data[start : start + width], "big"), start + width
    if start + length > len(data):
        raise Malformed("an element is cut short")
    return start, start + length
