"""How an intake is going: one state, which faces print as text or JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from probanda.work.intake.messages import Answer
from probanda.work.intake.outcomes import Outcome

ERRORS = frozenset({Outcome.REFUSED, Outcome.UNREADABLE, Outcome.CHANGED})


@dataclass(slots=True)
class Progress:
    """Counts of one intake. One thread writes; others may read at any time.

    `done` counts everything answered, members of archives too; `inputs` only what lies below the given paths,
    of which there are about `total` (None while that is not known).
    """

    started_s: float
    done: int = 0
    inputs: int = 0
    total: int | None = None
    size_bytes: int = 0
    counts: Counter[Outcome] = field(default_factory=Counter)

    @property
    def errors(self) -> int:
        """How many inputs were refused, unreadable or changed."""
        return sum(self.counts[outcome] for outcome in ERRORS)

    def rate(self, now_s: float) -> float:
        """Answers a second since the start, on the clock of `started_s`."""
        return self.done / max(now_s - self.started_s, 1e-6)

    def left_s(self, now_s: float) -> float | None:
        """Seconds left if it goes on as so far; None while that is not known."""
        if self.total is None or not self.inputs:
            return None
        return max(0, self.total - self.inputs) * (now_s - self.started_s) / self.inputs

    def take(self, answer: Answer, size_bytes: int) -> None:
        """Count one answer."""
        self.done += 1
        self.inputs += not answer.is_member
        self.size_bytes += size_bytes
        self.counts[answer.outcome] += 1
