"""What views answer with. A number called `index` is that of the log entry which the answer rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from probanda.model.digest import AgentId, EntryId, Sha256, Sha512
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Protection
from probanda.model.rawname import name_text
from probanda.model.roles import Role


@dataclass(frozen=True, slots=True)
class RawName:
    """A name or path as evidence gave it."""

    raw: bytes

    @property
    def text(self) -> str:
        """For people to read."""
        return name_text(self.raw)


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """A label that holds for an item: its own, or inherited from containers (by reference), or both."""

    label: Label
    is_own: bool
    inherited_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Bytes within a matter. `index` is the first reception, which made the item.

    `names` and `paths` are in order of reception without repeats; in a page they hold only the first.
    `containers` are the references of the archives that hold it, `elsewhere` those of the same bytes in other
    matters.
    """

    ref: str
    index: int
    matter_ref: str
    matter_name: str | None
    sha256: Sha256
    sha512: Sha512
    size_bytes: int
    media_type: str
    names: tuple[RawName, ...]
    paths: tuple[RawName, ...]
    labels: tuple[ItemLabel, ...]
    confidentiality: Confidentiality
    receptions: int
    containers: tuple[str, ...]
    elsewhere: tuple[str, ...]

    @property
    def protection(self) -> Protection:
        """What policy decides about: inherited labels and degrees included."""
        return Protection(frozenset(one.label for one in self.labels), self.confidentiality)


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """A page in order of reception. `next` is what to ask for the page after it; None at the end.

    `total` counts what this reader may see. `kept_from_you` counts what policy keeps out of the whole list,
    whatever the search: nobody can ask by it for a name that is kept from them.
    """

    total: int
    kept_from_you: int
    items: tuple[Item, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Reception:
    """One time that an item came in. All but agent and labels is what the file or its bringer claimed."""

    index: int
    id: EntryId
    agent: AgentId | None
    agent_name: str | None
    stated: str
    name: RawName | None
    path: RawName | None
    modified: str | None
    via: str | None
    root: RawName | None
    container: str | None
    labels: tuple[Label, ...]
    confidentiality: Confidentiality | None


@dataclass(frozen=True, slots=True)
class CustodyEvent:
    """One thing that happened to an item. `stated` is the clock of the agent who recorded it.

    `labels` and `confidentiality` are what it gave the item, if anything; `words` are for people only.
    """

    index: int
    id: EntryId
    kind: str
    stated: str
    agent: AgentId | None
    agent_name: str | None
    words: str
    labels: frozenset[Label] = frozenset()
    confidentiality: Confidentiality | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or service with a key. `index` enrolled it; `roles_index` set its present roles."""

    id: AgentId
    index: int
    enrolled: EntryId
    key: bytes
    name: str | None
    holder: str | None
    roles: frozenset[Role]
    roles_index: int
    revoked_index: int | None
    revoked_reason: str | None

    @property
    def is_alive(self) -> bool:
        """Whether the key may still sign."""
        return self.revoked_index is None


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter; ordinal 0 is the Inbox. `items` counts all, whoever may see them."""

    ref: str
    ordinal: int
    id: EntryId
    index: int
    name: str | None
    purpose: str | None
    items: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A token over the head of `size` and `root`; `token` and `query` are digests of response and request."""

    index: int
    stated: str
    size: int
    root: bytes
    token: Sha256
    query: Sha256
    authority: str | None


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry of the log, in one line."""

    index: int
    id: EntryId
    kind: str
    stated: str
    agent: AgentId | None
    agent_name: str | None


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry from which nothing was taken: `reason` is None for an unknown kind, else what does not fit."""

    index: int
    kind: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class WithoutRight:
    """An entry by an agent who had no right to it. `kept`: what in it preserves or protects counts."""

    index: int
    kind: str
    agent: AgentId | None
    agent_name: str | None
    kept: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. `unknown_kinds` counts entries by kind, `unreadable` those unlike their kind,
    `without_right` those whose agent had no right to them, or to a part of them.
    """

    entries: int
    items: int
    receptions: int
    agents: int
    matters: int
    anchors: int
    packages: int
    unknown_kinds: Mapping[str, int]
    unreadable: int
    without_right: int
