"""Our primitives beside other people's: the same bytes, the same roots, the same verdicts."""

import hashlib
from collections.abc import Callable

import pymerkle
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope

from probanda.errors import Malformed
from probanda.model.entry import Value
from probanda.proof import tree
from probanda.proof.encoding import MAX_INTEGER, canonical, parse_canonical
from probanda.proof.envelope import PAYLOAD_TYPE, pre_authentication
from probanda.proof.merkle import check_consistency, check_inclusion

scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text()
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)


@given(values)
def test_canonical_bytes_are_those_of_another_implementation_of_the_standard(value: Value) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # the same values under another name


@given(values)
def test_a_value_comes_back_from_its_canonical_bytes(value: Value) -> None:
    assert parse_canonical(canonical(value)) == value


@given(st.floats() | st.integers(min_value=MAX_INTEGER + 1) | st.just("\ud800") | st.just({"é": 1}))
def test_what_has_no_canonical_form_is_refused(value: Value) -> None:
    try:
        canonical([value])
    except Malformed:
        return
    raise AssertionError(f"{value!r} was written")


@given(st.binary(max_size=200))
def test_the_signed_bytes_are_those_of_another_implementation(payload: bytes) -> None:
    assert pre_authentication(payload) == Envelope(payload, PAYLOAD_TYPE, {}).pae()


def _subtree(leaves: list[bytes]) -> tree.Subtree:
    def hashed(level: int, position: int) -> bytes:
        if level == 0:
            return hashlib.sha256(b"\0" + leaves[position]).digest()
        return tree.node(hashed(level - 1, 2 * position), hashed(level - 1, 2 * position + 1))

    return hashed


@given(st.integers(1, 70))
def test_roots_are_those_of_another_implementation(size: int) -> None:
    leaves = [bytes([n]) for n in range(size)]
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        other.append_entry(leaf)

    assert tree.root_of(size, _subtree(leaves)) == other.get_root()


@given(st.data())
def test_every_proof_we_make_is_accepted_and_no_other_place_is(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index)) if size > 1 else None
    subtree = _subtree([n.to_bytes(2, "big") for n in range(size)])
    root = tree.root_of(size, subtree)
    proof = tree.inclusion_proof(index, size, subtree)

    check_inclusion(subtree(0, index), index, size, proof, root)

    if other is not None:
        _refused(lambda: check_inclusion(subtree(0, index), other, size, proof, root))
        _refused(lambda: check_inclusion(subtree(0, index), index, size, proof[:-1], root))
    _refused(lambda: check_inclusion(subtree(0, index), index, size, [*proof, root], root))


@given(st.data())
def test_a_tree_is_shown_to_extend_an_older_one_and_not_another(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 300))
    old = data.draw(st.integers(1, new))
    subtree = _subtree([n.to_bytes(2, "big") for n in range(new)])
    roots = tree.root_of(old, subtree), tree.root_of(new, subtree)
    proof = tree.consistency_proof(old, new, subtree)

    check_consistency(old, roots[0], new, roots[1], proof)

    _refused(lambda: check_consistency(old, bytes(32), new, roots[1], proof))
    _refused(lambda: check_consistency(old, roots[0], new, roots[1], [*proof, bytes(32)]))
    if old != new:
        _refused(lambda: check_consistency(old, roots[0], new, bytes(32), proof))


def _refused(check: Callable[[], None]) -> None:
    try:
        check()
    except Malformed:
        return
    raise AssertionError("accepted")
