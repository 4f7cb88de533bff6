"""The aerial photo as handed over, with its metadata."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image

from probanda.twin import drawing
from probanda.twin.exif import camera_exif
from probanda.twin.flight import FRAME_416_SECOND, FRAME_416_SHIFT
from probanda.twin.manifest import Planted, Relation
from probanda.twin.parties import PHOTO_TAKEN, local

SEED = 20260620
ORIGIN = "origin-photo"
LABELS = ("graphic", "remains")

ORIGINAL = "handover/aerial/MRSH_0417.JPG"
CHANNEL = "telegram/prosecution_channel_2026-06-21/photos/photo_1@21-06-2026_22-50-00.jpg"
HARBOUR = "articles/harbour/photo.jpg"
MIRRORED = "accounts/k-2291/picture_mirrored.jpg"


def jpeg(picture: Image.Image, quality: int, exif: Image.Exif | None = None) -> bytes:
    """The picture as JPEG bytes; without `exif` nothing but the pixels is kept."""
    buffer = io.BytesIO()
    if exif is None:
        picture.save(buffer, "JPEG", quality=quality)
    else:
        picture.save(buffer, "JPEG", quality=quality, exif=exif)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    """The pixels of JPEG bytes, as a later hand would find them."""
    return Image.open(io.BytesIO(data)).convert("RGB")


def original_photo() -> bytes:
    """The photo with all its fields."""
    return jpeg(drawing.aerial_scene(SEED), 88, camera_exif(417, 0))


def handed_over(original: bytes) -> list[Planted]:
    """The photo as the giver handed it over, a copy under another name, and the frame before it."""
    held = ("location_sensitive", "third_party_condition", *LABELS)
    earlier = jpeg(drawing.aerial_scene(SEED, FRAME_416_SHIFT), 88, camera_exif(416, FRAME_416_SECOND))
    name = "handover/aerial/аерознімок (копія).jpg"
    return [
        Planted(
            ORIGINAL,
            original,
            "photo",
            "image/jpeg",
            ORIGIN,
            PHOTO_TAKEN,
            (),
            held,
            "as handed over: camera and GPS fields",
        ),
        Planted(
            name,
            original,
            "photo",
            "image/jpeg",
            ORIGIN,
            local(3, 9, 14, month=7),
            (Relation("byte_identical", ORIGINAL),),
            held,
        ),
        Planted(
            "handover/aerial/MRSH_0416.JPG",
            earlier,
            "photo",
            "image/jpeg",
            "origin-photo-frame-416",
            PHOTO_TAKEN + timedelta(seconds=FRAME_416_SECOND),
            (Relation("same_flight", ORIGINAL, "another frame, not a copy"),),
            held,
        ),
    ]
