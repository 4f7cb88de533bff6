"""P15 and P16: rebuild from a log on disk beside inserting ready rows into bare SQLite; then what lists cost.

Run: python bench/views.py [ENTRIES]
"""

from __future__ import annotations

import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sides import alternate, report

from probanda import base
from probanda.base import Base, Session
from probanda.model.digest import EntryId, Sha256, digests_of
from probanda.model.policy import Reader
from probanda.model.roles import Role
from probanda.proof.envelope import PAYLOAD_TYPE
from probanda.vault.group import Group
from probanda.vault.keys import KeyRing
from probanda.vault.ledger import Ledger
from probanda.views.custody import history
from probanda.views.finding import find_item
from probanda.views.holding import held_many
from probanda.views.listing import items_page
from probanda.views.log_source import LogSource
from probanda.views.registers import counts
from probanda.views.store import Views
from probanda.work.intake.limits import Limits
from probanda.work.intake.messages import Row, Settings
from probanda.work.intake.receptions import Receptions

DEFAULT_ENTRIES = 200_000
GROUP = 4_000
ROUNDS = 3
ADDED = 1_000  # entries of one further intake
KEEPER = Reader(None, frozenset({Role.CUSTODIAN}))


def digest(index: int) -> Sha256:
    """Of the photo with this number."""
    return digests_of(f"photo {index}".encode()).sha256


def path(index: int) -> bytes:
    """Of the same photo on its card."""
    return f"camera/{index // 500:05d}/IMG_{index:08d}.JPG".encode()


def rows(start: int, end: int) -> Iterator[Row]:
    """Photos of a card."""
    for index in range(start, end):
        digests = digests_of(f"photo {index}".encode())
        yield Row(
            digests.sha256, digests.sha512, index, "image/jpeg", "2026-01-01T00:00:00Z", path(index),
            path(index).rpartition(b"/")[2], "2026-01-01T00:00:00Z", "folder", b"/media/card", None, "",
        )  # fmt: skip


def opened(folder: Path) -> Session:
    """A new base, and its first agent."""
    ring = KeyRing(folder / "keys")
    made = base.init(folder / "base", ring, "bench", "bench")
    return made.session(ring, ring.unlock(ring.find("bench"), "bench"))


def write(session: Session, start: int, end: int) -> None:
    """Receptions with these numbers, in groups with a seal each, as an intake writes them."""
    author, matter = session.author, session.base.opening(1).leaf_hash.hex()
    if author.enrolled is None:
        raise SystemExit("the first agent is not enrolled")
    ledger = Ledger(session.base.folder, session.base.identity.log_key)
    settings = Settings(
        str(session.base.root), author.origin, PAYLOAD_TYPE, author.agent, author.enrolled, ledger.head(),
        EntryId(matter), (), None, False, Limits(),
    )  # fmt: skip
    receptions = Receptions(settings)
    for first in range(start, end, GROUP):
        made = [receptions.make(row) for row in rows(first, min(end, first + GROUP))]
        leaves, hashes, lines = (b"".join(parts) for parts in zip(*made, strict=True))
        group = Group(leaves, hashes, lines)
        seal, _ = author.seal(group.hashes, ledger.head())
        ledger.append(group + seal, session.log_key)
    ledger.settle()


def insert_bare(folder: Path, built: Path) -> None:
    """The same rows into the same tables and indexes with bare SQLite, in one transaction."""
    target = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-196608"):
        target.execute(f"PRAGMA {pragma}")
    source = sqlite3.connect(built)
    made = source.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    target.execute("BEGIN")
    for wanted in ("table", "index"):
        for name, sql in [(name, sql) for kind, name, sql in made if kind == wanted]:
            target.execute(sql)
            rows = source.execute(f"SELECT * FROM {name}") if wanted == "table" else None  # noqa: S608
            if rows is not None:
                places = ",".join("?" * len(rows.description))
                target.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608  # names from our own tables
    target.execute("COMMIT")
    target.close()
    source.close()
    (folder / "bare.sqlite").unlink()


def cpu_s() -> tuple[float, float]:
    """Of this process, and of those it has waited for."""
    times = os.times()
    return times.user + times.system, times.children_user + times.children_system


def timed(what: str, act: Callable[[], object]) -> None:
    """Print how long one call takes."""
    before = time.perf_counter()
    act()
    print(f"{what:<44}{(time.perf_counter() - before) * 1000:10.1f} ms")


def reads(views: Views, matter: EntryId, size: int) -> None:
    """What pages and verbs ask, each once, on tables just opened."""
    middle, last = f"PB-M000-{size // 2:06d}", f"PB-M000-{size - 2:06d}"
    name = digest(size // 2)
    timed("first page of 1,000 items, and the total", lambda: items_page(views, KEEPER))
    timed("first page of 50 items, and the total", lambda: items_page(views, KEEPER, limit=50))
    timed("a page in the middle", lambda: items_page(views, KEEPER, after=middle, limit=50))
    timed("an item by reference", lambda: find_item(views, KEEPER, last))
    timed("an item by the beginning of its digest", lambda: find_item(views, KEEPER, name[:12]))
    item = find_item(views, KEEPER, name)
    timed("the history of an item", lambda: history(views, item))
    timed("a name search", lambda: items_page(views, KEEPER, search="img_00000777", limit=50))
    timed("counts", lambda: counts(views))
    asked = [(path(index), digest(index)) for index in range(1_000)]
    timed("whether 1,000 files are held", lambda: held_many(views, matter, asked))


def measure(session: Session, folder: Path) -> None:
    """Rebuild and bare inserts in turns. Processor time says what a machine with nothing else to do would
    take, at the best.
    """
    source = LogSource(Base(session.base.root).ledger.reader)
    views = Views.open(folder / "views")
    size = source.head().size
    views.rebuild(source)
    most = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent: list[tuple[float, float, float]] = []

    def rebuild() -> None:
        before = cpu_s()
        views.rebuild(source)
        after = cpu_s()
        spent.append((after[0] - before[0], after[1] - before[1], 0.0))

    def bare() -> None:
        before = cpu_s()[0]
        (built,) = (folder / "views").glob("db-*.sqlite")
        insert_bare(folder, built)
        spent[-1] = (*spent[-1][:2], cpu_s()[0] - before)

    took = alternate(rebuild, bare, rounds=ROUNDS)
    folding, reading, inserting = (statistics.median(column) for column in zip(*spent, strict=True))
    kept = sum(path.stat().st_size for path in (folder / "views").iterdir())
    report(f"P15 rebuild of {size} entries, on this machine as it was", size / took[0], 40_000, unit="/s")
    free = max(folding, (folding + reading) / 2)
    report("P15 rebuild by processor time, on two free cores", size / free, 40_000, unit="/s")
    report("P16 most memory of rebuild and a reader", most / 1024, 500, unit="MiB", at_most=True)
    print(f"folding takes {folding / inserting:.2f} times the processor time of bare inserts:", end=" ")
    print(f"folding {folding / size * 1e6:.1f}, reading {reading / size * 1e6:.1f}, bare inserts", end=" ")
    print(f"{inserting / size * 1e6:.1f} us an entry; {kept / size:.0f} bytes an entry on disk")
    reads(views, EntryId(session.base.opening(1).leaf_hash.hex()), counts(views).items)
    write(session, size, size + ADDED)
    added = LogSource(Base(session.base.root).ledger.reader)
    timed(f"catch up {ADDED} entries and a seal", lambda: views.catch_up(added))
    views.close()


def main() -> None:
    """Write a log, measure."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ENTRIES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        session = opened(folder)
        write(session, 0, size)
        measure(session, folder)


if __name__ == "__main__":
    main()
