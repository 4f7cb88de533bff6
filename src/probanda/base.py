"""Opens an evidence base and hands out its rooms. The only place that wires them together.

Clock, keys and randomness enter the program here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from probanda.errors import KeyUnavailable, Malformed, NotFound, ProofFails, StorageFailed, WrongUsage
from probanda.model.digest import AgentId, EntryId, Sha256, digests_of
from probanda.model.entry import Act, Head
from probanda.model.kinds.genesis import Genesis
from probanda.model.policy import Reader, policy_text
from probanda.model.roles import Role
from probanda.proof.envelope import key_id
from probanda.proof.merkle import EMPTY_ROOT
from probanda.proof.note import NoteKey
from probanda.proof.opening import Opening
from probanda.proof.statement import origin_name
from probanda.vault.group import Author
from probanda.vault.identity import IDENTITY, Identity, parse_identity
from probanda.vault.keys import KeyRing, OpenedLogKey, Unlocked, new_private_key, public_of
from probanda.vault.ledger import Ledger
from probanda.vault.log_reader import HEAD, encode_head
from probanda.vault.nodes import Nodes
from probanda.vault.originals import DERIVED, Originals
from probanda.vault.storage.folder import Folder
from probanda.vault.stream import clear_unfinished
from probanda.work.govern.matters import matter_act

if TYPE_CHECKING:  # SQL is loaded only by what reads views
    from probanda.views.answers import Agent
    from probanda.views.record import Record
    from probanda.views.store import Views
    from probanda.work.disclose.base_source import BaseSource
    from probanda.work.intake.commits import Desk as Intake

FOLDERS = ("log", "log/anchors", "staging", "entries", "objects", "packs", "derived", "cache", "views")
FIRST_ROLES = frozenset({Role.COLLECTOR, Role.CUSTODIAN, Role.SUPERVISOR, Role.DISCLOSURE_OFFICER})
INBOX = "Inbox"

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of this machine: what agents state, never what is shown."""
    return datetime.now(UTC)


class Base:
    """An evidence base in a folder. Several processes may have it open; reading needs no key."""

    def __init__(self, root: Path, *, clock: Clock = utc_now) -> None:
        """Opens the base, and finishes what a crash left if nobody else is at work.

        Raises:
            NotFound: there is no base in `root`.
            ProofFails: what stands there does not fit together.
        """
        self.root, self.clock = root, clock
        self.folder = Folder(root)
        _refuse_links(self.folder)
        try:
            self.identity = parse_identity(self.folder.read(IDENTITY))
        except FileNotFoundError as error:
            raise NotFound(_no_base(root)) from error
        except Malformed as error:
            raise ProofFails(f"{root / IDENTITY} is damaged: {error}. Nothing was changed.") from error
        self.ledger = Ledger(self.folder, self.identity.log_key)
        self.originals = Originals(root)
        self.derived = Originals(root, place=DERIVED)
        self._finish()
        self._compare_genesis()

    def _compare_genesis(self) -> None:
        genesis = self.ledger.reader.opening(0, self.ledger.head().size)
        if genesis.leaf_hash.hex() != self.identity.genesis:
            raise ProofFails(
                f"{self.root / IDENTITY} names another genesis than the log begins with. "
                "Nothing was changed. Run `probanda verify`; do not hand out the id that it names."
            )

    def _finish(self) -> None:
        try:
            if self.folder.names("staging"):
                self.ledger.recover()
        except (PermissionError, StorageFailed):
            return  # on read-only media, or a full disk, a base is read as it is

    @cached_property
    def views(self) -> Views:
        """The views, caught up with the log when first asked for."""
        from probanda.views.store import Views

        views = Views.open(self.root / "views")
        self.ledger.steadily(partial(self._fold, views))
        return views

    def catch_up(self) -> None:
        """Fold what others have appended since."""
        self.ledger.steadily(partial(self._fold, self.views))

    def _fold(self, views: Views) -> None:
        from probanda.views.log_source import LogSource

        views.catch_up(LogSource(self.ledger.reader))

    def opening(self, index: int) -> Opening:
        """The opening of one entry.

        Raises:
            NotFound: the log is shorter.
        """
        size = self.ledger.head().size
        if not 0 <= index < size:
            raise NotFound(f"There is no entry {index}: the log has {size}, counted from 0.")
        return self.ledger.reader.opening(index, size)

    def session(self, ring: KeyRing, unlocked: Unlocked) -> Session:
        """What this agent may do here, with their keys.

        Raises:
            KeyUnavailable: the agent is not enrolled here, or was revoked.
        """
        self.catch_up()
        agent = self._agent(unlocked.id)
        if agent is None:
            raise KeyUnavailable(
                f"{unlocked.name} is not enrolled in {self.root}. Have a supervisor enrol the key."
            )
        if agent.revoked_index is not None:
            raise KeyUnavailable(
                f"The key of {unlocked.name} was revoked by entry {agent.revoked_index}. "
                "Nothing was changed. Act as another agent, or have a supervisor enrol a new key."
            )
        log_key = ring.log_key(unlocked, self.identity.log_key)
        author = Author(
            self.identity.origin, unlocked.id, agent.enrolled, {unlocked.id: unlocked.sign}, self.clock
        )
        for place in ("objects", "packs", "derived"):
            clear_unfinished(self.root / place)
        if not self.ledger.is_settled():
            self.ledger.recover(log_key)
        return Session(self, unlocked, Reader(unlocked.id, agent.roles), author, log_key, ring.folder)

    def source(self, record: Callable[[Act], int] | None = None) -> BaseSource:
        """This base as proofs and, with `record`, packages draw on it."""
        from probanda.work.disclose.base_source import BaseSource

        self.catch_up()
        log = self.ledger.reader
        nodes = Nodes(log, self.root / "cache" / "nodes")
        identity = self.identity
        return BaseSource(identity.genesis, identity.log_key, log, nodes, self.views, self.originals, record)

    def reader(self, agent: AgentId) -> Reader:
        """Who this agent is to policy, as the log stands now: nobody if not enrolled here, or revoked."""
        from probanda.views.registers import reader_of

        self.catch_up()
        return reader_of(self.views, agent)

    def is_alive(self, agent: AgentId) -> bool:
        """Whether this agent may sign, as the log stands now; asked while nobody else can append."""
        self._fold(self.views)
        found = self._agent(agent)
        return found is not None and found.is_alive

    def _agent(self, id: AgentId) -> Agent | None:
        from probanda.views.registers import all_agents

        return next((one for one in all_agents(self.views) if one.id == id), None)


@dataclass(frozen=True)
class Session:
    """An agent at work in a base, with open keys."""

    base: Base
    unlocked: Unlocked
    reader: Reader
    author: Author
    log_key: OpenedLogKey
    keys: Path

    def record(self, acts: Sequence[Act]) -> Receipt:
        """Sign each act and put them on the log together.

        On return they are durable, under a signed checkpoint, and in the views (if views fail,
        `Receipt.behind` says so).
        """
        group, openings = self.author.sign(acts, self.base.ledger.head())
        first = self.base.ledger.append(group, self.log_key, self.still_enrolled)
        ids = tuple(EntryId(opening.leaf_hash.hex()) for opening in openings)
        try:
            self.base.catch_up()
        except StorageFailed:
            return Receipt(first, ids, behind=True)
        return Receipt(first, ids)

    def package_source(self) -> BaseSource:
        """The base as packages draw on it."""
        return self.base.source(lambda act: self.record([act]).index)

    def intake(self) -> Intake:
        """The base as an intake works with it."""
        from probanda.views.holding import held_many
        from probanda.views.protections import own_protection
        from probanda.work.intake.commits import Desk as Intake

        base = self.base
        base.catch_up()
        log, views = base.ledger.reader, base.views

        def fold(records: Sequence[Record], head: Head) -> None:
            if not views.apply(records, head, log.root_at):
                base.catch_up()

        def find_held(matter: EntryId, received: Sequence[tuple[bytes, Sha256]]) -> Sequence[int | None]:
            return held_many(views, matter, received)

        return Intake(
            base.root,
            [base.root, self.keys],
            base.ledger,
            self.log_key,
            self.author,
            self.reader,
            fold,
            find_held,
            self.still_enrolled,
            partial(own_protection, views),
        )

    def still_enrolled(self) -> None:
        """Returns if the agent's key is alive as the log stands now.

        Raises:
            KeyUnavailable: it was revoked since the session began.
        """
        if not self.base.is_alive(self.unlocked.id):
            raise KeyUnavailable(
                f"The key of {self.unlocked.name} was revoked meanwhile. Nothing was changed."
            )

    def close(self) -> None:
        """Make the copies in the log durable; call when the work is done."""
        self.base.ledger.settle()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where acts stand in the log: the index of the first, and their ids in order.

    `behind`: they are received, but the views could not be brought up to date.
    """

    index: int
    ids: tuple[EntryId, ...]
    behind: bool = False


def init(
    root: Path,
    ring: KeyRing,
    name: str,
    passphrase: str,
    *,
    origin: str | None = None,
    clock: Clock = utc_now,
) -> Base:
    """A new base in `root`, with a log key of its own and the agent `name` as its first agent.

    The agent's key is made if the ring has none of that name.

    Raises:
        WrongUsage: `root` is not empty. Nothing was changed.
        KeyUnavailable: the agent has a key, and the passphrase does not open it.
    """
    refuse_unless_empty(root)
    known = [file for file in ring.files() if file.name == name]
    unlocked = ring.unlock(known[0], passphrase) if known else ring.create(name, passphrase)
    log_private = new_private_key()
    log_public = public_of(log_private)
    key = NoteKey(origin_name(origin or f"probanda/{key_id(log_public)[:16]}"), log_public)
    unlocked = ring.with_log(unlocked, key.name, log_private, passphrase)
    log_key = ring.log_key(unlocked, key)
    root.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        (root / folder).mkdir(exist_ok=True)
    files = Folder(root)
    files.create(HEAD, encode_head(Head(0, EMPTY_ROOT)))
    identity = _write_genesis(Ledger(files, key), unlocked, log_key, clock)
    files.create(IDENTITY, identity.encoded())
    files.flush()
    return Base(root, clock=clock)


def refuse_unless_empty(root: Path) -> None:
    """Returns if a base can be made in `root`: it does not exist, or is an empty folder.

    Raises:
        WrongUsage: it is not. Nothing was changed.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise WrongUsage(f"{root} exists and is not an empty folder. Nothing was changed; name a new folder.")


def _write_genesis(ledger: Ledger, unlocked: Unlocked, log_key: OpenedLogKey, clock: Clock) -> Identity:
    key = log_key.key
    policy = Sha256(hashlib.sha256(policy_text().encode()).hexdigest())
    genesis = Genesis(key.key, unlocked.public, policy, tuple(FIRST_ROLES), unlocked.name)
    empty = Head(0, EMPTY_ROOT)
    both = {unlocked.id: unlocked.sign, key_id(key.key): log_key.sign}
    first = Author(key.name, unlocked.id, None, both, clock)
    subjects = digests_of(key.key), digests_of(unlocked.public)
    group, openings = first.sign([genesis.act(subjects)], empty)
    genesis_id = EntryId(openings[0].leaf_hash.hex())
    author = Author(key.name, unlocked.id, genesis_id, {unlocked.id: unlocked.sign}, clock)
    inbox, _ = author.sign([matter_act(INBOX, "what was received without naming a matter")], empty)
    ledger.append(group + inbox, log_key)
    ledger.settle()
    return Identity(genesis_id, key.name, key, policy)


def _refuse_links(files: Folder) -> None:
    """A base from elsewhere may hold links: what is written or cleared away through them is not its own."""
    for folder in ("", "log", "views", "cache"):
        for name in files.names(folder):
            inner = files.root / folder / name
            if inner.is_symlink():
                raise ProofFails(
                    f"{inner} is a link, and a base holds none. Nothing was changed. `probanda verify` names "
                    "all that does not belong; remove the link, or take a copy of the base that has none."
                )


def _no_base(root: Path) -> str:
    if (root / HEAD).exists():
        return (
            f"{root} holds a log, but no probanda.json. Nothing was changed; remove nothing. "
            "If `probanda init` was stopped there, make the base in a new folder. Otherwise that file was "
            f"lost: put it back from a copy. `probanda verify --base {root}` says what is there."
        )
    return f"There is no base in {root}. Make one with `probanda init {root}`, or name another with --base."
