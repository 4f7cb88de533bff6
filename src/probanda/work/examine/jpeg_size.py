"""Read a JPEG just far enough to know that it is one of ours: its sides, and that nothing rides along.

Source: ITU-T T.81, annex B.
"""

from __future__ import annotations

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN, _FRAMES = 0xDA, frozenset({0xC0, 0xC1, 0xC2})
# Tables and the plain JFIF header: what our own writer writes before the scan. Anything else is refused.
_PLAIN = frozenset({0xC4, 0xDB, 0xDD, 0xE0})


def jpeg_size(untrusted: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None if this is not a whole JPEG, or holds anything but the picture."""
    if not untrusted.startswith(_START) or not untrusted.endswith(_END):
        return None
    place, sides = 2, None
    while place + 4 <= len(untrusted):
        if untrusted[place] != 0xFF:
            return None
        marker, length = untrusted[place + 1], int.from_bytes(untrusted[place + 2 : place + 4], "big")
        if length < 2 or place + 2 + length > len(untrusted):
            return None
        if marker in _FRAMES and sides is None and length >= 8:
            height = int.from_bytes(untrusted[place + 5 : place + 7], "big")
            width = int.from_bytes(untrusted[place + 7 : place + 9], "big")
            sides = (width, height) if width and height else None
        elif marker == _SCAN:
            return sides
        elif marker not in _PLAIN:
            return None
        place += 2 + length
    return None
