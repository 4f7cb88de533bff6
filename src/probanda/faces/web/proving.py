"""Derives anew, for one page, what an entry rests on: each step is checked now, nothing is believed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from probanda.base import Base
from probanda.errors import Malformed, NotFound, ProofFails
from probanda.faces.web.desk import AnchorShown, FieldShown, ProofShown
from probanda.model.entry import Value
from probanda.proof.encoding import instant_text
from probanda.proof.fields import field_digest, hidden_digests, parse_disclosure
from probanda.proof.leaf import leaf_hash
from probanda.proof.opening import Opening
from probanda.proof.timestamp_fields import parse_response
from probanda.vault.log_reader import LogReader
from probanda.views.answers import Agent, Anchor, Item
from probanda.work.disclose.proving import EntryProof

_HOLDS, _FAILS, _UNDECIDED = "holds", "fails", "undecided"
# Items above this are not hashed again while a page waits; `probanda verify` does.
REHASH_LIMIT_BYTES = 256 * 1024 * 1024


def proof_shown(
    base: Base,
    proof: EntryProof,
    seal: Opening | None,
    item: Item | None,
    agents: Sequence[Agent],
    anchors: Sequence[Anchor],
) -> ProofShown:
    """The proof as its page shows it. `prove_entry` has led the leaf to the root of the signed checkpoint."""
    opening, entry = proof.opening, proof.opening.entry
    covering = [one for one in anchors if one.size > proof.index]
    times = anchor_times(base.ledger.reader, covering)
    agent = next((one for one in agents if one.id == entry.agent), None)
    return ProofShown(
        index=proof.index,
        entry_id=opening.leaf_hash.hex(),
        kind=entry.kind,
        agent=agent.name if agent else None,
        agent_id=entry.agent,
        stated=entry.stated,
        item=item.ref if item else None,
        item_sha256=item.sha256 if item else None,
        item_size_bytes=item.size_bytes if item else None,
        statement=_statement(opening),
        fields=_fields(opening),
        sealed_by=proof.seal,
        leaf=opening.leaf.hex(),
        leaf_hash=opening.leaf_hash.hex(),
        inclusion=tuple(each.hex() for each in proof.hashes),
        size=proof.head.size,
        root=proof.head.root.hex(),
        origin=base.identity.origin,
        checkpoint=proof.checkpoint.decode(),
        genesis=base.identity.genesis,
        anchors=tuple(
            AnchorShown(one.index, one.size, one.token, times.get(one.index), one.authority)
            for one in covering
        ),
        checks=_checks(base, proof, seal, item, agent),
        checked_at=instant_text(base.clock()),
    )


def anchor_times(log: LogReader, anchors: Sequence[Anchor]) -> dict[int, str]:
    """What the kept tokens say, by the entry that records each; one that cannot be read is left out."""
    found = {}
    for one in anchors:
        try:
            response = log.folder.read(f"log/anchors/{one.size}/{one.token}.tsr")
            token = parse_response(response).token
        except (FileNotFoundError, Malformed):
            continue
        if token is not None:
            found[one.index] = instant_text(token.time)
    return found


def _checks(
    base: Base, proof: EntryProof, seal: Opening | None, item: Item | None, agent: Agent | None
) -> Mapping[str, str]:
    opening = proof.opening
    signer = opening if seal is None else seal
    checks = {
        "fields": _HOLDS,  # `open_fields` refuses whatever the entry does not list
        "signature": _signed(signer, proof.index, agent),
        "leaf": _HOLDS if leaf_hash(opening.leaf) == opening.leaf_hash else _FAILS,
        "inclusion": _HOLDS,
        "checkpoint": _HOLDS,
        "anchor": _UNDECIDED,
    }
    if seal is not None and not _seals(seal, proof):
        checks["signature"] = _FAILS
    if item is not None:
        checks["item"] = _same_bytes(base, item)
    return checks


def _signed(signer: Opening, index: int, agent: Agent | None) -> str:
    """Whether a key that was alive at `index` signed. Source: spec/entry.md entry-18."""
    if agent is None:
        return _UNDECIDED
    alive = agent.index <= index and (agent.revoked_index is None or index <= agent.revoked_index)
    return _HOLDS if alive and signer.envelope.signed_by(agent.key) else _FAILS


def _seals(seal: Opening, proof: EntryProof) -> bool:
    """Whether the seal lists this entry at its place. Source: spec/entry.md entry-17."""
    leaves = seal.entry.body.get("leaves")
    if (
        not isinstance(leaves, list | tuple)
        or proof.seal is None
        or seal.entry.agent != proof.opening.entry.agent
    ):
        return False
    place = proof.index - (proof.seal - len(leaves))
    return 0 <= place < len(leaves) and leaves[place] == proof.opening.leaf_hash.hex()


def _same_bytes(base: Base, item: Item) -> str:
    if item.size_bytes > REHASH_LIMIT_BYTES:
        return _UNDECIDED
    try:
        for _ in base.originals.read_checked(item.sha256):
            pass  # hashed on the way
    except ProofFails:
        return _FAILS
    except NotFound:
        return _UNDECIDED
    return _HOLDS


def _statement(opening: Opening) -> Mapping[str, Value]:
    statement: Mapping[str, Value] = json.loads(opening.envelope.payload)
    return statement


def _fields(opening: Opening) -> tuple[FieldShown, ...]:
    """Every hidden field by name; those withheld come last, with nothing but their digest."""
    held = {field_digest(each): parse_disclosure(each) for each in opening.disclosures}
    withheld = sorted(hidden_digests(opening.entry.body) - held.keys())
    named = sorted((name, digest, value) for digest, (name, value) in held.items())
    shown = [FieldShown(digest, name, value) for name, digest, value in named]
    return (*shown, *(FieldShown(digest, None, None) for digest in withheld))
