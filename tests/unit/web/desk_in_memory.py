"""A base in memory for the pages: a complete counterpart whose state a test edits. All names are invented."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from probanda.errors import KeyUnavailable, NotFound
from probanda.faces.web.desk import (
    AgentShown,
    AnchorShown,
    Event,
    FieldShown,
    ItemLine,
    ItemShown,
    ItemsPage,
    LabelShown,
    MatterShown,
    NotLaterThan,
    Original,
    OutcomeShown,
    ProofShown,
    ReceptionShown,
    StatusShown,
    Upload,
)
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import NOBODY, Action, Protection, Reader, decide
from probanda.model.roles import Role
from probanda.work.examine.preview import NoPreview, Outcome, Preview, Reason
from probanda.work.session import require

STATED = "2026-06-21T19:50:41Z"
GENESIS = "a04c31f7d2e890bb" * 4


@dataclass(frozen=True)
class SignedInMemory:
    name: str
    reader: Reader


def shown_item(number: int, name: str, media_type: str, *labels: str, **changes: object) -> ItemShown:
    reference = f"PB-M001-{number:06}"
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    reception = ReceptionShown(
        number,
        STATED,
        "K. Doran",
        "M001",
        name,
        f"export/{name}",
        "2026-06-21 14:06",
        "folder",
        "export",
        None,
    )
    item = ItemShown(
        reference=reference,
        name=name,
        sha256=sha256,
        sha512=hashlib.sha512(name.encode()).hexdigest(),
        media_type=media_type,
        size_bytes=207_914 + number * 1000,
        matter="M001",
        matter_name="Brel crossing",
        confidentiality=LabelShown("restricted", None),
        labels=tuple(LabelShown(word, number) for word in labels),
        receptions=(reception,),
        containers=(),
        members=(),
        members_total=0,
        history=(
            Event(number, "item-received", STATED, "K. Doran", f"received with a folder as export/{name}"),
            Event(number + 1, "acts-sealed", STATED, None, ""),
            Event(
                number + 14,
                "labelled",
                "2026-06-21T20:14:00Z",
                "S. Imrin",
                f"labels added: {', '.join(labels)}",
            ),
        ),
        not_later_than=NotLaterThan("2026-06-21T23:02:17Z", 4140),
        index=number,
        head=18204,
    )
    return replace(item, **changes)


def line(item: ItemShown) -> ItemLine:
    labels = tuple(each.word for each in item.labels)
    return ItemLine(
        item.reference,
        item.name,
        item.media_type,
        item.size_bytes,
        labels,
        item.confidentiality.word,
        item.matter,
        STATED,
        item.index,
    )


def protection(item: ItemShown) -> Protection:
    return Protection(
        frozenset(Label(each.word) for each in item.labels), Confidentiality(item.confidentiality.word)
    )


def jpeg(size: tuple[int, int], colour: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return written.getvalue()


def invented_items() -> list[ItemShown]:
    export = shown_item(4100, "channel-export.zip", "application/zip", "source_protected")
    photo = shown_item(4117, "prosecution_channel_4417.jpg", "image/jpeg", "graphic", "remains")
    inherited = LabelShown("source_protected", 4100, export.reference)
    member = shown_item(4131, "клип_лес_2.mp4", "video/mp4", containers=(line(export),), labels=(inherited,))
    export = replace(export, members=(line(member),), members_total=1)
    letter = shown_item(4150, "scan_letter_p2.tif", "image/tiff")
    article = shown_item(4151, "article.html", "text/html")
    secret = shown_item(4160, "orders.pdf", "application/pdf", confidentiality=LabelShown("secret", 4160))
    return [export, photo, member, letter, article, secret]


@dataclass
class DeskInMemory:
    """Everything the pages ask, over `items`; `agents` maps a name to passphrase and roles."""

    items_held: list[ItemShown] = field(default_factory=invented_items)
    agents_known: dict[str, tuple[str, frozenset[Role]]] = field(
        default_factory=lambda: {
            "R. Talve": ("one two three", frozenset({Role.COLLECTOR, Role.CUSTODIAN, Role.SUPERVISOR})),
            "E. Brandt": ("four five six", frozenset({Role.EXTERNAL_READER})),
        }
    )
    received: list[tuple[str, list[tuple[str, bytes]], str | None, list[str]]] = field(default_factory=list)
    looks: list[tuple[str, str, str]] = field(default_factory=list)
    preview: Preview | NoPreview = field(
        default_factory=lambda: Preview(jpeg((320, 200), "#888888"), 320, 200)
    )

    def sign_in(self, name: str, passphrase: str) -> SignedInMemory:
        known = self.agents_known.get(name)
        if known is None or known[0] != passphrase:
            raise KeyUnavailable(
                f"The passphrase does not open the key of {name}. Nothing was changed. Try again."
            )
        return SignedInMemory(name, Reader(hashlib.sha256(name.encode()).hexdigest(), known[1]))

    def reader(self, signed: SignedInMemory) -> Reader:
        if signed.name not in self.agents_known:
            return NOBODY
        return Reader(signed.reader.id, self.agents_known[signed.name][1])

    def head(self) -> int:
        return 18204

    def items(
        self, reader: Reader, *, name: str | None, matter: str | None, after: str | None, limit: int
    ) -> ItemsPage:
        fitting = [
            each
            for each in self.items_held
            if (name or "").lower() in (each.name or "").lower() and matter in (None, each.matter)
        ]
        open_items = [each for each in fitting if decide(reader, Action.LIST, protection(each)).allowed]
        rest = [each for each in open_items if after is None or each.reference > after]
        page = tuple(line(each) for each in rest[:limit])
        more = page[-1].reference if len(rest) > limit else None
        return ItemsPage(page, len(open_items), len(fitting) - len(open_items), more, self.head())

    def item(self, reader: Reader, reference: str) -> ItemShown:
        for each in self.items_held:
            if each.reference == reference and decide(reader, Action.READ, protection(each)).allowed:
                return each
        raise NotFound(f"There is no item {reference} that is open to you.")

    def veiled(self, reader: Reader, reference: str) -> Preview | NoPreview:
        require(reader, Action.PREVIEW, protection(self.item(reader, reference)))
        return self.preview

    def reveal(
        self, signed: SignedInMemory, reference: str, reason: str
    ) -> tuple[Preview | NoPreview, int | None]:
        item = self.item(self.reader(signed), reference)
        require(self.reader(signed), Action.REVEAL, protection(item))
        self.looks.append((signed.name, reference, reason))
        return Preview(jpeg((640, 400), "#3366cc"), 640, 400), None

    def original(self, reader: Reader, reference: str) -> Original:
        item = self.item(reader, reference)
        require(reader, Action.DOWNLOAD, protection(item))
        content = b"<script>alert(1)</script>"
        return Original(io.BytesIO(content), len(content), item.sha256)

    def proof(self, reader: Reader, index: int) -> ProofShown:
        found = [each for each in self.items_held if each.index == index]
        if not found:
            raise NotFound(f"There is no entry {index} that is open to you.")
        item = self.item(reader, found[0].reference)
        anchor = AnchorShown(
            4140, 4140, "51aa0be3" * 8, "2026-06-21T23:02:17Z", "demonstration: proves no time"
        )
        return ProofShown(
            index=index,
            entry_id="a04c31f7" * 8,
            kind="item-received",
            agent="K. Doran",
            agent_id="77aa" * 16,
            stated=STATED,
            item=item.reference,
            item_sha256=item.sha256,
            item_size_bytes=item.size_bytes,
            statement={
                "_type": "https://in-toto.io/Statement/v1",
                "predicateType": "urn:x-probanda:entry:item-received:1",
                "subject": [{"digest": {"sha256": item.sha256, "sha512": item.sha512}}],
            },
            fields=(
                FieldShown("aXq0", "name", item.name),
                FieldShown("bXq0", "source", {"via": "folder", "root": item.name}),
                FieldShown("cXq0", None, None),
            ),
            sealed_by=index + 1,
            leaf="01" + "6f2e90b4" * 24,
            leaf_hash="a04c31f7" * 8,
            inclusion=tuple(hashlib.sha256(bytes([n])).hexdigest() for n in range(15)),
            size=18204,
            root="e11d4a70" * 8,
            origin="probanda/77aa",
            checkpoint="probanda/77aa\n18204\n4R1KcA==\n\n— probanda/77aa d6qqAA==\n",
            genesis=GENESIS,
            anchors=(anchor,),
            checks={
                "fields": "holds",
                "item": "holds",
                "signature": "holds",
                "leaf": "holds",
                "inclusion": "holds",
                "checkpoint": "holds",
                "anchor": "undecided",
            },
            checked_at="2026-11-22T12:41:00Z",
        )

    def proof_file(self, reader: Reader, index: int) -> bytes:
        self.proof(reader, index)
        return b"c2sp.org/tlog-proof@v1\n"

    def agents(self) -> Sequence[AgentShown]:
        return [
            AgentShown("77aa" * 16, name, "self", tuple(sorted(roles)), 0, 0, None)
            for name, (_, roles) in self.agents_known.items()
        ] + [AgentShown("88bb" * 16, "K. Doran", None, ("collector",), 2, 2, 9012)]

    def matters(self, reader: Reader) -> Sequence[MatterShown]:
        return [
            MatterShown("M000", "00" * 32, "Inbox", "what was received without naming a matter", 0, 1),
            MatterShown(
                "M001", "11" * 32, "Brel crossing", "accountability and tracing", len(self.items_held), 3
            ),
        ]

    def status(self, reader: Reader) -> StatusShown:
        return StatusShown(
            head=18204,
            root="e11d4a70" * 8,
            checkpoint_size=18204,
            applied=18204,
            anchored_size=17992,
            anchored_index=17993,
            anchored_time="2026-11-21T23:04:00Z",
            items=len(self.items_held),
            agents=3,
            unread=0,
            unfinished=(),
            origin="probanda/77aa",
            genesis=GENESIS,
        )

    def upload_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="probanda-uploads-"))

    def receive(
        self, signed: SignedInMemory, uploads: Sequence[Upload], matter: str | None, labels: Sequence[str]
    ) -> Sequence[OutcomeShown]:
        require(self.reader(signed), Action.RECEIVE)
        taken = [(each.untrusted_name, each.path.read_bytes()) for each in uploads]
        self.received.append((signed.name, taken, matter, list(labels)))
        return [
            OutcomeShown(
                "received", name, "PB-M001-004117", hashlib.sha256(content).hexdigest(), 18204 + n, None
            )
            if content
            else OutcomeShown("refused", name, None, None, None, "the file is empty")
            for n, (name, content) in enumerate(taken)
        ]


NO_PICTURE = NoPreview(Outcome.NOTHING, Reason.NOT_A_PICTURE)
