"""Where the invented aircraft was, second by second."""

from __future__ import annotations

from decimal import Decimal

# Open ocean, far from any land: the coordinates of an invented place must not fall on a real one.
LATITUDE, LONGITUDE, ALTITUDE_M = "-38.421725", "56.914250", "212.4"
"""Where the photo was taken."""

FRAME_416_SECOND = -9
"""The frame before the photo, in seconds from it."""

FRAME_416_SHIFT = (262, -225)
"""How far the ground lies elsewhere in that frame, in pixels of 8 cm."""


def place_at(second: int) -> tuple[str, str, str]:
    """Latitude, longitude and altitude in metres, `second` seconds from the photo."""
    north = Decimal(LATITUDE) + Decimal("0.000018") * second
    east = Decimal(LONGITUDE) + Decimal("0.000027") * second
    return f"{north:.6f}", f"{east:.6f}", f"{Decimal(ALTITUDE_M) + Decimal('0.1') * second:.1f}"
