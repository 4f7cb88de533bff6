"""A small picture of an item, made anew in a confined process: evidence itself never renders on a page.

Sees: the first picture of JPEG, PNG, GIF, WebP, TIFF, BMP and AVIF, the first key frame of common films.
Finds: a veiled preview (grey, ten cells along its longer side: nothing can be recognised) or a clear one
of at most 1,280 pixels.
Limits: it shows nothing about who made the picture or whether it was altered; colours and detail differ
from the original; later pictures and frames are not seen; HEIC, raw camera files and documents are not
read. "Unavailable" and "failed" mean that the result is missing, not that there is nothing to see.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from probanda.work.examine.jpeg_size import jpeg_size
from probanda.work.examine.sandbox import Ran, Stop, run_confined

VEILED_LIMIT_PIXELS = 320
CLEAR_LIMIT_PIXELS = 1280
_CHILD = "probanda.work.examine.preview_child"


class Outcome(enum.StrEnum):
    """How a preview ended where there is no picture."""

    NOTHING = "nothing"
    REFUSED = "refused"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


class Reason(enum.StrEnum):
    """Why there is no preview. The words for each are on this side; none comes from the child."""

    NOT_A_PICTURE = "not-a-picture"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    DAMAGED = "damaged"
    TOO_MUCH_MEMORY = "too-much-memory"
    TOO_SLOW = "too-slow"
    STOPPED = "stopped"
    BAD_ANSWER = "bad-answer"
    NOT_CONFINED = "not-confined"


@dataclass(frozen=True, slots=True)
class Preview:
    """A JPEG that was made here; its sides are what the bytes say, and within the limit."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class NoPreview:
    """There is no picture to show, and why."""

    outcome: Outcome
    reason: Reason


# What the child's code byte means.
_CODES = {
    b"1": NoPreview(Outcome.NOTHING, Reason.NOT_A_PICTURE),
    b"2": NoPreview(Outcome.REFUSED, Reason.TOO_MANY_PIXELS),
    b"3": NoPreview(Outcome.FAILED, Reason.DAMAGED),
    b"4": NoPreview(Outcome.REFUSED, Reason.TOO_MUCH_MEMORY),
}
_NOT_CONFINED_STATUS = 70
_SIGXCPU = -24
_STOPS = {
    Stop.INPUT: NoPreview(Outcome.REFUSED, Reason.TOO_LARGE),
    Stop.OUTPUT: NoPreview(Outcome.FAILED, Reason.BAD_ANSWER),
    Stop.TIME: NoPreview(Outcome.FAILED, Reason.TOO_SLOW),
}


def veiled_preview(open_original: Callable[[], BinaryIO]) -> Preview | NoPreview:
    """The preview that any page may show: nothing in it can be recognised."""
    return _preview(open_original, "veiled", VEILED_LIMIT_PIXELS)


def clear_preview(open_original: Callable[[], BinaryIO]) -> Preview | NoPreview:
    """The preview that only somebody who asked for it, with a reason, is shown."""
    return _preview(open_original, "clear", CLEAR_LIMIT_PIXELS)


def _preview(open_original: Callable[[], BinaryIO], how: str, limit_pixels: int) -> Preview | NoPreview:
    with open_original() as source:
        return read_answer(run_confined((_CHILD, how), source), limit_pixels)


def read_answer(ran: Ran, limit_pixels: int) -> Preview | NoPreview:
    """What a child's answer comes to, trusting nothing in it."""
    if ran.stopped is not None:
        return _STOPS[ran.stopped]
    if ran.exit_status == _NOT_CONFINED_STATUS:
        return NoPreview(Outcome.UNAVAILABLE, Reason.NOT_CONFINED)
    if ran.exit_status == _SIGXCPU:
        return NoPreview(Outcome.FAILED, Reason.TOO_SLOW)
    if ran.exit_status != 0:
        return NoPreview(Outcome.FAILED, Reason.STOPPED)
    untrusted_code, untrusted_jpeg = ran.untrusted_output[:1], ran.untrusted_output[1:]
    if untrusted_code in _CODES and not untrusted_jpeg:
        return _CODES[untrusted_code]
    sides = jpeg_size(untrusted_jpeg) if untrusted_code == b"0" else None
    if sides is None or max(sides) > limit_pixels:
        return NoPreview(Outcome.FAILED, Reason.BAD_ANSWER)
    return Preview(untrusted_jpeg, *sides)
