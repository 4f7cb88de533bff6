"""Steps (6) and (7) of the package procedure: the genesis, the lives of keys, signatures and seals.

A key's bytes may be known although the entry named as enrolling it is absent: then a bad signature is still
found, and a good one still leaves integrity undecided.

Source: spec/package.md package-11, package-12; spec/entry.md entry-10, entry-11, entry-16 to entry-19.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from probanda.errors import Malformed
from probanda.model.digest import AgentId, EntryId
from probanda.model.kinds.acts_sealed import ActsSealed
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.genesis import Genesis
from probanda.proof import ed25519
from probanda.proof.envelope import Signature, key_id, pre_authentication
from probanda.proof.package_entries import PackagedEntry, opening_path
from probanda.proof.package_record import PackageRecord
from probanda.proof.statement import SEALED_KINDS
from probanda.proof.verdict import Findings


@dataclass(slots=True)
class Keys:
    """What the entries of a package tell about keys."""

    bytes_of: dict[AgentId, bytes] = field(default_factory=dict)
    enrolled_by: dict[str, AgentId] = field(default_factory=dict)  # entry id -> whose key it enrols
    enrolled_at: dict[AgentId, int] = field(default_factory=dict)
    revoked_at: dict[AgentId, int] = field(default_factory=dict)
    index_of: dict[str, int] = field(default_factory=dict)  # by entry id


def check_genesis(record: PackageRecord, entries: Mapping[int, PackagedEntry], found: Findings) -> None:
    """Step (6)."""
    for one in entries.values():
        if one.entry.kind == Genesis.KIND and one.index != 0:
            found.fail("genesis", one.where, "only entry 0 is a genesis")
    if 0 not in entries:
        found.undecided(
            "genesis-absent", opening_path(0), "without the genesis nothing says whose log this is"
        )
        return
    one = entries[0]
    envelope = one.opening.envelope
    try:
        if one.entry.kind != Genesis.KIND:
            raise Malformed("entry 0 is no genesis")
        genesis = Genesis.read(one.entry, {})
        if one.id != record.genesis:
            raise Malformed("package.json names another genesis")
        if genesis.log_key != record.log_key:
            raise Malformed("package.json names another log key")
        if genesis.log_key == genesis.agent_key:
            raise Malformed("log key and agent key are the same")
        if one.entry.agent != key_id(genesis.agent_key) or one.entry.enrolled is not None:
            raise Malformed("the genesis is not by the agent that it enrols")
        if not envelope.signed_by(genesis.agent_key) or not envelope.signed_by(genesis.log_key):
            raise Malformed("the genesis is not signed by both its keys")
    except Malformed as error:
        found.fail("genesis", one.where, error)


def check_signatures(entries: Mapping[int, PackagedEntry], found: Findings) -> Keys:
    """Step (7)."""
    keys = _gather(entries, found)
    for one in entries.values():
        _check_enrolled(one, keys, found)
        if one.opening.envelope.signatures:
            _check_signed(one, keys, found)
    _check_seals(entries, found)
    return keys


def _gather(entries: Mapping[int, PackagedEntry], found: Findings) -> Keys:
    keys = Keys()
    for one in entries.values():
        keys.index_of[one.id] = one.index
        # Step (5) has found all bodies well formed, but not looked at keys as points of the curve.
        if one.entry.kind == AgentEnrolled.KIND:
            _enrol(keys, AgentEnrolled.read(one.entry, {}).key, one, found)
        elif one.entry.kind == Genesis.KIND and one.index == 0:
            _enrol(keys, Genesis.read(one.entry, {}).agent_key, one, found)
        elif one.entry.kind == AgentRevoked.KIND:
            agent = key_id(AgentRevoked.read(one.entry, {}).key)
            keys.revoked_at.setdefault(agent, one.index)  # entries come in order: the first one counts
    return keys


def _enrol(keys: Keys, key: bytes, one: PackagedEntry, found: Findings) -> None:
    try:
        ed25519.public_key(key)
    except Malformed as error:
        found.fail("key", one.where, error)
    keys.bytes_of[key_id(key)] = key
    keys.enrolled_by[one.id] = key_id(key)
    keys.enrolled_at.setdefault(key_id(key), one.index)


def _check_enrolled(one: PackagedEntry, keys: Keys, found: Findings) -> None:
    """entry-18: `enrolled` names the entry that enrolled the agent, and it stands before."""
    enrolled = one.entry.enrolled
    if enrolled is None:
        if one.index != 0:
            found.fail("key-life", one.where, "only the genesis names no enrolling entry")
        return
    at = keys.index_of.get(enrolled)
    if at is None:
        found.undecided(
            "enrolment-absent", one.where, "the entry that enrolled this agent is not in the package"
        )
    elif keys.enrolled_by.get(enrolled) != one.entry.agent:
        found.fail(
            "key-life", one.where, f"entry {at}, named as enrolling this agent, does not enrol this key"
        )
    elif at >= one.index:
        found.fail("key-life", one.where, f"the agent's key was enrolled only at {at}")


def _check_signed(one: PackagedEntry, keys: Keys, found: Findings) -> None:
    envelope = one.opening.envelope
    if all(signature.keyid != one.entry.agent for signature in envelope.signatures):
        found.fail("signature", one.where, "not signed by the agent it names")
    message = pre_authentication(envelope.payload)
    log_key = _log_key(one)
    for signature in envelope.signatures:
        if log_key is not None and signature.keyid == key_id(log_key):
            continue  # step (6) has checked it
        _check_signature(one, signature, message, keys, found)


def _log_key(one: PackagedEntry) -> bytes | None:
    if one.index != 0 or one.entry.kind != Genesis.KIND:
        return None
    return Genesis.read(one.entry, {}).log_key


def _check_signature(
    one: PackagedEntry, signature: Signature, message: bytes, keys: Keys, found: Findings
) -> None:
    keyid = signature.keyid
    key = keys.bytes_of.get(keyid)
    if key is None:
        found.undecided(
            "enrolment-absent", one.where, f"the package does not hold the key {keyid[:16]}… that signed"
        )
        return
    if not ed25519.verifies(key, signature.value, message):
        found.fail("signature", one.where, f"the signature by {keyid[:16]}… does not verify")
    enrolled_at = keys.enrolled_at[keyid]
    if enrolled_at >= one.index and not enrolled_at == one.index == 0:
        found.fail("key-life", one.where, f"{keyid[:16]}… signed before it was enrolled at {enrolled_at}")
    revoked_at = keys.revoked_at.get(keyid)
    if revoked_at is not None and revoked_at < one.index:
        found.fail("key-life", one.where, f"{keyid[:16]}… signed after it was revoked at {revoked_at}")


def _check_seals(entries: Mapping[int, PackagedEntry], found: Findings) -> None:
    order = sorted(entries)
    sealed_by: dict[int, int] = {}
    for one in entries.values():
        if one.entry.kind != ActsSealed.KIND:
            continue
        leaves = ActsSealed.read(one.entry, {}).leaves
        start = one.index - len(leaves)
        if start < 1:
            found.fail("seal", one.where, "a seal over more entries than stand between it and the genesis")
            continue
        for index in order[bisect_left(order, start) : bisect_left(order, one.index)]:
            _check_sealed(entries[index], one, leaves[index - start], sealed_by, found)
    for one in entries.values():
        if one.opening.envelope.signatures:
            continue
        if one.entry.kind not in SEALED_KINDS:
            found.fail("signature", one.where, "an entry of this kind must be signed")
        elif one.index not in sealed_by:
            found.undecided(
                "seal-absent", one.where, "nobody signed it, and no seal in the package covers it"
            )


def _check_sealed(
    one: PackagedEntry, seal: PackagedEntry, leaf: EntryId, sealed_by: dict[int, int], found: Findings
) -> None:
    if one.id != leaf:
        found.fail("seal", one.where, f"the seal at {seal.index} does not list it at its place")
    if one.opening.envelope.signatures:
        found.fail("seal", one.where, f"the seal at {seal.index} covers it, although it has signatures")
    if (one.entry.agent, one.entry.enrolled) != (seal.entry.agent, seal.entry.enrolled):
        found.fail("seal", one.where, f"the seal at {seal.index} is by another agent")
    if one.index in sealed_by:
        found.fail("seal", one.where, f"sealed twice, at {sealed_by[one.index]} and {seal.index}")
    sealed_by[one.index] = seal.index
