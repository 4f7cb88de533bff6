"""`proof/package.json`: what a package claims to hold.

Source: spec/package.md package-3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from probanda.errors import Malformed
from probanda.model.body import Members
from probanda.model.digest import Digests, EntryId, sha256, sha512
from probanda.model.entry import Head
from probanda.proof import ed25519
from probanda.proof.encoding import Json, parse_canonical
from probanda.proof.statement import origin_name

FORMAT = "probanda-package/1"
MAX_RECORD_BYTES = 64 * 2**20  # 200,000 items; a larger package is split

_FORMAT_OF_ANY_VERSION = re.compile(r"probanda-package/[1-9][0-9]*")
_MEMBERS = {"format", "genesis", "origin", "log_key", "size", "root", "items", "entries", "made"}


class OtherVersion(Malformed):
    """A package of a version that this program does not know: nothing can be said about it."""


@dataclass(frozen=True, slots=True)
class PackagedItem:
    """An item with its length and the indices of its receptions."""

    digests: Digests
    size_bytes: int
    received: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PackageRecord:
    """The claims, parsed; none is checked against anything yet."""

    genesis: EntryId
    origin: str
    log_key: bytes
    head: Head
    items: tuple[PackagedItem, ...]
    entries: tuple[int, ...]
    made: int


def parse_package_record(untrusted: bytes) -> PackageRecord:
    """The claims in `proof/package.json`.

    Raises:
        Malformed: not canonical, or not complete.
        OtherVersion: a `format` of another version.
    """
    if not untrusted.endswith(b"\n"):
        raise Malformed("the line does not end")
    value = parse_canonical(untrusted[:-1])
    if not isinstance(value, dict):
        raise Malformed("not an object")
    members = Members(value)
    name = members.text("format")
    if name != FORMAT:
        if _FORMAT_OF_ANY_VERSION.fullmatch(name):
            raise OtherVersion(name)
        raise Malformed("not a package by its format")
    if set(value) != _MEMBERS:
        raise Malformed(f"it does not have exactly {', '.join(sorted(_MEMBERS))}")
    log_key = members.key("log_key")
    ed25519.public_key(log_key)
    items = tuple(map(_item, _list(value["items"])))
    if any(a.digests.sha256 >= b.digests.sha256 for a, b in pairwise(items)):
        raise Malformed("items are not sorted, or one is named twice")
    entries = tuple(map(_index, _list(value["entries"])))
    if any(a >= b for a, b in pairwise(entries)):
        raise Malformed("entries are not sorted, or one is named twice")
    size, made = members.number("size"), members.number("made")
    if entries and entries[-1] >= size:
        raise Malformed("it lists an entry beyond the size of the log")
    named = [index for item in items for index in item.received]
    if len(set(named)) != len(named):
        raise Malformed("one reception is named for two items")
    if not {made, *named} <= set(entries):
        raise Malformed("an entry that it names is not among its entries")
    return PackageRecord(
        genesis=members.entry_id("genesis"),
        origin=origin_name(value["origin"]),
        log_key=log_key,
        head=Head(size, bytes.fromhex(members.sha256("root"))),
        items=items,
        entries=entries,
        made=made,
    )


def _item(untrusted: Json) -> PackagedItem:
    if not isinstance(untrusted, dict) or set(untrusted) != {"sha256", "sha512", "size", "received"}:
        raise Malformed("an item does not have exactly sha256, sha512, size and received")
    received = tuple(map(_index, _list(untrusted["received"])))
    if any(a >= b for a, b in pairwise(received)):
        raise Malformed("receptions are not sorted, or one is named twice")
    digests = Digests(sha256(untrusted["sha256"]), sha512(untrusted["sha512"]))
    return PackagedItem(digests, Members(untrusted).number("size"), received)


def _list(untrusted: Json) -> list[Json]:
    if not isinstance(untrusted, list):
        raise Malformed("items, entries or received is not a list")
    return untrusted


def _index(untrusted: Json) -> int:
    if not isinstance(untrusted, int) or isinstance(untrusted, bool) or untrusted < 0:
        raise Malformed("an index is not a number from 0 on")
    return untrusted
