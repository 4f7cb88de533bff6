"""Runs confined: one picture or film on standard input, one code byte and a JPEG on standard output.

Argument `veiled` or `clear`. Nothing but the code and the picture made here crosses back: no text,
no metadata.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
import sys
import warnings

import av
import av.error
from PIL import AvifImagePlugin, Image, ImageFile, ImageOps, UnidentifiedImageError

from probanda.work.examine.confined import give_up_files

MADE, NOT_A_PICTURE, TOO_MANY_PIXELS, DAMAGED, OUT_OF_MEMORY = b"0", b"1", b"2", b"3", b"4"

# Pixels of a picture as it declares itself: the largest cameras; decoded it takes 240 MB.
PIXELS_LIMIT = 60_000_000
VEILED_SIDE_PIXELS = 320
CLEAR_SIDE_PIXELS = 1280
# What a veiled preview keeps: ten cells along its longer side tell light from dark and nothing else.
VEILED_CELLS = 10
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF")
# Where a film's container shows itself: offset, bytes, the one reader that may be tried.
_FILMS = (
    (4, b"ftyp", "mov"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (8, b"AVI ", "avi"),
    (0, b"OggS", "ogg"),
    (0, b"FLV\x01", "flv"),
    (0, b"\x00\x00\x01\xba", "mpeg"),
)


def preview(untrusted: bytes, *, clear: bool) -> bytes:
    """The code and the picture for these bytes."""
    try:
        image = _open(untrusted)
        if image is None:
            return NOT_A_PICTURE
        small = _clear(image) if clear else _veiled(image)
        written = io.BytesIO()
        small.save(written, "JPEG", quality=82)
    except MemoryError:
        return OUT_OF_MEMORY
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MANY_PIXELS
    except Exception:  # noqa: BLE001 - a decoder may fail in any way over hostile bytes
        return DAMAGED
    return MADE + written.getvalue()


def _open(untrusted: bytes) -> Image.Image | None:
    try:
        image = Image.open(io.BytesIO(untrusted), formats=_FORMATS)
    except UnidentifiedImageError:
        return _first_frame(untrusted)
    image.draft("RGB", (CLEAR_SIDE_PIXELS, CLEAR_SIDE_PIXELS))
    return image


def _first_frame(untrusted: bytes) -> Image.Image | None:
    reader = next((name for place, magic, name in _FILMS if untrusted.startswith(magic, place)), None)
    if reader is None:
        return None
    with av.open(io.BytesIO(untrusted), "r", format=reader) as film:
        if not film.streams.video:
            return None
        stream = film.streams.video[0]
        if stream.width * stream.height > PIXELS_LIMIT:
            raise Image.DecompressionBombError
        stream.thread_count = 1
        stream.codec_context.skip_frame = "NONKEY"
        frame = next(film.decode(stream))
        if frame.width * frame.height > PIXELS_LIMIT:
            raise Image.DecompressionBombError
        picture: Image.Image = frame.reformat(format="rgb24", threads=1).to_image()  # type: ignore[no-untyped-call]
        return picture


def _clear(image: Image.Image) -> Image.Image:
    image.thumbnail((CLEAR_SIDE_PIXELS, CLEAR_SIDE_PIXELS))
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        seen = upright.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        upright = Image.alpha_composite(ground, seen)
    # A new image: nothing that came along with the old one (profiles, comments, positions) is saved with it.
    plain = Image.new("RGB", upright.size)
    plain.paste(upright.convert("RGB"))
    return plain


def _veiled(image: Image.Image) -> Image.Image:
    grey = _clear(image).convert("L")
    cells = _scaled(grey.size, VEILED_CELLS)
    blurred = grey.resize(cells, Image.Resampling.BOX)
    return blurred.resize(_scaled(grey.size, VEILED_SIDE_PIXELS), Image.Resampling.BICUBIC)


def _scaled(size: tuple[int, int], longer: int) -> tuple[int, int]:
    scale = longer / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _load_readers() -> None:
    """All that is loaded late otherwise: nothing can be, once files are given up."""
    Image.init()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name != "av.__main__":
            importlib.import_module(module.name)


def main() -> None:
    """Give up files, read the input, answer."""
    _load_readers()
    Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    give_up_files()
    sys.stdout.buffer.write(preview(sys.stdin.buffer.read(), clear=sys.argv[1] == "clear"))


if __name__ == "__main__":
    main()
