"""Flight telemetry of the drawn photo as subtitles and as a table, with one planted disagreement."""

from __future__ import annotations

from datetime import timedelta

from probanda.twin.aerial import ORIGINAL
from probanda.twin.flight import place_at
from probanda.twin.manifest import Planted, Relation
from probanda.twin.parties import LOCAL, PHOTO_TAKEN

SUBTITLES = "handover/telemetry/MRSH_0417.SRT"
TABLE = "handover/telemetry/flight_2026-06-20.csv"
SECONDS_BEFORE, SECONDS_AFTER = 30, 40
LATE_BY_S = 19
"""The table marks the photo this many seconds after the time in the photo's own fields."""

_LABELS = ("location_sensitive", "third_party_condition")


def telemetry() -> list[Planted]:
    """The two logs; they agree on every place, and disagree on when the photo was taken."""
    note = f"CSV marks the photo {LATE_BY_S} s after the time in the photo's EXIF; places agree"
    return [
        Planted(
            SUBTITLES,
            _subtitles().encode(),
            "telemetry",
            "application/x-subrip",
            "origin-flight-log",
            PHOTO_TAKEN + timedelta(seconds=SECONDS_AFTER),
            (Relation("same_flight", ORIGINAL),),
            _LABELS,
        ),
        Planted(
            TABLE,
            _table().encode(),
            "telemetry",
            "text/csv",
            "origin-flight-log",
            PHOTO_TAKEN + timedelta(seconds=SECONDS_AFTER),
            (Relation("same_flight", ORIGINAL),),
            _LABELS,
            note,
        ),
    ]


def _subtitles() -> str:
    blocks = []
    for number, second in enumerate(range(-SECONDS_BEFORE, SECONDS_AFTER + 1), start=1):
        start = second + SECONDS_BEFORE
        shown = (PHOTO_TAKEN + timedelta(seconds=second)).astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")
        latitude, longitude, altitude = place_at(second)
        blocks.append(
            f"{number}\n{_stamp(start)} --> {_stamp(start + 1)}\n"
            f'<font size="36">SrtCnt : {number}, DiffTime : 1000ms\n{shown},000,000\n'
            f"[iso : 100] [shutter : 1/640.0] [fnum : 280] [ev : 0] [ct : 5600] [color_md : default] [focal_len : 240] "
            f"[latitude: {latitude}] [longitude: {longitude}] [altitude: {altitude}00] </font>\n"
        )
    return "\n".join(blocks)


def _stamp(second: int) -> str:
    return f"00:{second // 60:02d}:{second % 60:02d},000"


def _table() -> str:
    rows = ["time_utc,latitude,longitude,altitude_m,heading_deg,speed_m_s,battery_percent,photo"]
    for second in range(-SECONDS_BEFORE, SECONDS_AFTER + 1):
        at = (PHOTO_TAKEN + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
        photo = "MRSH_0417.JPG" if second == LATE_BY_S else ""
        rows.append(
            ",".join((at, *place_at(second), "50.0", "3.1", str(71 - (second + SECONDS_BEFORE) // 12), photo))
        )
    return "\r\n".join(rows) + "\r\n"
