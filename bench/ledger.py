"""P4: durable entries a second beside bare SQLite and beside raw signatures; the wait for a single act.

Run: python bench/ledger.py [GROUPS]
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from sides import alternate, report

from probanda import base
from probanda.base import Session
from probanda.model.digest import EntryId, Sha256, Sha512, digests_of
from probanda.model.entry import Act
from probanda.model.kinds.item_received import ItemReceived
from probanda.proof.envelope import PAYLOAD_TYPE
from probanda.vault.group import Group
from probanda.vault.keys import KeyRing
from probanda.vault.ledger import Ledger
from probanda.work.intake.limits import Limits
from probanda.work.intake.messages import Row, Settings
from probanda.work.intake.receptions import Receptions

GROUP = 1000
SINGLE_ACTS = 300
MAKERS = 2


def opened(folder: Path) -> Session:
    ring = KeyRing(folder / "keys")
    made = base.init(folder / "base", ring, "bench", "bench")
    return made.session(ring, ring.unlock(ring.find("bench"), "bench"))


def rows(count: int) -> list[Row]:
    made = []
    for n in range(count):
        name = f"IMG_{n:06d}.JPG".encode()
        digests = digests_of(name)
        path = b"camera/" + name
        row = Row(
            Sha256(digests.sha256), Sha512(digests.sha512), 50_000, "image/jpeg", "2026-01-01T00:00:00Z",
            path, name, "2026-01-01T00:00:00Z", "folder", b"/media/card", None, "",
        )  # fmt: skip
        made.append(row)
    return made


def settings(session: Session) -> Settings:
    matter = session.base.opening(1)
    author = session.author
    enrolled = author.enrolled
    if enrolled is None:
        raise SystemExit("the first agent is not enrolled")
    return Settings(
        base=str(session.base.root),
        origin=author.origin,
        payload_type=PAYLOAD_TYPE,
        agent=author.agent,
        enrolled=enrolled,
        seen=session.base.ledger.head(),
        matter=EntryId(matter.leaf_hash.hex()),
        labels=(),
        confidentiality=None,
        again=False,
        limits=Limits(),
    )


def seal_groups(session: Session, given: list[Row], groups: int) -> tuple[list[Group], float]:
    """The groups that were appended, so that the other side can write the same bytes; and the seconds."""
    ledger = Ledger(session.base.folder, session.base.identity.log_key)
    written = []
    with get_context("fork").Pool(MAKERS) as makers:  # as in an intake: two make, one commits
        before = time.perf_counter()
        for group in makers.imap(_make, [(settings(session), given)] * groups):
            seal, _ = session.author.seal(group.hashes, ledger.head())
            ledger.append(group + seal, session.log_key)
            written.append(group + seal)
        ledger.settle()
        taken = time.perf_counter() - before
    return written, taken


def _make(given: tuple[Settings, list[Row]]) -> Group:
    make = Receptions(given[0])
    made = [make.make(row) for row in given[1]]
    return Group(
        b"".join([m.leaf for m in made]), b"".join([m.hash for m in made]), b"".join([m.line for m in made])
    )


def sqlite_groups(folder: Path, groups: list[Group]) -> float:
    connection = sqlite3.connect(folder / f"{os.urandom(4).hex()}.sqlite", isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    connection.execute("create table entries(n integer primary key, leaf blob, line blob)")
    given = [list(zip(_cut(g.leaves), g.lines.splitlines(True), strict=True)) for g in groups]
    before = time.perf_counter()
    for group in given:
        connection.execute("begin")
        connection.executemany("insert into entries(leaf, line) values(?, ?)", group)
        connection.execute("commit")
    taken = time.perf_counter() - before
    connection.close()
    return taken


def _cut(leaves: bytes) -> list[bytes]:
    return [leaves[i : i + 97] for i in range(0, len(leaves), 97)]


def act() -> Act:
    digests = digests_of(os.urandom(8))
    matter = EntryId("0" * 64)
    return ItemReceived(digests, matter, 5, "image/jpeg", name=b"a", path=b"a", via="file").act()


def signed_singly(session: Session, count: int) -> None:
    ledger = Ledger(session.base.folder, session.base.identity.log_key)
    for _ in range(count // GROUP):
        group, _ = session.author.sign([act() for _ in range(GROUP)], ledger.head())
        ledger.append(group, session.log_key)
    ledger.settle()


def raw_signatures(session: Session, count: int) -> None:
    for _ in range(count):
        session.unlocked.sign(b"x" * 700)


def single_acts(session: Session) -> float:
    waits = []
    for _ in range(SINGLE_ACTS):
        made = act()
        before = time.perf_counter()
        group, _ = session.author.sign([made], session.base.ledger.head())
        session.base.ledger.append(group, session.log_key)
        waits.append(time.perf_counter() - before)
    return statistics.median(waits)


def main() -> None:
    groups = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        folder = Path(name)
        session = opened(folder)
        given = rows(GROUP)
        written: list[Group] = []

        def ours() -> float:
            written[:], taken = seal_groups(session, given, groups)
            return taken

        took = alternate(ours, lambda: sqlite_groups(folder, written))
        print(f"sealed: {groups * GROUP / took[0]:,.0f} entries/s; SQLite {groups * GROUP / took[1]:,.0f}")
        report("P4 sealed acts beside SQLite, full sync, same bytes, same groups", took[1] / took[0], 0.4)
        count = 5 * GROUP
        took = alternate(lambda: signed_singly(session, count), lambda: raw_signatures(session, count))
        report("P4 acts signed singly beside raw Ed25519 signatures", took[1] / took[0], 0.5)
        report("P4 a single act received, p50", single_acts(session) * 1000, 3, unit="ms", at_most=True)


if __name__ == "__main__":
    main()
