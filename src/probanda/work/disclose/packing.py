"""Makes a package: items, the entries about them, and everything needed to check both offline.

The order matters: the payload is copied and its manifests written; the act of making the package, which
names those manifests, goes on the log; then the head is taken, so that this act travels too; proofs last.

Source: spec/package.md.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from probanda.errors import NotFound, ProofFails, Refused, StorageFailed, WrongUsage
from probanda.model.digest import EntryId, Sha256
from probanda.model.entry import Head, Value
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.package_made import PackageMade
from probanda.model.policy import Decision
from probanda.proof.encoding import canonical
from probanda.proof.note import open_checkpoint
from probanda.proof.package_anchors import encode_consistency
from probanda.proof.tlog_proof import encode_tlog_proof
from probanda.vault.storage.folder import Folder, Operations
from probanda.work.disclose.bag_writer import BagWriter, Written
from probanda.work.disclose.chosen_entries import SOURCE_FIELDS, choose_anchors, choose_entries
from probanda.work.disclose.enclosed import enclosed_files, readme
from probanda.work.disclose.source import AnchorFiles, PackageSource

PACKAGE_FORMAT = "probanda-package/1"
PARTIAL = ".partial"
MAX_ITEMS = 50_000  # the act that names them all must fit an envelope of 16 MiB

MayLeave = Callable[[Sha256], Decision]


@dataclass(frozen=True, slots=True)
class PackageReceipt:
    """Where the package is, the index of the act of making it, and what it holds."""

    out: Path
    made: int
    head: Head
    items: int
    entries: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Item:
    written: Written
    received: tuple[int, ...]


def make_package(
    source: PackageSource,
    items: Collection[Sha256],
    out: Path,
    *,
    may_leave: MayLeave,
    matters: Mapping[Sha256, Collection[EntryId]] | None = None,
    purpose: str | None = None,
    withhold: frozenset[str] = SOURCE_FIELDS,
) -> PackageReceipt:
    """A package of `items` in the new folder `out`.

    `matters` names, for each item, those whose receptions travel; None: those of every matter. What the same
    bytes were called in another matter is not the recipient's business.
    `withhold` names the hidden fields of receptions that the recipient does not get. Until all is written the
    folder is called `out` with ".partial"; it is removed if anything fails.

    Raises:
        Refused: `may_leave` is against one or more of the items; no package was left.
        WrongUsage: no items, too many, or `out` exists; nothing was written.
        NotFound: an item was never received; nothing was written.
        ProofFails: what the base holds is not what its entries say; no package was left.
        StorageFailed: the disk refused; no package was left.
    """
    wanted = sorted(set(items))
    _must_leave(wanted, may_leave)
    partial = _free_place(wanted, out)
    received = {
        item: _receptions(source, item, matters[item] if matters is not None else None) for item in wanted
    }
    bag = BagWriter(partial)
    made: int | None = None
    try:
        bag.begin()
        try:
            packed = [_copy(source, bag, item, received[item]) for item in wanted]
            manifests = bag.add_payload_manifests()
            digests = tuple(one.written.digests for one in packed)
            _must_leave(wanted, may_leave)  # labels may have come while a large package was copied
            made = source.append(PackageMade(digests, *manifests, purpose).act())
            head, entries = _add_proofs(source, bag, packed, made, withhold)
            act = source.opening(made)
            bag.finish(f"urn:x-probanda:entry-id:{act.leaf_hash.hex()}", act.entry.stated[:10])
            Folder(partial).flush()
            partial.rename(out)
            Operations().sync_folder(out.parent)
        finally:
            shutil.rmtree(partial, ignore_errors=True)  # after the rename there is nothing here any more
    except OSError as error:
        raise StorageFailed(
            f"Could not write {error.filename or partial}: {error.strerror}. {_left(made)}"
        ) from error
    size_bytes = sum(one.written.size_bytes for one in packed)
    return PackageReceipt(out, made, head, len(packed), entries, size_bytes)


def _must_leave(items: Sequence[Sha256], may_leave: MayLeave) -> None:
    against = [(item, decision.reason) for item in items if not (decision := may_leave(item)).allowed]
    if against:
        lines = "\n".join(f"  {item}: {reason}" for item, reason in against)
        raise Refused(f"{len(against)} of {len(items)} items may not leave. No package was made.\n{lines}")


def _free_place(items: Sequence[Sha256], out: Path) -> Path:
    if not items:
        raise WrongUsage("A package holds at least one item; none was named. Nothing was written.")
    if len(items) > MAX_ITEMS:
        raise WrongUsage(
            f"A package holds at most {MAX_ITEMS} items; {len(items)} were named. Nothing was written."
        )
    partial = out.with_name(out.name + PARTIAL)
    for place in (out, partial):
        if place.exists() or place.is_symlink():
            raise WrongUsage(
                f"{place} exists already. Nothing was written. Name another place, or remove it."
            )
    return partial


def _receptions(source: PackageSource, item: Sha256, matters: Collection[EntryId] | None) -> tuple[int, ...]:
    received = sorted(source.receptions(item))
    if matters is not None:
        received = [i for i in received if source.opening(i).entry.body.get("matter") in matters]
    if not received:
        raise NotFound(f"{item} was never received here. Nothing was written.")
    return tuple(received)


def _copy(source: PackageSource, bag: BagWriter, item: Sha256, received: tuple[int, ...]) -> _Item:
    written = bag.add_item(item, source.read_original(item))
    if written.digests.sha256 != item:
        raise ProofFails(f"The copy held of {item} is damaged. No package was left. Run `probanda verify`.")
    for index in received:
        reception = ItemReceived.read(source.opening(index).entry, {})
        if reception.item != written.digests or reception.size_bytes != written.size_bytes:
            raise ProofFails(
                f"Entry {index} does not fit the bytes of {item}. No package was left. Run `probanda verify`."
            )
    return _Item(written, received)


def _add_proofs(
    source: PackageSource, bag: BagWriter, packed: Sequence[_Item], made: int, withhold: frozenset[str]
) -> tuple[Head, int]:
    """Everything below `proof/`, and what is enclosed."""
    checkpoint = source.checkpoint()
    head = open_checkpoint(checkpoint, source.log_key).head
    receptions = [index for one in packed for index in one.received]
    anchors = choose_anchors(source, receptions)
    chosen = choose_entries(source, receptions, [made, *(one.index for one in anchors)], withhold)
    for index in chosen.indices:
        hashes = source.inclusion_proof(index, head.size)
        opening = chosen.shown(index, source.opening(index))
        bag.add(f"proof/entries/{index}.json", opening.line())
        bag.add(f"proof/entries/{index}.tlog-proof", encode_tlog_proof(index, hashes, checkpoint))
    bag.add("proof/checkpoint", checkpoint)
    bag.add("proof/package.json", _record(source, head, packed, chosen.indices, made))
    _add_anchors(source, bag, anchors, head)
    bag.add("README.txt", readme(len(packed), source.genesis))
    for path, data in enclosed_files():
        bag.add(path, data)
    return head, len(chosen.indices)


def _record(
    source: PackageSource, head: Head, packed: Sequence[_Item], entries: Sequence[int], made: int
) -> bytes:
    items: list[Value] = [
        {
            "received": list(one.received),
            "sha256": one.written.digests.sha256,
            "sha512": one.written.digests.sha512,
            "size": one.written.size_bytes,
        }
        for one in packed
    ]
    value: dict[str, Value] = {
        "entries": list(entries),
        "format": PACKAGE_FORMAT,
        "genesis": source.genesis,
        "items": items,
        "log_key": source.log_key.key.hex(),
        "made": made,
        "origin": source.log_key.name,
        "root": head.root.hex(),
        "size": head.size,
    }
    return canonical(value) + b"\n"


def _add_anchors(source: PackageSource, bag: BagWriter, anchors: Sequence[AnchorFiles], head: Head) -> None:
    for one in anchors:
        folder = f"proof/anchors/{one.size}/"
        if folder + "checkpoint" not in bag.tags:
            bag.add(folder + "checkpoint", one.checkpoint)
            hashes = source.consistency_proof(one.size, head.size)
            bag.add(folder + "consistency", encode_consistency(hashes))
        bag.add(f"{folder}{one.name}.tsq", one.query)
        bag.add(f"{folder}{one.name}.tsr", one.token)


def _left(made: int | None) -> str:
    if made is None:
        return "No package was left and nothing was recorded."
    return f"No package was left, although entry {made} says that one was made. Make room, then export again."
