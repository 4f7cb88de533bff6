"""A short drawn video of labelled shapes, and a re-upload of part of it at another size."""

from __future__ import annotations

import io
import math
from array import array
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw

from probanda.twin import drawing
from probanda.twin.manifest import Planted, Relation
from probanda.twin.parties import VIDEO_SHOWN, local

RATE = 12
FRAMES = 96
SOUND_RATE = 16_000
SHOT_FRAMES = range(66, 72)
CLIP_FRAMES = range(24, 78)
LABELS = ("graphic", "captive_identifiable")
ORIGIN = "origin-video"

# With its assembler code x264 gives other bytes for the same frames, by where they lie in memory.
_STEADY = "threads=1:asm=0"
_FULL_RANGE = 2

FULL = "telegram/ombudsman_office/video_files/video_1@09-06-2026_18-20-00.mp4"
CLIP = "telegram/maresh_watch/video_files/reel_88412.mp4"


def videos() -> list[Planted]:
    """The video as first seen, its thumbnail and a still, and the clipped re-upload."""
    wood = drawing.ground(609, (320, 240), (90, 120, 80))
    drawn = [_frame(wood, number) for number in range(FRAMES)]
    full = _encode(drawn, _sound(), 24, 320, 240)
    seen = _decode(full)
    part = [
        drawing.overlay(seen[number], "reel 88412", (8, 6), 18).resize((256, 192)) for number in CLIP_FRAMES
    ]
    clip = _encode(part, None, 31, 256, 192)
    still = io.BytesIO()
    seen[68].save(still, "JPEG", quality=80)
    thumbnail = io.BytesIO()
    seen[0].resize((160, 120)).save(thumbnail, "JPEG", quality=70)
    cut = f"frames {CLIP_FRAMES.start} to {CLIP_FRAMES.stop - 1} of {FRAMES}, 256x192, words added, no sound"
    return [
        Planted(
            FULL,
            full,
            "video",
            "video/mp4",
            ORIGIN,
            VIDEO_SHOWN,
            (),
            LABELS,
            "earliest copy; who recorded it is unknown",
        ),
        Planted(
            FULL + "_thumb.jpg",
            thumbnail.getvalue(),
            "video_still",
            "image/jpeg",
            ORIGIN,
            VIDEO_SHOWN,
            (Relation("still_of", FULL, "frame 0, 160x120"),),
            LABELS,
        ),
        Planted(
            CLIP,
            clip,
            "video",
            "video/mp4",
            ORIGIN,
            local(11, 7, 3),
            (Relation("clipped", FULL, cut),),
            LABELS,
        ),
        Planted(
            "accounts/k-2291/still_video.jpg",
            still.getvalue(),
            "video_still",
            "image/jpeg",
            ORIGIN,
            local(12, 20, 15),
            (Relation("still_of", FULL, "frame 68"),),
            LABELS,
        ),
    ]


def _frame(wood: Image.Image, number: int) -> Image.Image:
    picture = wood.copy()
    draw = ImageDraw.Draw(picture)
    for tree in range(7):
        left = (tree * 52 - number) % 364 - 30
        draw.rectangle([left, 0, left + 9, 150], fill=(64, 54, 40))
    for captive in range(4):
        left = 40 + captive * 34 + number // 2
        draw.rectangle([left, 150, left + 20, 200], fill=(186, 186, 178), outline=(30, 30, 30))
        draw.text((left + 3, 168), f"C{captive + 1}", font=drawing.letters(12), fill=(10, 10, 10))
    for captor in range(5):
        left, top = 20 + captor * 52 + number // 3, 112 + 6 * math.trunc(math.sin(number / 6 + captor) * 2)
        draw.ellipse([left, top, left + 22, top + 34], fill=(74, 90, 70), outline=(20, 20, 20))
        draw.text((left + 4, top + 10), f"G{captor + 1}", font=drawing.letters(12), fill=(240, 240, 240))
    if number in SHOT_FRAMES:
        drawing.label(draw, (90, 214), "SOUND: SHOT", 16)
    return picture


def _sound() -> array[int]:
    """A quiet tone, and a louder burst while the frames say SHOT."""
    per_frame = SOUND_RATE // RATE
    samples = array("h")
    for index in range(FRAMES * SOUND_RATE // RATE):
        loud = index // per_frame in SHOT_FRAMES
        samples.append(
            (9000 if loud else 700) * (1 if index * (140 if loud else 220) * 2 // SOUND_RATE % 2 else -1)
        )
    return samples


def _encode(
    frames: list[Image.Image], sound: array[int] | None, quality: int, width: int, height: int
) -> bytes:
    """H.264 in MP4, one thread and no clock, so that the same frames give the same bytes."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(quality), "preset": "medium", "x264-params": _STEADY}
        stream.codec_context.color_range = _FULL_RANGE
        stream.codec_context.thread_count = 1
        track = None if sound is None else container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for number, picture in enumerate(frames):
            container.mux(stream.encode(_to_frame(picture, number)))
        container.mux(stream.encode())
        if track is not None and sound is not None:
            _write_sound(container, track, sound)
    return buffer.getvalue()


def _to_frame(picture: Image.Image, number: int) -> VideoFrame:
    frame = VideoFrame(picture.width, picture.height, "yuvj420p")
    half = (picture.width // 2, picture.height // 2)
    light, blue, red = picture.convert("YCbCr").split()
    for plane, band in zip(frame.planes, (light, blue.resize(half), red.resize(half)), strict=True):
        padding = bytes(plane.line_size - band.width)
        pixels = band.tobytes()
        rows = (pixels[start : start + band.width] + padding for start in range(0, len(pixels), band.width))
        plane.update(b"".join(rows))
    frame.pts = number
    frame.time_base = Fraction(1, RATE)
    return frame


def _write_sound(container: OutputContainer, track: AudioStream, sound: array[int]) -> None:
    size = 1024
    for start in range(0, len(sound) // size * size, size):
        frame = AudioFrame(format="s16", layout="mono", samples=size)
        frame.planes[0].update(sound[start : start + size].tobytes())
        frame.sample_rate = SOUND_RATE
        frame.pts = start
        frame.time_base = Fraction(1, SOUND_RATE)
        container.mux(track.encode(frame))
    container.mux(track.encode())


def _decode(data: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(data), "r") as container:
        return [_to_picture(frame) for frame in container.decode(video=0)]


def _to_picture(frame: VideoFrame) -> Image.Image:
    bands = [
        Image.frombytes("L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size).resize(
            (frame.width, frame.height)
        )
        for plane in frame.planes
    ]
    return Image.merge("YCbCr", bands).convert("RGB")
