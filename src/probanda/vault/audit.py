"""Derives everything in a base again and compares it with what is stored.

Trusts nothing, needs no private key, changes nothing. Findings come in the order of the log, then of
paths; the first bad thing never hides the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from probanda.model.digest import EntryId
from probanda.proof.verdict import Outcome
from probanda.vault.audit_held import Holdings
from probanda.vault.audit_log import LogAudited, audit_log
from probanda.vault.audit_originals import check_task, tasks
from probanda.vault.audit_report import AuditReport, Counts, Found
from probanda.vault.audit_workers import Progress, Workers
from probanda.vault.log_reader import HEAD

ATTEMPTS = 3  # at a log that another process is writing to
SMALL_FILES = 1000  # below both, other processes take longer to start than the work does
SMALL_BYTES = 16 << 20


def audit(
    root: Path,
    *,
    both: bool = False,
    since: bytes | None = None,
    genesis: EntryId | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Everything that is wrong with the base at `root`.

    `both` checks SHA-512 besides SHA-256. `since` is an earlier checkpoint: a log that was set back or forked
    is then found. `genesis` is the id that the reader expects. `progress` is told how far it is.
    """
    tell = progress or _tell_nobody
    count = processes or len(os.sched_getaffinity(0))
    with Workers(1 if _small(root) else count) as workers:
        holdings, counts, found, log = _audit_log(root, workers, tell, since=since, both=both)
        try:
            for held in workers.in_order(check_task, tasks(root, both=both, found=found)):
                found.take(held.found)
                counts.add(held.counts)
                holdings.objects.add(held.objects)
                holdings.derived.add(held.derived)
                tell("bytes", counts.size_bytes, 0)
            holdings.compare(found)
        finally:
            holdings.close()
    return AuditReport(
        integrity=found.integrity(),
        identity=_identity(genesis, log.genesis),
        time=Outcome.UNDECIDED,
        head=log.head,
        genesis=log.genesis,
        findings=tuple(found.findings),
        notes=tuple(found.notes),
        counts=counts,
    )


def _audit_log(
    root: Path, workers: Workers, tell: Progress, *, since: bytes | None, both: bool
) -> tuple[Holdings, Counts, Found, LogAudited]:
    """The log as it stands; once more if something seemed wrong and another process wrote meanwhile."""
    attempts = ATTEMPTS
    while True:
        before, attempts = _state(root), attempts - 1
        holdings, counts, found = Holdings(both=both), Counts(), Found()
        log = audit_log(root, since, holdings, counts, found, workers, tell)
        if not found.findings or _state(root) == before or not attempts:
            return holdings, counts, found, log
        holdings.close()


def _state(root: Path) -> bytes:
    """Changes with every group that a writer commits."""
    try:
        return (root / HEAD).read_bytes()
    except OSError:
        return b""


def _identity(expected: EntryId | None, genesis: EntryId | None) -> Outcome:
    if expected is None:
        return Outcome.UNDECIDED
    return Outcome.HOLDS if expected == genesis else Outcome.FAILS


def _small(root: Path) -> bool:
    """Whether there is too little for several processes: few openings, and few bytes of originals."""
    files = size = 0
    for path in _files(root):
        files, size = files + 1, size + path.stat().st_size
        if files > SMALL_FILES or size > SMALL_BYTES:
            return False
    return True


def _files(root: Path) -> Iterator[Path]:
    for folder in ("entries", "packs", "objects"):
        yield from (path for path in (root / folder).rglob("*") if path.is_file() and not path.is_symlink())


def _tell_nobody(what: str, done: int, total: int) -> None:
    """Progress for callers who did not ask for it."""
