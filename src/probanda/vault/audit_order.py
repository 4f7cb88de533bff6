"""Part of an audit: what depends on the order of entries. One pass over the whole log, in order.

Source: spec/entry.md entry-15 to entry-20.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from probanda.errors import Malformed
from probanda.model.authority import Effect
from probanda.model.digest import AgentId, EntryId
from probanda.model.entry import Entry, Head
from probanda.model.kinds.acts_sealed import ActsSealed
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.genesis import Genesis
from probanda.proof.envelope import key_id
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.audit_authority import Standing, needs_right
from probanda.vault.audit_report import Found
from probanda.vault.audit_stretch import Run, Stretch, openings_path
from probanda.vault.audit_tree import DerivedTree
from probanda.vault.identity import Identity


@dataclass(frozen=True, slots=True)
class RecordedAnchor:
    """An anchor that entry `index` names."""

    index: int
    head: Head
    token: str
    query: str


@dataclass(slots=True)
class Order:
    """State between two entries: whose keys are alive, and which entries wait for their seal."""

    identity: Identity
    tree: DerivedTree
    found: Found
    enrolled_by: dict[str, AgentId] = field(default_factory=dict)
    enrolled_at: dict[AgentId, int] = field(default_factory=dict)
    revoked_at: dict[AgentId, int] = field(default_factory=dict)
    anchors: list[RecordedAnchor] = field(default_factory=list)
    genesis: EntryId | None = None
    _standing: Standing = field(default_factory=Standing)
    _unsealed: list[Run] = field(default_factory=list)

    def feed(self, stretch: Stretch) -> None:
        """The next stretch, whose leaf hashes the tree already has."""
        ordered = dict(stretch.ordered)
        changes = sorted(ordered)
        for run in stretch.runs:
            for piece in _cut(run, changes):
                self._check_run(piece)
                entry = ordered.get(piece.start)
                self._seals(piece, entry)
                if entry is not None:
                    self._take(piece.start, entry)
        for index, size, root in stretch.seen:
            if size > index:
                self._fail("E-SEEN", index, f"the agent claims to have seen {size} entries")
            elif self.tree.root_at(size) != root:
                self._fail("E-SEEN", index, f"the root seen at {size} entries is not that of this log")

    def end(self) -> None:
        """After the last entry."""
        self._leave_unsealed()
        if self.genesis is None and self.tree.size == 0:
            self.found.fail("E-GENESIS", openings_path(0), "the log is empty: it has no genesis")

    def _check_run(self, run: Run) -> None:
        if run.agent is None:
            return
        if run.enrolled is None:
            if run.start or run.end != 1:
                self._fail("E-KEY", run.start or 1, "only the genesis names no enrolling entry")
            return
        if self.enrolled_by.get(run.enrolled) != run.agent:
            self._fail("E-KEY", run.start, "no entry before enrols this agent's key under the name it gives")
        revoked = self.revoked_at.get(run.agent)
        if run.signed and revoked is not None:
            self._fail("E-KEY", run.start, f"signed by a key that entry {revoked} revoked")

    def _seals(self, run: Run, entry: Entry | None) -> None:
        """Unsigned entries wait; the entry right after the last of them must be their seal."""
        if not run.signed:
            self._unsealed.append(run)
            return
        if entry is not None and entry.kind == ActsSealed.KIND:
            self._seal(run.start, entry)
        self._leave_unsealed()

    def _seal(self, index: int, entry: Entry) -> None:
        try:
            leaves = ActsSealed.read(entry, {}).leaves
        except Malformed as error:
            self._fail("E-SEAL", index, error)
            return
        start = index - len(leaves)
        if start < 1 or b"".join(map(bytes.fromhex, leaves)) != self.tree.hashes(0, start, index):
            self._fail("E-SEAL", index, f"it does not list the {len(leaves)} entries before it, in order")
        waiting, self._unsealed = self._unsealed, []
        covered = index
        for run in reversed(waiting):
            if run.end != covered or run.end <= start:
                self._unsealed.insert(0, run)
                continue
            if run.agent is not None and (run.agent, run.enrolled) != (entry.agent, entry.enrolled):
                self._fail(
                    "E-SEAL", index, f"it seals another agent's acts from entry {max(start, run.start)} on"
                )
            covered = max(start, run.start)
            if run.start < start:
                self._unsealed.insert(0, Run(run.start, start, run.agent, run.enrolled, signed=False))
        if covered > start:
            self._fail("E-SEAL", index, f"it covers entry {covered - 1}, which is signed or sealed already")

    def _leave_unsealed(self) -> None:
        for run in self._unsealed:
            if run.agent is None:
                continue  # what could not be read is named already
            self._fail("E-SEAL", run.start, f"entries up to {run.end - 1} are neither signed nor sealed")
        self._unsealed = []

    def _take(self, index: int, entry: Entry) -> None:
        try:
            effect = self._standing.take(index, entry)
            self._change(index, entry, effect)
        except Malformed as error:
            self._fail("E-GENESIS" if entry.kind == Genesis.KIND else "E-STATEMENT", index, error)

    def _change(self, index: int, entry: Entry, effect: Effect) -> None:
        if effect is not Effect.WHOLE and needs_right(entry) and entry.kind != Genesis.KIND:
            without = "without effect" if effect is Effect.NONE else "only what preserves or protects counts"
            where = f"{openings_path(index // TILE_WIDTH)} entry {index}"
            self.found.note("E-AUTHORITY", where, f"its agent had no right to {entry.kind} here: {without}")
        name = EntryId(self.tree.hashes(0, index, index + 1).hex())
        if entry.kind == Genesis.KIND:
            self._enrol(index, name, self._genesis(index, entry, name))
        elif entry.kind == AgentEnrolled.KIND:
            self._enrol(index, name, AgentEnrolled.read(entry, {}).key)
        elif entry.kind == AgentRevoked.KIND and effect is Effect.WHOLE:
            self.revoked_at.setdefault(key_id(AgentRevoked.read(entry, {}).key), index)
        elif entry.kind == AnchorRecorded.KIND:
            anchor = AnchorRecorded.read(entry, {})
            self.anchors.append(RecordedAnchor(index, anchor.head, anchor.token.sha256, anchor.query))

    def _genesis(self, index: int, entry: Entry, name: EntryId) -> bytes:
        genesis = Genesis.read(entry, {})
        if index:
            raise Malformed("only entry 0 is a genesis")
        self.genesis = name
        if genesis.log_key == genesis.agent_key:
            raise Malformed("log key and agent key are the same")
        if entry.agent != key_id(genesis.agent_key) or entry.enrolled is not None:
            raise Malformed("the genesis is not by the agent that it enrols")
        return genesis.agent_key

    def _enrol(self, index: int, name: EntryId, key: bytes) -> None:
        self.enrolled_by[name] = key_id(key)
        self.enrolled_at.setdefault(key_id(key), index)

    def _fail(self, name: str, index: int, says: object) -> None:
        self.found.fail(name, f"{openings_path(index // TILE_WIDTH)} entry {index}", says)


def _cut(run: Run, changes: list[int]) -> list[Run]:
    """The run in pieces, each entry that changes something being a piece of its own."""
    pieces, start = [], run.start
    for index in changes[bisect_left(changes, run.start) : bisect_left(changes, run.end)]:
        if start < index:
            pieces.append(Run(start, index, run.agent, run.enrolled, run.signed))
        pieces.append(Run(index, index + 1, run.agent, run.enrolled, run.signed))
        start = index + 1
    if start < run.end:
        pieces.append(Run(start, run.end, run.agent, run.enrolled, run.signed))
    return pieces
