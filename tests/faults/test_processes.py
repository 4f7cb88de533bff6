"""Several processes at one base, and processes that are killed."""

import os
import random
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from world import World, new_world, open_world

WRITER = Path(__file__).with_name("writer.py")


def start(place: Path, count: int, each: int = 1) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(WRITER.parent.parent), *sys.path])
    return subprocess.Popen(
        [sys.executable, WRITER, place, str(count), str(each)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def hashes_of(world: World) -> bytes:
    head = world.ledger.head()
    widths = [(n, min(256, head.size - 256 * n)) for n in range(-(-head.size // 256))]
    return b"".join(world.ledger.reader.tile(0, n, width) for n, width in widths)


def check_acknowledged(world: World, lines: list[str]) -> None:
    hashes = hashes_of(world)
    for line in lines:
        first, told = int(line.split()[0]), bytes.fromhex(line.split()[1])
        assert hashes[32 * first : 32 * first + len(told)] == told


@pytest.mark.slow
def test_two_processes_that_append_at_once_lose_no_entry(tmp_path: Path) -> None:
    new_world(tmp_path).close()
    writers = [start(tmp_path, 500), start(tmp_path, 500)]
    told = [writer.communicate(timeout=240)[0].splitlines() for writer in writers]

    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(int(line.split()[0]) for lines in told for line in lines) == list(range(2, 1002))
    world = open_world(tmp_path)
    check_acknowledged(world, told[0] + told[1])
    report = audit(world.root, processes=1)
    assert (report.integrity, report.notes) == (Outcome.HOLDS, ())


def kill_often(place: Path, times: int, seed: int) -> None:
    rng, acknowledged = random.Random(seed), list[str]()
    new_world(place).close()
    for number in range(times):
        writer = start(place, 10_000, each=rng.choice([1, 1, 40]))
        assert writer.stdout is not None
        # From the first acknowledgement on, after a random number of lines and a random part of the next one.
        for _ in range(rng.randrange(1, 20)):
            acknowledged.append(writer.stdout.readline())
        select.select([], [], [], rng.random() * 0.004)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += [
            line for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")
        ]
        writer.wait()
        writer.stdout.close()
        world = open_world(place)
        world.ledger.recover(world.signer)
        check_acknowledged(world, acknowledged)
        report = audit(world.root, processes=1)
        assert report.integrity is Outcome.HOLDS, (number, report.findings)


@pytest.mark.slow
def test_a_process_killed_at_any_moment_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    kill_often(tmp_path, 20, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_process_killed_three_hundred_times_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    kill_often(tmp_path, 300, seed=2)


@pytest.mark.slow
def test_an_audit_of_a_base_that_is_written_to_holds(tmp_path: Path) -> None:
    new_world(tmp_path).close()
    writer = start(tmp_path, 300)
    assert writer.stdout is not None
    writer.stdout.readline()
    reports = [audit(tmp_path / "base", processes=1) for _ in range(30)]
    writer.kill()
    writer.communicate()

    assert [report.findings for report in reports if report.integrity is not Outcome.HOLDS] == []
