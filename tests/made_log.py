"""A log of acts made up in a test, without signatures: what views are folded from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from probanda.model.digest import AgentId, Digests, EntryId, Sha256, agent_id, entry_id, sha256, sha512
from probanda.model.entry import Act, Entry, Head
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.labelled import Labelled
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.kinds.package_made import PackageMade
from probanda.model.kinds.role_granted import RoleGranted
from probanda.views.record import Record

NO_HEAD = Head(0, hashlib.sha256().digest())
FIRST_KEY = b"f" * 32


def digests(content: str) -> Digests:
    """Both digests of some content."""
    data = content.encode()
    return Digests(sha256(hashlib.sha256(data).hexdigest()), sha512(hashlib.sha512(data).hexdigest()))


def agent_of(key: bytes) -> AgentId:
    """The id of the agent with this key."""
    return agent_id(hashlib.sha256(key).hexdigest())


class MadeLog:
    """Grows act by act. Starts with genesis and Inbox; each method returns the id of the entry it adds."""

    def __init__(self, seed: str = "log") -> None:
        self._seed = seed
        self.all: list[Record] = []
        self.genesis = self.add_genesis(FIRST_KEY)
        self.inbox = self.open_matter("Inbox")

    # What views ask of a log.

    def head(self) -> Head:
        return Head(len(self.all), self.root_at(len(self.all)))

    def root_at(self, size: int) -> bytes:
        if size == 0:
            return NO_HEAD.root
        return hashlib.sha256("".join(record.id for record in self.all[:size]).encode()).digest()

    def records(self, start: int, end: int) -> Iterable[Record]:
        return iter(self.all[start:end])

    # Acts.

    def add(self, act: Act, *, agent: AgentId | None = None) -> EntryId:
        index = len(self.all)
        id = entry_id(hashlib.sha256(f"{self._seed} {index}".encode()).hexdigest())
        enrolled = None if index == 0 else self.all[0].id
        entry = Entry(
            act.kind,
            agent or agent_of(FIRST_KEY),
            enrolled,
            "made-log",
            NO_HEAD,
            f"2026-01-01T00:{index // 60 % 60:02d}:{index % 60:02d}Z",
            act.subjects,
            act.clear,
        )
        self.all.append(Record(index, id, entry, dict(act.hidden)))
        return id

    def add_genesis(self, key: bytes) -> EntryId:
        genesis = Genesis(b"l" * 32, key, sha256("0" * 64), ("collector", "supervisor"), "First Keeper")
        return self.add(genesis.act((digests("log key"), digests("first key"))))

    def by(self, key: bytes) -> None:
        """Put the last act in the name of another agent."""
        last = self.all[-1]
        self.all[-1] = replace(last, entry=replace(last.entry, agent=agent_of(key)))

    def open_matter(self, name: str) -> EntryId:
        nonce = sha256(hashlib.sha256(f"{name} {len(self.all)}".encode()).hexdigest())
        return self.add(MatterOpened(nonce, name, None).act(digests(nonce)))

    def receive(
        self,
        content: str,
        path: bytes = b"file.jpg",
        *,
        matter: EntryId | None = None,
        container: EntryId | None = None,
        labels: tuple[str, ...] = (),
        confidentiality: str | None = None,
    ) -> EntryId:
        return self.add(
            ItemReceived(
                digests(content),
                matter or self.inbox,
                len(content),
                "image/jpeg",
                container=container,
                labels=labels,
                confidentiality=confidentiality,
                name=path.rpartition(b"/")[2],
                path=path,
                modified="2025-12-31T23:59:59Z",
                via="archive" if container else "folder",
                root=b"/media/card",
            ).act()
        )

    def label(
        self,
        content: str,
        *,
        add: tuple[str, ...] = (),
        remove: tuple[str, ...] = (),
        confidentiality: str | None = None,
        reason: str | None = None,
    ) -> EntryId:
        return self.add(Labelled(digests(content), add, remove, confidentiality, reason).act())

    def enrol(self, key: bytes, name: str, *roles: str) -> EntryId:
        return self.add(AgentEnrolled(key, roles, name, "self").act(digests(name)))

    def grant(self, key: bytes, *roles: str) -> EntryId:
        return self.add(RoleGranted(key, roles, "asked").act(digests("key")))

    def revoke(self, key: bytes) -> EntryId:
        return self.add(AgentRevoked(key, "lost").act(digests("key")))

    def anchor(self, size: int, authority: str = "An Authority") -> EntryId:
        head = Head(size, self.root_at(size))
        return self.add(
            AnchorRecorded(head, digests(f"token {size}"), digests("query").sha256, authority).act()
        )

    def package(self, *contents: str) -> EntryId:
        items = tuple(map(digests, contents))
        return self.add(PackageMade(items, digests("manifest").sha256, digests("512").sha256, "review").act())


def digest_of(content: str) -> Sha256:
    """The SHA-256 of some content."""
    return digests(content).sha256
