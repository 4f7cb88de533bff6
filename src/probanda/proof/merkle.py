"""Checks inclusion and consistency proofs. The generator is `tree.py`; neither calls the other.

Source: RFC 6962 section 2.1; RFC 9162 sections 2.1.3.2 and 2.1.4.2 for the loops.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from probanda.errors import Malformed

EMPTY_ROOT = hashlib.sha256(b"").digest()


def root_from_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that this proof leads to from the leaf hash at `index` in a tree of `size`.

    Raises:
        Malformed: the index is outside the tree, the proof has another length than required, or a hash is
        not 32 bytes.
    """
    if not 0 <= index < size:
        raise Malformed(f"entry {index} is outside a tree of {size}")
    _only_hashes([leaf_hash, *proof])
    first, last, result = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise Malformed("an inclusion proof is longer than required")
        if first & 1 or first == last:
            result = _node(sibling, result)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            result = _node(result, sibling)
        first, last = first >> 1, last >> 1
    if last != 0:
        raise Malformed("an inclusion proof is shorter than required")
    return result


def check_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Returns if the leaf stands at `index` in the tree of `size` with `root`; raises Malformed if not
    shown.
    """
    _only_hashes([root])
    if root_from_inclusion(leaf_hash, index, size, proof) != root:
        raise Malformed(f"the proof of entry {index} leads to another root")


def check_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Returns if the tree of `new_size` extends that of `old_size`; raises Malformed if that is not shown."""
    _only_hashes([old_root, new_root, *proof])
    if not 0 <= old_size <= new_size:
        raise Malformed(f"a tree of {new_size} cannot extend one of {old_size}")
    if old_size in (0, new_size):
        if proof:
            raise Malformed("a consistency proof is longer than required")
        if old_size == new_size and old_root != new_root:
            raise Malformed("two roots for one size")
        if old_size == 0 and old_root != EMPTY_ROOT:
            raise Malformed("not the root of the empty tree")
        return
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise Malformed("a consistency proof is shorter than required")
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Malformed("a consistency proof is longer than required")
        if first & 1 or first == last:
            old, new = _node(sibling, old), _node(sibling, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = _node(new, sibling)
        first, last = first >> 1, last >> 1
    if last != 0:
        raise Malformed("a consistency proof is shorter than required")
    if old != old_root or new != new_root:
        raise Malformed(f"the tree of {new_size} does not extend that of {old_size}")


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _only_hashes(values: Sequence[bytes]) -> None:
    if any(len(value) != 32 for value in values):
        raise Malformed("a hash is not 32 bytes")
