"""Go's sumdb/note and sumdb/tlog accept what we write, and refuse it once it is changed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from probanda.errors import Malformed
from probanda.model.entry import Head
from probanda.proof.merkle import check_consistency, check_inclusion
from probanda.proof.note import NoteKey, open_note, sign_checkpoint
from probanda.proof.tiles import tile_path, tiles_at
from probanda.proof.tree import TILE_HEIGHT, TILE_WIDTH, Tree, consistency_proof, inclusion_proof, root_of
from vectors.go_log import GoLog
from world import new_world

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x33" * 32)
KEY = NoteKey("log.example/of-tests", PRIVATE.public_key().public_bytes_raw())
MAX_SIZE = 1_000
TREE = Tree()
TREE.extend(b"".join(hashlib.sha256(b"leaf %d" % i).digest() for i in range(MAX_SIZE)))

sizes = st.integers(1, MAX_SIZE)


def subtree(level: int, position: int) -> bytes:
    return TREE.hashes(level, position, position + 1)


def head(size: int) -> Head:
    return Head(size, root_of(size, subtree))


def leaf(index: int) -> bytes:
    return subtree(0, index)


def flipped(data: bytes, position: int, bit: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 1 << bit]) + data[position + 1 :]


def accepts(check, *arguments: object) -> bool:
    try:
        check(*arguments)
    except Malformed:
        return False
    return True


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoLog]:
    with GoLog(tmp_path_factory.mktemp("go")) as running:
        yield running


@given(size=sizes)
def test_go_opens_our_checkpoints(go: GoLog, size: int) -> None:
    note = sign_checkpoint(KEY.name, head(size), KEY, PRIVATE.sign)

    answer = go.open_note(note, KEY)

    assert answer.accepts, answer.why
    assert answer.text == open_note(note, (KEY,))


@given(size=sizes, data=st.data())
def test_go_and_we_refuse_a_checkpoint_with_a_changed_byte(go: GoLog, size: int, data: st.DataObject) -> None:
    note = sign_checkpoint(KEY.name, head(size), KEY, PRIVATE.sign)
    changed = flipped(note, data.draw(st.integers(0, len(note) - 1)), data.draw(st.integers(0, 7)))

    assert not go.open_note(changed, KEY).accepts
    assert not accepts(open_note, changed, (KEY,))


@given(size=sizes)
def test_go_refuses_our_checkpoint_under_another_key(go: GoLog, size: int) -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"\x34" * 32).public_key().public_bytes_raw()

    answer = go.open_note(sign_checkpoint(KEY.name, head(size), KEY, PRIVATE.sign), NoteKey(KEY.name, other))

    assert not answer.accepts


@given(size=sizes, data=st.data())
def test_go_accepts_our_inclusion_proofs(go: GoLog, size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))

    answer = go.check_inclusion(leaf(index), index, head(size), inclusion_proof(index, size, subtree))

    assert answer.accepts, answer.why


@given(size=sizes, data=st.data())
def test_go_and_we_refuse_an_inclusion_proof_for_another_index(
    go: GoLog, size: int, data: st.DataObject
) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, MAX_SIZE))
    assume(other != index)
    proof = inclusion_proof(index, size, subtree)

    assert not go.check_inclusion(leaf(index), other, head(size), proof).accepts
    assert not accepts(check_inclusion, leaf(index), other, size, proof, head(size).root)


@given(size=sizes, data=st.data())
def test_go_and_we_refuse_an_inclusion_proof_to_another_root(
    go: GoLog, size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = Head(size, flipped(head(size).root, data.draw(st.integers(0, 31)), 0))
    proof = inclusion_proof(index, size, subtree)

    assert not go.check_inclusion(leaf(index), index, other, proof).accepts
    assert not accepts(check_inclusion, leaf(index), index, size, proof, other.root)


@given(size=st.integers(2, MAX_SIZE), data=st.data())
def test_go_and_we_refuse_an_inclusion_proof_with_a_changed_added_or_missing_hash(
    go: GoLog, size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = _spoiled(inclusion_proof(index, size, subtree), data)

    assert not go.check_inclusion(leaf(index), index, head(size), proof).accepts
    assert not accepts(check_inclusion, leaf(index), index, size, proof, head(size).root)


@given(old=sizes, new=sizes)
def test_go_accepts_our_consistency_proofs(go: GoLog, old: int, new: int) -> None:
    old, new = sorted((old, new))

    answer = go.check_consistency(head(old), head(new), consistency_proof(old, new, subtree))

    assert answer.accepts, answer.why


@given(old=sizes, new=sizes, data=st.data())
def test_go_and_we_refuse_a_consistency_proof_from_another_root(
    go: GoLog, old: int, new: int, data: st.DataObject
) -> None:
    old, new = sorted((old, new))
    other = Head(old, flipped(head(old).root, data.draw(st.integers(0, 31)), 3))
    proof = consistency_proof(old, new, subtree)

    assert not go.check_consistency(other, head(new), proof).accepts
    assert not accepts(check_consistency, old, other.root, new, head(new).root, proof)


@given(old=sizes, new=sizes, data=st.data())
def test_go_and_we_refuse_a_consistency_proof_with_a_changed_added_or_missing_hash(
    go: GoLog, old: int, new: int, data: st.DataObject
) -> None:
    old, new = sorted((old, new))
    assume(old != new)
    proof = _spoiled(consistency_proof(old, new, subtree), data)

    assert not go.check_consistency(head(old), head(new), proof).accepts
    assert not accepts(check_consistency, old, head(old).root, new, head(new).root, proof)


def _spoiled(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    position = data.draw(st.integers(0, len(proof) - 1))
    match data.draw(st.sampled_from(["changed", "added", "missing"])):
        case "changed":
            return [*proof[:position], flipped(proof[position], 31, 7), *proof[position + 1 :]]
        case "added":
            return [*proof[:position], proof[position], *proof[position:]]
        case _:
            return [*proof[:position], *proof[position + 1 :]]


def write_tiles(log: Path, size: int) -> None:
    """As a base holds them, apart from the entry tiles, which Go's packages do not know."""
    for row, n, width in tiles_at(size):
        if row == "entries":
            continue
        path = log / tile_path(row, n, width)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TREE.hashes(TILE_HEIGHT * int(row), n * TILE_WIDTH, n * TILE_WIDTH + width))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 1000])
def test_go_reads_our_tiles(go: GoLog, tmp_path: Path, size: int) -> None:
    write_tiles(tmp_path, size)

    answer = go.read_tiles(tmp_path, head(size))

    assert answer.accepts, answer.why
    assert answer.leaves == [leaf(index) for index in range(size)]


@pytest.mark.parametrize("size", [2, 257, 1000])
def test_go_refuses_each_of_our_tiles_once_it_is_changed(go: GoLog, tmp_path: Path, size: int) -> None:
    write_tiles(tmp_path, size)

    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        whole = path.read_bytes()
        path.write_bytes(flipped(whole, len(whole) // 2, 0))
        assert not go.read_tiles(tmp_path, head(size)).accepts, path
        path.write_bytes(whole)


def test_go_reads_the_log_of_a_base_from_its_folder(go: GoLog, tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.bulk([world.received(b"%d" % i, f"{i}.txt") for i in range(300)])
    world.close()
    reader, now = world.ledger.reader, world.seen()

    note = go.open_note(reader.checkpoint(), world.signer.key)
    tiles = go.read_tiles(world.root / "log", now)

    assert note.accepts, note.why
    assert tiles.accepts, tiles.why
    assert tiles.leaves == [opening.leaf_hash for _, opening in reader.openings(0, now.size)]
