"""Steps (8) and (9) of the package procedure: items, and the act of making the package.

Source: spec/package.md package-13, package-14.
"""

from __future__ import annotations

from collections.abc import Mapping

from probanda.errors import Malformed
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.package_made import PackageMade
from probanda.proof.bag import MANIFESTS, PAYLOAD, Bag
from probanda.proof.package_entries import PackagedEntry
from probanda.proof.package_record import PackagedItem, PackageRecord
from probanda.proof.verdict import Findings


def check_items(
    bag: Bag, record: PackageRecord, entries: Mapping[int, PackagedEntry], found: Findings
) -> None:
    """Step (8)."""
    claimed = {PAYLOAD + item.digests.sha256: item for item in record.items}
    for path in bag.files:
        if path.startswith(PAYLOAD) and path not in claimed:
            found.fail("item-unlisted", path, "package.json does not name this item")
    for path, item in claimed.items():
        facts = bag.files.get(path)
        if facts is None:
            found.fail("item-missing", path, "package.json names this item, but it is not in the package")
        elif (facts.sha256, facts.sha512) != (item.digests.sha256, item.digests.sha512):
            found.fail("item-digest", path, "its bytes have other digests than package.json gives")
        elif facts.size_bytes != item.size_bytes:
            found.fail("item-size", path, "its length is not the one that package.json gives")
        if not item.received:
            found.fail("item-reception", path, "no reception is named for this item")
        for index in item.received:
            _check_reception(index, item, path, entries, found)


def _check_reception(
    index: int, item: PackagedItem, path: str, entries: Mapping[int, PackagedEntry], found: Findings
) -> None:
    one = entries.get(index)
    if one is None:
        return  # step (5) has said that it is absent, or not sound
    try:
        if one.entry.kind != ItemReceived.KIND:
            raise Malformed(f"named as a reception of {path}, but it is none")
        reception = ItemReceived.read(one.entry, {})
        if reception.item != item.digests:
            raise Malformed(f"named as a reception of {path}, but it is about another item")
        if reception.size_bytes != item.size_bytes:
            raise Malformed(f"it gives another length for {path}")
    except Malformed as error:
        found.fail("item-reception", one.where, error)


def check_made(
    bag: Bag, record: PackageRecord, entries: Mapping[int, PackagedEntry], found: Findings
) -> None:
    """Step (9)."""
    one = entries.get(record.made)
    if one is None:
        return  # step (5) has said that it is absent, or not sound
    try:
        if one.entry.kind != PackageMade.KIND:
            raise Malformed("named as the act of making this package, but it is none")
        made = PackageMade.read(one.entry, {})
        if sorted(one.sha256 + one.sha512 for one in made.items) != [
            item.digests.sha256 + item.digests.sha512 for item in record.items
        ]:
            raise Malformed("the items of this package are not those it was made of")
        named = (made.manifest, made.manifest_sha512)
        if named != tuple(
            bag.files[path].sha256 if path in bag.files else None for path in MANIFESTS.values()
        ):
            raise Malformed("it names other payload manifests")
    except Malformed as error:
        found.fail("package-made", one.where, error)
