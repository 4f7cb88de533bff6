"""Step (11) of the package procedure: anchors are over earlier states of this log, and entries name them.

Source: spec/package.md package-16; spec/anchor.md.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from probanda.errors import Malformed
from probanda.model.digest import Digests, Sha256
from probanda.model.entry import Head
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.proof.bag import Bag
from probanda.proof.encoding import base64_bytes, base64_text
from probanda.proof.merkle import check_consistency
from probanda.proof.note import MAX_NOTE_BYTES, NoteKey, open_checkpoint
from probanda.proof.package_entries import PackagedEntry
from probanda.proof.package_record import PackageRecord
from probanda.proof.timestamp_fields import MAX_REQUEST_BYTES, SHA512_OID, Imprint, parse_request
from probanda.proof.verdict import Findings, TokenShown

ANCHORS = "proof/anchors/"
MAX_CONSISTENCY_BYTES = 64 * 45  # a line for each level of a tree of 2^64 entries

_FILE = re.compile(r"([1-9][0-9]{0,15})/(checkpoint|consistency|([0-9a-f]{64})\.(tsq|tsr))", re.ASCII)
_Named = set[tuple[Head, Digests | Sha256]]


def check_anchors(
    bag: Bag, record: PackageRecord, entries: Mapping[int, PackagedEntry], found: Findings
) -> tuple[TokenShown, ...]:
    """The tokens there are, checked for their place but not for what they say."""
    named = _named(entries)
    anchors: dict[int, list[re.Match[str]]] = defaultdict(list)
    for path in sorted(bag.files):
        if path.startswith(ANCHORS):
            match = _FILE.fullmatch(path, len(ANCHORS))
            if match:
                anchors[int(match[1])].append(match)
            else:
                found.fail("anchor", path, "no anchor has a file of this name")
    tokens: list[TokenShown] = []
    for size, files in sorted(anchors.items()):
        head = _anchored_head(bag, record, size, found)
        for match in files:
            if match[4] == "tsr":
                tokens.append(_check_token(bag, match, head, named, found))
            elif match[4] == "tsq":
                _check_request(bag, match, head, named, found)
    return tuple(tokens)


def encode_consistency(hashes: Sequence[bytes]) -> bytes:
    """The file that leads from an anchored checkpoint to the one of the package."""
    return "".join(base64_text(one) + "\n" for one in hashes).encode()


def parse_consistency(untrusted: bytes) -> list[bytes]:
    """The hashes of such a file.

    Raises:
        Malformed: it is not of lines of base64.
    """
    try:
        *lines, rest = untrusted.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("a consistency proof is not ASCII") from error
    if rest:
        raise Malformed("the last line of a consistency proof does not end")
    return [base64_bytes(line) for line in lines]


def token_paths(token: TokenShown) -> tuple[str, str, str]:
    """Where checkpoint, request and response of a token lie in a package."""
    folder = f"{ANCHORS}{token.size}/"
    return f"{folder}checkpoint", f"{folder}{token.token}.tsq", f"{folder}{token.token}.tsr"


def _anchored_head(bag: Bag, record: PackageRecord, size: int, found: Findings) -> Head | None:
    """What was anchored, as far as the log of the package has grown from it."""
    checkpoint, consistency = (f"{ANCHORS}{size}/{name}" for name in ("checkpoint", "consistency"))
    try:
        data = bag.take(checkpoint, MAX_NOTE_BYTES)
        head = open_checkpoint(data, NoteKey(record.origin, record.log_key)).head
        if head.size != size:
            raise Malformed("a checkpoint of another size than its folder says")
    except Malformed as error:
        found.fail("anchor", checkpoint, error)
        return None
    try:
        hashes = parse_consistency(bag.take(consistency, MAX_CONSISTENCY_BYTES))
        check_consistency(size, head.root, record.head.size, record.head.root, hashes)
    except Malformed as error:
        found.fail("anchor", consistency, error)
    return head


def _check_token(
    bag: Bag, match: re.Match[str], head: Head | None, named: _Named, found: Findings
) -> TokenShown:
    path, facts = match.string, bag.files[match.string]
    _check_named(path, head, Digests(facts.sha256, facts.sha512), named, found)
    if facts.sha256 != match[3]:
        found.fail("anchor", path, "a token is named by its digest")
    query = bag.files.get(path[:-1] + "q")
    if query is None:
        found.fail("anchor", path, "its request is missing")
    return TokenShown(int(match[1]), facts.sha256, query.sha256 if query else None)


def _check_request(bag: Bag, match: re.Match[str], head: Head | None, named: _Named, found: Findings) -> None:
    path, checkpoint = match.string, f"{ANCHORS}{match[1]}/checkpoint"
    _check_named(path, head, bag.files[path].sha256, named, found)
    if path[:-1] + "r" not in bag.files:
        found.fail("anchor", path, "the response to it is missing")
    if head is None:
        return
    try:  # anchor-2
        wanted = Imprint(SHA512_OID, hashlib.sha512(bag.take(checkpoint, MAX_NOTE_BYTES)).digest())
        if parse_request(bag.take(path, MAX_REQUEST_BYTES)).imprint != wanted:
            raise Malformed("the request is not over the checkpoint beside it, or not by SHA-512")
    except Malformed as error:
        found.fail("anchor", path, error)


def _check_named(
    path: str, head: Head | None, digest: Digests | Sha256, named: _Named, found: Findings
) -> None:
    if head is not None and (head, digest) not in named:
        found.fail("anchor", path, "no entry, from that size on, names it with this size and root")


def _named(entries: Mapping[int, PackagedEntry]) -> _Named:
    """Tokens, by both digests, and requests that entries name, with the heads they are about."""
    named: _Named = set()
    for one in entries.values():
        if one.entry.kind == AnchorRecorded.KIND:
            anchor = AnchorRecorded.read(one.entry, {})  # step (5) has found it well formed
            if one.index >= anchor.head.size:
                named |= {(anchor.head, anchor.token), (anchor.head, anchor.query)}
    return named
