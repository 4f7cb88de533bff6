"""The media type comes from the bytes and from nothing else."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probanda.work.intake.media_type import (
    HEAD_BYTES,
    TAIL_BYTES,
    VOLUME_OFFSET,
    media_type,
    media_type_of,
)


def zipped(*names: str, stored: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, stored or b"content")
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO(b""))
    return out.getvalue()


def dng(order: str) -> bytes:
    entries = struct.pack(order + "HHHII", 1, 50706, 1, 4, 0x01040000)
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8) + entries


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"II*\0\x08\0\0\0\0\0", "image/tiff"),
        (b"II+\0\x08\0", "image/tiff"),
        (dng("<"), "image/x-adobe-dng"),
        (dng(">"), "image/x-adobe-dng"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/vnd.wave"),
        (b"RIFF\0\0\0\0AVI LIST", "video/vnd.avi"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"),
        (b"\0\0\0\x14ftyp3gp4\0\0\0\0isom", "video/3gpp"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x14ftypavif\0\0\0\0mif1", "image/avif"),
        (b"\0\0\x01\0moov\0\0\0\0", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", "video/matroska"),
        (b"OggS\0\x02" + bytes(22) + b"\x01vorbis", "audio/ogg"),
        (b"OggS\0\x02" + bytes(22) + b"\x80theora", "video/ogg"),
        ((b"\x47" + bytes(187)) * 4, "video/mp2t"),
        ((bytes(4) + b"\x47" + bytes(187)) * 4, "video/mp2t"),
        (b"ID3\x04\0", "audio/mpeg"),
        ((b"\xff\xfb\x90\x00" + bytes(413)) * 2, "audio/mpeg"),
        ((b"\xff\xf1\x50\x80\x01\x1f\xfc" + bytes(1)) * 2, "audio/aac"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"some bytes\0before\n%PDF-1.4", "application/pdf"),
        (b"{\\rtf1", "application/rtf"),
        (gzip.compress(b"x", mtime=0), "application/gzip"),
        (b"BZh91AY&SY", "application/x-bzip2"),
        (b"\xfd7zXZ\0", "application/x-xz"),
        (b"SQLite format 3\0", "application/vnd.sqlite3"),
        (b"WARC/1.1\r\n", "application/warc"),
        (tarred(), "application/x-tar"),
        (b"BM" + bytes(8) + b"\x36\0\0\0\x28\0\0\0", "image/bmp"),
        (b"BMW and other makes of car", "text/plain"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"\n<!-- note --><HTML>", "text/html"),
        ("<html><p>Стаття".encode("cp1251"), "text/html"),
        (b"<?xml version='1.0'?><!-- c --><svg xmlns='x'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><a:kml >", "application/vnd.google-earth.kml+xml"),
        (b"<gpx version='1.1'>", "application/gpx+xml"),
        (b"<?xml version='1.0'?><other/>", "application/xml"),
        (b' {"a": 1}', "application/json"),
        (b'[\n {"a": 1}]', "application/json"),
        (b"[note] to self", "text/plain"),
        (b"{curly}", "text/plain"),
        (
            b"Received: from a\r\n\tby b\r\nFrom: a@example.org\r\nTo: b@example.org\r\n\r\nhello",
            "message/rfc822",
        ),
        (b"To: do\nfeed the cat", "text/plain"),
        (b"From a@example.org Sat Jan  2 03:04:05 2021\nFrom: a@example.org\n", "application/mbox"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "text/vcard"),
        (b"BEGIN:VCALENDAR\r\n", "text/calendar"),
        (b"1\r\n00:00:00,000 --> 00:00:01,000\r\nlat", "application/x-subrip"),
        ("Пункт перший".encode(), "text/plain"),
        ("Пункт".encode("utf-8-sig"), "text/plain"),
        ("Пункт перший".encode("utf-16"), "text/plain"),
        ("plain words".encode("utf-16-le"), "text/plain"),
        ("plain words".encode("utf-16-be"), "text/plain"),
        (b"bell \x07 and more", "application/octet-stream"),
        (b"\x80\x81\x82", "application/octet-stream"),
        (bytes(600), "application/octet-stream"),
        (b"", "application/x-empty"),
    ],
)
def test_a_beginning_tells_its_media_type(head: bytes, kind: str) -> None:
    assert media_type(head) == kind


OFFICE = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("a.txt", "word/b.txt"), "application/zip"),
        (("[Content_Types].xml", "_rels/.rels", "word/document.xml"), OFFICE + "wordprocessingml.document"),
        (("[Content_Types].xml", "xl/workbook.xml"), OFFICE + "spreadsheetml.sheet"),
        (("[Content_Types].xml", "ppt/presentation.xml"), OFFICE + "presentationml.presentation"),
        (("META-INF/MANIFEST.MF", "A.class"), "application/java-archive"),
        (("META-INF/MANIFEST.MF", "AndroidManifest.xml"), "application/vnd.android.package-archive"),
        (("archive/data.warc.gz", "datapackage.json"), "application/wacz"),
        (("doc.kml", "files/a.png"), "application/vnd.google-earth.kmz"),
    ],
)
def test_the_names_in_a_zip_tell_documents_from_containers(names: tuple[str, ...], kind: str) -> None:
    whole = zipped(*names)

    assert media_type(whole) == kind
    assert media_type(whole[:60], tail=whole) == kind


@pytest.mark.parametrize("own", ["application/epub+zip", "application/vnd.oasis.opendocument.text"])
def test_a_zip_that_names_its_own_type_first_is_believed_for_known_documents(own: str) -> None:
    assert media_type(zipped("mimetype", stored=own.encode())) == own
    assert media_type(zipped("mimetype", stored=b"application/x-tar")) == "application/zip"


def test_a_document_stored_in_a_zip_does_not_make_the_zip_a_document() -> None:
    document = zipped("[Content_Types].xml", "word/document.xml")
    whole = zipped("letter.docx", stored=document)

    assert media_type(whole, tail=whole) == "application/zip"


def test_the_end_of_a_file_and_a_disc_volume_are_read_only_where_they_matter() -> None:
    document = zipped("docProps/filler.bin", stored=bytes(HEAD_BYTES + TAIL_BYTES)) + b""
    late = io.BytesIO()
    with zipfile.ZipFile(late, "w") as archive:
        archive.writestr("docProps/filler.bin", bytes(HEAD_BYTES + TAIL_BYTES))
        archive.writestr("[Content_Types].xml", b"")
        archive.writestr("word/document.xml", b"")
    disc = bytes(VOLUME_OFFSET) + b"\x01CD001\x01"

    assert media_type_of(io.BytesIO(document)) == "application/zip"
    assert media_type_of(late) == OFFICE + "wordprocessingml.document"
    assert media_type_of(io.BytesIO(disc)) == "application/x-iso9660-image"


def test_a_head_that_ends_inside_a_letter_is_still_text() -> None:
    assert media_type("їжак".encode()[:-1]) == "text/plain"


@given(st.binary(max_size=600), st.binary(max_size=100))
@example(b"PK\x03\x04" + b"\xff" * 60, b"PK\x05\x06" + b"\xff" * 40)
@example(b"<!---->" * 1000, b"")
@example(b" " * 8000 + b"x", b"")
def test_any_bytes_get_one_media_type(head: bytes, tail: bytes) -> None:
    assert "/" in media_type(head, tail=tail)


@given(
    st.sampled_from([b"II*\0", b"MM\0*", b"\0\0\0\x20ftyp", b"PK\x03\x04", b"MZ", b"\xff\xfb"]), st.binary()
)
def test_any_bytes_behind_a_mark_get_one_media_type(mark: bytes, rest: bytes) -> None:
    assert "/" in media_type(mark + rest)
