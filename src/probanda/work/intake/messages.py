"""What the parent of an intake and its workers say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from probanda.model.digest import AgentId, EntryId, Sha256
from probanda.model.entry import Head
from probanda.work.intake.limits import Limits
from probanda.work.intake.outcomes import Outcome
from probanda.work.intake.walk import Input


@dataclass(frozen=True, slots=True)
class Settings:
    """What is the same for every item of one intake."""

    base: str
    origin: str
    payload_type: str
    agent: AgentId
    enrolled: EntryId
    seen: Head
    matter: EntryId
    labels: tuple[str, ...]
    confidentiality: str | None
    again: bool
    limits: Limits


class Chunk(NamedTuple):
    """Files for whichever worker is free; `stated` is what the agent's clock says."""

    stated: str
    inputs: tuple[Input, ...]


class Row(NamedTuple):
    """One reception, as views and outcomes need it. `warning` is empty unless the user should hear of it."""

    sha256: str
    sha512: str
    size_bytes: int
    media_type: str
    stated: str
    path: bytes
    name: bytes
    modified: str | None
    via: str
    root: bytes | None
    container: EntryId | None
    warning: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one input. `index` is that of its reception; None where there is none.

    `path` is below `root`, raw; that of a member is the archive's, `!/` and its own.
    """

    outcome: Outcome
    path: bytes
    root: bytes | None
    sha256: str | None
    index: int | None
    reason: str | None
    is_member: bool = False


class Batch(NamedTuple):
    """Receptions whose bytes are on disk, in order, and answers that need no entry."""

    leaves: bytes
    hashes: bytes
    lines: bytes
    rows: tuple[Row, ...]
    answers: tuple[Answer, ...]


class Question(NamedTuple):
    """Which of these bytes (SHA-256) has this matter received under these paths?

    The answer has a `Held` or None for each, in order; the entry in it only if `needs_entries`.
    """

    places: tuple[tuple[bytes, Sha256], ...]
    needs_entries: bool


@dataclass(frozen=True, slots=True)
class Held:
    """The earlier reception that was asked for."""

    index: int
    entry: EntryId | None


class Failed(NamedTuple):
    """The worker cannot go on: the name of the error's class, and its message."""

    kind: str
    message: str


class Ended(NamedTuple):
    """The worker has sent all it has. `not_looked_at` counts the inputs that it was given and left."""

    not_looked_at: int
