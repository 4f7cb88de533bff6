"""What the pages ask of a base, and the values they are given.

Every method asks policy for the reader. What is kept from the reader is `NotFound`, as if it were not there;
what the reader may see but not do is `Refused`, with the reason. Names come as `name_text` shows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from probanda.model.entry import Value
from probanda.model.policy import Reader
from probanda.work.examine.preview import NoPreview, Preview


@dataclass(frozen=True, slots=True)
class LabelShown:
    """A label or degree, the entry that set it, and the container (reference) it is inherited from."""

    word: str
    index: int | None
    inherited_from: str | None = None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item in a list. `index` is its first reception; `stated` the clock of the agent who received it."""

    reference: str
    name: str | None
    media_type: str
    size_bytes: int
    labels: tuple[str, ...]
    confidentiality: str
    matter: str
    stated: str
    index: int


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """A page of a list: `total` fit the question, `kept` more are not open to this reader."""

    items: tuple[ItemLine, ...]
    total: int
    kept: int
    next: str | None
    head: int


@dataclass(frozen=True, slots=True)
class ReceptionShown:
    """How the item came, once. Name, path, time and source are claims."""

    index: int
    stated: str
    agent: str | None
    matter: str
    name: str | None
    path: str | None
    modified: str | None
    via: str | None
    root: str | None
    container: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One act about the item. `kind` is the entry's kind; `words` say more, in English."""

    index: int
    kind: str
    stated: str
    agent: str | None
    words: str


@dataclass(frozen=True, slots=True)
class NotLaterThan:
    """What a time-stamp token says, not checked by the pages, and the entry that records it."""

    time: str
    index: int


@dataclass(frozen=True, slots=True)
class ItemShown:
    """All that is held about one item. `members` are the first of `members_total`."""

    reference: str
    name: str | None
    sha256: str
    sha512: str
    media_type: str
    size_bytes: int
    matter: str
    matter_name: str | None
    confidentiality: LabelShown
    labels: tuple[LabelShown, ...]
    receptions: tuple[ReceptionShown, ...]
    containers: tuple[ItemLine, ...]
    members: tuple[ItemLine, ...]
    members_total: int
    history: tuple[Event, ...]
    not_later_than: NotLaterThan | None
    index: int
    head: int


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A hidden field of an entry: `value` is None where it is withheld."""

    digest: str
    name: str | None
    value: Value


@dataclass(frozen=True, slots=True)
class AnchorShown:
    """A time-stamp token over a head. `time` is what the token says."""

    index: int
    size: int
    token: str
    time: str | None
    authority: str | None


@dataclass(frozen=True, slots=True)
class ProofShown:
    """What one entry rests on; `checks` says of each step: `holds`, `fails` or `undecided`."""

    index: int
    entry_id: str
    kind: str
    agent: str | None
    agent_id: str
    stated: str
    item: str | None
    item_sha256: str | None
    item_size_bytes: int | None
    statement: Mapping[str, Value]
    fields: tuple[FieldShown, ...]
    sealed_by: int | None
    leaf: str
    leaf_hash: str
    inclusion: tuple[str, ...]
    size: int
    root: str
    origin: str
    checkpoint: str
    genesis: str
    anchors: tuple[AnchorShown, ...]
    checks: Mapping[str, str]
    checked_at: str


@dataclass(frozen=True, slots=True)
class AgentShown:
    """Somebody who holds a key here. `revoked` is the index of the revocation."""

    id: str
    name: str | None
    holder: str | None
    roles: tuple[str, ...]
    index: int
    roles_index: int
    revoked: int | None


@dataclass(frozen=True, slots=True)
class MatterShown:
    """A matter; `items` counts what this reader may see."""

    reference: str
    id: str
    name: str | None
    purpose: str | None
    items: int
    index: int


@dataclass(frozen=True, slots=True)
class StatusShown:
    """How the base stands; `unread` entries no view understands, `unfinished` names what a crash left."""

    head: int
    root: str
    checkpoint_size: int
    applied: int
    anchored_size: int | None
    anchored_index: int | None
    anchored_time: str | None
    items: int
    agents: int
    unread: int
    unfinished: tuple[str, ...]
    origin: str
    genesis: str


@dataclass(frozen=True, slots=True)
class Original:
    """Received bytes, to be sent as they are."""

    source: BinaryIO
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file, on disk. `untrusted_name` is what the browser says."""

    untrusted_name: str
    path: Path


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """What became of one input."""

    outcome: str
    path: str
    reference: str | None
    sha256: str | None
    index: int | None
    reason: str | None


class Signed(Protocol):
    """An agent at work: what `Desk.sign_in` gives, and wants back to record acts."""

    @property
    def name(self) -> str: ...

    @property
    def reader(self) -> Reader: ...


SignedT = TypeVar("SignedT", bound=Signed)


class Desk(Protocol[SignedT]):
    """A base as the pages see it. Methods are called from several threads."""

    def sign_in(self, name: str, passphrase: str) -> SignedT:
        """Open the agent's keys.

        Raises:
            KeyUnavailable: no such key, a wrong passphrase, or not enrolled here.
        """
        ...

    def reader(self, signed: SignedT) -> Reader:
        """The agent and the roles that hold now; nobody (no id) once the key is revoked."""
        ...

    def head(self) -> int: ...

    def items(
        self, reader: Reader, *, name: str | None, matter: str | None, after: str | None, limit: int
    ) -> ItemsPage: ...

    def item(self, reader: Reader, reference: str) -> ItemShown: ...

    def veiled(self, reader: Reader, reference: str) -> Preview | NoPreview: ...

    def reveal(self, signed: SignedT, reference: str, reason: str) -> tuple[Preview | NoPreview, int | None]:
        """The clear preview, and the index of the entry that records the look (None: nothing records it)."""
        ...

    def original(self, reader: Reader, reference: str) -> Original: ...

    def proof(self, reader: Reader, index: int) -> ProofShown: ...

    def proof_file(self, reader: Reader, index: int) -> bytes:
        """The `.tlog-proof` of this entry."""
        ...

    def agents(self) -> Sequence[AgentShown]: ...

    def matters(self, reader: Reader) -> Sequence[MatterShown]: ...

    def status(self, reader: Reader) -> StatusShown: ...

    def upload_folder(self) -> Path:
        """A new empty folder on the disk of the base, where uploads lie until they are taken in."""
        ...

    def receive(
        self, signed: SignedT, uploads: Sequence[Upload], matter: str | None, labels: Sequence[str]
    ) -> Sequence[OutcomeShown]: ...


# Pages hand a desk back only what it gave them at sign-in, whatever that is.
AnyDesk = Desk[Any]
