"""The vectors of everything below packages, read by the program's own checks."""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from probanda.errors import Malformed
from probanda.proof import ed25519
from probanda.proof.encoding import base64_bytes, base64url_bytes, canonical, instant, parse_canonical
from probanda.proof.envelope import parse_envelope, pre_authentication
from probanda.proof.fields import open_fields
from probanda.proof.leaf import leaf, leaf_hash
from probanda.proof.merkle import EMPTY_ROOT, check_consistency, check_inclusion
from probanda.proof.note import NoteKey, open_checkpoint
from probanda.proof.opening import parse_opening
from probanda.proof.tiles import tile_path
from probanda.proof.tlog_proof import parse_tlog_proof
from probanda.proof.tree import TILE_WIDTH, Tree

VECTORS = Path(__file__).parents[2] / "vectors"


def cases(name: str, member: str = "cases"):
    """A test for each case, which gets it as `case`."""
    found = json.loads((VECTORS / f"{name}.json").read_bytes())[member]
    return pytest.mark.parametrize("case", found, ids=lambda case: case["id"])


def accepts(check, *arguments: object) -> bool:
    try:
        check(*arguments)
    except Malformed:
        return False
    return True


def is_expected(case: dict, accepted: bool) -> bool:
    return accepted == (case["expect"] == "accept")


def text_of(data: bytes) -> str:
    return data.decode(errors="surrogateescape")


def read_line(data: bytes) -> None:
    if not data.endswith(b"\n"):
        raise Malformed("no line")
    parse_canonical(data[:-1])


READERS = {
    "json": parse_canonical,
    "line": read_line,
    "base64": lambda data: base64_bytes(text_of(data)),
    "base64url": lambda data: base64url_bytes(text_of(data)),
    "instant": lambda data: instant(text_of(data)),
}


@cases("encoding")
def test_encoding(case: dict) -> None:
    assert is_expected(case, accepts(READERS[case["what"]], b64decode(case["base64"])))


@cases("ed25519")
def test_ed25519(case: dict) -> None:
    key, signature, message = (bytes.fromhex(case[name]) for name in ("key", "signature", "message"))

    assert is_expected(case, ed25519.verifies(key, signature, message))


@cases("note")
def test_note(case: dict) -> None:
    note, key = b64decode(case["base64"]), NoteKey(case["origin"], bytes.fromhex(case["key"]))

    assert is_expected(case, accepts(open_checkpoint, note, key))
    if case["expect"] == "accept":
        opened = open_checkpoint(note, key)
        assert (opened.head.size, opened.head.root.hex()) == (case["size"], case["root"])


@cases("tlog-proof")
def test_tlog_proof(case: dict) -> None:
    data = b64decode(case["base64"])

    assert is_expected(case, accepts(parse_tlog_proof, data))
    if case["expect"] == "accept":
        proof = parse_tlog_proof(data)
        assert (proof.index, [one.hex() for one in proof.hashes]) == (case["index"], case["hashes"])
        assert proof.checkpoint == b64decode(case["checkpoint_base64"])
        assert (proof.extra is None) == (case["in_package"] == "accept")


@cases("envelope")
def test_envelope(case: dict) -> None:
    assert is_expected(case, accepts(parse_envelope, case["envelope"]))
    if case["expect"] == "accept":
        envelope = parse_envelope(case["envelope"])
        assert envelope.payload == b64decode(case["payload_base64"])
        assert pre_authentication(envelope.payload) == b64decode(case["signed_base64"])
        assert [one.keyid for one in envelope.signatures] == case["key_ids"]
        assert envelope.encoded() == canonical(case["envelope"])


@cases("fields")
def test_fields(case: dict) -> None:
    assert is_expected(case, accepts(open_fields, case["body"], case["disclosures"]))
    if case["expect"] == "accept":
        assert open_fields(case["body"], case["disclosures"]) == case["shown"]


@cases("leaf")
def test_leaf(case: dict) -> None:
    made = leaf(bytes.fromhex(case["salt"]), b64decode(case["envelope_base64"]))

    assert is_expected(case, made.hex() == case["leaf"])
    assert leaf_hash(bytes.fromhex(case["leaf"])).hex() == case["leaf_hash"]


@cases("opening")
def test_opening(case: dict) -> None:
    data = b64decode(case["base64"])

    assert is_expected(case, accepts(parse_opening, data))
    if case["expect"] == "accept":
        opening = parse_opening(data)
        assert opening.leaf_hash.hex() == case["leaf_hash"]
        assert opening.line() == data


@cases("merkle", "inclusion")
def test_inclusion(case: dict) -> None:
    proof = [bytes.fromhex(one) for one in case["proof"]]
    leaf_of, root = bytes.fromhex(case["leaf_hash"]), bytes.fromhex(case["root"])

    assert is_expected(case, accepts(check_inclusion, leaf_of, case["index"], case["size"], proof, root))


@cases("merkle", "consistency")
def test_consistency(case: dict) -> None:
    proof = [bytes.fromhex(one) for one in case["proof"]]
    old_root, new_root = bytes.fromhex(case["old_root"]), bytes.fromhex(case["new_root"])

    accepted = accepts(check_consistency, case["old"], old_root, case["new"], new_root, proof)
    assert is_expected(case, accepted)


def test_the_tree_grows_through_the_roots_of_the_vectors() -> None:
    tree = Tree()
    for expected in json.loads((VECTORS / "merkle.json").read_bytes())["roots"]:
        while tree.size < expected["size"]:
            tree.extend(leaf_hash(b"leaf %d" % tree.size))
        assert tree.head().root.hex() == expected["root"], expected["size"]
    assert Tree().head().root == EMPTY_ROOT


TILES = json.loads((VECTORS / "tile.json").read_bytes())["cases"]


@pytest.mark.parametrize("case", [one for one in TILES if one["expect"] == "accept"], ids=lambda c: c["id"])
def test_a_tile_is_named_as_the_vectors_name_it(case: dict) -> None:
    assert tile_path(case["level"], case["number"], case["width"] or TILE_WIDTH) == case["path"]


def test_no_tile_gets_a_name_that_the_vectors_refuse() -> None:
    """The program reads no names of tiles: it makes those that are due, and any other file is a stray."""
    numbers = {one["number"] for one in TILES if one["expect"] == "accept"} | {1, 10, 100}
    rows = [*range(8), "entries"]
    names = {tile_path(row, n, width) for row in rows for n in numbers for width in range(1, TILE_WIDTH + 1)}

    assert not names & {one["path"] for one in TILES if one["expect"] == "refuse"}
