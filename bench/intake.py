"""P1, P2, P16: durable intake beside what reading and hashing alone cost, and beside another tool.

The limit is two processes that read each file once and make both digests; they store nothing. bagit hashes
in place: it copies nothing and syncs nothing. The intake reads, hashes, stores, makes an entry for each file,
commits them under seals and signed checkpoints, and folds the views; all is on disk when it returns.

Run: python bench/intake.py [FOLDER]     FOLDER needs 16 GB free, and lies best on the disk of a base
"""

from __future__ import annotations

import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sides import ROUNDS, alternate, report

from probanda.base import Session, init
from probanda.model.digest import EntryId
from probanda.vault.keys import KeyRing
from probanda.work.intake.pipeline import Request, add
from probanda.work.intake.progress import Progress

PROCESSES = 2
PASSPHRASE = "only for this measurement"  # noqa: S105  # the key is gone when the measurement ends
MEMORY_MB = 500


@dataclass(frozen=True)
class Size:
    target: str
    files: int
    size_bytes: int
    limit_ratio: float
    bagit_ratio: float | None


SMALL = Size("P1 small", 20_000, 50_000, 0.55, 1.5)
LARGE = Size("P2 large", 100, 20_000_000, 0.85, None)


def main() -> None:
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(prefix="probanda-bench-", dir=given) as place:
        for size in (SMALL, LARGE):
            _measure(size, Path(place) / size.target.replace(" ", "-"))


def _measure(size: Size, place: Path) -> None:
    source = _source(size, place / "source")
    files = sorted(path for path in source.rglob("*") if path.is_file())
    total = size.files * size.size_bytes
    _hash_all(files)  # warm on all sides
    rounds = iter(range(10 * ROUNDS))
    cpu: dict[str, list[float]] = {"limit": [], "intake": []}
    hashing, intake, bagit, writing = alternate(
        _with_cpu(cpu["limit"], lambda: _timed(lambda: _hash_all(files))),
        _with_cpu(cpu["intake"], lambda: _intake(source, size, place / f"base-{next(rounds)}")),
        lambda: _bagit(source, place / "bag"),
        lambda: _write(place / "written", total),
    )
    print(
        f"{size.target}: {size.files:,} files of {size.size_bytes:,} bytes, medians of {ROUNDS}: read + both "
        f"digests {hashing:.2f} s, intake {intake:.2f} s, bagit {bagit:.2f} s, disk write {writing:.2f} s",
        flush=True,
    )
    if size.bagit_ratio is None:
        slower = max(hashing, writing)
        report(
            f"{size.target}: the slower of hashing and disk over intake", slower / intake, size.limit_ratio
        )
    else:
        report(f"{size.target}: read + both digests over intake", hashing / intake, size.limit_ratio)
        report(f"{size.target}: bagit over intake", bagit / intake, size.bagit_ratio)
    used = {name: sorted(values)[len(values) // 2] for name, values in cpu.items()}
    print(f"  processor time: limit {used['limit']:.2f} s, intake {used['intake']:.2f} s", flush=True)
    own, workers = (resource.getrusage(who).ru_maxrss / 1024 for who in WHO)
    report(f"P16 largest process after {size.target}", max(own, workers), MEMORY_MB, unit="MB", at_most=True)
    shutil.rmtree(place)


WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _source(size: Size, folder: Path) -> Path:
    """Files that begin as photographs do and do not repeat."""
    seeded = random.Random(1)
    for number in range(size.files):
        path = folder / f"{number * 20 // size.files:02d}" / f"IMG_{number:05d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff\xd8\xff\xe0" + seeded.randbytes(size.size_bytes - 4))
    os.sync()
    return folder


def _timed(run: Callable[[], object]) -> float:
    os.sync()  # nobody pays for the writes of another
    before = time.perf_counter()
    run()
    return time.perf_counter() - before


def _with_cpu(into: list[float], run: Callable[[], float]) -> Callable[[], float]:
    def measured() -> float:
        before = _cpu_s()
        took = run()
        into.append(_cpu_s() - before)
        return took

    return measured


def _cpu_s() -> float:
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, WHO))


def _hash_all(files: list[Path]) -> None:
    names = [os.fspath(path) for path in files]
    step = max(1, min(16, len(names) // 256))
    parts = [names[start : start + step] for start in range(0, len(names), step)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        for _ in pool.map(_hash_part, parts):
            pass


def _hash_part(names: Iterable[str]) -> None:
    buffer = bytearray(1 << 18)
    view = memoryview(buffer)
    for name in names:
        sha256, sha512 = hashlib.sha256(), hashlib.sha512()
        descriptor = os.open(name, os.O_RDONLY)
        while count := os.readv(descriptor, [buffer]):
            sha256.update(view[:count])
            sha512.update(view[:count])
        os.close(descriptor)
        sha256.digest()
        sha512.digest()


def _intake(source: Path, size: Size, place: Path) -> float:
    session = _session(place)
    answers: list[object] = []

    def run() -> None:
        progress = Progress(time.monotonic())
        ending = add(
            [os.fsencode(source)],
            session.intake(),
            Request(EntryId(session.base.opening(1).leaf_hash.hex())),
            progress=progress,
            tell=answers.append,
        )
        assert ending.failure is None and ending.behind is None

    took = _timed(run)
    assert len(answers) == size.files
    return took  # the base stays to the end: finding space just after much was freed would be measured too


def _session(place: Path) -> Session:
    ring = KeyRing(place / "keys")
    base = init(place / "base", ring, "first", PASSPHRASE)
    return base.session(ring, ring.unlock(ring.files()[0], PASSPHRASE))


def _bagit(source: Path, bag: Path) -> float:
    subprocess.run(["cp", "-al", str(source), str(bag)], check=True)
    program = Path(sys.executable).with_name("bagit.py")
    command = [sys.executable, str(program), "--sha256", "--sha512", "--processes", str(PROCESSES), str(bag)]
    took = _timed(lambda: subprocess.run(command, check=True, stderr=subprocess.DEVNULL))
    shutil.rmtree(bag)
    return took


def _write(path: Path, total: int) -> float:
    block = os.urandom(4 << 20)

    def run() -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        left = total
        while left > 0:
            left -= os.write(descriptor, block[: min(left, len(block))])
        os.fdatasync(descriptor)
        os.close(descriptor)

    took = _timed(run)
    path.unlink()
    return took


if __name__ == "__main__":
    main()
