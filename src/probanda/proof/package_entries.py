"""Step (5) of the package procedure: each entry alone, and its place in the tree.

Source: spec/package.md package-4, package-10, package-15.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from probanda.errors import Malformed
from probanda.model.entry import Entry
from probanda.proof.bag import Bag
from probanda.proof.envelope import MAX_ENVELOPE_BYTES, Envelope
from probanda.proof.fields import open_fields
from probanda.proof.kinds import check_kind
from probanda.proof.merkle import EMPTY_ROOT, check_inclusion
from probanda.proof.opening import MAX_OPENING_BYTES, Opening, parse_opening
from probanda.proof.package_record import PackageRecord
from probanda.proof.tlog_proof import MAX_PROOF_BYTES, parse_tlog_proof
from probanda.proof.verdict import Findings

ENTRIES = "proof/entries/"

_NAME = re.compile(r"(0|[1-9][0-9]{0,15})\.(json|tlog-proof)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PackagedEntry:
    """An entry whose opening is well formed; the same whether or not its proof leads to the root."""

    index: int
    opening: Opening
    entry: Entry

    @property
    def where(self) -> str:
        return opening_path(self.index)

    @property
    def id(self) -> str:
        return self.opening.leaf_hash.hex()


def opening_path(index: int) -> str:
    """Where the opening of an entry lies in a package."""
    return f"{ENTRIES}{index}.json"


def proof_path(index: int) -> str:
    """Where the proof of an entry lies in a package."""
    return f"{ENTRIES}{index}.tlog-proof"


def check_entries(
    bag: Bag, record: PackageRecord, checkpoint: bytes | None, found: Findings
) -> dict[int, PackagedEntry]:
    """Steps (5) and (10): all entries that could be read, by index."""
    # (5) Each entry
    lying = _indices_lying(bag, found)
    for index in sorted(lying - set(record.entries)):
        found.fail("entry-unlisted", opening_path(index), "package.json does not list this entry")
    entries: dict[int, PackagedEntry] = {}
    for index in sorted(lying | set(record.entries)):
        opening = _opening(bag, record, index, found)
        if opening is not None:
            entries[index] = opening
        _check_proof(bag, record, checkpoint, index, opening, found)
    _check_repeats(entries, found)
    # (10) seen
    for one in entries.values():
        if one.entry.seen.size > one.index:
            found.fail("seen", one.where, "the agent claims to have seen entries that did not exist yet")
    return entries


def _indices_lying(bag: Bag, found: Findings) -> set[int]:
    lying: set[int] = set()
    for path in bag.files:
        if path.startswith(ENTRIES):
            match = _NAME.fullmatch(path.removeprefix(ENTRIES))
            if match:
                lying.add(int(match[1]))
            else:
                found.fail("entry-name", path, "neither an opening nor a proof by its name")
    return lying


def _opening(bag: Bag, record: PackageRecord, index: int, found: Findings) -> PackagedEntry | None:
    path = opening_path(index)
    if path not in bag.files:
        found.undecided("absent", path, "this opening is listed, but not in the package")
        return None
    try:
        opening = parse_opening(bag.take(path, MAX_OPENING_BYTES))
        if len(opening.envelope.encoded()) > MAX_ENVELOPE_BYTES:
            raise Malformed(f"an envelope of more than {MAX_ENVELOPE_BYTES} bytes")
        entry = opening.entry
        open_fields(entry.body, opening.disclosures)
        check_kind(entry)
        if entry.origin != record.origin:
            raise Malformed("an entry of another log")
        if entry.seen.size == 0 and entry.seen.root != EMPTY_ROOT:
            raise Malformed("it claims another root of the empty tree")
    except Malformed as error:
        found.fail("entry", path, error)
        return None
    return PackagedEntry(index, opening, entry)


def _check_proof(
    bag: Bag,
    record: PackageRecord,
    checkpoint: bytes | None,
    index: int,
    opened: PackagedEntry | None,
    found: Findings,
) -> None:
    path = proof_path(index)
    if path not in bag.files:
        found.undecided("absent", path, "this proof is listed, but not in the package")
        return
    try:
        proof = parse_tlog_proof(bag.take(path, MAX_PROOF_BYTES))
        if proof.index != index:
            raise Malformed("a proof of another entry than its name says")
        if proof.extra is not None:
            raise Malformed("a proof in a package has no extra line")
        if checkpoint is not None and proof.checkpoint != checkpoint:
            raise Malformed("it does not repeat proof/checkpoint byte for byte")
        if opened is not None:
            check_inclusion(opened.opening.leaf_hash, index, record.head.size, proof.hashes, record.head.root)
    except Malformed as error:
        found.fail("proof", path, error)


def _check_repeats(entries: dict[int, PackagedEntry], found: Findings) -> None:
    seen: dict[Envelope, int] = {}
    for one in entries.values():
        before = seen.setdefault(one.opening.envelope, one.index)
        if before != one.index:
            found.fail("entry-repeated", one.where, f"the same envelope as entry {before}")
