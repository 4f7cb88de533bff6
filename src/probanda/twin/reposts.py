"""Copies of the published picture: the same bytes under other names, and changed ones. Metadata is gone from all."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from probanda.twin import drawing
from probanda.twin.aerial import CHANNEL, HARBOUR, LABELS, MIRRORED, ORIGIN, ORIGINAL, SEED, jpeg, opened
from probanda.twin.manifest import Planted, Relation
from probanda.twin.parties import POST_SHOWN, local


def copies(channel: bytes) -> list[Planted]:
    """The published picture, and the same bytes elsewhere."""
    same = Relation("byte_identical", CHANNEL)
    from_original = Relation(
        "derived", ORIGINAL, "resized to 1280x853, overlay AERIAL 14:06, quality 87, metadata gone"
    )
    later = "telegram/prosecution_channel_2026-06-24/photos/photo_1@21-06-2026_22-50-00.jpg"
    forwarded = "telegram/maresh_watch/photos/photo_9@22-06-2026_01-14-31.jpg"
    return [
        Planted(
            CHANNEL,
            channel,
            "photo",
            "image/jpeg",
            ORIGIN,
            POST_SHOWN,
            (from_original,),
            LABELS,
            "earliest publication",
        ),
        Planted(later, channel, "photo", "image/jpeg", ORIGIN, POST_SHOWN, (same,), LABELS),
        Planted(forwarded, channel, "photo", "image/jpeg", ORIGIN, local(22, 1, 14, 31), (same,), LABELS),
        Planted(
            "articles/courier/photo_embed.jpg",
            channel,
            "photo",
            "image/jpeg",
            ORIGIN,
            local(22, 12, 42),
            (same,),
            LABELS,
        ),
        Planted(
            "articles/visnyk/photo_embed.jpg",
            channel,
            "photo",
            "image/jpeg",
            ORIGIN,
            local(22, 13, 20),
            (same,),
            LABELS,
        ),
    ]


def _encoded(picture: Image.Image, kind: str, quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return buffer.getvalue()


def reposts(shown: Image.Image, harbour: bytes) -> list[Planted]:
    """Changed copies of the published picture."""

    def repost(path: str, data: bytes, day: int, of: str, kind: str, how: str) -> Planted:
        suffix = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}[path.rpartition(".")[2]]
        return Planted(
            path, data, "photo", suffix, ORIGIN, local(day, 11, 30), (Relation(kind, of, how),), LABELS
        )

    mirrored = jpeg(drawing.overlay(ImageOps.mirror(shown), "SHARE THIS", (760, 60), 70), 80)
    cropped = jpeg(shown.crop((320, 300, 1120, 853)), 84)
    wide = drawing.overlay(
        shown.resize((1080, 720), Image.Resampling.LANCZOS), "@maresh_watch", (640, 640), 54
    )
    framed = drawing.phone_frame(opened(harbour), "Brel Forum")
    grey = ImageOps.grayscale(shown.resize((640, 426), Image.Resampling.BICUBIC))
    return [
        repost(HARBOUR, harbour, 22, CHANNEL, "recompressed", "960x640, quality 58"),
        repost(
            "official_post/agora_picture.jpg",
            jpeg(shown, 74),
            21,
            CHANNEL,
            "recompressed",
            "same size, quality 74",
        ),
        repost(MIRRORED, mirrored, 24, CHANNEL, "mirrored", "mirrored left to right, words added"),
        repost("accounts/t-118/IMG_0093.jpg", mirrored, 27, MIRRORED, "byte_identical", ""),
        repost(
            "articles/quay/photo_crop.jpg",
            cropped,
            27,
            CHANNEL,
            "cropped",
            "box 320,300,1120,853 of 1280x853",
        ),
        repost(
            "accounts/m-507/IMG-0507.webp",
            _encoded(wide, "WEBP", 76),
            25,
            CHANNEL,
            "overlay",
            "1080x720, words added",
        ),
        repost(
            "articles/lantern/picture.png", _encoded(grey, "PNG"), 24, CHANNEL, "greyscale", "640x426, grey"
        ),
        repost(
            "telegram/brel_forum/photos/photo_3@24-06-2026_22-41-10.jpg",
            jpeg(framed, 82),
            24,
            HARBOUR,
            "screenshot",
            "",
        ),
        repost(
            "accounts/s-033/screenshot 2026-06-27 at 22.41.png",
            _encoded(framed, "PNG"),
            27,
            HARBOUR,
            "screenshot",
            "",
        ),
    ]


def not_evidence() -> list[Planted]:
    """A generic illustration, and a picture of another scene that looks alike."""
    hall = jpeg(drawing.illustration(), 85)
    first = "articles/courier/illustration.jpg"
    other = jpeg(drawing.aerial_scene(SEED + 7, (260, 120), burnt_field=False).resize((1280, 853)), 85)
    agency = "origin-illustration"
    role = "embed role: illustrative; never evidence of an incident"
    return [
        Planted(first, hall, "illustration", "image/jpeg", agency, local(2, 9, 0, month=3), (), (), role),
        Planted(
            "articles/visnyk/illustration.jpg",
            hall,
            "illustration",
            "image/jpeg",
            agency,
            local(2, 9, 0, month=3),
            (Relation("byte_identical", first),),
            (),
            role,
        ),
        Planted(
            "accounts/k-2291/other_vehicle.jpg",
            other,
            "photo",
            "image/jpeg",
            "origin-other-scene",
            local(25, 17, 2),
            (Relation("looks_alike", CHANNEL, "another place and vehicle; not a copy"),),
            ("graphic",),
        ),
    ]
