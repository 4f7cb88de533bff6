"""Real bases for tests, small or large, with keys that everybody may know, made by the rooms themselves."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probanda.model.digest import AgentId, EntryId, Sha256, digests_of
from probanda.model.entry import Act, Head
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.genesis import FORMAT, Genesis
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.labelled import Labelled
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.proof.encoding import canonical
from probanda.proof.envelope import Sign, key_id
from probanda.proof.note import NoteKey
from probanda.proof.tree import Tree
from probanda.vault.group import Author, Group
from probanda.vault.ledger import Ledger
from probanda.vault.log_reader import encode_head
from probanda.vault.originals import Originals
from probanda.vault.pack_writer import PackWriter
from probanda.vault.signed import LastSigned
from probanda.vault.storage.folder import Folder, Operations
from probanda.vault.stream import Writes

ORIGIN = "probanda.example/tests"
POLICY = Sha256(hashlib.sha256(b"policy of the tests").hexdigest())


def private_key(name: str) -> Ed25519PrivateKey:
    """The same key for the same name, for ever."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"probanda tests {name}".encode()).digest())


def public_key(name: str) -> bytes:
    return private_key(name).public_key().public_bytes_raw()


@dataclass
class Signer:
    """The log key with its memory of what it signed."""

    last: LastSigned
    key: NoteKey = field(default_factory=lambda: NoteKey(ORIGIN, public_key("log")))
    sign: Sign = field(default_factory=lambda: private_key("log").sign)


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.moment = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class World:
    """One base with all that is needed to write to it."""

    place: Path
    folder: Folder
    ledger: Ledger
    signer: Signer
    originals: Originals
    author: Author
    clock: Clock
    matter: EntryId

    @property
    def root(self) -> Path:
        return self.folder.root

    def seen(self) -> Head:
        return self.ledger.head()

    def act(self, *acts: Act, author: Author | None = None) -> int:
        """Record acts, each signed by itself, as one group."""
        group, _ = (author or self.author).sign(acts, self.seen())
        return self.ledger.append(group, self.signer)

    def bulk(self, acts: Sequence[Act], author: Author | None = None) -> int:
        """Record acts under one seal."""
        return self.ledger.append(self.sealed(acts, author), self.signer)

    def sealed(self, acts: Sequence[Act], author: Author | None = None) -> Group:
        author, seen = author or self.author, self.seen()
        whole = Group(b"", b"", b"")
        for act in acts:
            opening = author.opening(act, seen, signed=False)
            whole += Group(opening.leaf, opening.leaf_hash, opening.line())
        seal, _ = author.seal(whole.hashes, seen)
        return whole + seal

    def received(self, data: bytes, path: str) -> Act:
        """The act of receiving these bytes, which are kept by `keep` or `pack`."""
        raw = path.encode()
        return ItemReceived(
            item=digests_of(data),
            matter=self.matter,
            size_bytes=len(data),
            media_type="text/plain",
            name=raw.rpartition(b"/")[2],
            path=raw,
            modified="2024-05-16T08:00:00",
            via="folder",
        ).act()

    def keep(self, data: bytes) -> Path:
        """Hold the bytes as an object of their own."""
        digest = self.originals.put(io.BytesIO(data)).sha256
        return self.root / "objects" / digest[:2] / digest[2:4] / digest

    def pack(self, contents: Sequence[bytes]) -> list[Path]:
        """Hold the bytes as members of packs."""
        writer, futures = PackWriter(self.originals), []
        for data in contents:
            room = writer.room(len(data))
            room[: len(data)] = data
            writer.add(digests_of(data).sha256, len(data))
            if writer.full:
                futures.append(writer.close())
        if not writer.empty:
            futures.append(writer.close())
        paths = [self.root / "packs" / f"{future.result().name}.tar" for future in futures]
        writer.shut_down()
        return paths

    def close(self) -> None:
        self.ledger.settle()
        self.originals.close()


def author_of(name: str, enrolled: EntryId | None, clock: Clock) -> Author:
    agent = key_id(public_key(name))
    return Author(ORIGIN, agent, enrolled, {agent: private_key(name).sign}, clock)


def open_world(
    place: Path, *, operations: Operations | None = None, writes: Writes | None = None, author: str = "first"
) -> World:
    """The base below `place`, without recovery; the author is the first agent once there is a genesis."""
    root = place / "base"
    folder = Folder(root, operations)
    ledger = Ledger(folder, NoteKey(ORIGIN, public_key("log")))
    clock = Clock()
    signer = Signer(LastSigned(place / "keys" / "signed"))
    world = World(
        place,
        folder,
        ledger,
        signer,
        Originals(root, writes=writes),
        author_of(author, None, clock),
        clock,
        EntryId(""),
    )
    head = ledger.head()
    if head.size:
        genesis = EntryId(ledger.reader.opening(0, head.size).leaf_hash.hex())
        world.author = author_of(author, genesis, clock)
        if head.size > 1:
            world.matter = EntryId(ledger.reader.opening(1, head.size).leaf_hash.hex())
    return world


def empty_world(place: Path, *, operations: Operations | None = None, writes: Writes | None = None) -> World:
    """A base without entries."""
    (place / "base" / "log").mkdir(parents=True)
    (place / "keys").mkdir(exist_ok=True)
    (place / "base/log/head").write_bytes(encode_head(Tree().head()))
    return open_world(place, operations=operations, writes=writes)


def new_world(place: Path, *, operations: Operations | None = None, writes: Writes | None = None) -> World:
    """A base with its genesis (entry 0) and its Inbox (entry 1)."""
    world = empty_world(place, operations=operations, writes=writes)
    group, genesis = genesis_of(world.clock)
    fields = {
        "format": FORMAT,
        "genesis": genesis,
        "log_key": public_key("log").hex(),
        "origin": ORIGIN,
        "policy": POLICY,
    }
    (world.root / "probanda.json").write_bytes(canonical(dict(fields)) + b"\n")
    world.ledger.append(group, world.signer)
    world.author = author_of("first", genesis, world.clock)
    record = MatterOpened(Sha256("11" * 32), "Inbox", "What came without a matter")
    group, openings = world.author.sign(
        [record.act(digests_of(canonical(dict(record.record()))))], world.seen()
    )
    world.ledger.append(group, world.signer)
    world.matter = EntryId(openings[0].leaf_hash.hex())
    return world


def genesis_of(clock: Clock) -> tuple[Group, EntryId]:
    log, first = public_key("log"), public_key("first")
    act = Genesis(log, first, POLICY, ("custodian", "supervisor"), "First agent").act(
        (digests_of(log), digests_of(first))
    )
    signers: dict[AgentId, Sign] = {
        key_id(log): private_key("log").sign,
        key_id(first): private_key("first").sign,
    }
    group, openings = Author(ORIGIN, key_id(first), None, signers, clock).sign([act], Tree().head())
    return group, EntryId(openings[0].leaf_hash.hex())


def small_world(place: Path, *, bulk: int = 6) -> World:
    """A base that has one of everything: see the lines."""
    world = new_world(place)
    second = enrol(world, "second")
    single = b"a larger object\n" * 40
    world.keep(single)
    world.act(world.received(single, "one/larger.txt"))
    contents = [b"packed %d\n" % i for i in range(bulk)]
    world.pack(contents)
    world.bulk([world.received(data, f"bulk/{i}.txt") for i, data in enumerate(contents)], second)
    world.act(Labelled(digests_of(single), add=("graphic",), reason="shown by a test").act(), author=second)
    world.act(AgentRevoked(public_key("second"), "left").act(digests_of(public_key("second"))))
    anchor(world)
    world.act(world.received(single, "two/larger.txt"), world.received(contents[0], "two/0.txt"))
    world.close()
    return world


def enrol(world: World, name: str) -> Author:
    """An agent of this name, who may act from now on."""
    key = public_key(name)
    act = AgentEnrolled(key, ("collector",), f"The {name} agent", "self").act(digests_of(key))
    group, openings = world.author.sign([act], world.seen())
    world.ledger.append(group, world.signer)
    return author_of(name, EntryId(openings[0].leaf_hash.hex()), world.clock)


def anchor(world: World, *, token: bytes = b"token", query: bytes = b"query") -> None:
    """An anchor over the present checkpoint; the audit looks at the digests of its files, not into them."""
    head, digests = world.seen(), digests_of(token)
    place = world.root / "log/anchors" / str(head.size)
    place.mkdir(parents=True)
    (place / "checkpoint").write_bytes((world.root / "log/checkpoint").read_bytes())
    (place / f"{digests.sha256}.tsr").write_bytes(token)
    (place / f"{digests.sha256}.tsq").write_bytes(query)
    world.act(AnchorRecorded(head, digests, digests_of(query).sha256, "Demonstration").act())
