"""P3, P16: an audit beside bagit validating the same files and beside reading and hashing alone; caches warm.

The audit also checks openings, leaves, tiles of all levels, signatures and seals; bagit checks digests.

Run: python bench/audit.py [FOLDER] [FILES]     FOLDER needs 6 GB free
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from sides import alternate, report

from probanda.base import init
from probanda.model.digest import EntryId
from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from probanda.vault.keys import KeyRing
from probanda.work.intake.pipeline import Request, add
from probanda.work.intake.progress import Progress

PROCESSES = 2
PASSPHRASE = "only for this measurement"  # noqa: S105  # the key is gone when the measurement ends
SMALL_BYTES, LARGE_BYTES, LARGE_FILES = 50_000, 250_000_000, 8
MEMORY_MB = 500


def main() -> None:
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with tempfile.TemporaryDirectory(prefix="probanda-bench-", dir=given) as place:
        _small(Path(place) / "small", files)
        _large(Path(place) / "large")


def _small(place: Path, files: int) -> None:
    source = _source(place / "source", files, SMALL_BYTES)
    base = _base(source, place)
    for both, name, target in ((False, "SHA-256", 4.0), (True, "both digests", 2.5)):
        bag = _bag(source, place / f"bag-{both}", both=both)
        ours, theirs = alternate(partial(_audit, base, both=both), partial(_validate, bag), rounds=3)
        print(
            f"P3 small, {name}: {files:,} files of {SMALL_BYTES:,} bytes: {ours:.2f} s, bagit {theirs:.2f} s"
        )
        report(f"P3 small, {name}: bagit over audit", theirs / ours, target)
    report("P16 one process that audits alone", _memory(base), MEMORY_MB, unit="MB", at_most=True)


def _large(place: Path) -> None:
    source = _source(place / "source", LARGE_FILES, LARGE_BYTES)
    base = _base(source, place)
    objects = sorted(path for path in (base / "objects").rglob("*") if path.is_file())
    for both, name in ((False, "SHA-256"), (True, "both digests")):
        ours, limit = alternate(partial(_audit, base, both=both), partial(_hash_all, objects, both), rounds=3)
        print(
            f"P3 large, {name}: {LARGE_FILES} files of {LARGE_BYTES:,} bytes: {ours:.2f} s, "
            f"limit {limit:.2f} s"
        )
        report(f"P3 large, {name}: read + digests over audit", limit / ours, 0.9)


def _source(folder: Path, files: int, size_bytes: int) -> Path:
    seeded = random.Random(1)
    for number in range(files):
        path = folder / f"{number % 20:02d}" / f"IMG_{number:05d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff\xd8\xff\xe0" + seeded.randbytes(size_bytes - 4))
    os.sync()
    return folder


def _base(source: Path, place: Path) -> Path:
    ring = KeyRing(place / "keys")
    made = init(place / "base", ring, "first", PASSPHRASE)
    session = made.session(ring, ring.unlock(ring.files()[0], PASSPHRASE))
    request = Request(EntryId(made.opening(1).leaf_hash.hex()))
    progress = Progress(time.monotonic())
    ending = add([os.fsencode(source)], session.intake(), request, progress=progress, tell=_tell_nobody)
    assert ending.failure is None
    return place / "base"


def _tell_nobody(answer: object) -> None:
    """Outcomes are counted by the audit."""


def _audit(base: Path, *, both: bool) -> None:
    verdict = audit(base, both=both, processes=PROCESSES)
    assert verdict.integrity is Outcome.HOLDS, verdict.findings[:3]


def _memory(base: Path) -> float:
    """The peak of a process that does nothing else, in MB."""
    script = (
        "import pathlib, resource, sys; from probanda.vault.audit import audit; "
        "audit(pathlib.Path(sys.argv[1]), both=True, processes=1); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(base)], check=True, capture_output=True, text=True
    )
    return float(ran.stdout)


def _bagit(*arguments: str) -> None:
    program = Path(sys.executable).with_name("bagit.py")
    command = [sys.executable, str(program), "--processes", str(PROCESSES), *arguments]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def _bag(source: Path, bag: Path, *, both: bool) -> Path:
    subprocess.run(["cp", "-al", str(source), str(bag)], check=True)
    _bagit("--sha256", *(["--sha512"] if both else []), str(bag))
    return bag


def _validate(bag: Path) -> None:
    _bagit("--validate", str(bag))


def _hash_all(paths: list[Path], both: bool) -> None:  # noqa: FBT001
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(partial(_hash, both=both), paths))


def _hash(path: Path, *, both: bool) -> bytes:
    digests: list[Callable[[memoryview], None]] = [hashlib.sha256().update]
    if both:
        digests.append(hashlib.sha512().update)
    buffer = memoryview(bytearray(1 << 18))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            for update in digests:
                update(buffer[:count])
    return b""


if __name__ == "__main__":
    main()
