"""What a check says: three questions answered apart, every finding behind the answers, what was not shown.

Source: spec/package.md package-17 to package-21.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from probanda.model.digest import AgentId, Sha256
from probanda.proof.encoding import Json

FORMAT = "probanda-verdict/1"
EXIT_FAILS, EXIT_UNDECIDED = 3, 4

NOT_SHOWN = (
    "who made the material",
    "whether it was staged or altered before it was received",
    "whether what it shows is so",
    "what was left out of the package",
    "whether the log shown to somebody else is the same",
    "that no revocation was left out",
)


class Outcome(enum.StrEnum):
    """The answer to one question. Undecided is no weaker form of holds: nothing was shown."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks against integrity: a stable name, the file or entry, and a sentence."""

    name: str
    where: str
    says: str
    effect: Outcome

    def json(self) -> dict[str, Json]:
        return {"name": self.name, "where": self.where, "says": self.says, "effect": self.effect.value}


@dataclass(frozen=True, slots=True)
class AgentShown:
    """An agent whose key the package holds. Name and holder are claims of whoever enrolled them."""

    id: AgentId
    enrolled_at: int
    revoked_at: int | None
    roles: tuple[str, ...]
    name: str | None
    holder: str | None

    def json(self) -> dict[str, Json]:
        return {
            "agent": self.id,
            "enrolled_at": self.enrolled_at,
            "revoked_at": self.revoked_at,
            "roles": list(self.roles),
            "name": self.name,
            "holder": self.holder,
        }


@dataclass(frozen=True, slots=True)
class TokenShown:
    """A time-stamp token over the checkpoint of `size`, by its digest and that of its request, if any."""

    size: int
    token: Sha256
    query: Sha256 | None

    def json(self) -> dict[str, Json]:
        return {"size": self.size, "token": self.token, "query": self.query}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answers, and everything found on the way."""

    integrity: Outcome
    identity: Outcome
    time: Outcome
    findings: tuple[Finding, ...] = ()
    agents: tuple[AgentShown, ...] = ()
    tokens: tuple[TokenShown, ...] = ()
    not_shown: tuple[str, ...] = NOT_SHOWN

    @property
    def exit_code(self) -> int:
        """package-21: 0, 3 or 4. An identity that nobody pinned does not count."""
        if Outcome.FAILS in (self.integrity, self.identity):
            return EXIT_FAILS
        return EXIT_UNDECIDED if self.integrity is Outcome.UNDECIDED else 0

    def json(self) -> dict[str, Json]:
        return {
            "format": FORMAT,
            "integrity": self.integrity.value,
            "identity": self.identity.value,
            "time": self.time.value,
            "findings": [finding.json() for finding in self.findings],
            "agents": [agent.json() for agent in self.agents],
            "tokens": [token.json() for token in self.tokens],
            "not_shown": list(self.not_shown),
        }


@dataclass(slots=True)
class Findings:
    """Collects every finding of a check; the first one does not end it."""

    all: list[Finding] = field(default_factory=list)

    def fail(self, name: str, where: str, says: object) -> None:
        self.all.append(Finding(name, where, str(says), Outcome.FAILS))

    def undecided(self, name: str, where: str, says: object) -> None:
        self.all.append(Finding(name, where, str(says), Outcome.UNDECIDED))

    def integrity(self) -> Outcome:
        effects = {finding.effect for finding in self.all}
        if Outcome.FAILS in effects:
            return Outcome.FAILS
        return Outcome.UNDECIDED if effects else Outcome.HOLDS
