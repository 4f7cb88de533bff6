"""Part of an audit: what is gathered from all openings before each is checked, or looked for again after."""

from __future__ import annotations

import hashlib
from array import array
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from probanda.errors import Malformed
from probanda.model.digest import AgentId
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.genesis import Genesis
from probanda.proof import ed25519
from probanda.proof.envelope import key_id
from probanda.proof.opening import parse_opening
from probanda.proof.statement import predicate_type
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.audit_report import Found
from probanda.vault.audit_stretch import MARK_BYTES, Pages, envelope_of, openings_path

SORTED_AT_ONCE = 2_000_000  # marks, at 40 bytes each as numbers of their own


def _in_base64(text: str) -> list[bytes]:
    """How `text` shows in base64 wherever it stands in the bytes: a form for each of three alignments."""
    forms = []
    for shift in range(3):
        start = -(-4 * shift // 3)
        end = (shift + len(text)) * 4 // 3 - 1
        forms.append(b64encode(b"\0" * shift + text.encode())[start:end])
    return forms


ENROLLING = _in_base64(predicate_type(AgentEnrolled.KIND)) + _in_base64(predicate_type(Genesis.KIND))


def find_keys(pages: Pages) -> dict[AgentId, bytes]:
    """The keys that entries of this stretch enrol. What does not parse is named by another part."""
    keys: dict[AgentId, bytes] = {}
    for _, line in _stored(pages, ENROLLING):
        if any(form in line for form in ENROLLING):
            try:
                entry = parse_opening(line).entry
                if entry.kind == AgentEnrolled.KIND:
                    key = AgentEnrolled.read(entry, {}).key
                elif entry.kind == Genesis.KIND:
                    key = Genesis.read(entry, {}).agent_key
                else:
                    continue
                ed25519.public_key(key)
            except Malformed:
                continue
            keys[key_id(key)] = key
    return keys


def _stored(pages: Pages, wanted: Sequence[bytes] = ()) -> Iterator[tuple[int, bytes]]:
    """Indices and lines of a stretch, those in staging included. Files with nothing `wanted` are left out."""
    for n in range(pages.first, pages.end):
        try:
            data = (pages.log.root / openings_path(n)).read_bytes()
        except OSError:
            continue
        if wanted and not any(form in data for form in wanted):
            continue
        index = n * TILE_WIDTH
        for line in data.splitlines(keepends=True):
            if index < min(pages.overlay_start, pages.log.size):
                yield index, line
            index += 1
    yield from enumerate(pages.lines, pages.overlay_start)


def repeats(marks: array[int]) -> set[int]:
    """Marks that stand there more than once."""
    twice: set[int] = set()
    passes = 1 + len(marks) // SORTED_AT_ONCE
    for number in range(passes):
        ordered = sorted(mark for mark in marks if mark % passes == number) if passes > 1 else sorted(marks)
        twice.update(a for a, b in pairwise(ordered) if a == b)
    return twice


def name_repeats(candidates: set[int], stretches: Iterable[Pages], found: Found) -> None:
    """Say which entries repeat an envelope."""
    first: dict[bytes, int] = {}
    for pages in stretches:
        for index, line in _stored(pages):
            digest = hashlib.sha256(envelope_of(line)).digest()
            if int.from_bytes(digest[:MARK_BYTES], "little") in candidates:
                before = first.setdefault(digest, index)
                if before != index:
                    where = f"{openings_path(index // TILE_WIDTH)} entry {index}"
                    found.fail("E-REPEATED", where, f"the same envelope as entry {before}")
