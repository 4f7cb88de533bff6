"""P15 and the reads of P10, P11: fold ready records, then list, count and find in what they made.

Run: python bench/views.py [ENTRIES]
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from probanda.model.digest import Digests, EntryId, agent_id, entry_id, sha256, sha512
from probanda.model.entry import Act, Entry, Head
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.policy import NOBODY, Reader
from probanda.model.roles import Role
from probanda.views.custody import history
from probanda.views.finding import find_item
from probanda.views.holding import held_many
from probanda.views.listing import items_page
from probanda.views.record import Record
from probanda.views.registers import counts
from probanda.views.store import NOTHING, Views

DEFAULT_ENTRIES = 200_000
ADDED = 1_000  # entries of one further intake


def digests(text: str) -> Digests:
    """Both digests of a text."""
    data = text.encode()
    return Digests(sha256(hashlib.sha256(data).hexdigest()), sha512(hashlib.sha512(data).hexdigest()))


def root(size: int) -> bytes:
    """A made-up root."""
    return NOTHING.root if size == 0 else hashlib.sha256(f"root {size}".encode()).digest()


class Log:
    """A made-up log of receptions, each ready to fold."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.making_s = 0.0

    def head(self) -> Head:
        return Head(self.size, root(self.size))

    def root_at(self, size: int) -> bytes:
        return root(size)

    def records(self, start: int, end: int) -> Iterator[Record]:
        for index in range(start, end):
            before = time.perf_counter()
            record = made(index)
            self.making_s += time.perf_counter() - before
            yield record


KEY = b"k" * 32
AGENT = agent_id(hashlib.sha256(KEY).hexdigest())


def made(index: int) -> Record:
    """The entry at this place of the made-up log."""
    if index == 0:
        act = Genesis(b"l" * 32, KEY, sha256("0" * 64), ("collector",), "A. Keeper").act(
            (digests("log key"), digests("key"))
        )
    elif index == 1:
        act = MatterOpened(sha256("1" * 64), "Inbox", None).act(digests("matter"))
    else:
        act = received(index)
    entry = Entry(act.kind, AGENT, None, "bench", NOTHING, "2026-01-01T00:00:00Z", act.subjects, act.clear)
    return Record(index, id_of(index), entry, dict(act.hidden))


def id_of(index: int) -> EntryId:
    """The made-up id of an entry."""
    return entry_id(hashlib.sha256(f"entry {index}".encode()).hexdigest())


MATTER = id_of(1)


def received(index: int) -> Act:
    """A photo of a camera's card."""
    name = f"IMG_{index:08d}.JPG"
    return ItemReceived(
        digests(name),
        MATTER,
        index,
        "image/jpeg",
        name=name.encode(),
        path=f"camera/{index // 500:05d}/{name}".encode(),
        modified="2026-01-01T00:00:00Z",
        via="folder",
        root=b"/media/card",
    ).act()


def timed(what: str, act: Callable[[], object]) -> None:
    """Print how long one call takes."""
    before = time.perf_counter()
    act()
    print(f"{what:<44}{(time.perf_counter() - before) * 1000:10.1f} ms")


def reads(views: Views, size: int) -> None:
    """What pages and verbs ask, each once, on tables just opened."""
    keeper = Reader(None, frozenset({Role.CUSTODIAN}))
    middle, last = f"PB-M000-{size // 2:06d}", f"PB-M000-{size - 2:06d}"
    name = digests(f"IMG_{size // 2:08d}.JPG").sha256
    timed("first page of 1,000 items, and the total", lambda: items_page(views, NOBODY))
    timed("first page of 50 items, and the total", lambda: items_page(views, NOBODY, limit=50))
    timed("a page in the middle", lambda: items_page(views, NOBODY, after=middle, limit=50))
    timed("an item by reference", lambda: find_item(views, keeper, last))
    timed("an item by the beginning of its digest", lambda: find_item(views, keeper, name[:12]))
    item = find_item(views, keeper, name)
    timed("the history of an item", lambda: history(views, item))
    timed("a name search", lambda: items_page(views, NOBODY, search="img_00000777", limit=50))
    timed("counts", lambda: counts(views))
    asked = [
        (f"camera/{n // 500:05d}/IMG_{n:08d}.JPG".encode(), digests(f"IMG_{n:08d}.JPG").sha256)
        for n in range(2, 1_002)
    ]
    timed("whether 1,000 files are held", lambda: held_many(views, MATTER, asked))


def main() -> None:
    """Rebuild, read, catch up."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        views = Views.open(Path(folder))
        log = Log(size)
        before = time.perf_counter()
        views.rebuild(log)
        folding_s = time.perf_counter() - before - log.making_s
        print(f"rebuild of {size} entries: {size / folding_s:,.0f} entries/s (target 40,000)")
        print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB (limit 500)")
        kept = sum(path.stat().st_size for path in Path(folder).iterdir())
        print(f"on disk: {kept / size:.0f} bytes an entry")
        reads(views, size)
        log = Log(size + ADDED)
        timed(f"catch up {ADDED} entries", lambda: views.catch_up(log))
        log = Log(size + ADDED + 1)
        timed("catch up one entry", lambda: views.catch_up(log))


if __name__ == "__main__":
    main()
