"""A base with one of everything that a package can draw on, and a package made of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from probanda.model.digest import EntryId, Sha256
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.role_granted import RoleGranted
from probanda.model.policy import Decision
from probanda.vault.anchors import make_request
from probanda.work.disclose.packing import PackageReceipt, make_package
from unit.disclose.world_source import WorldSource
from world import World, anchor, digests_of, enrol, new_world, public_key

LARGER = b"a larger object\n" * 40
MEMBERS = [b"member %d\n" % i for i in range(3)]
ARCHIVE = b"the bytes of an archive"


def allowed(_: Sha256) -> Decision:
    return Decision(True, "")


def sha256_of(data: bytes) -> Sha256:
    return digests_of(data).sha256


@dataclass(frozen=True)
class Made:
    source: WorldSource
    receipt: PackageReceipt

    @property
    def root(self) -> Path:
        return self.receipt.out

    @property
    def items(self) -> list[Sha256]:
        return [sha256_of(LARGER), sha256_of(MEMBERS[1])]


def case(place: Path) -> World:
    """A second agent seals an archive and its members, loses a role and the key; the first goes on."""
    world = new_world(place)
    second = enrol(world, "second")
    for data in (ARCHIVE, LARGER, *MEMBERS):
        world.keep(data)
    archive = world.bulk([world.received(ARCHIVE, "in/archive.zip")], second)
    container = EntryId(world.ledger.reader.opening(archive, world.seen().size).leaf_hash.hex())
    world.bulk([member(world, data, container) for data in MEMBERS], second)
    world.act(world.received(LARGER, "in/larger.txt"))
    checkpoint = (world.root / "log/checkpoint").read_bytes()
    anchor(world, query=make_request(checkpoint))
    second_key = digests_of(public_key("second"))
    world.act(RoleGranted(public_key("second"), ("analyst",), "a reason that stays inside").act(second_key))
    world.act(AgentRevoked(public_key("second"), "another reason that stays inside").act(second_key))
    world.act(world.received(LARGER, "again/larger.txt"))
    world.close()
    return world


def member(world: World, data: bytes, container: EntryId):
    return ItemReceived(
        item=digests_of(data),
        matter=world.matter,
        size_bytes=len(data),
        media_type="text/plain",
        container=container,
        name=b"member.txt",
        path=b"in/archive.zip!/member.txt",
        via="archive",
        root=b"/home/somebody/in",
    ).act()


@pytest.fixture
def source(tmp_path: Path) -> WorldSource:
    return WorldSource(case(tmp_path))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A package that tests look at and leave as it is."""
    place = tmp_path_factory.mktemp("made")
    source = WorldSource(case(place))
    items = [sha256_of(LARGER), sha256_of(MEMBERS[1])]
    yield Made(source, make_package(source, items, place / "package", may_leave=allowed, purpose="a test"))
