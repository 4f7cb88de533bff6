"""Drawn scenes: shapes and labels stand for what a real picture would show. Nothing graphic is drawn."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1920, 1280
_MARGIN = 300  # pixels of ground around the picture, so that it can be shifted
SHADOW = (0.656, 0.755)  # away from a sun at azimuth 319 degrees, in a picture with north up

Point = tuple[float, float]


def letters(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that travels with Pillow, so that no font of the machine decides the bytes."""
    return ImageFont.load_default(size=size)


def ground(seed: int, size: tuple[int, int], tint: tuple[int, int, int]) -> Image.Image:
    """Textured ground, the same for the same seed."""
    rng = random.Random(seed)
    coarse = Image.frombytes("L", (24, 16), rng.randbytes(24 * 16)).resize(size, Image.Resampling.BICUBIC)
    fine = Image.frombytes("L", (480, 320), rng.randbytes(480 * 320)).resize(size, Image.Resampling.BILINEAR)
    grey = Image.blend(coarse, fine, 0.22)
    return Image.merge(
        "RGB", [grey.point([base // 2 + value * 90 // 255 for value in range(256)]) for base in tint]
    )


def aerial_scene(seed: int, shift: tuple[int, int] = (0, 0), *, burnt_field: bool = True) -> Image.Image:
    """A track between two fields seen from above, with a labelled vehicle and a labelled object on its front."""
    rng = random.Random(seed)
    dx, dy = shift
    wide = ground(seed, (WIDTH + 2 * _MARGIN, HEIGHT + 2 * _MARGIN), (150, 160, 110))
    left, top = _MARGIN - dx, _MARGIN - dy
    picture = wide.crop((left, top, left + WIDTH, top + HEIGHT))
    draw = ImageDraw.Draw(picture)
    for row in range(-300, 760, 26):
        draw.line([(0, row + dy), (WIDTH, row + 210 + dy)], fill=(96, 104, 70), width=3)
    draw.polygon([(0, 640 + dy), (WIDTH, 900 + dy), (WIDTH, 1060 + dy), (0, 800 + dy)], fill=(164, 150, 122))
    for offset in (40, 104):
        draw.line([(0, 650 + offset + dy), (WIDTH, 910 + offset + dy)], fill=(134, 120, 96), width=14)
    if burnt_field:
        draw.polygon(
            [(1180 + dx, 180 + dy), (1700 + dx, 240 + dy), (1620 + dx, 520 + dy), (1240 + dx, 470 + dy)],
            fill=(72, 68, 60),
        )
    for _ in range(34):
        _bush(draw, rng.uniform(0, WIDTH) + dx, rng.uniform(0, HEIGHT) + dy, rng.uniform(14, 46))
    for _ in range(9):
        _crater(draw, rng.uniform(100, 1800) + dx, rng.uniform(80, 1200) + dy, rng.uniform(18, 44))
    _vehicle(draw, 820 + dx, 690 + dy)
    return picture


def _bush(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    sx, sy = x + SHADOW[0] * radius * 1.6, y + SHADOW[1] * radius * 1.6
    draw.ellipse([sx - radius, sy - radius, sx + radius, sy + radius], fill=(58, 62, 44))
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=(70, 98, 54))


def _crater(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=(120, 108, 86))
    draw.ellipse([x - radius * 0.6, y - radius * 0.6, x + radius * 0.6, y + radius * 0.6], fill=(66, 58, 46))


def _vehicle(draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
    """A boxy vehicle that could be read as a truck or as an armoured vehicle."""
    sx, sy = SHADOW[0] * 70, SHADOW[1] * 70
    hull = [(x, y + 10), (x + 300, y + 50), (x + 286, y + 170), (x - 14, y + 130)]
    draw.polygon([(px + sx, py + sy) for px, py in hull], fill=(60, 56, 44))
    draw.polygon(hull, fill=(92, 100, 84), outline=(40, 44, 36), width=5)
    draw.polygon(
        [(x + 90, y + 48), (x + 190, y + 60), (x + 182, y + 128), (x + 82, y + 114)], fill=(70, 78, 66)
    )
    draw.polygon([(x - 4, y + 60), (x + 60, y + 40), (x + 80, y + 118), (x + 10, y + 128)], fill=(34, 32, 30))
    draw.rectangle([x + 232, y + 84, x + 268, y + 120], fill=(168, 168, 168), outline=(20, 20, 20), width=3)
    label(draw, (x + 40, y - 60), "VEHICLE", 34)
    label(draw, (x + 300, y + 84), "OBJECT 1", 34)


def label(draw: ImageDraw.ImageDraw, at: Point, words: str, size: int) -> None:
    """Words on a light box."""
    font = letters(size)
    box = draw.textbbox(at, words, font=font)
    draw.rectangle(
        [box[0] - 8, box[1] - 6, box[2] + 8, box[3] + 6], fill=(235, 235, 228), outline=(30, 30, 30)
    )
    draw.text(at, words, font=font, fill=(20, 20, 20))


def overlay(picture: Image.Image, words: str, at: Point, size: int) -> Image.Image:
    """A copy with words burnt in."""
    changed = picture.copy()
    ImageDraw.Draw(changed).text(
        at, words, font=letters(size), fill=(250, 250, 250), stroke_width=2, stroke_fill=(0, 0, 0)
    )
    return changed


def phone_frame(picture: Image.Image, title: str) -> Image.Image:
    """A screenshot: the picture inside a phone's page, with bars above and below."""
    screen = Image.new("RGB", (720, 1280), (24, 26, 30))
    draw = ImageDraw.Draw(screen)
    draw.text((24, 16), "22:41", font=letters(26), fill=(230, 230, 230))
    draw.rectangle([0, 60, 720, 150], fill=(44, 62, 84))
    draw.text((32, 86), title, font=letters(34), fill=(245, 245, 245))
    shown = picture.resize((680, 680 * picture.height // picture.width), Image.Resampling.LANCZOS)
    screen.paste(shown, (20, 220))
    for line, width in enumerate((560, 610, 420)):
        top = 240 + shown.height + line * 44
        draw.rectangle([32, top, 32 + width, top + 18], fill=(92, 98, 108))
    draw.text((32, 1210), "REPLY    FORWARD    SAVE", font=letters(26), fill=(150, 160, 172))
    return screen


def illustration() -> Image.Image:
    """A generic picture of an agency: a grey hall with chairs, evidence of nothing."""
    picture = Image.new("RGB", (1024, 683), (196, 200, 206))
    draw = ImageDraw.Draw(picture)
    for row in range(5):
        for seat in range(11):
            left, top = 60 + seat * 84 + row * 6, 260 + row * 78
            draw.rounded_rectangle([left, top, left + 54, top + 46], 8, fill=(96, 104, 120 + row * 12))
    draw.rectangle([340, 60, 690, 170], fill=(150, 156, 168))
    label(draw, (372, 96), "ILLUSTRATION", 38)
    return picture
