"""Measures two sides in turns, so that what else the machine does hits both, and compares medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

ROUNDS = 5


def alternate(*sides: Callable[[], float | None], rounds: int = ROUNDS) -> list[float]:
    """The median seconds of each side over `rounds` turns. A side may return its own time, to leave
    preparation out.
    """
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for taken, side in zip(times, sides, strict=True):
            before = time.perf_counter()
            own = side()
            taken.append(time.perf_counter() - before if own is None else own)
    return [statistics.median(taken) for taken in times]


def report(what: str, value: float, target: float, *, unit: str = "x", at_most: bool = False) -> None:
    """One line: measured beside its target."""
    met = value <= target if at_most else value >= target
    sign = "<=" if at_most else ">="
    print(
        f"{what:<66}{value:9.2f} {unit:<3} target {sign} {target:g}  {'met' if met else 'MISSED'}", flush=True
    )
