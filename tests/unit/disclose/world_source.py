"""A base of the tests as the source of packages: everything is found by reading the log from its start."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from probanda.errors import NotFound
from probanda.model.digest import AgentId, EntryId, Sha256
from probanda.model.entry import Act, Entry
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.proof.envelope import key_id
from probanda.proof.note import NoteKey
from probanda.proof.opening import Opening
from probanda.work.disclose.source import AnchorFiles
from world import ORIGIN, World, public_key

ABOUT_KEYS = ("agent-enrolled", "role-granted", "agent-revoked")


@dataclass
class WorldSource:
    world: World
    log_key = NoteKey(ORIGIN, public_key("log"))

    @property
    def genesis(self) -> EntryId:
        return EntryId(self.opening(0).leaf_hash.hex())

    def checkpoint(self) -> bytes:
        return self.world.ledger.reader.checkpoint()

    def opening(self, index: int) -> Opening:
        return self.world.ledger.reader.opening(index, self.world.seen().size)

    def inclusion_proof(self, index: int, size: int) -> Sequence[bytes]:
        return self.world.ledger.reader.inclusion_proof(index, size)

    def consistency_proof(self, old_size: int, new_size: int) -> Sequence[bytes]:
        return self.world.ledger.reader.consistency_proof(old_size, new_size)

    def index_of(self, entry: EntryId) -> int:
        for index in range(self.world.seen().size):
            if self.opening(index).leaf_hash.hex() == entry:
                return index
        raise NotFound(entry)

    def receptions(self, item: Sha256) -> Sequence[int]:
        return self._where(lambda e: e.kind == "item-received" and e.subjects[0].sha256 == item)

    def about_agent(self, agent: AgentId) -> Sequence[int]:
        return self._where(
            lambda e: e.kind in ABOUT_KEYS and key_id(bytes.fromhex(str(e.body["key"]))) == agent
        )

    def seal_of(self, index: int) -> int:
        return next(i for i in self._where(lambda e: e.kind == "acts-sealed") if i > index)

    def anchors(self) -> Sequence[AnchorFiles]:
        found = []
        for index in self._where(lambda e: e.kind == "anchor-recorded"):
            record = AnchorRecorded.read(self.opening(index).entry, {})
            read, name = self.world.folder.read, record.token.sha256
            place = f"log/anchors/{record.head.size}/"
            found.append(
                AnchorFiles(
                    record.head.size,
                    index,
                    name,
                    checkpoint=read(place + "checkpoint"),
                    token=read(f"{place}{name}.tsr"),
                    query=read(f"{place}{name}.tsq"),
                )
            )
        return found

    def read_original(self, item: Sha256) -> Iterator[bytes]:
        return self.world.originals.read_checked(item)

    def append(self, act: Act) -> int:
        return self.world.act(act)

    def _where(self, wanted: Callable[[Entry], bool]) -> list[int]:
        return [i for i in range(self.world.seen().size) if wanted(self.opening(i).entry)]
