"""Written-by-hand containers with fixed dates: zip archives, a word-processor file, a one-page PDF, a mail."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from html import escape

from probanda.twin.manifest import Member, Relation

_ZIP_DATE = (2026, 6, 30, 12, 0, 0)


def archive(members: dict[str, bytes]) -> bytes:
    """A zip with the members in this order, one fixed date and no field of the machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(entry, data, compresslevel=6)
    return buffer.getvalue()


def members_of(
    prefix: str, members: dict[str, bytes], relations: Mapping[str, tuple[Relation, ...]]
) -> tuple[Member, ...]:
    """The manifest's rows for an archive's members."""
    return tuple(
        Member(prefix + name, hashlib.sha256(data).hexdigest(), len(data), relations.get(name, ()))
        for name, data in members.items()
    )


def word_file(paragraphs: list[str]) -> bytes:
    """The smallest word-processor document that office programs open."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    base = "http://schemas.openxmlformats.org"
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(words, quote=False)}</w:t></w:r></w:p>'
        for words in paragraphs
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return archive(
        {
            "[Content_Types].xml": (
                f'{head}<Types xmlns="{base}/package/2006/content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
            ).encode(),
            "_rels/.rels": (
                f'{head}<Relationships xmlns="{base}/package/2006/relationships"><Relationship Id="rId1" '
                f'Type="{base}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
            ).encode(),
            "word/document.xml": (
                f'{head}<w:document xmlns:w="{base}/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
            ).encode(),
        }
    )


def pdf_file(lines: list[str]) -> bytes:
    """A one-page PDF with these lines; plain ASCII without brackets or backslashes only."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 11 Tf 15 TL 60 780 Td {shown} ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (Synthetic letter) /CreationDate (D:20260702093000+03'00') >>",
    ]
    written = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, end)


def mail(headers: dict[str, str], words: str, name: str, attached: bytes) -> bytes:
    """A mail with one JPEG attachment and a fixed boundary."""
    encoded = base64.encodebytes(attached).decode("ascii").replace("\n", "\r\n")
    boundary = "synthetic-boundary-0417"
    lines = [f"{field}: {value}" for field, value in headers.items()]
    lines += [
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        f"--{boundary}",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        *words.splitlines(),
        f"--{boundary}",
        f'Content-Type: image/jpeg; name="{name}"',
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
        "",
        encoded + f"--{boundary}--",
        "",
    ]
    return "\r\n".join(lines).encode()
