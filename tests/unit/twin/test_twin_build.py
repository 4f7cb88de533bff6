from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from twin_case import Twin

from probanda.twin import build_twin

_ADDRESS = re.compile(rb"(?:https?://|[\w.]+@)([a-z][\w.-]*\.[a-z]+)", re.IGNORECASE)
# Names of XML vocabularies, which office programs compare as text and never fetch.
_VOCABULARIES = {b"schemas.openxmlformats.org"}


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _contents(name: str, data: bytes) -> list[tuple[str, bytes]]:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return [(name, data)]
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return [part for inner in container.namelist() for part in _contents(inner, container.read(inner))]


@pytest.fixture(scope="module")
def other_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second build, in a folder where somebody left two files."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "material").mkdir()
    (folder / "material" / "SYNTHETIC.txt").write_bytes(b"left over")
    (folder / "mine.txt").write_bytes(b"mine")
    build_twin(folder)
    return folder


def test_two_builds_in_different_folders_have_the_same_bytes(twin: Twin, other_folder: Path) -> None:
    assert _digests(other_folder / "material") == _digests(twin.material)
    assert (other_folder / "manifest.json").read_bytes() == (twin.folder / "manifest.json").read_bytes()


def test_a_file_that_is_not_of_the_case_is_left_alone(other_folder: Path) -> None:
    assert (other_folder / "mine.txt").read_bytes() == b"mine"


def test_every_file_has_the_time_that_the_manifest_claims(twin: Twin) -> None:
    for record in twin.manifest.files:
        claimed = datetime.fromisoformat(record.claimed_mtime)
        assert (twin.material / record.path).stat().st_mtime == int(claimed.timestamp()), record.path


def test_every_file_is_in_the_manifest_and_the_reverse(twin: Twin) -> None:
    assert _digests(twin.material) == {record.path: record.sha256 for record in twin.manifest.files}


def test_the_written_manifest_is_the_returned_one(twin: Twin) -> None:
    written = (twin.folder / "manifest.json").read_bytes()
    assert written == twin.manifest.to_bytes()
    assert len(json.loads(written)["files"]) == len(twin.manifest.files)


def test_the_case_is_small(twin: Twin) -> None:
    assert 35 <= len(twin.manifest.files) <= 60
    assert sum(record.size_bytes for record in twin.manifest.files) < 12_000_000


def test_no_address_lies_outside_the_example_domain(twin: Twin) -> None:
    suffixes = (".txt", ".html", ".json", ".csv", ".srt", ".eml", ".pdf", ".docx", ".zip", ".xml", ".rels")
    for path in sorted(twin.material.rglob("*")):
        if path.suffix.lower() not in suffixes:
            continue
        for name, data in _contents(path.name, path.read_bytes()):
            if name.lower().endswith(suffixes):
                found = {host for host in _ADDRESS.findall(data) if not host.endswith(b".example")}
                assert found <= _VOCABULARIES, (path, name, found)


def test_archive_members_are_what_the_manifest_says(twin: Twin) -> None:
    record = next(record for record in twin.manifest.files if record.kind == "phone_export")
    data = (twin.material / record.path).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as outer:
        for member in record.members:
            container, _, inner = member.path.partition("!")
            found = outer.read(container)
            if inner:
                with zipfile.ZipFile(io.BytesIO(found)) as nested:
                    found = nested.read(inner)
            assert hashlib.sha256(found).hexdigest() == member.sha256, member.path
