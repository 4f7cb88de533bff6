from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import av
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from twin_case import Twin

_GPS, _CAMERA = 0x8825, 0x8769


def _signed(reference: str, parts: tuple[float, float, float]) -> float:
    size = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    return -size if reference in "SW" else size


def _taken_at(image: Image.Image) -> datetime:
    fields = image.getexif().get_ifd(_CAMERA)
    return datetime.strptime(f"{fields[0x9003]}{fields[0x9011]}", "%Y:%m:%d %H:%M:%S%z")


def test_the_photo_carries_the_place_and_time_of_the_manifest(twin: Twin) -> None:
    photo = twin.manifest.photo
    with Image.open(twin.material / photo["file"]) as image:
        place = image.getexif().get_ifd(_GPS)
        assert abs(_signed(place[1], place[2]) - float(photo["latitude"])) < 1e-6
        assert abs(_signed(place[3], place[4]) - float(photo["longitude"])) < 1e-6
        assert float(place[6]) == float(photo["altitude_m"])
        assert _taken_at(image) == datetime.fromisoformat(photo["taken_at"])


def test_only_the_frames_as_handed_over_carry_metadata(twin: Twin) -> None:
    carrying = set()
    for record in twin.manifest.files:
        if record.media_type.startswith("image/"):
            with Image.open(twin.material / record.path) as image:
                if dict(image.getexif()):
                    carrying.add(record.path)
    assert {path.rpartition("/")[0] for path in carrying} == {"handover/aerial"}
    assert len(carrying) == 3


def _difference(first: Image.Image, second: Image.Image) -> float:
    """Mean difference of the light values of two pictures at a common small size."""
    small = [picture.convert("L").resize((96, 64), Image.Resampling.BOX) for picture in (first, second)]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0])


@pytest.mark.parametrize("kind", ["derived", "recompressed", "greyscale", "overlay", "mirrored", "cropped"])
def test_a_copy_shows_what_it_is_said_to_be_a_copy_of(twin: Twin, kind: str) -> None:
    tied = [
        (record.path, tie) for record in twin.manifest.files for tie in record.relations if tie.kind == kind
    ]
    assert tied
    for path, tie in tied:
        with Image.open(twin.material / path) as copy, Image.open(twin.material / tie.of) as source:
            before = ImageOps.mirror(source) if kind == "mirrored" else source
            if kind == "cropped":
                before = source.crop((320, 300, 1120, 853))
            assert _difference(copy, before) < 5, path


def test_the_neighbouring_frame_and_the_other_scene_are_no_copies(twin: Twin) -> None:
    with Image.open(twin.material / twin.manifest.photo["file"]) as photo:
        for path in ("handover/aerial/MRSH_0416.JPG", "accounts/k-2291/other_vehicle.jpg"):
            with Image.open(twin.material / path) as other:
                assert _difference(photo, other) > 8, path


def test_every_picture_is_of_the_type_that_is_claimed(twin: Twin) -> None:
    for record in twin.manifest.files:
        if record.media_type.startswith("image/"):
            with Image.open(twin.material / record.path) as image:
                image.load()
                assert image.get_format_mimetype() == record.media_type, record.path


def test_the_telemetry_gives_the_place_of_the_photo_at_its_time(twin: Twin) -> None:
    photo = twin.manifest.photo
    taken = datetime.fromisoformat(photo["taken_at"])
    rows = list(csv.DictReader(twin.text("handover/telemetry/flight_2026-06-20.csv").splitlines()))
    row = next(row for row in rows if datetime.fromisoformat(row["time_utc"]) == taken)
    assert (row["latitude"], row["longitude"]) == (photo["latitude"], photo["longitude"])
    local = taken.astimezone(UTC) + timedelta(hours=3)
    subtitles = twin.text("handover/telemetry/MRSH_0417.SRT")
    block = next(part for part in subtitles.split("\n\n") if local.strftime("%Y-%m-%d %H:%M:%S") in part)
    assert f"[latitude: {photo['latitude']}] [longitude: {photo['longitude']}]" in block


def test_the_table_marks_the_photo_nineteen_seconds_late(twin: Twin) -> None:
    taken = datetime.fromisoformat(twin.manifest.photo["taken_at"])
    rows = list(csv.DictReader(twin.text("handover/telemetry/flight_2026-06-20.csv").splitlines()))
    marked = [datetime.fromisoformat(row["time_utc"]) for row in rows if row["photo"]]
    assert marked == [taken + timedelta(seconds=19)]


def test_the_videos_play_and_the_clip_is_a_shorter_part(twin: Twin) -> None:
    frames = {}
    for record in twin.manifest.files:
        if record.kind == "video":
            with av.open(str(twin.material / record.path), "r") as container:
                frames[record.path] = sum(1 for _ in container.decode(video=0))
    assert sorted(frames.values()) == [54, 96]


def test_every_picture_that_an_export_names_lies_beside_it(twin: Twin) -> None:
    exports = sorted((twin.material / "telegram").glob("*/result.json"))
    assert len(exports) == 5
    for export in exports:
        for message in json.loads(export.read_bytes())["messages"]:
            for field in ("photo", "file"):
                if field in message:
                    assert (export.parent / message[field]).is_file(), (export, message[field])


def test_every_picture_that_a_page_shows_lies_beside_it(twin: Twin) -> None:
    for page in sorted(twin.material.rglob("*.html")):
        for name in re.findall(r'<img src="([^"]+)"', page.read_text("utf-8")):
            assert (page.parent / name).is_file(), (page, name)


def test_the_edit_of_the_post_changes_the_day(twin: Twin) -> None:
    texts = [
        next(
            message
            for message in json.loads(twin.text(f"telegram/{name}/result.json"))["messages"]
            if message["id"] == 4417
        )
        for name in ("prosecution_channel_2026-06-21", "prosecution_channel_2026-06-24")
    ]
    assert "19 червня" in texts[0]["text"] and "edited" not in texts[0]
    assert "20 червня" in texts[1]["text"] and "edited" in texts[1]


def test_the_mail_carries_the_recompressed_photo(twin: Twin) -> None:
    mail = message_from_bytes((twin.material / "letters/2026-07-02_request.eml").read_bytes())
    attached = next(part for part in mail.walk() if part.get_filename() == "photo.jpg")
    assert attached.get_payload(decode=True) == (twin.material / "articles/harbour/photo.jpg").read_bytes()
