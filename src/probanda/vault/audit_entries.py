"""Part of an audit: one opening by itself, with everything that can be said about it without its neighbours.

Source: spec/entry.md entry-1 to entry-16.
"""

from __future__ import annotations

import hashlib

from probanda.errors import Malformed
from probanda.model.entry import Entry
from probanda.model.kinds.acts_sealed import ActsSealed
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.item_received import ItemReceived
from probanda.proof import ed25519
from probanda.proof.envelope import MAX_ENVELOPE_BYTES, key_id, pre_authentication
from probanda.proof.leaf import leaf
from probanda.proof.opening import Opening, parse_opening
from probanda.proof.statement import SEALED_KINDS
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.audit_authority import needs_right
from probanda.vault.audit_quick import Reception, plain_reception
from probanda.vault.audit_report import Found
from probanda.vault.audit_stretch import MARK_BYTES, Log, Run, Stretch, envelope_of, openings_path

ORDERED = frozenset(
    {Genesis.KIND, AgentEnrolled.KIND, AgentRevoked.KIND, ActsSealed.KIND, AnchorRecorded.KIND}
)


def check_opening(log: Log, index: int, line: bytes, out: Stretch) -> bytes | None:
    """The leaf that this opening opens, or None. Notes what others need to know about the entry."""
    where = f"{openings_path(index // TILE_WIDTH)} entry {index}"
    if not line:
        _extend(out.runs, Run(index, index + 1, None, None, signed=False))
        return None
    plain = plain_reception(line, log.origin)
    if plain is not None:
        return _take_plain(log, index, line, plain, out)
    try:
        opening = parse_opening(line)
    except Malformed as error:
        out.found.fail("E-OPENING", where, error)
        _extend(out.runs, Run(index, index + 1, None, None, signed=False))
        return None
    envelope = envelope_of(line)
    out.marks += hashlib.sha256(envelope).digest()[:MARK_BYTES]
    try:
        if len(envelope) > MAX_ENVELOPE_BYTES:
            raise Malformed(f"an envelope of more than {MAX_ENVELOPE_BYTES} bytes")
        entry = opening.entry
        opening.fields  # noqa: B018  # raises if a disclosure does not belong here
        if entry.origin != log.origin:
            raise Malformed(f"an entry of another log, {entry.origin}")
        _note(log, index, entry, out)
    except Malformed as error:
        out.found.fail("E-STATEMENT", where, error)
        _extend(out.runs, Run(index, index + 1, None, None, signed=False))
        return leaf(opening.salt, envelope)
    signed = bool(opening.envelope.signatures) or entry.kind not in SEALED_KINDS
    if signed:
        _check_signatures(log, opening, where, out.found)
    _extend(
        out.runs, Run(index, index + 1, entry.agent, entry.enrolled, signed or entry.kind not in SEALED_KINDS)
    )
    return leaf(opening.salt, envelope)


def _take_plain(log: Log, index: int, line: bytes, plain: Reception, out: Stretch) -> bytes:
    envelope = envelope_of(line)
    out.marks += hashlib.sha256(envelope).digest()[:MARK_BYTES]
    _see(index, plain.seen_size, plain.seen_root, out)
    _receive(log, index, plain.sha256, plain.sha512, plain.size_bytes, out)
    _extend(out.runs, Run(index, index + 1, plain.agent, plain.enrolled, signed=False))
    return leaf(plain.salt, envelope)


def _see(index: int, size: int, root: bytes, out: Stretch) -> None:
    if not out.seen or out.seen[-1][1:] != (size, root):
        out.seen.append((index, size, root))


def _receive(log: Log, index: int, sha256: bytes, sha512: bytes, size_bytes: int, out: Stretch) -> None:
    out.received += sha256 + index.to_bytes(8, "big") + size_bytes.to_bytes(8, "big")
    if log.both:
        out.received += sha512


def _note(log: Log, index: int, entry: Entry, out: Stretch) -> None:
    _see(index, entry.seen.size, entry.seen.root, out)
    if entry.kind == ItemReceived.KIND:
        item = ItemReceived.read(entry, {})
        sha256, sha512 = bytes.fromhex(item.item.sha256), bytes.fromhex(item.item.sha512)
        _receive(log, index, sha256, sha512, item.size_bytes, out)
        return
    for subject in entry.subjects:
        out.named += bytes.fromhex(subject.sha256)
    if entry.kind in ORDERED or needs_right(entry):
        out.ordered.append((index, entry))


def _check_signatures(log: Log, opening: Opening, where: str, found: Found) -> None:
    envelope, agent = opening.envelope, opening.entry.agent
    message = pre_authentication(envelope.payload)
    if all(signature.keyid != agent for signature in envelope.signatures):
        found.fail("E-SIGNATURE", where, "not signed by the agent it names")
    log_keyid = key_id(log.log_key)
    if opening.entry.kind == Genesis.KIND and all(s.keyid != log_keyid for s in envelope.signatures):
        found.fail("E-GENESIS", where, "the genesis is not signed by the log key")
    for signature in envelope.signatures:
        key = log.log_key if signature.keyid == log_keyid else log.keys.get(signature.keyid)
        if key is None:
            found.fail("E-KEY", where, f"no entry enrols the key {signature.keyid[:16]}… that signed")
        elif not ed25519.verifies(key, signature.value, message):
            found.fail("E-SIGNATURE", where, f"the signature by {signature.keyid[:16]}… does not verify")


def _extend(runs: list[Run], one: Run) -> None:
    last = runs[-1] if runs else None
    if last and (last.agent, last.enrolled, last.signed) == (one.agent, one.enrolled, one.signed):
        last.end = one.end
    else:
        runs.append(one)
