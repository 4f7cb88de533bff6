import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probanda import base
from probanda.base import Base, Session
from probanda.errors import (
    Forked,
    KeyUnavailable,
    NotFound,
    ProofFails,
    Refused,
    StorageFailed,
    WrongUsage,
)
from probanda.model.digest import EntryId, digests_of
from probanda.model.kinds.genesis import Genesis
from probanda.model.roles import Role
from probanda.proof.envelope import key_id
from probanda.vault.keys import KeyRing
from probanda.vault.ledger import Ledger
from probanda.vault.log_reader import LogReader
from probanda.vault.storage.folder import Folder
from probanda.views.registers import all_matters
from probanda.work.govern.agents import enrol, grant, revoke
from probanda.work.govern.matters import open_matter
from probanda.work.intake.messages import Answer
from probanda.work.intake.pipeline import Request, add
from probanda.work.intake.progress import Progress

PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def made(tmp_path: Path, ring: KeyRing) -> Base:
    return base.init(tmp_path / "base", ring, "Mira", PASSPHRASE)


def as_agent(opened: Base, ring: KeyRing, name: str) -> Session:
    return opened.session(ring, ring.unlock(ring.find(name), PASSPHRASE))


def enrolled(opened: Base, ring: KeyRing, name: str, *roles: Role) -> Session:
    supervisor = as_agent(opened, ring, "Mira")
    new = ring.create(name, PASSPHRASE, supervisor.unlocked.logs)
    enrol(supervisor, new.public, name=name, roles=frozenset(roles))
    return as_agent(opened, ring, name)


def test_a_new_base_begins_with_a_genesis_signed_by_both_keys(made: Base, ring: KeyRing) -> None:
    opening = made.opening(0)

    genesis = Genesis.read(opening.entry, opening.fields)

    assert opening.leaf_hash.hex() == made.identity.genesis
    assert opening.envelope.signed_by(genesis.agent_key)
    assert opening.envelope.signed_by(genesis.log_key)
    assert genesis.log_key == made.identity.log_key.key
    assert key_id(genesis.agent_key) == ring.find("Mira").id


def test_a_new_base_has_an_inbox(made: Base) -> None:
    assert [(m.ordinal, m.name) for m in all_matters(made.views)] == [(0, "Inbox")]


def test_no_private_key_is_inside_the_base(made: Base, ring: KeyRing) -> None:
    unlocked = ring.unlock(ring.find("Mira"), PASSPHRASE)
    secrets = [unlocked.private, *unlocked.logs.values()]

    content = b"".join(path.read_bytes() for path in made.root.rglob("*") if path.is_file())

    assert not any(secret in content or secret.hex().encode() in content for secret in secrets)


def test_a_folder_that_holds_something_is_not_made_a_base(tmp_path: Path, ring: KeyRing) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")

    with pytest.raises(WrongUsage, match="not an empty folder"):
        base.init(tmp_path / "mine", ring, "Mira", PASSPHRASE)

    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_folder_without_a_base_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="probanda init"):
        Base(tmp_path)


def test_nobody_is_told_to_remove_a_base_that_lost_its_identity(made: Base) -> None:
    (made.root / "probanda.json").unlink()

    with pytest.raises(NotFound, match=r"remove nothing.*put it back from a copy"):
        Base(made.root)


def test_a_damaged_identity_is_said_so(made: Base) -> None:
    (made.root / "probanda.json").write_bytes(b"{}\n")

    with pytest.raises(ProofFails, match="damaged"):
        Base(made.root)


def test_an_act_is_found_again_after_the_base_is_opened_anew(made: Base, ring: KeyRing) -> None:
    receipt = open_matter(as_agent(made, ring, "Mira"), "The bridge", purpose="what happened there")

    again = Base(made.root)

    assert all_matters(again.views)[1].name == "The bridge"
    assert again.opening(receipt.index).leaf_hash.hex() == receipt.ids[0]


def test_two_agents_work_in_one_base_as_themselves(made: Base, ring: KeyRing) -> None:
    second = enrolled(made, ring, "Tomas", Role.COLLECTOR)

    receipt = open_matter(second, "His matter")

    assert made.opening(receipt.index).entry.agent == ring.find("Tomas").id


def test_an_agent_without_the_role_is_refused_and_nothing_is_recorded(made: Base, ring: KeyRing) -> None:
    second = enrolled(made, ring, "Tomas", Role.ANALYST)
    before = made.ledger.head()

    with pytest.raises(Refused, match="open-matter needs the role"):
        open_matter(second, "His matter")

    assert made.ledger.head() == before


def test_an_agent_who_is_not_enrolled_here_cannot_act(made: Base, ring: KeyRing) -> None:
    stranger = ring.create("Vera", PASSPHRASE)

    with pytest.raises(KeyUnavailable, match="not enrolled"):
        made.session(ring, stranger)


def test_a_key_revoked_while_its_session_is_open_signs_nothing_more(made: Base, ring: KeyRing) -> None:
    second = enrolled(made, ring, "Tomas", Role.COLLECTOR)
    revoke(as_agent(made, ring, "Mira"), second.unlocked.public, reason="left", supervisors_left=1)
    before = made.ledger.head()

    with pytest.raises(KeyUnavailable, match="revoked"):
        open_matter(second, "His matter")

    assert made.ledger.head() == before
    with pytest.raises(KeyUnavailable, match="revoked"):
        as_agent(made, ring, "Tomas")


def test_the_last_supervisor_is_not_revoked(made: Base, ring: KeyRing) -> None:
    mira = as_agent(made, ring, "Mira")

    with pytest.raises(WrongUsage, match="last supervisor"):
        revoke(mira, mira.unlocked.public, reason="left", supervisors_left=0)


def test_granted_roles_replace_those_held_before(made: Base, ring: KeyRing) -> None:
    second = enrolled(made, ring, "Tomas", Role.COLLECTOR)

    grant(
        as_agent(made, ring, "Mira"),
        second.unlocked.public,
        frozenset({Role.ANALYST}),
        reason="moved",
        supervisors_left=1,
    )

    assert as_agent(made, ring, "Tomas").reader.roles == {Role.ANALYST}


def test_a_copied_base_is_not_continued_beside_the_first(made: Base, ring: KeyRing, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made.root, tmp_path / "copy"))
    open_matter(as_agent(made, ring, "Mira"), "In the first")

    with pytest.raises(Forked, match="older copy"):
        open_matter(as_agent(Base(copy), ring, "Mira"), "In the copy")

    assert Base(copy).ledger.head().size == 2


def test_a_clock_that_goes_backwards_changes_no_order(tmp_path: Path, ring: KeyRing) -> None:
    times = iter(datetime(year, 1, 1, tzinfo=UTC) for year in range(2030, 2000, -1))
    made = base.init(tmp_path / "base", ring, "Mira", PASSPHRASE, clock=lambda: next(times))
    session = as_agent(made, ring, "Mira")

    first, second = open_matter(session, "One"), open_matter(session, "Two")

    assert (first.index, second.index) == (2, 3)
    assert made.opening(2).entry.stated > made.opening(3).entry.stated


def test_one_passphrase_opens_an_agent_for_several_bases(tmp_path: Path, made: Base, ring: KeyRing) -> None:
    other = base.init(tmp_path / "other", ring, "Mira", PASSPHRASE)

    open_matter(as_agent(other, ring, "Mira"), "There")
    open_matter(as_agent(made, ring, "Mira"), "Here")

    assert other.identity.genesis != made.identity.genesis


def test_the_genesis_names_the_policy_it_was_made_under(made: Base) -> None:
    assert made.identity.policy == digests_of(base.policy_text().encode()).sha256


def test_a_second_base_does_not_take_the_log_key_of_the_first(tmp_path: Path, ring: KeyRing) -> None:
    first = base.init(tmp_path / "first", ring, "Mira", PASSPHRASE, origin="example/log")

    with pytest.raises(KeyUnavailable, match="choose another origin"):
        base.init(tmp_path / "second", ring, "Mira", PASSPHRASE, origin="example/log")

    open_matter(as_agent(first, ring, "Mira"), "Still writable")
    assert not (tmp_path / "second").exists()


def test_what_a_dead_writer_left_is_cleared_when_an_agent_comes(made: Base, ring: KeyRing) -> None:
    left = made.root / "packs" / ".new-1-1-abc"
    left.write_bytes(b"half a pack")

    as_agent(made, ring, "Mira")

    assert not left.exists()


def test_a_gap_that_a_busy_writer_leaves_is_read_again_when_it_is_done(made: Base, ring: KeyRing) -> None:
    open_matter(as_agent(made, ring, "Mira"), "Harbour")
    shutil.rmtree(made.root / "views")
    reader = Base(made.root)
    tile = max((made.root / "log/tile/0/000.p").iterdir(), key=lambda path: int(path.name))
    copied = tile.read_bytes()
    tile.unlink()

    class Busy(Folder):
        """The writer holds the lock, and is done with copying out when it lets go."""

        @contextmanager
        def exclusive(self) -> Iterator[None]:
            tile.write_bytes(copied)
            with super().exclusive():
                yield

    reader.ledger = Ledger(Busy(made.root), made.identity.log_key)

    assert [one.name for one in all_matters(reader.views)] == ["Inbox", "Harbour"]


def test_a_tile_that_is_replaced_by_a_wider_one_while_it_is_looked_for_is_found(
    made: Base, ring: KeyRing
) -> None:
    session = as_agent(made, ring, "Mira")
    tiles = made.root / "log/tile/0/000.p"
    size = made.ledger.head().size

    class Meanwhile(Folder):
        """Between the list of names and the reading of one, somebody else goes on."""

        def names(self, folder: str) -> list[str]:
            listed = super().names(folder)
            if made.ledger.head().size == size:
                open_matter(session, "Harbour")
                (tiles / str(size)).unlink(missing_ok=True)
            return listed

    assert len(LogReader(Meanwhile(made.root)).tile(0, 0, size)) == 32 * size


@pytest.mark.parametrize("name", ["log/head", "probanda.json", "entries/000.jsonl"])
def test_a_pipe_in_the_place_of_a_file_of_a_base_is_told_and_not_waited_for(made: Base, name: str) -> None:
    (made.root / name).unlink()
    os.mkfifo(made.root / name)

    with pytest.raises(StorageFailed, match="no regular file"):
        Base(made.root).opening(0)


def test_a_base_from_elsewhere_makes_nobody_write_into_files_of_their_own(
    made: Base, ring: KeyRing, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.write_bytes(b"mine")
    session = as_agent(made, ring, "Mira")
    before = (made.root / "entries/000.jsonl").read_bytes()
    open_matter(session, "Harbour")  # staged still: whoever opens the base copies it out
    page = made.root / "entries/000.jsonl"
    own.write_bytes(before)
    page.unlink()
    page.symlink_to(own)

    Base(made.root)

    assert own.read_bytes() == before


@pytest.mark.parametrize("name", ["views", "packs", "cache/positions", "views/rebuilding", "log/tile"])
def test_a_base_with_a_link_in_it_is_not_opened(made: Base, tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "db-mine").write_text("years of work")
    place = made.root / name
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(tmp_path / "mine")

    with pytest.raises(ProofFails, match="is a link"):
        Base(made.root)


def test_an_identity_that_names_another_genesis_is_not_believed(made: Base) -> None:
    path = made.root / "probanda.json"
    path.write_text(path.read_text().replace(made.identity.genesis, "0" * 64))

    with pytest.raises(ProofFails, match="another genesis"):
        Base(made.root)


def test_the_keys_are_not_taken_in_as_evidence(made: Base, ring: KeyRing, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("a letter")
    told: list[Answer] = []

    matter = EntryId(made.opening(1).leaf_hash.hex())
    desk = as_agent(made, ring, "Mira").intake()
    add([bytes(tmp_path)], desk, Request(matter), progress=Progress(0), tell=told.append)

    outcomes = {answer.path: answer.outcome for answer in told}
    assert outcomes == {b"letter.txt": "received", b"base": "refused", b"keys": "refused"}
