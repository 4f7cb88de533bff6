import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from probanda.errors import Forked, KeyUnavailable, Malformed, ProofFails
from probanda.model.entry import Head
from probanda.proof.note import NoteKey, open_checkpoint
from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from probanda.vault.ledger import Ledger
from probanda.vault.log_reader import CHECKPOINT, LogReader
from probanda.vault.signed import LastSigned
from probanda.vault.staging import Staged, parse_staged
from probanda.vault.storage.folder import Folder, Operations
from world import ORIGIN, Signer, World, new_world, open_world, private_key, public_key

DATA = b"received by a test"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = new_world(tmp_path)
    world.keep(DATA)
    return world


def receive(world: World, number: int = 0) -> int:
    return world.act(world.received(DATA, f"path/{number}"))


def names(world: World, folder: str) -> list[str]:
    return sorted(
        path.relative_to(world.root / folder).as_posix()
        for path in (world.root / folder).rglob("*")
        if path.is_file()
    )


def test_entries_stand_in_the_order_in_which_they_were_appended(world: World) -> None:
    indices = [receive(world, number) for number in range(4)]

    assert indices == [2, 3, 4, 5]
    openings = [world.ledger.reader.opening(index, 6) for index in indices]
    assert [opening.fields["path"] for opening in openings] == [f"path/{number}" for number in range(4)]


def test_an_append_returns_with_a_signed_checkpoint_over_the_new_head(world: World) -> None:
    receive(world)

    signed = open_checkpoint(world.ledger.reader.checkpoint(), world.signer.key).head
    assert signed == world.ledger.head()
    assert signed.size == 3


def test_settling_leaves_nothing_staged(world: World) -> None:
    receive(world)
    assert names(world, "staging")

    world.ledger.settle()

    assert names(world, "staging") == []
    assert world.ledger.is_settled()


def test_settling_leaves_exactly_the_tiles_of_the_size(world: World) -> None:
    for number in range(5):
        receive(world, number)
    world.ledger.settle()

    assert names(world, "log/tile") == ["0/000.p/7", "entries/000.p/7"]


def test_staging_is_cleared_now_and_then_without_settling(world: World) -> None:
    for number in range(40):
        receive(world, number)

    assert len(names(world, "staging")) < 20


def test_another_log_key_cannot_append(world: World) -> None:
    world.signer.key = NoteKey(ORIGIN, public_key("another"))
    world.signer.sign = private_key("another").sign

    with pytest.raises(KeyUnavailable):
        receive(world)

    assert world.ledger.head().size == 2


def test_recovery_copies_out_what_was_committed_and_not_copied(world: World) -> None:
    receive(world)
    shutil.rmtree(world.root / "log/tile")
    shutil.rmtree(world.root / "entries")
    again = Ledger(Folder(world.root), world.signer.key)

    again.recover(world.signer)

    assert audit(world.root, processes=1).integrity is Outcome.HOLDS
    assert names(world, "staging") == []


def test_recovery_drops_what_was_staged_and_not_committed(world: World) -> None:
    group, _ = world.author.sign([world.received(DATA, "lost")], world.seen())
    head = world.ledger.head()
    world.ledger.settle()
    stray = Staged(head, Head(head.size + 1, bytes(32)), group)
    (world.root / stray.name).write_bytes(stray.encoded())

    again = open_world(world.place)
    again.ledger.recover(again.signer)

    assert again.ledger.head() == head
    assert names(again, "staging") == []
    assert audit(again.root, processes=1).integrity is Outcome.HOLDS


def test_recovery_signs_a_head_that_was_committed_and_not_signed(world: World) -> None:
    older = (world.root / CHECKPOINT).read_bytes()
    receive(world)
    (world.root / CHECKPOINT).write_bytes(older)
    again = open_world(world.place)

    again.ledger.recover(again.signer)

    assert again.ledger.signed_size() == 3


@pytest.mark.parametrize("left", [b"", b"\0" * 100])
def test_a_checkpoint_torn_by_a_crash_is_signed_again_to_the_same_bytes(world: World, left: bytes) -> None:
    receive(world)
    signed = (world.root / CHECKPOINT).read_bytes()
    (world.root / CHECKPOINT).write_bytes(left)
    again = open_world(world.place)

    again.ledger.recover(again.signer)

    assert (world.root / CHECKPOINT).read_bytes() == signed


def test_recovery_twice_changes_nothing(world: World) -> None:
    receive(world)
    world.ledger.recover(world.signer)
    before = {path: path.read_bytes() for path in world.root.rglob("*") if path.is_file()}

    open_world(world.place).ledger.recover(world.signer)

    assert {path: path.read_bytes() for path in world.root.rglob("*") if path.is_file()} == before


def test_recovery_says_where_tiles_and_head_part(world: World) -> None:
    world.ledger.settle()
    tile = world.root / "log/tile/0/000.p/2"
    tile.write_bytes(bytes(64))

    with pytest.raises(ProofFails, match="do not lead to the head"):
        open_world(world.place).ledger.recover()


def test_a_reader_sees_openings_that_came_after_its_first_look(world: World) -> None:
    receive(world)
    head = world.ledger.head()
    path = world.root / "entries/000.jsonl"
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:2]) + b"{torn")
    other = open_world(world.place)
    with pytest.raises(ProofFails):
        other.ledger.reader.opening(2, head.size)

    path.write_bytes(whole)

    assert other.ledger.reader.opening(2, head.size).entry.kind == "item-received"


def test_recovery_forgets_tiles_that_were_read_before_it(world: World) -> None:
    world.bulk([world.received(DATA, str(number)) for number in range(260)])
    proof = world.ledger.reader.inclusion_proof(0, 263)
    tile = world.root / "log/tile/0/000"
    tile.write_bytes(bytes(256 * 32))  # as a crash may leave it: as long as it must be, and not written
    other = open_world(world.place)
    assert other.ledger.reader.inclusion_proof(0, 263) != proof

    other.ledger.recover(other.signer)

    assert other.ledger.reader.inclusion_proof(0, 263) == proof


def test_threads_that_append_at_once_lose_nothing(world: World) -> None:
    found: list[int] = []

    def work(number: int) -> None:
        for i in range(25):
            found.append(receive(world, 100 * number + i))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.ledger.settle()

    assert sorted(found) == list(range(2, 202))
    report = audit(world.root, processes=1)
    assert (report.integrity, report.counts.entries) == (Outcome.HOLDS, 202)


def test_entries_keep_the_order_of_the_log_when_the_clock_goes_backwards(world: World) -> None:
    receive(world, 0)
    world.clock.moment -= timedelta(days=400)
    receive(world, 1)
    world.clock.moment += timedelta(days=30)
    receive(world, 2)
    world.ledger.settle()

    entries = [world.ledger.reader.opening(index, 5) for index in (2, 3, 4)]
    assert [entry.fields["path"] for entry in entries] == ["path/0", "path/1", "path/2"]
    assert [entry.entry.stated[:4] for entry in entries] == ["2024", "2023", "2023"]
    assert audit(world.root, processes=1).integrity is Outcome.HOLDS


def copied(world: World, to: Path) -> World:
    """A copy of the base, used with the same keys."""
    world.ledger.settle()
    shutil.copytree(world.place, to)
    copy = open_world(to)
    copy.signer = world.signer
    return copy


def test_of_two_copies_only_the_one_that_went_on_can_go_on(world: World, tmp_path: Path) -> None:
    copy = copied(world, tmp_path / "copy")
    receive(copy)

    with pytest.raises(Forked, match="older copy"):
        receive(world)

    assert world.ledger.head().size == 2
    receive(copy)


def test_a_copy_that_differs_at_the_same_size_is_never_signed(world: World, tmp_path: Path) -> None:
    copy = copied(world, tmp_path / "copy")
    stranger = LastSigned(tmp_path / "elsewhere")
    mine, copy.signer = copy.signer, Signer(stranger)
    receive(copy, 1)
    copy.signer = mine
    receive(world, 2)

    with pytest.raises(Forked, match="differ"):
        receive(copy, 3)


def test_a_base_that_was_set_back_cannot_be_continued(world: World, tmp_path: Path) -> None:
    world.ledger.settle()
    shutil.copytree(world.root, tmp_path / "older")
    receive(world)
    shutil.rmtree(world.root)
    shutil.copytree(tmp_path / "older", world.root)

    with pytest.raises(Forked):
        receive(open_world(world.place))


def test_two_copies_that_append_at_once_never_sign_two_heads_of_one_size(
    world: World, tmp_path: Path
) -> None:
    copy = copied(world, tmp_path / "copy")
    refused: list[Forked] = []

    def other() -> None:
        try:
            receive(copy)
        except Forked as error:
            refused.append(error)

    thread = threading.Thread(target=other)
    racing = open_world(world.place, operations=AtTheSwap(thread))
    racing.signer = world.signer

    receive(racing)
    thread.join()

    assert len(refused) == 1
    assert copy.ledger.head().size == 2


def test_who_reads_while_another_writes_gets_a_head_whose_openings_are_there(world: World) -> None:
    world.ledger.settle()
    reader = LogReader(Folder(world.root))
    read: list[str] = []

    def look() -> None:
        head = reader.copied_head()
        read.append(reader.opening(head.size - 1, head.size).entry.kind)

    thread = threading.Thread(target=look)
    receive(open_world(world.place, operations=AtTheCheckpoint(thread)))
    thread.join()

    assert read == ["item-received"]


class AtTheCheckpoint(Operations):
    """Starts a thread after the commit, before anything is copied out."""

    def __init__(self, thread: threading.Thread) -> None:
        self.thread = thread

    def rename(self, old: Path, new: Path) -> None:
        if new.name == "checkpoint":
            self.thread.start()
            self.thread.join(timeout=0.3)
        super().rename(old, new)


class AtTheSwap(Operations):
    """Starts a thread when the head is swapped, and goes on when that is done or waits for something."""

    def __init__(self, thread: threading.Thread) -> None:
        self.thread = thread

    def rename(self, old: Path, new: Path) -> None:
        if new.name == "head":
            self.thread.start()
            self.thread.join(timeout=0.3)
        super().rename(old, new)


def test_a_staged_group_is_read_back_as_it_was_written(world: World) -> None:
    group, _ = world.author.sign([world.received(DATA, "x")], world.seen())
    head = world.ledger.head()
    staged = Staged(head, Head(head.size + 1, bytes(32)), group)

    assert parse_staged(staged.head, staged.encoded()) == staged


@pytest.mark.parametrize("cut", [1, 50, 400])
def test_a_staged_group_that_was_cut_is_refused(world: World, cut: int) -> None:
    group, _ = world.author.sign([world.received(DATA, "x")], world.seen())
    staged = Staged(world.ledger.head(), Head(3, bytes(32)), group)

    with pytest.raises(Malformed):
        parse_staged(staged.head, staged.encoded()[:-cut])
