import hashlib
import json

import pytest
import rfc8785

from probanda.model.digest import AgentId, EntryId, Sha256
from probanda.model.entry import Head
from probanda.model.kinds.item_received import ItemReceived
from probanda.proof.envelope import PAYLOAD_TYPE
from probanda.proof.opening import parse_opening
from probanda.work.intake.limits import Limits
from probanda.work.intake.messages import Row, Settings
from probanda.work.intake.receptions import Made, Receptions

NAMES = [
    b"a.jpg",
    "Привіт \u2028.txt".encode(),
    b'quote" back\\slash',
    b"\x01\x1f\x7f control\n",
    b"not utf-8 \xff",
]


def settings(labels: tuple[str, ...] = (), confidentiality: str | None = None) -> Settings:
    return Settings(
        base="/nowhere",
        origin="probanda.example/tests",
        payload_type=PAYLOAD_TYPE,
        agent=AgentId("a" * 64),
        enrolled=EntryId("b" * 64),
        seen=Head(7, bytes(range(32))),
        matter=EntryId("c" * 64),
        labels=labels,
        confidentiality=confidentiality,
        again=False,
        limits=Limits(),
    )


def row(
    name: bytes = b"a.jpg",
    *,
    container: EntryId | None = None,
    modified: str | None = "2024-05-17T09:30:00Z",
    root: bytes | None = b"/card",
    size_bytes: int = 3,
    stated: str = "2024-05-18T00:00:00Z",
) -> Row:
    sha256, sha512 = hashlib.sha256(name).hexdigest(), hashlib.sha512(name).hexdigest()
    path = b"DCIM/" + name
    return Row(
        sha256,
        sha512,
        size_bytes,
        "image/jpeg",
        stated,
        path,
        name,
        modified,
        "folder",
        root,
        container,
        "",
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("container", [None, EntryId("d" * 64)])
@pytest.mark.parametrize("modified", [None, "2024-05-17T09:30:00Z"])
def test_a_filled_template_is_what_the_encoder_makes(
    name: bytes, container: EntryId | None, modified: str | None
) -> None:
    given = row(name, container=container, modified=modified)

    made = Receptions(settings(("graphic", "minor"), "secret")).make(given)

    opening = parse_opening(made.line)
    assert made == Made(opening.leaf, opening.leaf_hash, opening.line())
    received = ItemReceived.read(opening.entry, opening.fields)
    assert (received.name, received.path, received.modified) == (name, given.path, modified)
    assert (received.item.sha256, received.item.sha512) == (given.sha256, given.sha512)
    assert (received.container, received.size_bytes, received.media_type) == (container, 3, "image/jpeg")
    assert (received.labels, received.confidentiality) == (("graphic", "minor"), "secret")
    assert (received.via, received.root, received.matter) == ("folder", b"/card", "c" * 64)


def test_what_is_made_is_canonical_by_another_implementation() -> None:
    made = Receptions(settings()).make(row())

    assert made.line == rfc8785.dumps(json.loads(made.line)) + b"\n"
    payload = parse_opening(made.line).envelope.payload
    assert payload == rfc8785.dumps(json.loads(payload))


def test_the_clock_of_each_row_is_stated() -> None:
    receptions = Receptions(settings())

    first = receptions.make(row(stated="2024-01-01T00:00:00Z"))
    second = receptions.make(row(stated="2024-01-02T00:00:00Z"))

    stated = [parse_opening(made.line).entry.stated for made in (first, second)]
    assert stated == ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"]


def test_no_salt_is_used_twice() -> None:
    receptions = Receptions(settings())

    openings = [parse_opening(receptions.make(row()).line) for _ in range(2100)]

    salts = {opening.salt for opening in openings}
    disclosures = {disclosure for opening in openings for disclosure in opening.disclosures}
    assert (len(salts), len(disclosures)) == (2100, 4 * 2100)


def test_hidden_values_do_not_stand_in_the_payload() -> None:
    made = Receptions(settings()).make(row(b"witness.jpg"))

    payload = parse_opening(made.line).envelope.payload

    assert Sha256(hashlib.sha256(b"witness.jpg").hexdigest()).encode() in payload
    for hidden in (b"witness", b"DCIM", b"/card", b"2024-05-17"):
        assert hidden not in payload
