import errno
import hashlib
import io
import os
import signal
import socket
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from probanda.errors import KeyUnavailable, ProbandaError, Refused, StorageFailed
from probanda.model.digest import EntryId, Sha256
from probanda.model.entry import Head
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Protection, Reader
from probanda.model.roles import Role
from probanda.proof.opening import Opening, parse_opening
from probanda.vault.originals import Originals
from probanda.vault.storage.folder import Operations
from probanda.views.record import Record
from probanda.work.intake.commits import Desk
from probanda.work.intake.messages import Answer
from probanda.work.intake.outcomes import Outcome
from probanda.work.intake.pipeline import Ending, Request, add, add_stream
from probanda.work.intake.progress import Progress
from world import World, new_world

MIB = 1 << 20


class Known:
    """The views of these tests: what was folded, and nothing else."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.head: Head | None = None
        self.failure: ProbandaError | None = None

    def fold(self, records: Sequence[Record], head: Head) -> None:
        if self.failure:
            raise self.failure
        self.records += records
        self.head = head

    def find(self, matter: EntryId, places: Sequence[tuple[bytes, Sha256]]) -> list[int | None]:
        known: dict[tuple[EntryId, bytes | None, Sha256], int] = {}
        for record in self.records:
            if record.entry.kind == ItemReceived.KIND:
                item = ItemReceived.read(record.entry, record.fields)
                known.setdefault((item.matter, item.path, item.item.sha256), record.index)
        return [known.get((matter, path, sha256)) for path, sha256 in places]


class Table:
    """A base, and somebody who takes things into it."""

    def __init__(self, place: Path, operations: Operations | None = None) -> None:
        self.world: World = new_world(place, operations=operations)
        self.known = Known()
        self.source = place / "source"
        self.source.mkdir()
        self.answers: list[Answer] = []
        self.progress = Progress(0)
        reader = Reader(self.world.author.agent, frozenset({Role.COLLECTOR}))
        world = self.world
        self.revoked = False
        self.protected: dict[Sha256, Protection] = {}
        self.desk = Desk(
            world.root,
            [world.root],
            world.ledger,
            world.signer,
            world.author,
            reader,
            self.known.fold,
            self.known.find,
            self.still_enrolled,
            lambda sha256: self.protected.get(sha256, Protection()),
        )
        self.request = Request(world.matter)

    def still_enrolled(self) -> None:
        if self.revoked:
            raise KeyUnavailable("revoked meanwhile")

    def file(self, name: str, data: bytes) -> Path:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def add(self, *paths: Path, stopped: Callable[[], bool] = lambda: False) -> Ending:
        self.answers, self.progress = [], Progress(0)
        given = [os.fsencode(path) for path in paths or (self.source,)]
        return add(
            given, self.desk, self.request, progress=self.progress, tell=self.answers.append, stopped=stopped
        )

    def outcomes(self) -> dict[bytes, Outcome]:
        assert len({answer.path for answer in self.answers}) == len(self.answers)
        return {answer.path: answer.outcome for answer in self.answers}

    def opening(self, index: int) -> Opening:
        return self.world.ledger.reader.opening(index, self.world.seen().size)

    def received(self, path: bytes) -> ItemReceived:
        (answer,) = [one for one in self.answers if one.path == path]
        assert answer.index is not None
        opening = self.opening(answer.index)
        return ItemReceived.read(opening.entry, opening.fields)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 17, 9, 30, 0)), data)
    return target.getvalue()


def test_a_folder_of_files_is_received_sealed_and_told(table: Table) -> None:
    contents = {f"f{i}/{i}.txt": b"text %d" % i for i in range(40)} | {"large.bin": os.urandom(3 * MIB)}
    for name, data in contents.items():
        table.file(name, data)

    ending = table.add()

    assert ending == Ending(stopped=False, not_looked_at=0, failure=None, behind=None)
    assert table.outcomes() == dict.fromkeys(map(os.fsencode, contents), Outcome.RECEIVED)
    originals = Originals(table.world.root)
    for name, data in contents.items():
        item = table.received(name.encode())
        assert item.item.sha256 == digest(data)
        assert item.item.sha512 == hashlib.sha512(data).hexdigest()
        assert (item.size_bytes, item.via, item.root) == (len(data), "folder", os.fsencode(table.source))
        assert b"".join(originals.read_checked(item.item.sha256)) == data
    seal = table.opening(table.world.seen().size - 1)
    assert seal.entry.kind == "acts-sealed"
    assert table.world.ledger.is_settled()


def test_the_views_get_what_the_log_holds(table: Table) -> None:
    for i in range(20):
        table.file(f"{i}.txt", b"%d" % i)

    table.add()

    for record in table.known.records:
        opening = table.opening(record.index)
        assert record.id == opening.leaf_hash.hex()
        assert record.fields == opening.fields
        body = {name: value for name, value in opening.entry.body.items() if name != "_sd"}
        assert replace(record.entry, body=body) == replace(opening.entry, body=body)
        assert {k: v for k, v in record.entry.body.items() if k != "_sd"} == body
    assert table.known.head == table.world.seen()


def test_a_second_run_holds_everything_and_adds_no_entry(table: Table) -> None:
    for i in range(30):
        table.file(f"{i}.txt", b"%d" % i)
    table.file("large.bin", os.urandom(2 * MIB))
    table.file("archive.zip", zipped(a=b"inside", b=b"also inside"))
    table.add()
    first = {answer.path: answer.index for answer in table.answers}
    size = table.world.seen().size

    table.add()

    assert set(table.outcomes().values()) == {Outcome.HELD}
    assert {answer.path: answer.index for answer in table.answers} == first
    assert table.world.seen().size == size


def test_labels_given_for_what_is_held_without_them_make_a_new_reception_that_carries_them(table):
    table.file("letter.txt", b"who told us")
    table.add()
    table.request = replace(table.request, labels=(Label.SOURCE_PROTECTED,), confidentiality="secret")

    table.add()
    assert table.outcomes() == {b"letter.txt": Outcome.RECEIVED}
    assert table.received(b"letter.txt").labels == (Label.SOURCE_PROTECTED,)

    table.protected[Sha256(digest(b"who told us"))] = Protection(
        frozenset({Label.SOURCE_PROTECTED, Label.MINOR}), Confidentiality.SECRET
    )
    table.add()
    assert table.outcomes() == {b"letter.txt": Outcome.HELD}


def test_again_receives_what_is_held(table: Table) -> None:
    table.file("a.txt", b"text")
    table.add()
    table.request = replace(table.request, again=True)

    table.add()

    assert table.outcomes() == {b"a.txt": Outcome.RECEIVED}


def test_the_same_bytes_are_stored_once_and_received_as_often_as_they_come(table: Table) -> None:
    for i in range(50):
        table.file(f"{i}.txt", b"the same")

    table.add()

    assert set(table.outcomes().values()) == {Outcome.RECEIVED}
    packs = list((table.world.root / "packs").iterdir())
    assert sum(path.read_bytes().count(b"the same") for path in packs) <= 2  # once for each worker


def test_another_matter_receives_what_is_held_in_this_one(table: Table) -> None:
    table.file("a.txt", b"text")
    table.add()
    table.request = replace(table.request, matter=EntryId("e" * 64))

    table.add()

    assert table.outcomes() == {b"a.txt": Outcome.RECEIVED}


def test_a_file_given_twice_is_received_and_held(table: Table) -> None:
    path = table.file("a.txt", b"text")

    table.add(path, path)

    assert sorted(answer.outcome for answer in table.answers) == [Outcome.HELD, Outcome.RECEIVED]


def test_every_input_gets_one_answer(table: Table) -> None:
    table.file("file.txt", b"x")
    table.file("empty.txt", b"")
    (table.source / "empty").mkdir()
    (table.source / "link").symlink_to("file.txt")
    os.mkfifo(table.source / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(table.source / "socket"))
    (Path(os.fsdecode(os.fsencode(table.source) + b"/not utf-8 \xff"))).write_bytes(b"y")

    ending = table.add()

    assert table.outcomes() == {
        b"file.txt": Outcome.RECEIVED,
        b"empty.txt": Outcome.RECEIVED,
        b"empty": Outcome.REFUSED,
        b"link": Outcome.LINK,
        b"pipe": Outcome.SPECIAL,
        b"socket": Outcome.SPECIAL,
        b"not utf-8 \xff": Outcome.RECEIVED,
    }
    assert table.received(b"not utf-8 \xff").name == b"not utf-8 \xff"
    assert (table.progress.done, table.progress.inputs, table.progress.total) == (7, 7, 7)
    assert ending.not_looked_at == 0


def test_a_file_that_is_gone_is_told(table: Table) -> None:
    table.add(table.source / "missing")

    assert [answer.outcome for answer in table.answers] == [Outcome.UNREADABLE]


def test_members_are_items_of_their_own_derived_from_their_archive(table: Table) -> None:
    inner = zipped(deep=b"deep inside")
    table.file("a.zip", zipped(**{"one.txt": b"one", "inner.zip": inner}))
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        info = tarfile.TarInfo("large.bin")
        info.size = 2 * MIB
        archive.addfile(info, io.BytesIO(os.urandom(2 * MIB)))
    table.file("b.tar.gz", target.getvalue())

    table.add()

    assert set(table.outcomes().values()) == {Outcome.RECEIVED}
    assert {b"a.zip!/one.txt", b"a.zip!/inner.zip", b"a.zip!/inner.zip!/deep"} <= set(table.outcomes())
    indexes = {answer.path: answer.index or 0 for answer in table.answers}
    ids = {path: self_id(table, index) for path, index in indexes.items()}
    assert table.received(b"a.zip!/one.txt").container == ids[b"a.zip"]
    assert table.received(b"a.zip!/inner.zip!/deep").container == ids[b"a.zip!/inner.zip"]
    assert table.received(b"a.zip!/one.txt").via == "archive"
    assert table.received(b"a.zip!/one.txt").modified == "2024-05-17T09:30:00"
    assert indexes[b"a.zip"] < indexes[b"a.zip!/one.txt"]
    (large,) = [path for path in indexes if path.endswith(b"large.bin")]
    assert indexes[b"b.tar.gz"] < indexes[large]


def self_id(table: Table, index: int) -> str:
    return table.opening(index).leaf_hash.hex()


def test_a_member_that_is_damaged_is_told_and_the_others_are_received(table: Table) -> None:
    data = bytearray(zipped(good=b"good" * 100, bad=b"bad!" * 100))
    at = data.find(b"bad!bad!")
    data[at] ^= 1
    table.file("a.zip", bytes(data))

    table.add()

    assert table.outcomes() == {
        b"a.zip": Outcome.RECEIVED,
        b"a.zip!/good": Outcome.RECEIVED,
        b"a.zip!/bad": Outcome.UNREADABLE,
    }


def test_new_members_of_a_held_archive_are_received(table: Table) -> None:
    """As after a stop in the middle of an archive."""
    data = zipped(one=b"one", two=b"two")
    table.file("a.zip", data)
    table.world.pack([data])
    act = replace(ItemReceived.read(*received_by_hand(table, data)), path=b"a.zip", name=b"a.zip").act()
    index = table.world.bulk([act])
    container = table.opening(index)
    table.known.records.append(
        Record(index, EntryId(container.leaf_hash.hex()), container.entry, dict(container.fields))
    )

    table.add()

    assert table.outcomes() == {
        b"a.zip": Outcome.HELD,
        b"a.zip!/one": Outcome.RECEIVED,
        b"a.zip!/two": Outcome.RECEIVED,
    }
    assert table.received(b"a.zip!/one").container == container.leaf_hash.hex()


def received_by_hand(table: Table, data: bytes) -> tuple[object, object]:
    opening = table.world.author.opening(table.world.received(data, "a.zip"), table.world.seen())
    return opening.entry, opening.fields


def test_labels_and_degree_stand_in_every_entry(table: Table) -> None:
    table.file("a.zip", zipped(one=b"one"))
    table.request = replace(table.request, labels=("minor",), confidentiality="secret")

    table.add()

    for path in (b"a.zip", b"a.zip!/one"):
        item = table.received(path)
        assert (item.labels, item.confidentiality) == (("minor",), "secret")


def test_a_damaged_copy_is_kept_and_the_bytes_are_kept_beside_it(table: Table) -> None:
    (pack,) = table.world.pack([b"evidence", b"other"])
    pack.chmod(0o644)
    raw = bytearray(pack.read_bytes())
    raw[512] ^= 1
    pack.write_bytes(raw)
    table.file("b.txt", b"evidence")

    table.add()

    (answer,) = table.answers
    assert answer.outcome is Outcome.RECEIVED
    assert answer.reason is not None
    assert "damaged" in answer.reason
    assert pack.read_bytes() == raw
    assert Originals(table.world.root).open(Sha256(digest(b"evidence"))).read() == b"evidence"


def test_an_agent_without_the_role_is_refused(table: Table) -> None:
    table.file("a.txt", b"x")
    table.desk = replace(table.desk, reader=Reader(None, frozenset()))

    with pytest.raises(Refused):
        table.add()

    assert table.world.seen().size == 2


def test_a_stopped_intake_leaves_the_rest_and_a_rerun_completes_it(table: Table) -> None:
    for i in range(600):
        table.file(f"{i:04}.bin", b"%d" % i + bytes(20_000))
    asked = []

    def stopped() -> bool:
        asked.append(1)
        return True

    ending = table.add(stopped=stopped)
    told = len(table.answers)
    again = table.add()

    assert ending.stopped
    assert ending.failure is None
    assert told + ending.not_looked_at == 600
    assert not again.stopped
    assert len(table.outcomes()) == 600
    assert set(table.outcomes().values()) <= {Outcome.RECEIVED, Outcome.HELD}


def test_a_disk_that_refuses_ends_the_intake_and_what_was_told_stands(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.file("a.txt", b"x")
    (table.world.root / "packs").mkdir(exist_ok=True)
    (table.world.root / "packs").rmdir()
    (table.world.root / "packs").write_bytes(b"in the way")

    ending = table.add()

    assert isinstance(ending.failure, StorageFailed)
    assert table.answers == []
    assert table.world.seen().size == 2


class FullDisk(Operations):
    """Refuses to stage a group once told to."""

    full = False

    def write(self, path: Path, data: bytes, *, at: int | None = None, exclusive: bool = False) -> None:
        if self.full and path.parent.name == "staging":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(path, data, at=at, exclusive=exclusive)


def test_a_log_that_cannot_be_written_ends_the_intake_with_its_reason(tmp_path: Path) -> None:
    disk = FullDisk()
    table = Table(tmp_path, disk)
    table.file("a.txt", b"x")
    disk.full = True

    ending = table.add()
    disk.full = False
    again = table.add()

    assert isinstance(ending.failure, StorageFailed)
    assert again.failure is None
    assert table.outcomes() == {b"a.txt": Outcome.RECEIVED}


def test_views_that_fail_leave_the_reception_and_are_told_as_behind(table: Table) -> None:
    table.file("a.txt", b"x")
    table.known.failure = StorageFailed("views")

    ending = table.add()

    assert ending.behind is table.known.failure
    assert table.outcomes() == {b"a.txt": Outcome.RECEIVED}


def test_a_stream_is_received_with_its_members(table: Table) -> None:
    ending = add_stream(
        io.BytesIO(zipped(one=b"one")),
        b"upload.zip",
        table.desk,
        table.request,
        via="upload",
        progress=table.progress,
        tell=table.answers.append,
    )

    assert ending.failure is None
    assert table.outcomes() == {b"upload.zip": Outcome.RECEIVED, b"upload.zip!/one": Outcome.RECEIVED}
    assert table.received(b"upload.zip").via == "upload"


def test_a_long_stream_is_received(table: Table) -> None:
    data = os.urandom(5 * MIB)

    add_stream(
        io.BytesIO(data),
        b"-",
        table.desk,
        table.request,
        via="stdin",
        progress=table.progress,
        tell=table.answers.append,
    )

    assert table.received(b"-").item.sha256 == digest(data)


def test_progress_tells_rate_and_time_left() -> None:
    progress = Progress(started_s=100, done=50, inputs=50, total=200)

    assert progress.rate(110) == 5
    assert progress.left_s(110) == 30
    assert Progress(started_s=100).left_s(110) is None


def test_a_line_of_the_log_is_canonical(table: Table) -> None:
    table.file("a.txt", b"x")

    table.add()

    lines = table.world.ledger.reader.opening_lines(0)
    assert [parse_opening(line).line() for line in lines] == list(lines)


def children() -> set[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(number) for task in tasks for number in task.read_text().split()}


def test_a_worker_that_is_killed_ends_the_intake_and_a_rerun_completes_it(table: Table) -> None:
    for i in range(300):
        table.file(f"{i}.bin", b"%d" % i + bytes(5000))

    before = children()  # of other tests

    def kill() -> bool:
        for number in sorted(children() - before)[:1]:
            os.kill(number, signal.SIGKILL)
        return False

    ending = table.add(stopped=kill)
    told = len(table.answers)
    again = table.add()

    assert isinstance(ending.failure, StorageFailed)
    assert told + ending.not_looked_at == 300
    assert again.failure is None
    assert len(table.outcomes()) == 300


def test_leftovers_of_a_dead_intake_are_cleared_away(table: Table) -> None:
    (table.world.root / "packs").mkdir(exist_ok=True)
    (table.world.root / "packs" / ".new-dead").write_bytes(b"half a pack")
    table.file("a.txt", b"x")

    table.add()

    assert not list((table.world.root / "packs").glob(".new-*"))


def test_no_process_is_left_behind(table: Table) -> None:
    table.file("a.txt", b"x")
    before = children()

    table.add()

    assert children() <= before


def test_an_agent_who_was_revoked_before_the_commit_takes_nothing_in(table: Table) -> None:
    before = table.world.ledger.head()
    table.file("a.txt", b"a")
    table.revoked = True

    ending = table.add()

    assert isinstance(ending.failure, KeyUnavailable)
    assert table.answers == []
    assert table.world.ledger.head() == before
