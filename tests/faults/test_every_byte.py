"""Outside `views/` and `cache/` no byte can change, go or come without the audit naming the file."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from probanda.vault.audit_report import AuditReport
from world import small_world

SMALL_BYTES = 100  # files up to this size are flipped everywhere, larger ones at as many places


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = small_world(tmp_path_factory.mktemp("small"))
    for path in world.root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert look(world.root).integrity is Outcome.HOLDS
    return world.root


def look(root: Path) -> AuditReport:
    return audit(root, processes=1)


def counted(root: Path) -> list[Path]:
    """All files that count."""
    paths = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return [path for path in paths if path.relative_to(root).parts[0] not in ("views", "cache")]


def check_named(root: Path, path: Path, says: str, *, first: bool = True) -> None:
    """The audit does not hold, and names this file: before anything else, or at least among all."""
    report, name = look(root), path.relative_to(root).as_posix()
    assert report.integrity is Outcome.FAILS, says
    named = [finding.where.split(" ")[0] for finding in report.findings]
    assert named[0] == name if first else name in named, f"{says}: {report.findings[:3]}"


def flipped(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :]


def check_flips(root: Path, path: Path, positions: Iterator[int], rng: random.Random) -> None:
    data = path.read_bytes()
    try:
        for at in positions:
            path.write_bytes(flipped(data, at, rng))
            check_named(root, path, f"byte {at} of {path.name} was flipped")
    finally:
        path.write_bytes(data)


@pytest.mark.slow
def test_a_flipped_byte_in_any_file_is_found_and_the_file_is_named_first(base: Path) -> None:
    rng = random.Random(1)
    for path in counted(base):
        size = path.stat().st_size
        places = range(size) if size <= SMALL_BYTES else sorted(rng.sample(range(size), SMALL_BYTES))
        check_flips(base, path, iter(places), rng)
    assert look(base).integrity is Outcome.HOLDS


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_single_flipped_byte_is_found_and_the_file_is_named_first(base: Path) -> None:
    rng = random.Random(2)
    for path in counted(base):
        check_flips(base, path, iter(range(path.stat().st_size)), rng)


@pytest.mark.slow
def test_a_file_cut_anywhere_is_found_and_named_first(base: Path) -> None:
    rng = random.Random(3)
    for path in counted(base):
        data = path.read_bytes()
        for size in {0, 1, len(data) // 2, len(data) - 1, rng.randrange(len(data))} - {len(data)}:
            path.write_bytes(data[:size])
            check_named(base, path, f"{path.name} was cut to {size} bytes")
        path.write_bytes(data)


def test_bytes_added_to_any_file_are_found_and_named_first(base: Path) -> None:
    for path in counted(base):
        data = path.read_bytes()
        for more in (b"\0", b"\n", b"{}\n", data):
            path.write_bytes(data + more)
            check_named(base, path, f"{more[:10]!r} was added to {path.name}")
        path.write_bytes(data)


def test_any_file_that_is_deleted_is_found(base: Path) -> None:
    for path in counted(base):
        data = path.read_bytes()
        path.unlink()
        if (
            path.parent.name == "packs"
        ):  # entries never name a pack, so its members are missed by their own names
            report = look(base)
            assert {finding.name for finding in report.findings} == {"E-ITEM"}
            assert len(report.findings) == 7  # six members, one of them received twice
        else:
            check_named(base, path, f"{path.name} was deleted")
        path.write_bytes(data)


@pytest.mark.parametrize(
    "name",
    [
        "stranger",
        "log/stranger",
        "log/tile/0/000",
        "log/tile/0/000.p/15",
        "log/tile/0/001.p/1",
        "log/tile/1/000.p/1",
        "log/tile/7/000",
        "log/tile/entries/000.p/15",
        "log/tile/entries/x000/000",
        "log/anchors/13/stranger.tsr",
        "log/anchors/stranger",
        "entries/001.jsonl",
        "entries/x001/000.jsonl",
        "entries/stranger",
        "staging/stranger",
        "objects/stranger",
        "objects/ab/stranger",
        "objects/ab/cd/stranger",
        f"objects/ab/cd/{'0' * 64}",
        f"packs/{'0' * 63}.tar",
        "packs/stranger.tar",
        "derived/ab/cd/stranger",
        "keys/secret",
    ],
)
def test_a_file_that_has_no_place_in_a_base_is_found(base: Path, name: str) -> None:
    path = base / name
    folders = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"anything")
    try:
        check_named(base, path, f"{name} was added")
    finally:
        path.unlink()
        for folder in folders:
            folder.rmdir()


def test_a_link_in_the_place_of_a_file_is_found(base: Path, tmp_path: Path) -> None:
    for path in counted(base):
        moved = tmp_path / "moved"
        shutil.move(path, moved)
        path.symlink_to(moved)
        try:
            check_named(base, path, f"{path.name} became a link", first=False)
        finally:
            path.unlink()
            shutil.move(moved, path)


def test_views_and_cache_may_hold_anything(base: Path) -> None:
    for folder in ("views", "cache"):
        (base / folder).mkdir(exist_ok=True)
        (base / folder / "anything").write_bytes(b"anything")

    report = look(base)

    assert (report.integrity, report.findings, report.notes) == (Outcome.HOLDS, (), ())


def test_unfinished_writes_are_noted_and_do_no_harm(base: Path) -> None:
    places = [base / "objects/.new-1", base / "packs/.new-2", base / "log/.new-head"]
    for path in places:
        path.write_bytes(b"half of som")
    try:
        report = look(base)
    finally:
        for path in places:
            path.unlink()

    assert report.integrity is Outcome.HOLDS
    assert {note.where for note in report.notes} == {p.relative_to(base).as_posix() for p in places}
