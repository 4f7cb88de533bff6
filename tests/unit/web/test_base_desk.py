"""The pages' desk over a real base: what is shown rests on the log, and policy is asked for all of it."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from probanda.base import init
from probanda.errors import KeyUnavailable, NotFound, Refused
from probanda.faces.web.base_desk import BaseDesk
from probanda.faces.web.desk import Upload
from probanda.model.digest import AgentId, Digests
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Reader
from probanda.model.roles import Role
from probanda.vault.keys import KeyRing
from probanda.views.listing import items_page
from probanda.work.examine.preview import Preview
from probanda.work.govern.labels import label

AGENT = ("R. Talve", "one two three")
OUTSIDER = Reader(AgentId("ab" * 32), frozenset({Role.EXTERNAL_READER}))


def empty_desk(folder: Path) -> BaseDesk:
    ring = KeyRing(folder / "keys")
    return BaseDesk(init(folder / "base", ring, *AGENT), ring)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = empty_desk(tmp_path_factory.mktemp("base"))
    received(desk, "aerial_still.png", picture())
    received(desk, "export.zip", archive(), "source_protected")
    received(desk, "orders.txt", b"secret orders", "secret")
    received(desk, "\u202egpj.exe", b"hostile")
    return desk


@pytest.fixture(scope="module")
def reader(desk):
    return desk.sign_in(*AGENT).reader


def received(desk, name, content, *labels):
    path = desk.upload_folder() / "0"
    path.write_bytes(content)
    return desk.receive(desk.sign_in(*AGENT), [Upload(name, path)], None, labels)


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (800, 600), "#884422").save(written, "PNG")
    return written.getvalue()


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as members:
        members.writestr("inside/letter.txt", "a letter")
    return written.getvalue()


def listed(desk, reader, **asked):
    return desk.items(reader, **({"name": None, "matter": None, "after": None, "limit": 100} | asked))


def reference_of(desk, reader, name):
    return listed(desk, reader, name=name).items[0].reference


def test_the_list_shows_what_the_reader_may_see_and_counts_the_rest(desk, reader):
    everything, little = listed(desk, reader), listed(desk, OUTSIDER)

    assert (everything.total, everything.kept) == (5, 0)
    assert (little.total, little.kept) == (2, 3)
    assert "orders.txt" not in str(little)


def test_names_are_shown_with_their_directions_escaped(desk, reader):
    assert "\\u202egpj.exe" in [each.name for each in listed(desk, reader).items]


def test_a_member_names_its_container_and_inherits_its_labels(desk, reader):
    item = desk.item(reader, reference_of(desk, reader, "letter"))

    (container,) = item.containers
    assert container.name == "export.zip"
    assert [each.word for each in item.labels] == ["source_protected"]
    assert desk.item(reader, container.reference).members_total == 1


def test_the_ground_of_a_label_is_what_set_it_and_no_entry_that_only_speaks_of_it(tmp_path):
    desk = empty_desk(tmp_path)
    received(desk, "notes.txt", b"notes")
    session = desk.sign_in(*AGENT).session
    (item,) = items_page(session.base.views, session.reader).items
    digests = Digests(item.sha256, item.sha512)
    reason = "graphic it is not, only confidential"
    label(session, digests, item.protection, add=frozenset({Label.REMAINS}), reason=reason)
    graphic = label(session, digests, item.protection, add=frozenset({Label.GRAPHIC}))
    degree = Confidentiality.CONFIDENTIAL
    confidential = label(session, digests, item.protection, confidentiality=degree)

    shown = desk.item(session.reader, item.ref)

    assert next(each.index for each in shown.labels if each.word == "graphic") == graphic.index
    assert shown.confidentiality.index == confidential.index


def test_what_is_kept_is_not_found(desk, reader):
    secret = desk.item(reader, reference_of(desk, reader, "orders"))

    for ask in (desk.item, desk.veiled, desk.original):
        with pytest.raises(NotFound):
            ask(OUTSIDER, secret.reference)
    for ask in (desk.proof, desk.proof_file):
        with pytest.raises(NotFound):
            ask(OUTSIDER, secret.index)


def test_an_outsider_sees_an_item_and_may_not_take_it_away(desk, reader):
    photo = reference_of(desk, reader, "aerial")

    assert desk.item(OUTSIDER, photo).name == "aerial_still.png"
    with pytest.raises(Refused):
        desk.original(OUTSIDER, photo)


def test_a_picture_is_veiled_and_clear(desk, reader):
    photo = reference_of(desk, reader, "aerial")

    veiled = desk.veiled(reader, photo)
    clear, recorded = desk.reveal(desk.sign_in(*AGENT), photo, "blind observation")

    assert isinstance(veiled, Preview)
    assert isinstance(clear, Preview)
    assert (veiled.width, clear.width) == (320, 800)
    assert recorded is None


def test_every_step_of_a_sound_proof_holds(desk, reader):
    photo = desk.item(reader, reference_of(desk, reader, "aerial"))

    proof = desk.proof(reader, photo.index)

    assert {step: said for step, said in proof.checks.items() if said != "holds"} == {"anchor": "undecided"}
    assert proof.item == photo.reference
    assert proof.sealed_by == photo.index + 1
    assert {each.name for each in proof.fields} >= {"name", "path", "source"}
    assert desk.proof_file(reader, photo.index).startswith(b"c2sp.org/tlog-proof@v1\n")


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_every_entry_has_a_proof(desk, reader, index):
    assert "fails" not in desk.proof(reader, index).checks.values()


def test_an_original_that_was_changed_does_not_agree(tmp_path):
    desk = empty_desk(tmp_path)
    received(desk, "later.txt", b"as it was")
    reader = desk.sign_in(*AGENT).reader
    (held,) = [
        path
        for place in ("objects", "packs")
        for path in (tmp_path / "base" / place).rglob("*")
        if path.is_file() and b"as it was" in path.read_bytes()
    ]
    held.chmod(0o600)
    held.write_bytes(held.read_bytes().replace(b"as it was", b"as it is!"))

    assert desk.proof(reader, 2).checks["item"] == "fails"


def test_status_says_how_far_checkpoint_and_views_are(desk, reader):
    status = desk.status(reader)

    assert status.head == status.checkpoint_size == status.applied == desk.head()
    assert status.anchored_size is None
    assert status.unfinished == ()


def test_agents_and_matters_are_listed_with_their_ground(desk, reader):
    (agent,) = desk.agents()
    (inbox,) = desk.matters(reader)

    assert (agent.name, agent.index, agent.revoked) == ("R. Talve", 0, None)
    assert (inbox.reference, inbox.name, inbox.index) == ("M000", "Inbox", 1)


def test_nobody_signs_in_with_another_passphrase_or_name(desk):
    for name, passphrase in ((AGENT[0], "wrong"), ("Nobody", AGENT[1]), ("", "")):
        with pytest.raises(KeyUnavailable):
            desk.sign_in(name, passphrase)


def test_an_archive_with_a_protected_member_is_not_downloaded_by_who_may_not_have_the_member(tmp_path):
    desk = empty_desk(tmp_path)
    (whole, inside) = received(desk, "export.zip", archive())
    collector = Reader(AgentId("cd" * 32), frozenset({Role.COLLECTOR}))
    desk.original(collector, whole.reference).source.close()

    received(desk, "letter.txt", b"a letter", "source_protected")

    with pytest.raises(NotFound):
        desk.original(collector, inside.reference)
    with pytest.raises(Refused, match="source_protected"):
        desk.original(collector, whole.reference)


def test_who_may_not_sign_in_learns_neither_names_nor_places_of_keys(desk):
    def told(name: str) -> str:
        with pytest.raises(KeyUnavailable) as refused:
            desk.sign_in(name, "wrong")
        return str(refused.value)

    assert told("Nobody") == told(AGENT[0])
    assert AGENT[0] not in told("Nobody")
