"""Metadata fields of the drawn aerial frames."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from PIL import Image
from PIL.ExifTags import IFD
from PIL.TiffImagePlugin import IFDRational

from probanda.twin.flight import place_at
from probanda.twin.parties import LOCAL, PHOTO_TAKEN


def _degrees(value: str) -> tuple[IFDRational, IFDRational, IFDRational]:
    seconds = abs(Fraction(value)) * 3600
    whole, rest = divmod(seconds, 60)
    degrees, minutes = divmod(whole, 60)
    return IFDRational(int(degrees), 1), IFDRational(int(minutes), 1), IFDRational(round(rest * 10000), 10000)


def camera_exif(number: int, second: int) -> Image.Exif:
    """Camera, time and place fields as the invented camera writes them `second` seconds from the photo."""
    at = PHOTO_TAKEN + timedelta(seconds=second)
    taken = at.astimezone(LOCAL)
    latitude, longitude, altitude_m = place_at(second)
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
    place[1], place[2] = "S", _degrees(latitude)
    place[3], place[4] = "E", _degrees(longitude)
    place[5], place[6] = b"\x00", IFDRational(Fraction(altitude_m))
    place[7] = (IFDRational(at.hour), IFDRational(at.minute), IFDRational(at.second))
    place[29] = at.strftime("%Y:%m:%d")
    return exif
