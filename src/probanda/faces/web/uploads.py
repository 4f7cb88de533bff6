"""Reads a form with files as it arrives: each file goes to disk at once, whatever its size.

The first part must be the form's token, so that nothing is written for a form that is not ours.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from multipart import MultipartError, MultipartSegment, PushMultipartParser  # type: ignore[import-untyped]

from probanda.errors import Malformed, Refused, StorageFailed, WrongUsage
from probanda.faces.web.asking import FORM_TOKEN
from probanda.faces.web.desk import Upload

# All files of one form together; more belongs to the command line, which can be stopped and run again.
UPLOAD_LIMIT_BYTES = 8 * 1024**3
# Files of one form: a folder chosen by mistake is refused before it fills the disk.
FILES_LIMIT = 1000
# A field that is no file: a word or a token.
FIELD_LIMIT_BYTES = 4096


class TooLarge(WrongUsage):
    """The form is larger than what is taken at a time; nothing of it was kept."""

    name = "E-TOO-LARGE"


@dataclass
class UploadedForm:
    """Fields by name, and files where `folder` has them until `discard`."""

    folder: Path
    untrusted_fields: dict[str, list[str]] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)

    def discard(self) -> None:
        """Remove the uploads from the disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def first(self, name: str) -> str | None:
        return next(iter(self.untrusted_fields.get(name, [])), None)


async def read_form(
    chunks: AsyncIterator[bytes], untrusted_boundary: str, folder: Path, is_token: Callable[[str], bool]
) -> UploadedForm:
    """All of a multipart form. On any failure nothing is left in `folder`.

    Raises:
        Refused: the form does not begin with our token.
        TooLarge: more bytes or files than are taken at a time.
        Malformed: it is no multipart form.
    """
    reading = _Reading(UploadedForm(folder), is_token)
    try:
        with PushMultipartParser(untrusted_boundary, max_segment_count=2 * FILES_LIMIT) as parser:
            async for chunk in chunks:
                for part in parser.parse(chunk):
                    reading.take(part)
    except MultipartError as error:
        reading.form.discard()
        raise Malformed("The form could not be read. Nothing was taken in; send it again.") from error
    except OSError as error:
        reading.form.discard()
        raise StorageFailed(
            f"An upload could not be written: {error.strerror}. Nothing was taken in."
        ) from error
    except BaseException:
        reading.form.discard()
        raise
    finally:
        reading.close()
    return reading.form


class _Reading:
    """The parts of one form so far."""

    def __init__(self, form: UploadedForm, is_token: Callable[[str], bool]) -> None:
        self.form = form
        self._is_token = is_token
        self._has_token = False
        self._total_bytes = 0
        self._name = ""
        self._file: BinaryIO | None = None
        self._text = bytearray()

    def take(self, part: MultipartSegment | bytearray | None) -> None:
        """The head of a part, some of its bytes, or its end."""
        if isinstance(part, MultipartSegment):
            self._begin(part)
        elif part:
            self._more(part)
        elif part is None:
            self._end()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _begin(self, segment: MultipartSegment) -> None:
        self._name, self._text = segment.name, bytearray()
        if segment.filename is None:
            return
        if not self._has_token:
            raise Refused("This form was not made for this browser, or it is too old. Nothing was taken in.")
        if len(self.form.uploads) >= FILES_LIMIT:
            raise TooLarge(
                f"More than {FILES_LIMIT} files in one form. Nothing was taken in; send fewer at a time."
            )
        if segment.filename:
            path = self.form.folder / str(len(self.form.uploads))
            self._file = path.open("xb")
            self.form.uploads.append(Upload(segment.filename, path))

    def _more(self, data: bytearray) -> None:
        self._total_bytes += len(data)
        if self._total_bytes > UPLOAD_LIMIT_BYTES:
            limit_gib = UPLOAD_LIMIT_BYTES // 1024**3
            raise TooLarge(
                f"More than {limit_gib} GiB in one form. Nothing was taken in; use `probanda add`."
            )
        if self._file is not None:
            self._file.write(data)
            return
        self._text += data
        if len(self._text) > FIELD_LIMIT_BYTES:
            raise TooLarge(f"A field of the form is over {FIELD_LIMIT_BYTES} bytes. Nothing was taken in.")

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            return
        untrusted = self._text.decode(errors="replace")
        if self._name == FORM_TOKEN and not self._has_token:
            self._has_token = self._is_token(untrusted)
        self.form.untrusted_fields.setdefault(self._name, []).append(untrusted)
