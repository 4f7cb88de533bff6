#!/usr/bin/env python3
"""Check a Probanda package offline, with nothing but Python 3.11 or later and this one file.

    python3 -I verify.py PACKAGE [--genesis ID] [--json]

Use a copy of this file that did not come out of the package that you check. The procedure is that of
spec/package.md; each step is named by its number where the code does it.

 (1) Folder:       only regular files and folders; bagit.txt; the four manifests are well formed.
 (2) Manifests:    every listed file is there with these digests; every file is listed.
 (3) Description:  proof/package.json is canonical and complete.
 (4) Checkpoint:   the head of the log, signed by the log's key.
 (5) Entries:      each opening, its hidden fields, its statement, and its place in the log.
 (6) Genesis:      entry 0, which names the log and its first agent.
 (7) Signatures:   each entry is signed by a key that was alive, or sealed by an entry that is.
 (8) Items:        the files under data/ are exactly the items, and each was received.
 (9) Package:      the entry that records this package names these items and these manifests.
(10) Seen:         no entry claims to have seen a head from after itself.
(11) Anchors:      each time-stamp token is over an earlier state of this log, and an entry names it.

Three answers are given apart: integrity, identity, time. Only what this file checks itself counts as "holds".
Exit status: 0 integrity holds (and the genesis named by --genesis is this one), 3 it fails or the genesis is
another one, 4 undecided, 2 wrong use.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import shlex
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial, reduce
from hashlib import sha256, sha512
from itertools import accumulate
from typing import Any

# Limits on what a package may ask of this machine. Those marked "spec" are rules of the format.
MAX_OPENING_BYTES = 32 * 1024 * 1024  # spec entry-14
MAX_ENVELOPE_BYTES = 16 * 1024 * 1024  # spec entry-10
MAX_NOTE_BYTES = 64 * 1024  # spec log-4; a time-stamp request is some hundred bytes
MAX_NOTE_SIGNATURES = 64  # spec log-4
MAX_PATH_BYTES = 1024  # spec package-2
MAX_ORIGIN_BYTES = 200  # spec log-2
MAX_JSON_DEPTH = 32  # spec encoding-7
MAX_INTEGER = 2**53 - 1  # spec encoding-1
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 8 * 1024  # a checkpoint, and some 64 hashes in base64
MAX_LIST_BYTES = 64 * 1024 * 1024  # a manifest or description of some hundred thousand files
MAX_FILES = 4_000_000  # files of one package: beyond, the names alone fill the memory
READ_BYTES = 1024 * 1024  # one read of a file: payload files are never held whole

MANIFESTS = ("manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
# The start of a time-stamp request (RFC 3161 section 2.4.1) for a SHA-512 digest, which follows.
REQUEST = re.compile(
    rb"(?s)\x30(?:[\x00-\x7f]|\x81[\x80-\xff])\x02\x01\x01\x30(?:\x4f\x30\x0b|\x51\x30\x0d)"
    rb"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03(?:\x05\x00)?\x04\x40(.{64})"
)
PART = r"(?!\.\.?(?:/|$))[A-Za-z0-9._-]+"  # one part of a path: not . or ..
PAYLOAD_TYPE = b"application/vnd.probanda.entry+json"
SEALABLE = {"item-received", "item-examined", "access-logged"}

NOT_SHOWN = (
    "Who made the material, and whether it was staged or altered before it was received.",
    "Whether what the material seems to show is so.",
    "What was left out of the package, and that no revocation of a key was left out.",
    "That the log shown to somebody else is this log.",
    "That an agent's disclosed name is that agent's name, or that the agent alone held the key.",
    "That the instants stated in entries are right: they are those of the agents' own clocks.",
    "The time of any token: that needs a certificate that you got from the authority yourself.",
)


class Refused(Exception):
    """Bytes that are not as they must be: the name of the finding, and what it says."""


def need(fits: object, name: str, says: str) -> None:
    """Refuse unless `fits`."""
    if not fits:
        raise Refused(name, says)


Check = Callable[[Any], bool]  # whether a JSON value has a certain form


def matches(pattern: str) -> Check:
    """The check for a string of this form."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def array_of(check: Check) -> Check:
    """The check for an array of values of one form."""
    return lambda value: isinstance(value, list) and all(check(one) for one in value)


def has(value: Any, **members: Check) -> bool:
    """Whether this is an object with exactly these members, each of its form."""
    same = isinstance(value, dict) and value.keys() == members.keys()
    return same and all(check(value[name]) for name, check in members.items())


def is_count(value: Any) -> bool:
    """Whether this is an integer from 0 on."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER


def is_instant(value: Any) -> bool:
    """Whether this is an instant of encoding-6."""
    form = matches(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z")
    try:
        return form(value) and datetime.fromisoformat(value[:19] + "Z").year > 0
    except ValueError:
        return False


is_text, is_hex, is_long = matches("(?s:.*)"), matches("[0-9a-f]{64}"), matches("[0-9a-f]{128}")  # encoding-4
is_number, is_path = matches("0|[1-9][0-9]{0,15}"), matches(rf"(?=.{{1,{MAX_PATH_BYTES}}}$){PART}(/{PART})*")
is_payload_type = matches(re.escape(PAYLOAD_TYPE.decode()))
is_statement_type = matches(re.escape("https://in-toto.io/Statement/v1"))
is_origin, is_texts = matches(r"[^\s+\x00-\x1f\x7f-\x9f]{1,200}"), array_of(is_text)  # log-2


def is_rising(values: Any) -> bool:
    """Whether the values are sorted and none stands twice."""
    return bool(values == sorted(set(values)))


def unbase64(text: str, name: str, *, url: bool = False) -> bytes:
    """The bytes of a base64 text, which must be the one that an encoder gives (encoding-5)."""
    alphabet, padded = (b"-_", text + "=" * (-len(text) % 4)) if url else (b"+/", text)
    try:
        data = base64.b64decode(padded, alphabet, validate=True)
    except ValueError:
        data = b""
    same = base64.b64encode(data, alphabet).decode() == padded and not (url and "=" in text)
    need(same, name, "A text is not base64 as an encoder writes it.")
    return data


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value that `parse_json` gave (encoding-1)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def is_within(value: Any, depth: int = 0) -> bool:
    """Whether integers, keys and nesting are as encoding-1 and encoding-7 allow."""
    if isinstance(value, dict):
        value = [*value.values()] if all(key.isascii() for key in value) else [MAX_INTEGER + 1]
    if isinstance(value, list):
        return depth < MAX_JSON_DEPTH and all(is_within(one, depth + 1) for one in value)
    return not isinstance(value, int) or abs(value) <= MAX_INTEGER


def parse_json(data: bytes, name: str, end: bytes = b"") -> Any:
    """The value of a canonical JSON text, or with `end` a line feed of a line (encoding-1, 2, 7, 8)."""
    try:  # `int` refuses fractions, exponents, NaN, Infinity, and numbers of thousands of digits
        value = json.loads(data.decode(), parse_float=int, parse_constant=int)
        same = is_within(value) and canonical(value) + end == data
    except (ValueError, RecursionError, MemoryError):  # also bad UTF-8 and lone surrogates
        value, same = None, False
    need(same, name, "The text is not canonical JSON of the kind that encoding-1 allows.")
    return value


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def added(one: Point, other: Point) -> Point:
    """The sum of two points (RFC 8032 section 5.1.4); the formula is complete, so it also doubles."""
    (x, y, z, t), (u, v, w, s) = one, other
    a, b, c, d = (y - x) * (v - u) % P, (y + x) * (v + u) % P, 2 * D * t * s % P, 2 * z * w % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def doubles(point: Point) -> list[Point]:
    """1, 2, 4, 8, ... times the point: one for each bit of a factor."""
    return [*accumulate(range(252), lambda step, _: added(step, step), initial=point)]


def decoded(data: bytes) -> Point | None:
    """The point with this encoding, or None where it is none or not the canonical one."""
    value = int.from_bytes(data, "little")
    sign, y = value >> 255, value & (2**255 - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (v * x * x - u) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


@lru_cache(maxsize=64)  # of about 80 KB each; a package rarely has more agents
def key_steps(key: bytes) -> list[Point] | None:
    """The doubles of the negated key, or None where the key must be refused."""
    point = decoded(key) if len(key) == 32 else None
    if point is None:
        return None
    x, y, z, t = point
    steps = doubles((P - x, y, z, P - t))
    x, y, z, _ = steps[3]  # eight times: neutral for a key of small order, one signature of which fits many
    return None if x == 0 and y == z else steps


BASE = doubles(decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or NEUTRAL)  # y of the base is 4/5


def signature_fits(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether [S]B = R + [k]A, without cofactor, S below the group order, all points canonical (entry-11)."""
    steps = key_steps(key)
    commitment, s = signature[:32], int.from_bytes(signature[32:], "little")
    if steps is None or len(signature) != 64 or s >= L:
        return False
    k = int.from_bytes(sha512(commitment + key + message).digest(), "little") % L
    parts = [multiple for at, multiple in enumerate(BASE) if s >> at & 1]
    parts += [multiple for at, multiple in enumerate(steps) if k >> at & 1]
    x, y, z, _ = reduce(added, parts, NEUTRAL)
    inverse = pow(z, -1, P)
    # The result is compared as bytes, so an R that is not canonical, or no point at all, never fits.
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little") == commitment


def node(left: bytes, right: bytes) -> bytes:
    """The hash above two hashes (log-1)."""
    return sha256(b"\x01" + left + right).digest()


def following(hashes: Iterator[bytes], name: str) -> bytes:
    """The next hash of a proof."""
    one = next(hashes, b"")
    need(len(one) == 32, name, "The proof is too short, or has a hash that is not 32 bytes.")
    return one


def check_inclusion(leaf_hash: bytes, index: int, size: int, root: bytes, proof: list[bytes]) -> None:
    """Refuse a proof that does not lead from the leaf hash at `index` to the root (log-8)."""
    need(0 <= index < size, "E-PROOF", "The index lies beyond the tree.")
    need(len(leaf_hash) == len(root) == 32, "E-PROOF", "A hash is not 32 bytes.")
    here, last, running, hashes = index, size - 1, leaf_hash, iter(proof)
    while last:
        if here & 1 or here < last:
            other = following(hashes, "E-PROOF")
            running = node(other, running) if here & 1 else node(running, other)
        here, last = here >> 1, last >> 1
    need(next(hashes, None) is None, "E-PROOF", "The proof is too long.")
    need(running == root, "E-PROOF", "The proof does not lead to the root of the checkpoint.")


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> None:
    """Refuse a proof that does not show that the larger tree begins with the smaller one (log-8)."""
    name, hashes = "E-ANCHOR", iter(proof)

    def roots(old: int, size: int, known: bytes) -> tuple[bytes, bytes]:
        """What a subtree was at the old size, and what it is; `known` if the old tree lies in it whole."""
        if old == size:
            here = known or following(hashes, name)
            return here, here
        split = 1 << (size - 1).bit_length() - 1
        before, after = roots(old, split, known) if old <= split else roots(old - split, size - split, b"")
        other = following(hashes, name)
        return (before, node(after, other)) if old <= split else (node(other, before), node(other, after))

    need(0 <= old <= size, name, "The old tree is larger than the new one.")
    need(len(old_root) == len(root) == 32, name, "A root is not 32 bytes.")
    found = roots(old, size, old_root) if old else (sha256().digest(), root if size else sha256().digest())
    need(next(hashes, None) is None, name, "The proof is too long.")
    need(found == (old_root, root), name, "The proof does not lead from one root to the other.")


def open_note(data: bytes, signer: str, key: bytes, name: str) -> str:
    """The text of a note that this key signed under this name (log-3, log-4)."""
    good = False
    body, gap, tail = data.decode("utf-8", "replace").rpartition("\n\n")
    lines, text = tail.split("\n"), body + "\n"
    well = len(data) <= MAX_NOTE_BYTES and gap and lines.pop() == "" and len(lines) <= MAX_NOTE_SIGNATURES
    plain = data == (body + gap + tail).encode() and not re.search(r"[\x00-\x09\x0b-\x1f]", body + tail)
    need(well and plain, name, "The note does not have the form of log-4.")
    key_id = sha256(signer.encode() + b"\n\x01" + key).digest()[:4]
    for line in lines:
        match = re.fullmatch("\u2014 ([^\\s+]+) (\\S+)", line)
        blob = unbase64(match[2], name) if match else b""
        need(len(blob) >= 5, name, "A signature line is malformed.")
        if match and match[1] == signer and blob[:4] == key_id:
            good = signature_fits(key, text.encode(), blob[4:])
            need(good, name, "The signature of the log's key does not fit.")
    need(good, name, "The log's key did not sign this note.")
    return text


def read_checkpoint(data: bytes, origin: str, key: bytes, name: str = "E-CHECKPOINT") -> tuple[int, bytes]:
    """Size and root of a checkpoint of this log (log-3)."""
    lines = open_note(data, origin, key, name).split("\n")
    well = len(lines) == 4 and lines[0] == origin and is_number(lines[1]) and is_count(int(lines[1]))
    root = unbase64(lines[2], name) if well else b""
    need(len(root) == 32, name, "The checkpoint is not the log's origin, a size and a root.")
    return int(lines[1]), root


def read_proof(data: bytes) -> tuple[int, list[bytes], bytes]:
    """Index, hashes and checkpoint of a proof file without an `extra` line (log-9, package-4)."""
    head, gap, checkpoint = data.partition(b"\n\n")
    first, _, rest = head.decode("utf-8", "replace").partition("\n")
    index, *hashes = rest.split("\n")
    well = first == "c2sp.org/tlog-proof@v1" and gap and index[:6] == "index " and is_number(index[6:])
    need(well, "E-PROOF", "The proof file does not have the form of log-9, or has an extra line.")
    return int(index[6:]), [unbase64(one, "E-PROOF") for one in hashes], checkpoint


@dataclass(slots=True)
class Entry:
    """What is kept of an entry after it was read."""

    path: str
    id: str
    kind: str
    agent: str
    enrolled: str | None
    enrols: str  # the key that it enrols, or nothing
    subject: list[tuple[str, str]]  # SHA-256, SHA-512
    body: dict[str, Any]
    shown: dict[str, Any]  # the disclosed fields
    seen: dict[str, Any]
    index: int = 0
    signed: bool = False
    signers: set[str] = field(default_factory=set)  # whose signatures fit
    sealed: bool = False  # whether a seal lists this entry


def read_envelope(value: Any) -> tuple[bytes, dict[str, bytes]]:
    """Payload and signatures of an envelope (entry-10)."""
    name, signatures = "E-OPENING", array_of(partial(has, keyid=is_hex, sig=is_text))
    well = has(value, payload=is_text, payloadType=is_payload_type, signatures=signatures)
    need(well, name, "The envelope does not have the form of entry-10.")
    need(len(canonical(value)) <= MAX_ENVELOPE_BYTES, name, "The envelope is larger than 16 MiB.")
    need(is_rising([one["keyid"] for one in value["signatures"]]), name, "The key ids do not rise.")
    found = {one["keyid"]: unbase64(one["sig"], name) for one in value["signatures"]}
    need(all(len(one) == 64 for one in found.values()), name, "A signature is not 64 bytes.")
    return unbase64(value["payload"], name), found


def read_opening(data: bytes) -> tuple[bytes, bytes, bytes, dict[str, bytes], list[str]]:
    """Salt, envelope, payload, signatures by key id, and disclosures of an opening (entry-14)."""
    value = parse_json(data, "E-OPENING", b"\n")
    well = has(value, disclosures=is_texts, envelope=bool, salt=is_hex) and is_rising(value["disclosures"])
    need(well, "E-OPENING", "The opening does not have the form of entry-14.")
    salt, envelope = bytes.fromhex(value["salt"]), canonical(value["envelope"])
    return salt, envelope, *read_envelope(value["envelope"]), value["disclosures"]


def leaf(salt: bytes, envelope: bytes) -> bytes:
    """The 97 bytes that the log holds of an entry (entry-12)."""
    covered = b"probanda:leaf:1\x00" + salt + len(envelope).to_bytes(8, "big") + envelope
    return b"\x01" + sha256(covered).digest() + sha512(covered).digest()


def read_disclosures(body: dict[str, Any], disclosures: list[str]) -> dict[str, Any]:
    """Name and value of each disclosed field (entry-6, entry-7)."""
    name, hidden, shown = "E-DISCLOSURE", body.get("_sd", []), dict[str, Any]()
    need(is_texts(hidden) and is_rising(hidden), name, "The digests of hidden fields do not rise.")
    known = {unbase64(one, name, url=True) for one in hidden}
    need({len(one) for one in known} <= {32}, name, "A digest of a hidden field is not 32 bytes.")
    for text in disclosures:
        value = parse_json(unbase64(text, name, url=True), name)
        well = isinstance(value, list) and len(value) == 3 and is_texts(value[:2])
        salt, label, content = value if well else ("", "", None)
        well = well and len(unbase64(salt, name, url=True)) >= 16 and label.isascii()
        well = well and label not in ("", "_sd", "...")
        need(well, name, "A disclosure does not have the form of entry-6.")
        need(sha256(text.encode()).digest() in known, name, "A disclosure belongs to no hidden field here.")
        need(label not in shown and label not in body, name, "Two fields have one name.")
        shown[label] = content
    return shown


FORMS: dict[str, Check] = {"hex": is_hex, "text": is_text, "texts": is_texts, "count": is_count}
FORMS |= {"rfc3161": matches("rfc3161"), "base": matches("probanda-base/1")}
FORMS |= {"set": lambda value: is_texts(value) and is_rising(value)}
FORMS |= {"leaves": lambda value: array_of(is_hex)(value) and len(value) > 0}
# The clear fields of each kind and their forms (spec/kinds.md); those marked ? may be absent.
KINDS = {
    "genesis": "format:base log_key:hex agent_key:hex policy:hex roles:texts",
    "agent-enrolled": "key:hex roles:texts",
    "role-granted": "key:hex roles:texts",
    "agent-revoked": "key:hex",
    "matter-opened": "nonce:hex",
    "item-received": "container?:hex labels?:set confidentiality?:text matter:hex media_type:text size:count",
    "labelled": "add:texts remove:texts confidentiality?:text",
    "acts-sealed": "leaves:leaves",
    "anchor-recorded": "size:count root:hex token:hex query:hex type:rfc3161",
    "package-made": "manifest:hex manifest_sha512:hex",
}


def pair(data: bytes) -> tuple[str, str]:
    """Both digests of some bytes."""
    return sha256(data).hexdigest(), sha512(data).hexdigest()


def key_id(key: str) -> str:
    """The SHA-256 of a raw public key, by which agents are named."""
    return pair(bytes.fromhex(key))[0]


def read_statement(path: str, leaf_id: str, payload: bytes, disclosures: list[str], origin: str) -> Entry:
    """The entry that the payload states (entry-1 to entry-4)."""
    name, value = "E-STATEMENT", parse_json(payload, "E-STATEMENT")
    digests = partial(has, digest=partial(has, sha256=is_hex, sha512=is_long))
    kinds = matches("urn:x-probanda:entry:[a-z0-9-]+:1")
    members = {"_type": is_statement_type, "predicate": bool, "predicateType": kinds}
    well = has(value, subject=array_of(digests), **members) and isinstance(value["predicate"], dict)
    need(well, name, "The statement does not have the form of entry-1 to entry-3.")
    stated, kind = value["predicate"], value["predicateType"].split(":")[3]
    agent, body, enrolled = stated.get("agent"), stated.get("body"), stated.get("enrolled", "")
    well = has(stated.get("seen"), root=is_hex, size=is_count) and is_instant(stated.get("stated"))
    well = well and is_hex(agent) and isinstance(body, dict) and is_text(stated.get("origin"))
    well = well and (enrolled is None if kind == "genesis" else is_hex(enrolled))
    need(well, name, "A member of the predicate is absent or malformed.")
    need(stated["origin"] == origin, "E-ORIGIN", "The entry was made for another log.")
    subject = [(one["digest"]["sha256"], one["digest"]["sha512"]) for one in value["subject"]]
    check_kind(kind, body, subject)
    key = body.get({"genesis": "agent_key", "agent-enrolled": "key"}.get(kind, ""))
    shown = read_disclosures(body, disclosures)
    return Entry(path, leaf_id, kind, agent, enrolled, key or "", subject, body, shown, stated["seen"])


def check_kind(kind: str, body: dict[str, Any], subject: list[tuple[str, str]]) -> None:
    """Refuse clear fields or subjects that a known kind does not have (spec/kinds.md, entry-3)."""
    for clear in KINDS.get(kind, "").split():
        label, form = clear.split(":")
        wanted = label.rstrip("?")
        well = FORMS[form](body[wanted]) if wanted in body else wanted != label
        need(well, "E-STATEMENT", f"The field {wanted} is absent or malformed.")
    expected = subject if len(subject) == 1 else [("", "")]
    if kind in ("genesis", "agent-enrolled", "role-granted", "agent-revoked"):
        keys = ("log_key", "agent_key") if kind == "genesis" else ("key",)
        expected = [pair(bytes.fromhex(body[one])) for one in keys]
    elif kind == "matter-opened":
        expected = [pair(canonical({key: value for key, value in body.items() if key != "_sd"}))]
    elif kind == "acts-sealed":
        expected = [pair(canonical(body["leaves"]))]
    elif kind == "anchor-recorded":
        expected = [one for one in expected if one[0] == body["token"]]
    elif kind == "package-made" or kind not in KINDS:
        expected = subject
    need(subject == expected, "E-STATEMENT", "The subject is not what an entry of its kind is about.")


def read_manifest(data: bytes, is_digest: Check, prefix: str) -> dict[str, str]:
    """Path and digest of each line of a manifest (package-2)."""
    lines, listed, before = data.decode("utf-8", "replace").split("\n"), dict[str, str](), ""
    need(lines.pop() == "", "E-MANIFEST", "The last line has no line feed.")
    for at, line in enumerate(lines, 1):
        digest, _, path = line.partition("  ")
        placed = path > before and path.startswith("data/") == bool(prefix) and path not in MANIFESTS[2:]
        well = is_digest(digest) and is_path(path) and placed
        need(well, "E-MANIFEST", f"Line {at} does not have the form or the place of package-2.")
        listed[path], before = digest, path
    return listed


def read_description(data: bytes) -> dict[str, Any]:
    """The description of the package (package-3)."""
    name, value = "E-DESCRIPTION", parse_json(data, "E-DESCRIPTION", b"\n")
    form = value.get("format") if isinstance(value, dict) else None
    if matches("probanda-package/([2-9]|[1-9][0-9]{1,8})")(form):
        raise Refused("U-VERSION", "This checker does not know this later version.")
    item = partial(has, received=array_of(is_count), sha256=is_hex, sha512=is_long, size=is_count)
    members = {"genesis": is_hex, "origin": is_origin, "log_key": is_hex, "root": is_hex, "size": is_count}
    members |= {"items": array_of(item), "entries": array_of(is_count), "made": is_count}
    well = has(value, format=matches("probanda-package/1"), **members)
    well = well and len(value["origin"].encode()) <= MAX_ORIGIN_BYTES
    need(well, name, "The description does not have exactly the members of package-3.")
    entries, items, size = value["entries"], value["items"], value["size"]
    sorted_all = [entries, [one["sha256"] for one in items], *(one["received"] for one in items)]
    need(all(is_rising(one) for one in sorted_all), name, "A list is not sorted, or has something twice.")
    received = [index for one in items for index in one["received"]]
    need(len(set(received)) == len(received), name, "One reception stands at two items.")
    named = {value["made"], *received} <= set(entries) and max(entries) < size
    need(named, name, "The description names an entry that it does not list, or that is not below the size.")
    return dict(value)


@dataclass
class Checker:
    """One check of one package; `findings` fills as the steps run."""

    root: str
    findings: list[dict[str, str]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    digests: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # SHA-256, SHA-512, size in bytes
    package: dict[str, Any] = field(default_factory=dict)
    items: dict[int, dict[str, Any]] = field(default_factory=dict)  # by the index of a reception
    entries: dict[int, Entry] = field(default_factory=dict)
    by_id: dict[str, Entry] = field(default_factory=dict)
    keys: dict[str, Entry] = field(default_factory=dict)  # by key id: the first entry that enrolled it
    revoked: dict[str, int] = field(default_factory=dict)  # by key id: the index of the first revocation
    awaited: list[tuple[Entry, str]] = field(default_factory=list)  # an id that no entry before it bears
    tokens: list[dict[str, Any]] = field(default_factory=list)
    checkpoint: bytes = b""

    def find(self, name: str, where: str, says: str) -> None:
        """Note a finding; those named U- only leave integrity undecided."""
        effect = "undecided" if name.startswith("U-") else "fails"
        self.findings.append({"name": name, "where": where, "says": says, "effect": effect})

    def expect(self, fits: object, name: str, where: str, says: str) -> None:
        """Note a finding unless `fits`."""
        if not fits:
            self.find(name, where, says)

    def guard(self, step: Callable[[str], None], where: str) -> None:
        """Run a step on one file or folder, and note what it refuses."""
        try:
            step(where)
        except Refused as error:
            self.find(error.args[0], where, error.args[1])

    def run(self) -> None:
        """All steps, in order."""
        self.scan()
        for path in sorted(self.files):
            self.guard(self.digest, path)
        self.check_manifests()
        self.guard(self.check_description, "proof/package.json")
        if self.package:
            self.guard(self.check_checkpoint, "proof/checkpoint")
            for step in (self.check_entries, self.check_genesis, self.check_awaited):
                step()
            for step in (self.check_items, self.check_made, self.check_anchors):
                step()

    def scan(self) -> None:  # (1)
        """Find all files; only regular files and folders with plain names may lie in a package."""
        folders, names = [""], set[str]()
        while folders:
            below = folders.pop()
            try:
                with os.scandir(os.fsencode(f"{self.root}/{below}")) as found:
                    entries = sorted(found, key=lambda one: one.name)
            except OSError as error:
                self.find("U-UNREADABLE", below or ".", f"The folder cannot be read: {error.strerror}.")
                continue
            for entry in entries:
                path = below + entry.name.decode("ascii", "backslashreplace")
                if len(names) >= MAX_FILES:
                    self.find("U-LIMIT", path, "There are more files than this checker takes.")
                    return
                well = is_path(path) and path.lower() not in names
                names.add(path.lower())
                if well and entry.is_dir(follow_symlinks=False):
                    folders.append(path + "/")
                elif well and entry.is_file(follow_symlinks=False):
                    self.files.add(path)
                else:
                    self.find("E-FOLDER", path, "It is no plain file or folder, or its name is not plain.")

    def blocks(self, path: str) -> Iterator[bytes]:
        """The content of a file, piece by piece; links and devices are refused."""
        try:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            with open(os.open(f"{self.root}/{path}", flags), "rb", buffering=0) as file:  # noqa: PTH123
                while block := file.read(READ_BYTES):
                    yield block
        except OSError as error:
            raise Refused("U-UNREADABLE", f"The file cannot be read: {error.strerror}.") from None

    def read(self, path: str, limit: int, name: str) -> bytes:
        """A whole file of at most `limit` bytes."""
        need(path in self.files, name, "The file is absent.")
        content = bytearray()
        for block in self.blocks(path):
            content += block
            need(len(content) <= limit, name, "The file is larger than a file of its kind may be.")
        return bytes(content)

    def digest(self, path: str) -> None:  # (2)
        """Both digests and the size of a file."""
        short, long, size = sha256(), sha512(), 0
        for block in self.blocks(path):
            short.update(block)
            long.update(block)
            size += len(block)
        self.digests[path] = short.hexdigest(), long.hexdigest(), size

    def check_manifests(self) -> None:  # (1) (2)
        """This is a bag, and its manifests and files agree."""
        bagit = sha256(BAGIT).hexdigest() == self.digests.get("bagit.txt", [""])[0]
        self.expect(bagit, "E-BAGIT", "bagit.txt", "It is absent, or not exactly the lines of package-1.")
        self.expect("fetch.txt" not in self.files, "E-BAGIT", "fetch.txt", "No part may be elsewhere.")
        for manifest in MANIFESTS:
            self.guard(self.check_manifest, manifest)

    def check_manifest(self, manifest: str) -> None:  # (1) (2)
        """One manifest lists exactly its files, with their digests."""
        which, prefix = int("512" in manifest), "" if manifest.startswith("tag") else "data/"
        data = self.read(manifest, MAX_LIST_BYTES, "E-MANIFEST")
        listed = read_manifest(data, (is_hex, is_long)[which], prefix)
        for path, digest in listed.items():
            self.expect(path in self.files, "E-ABSENT", path, f"{manifest} lists it.")
            same = path not in self.digests or self.digests[path][which] == digest
            self.expect(same, "E-DIGEST", path, f"{manifest} gives another digest.")
        for path in sorted(self.files - listed.keys() - set(MANIFESTS[2:])):
            if path.startswith("data/") == bool(prefix):
                self.find("E-UNLISTED", path, f"{manifest} does not list it.")

    def check_description(self, path: str) -> None:  # (3)
        """What the package says that it is."""
        self.package = read_description(self.read(path, MAX_LIST_BYTES, "E-DESCRIPTION"))
        self.origin, self.log_key = self.package["origin"], bytes.fromhex(self.package["log_key"])
        self.head = self.package["size"], bytes.fromhex(self.package["root"])
        self.items = {index: item for item in self.package["items"] for index in item["received"]}

    def check_checkpoint(self, path: str) -> None:  # (4)
        """The head of the log is the one that the description names, signed by the log's key."""
        self.checkpoint = self.read(path, MAX_NOTE_BYTES, "E-CHECKPOINT")
        head, described = read_checkpoint(self.checkpoint, self.origin, self.log_key), self.head
        need(head == described, "E-CHECKPOINT", "The size or root is not that of the description.")

    def check_entries(self) -> None:  # (5)
        """Each entry that the description lists, in the order of the log."""
        ends, self.envelopes = ("json", "tlog-proof"), set[bytes]()
        listed = {f"proof/entries/{index}.{end}" for index in self.package["entries"] for end in ends}
        for path in sorted(self.files - listed):
            if path.startswith("proof/entries/"):
                self.find("E-ENTRIES", path, "The description lists no such entry.")
        for path in sorted(listed - self.files):
            self.find("U-ENTRY-ABSENT", path, "The description lists this entry.")
        for index in self.package["entries"]:
            path = f"proof/entries/{index}.json"
            if path in self.files:
                self.guard(partial(self.check_entry, index), path)

    def check_entry(self, index: int, path: str) -> None:  # (5)
        """One entry: its opening, its place in the log, its statement, and what that rests on."""
        data = self.read(path, MAX_OPENING_BYTES, "E-OPENING")
        salt, envelope, payload, signatures, disclosures = read_opening(data)
        digest = sha256(envelope).digest()
        self.expect(digest not in self.envelopes, "E-REPEATED", path, "The log holds this envelope twice.")
        self.envelopes.add(digest)
        leaf_hash = sha256(b"\x00" + leaf(salt, envelope)).digest()
        proof = f"proof/entries/{index}.tlog-proof"
        if proof in self.files:
            self.guard(partial(self.check_proof, index, leaf_hash), proof)
        entry = read_statement(path, leaf_hash.hex(), payload, disclosures, self.origin)
        entry.index, entry.signed = index, bool(signatures)
        size, root = entry.seen["size"], entry.seen["root"]
        known = size <= index and (size > 0 or root == sha256().hexdigest())  # (10)
        self.expect(known, "E-SEEN", path, "It names a head that was not there before it.")
        self.take(entry, payload, signatures)

    def check_proof(self, index: int, leaf_hash: bytes, path: str) -> None:  # (5)
        """The proof leads from this entry at this index to the checkpoint of the package."""
        stated, hashes, checkpoint = read_proof(self.read(path, MAX_PROOF_BYTES, "E-PROOF"))
        same = stated == index and checkpoint == self.checkpoint
        need(same, "E-PROOF", "It is for another index or another checkpoint.")
        check_inclusion(leaf_hash, index, *self.head, hashes)

    def take(self, entry: Entry, payload: bytes, signatures: dict[str, bytes]) -> None:  # (7) (8)
        """Check what an entry rests on, and keep what later entries rest on."""
        if entry.index == 0 and entry.enrols:
            self.keys[key_id(entry.enrols)] = entry  # the genesis is signed by the key that it enrols
        if entry.enrolled in self.by_id:
            same = key_id(self.by_id[entry.enrolled].enrols) == entry.agent
            self.expect(same, "E-KEY", entry.path, "The entry that it names did not enrol this agent.")
        elif entry.enrolled is not None:
            self.awaited.append((entry, entry.enrolled))
        self.check_signatures(entry, payload, signatures)
        if entry.enrols:
            self.keys.setdefault(key_id(entry.enrols), entry)
        if entry.kind == "agent-revoked":
            self.revoked.setdefault(key_id(entry.body["key"]), entry.index)
        if entry.kind == "acts-sealed":
            self.check_seal(entry, entry.body["leaves"])
        if entry.index in self.items:
            item = self.items[entry.index]
            same = entry.kind == "item-received" and entry.body["size"] == item["size"]
            same = same and entry.subject == [(item["sha256"], item["sha512"])]
            self.expect(same, "E-ITEM", entry.path, f"It did not receive the item {item['sha256']}.")
        if entry.kind in ("acts-sealed", "item-received"):
            entry.body = {}  # the long ones; nothing later asks for them
        self.entries[entry.index] = self.by_id[entry.id] = entry

    def check_signatures(self, entry: Entry, payload: bytes, signatures: dict[str, bytes]) -> None:  # (7)
        """Each signature fits, under a key that is alive at this index."""
        where, signed = entry.path, entry.agent in signatures
        message = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE, len(payload), payload)
        unsigned = not signatures and entry.kind in SEALABLE
        self.expect(signed or unsigned, "E-SIGNATURE", where, "Its agent did not sign it.")
        for keyid, signature in signatures.items():
            alive = self.revoked.get(keyid, entry.index) >= entry.index
            self.expect(alive, "E-KEY", where, "A key signed after it was revoked.")
            if entry.index == 0 and entry.kind == "genesis" and keyid == key_id(entry.body["log_key"]):
                key = entry.body["log_key"]
            elif keyid in self.keys:
                key = self.keys[keyid].enrols
            else:
                self.awaited.append((entry, keyid))
                continue
            if signature_fits(bytes.fromhex(key), message, signature):
                entry.signers.add(keyid)
            else:
                self.find("E-SIGNATURE", where, f"The signature by the key {keyid} does not fit.")

    def check_seal(self, seal: Entry, leaves: list[str]) -> None:  # (7)
        """The seal lists the entries right before it, unsigned ones of the same agent."""
        first = seal.index - len(leaves)
        self.expect(first >= 0, "E-SEAL", seal.path, "It lists more entries than there are before it.")
        for index, listed in enumerate(leaves, first):
            entry = self.entries.get(index)
            if entry is not None:
                entry.sealed = True
                same = (entry.id, entry.agent, entry.enrolled) == (listed, seal.agent, seal.enrolled)
                says = f"Entry {seal.index} seals this place, and does not list this entry of this agent."
                self.expect(same and not entry.signed, "E-SEAL", entry.path, says)

    def check_awaited(self) -> None:  # (7)
        """What no earlier entry bore out: does it come too late, or is it absent?"""
        for entry, wanted in self.awaited:
            if wanted in self.by_id or wanted in self.keys:
                self.find("E-KEY", entry.path, "A key was used before the entry that enrolled it.")
            else:
                self.find("U-ENROLMENT-ABSENT", entry.path, "Who enrolled a key of it is not in the package.")
        for entry in self.entries.values():
            if not entry.signed and entry.kind in SEALABLE and not entry.sealed:
                self.find("U-SEAL-ABSENT", entry.path, "Its seal is not in the package.")

    def check_genesis(self) -> None:  # (6)
        """Entry 0 founds this log, and both its keys signed."""
        where, genesis = "proof/entries/0.json", self.entries.get(0)
        if where not in self.files or 0 not in self.package["entries"]:
            self.find("U-GENESIS-ABSENT", where, "The genesis is not in the package.")
        for entry in self.entries.values():
            right = (entry.kind == "genesis") == (entry.index == 0)
            self.expect(right, "E-GENESIS", entry.path, "Entry 0, and no other, founds a log.")
        if genesis is None or genesis.kind != "genesis":
            return
        keys = [genesis.body["log_key"], genesis.body["agent_key"]]
        same = genesis.id == self.package["genesis"] and keys[0] == self.package["log_key"]
        self.expect(same, "E-GENESIS", where, "Its id or log key is not that of the description.")
        own = keys[0] != keys[1] and genesis.agent == key_id(genesis.enrols)
        self.expect(own, "E-GENESIS", where, "Its agent is not the one it names, or has the log's key.")
        both = {key_id(key) for key in keys} <= genesis.signers
        self.expect(both, "E-GENESIS", where, "The log key or the first agent did not sign it.")

    def check_items(self) -> None:  # (8)
        """The files under data/ are exactly the items."""
        expected = {f"data/{item['sha256']}": item for item in self.package["items"]}
        for path in sorted(self.files - expected.keys()):
            if path.startswith("data/"):
                self.find("E-ITEM", path, "The description lists no such item.")
        for path, item in expected.items():
            self.expect(path in self.files, "E-ITEM", path, "The item is absent.")
            stated = (item["sha256"], item["sha512"], item["size"])
            same = self.digests.get(path, stated) == stated
            self.expect(same, "E-ITEM", path, "The bytes do not have the digests and size of the item.")
            self.expect(item["received"], "E-ITEM", path, "No entry received this item.")

    def check_made(self) -> None:  # (9)
        """The entry that records the package is about these items and these manifests."""
        made = self.entries.get(self.package["made"])
        if made is None or made.kind != "package-made":
            self.expect(made is None, "E-MADE", "proof/package.json", "The entry does not record a package.")
            return  # that an entry is absent, step (5) says
        items = [(item["sha256"], item["sha512"]) for item in self.package["items"]]
        self.expect(sorted(made.subject) == items, "E-MADE", made.path, "It names other items.")
        for manifest, member in zip(MANIFESTS[:2], ("manifest", "manifest_sha512"), strict=True):
            same = self.digests.get(manifest, [made.body[member]])[0] == made.body[member]
            self.expect(same, "E-MADE", made.path, f"It names another {manifest}.")

    def check_anchors(self) -> None:  # (11)
        """Each token is over an earlier state of this log, and an entry names it."""
        for below in sorted({path[: path.rfind("/") + 1] for path in self.files}):
            if below.startswith("proof/anchors/"):
                self.guard(self.check_anchor, below)

    def check_grown(self, size: int, root: bytes, path: str) -> None:  # (11)
        """The log of the package is the one that was anchored, grown since."""
        lines = self.read(path, MAX_PROOF_BYTES, "E-ANCHOR").decode("utf-8", "replace").split("\n")
        need(lines.pop() == "", "E-ANCHOR", "The last line has no line feed.")
        hashes = [unbase64(one, "E-ANCHOR") for one in lines]
        check_consistency(size, root, *self.head, hashes)

    def check_anchor(self, below: str) -> None:  # (11)
        """One anchored checkpoint: it is of this log, which went on from there; and its tokens."""
        name, paths = "E-ANCHOR", sorted(path for path in self.files if path.startswith(below))
        stems = [path[:-4] for path in paths if path.endswith(".tsr")]
        right = {below + "checkpoint", below + "consistency", *(stem + ".tsq" for stem in stems)}
        for path in paths:
            well = path in right or path.endswith(".tsr")
            self.expect(well, name, path, "No anchor has a file of this name.")
        checkpoint = self.read(below + "checkpoint", MAX_NOTE_BYTES, name)
        size, root = read_checkpoint(checkpoint, self.origin, self.log_key, name)
        same = size > 0 and below == f"proof/anchors/{size}/"
        need(same, name, "The checkpoint has another size than its folder, or is of an empty log.")
        self.guard(partial(self.check_grown, size, root), below + "consistency")
        records = [one for one in self.entries.values() if one.kind == "anchor-recorded"]
        for stem in stems:
            token, query, reply = stem.removeprefix(below), stem + ".tsq", stem + ".tsr"
            need(query in self.digests and reply in self.digests, name, "A request or response is absent.")
            request = REQUEST.match(self.read(query, MAX_NOTE_BYTES, name))
            over = request is not None and request[1] == sha512(checkpoint).digest()
            self.expect(over, name, query, "The request is not over the checkpoint beside it.")
            stated = {"size": size, "root": root.hex(), "token": token, "query": self.digests[query][0]}
            about = [one for one in records if one.subject == [self.digests[reply][:2]] and size <= one.index]
            named = any(stated.items() <= one.body.items() for one in about)
            self.expect(named, name, reply, "No entry names this token, request and checkpoint.")
            sent, got = shlex.quote(f"{self.root}/{query}"), shlex.quote(f"{self.root}/{reply}")
            when = f"$(date +%s -d \"$(openssl ts -reply -in {got} -text | sed -n 's/^Time stamp: //p')\")"
            command = f"openssl ts -verify -queryfile {sent} -in {got} -CAfile AUTHORITY.pem -attime {when}"
            self.tokens.append({"path": reply, "size": size, "command": command})


def check(folder: str, pinned: str | None = None) -> dict[str, Any]:
    """The verdict: three answers, all findings, who signed, and what is not shown."""
    checker = Checker(folder)
    checker.run()
    effects = {finding["effect"] for finding in checker.findings}
    genesis, stated = checker.entries.get(0), checker.package.get("genesis")
    identity = "undecided"  # package-18
    if pinned and stated:
        same = {stated, genesis.id if genesis else stated} == {pinned}
        identity = "fails" if not same else "holds" if genesis else "undecided"
    signed = Counter(key for entry in checker.entries.values() for key in entry.signers)
    agents = [
        {"agent": key, "name": entry.shown.get("name"), "holder": entry.shown.get("holder")}
        | {"enrolled": entry.index, "revoked": checker.revoked.get(key), "signed": signed[key]}
        for key, entry in checker.keys.items()
        if signed[key]
    ]
    integrity = "fails" if "fails" in effects else "undecided" if effects else "holds"
    answers = {"integrity": integrity, "identity": identity, "time": "undecided"}
    details = {"findings": checker.findings, "agents": agents, "tokens": checker.tokens}
    return {"format": "probanda-verify/1", **answers, **details, "not_shown": list(NOT_SHOWN)}


def written(found: dict[str, Any], pinned: str | None) -> str:
    """The verdict for people."""
    asked = "the genesis id that you named" if pinned else "name a genesis id that you trust"
    asked = f"not {asked}" if found["identity"] == "fails" else asked
    lines = [f"Integrity: {found['integrity']}", f"Identity: {found['identity']} ({asked})"]
    lines += [f"Time: {found['time']} (no certificate was checked)"]
    lines += ["", "Findings:" if found["findings"] else "Findings: none"]
    lines += [f"  {one['effect']}: {one['name']} {one['where']}: {one['says']}" for one in found["findings"]]
    lines += ["", "Agents who signed, by the names disclosed here:"]
    for one in found["agents"]:
        lines += [f"  {one['name'] or 'name withheld'} (key held by: {one['holder'] or 'not said'})"]
        ended = f"revoked by entry {one['revoked']}" if one["revoked"] is not None else "not revoked here"
        lines += [f"    {one['agent']} signed {one['signed']}; {ended}"]
    tokens = ", each with the command to check it:" if found["tokens"] else ": none"
    lines += ["", f"Time-stamp tokens{tokens}"]
    lines += [f"  {one['path']}, over {one['size']} entries: {one['command']}" for one in found["tokens"]]
    lines += ["", "What this does not show:", *(f"  - {one}" for one in NOT_SHOWN)]
    # Names come out of the package: no control or direction characters reach the terminal.
    return "\n".join("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line) for line in lines)


def main(arguments: list[str] | None = None) -> int:
    """Check a package and print the verdict."""
    parser = argparse.ArgumentParser(description="Check a Probanda package offline.")
    parser.add_argument("package", help="the folder of the package")
    parser.add_argument("--genesis", metavar="ID", help="the genesis id, from somebody you trust")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    options = parser.parse_args(arguments)
    if options.genesis is not None and not is_hex(options.genesis):
        parser.error("a genesis id is 64 lowercase hexadecimal digits")
    if not os.path.isdir(options.package):  # noqa: PTH112 - Path refuses names with a zero byte
        parser.error("PACKAGE is not a folder")
    found = check(options.package, options.genesis)
    text = json.dumps(found, indent=1) if options.json else written(found, options.genesis)
    try:
        # Written as bytes: the encoding of the terminal must not stop a verdict.
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
    except OSError:  # the reader of a pipe went away: the exit status still tells
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    answers = {found["integrity"], found["identity"] if options.genesis else "holds"}
    return 3 if "fails" in answers else 4 if "undecided" in answers else 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # stopped by the reader: no verdict, and no noise
    sys.exit(main())
