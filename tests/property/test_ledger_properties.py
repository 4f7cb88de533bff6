import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from probanda.model.entry import Head
from probanda.proof.leaf import LEAF_BYTES, leaf_hash
from probanda.proof.merkle import check_consistency, check_inclusion
from probanda.proof.tiles import tile_path, tiles_at
from probanda.proof.tree import Tree
from probanda.vault.group import Group
from probanda.vault.ledger import Ledger
from world import empty_world

GROUPS = st.lists(st.integers(1, 120), max_size=8).filter(lambda sizes: sum(sizes) <= 600)


def leaves(start: int, count: int) -> list[bytes]:
    """Leaves that no entry has: the ledger looks at their length only."""
    return [b"\1" + index.to_bytes(LEAF_BYTES - 1, "big") for index in range(start, start + count)]


def group(start: int, count: int) -> Group:
    made = leaves(start, count)
    lines = b"".join(b'{"number":%d}\n' % index for index in range(start, start + count))
    return Group(b"".join(made), b"".join(map(leaf_hash, made)), lines)


def tree_of(size: int) -> Tree:
    tree = Tree()
    tree.extend(b"".join(map(leaf_hash, leaves(0, size))))
    return tree


def grown(place: Path, sizes: list[int], settle_after: set[int]) -> Ledger:
    world, total = empty_world(place), 0
    for number, size in enumerate(sizes):
        world.ledger.append(group(total, size), world.signer)
        total += size
        if number in settle_after:
            world.ledger.settle()
    world.ledger.settle()
    return world.ledger


@given(sizes=GROUPS, data=st.data())
@settings(max_examples=40)
def test_a_log_of_any_groups_is_the_tree_of_its_leaves(sizes: list[int], data: st.DataObject) -> None:
    settled = data.draw(st.sets(st.integers(0, 8)))
    with tempfile.TemporaryDirectory() as folder:
        ledger = grown(Path(folder), sizes, settled)
        size = sum(sizes)

        assert ledger.head() == tree_of(size).head()
        assert ledger.is_settled() or size == 0
        check_tiles(Path(folder) / "base/log", size)
        check_proofs(ledger, size, random.Random(size))
        lines = [line for n in range(-(-size // 256)) for line in ledger.reader.opening_lines(n)]
        assert b"".join(lines) == group(0, size).lines


def check_tiles(log: Path, size: int) -> None:
    """Exactly the tiles of the size, each a cut of the whole row."""
    found = {path.relative_to(log).as_posix() for path in log.glob("tile/**/*") if path.is_file()}
    assert found == {tile_path(*tile) for tile in tiles_at(size) if tile[2]}
    tree = tree_of(size)
    for row, n, width in tiles_at(size):
        if isinstance(row, int):
            expected = tree.hashes(8 * row, 256 * n, 256 * n + width)
            assert (log / tile_path(row, n, width)).read_bytes() == expected


def check_proofs(ledger: Ledger, size: int, rng: random.Random) -> None:
    heads = {0: Head(0, tree_of(0).head().root)}
    for _ in range(12):
        old, new = sorted((rng.randint(0, size), rng.randint(0, size)))
        for one in (old, new):
            heads.setdefault(one, tree_of(one).head())
            assert ledger.reader.root_at(one) == heads[one].root
        proof = ledger.reader.consistency_proof(old, new)
        check_consistency(old, heads[old].root, new, heads[new].root, proof)
        if new:
            index = rng.randrange(new)
            leaf = leaf_hash(leaves(index, 1)[0])
            check_inclusion(leaf, index, new, ledger.reader.inclusion_proof(index, new), heads[new].root)


@given(size=st.integers(0, 600), more=st.integers(0, 300))
@settings(max_examples=60)
def test_a_tree_read_back_at_its_edge_grows_like_one_that_was_never_put_away(size: int, more: int) -> None:
    whole = tree_of(size)

    def tile(row: int, n: int, width: int) -> bytes:
        return whole.hashes(8 * row, 256 * n, 256 * n + width)

    edge = Tree.at(size, tile)
    assert edge.head() == whole.head()
    hashes = b"".join(map(leaf_hash, leaves(size, more)))
    edge.extend(hashes)

    assert edge.head() == tree_of(size + more).head()
    edge.trim()
    assert edge.head() == tree_of(size + more).head()


@given(sizes=GROUPS.filter(bool))
@settings(max_examples=25)
def test_a_ledger_opened_anew_goes_on_where_another_stopped(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world, total = empty_world(Path(folder)), 0
        for size in sizes:  # each group by a ledger of its own, which is never settled
            Ledger(world.folder, world.signer.key).append(group(total, size), world.signer)
            total += size
        last = Ledger(world.folder, world.signer.key)
        last.recover(world.signer)

        assert last.head() == tree_of(total).head()
        check_tiles(world.root / "log", total)
