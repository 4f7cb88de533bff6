"""A whole intake whose disk is full, whose files break, and that may not read or write."""

import errno
import json
import os
import shutil
import stat
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from inside import take_inside
from small_disk import SmallDisk
from whole_intake import PROGRAM, check_base, received_in

from person import Person, Said
from probanda.vault import originals, pack_writer
from probanda.vault.stream import Writes
from probanda.work.intake import outbox

MIB = 1 << 20
# Root may read and write everything; without these capabilities root is held to the permissions of files.
AS_ANYBODY = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"] if os.geteuid() == 0 else []
FULL_WORDS = "Free some space, then run the same command again."


def run(person: Person, prefix: list[str], *arguments: object, base: Path | None = None) -> Said:
    done = subprocess.run(
        [*prefix, *PROGRAM, *map(str, arguments)],
        env={**person.environment, "PROBANDA_BASE": str(base or person.base)},
        cwd=person.home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def test_a_full_disk_is_told_keeps_what_was_told_and_with_room_a_rerun_completes(
    tmp_path: Path, person: Person
) -> None:
    source = tmp_path / "given"
    for number in range(3000):
        path = source / "a" / f"{number:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"small %d" % number)
    for number in range(40):
        (source / f"b{number:02}.bin").write_bytes(bytes([number]) * 900_000)
    with SmallDisk(tmp_path / "disk", 24, 200) as disk:
        if not disk.is_mounted:  # a machine that lends nobody a mount: the next test stands in for this one
            assert "not permitted" in (why := disk.why_not()) or "denied" in why, why
            return
        assert disk.size_bytes() == 24 * MIB
        base = disk.place / "base"
        subprocess.run([*disk.prefix, "cp", "-a", person.base, base], check=True)
        full = run(person, disk.prefix, "add", source, "--json", base=base)
        audited = run(person, disk.prefix, "verify", "--json", base=base)
        disk.enlarge()
        again = run(person, disk.prefix, "add", source, "--json", base=base)
        shutil.rmtree(person.base)
        subprocess.run([*disk.prefix, "cp", "-a", base, person.base], check=True)

    said = json.loads(full.out)
    assert full.code == 1, full.err
    assert said["error"]["name"] == "E-STORAGE"
    assert FULL_WORDS in said["error"]["message"]
    assert "No space left on device" in full.err
    assert said["counts"]["received"] == len(said["outcomes"]) > 0
    assert json.loads(audited.out)["integrity"] != "fails"
    assert again.code == 0, again.err
    assert set(json.loads(again.out)["counts"]) == {"received", "held"}
    assert len(json.loads(again.out)["outcomes"]) == 3040
    check_base(person, said["outcomes"])
    assert len(received_in(person.base)) == 3040


class Full(Writes):
    """A disk on which only so many writes have room; the next one is done by half."""

    room = 0

    def write(self, descriptor: int, view: memoryview, offset: int) -> None:
        Full.room -= 1
        if Full.room < 0:
            super().write(descriptor, view[: len(view) // 2], offset)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(descriptor, view, offset)


@pytest.mark.parametrize("room", [0, 1, 5])
def test_a_disk_that_has_no_room_for_a_pack_keeps_what_was_told(
    tmp_path: Path, person: Person, threads: pytest.MonkeyPatch, room: int
) -> None:
    for number in range(200):
        path = tmp_path / "given" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"%d" % number)
    for module in (pack_writer, outbox):
        threads.setattr(module, "FULL_MEMBERS", 12)
    threads.setattr(originals, "Writes", Full)
    Full.room = room

    taken = take_inside(person)
    ending = taken.add(tmp_path / "given")
    Full.room = 1000
    again = take_inside(person)
    completed = again.add(tmp_path / "given")

    assert FULL_WORDS in str(ending.failure)
    assert len(taken.answers) <= 12 * room
    assert len(taken.answers) + ending.not_looked_at == 200
    assert completed.failure is None
    assert Counter(again.outcomes().values())["held"] == len(taken.answers)
    assert len(received_in(person.base)) == 200
    told = [{"outcome": a.outcome.value, "index": a.index, "path": a.path.decode(), "sha256": a.sha256}
            for a in taken.answers]  # fmt: skip
    check_base(person, told)
    assert list(person.base.rglob(".new-*")) == []


def test_files_that_break_or_change_while_they_are_read_are_told_and_the_others_received(
    tmp_path: Path, person: Person, threads: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "given"
    source.mkdir()
    for name in ("breaks", "shrinks", "grows", "rests"):
        (source / f"small {name}").write_bytes(name.encode() * 1000)
        (source / f"large {name}").write_bytes(name.encode() * MIB)
    reads: Counter[str] = Counter()
    really = os.readv

    def readv(descriptor: int, buffers: list[memoryview]) -> int:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        reads[path.name] += 1
        large = path.name.startswith("large")
        if path.name.endswith("breaks") and reads[path.name] == 1 + large:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        count = really(descriptor, buffers)
        if path.name.endswith("shrinks") and reads[path.name] == 1:
            os.truncate(path, 100)
        if path.name.endswith("grows") and reads[path.name] == 1:
            with path.open("ab") as file:
                file.write(b"more")
        return count

    with threads.context() as patch:
        patch.setattr(os, "readv", readv)
        taken = take_inside(person)
        ending = taken.add(source)

    assert ending.failure is None
    assert taken.outcomes() == {
        "small breaks": "unreadable",
        "large breaks": "unreadable",
        "small shrinks": "changed",
        "large shrinks": "changed",
        "small grows": "changed",
        "large grows": "changed",
        "small rests": "received",
        "large rests": "received",
    }
    held = [
        path for place in ("objects", "packs") for path in (person.base / place).rglob("*") if path.is_file()
    ]
    assert len(held) == 2
    check_base(person, [])
    again = take_inside(person)
    again.add(source)
    assert Counter(again.outcomes().values()) == {"received": 6, "held": 2}


def test_a_file_of_the_kernel_that_says_it_is_empty_is_not_received_as_empty(person: Person) -> None:
    said = person("add", "/proc/version", f"/proc/{os.getpid()}/mem", "--json", code=5).json

    assert said["counts"] == {"unreadable": 2}
    assert received_in(person.base) == []


@contextmanager
def forbidden(*paths: Path) -> Iterator[None]:
    """Without the permission to read or write."""
    before = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0)
    try:
        yield
    finally:
        for path, mode in before.items():
            path.chmod(mode)


def test_a_source_that_may_not_be_read_is_told_and_the_run_goes_on(tmp_path: Path, person: Person) -> None:
    source = tmp_path / "given"
    (source / "closed").mkdir(parents=True)
    for name in ("open.txt", "shut.txt", "closed/inner.txt"):
        (source / name).write_text(name)
    (source / "shut.txt").chmod(0)
    (source / "closed").chmod(0)

    said = run(person, AS_ANYBODY, "add", source, "--json")
    (source / "shut.txt").chmod(0o600)
    (source / "closed").chmod(0o700)
    again = run(person, AS_ANYBODY, "add", source, "--json")

    outcomes = {one["path"]: one["outcome"] for one in json.loads(said.out)["outcomes"]}
    assert outcomes == {"open.txt": "received", "shut.txt": "unreadable", "closed": "unreadable"}
    assert said.code == 5
    assert json.loads(again.out)["counts"] == {"held": 1, "received": 2}


@pytest.mark.parametrize("place", ["packs", "log", "staging"])
def test_a_base_that_may_not_be_written_is_told_and_with_permission_a_rerun_completes(
    tmp_path: Path, person: Person, place: str
) -> None:
    (tmp_path / "given.txt").write_text("text")
    folders = [person.base / place, *(person.base / place).rglob("*")]
    with forbidden(*(path for path in folders if path.is_dir())):
        said = run(person, AS_ANYBODY, "add", tmp_path / "given.txt", "--json")

    assert said.code == 1, said
    assert json.loads(said.out)["error"]["name"] == "E-STORAGE"
    assert "Permission denied" in said.err
    assert "Give yourself the right to write there" in said.err
    again = run(person, AS_ANYBODY, "add", tmp_path / "given.txt", "--json")
    assert again.code == 0, again
    assert len(received_in(person.base)) == 1
    check_base(person, json.loads(again.out)["outcomes"])
