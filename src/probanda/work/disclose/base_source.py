"""A base as packages and proofs draw on it: what tables point at is read from log and originals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from probanda.errors import ProofFails
from probanda.model.digest import AgentId, EntryId, Sha256
from probanda.model.entry import Act, Head
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.role_granted import RoleGranted
from probanda.proof.note import NoteKey
from probanda.proof.opening import Opening
from probanda.vault.log_reader import LogReader
from probanda.vault.nodes import Nodes
from probanda.vault.originals import Originals
from probanda.views.registers import all_anchors, entries_without_right
from probanda.views.standing import entries_of_kinds, index_of, receptions_of, seal_after
from probanda.views.store import Views
from probanda.work.disclose.source import AnchorFiles

ABOUT_AGENTS = frozenset({Genesis.KIND, AgentEnrolled.KIND, RoleGranted.KIND, AgentRevoked.KIND})


@dataclass(frozen=True, slots=True)
class BaseSource:
    """See `PackageSource`. `record` puts an act on the log; None where nobody is at work."""

    genesis: EntryId
    log_key: NoteKey
    log: LogReader
    nodes: Nodes
    views: Views
    originals: Originals
    record: Callable[[Act], int] | None = None

    def checkpoint(self) -> bytes:
        return self.log.checkpoint()

    def opening(self, index: int) -> Opening:
        return self.log.opening(index, self.log.head().size)

    def inclusion_proof(self, index: int, size: int) -> Sequence[bytes]:
        return self.nodes.inclusion_proof(index, Head(size, self.log.root_at(size)))

    def consistency_proof(self, old_size: int, new_size: int) -> Sequence[bytes]:
        return self.log.consistency_proof(old_size, new_size)

    def index_of(self, entry: EntryId) -> int:
        return index_of(self.views, entry)

    def receptions(self, item: Sha256) -> Sequence[int]:
        return receptions_of(self.views, item)

    def about_agent(self, agent: AgentId) -> Sequence[int]:
        """An agent's id is the digest of the key, which is what such an entry is about.

        What somebody recorded without the right has no effect, and must not look as if it had.
        """
        key = Sha256(agent)
        powerless = {one.index for one in entries_without_right(self.views)}
        found = [i for i in entries_of_kinds(self.views, ABOUT_AGENTS) if i not in powerless]
        return [i for i in found if any(one.sha256 == key for one in self.opening(i).entry.subjects)]

    def seal_of(self, index: int) -> int:
        return seal_after(self.views, index)

    def anchors(self) -> Sequence[AnchorFiles]:
        found = sorted(all_anchors(self.views), key=lambda one: one.size)
        return [self._anchor(one.size, one.index, one.token) for one in found]

    def _anchor(self, size: int, index: int, token: Sha256) -> AnchorFiles:
        folder = f"log/anchors/{size}"
        read = self.log.folder.read
        try:
            return AnchorFiles(
                size=size,
                index=index,
                name=token,
                checkpoint=read(f"{folder}/checkpoint"),
                token=read(f"{folder}/{token}.tsr"),
                query=read(f"{folder}/{token}.tsq"),
            )
        except FileNotFoundError as error:
            raise ProofFails(
                f"Files of the anchor that entry {index} records are missing. Run `probanda verify`."
            ) from error

    def read_original(self, item: Sha256) -> Iterator[bytes]:
        return self.originals.read_checked(item)

    def append(self, act: Act) -> int:
        if self.record is None:
            raise RuntimeError("nobody is at work who could record an act")
        return self.record(act)
