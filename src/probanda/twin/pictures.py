"""The aerial photo with its metadata, and every repost of it with the metadata gone."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction

from PIL import Image, ImageOps
from PIL.ExifTags import IFD
from PIL.TiffImagePlugin import IFDRational

from probanda.twin import drawing
from probanda.twin.manifest import Planted, Relation
from probanda.twin.parties import LOCAL, PHOTO_TAKEN, POST_SHOWN, local

SEED = 20260620
ORIGIN = "origin-photo"
LABELS = ("graphic", "remains")

ORIGINAL = "handover/aerial/MRSH_0417.JPG"
CHANNEL = "telegram/prosecution_channel_2026-06-21/photos/photo_1@21-06-2026_22-50-00.jpg"
HARBOUR = "articles/harbour/photo.jpg"
MIRRORED = "accounts/k-2291/picture_mirrored.jpg"

# Open ocean, far from any land: the coordinates of an invented place must not fall on a real one.
LATITUDE, LONGITUDE, ALTITUDE_M = "-38.421725", "56.914250", "212.4"


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


def _degrees(value: str) -> tuple[IFDRational, IFDRational, IFDRational]:
    seconds = abs(Fraction(value)) * 3600
    whole, rest = divmod(seconds, 60)
    degrees, minutes = divmod(whole, 60)
    return IFDRational(int(degrees), 1), IFDRational(int(minutes), 1), IFDRational(round(rest * 10000), 10000)


def camera_exif(number: int, seconds_earlier: int = 0) -> Image.Exif:
    """Camera, time and place fields as the invented drone camera writes them."""
    second = PHOTO_TAKEN.second - seconds_earlier
    taken = PHOTO_TAKEN.replace(second=second).astimezone(LOCAL)
    exif = Image.Exif()
    exif[0x010E] = f"SYNTHETIC frame {number}"
    exif[0x010F] = "Kestrel Invented Optics"
    exif[0x0110] = "KO-2 Aerial"
    exif[0x0112] = 1
    exif[0x0131] = "KO firmware 1.4.17"
    exif[0x0132] = taken.strftime("%Y:%m:%d %H:%M:%S")
    camera = exif.get_ifd(IFD.Exif)
    camera[0x829A] = IFDRational(1, 640)
    camera[0x829D] = IFDRational(28, 10)
    camera[0x8827] = 100
    camera[0x9003] = camera[0x9004] = taken.strftime("%Y:%m:%d %H:%M:%S")
    camera[0x9010] = camera[0x9011] = "+03:00"
    camera[0x920A] = IFDRational(240, 10)
    camera[0xA431] = "SYN-00417"
    place = exif.get_ifd(IFD.GPSInfo)
    place[0] = b"\x02\x03\x00\x00"
    place[1], place[2] = "S", _degrees(LATITUDE)
    place[3], place[4] = "E", _degrees(LONGITUDE)
    place[5], place[6] = b"\x00", IFDRational(Fraction(ALTITUDE_M))
    place[7] = (IFDRational(PHOTO_TAKEN.hour), IFDRational(PHOTO_TAKEN.minute), IFDRational(second))
    place[29] = PHOTO_TAKEN.strftime("%Y:%m:%d")
    return exif


@dataclass(frozen=True, slots=True)
class Pictures:
    """All planted pictures, and the bytes that other files carry again."""

    files: list[Planted]
    channel: bytes
    harbour: bytes


def pictures() -> Pictures:
    """The photo, its neighbours and its reposts."""
    scene = drawing.aerial_scene(SEED)
    original = jpeg(scene, 88, camera_exif(417))
    small = opened(original).resize((1280, 853), Image.Resampling.LANCZOS)
    channel = jpeg(drawing.overlay(small, "AERIAL 14:06", (28, 790), 36), 87)
    shown = opened(channel)
    harbour = jpeg(shown.resize((960, 640), Image.Resampling.BICUBIC), 58)
    files = [*_handed_over(original), *_copies(channel), *_reposts(shown, harbour), *_not_evidence()]
    return Pictures(files, channel, harbour)


def _handed_over(original: bytes) -> list[Planted]:
    held = ("location_sensitive", "third_party_condition", *LABELS)
    earlier = jpeg(drawing.aerial_scene(SEED, (-420, -160)), 88, camera_exif(416, 9))
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
            PHOTO_TAKEN.replace(second=PHOTO_TAKEN.second - 9),
            (Relation("same_flight", ORIGINAL, "another frame, not a copy"),),
            held,
        ),
    ]


def _copies(channel: bytes) -> list[Planted]:
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


def _reposts(shown: Image.Image, harbour: bytes) -> list[Planted]:
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


def _not_evidence() -> list[Planted]:
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
