"""Steps (8), (9) and (11) of the package procedure: items, the act of making the package, anchors.

Source: spec/package.md package-13, package-14, package-16; spec/anchor.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from probanda.errors import Malformed
from probanda.model.digest import Digests, Sha256
from probanda.model.entry import Head
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.package_made import PackageMade
from probanda.proof.bag import MANIFESTS, PAYLOAD, Bag
from probanda.proof.note import MAX_NOTE_BYTES, NoteKey, open_checkpoint
from probanda.proof.package_entries import PackagedEntry
from probanda.proof.package_record import PackagedItem, PackageRecord
from probanda.proof.timestamp_fields import MAX_REQUEST_BYTES, SHA512_OID, Imprint, parse_request
from probanda.proof.verdict import Findings, TokenShown

ANCHORS = "proof/anchors/"

_ANCHOR_FILE = re.compile(r"([1-9][0-9]{0,15})/(checkpoint|([0-9a-f]{64})\.(tsq|tsr))", re.ASCII)


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


def check_anchors(
    bag: Bag, record: PackageRecord, entries: Mapping[int, PackagedEntry], found: Findings
) -> tuple[TokenShown, ...]:
    """Step (11): the tokens there are, checked for their place but not for what they say."""
    named = _named(entries)
    heads = _anchored_heads(bag, record, found)
    tokens: list[TokenShown] = []
    for path, facts in sorted(bag.files.items()):
        match = _ANCHOR_FILE.fullmatch(path.removeprefix(ANCHORS)) if path.startswith(ANCHORS) else None
        if not match or match[2] == "checkpoint":
            continue
        size, response, is_token = int(match[1]), match[3], match[4] == "tsr"
        head = heads.get(size)
        if head is None:
            found.fail("anchor", path, "the checkpoint that it is about is not in the package, or not sound")
        elif (head, Digests(facts.sha256, facts.sha512) if is_token else facts.sha256) not in named:
            found.fail(
                "anchor", path, "no entry in the package, from that size on, names it with this size and root"
            )
        if path[:-1] + ("q" if is_token else "r") not in bag.files:
            found.fail("anchor", path, "a request and its response are kept together; one of them is missing")
        if is_token and facts.sha256 != response:
            found.fail("anchor", path, "a token is named by its digest")
        if is_token:
            query = bag.files.get(path[:-3] + "tsq")
            tokens.append(TokenShown(size, facts.sha256, query.sha256 if query else None))
        elif head is not None:
            _check_request(bag, path, f"{ANCHORS}{size}/checkpoint", found)
    return tuple(tokens)


def _check_request(bag: Bag, path: str, checkpoint: str, found: Findings) -> None:
    """anchor-2: the request is over exactly the bytes of the copy beside it."""
    try:
        wanted = Imprint(SHA512_OID, hashlib.sha512(bag.take(checkpoint, MAX_NOTE_BYTES)).digest())
        if parse_request(bag.take(path, MAX_REQUEST_BYTES)).imprint != wanted:
            raise Malformed("the request is not over the checkpoint beside it, or not by SHA-512")
    except Malformed as error:
        found.fail("anchor", path, error)


def _named(entries: Mapping[int, PackagedEntry]) -> set[tuple[Head, Digests | Sha256]]:
    """Tokens, by both digests, and requests that entries name, with the heads they are about."""
    named: set[tuple[Head, Digests | Sha256]] = set()
    for one in entries.values():
        if one.entry.kind == AnchorRecorded.KIND:
            anchor = AnchorRecorded.read(one.entry, {})  # step (5) has found it well formed
            if one.index >= anchor.head.size:
                named |= {(anchor.head, anchor.token), (anchor.head, anchor.query)}
    return named


def _anchored_heads(bag: Bag, record: PackageRecord, found: Findings) -> dict[int, Head]:
    heads: dict[int, Head] = {}
    key = NoteKey(record.origin, record.log_key)
    for path in bag.files:
        if not path.startswith(ANCHORS):
            continue
        match = _ANCHOR_FILE.fullmatch(path.removeprefix(ANCHORS))
        if not match:
            found.fail("anchor", path, "neither a checkpoint nor a request or response by its name")
        elif match[2] == "checkpoint":
            try:
                head = open_checkpoint(bag.take(path, MAX_NOTE_BYTES), key).head
                if head.size != int(match[1]):
                    raise Malformed("a checkpoint of another size than its folder says")
                heads[head.size] = head
            except Malformed as error:
                found.fail("anchor", path, error)
    return heads


def token_paths(token: TokenShown) -> tuple[str, str, str]:
    """Where checkpoint, request and response of a token lie in a package."""
    folder = f"{ANCHORS}{token.size}/"
    return f"{folder}checkpoint", f"{folder}{token.token}.tsq", f"{folder}{token.token}.tsr"
