"""Edwards25519 by the textbook (RFC 8032 section 5.1), affine and slow: makes signatures to be refused."""

from __future__ import annotations

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
NEUTRAL: Point = (0, 1)


def add(one: Point, other: Point) -> Point:
    """The sum of two points."""
    (a, b), (c, d) = one, other
    t = D * a * b * c * d
    return (a * d + b * c) * pow(1 + t, -1, P) % P, (b * d + a * c) * pow(1 - t, -1, P) % P


def times(factor: int, point: Point) -> Point:
    """A multiple of a point."""
    found = NEUTRAL
    while factor:
        if factor & 1:
            found = add(found, point)
        point, factor = add(point, point), factor >> 1
    return found


def encode(point: Point) -> bytes:
    """The encoding of a point."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def lift(y: int, sign: int) -> Point:
    """The point with this y and this sign of x."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square, "no point has this y"
    return (P - x if x & 1 != sign else x), y


BASE = lift(4 * pow(5, -1, P) % P, 0)


def torsion() -> Point:
    """A point of order 8."""
    y = 2
    while True:
        try:
            found = times(L, lift(y, 0))
        except AssertionError:
            found = NEUTRAL
        if times(4, found) != NEUTRAL:
            return found
        y += 1


def secret(seed: bytes) -> int:
    """The secret scalar of a seed."""
    value = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    return value & (2**254 - 8) | 2**254


def challenge(r: bytes, a: bytes, message: bytes) -> int:
    """k, reduced."""
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L
