"""The manifest: what is planted in the synthetic case, so that later work can be checked against it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from probanda.twin.parties import Name


@dataclass(frozen=True, slots=True)
class Relation:
    """One planted tie from a file to another; `of` is a path below `material/`, or `container!member` in an archive."""

    kind: str
    of: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a planted archive, named as the archive names it."""

    path: str
    sha256: str
    size_bytes: int
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Planted:
    """One file to write, with everything the manifest will say about it."""

    path: str
    data: bytes
    kind: str
    media_type: str
    origin: str
    claimed_at: datetime
    relations: tuple[Relation, ...] = ()
    labels: tuple[str, ...] = ()
    note: str = ""
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One planted file as the manifest lists it."""

    path: str
    sha256: str
    size_bytes: int
    kind: str
    media_type: str
    origin: str
    claimed_mtime: str
    relations: tuple[Relation, ...]
    labels: tuple[str, ...]
    note: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Appearance:
    """Where words stand: `start` and `end` count characters of the file decoded as UTF-8, end excluded."""

    file: str
    zone: str
    language: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """A marked part of a claim's words (a hedge, a limb, an echelon), with its places."""

    name: str
    appearances: tuple[Appearance, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the claims ledger; it says only that the speaker said this.

    `depth` is None where the text does not allow a number; `depth_as_listed` keeps the ledger's own notation.
    """

    id: str
    speaker: str
    modality: str
    speech_act: str
    scope: str
    depth: int | None
    depth_as_listed: str
    upstream: str
    paraphrase: str
    traps: tuple[str, ...]
    appearances: tuple[Appearance, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two or more planted values that cannot all stand; each value names where it is."""

    id: str
    attribute: str
    severity: str
    claims: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """A first recorder or first knower; `identified` is False for one that only may exist."""

    id: str
    kind: str
    identified: bool
    party: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One act of showing; `derived_from` pairs an earlier publication with the basis for saying so."""

    id: str
    publisher: str
    kind: str
    party: str | None
    published_at: str
    files: tuple[str, ...]
    carries: tuple[str, ...]
    derived_from: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """How many origins stand behind one point, whatever the number of copies."""

    id: str
    publications: int
    outlets: int
    identified_origins: int
    identified_origins_outside_parties: int
    unknown_origins: int
    origins: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is planted in one build of the synthetic case."""

    notice: str
    seed: int
    files: tuple[FileRecord, ...]
    claims: tuple[Claim, ...]
    conflicts: tuple[Conflict, ...]
    origins: tuple[Origin, ...]
    publications: tuple[Publication, ...]
    questions: tuple[Question, ...]
    names: tuple[Name, ...]
    photo: dict[str, str]
    version: int = field(default=1)

    def to_bytes(self) -> bytes:
        """The manifest as the JSON document that `build_twin` writes."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
