"""The pages' questions, answered by a real base. Policy is asked here, for every one of them."""

from __future__ import annotations

import tempfile
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock

from probanda.base import Base, Session
from probanda.errors import KeyUnavailable, NotFound
from probanda.faces.web import showing
from probanda.faces.web.desk import (
    AgentShown,
    ItemShown,
    ItemsPage,
    MatterShown,
    Original,
    OutcomeShown,
    ProofShown,
    StatusShown,
    Upload,
)
from probanda.faces.web.proving import anchor_times, proof_shown
from probanda.model.digest import Sha256
from probanda.model.labels import parse_labels
from probanda.model.policy import Action, Protection, Reader, decide
from probanda.proof.note import open_checkpoint
from probanda.proof.tlog_proof import encode_tlog_proof
from probanda.vault.keys import KeyRing
from probanda.views.answers import Anchor, Item
from probanda.views.custody import history, item_receptions
from probanda.views.finding import find_item
from probanda.views.listing import containers, items_page, members
from probanda.views.protections import protection_for_export, protection_of
from probanda.views.registers import all_agents, all_anchors, all_matters, counts, entry_at, matter_named
from probanda.work.disclose.proving import EntryProof, prove_entry
from probanda.work.examine.preview import NoPreview, Preview, clear_preview, veiled_preview
from probanda.work.intake.messages import Answer
from probanda.work.intake.pipeline import Request, add_stream
from probanda.work.intake.progress import Progress
from probanda.work.session import require

MEMBERS_SHOWN = 50
# Veiled previews held in memory: some kilobytes each, and each costs a process to make.
_VEILED_KEPT = 512


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An agent at work in the base, with open keys."""

    session: Session

    @property
    def name(self) -> str:
        return self.session.unlocked.name

    @property
    def reader(self) -> Reader:
        return self.session.reader


class BaseDesk:
    """See `Desk`."""

    def __init__(self, base: Base, ring: KeyRing) -> None:
        """`ring` holds the keys of those who may sign in here."""
        self._base, self._ring = base, ring
        self._log = Lock()  # the reader of the log keeps what it read, and is not made for several threads
        self._memory = Lock()
        self._veiled: OrderedDict[Sha256, Preview | NoPreview] = OrderedDict()

    def sign_in(self, name: str, passphrase: str) -> SignedIn:
        try:
            unlocked = self._ring.unlock(self._ring.find(name), passphrase)
        except KeyUnavailable:  # who is not signed in learns neither who has a key here nor where keys lie
            raise KeyUnavailable(
                "This name and passphrase open no key here. Nothing was changed; try again. The terminal "
                "names the keys that there are: `probanda agent list`."
            ) from None
        return SignedIn(self._base.session(self._ring, unlocked))

    def reader(self, signed: SignedIn) -> Reader:
        return self._base.reader(signed.session.unlocked.id)

    def head(self) -> int:
        return self._base.ledger.head().size

    def items(
        self, reader: Reader, *, name: str | None, matter: str | None, after: str | None, limit: int
    ) -> ItemsPage:
        self._base.catch_up()
        page = items_page(self._base.views, reader, after=after, limit=limit, matter=matter, search=name)
        return showing.items_page(page, self._stated_of(page.items), self.head())

    def item(self, reader: Reader, reference: str) -> ItemShown:
        item = self._item(reader, reference, Action.READ)
        views = self._base.views
        came = item_receptions(views, item)
        inside = members(views, reader, item, limit=MEMBERS_SHOWN)
        outside = containers(views, item)
        anchor = next((one for one in self._anchors() if one.size > item.index), None)
        times = anchor_times(self._base.ledger.reader, [anchor] if anchor else [])
        return showing.item(
            item,
            came,
            history(views, item),
            showing.lines(outside, self._stated_of(outside)),
            showing.lines(inside.items, self._stated_of(inside.items)),
            inside.total,
            anchor,
            times,
            self.head(),
        )

    def veiled(self, reader: Reader, reference: str) -> Preview | NoPreview:
        item = self._item(reader, reference, Action.PREVIEW)
        with self._memory:
            kept = self._veiled.get(item.sha256)
        if kept is not None:
            return kept
        made = veiled_preview(partial(self._base.originals.open, item.sha256))
        with self._memory:
            self._veiled[item.sha256] = made
            if len(self._veiled) > _VEILED_KEPT:
                self._veiled.popitem(last=False)
        return made

    def reveal(self, signed: SignedIn, reference: str, reason: str) -> tuple[Preview | NoPreview, int | None]:
        item = self._item(self.reader(signed), reference, Action.REVEAL)
        return clear_preview(partial(self._base.originals.open, item.sha256)), None

    def original(self, reader: Reader, reference: str) -> Original:
        item = self._item(reader, reference, Action.DOWNLOAD)
        # An archive hands over its members: what is kept from this reader inside it keeps the whole back.
        require(reader, Action.DOWNLOAD, protection_for_export(self._base.views, item.sha256))
        return Original(self._base.originals.open(item.sha256), item.size_bytes, item.sha256)

    def proof(self, reader: Reader, index: int) -> ProofShown:
        with self._log:
            proof = self._proof(reader, index)
            item = self._about(reader, proof)
            seal = None if proof.seal is None else self._base.opening(proof.seal)
            return proof_shown(self._base, proof, seal, item, all_agents(self._base.views), self._anchors())

    def proof_file(self, reader: Reader, index: int) -> bytes:
        with self._log:
            proof = self._proof(reader, index)
        return encode_tlog_proof(index, proof.hashes, proof.checkpoint)

    def agents(self) -> Sequence[AgentShown]:
        self._base.catch_up()
        return [showing.agent(one) for one in all_agents(self._base.views)]

    def matters(self, reader: Reader) -> Sequence[MatterShown]:
        self._base.catch_up()
        views = self._base.views
        return [
            showing.matter(one, items_page(views, reader, limit=1, matter=one.ref).total)
            for one in all_matters(views)
        ]

    def status(self, reader: Reader) -> StatusShown:
        self._base.catch_up()
        base, anchors = self._base, self._anchors()
        number, last = counts(base.views), anchors[-1] if anchors else None
        with self._log:
            head = base.ledger.head()
            checkpoint = open_checkpoint(base.ledger.reader.checkpoint(), base.identity.log_key)
        times = anchor_times(base.ledger.reader, [last] if last else [])
        return StatusShown(
            head=head.size,
            root=head.root.hex(),
            checkpoint_size=checkpoint.head.size,
            applied=base.views.applied().size,
            anchored_size=last.size if last else None,
            anchored_index=last.index if last else None,
            anchored_time=times.get(last.index) if last else None,
            items=items_page(base.views, reader, limit=1).total,
            agents=number.agents,
            unread=sum(number.unknown_kinds.values()) + number.unreadable,
            unfinished=() if base.ledger.is_settled() else ("staged",),
            origin=base.identity.origin,
            genesis=base.identity.genesis,
        )

    def upload_folder(self) -> Path:
        cache = self._base.root / "cache"
        cache.mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="uploads-", dir=cache))

    def receive(
        self, signed: SignedIn, uploads: Sequence[Upload], matter: str | None, labels: Sequence[str]
    ) -> Sequence[OutcomeShown]:
        reader = self.reader(signed)
        require(reader, Action.RECEIVE)
        self._base.catch_up()
        known = matter_named(self._base.views, matter) if matter else all_matters(self._base.views)[0]
        chosen, degree = parse_labels(tuple(labels))
        request = Request(known.id, tuple(sorted(chosen)), degree)
        answers: list[Answer] = []
        desk = replace(signed.session.intake(), reader=reader)
        for upload in uploads:
            with upload.path.open("rb") as source:
                ending = add_stream(
                    source,
                    upload.untrusted_name.encode(errors="surrogateescape"),
                    desk,
                    request,
                    via="upload",
                    progress=Progress(time.monotonic()),
                    tell=answers.append,
                )
            if ending.failure is not None:
                raise ending.failure
        signed.session.close()
        return [self._outcome(reader, answer) for answer in answers]

    def _stated_of(self, items: Sequence[Item]) -> dict[int, str]:
        return {item.index: entry_at(self._base.views, item.index).stated for item in items}

    def _anchors(self) -> Sequence[Anchor]:
        """All anchors, by rising size."""
        return sorted(all_anchors(self._base.views), key=lambda one: one.size)

    def _outcome(self, reader: Reader, answer: Answer) -> OutcomeShown:
        reference = None
        if answer.index is not None and answer.sha256 is not None:
            try:
                reference = find_item(self._base.views, reader, answer.sha256).ref
            except NotFound:
                reference = None  # received, and kept from who brought it by the labels given
        return showing.outcome(answer, reference)

    def _item(self, reader: Reader, reference: str, action: Action) -> Item:
        self._base.catch_up()
        item = find_item(self._base.views, reader, reference)
        if not decide(reader, Action.READ, item.protection).allowed:
            raise NotFound(f"There is no item {reference} that is open to you.")
        require(reader, action, item.protection)
        return item

    def _proof(self, reader: Reader, index: int) -> EntryProof:
        """The proof of an entry, if all that it is about is open to this reader."""
        proof = self._base.ledger.steadily(partial(prove_entry, self._base.source(), index))
        for subject in proof.opening.entry.subjects:
            if not self._may_read(reader, protection_of(self._base.views, subject.sha256)):
                raise NotFound(f"There is no entry {index} that is open to you.")
        return proof

    def _may_read(self, reader: Reader, protection: Protection) -> bool:
        return all(decide(reader, each, protection).allowed for each in (Action.LIST, Action.READ))

    def _about(self, reader: Reader, proof: EntryProof) -> Item | None:
        for subject in proof.opening.entry.subjects[:1]:
            try:
                return find_item(self._base.views, reader, subject.sha256)
            except NotFound:
                return None
        return None
