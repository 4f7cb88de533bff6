"""All planted pictures: each is made from the bytes of the one it is a copy of, as a later hand would make it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from probanda.twin import drawing
from probanda.twin.aerial import handed_over, jpeg, opened, original_photo
from probanda.twin.manifest import Planted
from probanda.twin.reposts import copies, not_evidence, reposts


@dataclass(frozen=True, slots=True)
class Pictures:
    """All planted pictures, and the bytes that other files carry again."""

    files: list[Planted]
    channel: bytes
    harbour: bytes


def pictures() -> Pictures:
    """The photo, its neighbours and its reposts."""
    original = original_photo()
    small = opened(original).resize((1280, 853), Image.Resampling.LANCZOS)
    channel = jpeg(drawing.overlay(small, "AERIAL 14:06", (28, 790), 36), 87)
    shown = opened(channel)
    harbour = jpeg(shown.resize((960, 640), Image.Resampling.BICUBIC), 58)
    files = [*handed_over(original), *copies(channel), *reposts(shown, harbour), *not_evidence()]
    return Pictures(files, channel, harbour)
