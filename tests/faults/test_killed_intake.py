"""An intake killed or stopped at any moment: the base opens, nothing told is lost, a rerun completes."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from dying import children_of
from whole_intake import PROGRAM, Source, check_base, check_rerun, copy_of, make_source, outcomes_in

from person import Person

DYING = Path(__file__).with_name("dying.py")
QUICK_FILES, QUICK_PACK = 200, 20  # a small intake with as many groups as a large one
MANY_FILES, REAL_PACK = 3000, 1000
OPERATIONS = {"parent": 120, "worker": 60}  # about as many as a quick intake has in such a process
PATIENCE_S = 120


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Person:
    person = Person(tmp_path_factory.mktemp("empty") / "home")
    person.home.mkdir()
    person("init", str(person.base))
    return person


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return make_source(tmp_path_factory.mktemp("source") / "given", QUICK_FILES)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return make_source(tmp_path_factory.mktemp("many") / "given", MANY_FILES)


def start(person: Person, source: Source, *program: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*map(str, program), "add", str(source.root), "--json"],
        env={**person.environment, "PYTHONUNBUFFERED": "1"},  # what was told can be read at once
        cwd=person.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # nothing is read ahead of what is asked for
        start_new_session=True,
    )


def die_at_operation(person: Person, source: Source, who: str, at: int, pack: int) -> list[dict]:
    """Let the intake kill itself; what was told before."""
    intake = start(person, source, sys.executable, DYING, who, at, pack)
    out, err = intake.communicate(timeout=PATIENCE_S)  # ends when no process is left that could write
    assert (person.home / "died").exists()
    if who != "worker":
        assert intake.returncode == -signal.SIGKILL, err
    else:
        error = json.loads(out)["error"]  # none if it died after it had said that it had ended
        assert (intake.returncode, error and error["name"]) in ((1, "E-STORAGE"), (0, None)), err
    return outcomes_in(out.decode())


def die_when_told(person: Person, source: Source, who: str, outcomes: int) -> list[dict]:
    """Kill the intake when it has told so many outcomes, before it can go on far; what was told before."""
    intake = start(person, source, *PROGRAM)
    assert intake.stdout is not None
    out = b"".join(intake.stdout.readline() for _ in range(outcomes + 1))
    workers = children_of(intake.pid)
    rest = {"parent": [], "parent-all": workers, "worker": workers[:1], "worker-all": workers}[who]
    for number in ([] if who.startswith("worker") else [intake.pid]) + rest:
        os.kill(number, signal.SIGKILL)
    out += intake.communicate(timeout=PATIENCE_S)[0]
    if who.startswith("parent"):
        assert intake.returncode == -signal.SIGKILL
    return outcomes_in(out.decode())


def kill_once(empty: Person, source: Source, home: Path, rng: random.Random, pack: int) -> None:
    """One intake killed at a point that the seed chooses, perhaps its rerun too, and what must hold."""
    person, told, points = copy_of(empty, home), [], []
    for _ in range(rng.choice((1, 1, 1, 2))):
        who = rng.choice(("parent", "parent-all", "worker", "worker-all"))
        if rng.random() < 0.25:
            points.append((who, "told", rng.randrange(len(source.paths) + 1)))
            told += die_when_told(person, source, who, points[-1][2])
        else:
            points.append((who, "operation", rng.randrange(1, OPERATIONS[who.partition("-")[0]])))
            told += die_at_operation(person, source, who, points[-1][2], pack)
            (home / "died").unlink()
        try:
            check_base(person, told)
        except BaseException as error:
            error.add_note(f"killed at {points}")
            raise
    try:
        check_rerun(person, source)
    except BaseException as error:
        error.add_note(f"rerun after it was killed at {points}")
        raise
    shutil.rmtree(home)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_an_intake_killed_at_any_point_has_lost_nothing_told_and_a_rerun_completes(
    memory: Path, empty: Person, source: Source, seed: int
) -> None:
    kill_once(empty, source, memory, random.Random(seed), QUICK_PACK)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1250))
def test_250_intakes_of_many_groups_killed_at_random_points_lose_nothing(
    memory: Path, empty: Person, source: Source, seed: int
) -> None:
    kill_once(empty, source, memory, random.Random(seed), QUICK_PACK)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2000, 2050))
def test_50_intakes_of_real_packs_killed_at_random_points_lose_nothing(
    memory: Path, empty: Person, many: Source, seed: int
) -> None:
    kill_once(empty, many, memory, random.Random(seed), REAL_PACK)


@pytest.mark.slow
def test_ctrl_c_closes_the_document_leaves_a_clean_base_and_a_rerun_completes(
    memory: Path, empty: Person, many: Source
) -> None:
    outcomes = 700
    person = copy_of(empty, memory)
    intake = start(person, many, *PROGRAM)
    assert intake.stdout is not None
    out = b"".join(intake.stdout.readline() for _ in range(outcomes + 1))
    os.killpg(intake.pid, signal.SIGINT)
    rest, err = intake.communicate(timeout=PATIENCE_S)

    said = json.loads(out + rest)
    assert intake.returncode == 130, err
    assert said["stopped"]
    assert b"run it again to go on" in b" ".join(err.split())
    check_base(person, said["outcomes"])
    counts = check_rerun(person, many)
    assert counts["held"] >= said["counts"]["received"] >= outcomes
