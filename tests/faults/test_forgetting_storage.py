"""After the power went a base opens, audits clean, and holds everything that was acknowledged."""

import random
import shutil
from pathlib import Path

import pytest
from forgetful import Disk, Recorder, RecordingLastSigned, RecordingOperations, RecordingWrites

from probanda.model.entry import Act
from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from probanda.vault.group import Group
from world import World, new_world, open_world


def acknowledge(world: World, recorder: Recorder, *acts: Act, sealed: bool = False) -> None:
    group: Group = world.sealed(acts) if sealed else world.author.sign(acts, world.seen())[0]
    first = world.ledger.append(group, world.signer)
    recorder.acknowledged(first, group.hashes)


def scenario(place: Path, bulk: int) -> tuple[Path, Recorder]:
    """Some days of work, recorded; and the state in which it began."""
    place.mkdir()
    new_world(place).close()
    before = place.parent / "before"
    shutil.copytree(place, before)
    recorder = Recorder(place)
    world = open_world(place, operations=RecordingOperations(recorder), writes=RecordingWrites(recorder))
    world.signer.last = RecordingLastSigned(place / "keys" / "signed", recorder)
    world.ledger.recover(world.signer)
    world.keep(b"one by one")
    acknowledge(world, recorder, world.received(b"one by one", "one.txt"))
    contents = [b"packed %d" % i for i in range(bulk)]
    world.pack(contents)
    acts = [world.received(data, f"bulk/{i}") for i, data in enumerate(contents)]
    acknowledge(world, recorder, *acts, sealed=True)
    for number in range(20):  # past a flush, and with a bulk of 240 past the first file of openings
        acknowledge(world, recorder, world.received(b"one by one", f"again/{number}"))
    world.close()
    for number in range(3):
        acknowledge(world, recorder, world.received(b"one by one", f"later/{number}"))
    world.close()
    return before, recorder


def check_after_crash(place: Path, disk: Disk) -> None:
    world = open_world(place)
    world.ledger.recover(world.signer)

    report = audit(world.root, processes=1)
    assert report.integrity is Outcome.HOLDS, report.findings
    head = world.ledger.head()
    world.signer.last.check(head, world.ledger.reader.root_at)
    tiles = [
        world.ledger.reader.tile(0, n, min(256, head.size - 256 * n)) for n in range(-(-head.size // 256))
    ]
    for first, hashes in disk.acknowledged:
        assert b"".join(tiles)[32 * first : 32 * first + len(hashes)] == hashes
    world.act(world.received(b"one by one", "after the crash"))
    world.originals.close()


def crash_everywhere(tmp_path: Path, seed: int, *, bulk: int, every: int = 1) -> int:
    before, recorder = scenario(tmp_path / "place", bulk)
    rng, disk, states = random.Random(seed), Disk(before), 0
    for number, (name, values) in enumerate(recorder.log):
        disk.apply(name, values)
        if number % every == seed % every:
            after = tmp_path / "after"
            disk.crash(after, rng)
            try:
                check_after_crash(after, disk)
            except Exception as error:
                error.add_note(f"seed {seed}, power lost after operation {number}: {name} {values[0]!r:.80}")
                raise
            shutil.rmtree(after)
            states += 1
    return states


@pytest.mark.slow
def test_whatever_the_power_takes_at_any_operation_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    assert crash_everywhere(tmp_path, 1, bulk=5) > 250


@pytest.mark.slow
def test_nothing_is_lost_where_one_file_of_openings_ends_and_the_next_begins(tmp_path: Path) -> None:
    assert crash_everywhere(tmp_path, 2, bulk=240, every=8) > 30


@pytest.mark.soak
@pytest.mark.parametrize("bulk", [1, 240])
@pytest.mark.parametrize("seed", range(100, 110))
def test_nothing_acknowledged_is_lost_in_thousands_of_crashes(tmp_path: Path, seed: int, bulk: int) -> None:
    assert crash_everywhere(tmp_path, seed, bulk=bulk) > 250
