"""Previews of friendly and hostile pictures, each made in a real confined process."""

import io
import struct
import zlib
from pathlib import Path

import av
import pytest
from PIL import Image

from probanda.work.examine.jpeg_size import jpeg_size
from probanda.work.examine.preview import (
    CLEAR_LIMIT_PIXELS,
    VEILED_LIMIT_PIXELS,
    NoPreview,
    Outcome,
    Preview,
    Reason,
    clear_preview,
    read_answer,
    veiled_preview,
)
from probanda.work.examine.sandbox import Ran


def picture(format_name: str = "PNG", size: tuple[int, int] = (640, 480), **options: object) -> bytes:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste("red", (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    written = io.BytesIO()
    image.save(written, format_name, **options)
    return written.getvalue()


def opened(content: bytes):
    return lambda: io.BytesIO(content)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_declaring(width: int, height: int, rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def film(path: Path) -> bytes:
    with av.open(str(path), "w") as written:
        stream = written.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for shade in range(0, 250, 50):
            frame = av.VideoFrame.from_image(Image.new("RGB", (320, 240), (shade, 0, 0)))
            for packet in stream.encode(frame):
                written.mux(packet)
        for packet in stream.encode():
            written.mux(packet)
    return path.read_bytes()


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_a_picture_of_each_common_format_has_a_clear_preview(format_name):
    made = clear_preview(opened(picture(format_name, (1600, 1200))))

    assert isinstance(made, Preview), made
    assert (made.width, made.height) == (CLEAR_LIMIT_PIXELS, 960)


def test_a_veiled_preview_is_grey_small_and_holds_ten_cells_a_side():
    made = veiled_preview(opened(picture(size=(1600, 1200))))

    assert isinstance(made, Preview)
    image = Image.open(io.BytesIO(made.jpeg))
    assert image.mode == "L"
    assert image.size == (VEILED_LIMIT_PIXELS, 240)
    # Two pictures that differ only below the size of a cell cannot be told apart.
    fine = Image.effect_noise((1600, 1200), 120)
    grain = io.BytesIO()
    fine.save(grain, "PNG")
    noise = veiled_preview(opened(grain.getvalue()))
    assert isinstance(noise, Preview)
    darkest, lightest = Image.open(io.BytesIO(noise.jpeg)).getextrema()
    assert lightest - darkest < 20


def test_metadata_of_the_original_is_not_in_the_preview():
    exif = Image.Exif()
    exif[0x010F] = "A camera of nobody"
    made = clear_preview(opened(picture("JPEG", exif=exif, comment=b"A comment of nobody")))

    assert isinstance(made, Preview)
    assert b"nobody" not in made.jpeg


def test_the_first_key_frame_of_a_film_is_shown(tmp_path):
    made = clear_preview(opened(film(tmp_path / "film.mp4")))

    assert isinstance(made, Preview), made
    assert (made.width, made.height) == (320, 240)


@pytest.mark.parametrize(
    "content", [b"", b"plain words", b"<svg onload='x()'/>", b"%PDF-1.7\n", b"#EXTM3U\n/etc/passwd\n"]
)
def test_what_is_no_picture_has_no_preview(content):
    assert veiled_preview(opened(content)) == NoPreview(Outcome.NOTHING, Reason.NOT_A_PICTURE)


def test_a_picture_that_declares_too_many_pixels_is_refused():
    bomb = png_declaring(60_000, 60_000, b"\0" * 1000)

    assert veiled_preview(opened(bomb)) == NoPreview(Outcome.REFUSED, Reason.TOO_MANY_PIXELS)


def test_a_truncated_picture_is_a_failure():
    whole = picture("PNG", (800, 600))

    assert veiled_preview(opened(whole[: len(whole) // 2])) == NoPreview(Outcome.FAILED, Reason.DAMAGED)


def test_a_broken_film_is_a_failure():
    made = veiled_preview(opened(b"\0\0\0\x20ftypisom" + b"\xff" * 5000))

    assert made == NoPreview(Outcome.FAILED, Reason.DAMAGED)


@pytest.mark.parametrize(
    "untrusted_output",
    [b"", b"garbage", b"0", b"0<script>", b"00", b"9", b"3and a text", b"0" + b"\xff\xd8\xff\xd9"],
)
def test_an_answer_that_is_not_a_code_and_a_picture_is_not_shown(untrusted_output):
    answer = read_answer(Ran(untrusted_output, 0), CLEAR_LIMIT_PIXELS)

    assert answer == NoPreview(Outcome.FAILED, Reason.BAD_ANSWER)


def test_a_picture_larger_than_was_asked_for_is_not_shown():
    answer = read_answer(Ran(b"0" + picture("JPEG", (640, 480)), 0), VEILED_LIMIT_PIXELS)

    assert answer == NoPreview(Outcome.FAILED, Reason.BAD_ANSWER)


def test_a_jpeg_with_metadata_is_not_taken_for_ours():
    exif = Image.Exif()
    exif[0x010F] = "x"

    assert jpeg_size(picture("JPEG")) == (640, 480)
    assert jpeg_size(picture("JPEG", exif=exif)) is None
    assert jpeg_size(picture("JPEG", comment=b"x")) is None
    assert jpeg_size(picture("JPEG")[:-2]) is None


def test_a_child_that_could_not_be_confined_gives_no_picture():
    answer = read_answer(Ran(b"", 70), CLEAR_LIMIT_PIXELS)

    assert answer == NoPreview(Outcome.UNAVAILABLE, Reason.NOT_CONFINED)


def test_a_child_that_a_signal_ended_gives_no_picture():
    answer = read_answer(Ran(b"0" + picture("JPEG"), -9), CLEAR_LIMIT_PIXELS)

    assert answer == NoPreview(Outcome.FAILED, Reason.STOPPED)
