"""What an audit says: three answers apart, every finding, what else is worth knowing, how much was looked at.

Names of findings are stable; docs/reference/findings.md explains each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from probanda.model.digest import EntryId
from probanda.model.entry import Head
from probanda.proof.encoding import Json
from probanda.proof.verdict import EXIT_FAILS, EXIT_UNDECIDED, Finding, Outcome

FORMAT = "probanda-audit/1"


@dataclass(slots=True)
class Found:
    """Findings in the order in which they were met, and notes, which count for nothing."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def fail(self, name: str, where: str, says: object) -> None:
        self.findings.append(Finding(name, where, str(says), Outcome.FAILS))

    def undecided(self, name: str, where: str, says: object) -> None:
        self.findings.append(Finding(name, where, str(says), Outcome.UNDECIDED))

    def note(self, name: str, where: str, says: object) -> None:
        self.notes.append(Finding(name, where, str(says), Outcome.HOLDS))

    def take(self, other: Found) -> None:
        """Append what another part of the audit found."""
        self.findings += other.findings
        self.notes += other.notes

    def integrity(self) -> Outcome:
        effects = {finding.effect for finding in self.findings}
        if Outcome.FAILS in effects:
            return Outcome.FAILS
        return Outcome.UNDECIDED if effects else Outcome.HOLDS


@dataclass(slots=True)
class Counts:
    """How much was looked at. `size_bytes` is that of originals and products."""

    entries: int = 0
    objects: int = 0
    packs: int = 0
    packed: int = 0
    derived: int = 0
    anchors: int = 0
    size_bytes: int = 0

    def add(self, other: Counts) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def json(self) -> dict[str, Json]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The answers, and everything found on the way.

    `identity` is undecided unless the caller named the expected genesis. `time` is undecided here: tokens
    are checked against a certificate that the reader trusts.
    """

    integrity: Outcome
    identity: Outcome
    time: Outcome
    head: Head | None
    genesis: EntryId | None
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    counts: Counts

    @property
    def first(self) -> Finding | None:
        """The first bad thing, in the order of the log, then of paths."""
        return self.findings[0] if self.findings else None

    @property
    def exit_code(self) -> int:
        """0 if everything was derived again and agrees, 3 if something does not, 4 if that is undecided."""
        if Outcome.FAILS in (self.integrity, self.identity):
            return EXIT_FAILS
        return EXIT_UNDECIDED if self.integrity is Outcome.UNDECIDED else 0

    def json(self) -> dict[str, Json]:
        head: Json = None if self.head is None else {"root": self.head.root.hex(), "size": self.head.size}
        return {
            "format": FORMAT,
            "integrity": self.integrity.value,
            "identity": self.identity.value,
            "time": self.time.value,
            "genesis": self.genesis,
            "head": head,
            "counts": self.counts.json(),
            "findings": [finding.json() for finding in self.findings],
            "notes": [note.json() for note in self.notes],
        }
