"""A whole intake on disks that forget, refuse and break."""

import random
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from forgetful import Disk, Recorder
from inside import session_of, take_inside, take_recorded, unlocked
from whole_intake import Source, make_source, received_in

from person import Person
from probanda.proof.leaf import leaf_hash
from probanda.proof.verdict import Outcome
from probanda.vault import pack_writer
from probanda.vault.audit import audit
from probanda.vault.keys import Unlocked
from probanda.vault.ledger import Ledger
from probanda.vault.storage.folder import Folder, Operations
from probanda.work.govern.matters import matter_act
from probanda.work.intake import outbox


class Pause(Operations):
    """Stops between the commit of a group and its copies in the log, until told to go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def write(self, path: Path, data: bytes, *, at: int | None = None, exclusive: bool = False) -> None:
        if path.parent.name == "entries":
            self.reached.set()
            self.go_on.wait(60)
        super().write(path, data, at=at, exclusive=exclusive)


def test_a_held_archive_is_found_while_somebody_else_is_between_commit_and_copies(
    tmp_path: Path, person: Person, threads: pytest.MonkeyPatch
) -> None:
    source = make_source(tmp_path / "given", 20)
    person("add", str(source.root))
    other, pause = session_of(person), Pause()
    ledger = Ledger(Folder(person.base, pause), other.base.identity.log_key)
    acts = [matter_act(str(number), None) for number in range(256)]
    group, _ = other.author.sign(acts, ledger.head())
    writer = threading.Thread(target=ledger.append, args=(group, other.log_key))
    taken = take_inside(person)
    find_held = taken.desk.find_held

    def asked(*question: object) -> object:
        if not writer.ident:
            writer.start()
            assert pause.reached.wait(60)
        return find_held(*question)

    taken.desk = replace(taken.desk, find_held=asked)
    tell = taken.tell
    taken.tell = lambda answer: (tell(answer), pause.go_on.set())
    ending = taken.add(source.root / "archive.zip")
    pause.go_on.set()
    writer.join()

    assert ending.failure is None
    assert set(taken.outcomes().values()) == {"held"}


def recorded_intake(person: Person, source: Source, patch: pytest.MonkeyPatch) -> tuple[Path, Recorder]:
    """The state in which an intake of many small groups began, and all its operations."""
    before = person.home.with_name("before")
    shutil.copytree(person.home, before)
    recorder = Recorder(person.home)
    with patch.context() as recording:
        for module in (pack_writer, outbox):
            recording.setattr(module, "FULL_MEMBERS", 12)
        taken = take_recorded(person, recorder, recording)
        assert taken.add(source.root).failure is None
    assert taken.outcomes() == dict.fromkeys(source.paths, "received")
    return before, recorder


def check_after_crash(person: Person, disk: Disk, opened: Unlocked) -> None:
    session = session_of(person, opened)
    report = audit(person.base, processes=1)
    assert (report.integrity, report.findings) == (Outcome.HOLDS, ())
    reader = session.base.ledger.reader
    head = reader.head()
    session.log_key.last.check(head, reader.root_at)
    for index, told in disk.acknowledged:
        assert index < head.size
        assert leaf_hash(reader.leaf(index, head.size)) == told
    session.close()
    session.base.originals.close()


def check_rerun(person: Person, source: Source, opened: Unlocked) -> None:
    taken = take_inside(person, opened=opened)
    assert taken.add(source.root).failure is None
    assert set(taken.outcomes().values()) <= {"received", "held"}
    assert sorted(path for _, path, _ in received_in(person.base)) == sorted(source.paths)
    assert audit(person.base, processes=1).findings == ()


def crash_often(
    person: Person, source: Source, patch: pytest.MonkeyPatch, memory: Path, *, states: int, seed: int
) -> int:
    """Take the power away after operations of an intake; after how many of them."""
    opened = unlocked(person)
    before, recorder = recorded_intake(person, source, patch)
    rng, disk = random.Random(seed), Disk(before)
    points = set(rng.sample(range(len(recorder.log)), min(states, len(recorder.log))))
    for number, (name, values) in enumerate(recorder.log):
        disk.apply(name, values)
        if number not in points:
            continue
        after = Person(memory)
        disk.crash(after.home, rng)
        if rng.random() < 0.3:  # what is in the cache need not be older than what is lost
            shutil.copytree(person.base / "cache", after.base / "cache", dirs_exist_ok=True)
        try:
            check_after_crash(after, disk, opened)
            if rng.random() < 0.1:
                check_rerun(after, source, opened)
        except BaseException as error:
            error.add_note(f"seed {seed}, power lost after operation {number}: {name} {values[0]!r:.80}")
            raise
        shutil.rmtree(after.home)
    return len(points)


@pytest.mark.slow
def test_whatever_the_power_takes_of_an_intake_nothing_told_is_lost(
    tmp_path: Path, memory: Path, person: Person, threads: pytest.MonkeyPatch
) -> None:
    source = make_source(tmp_path / "given", 30)

    assert crash_often(person, source, threads, memory, states=150, seed=1) == 150


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(100, 104))
def test_power_lost_after_every_operation_of_an_intake_loses_nothing_told(
    tmp_path: Path, memory: Path, person: Person, threads: pytest.MonkeyPatch, seed: int
) -> None:
    source = make_source(tmp_path / "given", 60)

    assert crash_often(person, source, threads, memory, states=10_000, seed=seed) > 300
