"""Disks that refuse: full, forbidden, with read errors. The user hears of it, and nothing is lost."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from probanda.errors import ProbandaError, StorageFailed
from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from probanda.vault.storage.folder import Folder, Operations
from probanda.vault.stream import Writes
from world import World, new_world, open_world

DATA = b"received by a test"
OPERATIONS = ("write", "sync", "sync_folder", "sync_all", "rename", "remove", "make_folder")
WRITES = ("create", "write", "sync", "name", "make_folder", "sync_folder")


class Refusals:
    """Counts operations, and refuses from one of them on."""

    def __init__(self, at: int, number: int, *, for_ever: bool) -> None:
        self.left, self.number, self.for_ever = at, number, for_ever
        self.refused = False

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0 or (self.for_ever and self.left < 0):
            self.refused = True
            raise OSError(self.number, os.strerror(self.number))


def refusing(kind: type, names: tuple[str, ...], refuse: Refusals) -> object:
    """An object of `kind` whose operations ask `refuse` first, and do half of a write before they fail."""

    def before(name: str) -> Callable[..., object]:
        def operation(self: object, *args: object, **more: object) -> object:
            try:
                refuse()
            except OSError:
                if name == "write" and kind is Operations:
                    path, data = args
                    Operations.write(self, path, data[: len(data) // 2], **more)  # type: ignore[arg-type,index]
                raise
            return getattr(kind, name)(self, *args, **more)

        return operation

    return type("Refusing", (kind,), {name: before(name) for name in names})()


def work(world: World) -> list[int]:
    """Something of everything; indices of what was acknowledged are noted as they come."""
    done: list[int] = []
    world.noted = done  # type: ignore[attr-defined]
    world.keep(DATA)
    done.append(world.act(world.received(DATA, "one")))
    world.pack([b"packed"])
    done.append(world.bulk([world.received(b"packed", str(i)) for i in range(3)]))
    for number in range(18):
        done.append(world.act(world.received(DATA, f"again/{number}")))
    world.ledger.settle()
    return done


@pytest.mark.slow
@pytest.mark.parametrize(("number", "for_ever"), [(errno.ENOSPC, True), (errno.EIO, False)])
def test_a_disk_that_refuses_at_any_operation_is_told_and_harms_nothing(
    tmp_path: Path, number: int, for_ever: bool
) -> None:
    (tmp_path / "start").mkdir()
    new_world(tmp_path / "start").close()
    at, refused = 1, True
    while refused:
        place = tmp_path / "place"
        shutil.copytree(tmp_path / "start", place)
        refuse = Refusals(at, number, for_ever=for_ever)
        operations, writes = refusing(Operations, OPERATIONS, refuse), refusing(Writes, WRITES, refuse)
        world = open_world(place, operations=operations, writes=writes)  # type: ignore[arg-type]
        try:
            work(world)
        except StorageFailed as error:
            assert os.strerror(number) in str(error)
        refused = refuse.refused
        check_harmless(place, world.noted)  # type: ignore[attr-defined]
        world.originals.close()
        shutil.rmtree(place)
        at += 1 if at < 30 else 11
    assert at > 100


def check_harmless(place: Path, acknowledged: list[int]) -> None:
    again = open_world(place)
    again.ledger.recover(again.signer)
    report = audit(again.root, processes=1)
    assert report.integrity is Outcome.HOLDS, report.findings
    assert again.ledger.head().size > max(acknowledged, default=0)
    again.keep(DATA)
    again.act(again.received(DATA, "after"))
    again.originals.close()


def test_after_a_refusal_the_same_process_can_go_on(tmp_path: Path) -> None:
    new_world(tmp_path).close()
    refuse = Refusals(3, errno.ENOSPC, for_ever=False)
    world = open_world(tmp_path, operations=refusing(Operations, OPERATIONS, refuse))  # type: ignore[arg-type]
    world.keep(DATA)
    with pytest.raises(StorageFailed, match="Free some space"):
        world.act(world.received(DATA, "one"))

    world.act(world.received(DATA, "one"))
    world.ledger.settle()

    assert audit(world.root, processes=1).integrity is Outcome.HOLDS


FULL = """
import sys
from pathlib import Path
from world import open_world
from probanda.errors import StorageFailed
world = open_world(Path(sys.argv[1]))
done = 0
try:
    for number in range(10_000):
        data = b"%d" % number * 5000
        world.keep(data)
        world.act(world.received(data, str(number)))
        done += 1
except StorageFailed as error:
    print(done, error)
"""


@pytest.mark.slow
def test_a_disk_that_is_really_full_is_told_and_harms_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    new_world(disk).close()
    script = tmp_path / "full.py"
    script.write_text(FULL)
    shutil.copytree(disk, tmp_path / "start")
    # A small disk in a name space of its own: nothing outside sees it, and it goes with the process.
    inside = (
        f"mount -t tmpfs -o size=2m none {disk} && cp -a {tmp_path}/start/. {disk} && "
        f"{sys.executable} {script} {disk}; cp -a {disk}/. {tmp_path}/after"
    )
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    ran = subprocess.run(
        ["unshare", "-rm", "sh", "-c", inside],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Free some space" in ran.stdout, ran.stderr
    check_harmless(tmp_path / "after", [int(ran.stdout.split()[0]) + 1])


def test_a_log_that_cannot_be_read_is_told_as_a_failure_of_storage(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.close()
    (world.root / "log/head").unlink()
    (world.root / "log/head").mkdir()  # reading fails with another error than "not there"

    with pytest.raises(StorageFailed, match="Could not read"):
        world.ledger.head()


def test_a_base_whose_log_folder_is_gone_is_told_as_a_failure_of_storage(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.close()
    shutil.rmtree(world.root / "log")

    with pytest.raises(ProbandaError):
        world.act(world.received(DATA, "one"))


def test_the_names_in_a_folder_that_cannot_be_listed_are_a_failure_of_storage(tmp_path: Path) -> None:
    (tmp_path / ("n" * 200)).mkdir()

    with pytest.raises(StorageFailed):
        Folder(tmp_path).names("n" * 300)


def test_what_an_audit_cannot_read_is_undecided_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world(tmp_path)
    path = world.keep(DATA)
    world.act(world.received(DATA, "one"))
    world.close()
    whole = Path.open

    def failing(self: Path, *args: object, **more: object) -> object:
        if self == path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return whole(self, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", failing)

    report = audit(world.root, processes=1)

    assert report.findings[0].name == "E-UNREADABLE"
    assert report.findings[0].where == path.relative_to(world.root).as_posix()
    assert report.integrity is Outcome.UNDECIDED
