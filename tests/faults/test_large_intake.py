"""Intakes of real sizes: files over 4 GiB, archives that need zip64, folders of 20,000 files."""

import hashlib
import json
import os
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from whole_intake import PROGRAM, received_in

from person import Person

MIB = 1 << 20
FOUR_GIB = 4 << 30
MEMORY_BYTES = 500 << 20

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]


def measured(person: Person, *arguments: object) -> tuple[dict, int]:
    """The document of a run, and the most memory that any of its processes had."""
    with (person.home / "said").open("w+") as out:
        run = subprocess.Popen(
            [*PROGRAM, *map(str, arguments), "--json"], env=person.environment, cwd=person.home, stdout=out
        )
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return json.load(out), used.ru_maxrss * 1024


def check(person: Person) -> None:
    report = person("verify", "--both", "--json").json
    assert (report["integrity"], report["findings"]) == ("holds", [])


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_a_file_over_4_gib_is_received_whole(tmp_path: Path, person: Person) -> None:
    source = tmp_path / "large.bin"
    with source.open("wb") as file:
        file.write(b"begins")
        file.seek(FOUR_GIB + 4097)
        file.write(b"ends")

    said, memory = measured(person, "add", source)

    (one,) = said["outcomes"]
    digest = sha256_of(source)
    held = person.base / "objects" / digest[:2] / digest[2:4] / digest
    assert (one["outcome"], one["sha256"]) == ("received", digest)
    assert held.stat().st_size == source.stat().st_size
    assert sha256_of(held) == digest
    assert memory < MEMORY_BYTES
    check(person)


class Sparse:
    """A file in which zeros take no room."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")

    def write(self, data: bytes) -> int:
        if len(data) == MIB and not any(data):
            self.file.seek(MIB, os.SEEK_CUR)
        else:
            self.file.write(data)
        return len(data)

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)


def test_a_member_over_4_gib_of_a_zip64_archive_is_received_whole(tmp_path: Path, person: Person) -> None:
    source, zeros = tmp_path / "large.zip", bytes(MIB)
    digest = hashlib.sha256()
    target = Sparse(source)
    with zipfile.ZipFile(target, "w") as archive:
        with archive.open("large.bin", "w", force_zip64=True) as member:
            for _ in range(FOUR_GIB // MIB + 1):
                member.write(zeros)
                digest.update(zeros)
            member.write(b"ends")
            digest.update(b"ends")
        archive.writestr("after.txt", "behind it")
    target.close()

    said, memory = measured(person, "add", source)

    found = {one["path"]: (one["outcome"], one["sha256"]) for one in said["outcomes"]}
    assert found["large.zip"] == ("received", sha256_of(source))
    assert found["large.zip!/large.bin"] == ("received", digest.hexdigest())
    assert found["large.zip!/after.txt"][0] == "received"
    assert memory < MEMORY_BYTES
    check(person)


def test_a_folder_of_20000_files_is_received_once_and_then_held(tmp_path: Path, person: Person) -> None:
    source = tmp_path / "given"
    for number in range(20_000):
        path = source / f"{number // 500:02}" / f"{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"file %d\n" % number * 50)

    first, first_memory = measured(person, "add", source)
    again, again_memory = measured(person, "add", source)

    assert first["counts"] == {"received": 20_000}
    assert again["counts"] == {"held": 20_000}
    assert set(Counter(path for _, path, _ in received_in(person.base)).values()) == {1}
    assert max(first_memory, again_memory) < MEMORY_BYTES
    check(person)
