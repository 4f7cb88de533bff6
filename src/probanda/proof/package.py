"""The package procedure: what a package shows, in one order, every finding kept.

  (1) folder, (2) manifests            bag.py
  (3) package.json                     package_record.py
  (4) checkpoint                       here
  (5) each entry, (10) seen            package_entries.py
  (6) genesis, (7) signatures, seals   package_signatures.py
  (8) items, (9) package-made          package_contents.py
  (11) anchors                         package_anchors.py

Source: spec/package.md package-6 to package-20.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.digest import AgentId, EntryId
from probanda.model.kinds.role_granted import RoleGranted
from probanda.proof.bag import Bag, FileFacts, check_bag
from probanda.proof.encoding import Json
from probanda.proof.envelope import key_id
from probanda.proof.note import MAX_NOTE_BYTES, NoteKey, open_checkpoint
from probanda.proof.package_anchors import check_anchors
from probanda.proof.package_contents import check_items, check_made
from probanda.proof.package_entries import PackagedEntry, check_entries
from probanda.proof.package_record import (
    MAX_RECORD_BYTES,
    OtherVersion,
    PackageRecord,
    parse_package_record,
)
from probanda.proof.package_signatures import Keys, check_genesis, check_signatures
from probanda.proof.verdict import AgentShown, Findings, Outcome, Verdict

RECORD = "proof/package.json"
CHECKPOINT = "proof/checkpoint"


def verify_package(
    files: Mapping[str, FileFacts],
    read: Callable[[str], bytes],
    *,
    others: Sequence[str],
    genesis: EntryId | None,
) -> Verdict:
    """What the package shows. Time stays undecided here: see `timestamp.py` for tokens.

    `files` are the regular files by their paths in the package; `read` gives the bytes of one; `others`
    are the paths of whatever else was found; `genesis` is the id that the reader brought from elsewhere.
    """
    found = Findings()
    bag = Bag(files, read)
    check_bag(bag, others, found)
    record = _record(bag, found)
    if record is None:
        return Verdict(found.integrity(), Outcome.UNDECIDED, Outcome.UNDECIDED, tuple(found.all))
    checkpoint = _checkpoint(bag, record, found)
    entries = check_entries(bag, record, checkpoint, found)
    check_genesis(record, entries, found)
    keys = check_signatures(entries, found)
    check_items(bag, record, entries, found)
    check_made(bag, record, entries, found)
    tokens = check_anchors(bag, record, entries, found)
    return Verdict(
        integrity=found.integrity(),
        identity=_identity(genesis, record, entries),
        time=Outcome.UNDECIDED,
        findings=tuple(found.all),
        agents=_agents(entries, keys),
        tokens=tokens,
    )


def _record(bag: Bag, found: Findings) -> PackageRecord | None:
    # (3) package.json
    try:
        return parse_package_record(bag.take(RECORD, MAX_RECORD_BYTES))
    except OtherVersion as version:
        found.undecided("version", RECORD, f"{version} is not known here; nothing more was checked")
    except Malformed as error:
        found.fail("record", RECORD, f"{error}; nothing more was checked")
    return None


def _checkpoint(bag: Bag, record: PackageRecord, found: Findings) -> bytes | None:
    # (4) Checkpoint
    try:
        data = bag.take(CHECKPOINT, MAX_NOTE_BYTES)
    except Malformed as error:
        found.fail("checkpoint", CHECKPOINT, error)
        return None
    try:
        # The key's name is the origin, so another origin is refused here too.
        if open_checkpoint(data, NoteKey(record.origin, record.log_key)).head != record.head:
            raise Malformed("it has another size or root than package.json")
    except Malformed as error:
        found.fail("checkpoint", CHECKPOINT, error)
    return data


def _identity(
    genesis: EntryId | None, record: PackageRecord, entries: Mapping[int, PackagedEntry]
) -> Outcome:
    if genesis is None:
        return Outcome.UNDECIDED
    if genesis != record.genesis:
        return Outcome.FAILS
    # Only the genesis entry itself ties the id to the keys that the rest is checked with.
    if 0 not in entries:
        return Outcome.UNDECIDED
    return Outcome.HOLDS if entries[0].id == genesis else Outcome.FAILS


def _agents(entries: Mapping[int, PackagedEntry], keys: Keys) -> tuple[AgentShown, ...]:
    roles: dict[AgentId, tuple[str, ...]] = {}
    fields: dict[AgentId, Members] = {}
    for one in entries.values():
        agent = keys.enrolled_by.get(one.id)
        if agent is not None:
            fields.setdefault(agent, Members(one.opening.fields))
            roles[agent] = Members(one.entry.body).words("roles")
        elif one.entry.kind == RoleGranted.KIND:
            granted = RoleGranted.read(one.entry, {})
            roles[key_id(granted.key)] = granted.roles
    return tuple(
        AgentShown(
            id=agent,
            enrolled_at=keys.enrolled_at[agent],
            revoked_at=keys.revoked_at.get(agent),
            roles=roles.get(agent, ()),
            name=_text(shown.values.get("name")),
            holder=_text(shown.values.get("holder")),
        )
        for agent, shown in fields.items()
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
