"""Kinds of binary files, by the marks that their formats put at fixed places.

Source: the IANA media type registry for names (an `x-` name where it has none), the formats for marks.
"""

from __future__ import annotations

import struct

TAR_BLOCK_BYTES = 512

# (offset, mark, media type); the first that fits wins, so longer marks stand before shorter ones.
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"8BPS\0\x01", "image/vnd.adobe.photoshop"),
    (0, b"8BPS\0\x02", "image/vnd.adobe.photoshop"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"PK\x07\x08PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (0, b"!BDN", "application/vnd.ms-outlook-pst"),
    (0, b"fLaC", "audio/flac"),
    (0, b"#!AMR", "audio/AMR"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"MThd\0\0\0\x06", "audio/midi"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video/mpeg"),
    (0, b"WARC/1.", "application/warc"),
    (0, b"WARC/0.", "application/warc"),
    (0, b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (0, b"\xa1\xb2\xc3\xd4", "application/vnd.tcpdump.pcap"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"d8:announce", "application/x-bittorrent"),
)

_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic-sequence",
    b"hevx": "image/heic-sequence",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"mif1": "image/heif",
    b"msf1": "image/heif-sequence",
    b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}

_RIFF = {
    b"WEBP": "image/webp",
    b"AVI ": "video/vnd.avi",
    b"WAVE": "audio/vnd.wave",
}

_OGG_VIDEO, _OGG_AUDIO = (b"\x80theora", b"BBCD\0"), (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")


def binary_kind(head: bytes) -> str:
    """The media type of a binary format, or an empty string if no mark fits."""
    for offset, mark, kind in _MARKS:
        if head.startswith(mark, offset):
            return kind
    for look in (
        _boxes,
        _riff,
        _tiff,
        _matroska,
        _ogg,
        _bitmap,
        _tar,
        _transport_stream,
        _audio_frames,
        _program,
    ):
        if kind := look(head):
            return kind
    # Readers of PDF accept some bytes before its mark, so material made by them has some.
    return "application/pdf" if b"%PDF-" in head[:1024] else ""


def _boxes(head: bytes) -> str:
    if head[4:8] in (b"moov", b"mdat", b"wide", b"pnot"):
        return "video/quicktime"
    if head[4:8] != b"ftyp":
        return ""
    length = min(struct.unpack_from(">I", head)[0], 512)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    if brands[0].startswith(b"3g2"):
        return "video/3gpp2"
    if brands[0].startswith(b"3g"):
        return "video/3gpp"
    if brands[0] in (b"mif1", b"msf1"):
        # These two only name the container; what is coded in it stands among the others.
        coded = (_BRANDS[brand] for brand in brands if brand in _BRANDS and brand not in (b"mif1", b"msf1"))
        return next(coded, _BRANDS[brands[0]])
    return _BRANDS.get(brands[0], "video/mp4")


def _riff(head: bytes) -> str:
    if head[:4] in (b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return "audio/vnd.wave"
    return _RIFF.get(head[8:12], "") if head[:4] == b"RIFF" else ""


def _tiff(head: bytes) -> str:
    if head[:4] in (b"II+\0", b"MM\0+"):
        return "image/tiff"
    if head[:4] not in (b"II*\0", b"MM\0*") or len(head) < 8:
        return ""
    if head[8:10] == b"CR":
        return "image/x-canon-cr2"
    order = "<" if head[:2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "I", head, 4)
    if first + 2 > len(head):
        return "image/tiff"
    (count,) = struct.unpack_from(order + "H", head, first)
    tags = range(first + 2, min(first + 2 + 12 * count, len(head) - 1), 12)
    dng_version = struct.pack(order + "H", 50706)
    return "image/x-adobe-dng" if any(head[at : at + 2] == dng_version for at in tags) else "image/tiff"


def _matroska(head: bytes) -> str:
    if head[:4] != b"\x1a\x45\xdf\xa3":
        return ""
    return "video/webm" if b"\x42\x82\x84webm" in head[:64] else "video/matroska"


def _ogg(head: bytes) -> str:
    if head[:4] != b"OggS":
        return ""
    if any(mark in head[:512] for mark in _OGG_VIDEO):
        return "video/ogg"
    return "audio/ogg" if any(mark in head[:512] for mark in _OGG_AUDIO) else "application/ogg"


def _bitmap(head: bytes) -> str:
    # "BM" alone begins too many texts: the reserved zeros and a known header size must follow.
    known = head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and head[14:18] in _BITMAP_HEADERS
    return "image/bmp" if known else ""


_BITMAP_HEADERS = tuple(struct.pack("<I", size) for size in (12, 40, 52, 56, 64, 108, 124))


def _tar(head: bytes) -> str:
    block = head[:TAR_BLOCK_BYTES]
    if len(block) < TAR_BLOCK_BYTES or not block[0]:
        return ""
    try:
        claimed = int(block[148:156].strip(b" \0") or b"x", 8)
    except ValueError:
        return ""
    # The checksum also finds archives from before the "ustar" mark, and refuses texts that contain the word.
    return "application/x-tar" if claimed == sum(block) - sum(block[148:156]) + 8 * 32 else ""


def _transport_stream(head: bytes) -> str:
    for first, length in ((0, 188), (4, 192)):
        marks = head[first : first + 4 * length : length]
        if marks == b"\x47" * 4:
            return "video/mp2t"
    return ""


_BITRATES = {  # kilobits a second by (version 1, layer); index 1 to 14
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _audio_frames(head: bytes) -> str:
    """MPEG audio has no mark, only frames: two of them, the second where the first says, are enough."""
    for frame_bytes, kind in (
        (_adts_frame_bytes(head), "audio/aac"),
        (_mpeg_frame_bytes(head), "audio/mpeg"),
    ):
        if frame_bytes and head[frame_bytes : frame_bytes + 2] == head[:2]:
            return kind
    return ""


def _adts_frame_bytes(head: bytes) -> int:
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5


def _mpeg_frame_bytes(head: bytes) -> int:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate_index, speed_index, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in _RATES or layer == 4 or rate_index in (0, 15) or speed_index == 3:
        return 0
    bits_a_second = _BITRATES[version == 3, layer][rate_index - 1] * 1000
    if layer == 1:
        return (12 * bits_a_second // _RATES[version][speed_index] + padding) * 4
    samples = 72 if layer == 3 and version != 3 else 144
    return samples * bits_a_second // _RATES[version][speed_index] + padding


def _program(head: bytes) -> str:
    if head[:2] != b"MZ" or len(head) < 64:
        return ""
    (at,) = struct.unpack_from("<I", head, 60)
    return "application/vnd.microsoft.portable-executable" if head[at : at + 4] == b"PE\0\0" else ""
