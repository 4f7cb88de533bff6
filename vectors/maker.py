"""A small maker of entries, logs and packages, written from spec/ alone.

It shares no code with the program or with the stand-alone verifier: it is a third reading of the formats, and
knows how to write them wrongly. All keys and salts are fixed, so that the same bytes come out on every run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).parent
ORIGIN = "log.example/vectors"
PAYLOAD_TYPE = "application/vnd.probanda.entry+json"
Files = dict[str, bytes]
Hooks = dict[str, Callable[[Any], Any]]


def canonical(value: Any) -> bytes:
    """Canonical JSON (encoding-1), for values that the profile allows."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def line(value: Any) -> bytes:
    """A line of JSON (encoding-8)."""
    return canonical(value) + b"\n"


def b64(data: bytes) -> str:
    """Base64 as encoding-5 has it."""
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def digest(data: bytes) -> dict[str, dict[str, str]]:
    """A subject: both digests of some bytes (entry-3)."""
    return {"digest": {"sha256": sha256(data).hex(), "sha512": hashlib.sha512(data).hexdigest()}}


def chance(label: str) -> bytes:
    """32 bytes that look random and never change."""
    return sha256(b"probanda vectors: " + label.encode())


class Key:
    """A fixed Ed25519 key that everybody may know."""

    def __init__(self, label: str) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(chance("key " + label))
        self.raw = self.private.public_key().public_bytes_raw()
        self.hex = self.raw.hex()
        self.id = sha256(self.raw).hex()

    def sign(self, message: bytes) -> bytes:
        """A signature (RFC 8032)."""
        return self.private.sign(message)


LOG, ANNA, BORYS, CLARA, STRANGER = (Key(name) for name in ("log", "anna", "borys", "clara", "stranger"))


# Tree: the plain definition of RFC 6962 section 2.1, recursive.


def tree(leaves: list[bytes]) -> bytes:
    """The root over these leaf hashes."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = split_at(len(leaves))
    return sha256(b"\x01" + tree(leaves[:split]) + tree(leaves[split:]))


def split_at(size: int) -> int:
    """The largest power of two below the size."""
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(index, leaves)."""
    if len(leaves) == 1:
        return []
    split = split_at(len(leaves))
    if index < split:
        return [*inclusion(index, leaves[:split]), tree(leaves[split:])]
    return [*inclusion(index - split, leaves[split:]), tree(leaves[:split])]


def consistency(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(old, leaves, whole)."""
    if old == len(leaves):
        return [] if whole else [tree(leaves)]
    split = split_at(len(leaves))
    if old <= split:
        return [*consistency(old, leaves[:split], whole=whole), tree(leaves[split:])]
    return [*consistency(old - split, leaves[split:], whole=False), tree(leaves[:split])]


# Notes and proofs.


def note(text: str, *signers: tuple[str, Key]) -> bytes:
    """A signed note (log-3)."""
    lines = []
    for name, key in signers:
        key_id = sha256(name.encode() + b"\n\x01" + key.raw)[:4]
        lines.append(f"\u2014 {name} {b64(key_id + key.sign(text.encode()))}\n")
    return (text + "\n" + "".join(lines)).encode()


def checkpoint(size: int, root: bytes, origin: str = ORIGIN, key: Key = LOG) -> bytes:
    """A checkpoint of the log (log-3)."""
    return note(f"{origin}\n{size}\n{b64(root)}\n", (origin, key))


def proof_file(index: int, hashes: list[bytes], head: bytes, extra: bytes | None = None) -> bytes:
    """A tlog-proof (log-9)."""
    lines = ["c2sp.org/tlog-proof@v1"]
    if extra is not None:
        lines.append("extra " + b64(extra))
    lines += [f"index {index}", *(b64(one) for one in hashes)]
    return "\n".join(lines).encode() + b"\n\n" + head


def consistency_file(hashes: list[bytes]) -> bytes:
    """A consistency proof as packages hold it (package-16)."""
    return "".join(b64(one) + "\n" for one in hashes).encode()


# Entries.


def disclosure(label: str, name: str, value: Any) -> str:
    """A disclosure with a fixed salt (entry-6)."""
    return b64url(canonical([b64url(chance("field " + label + name)[:16]), name, value]))


def hidden(text: str) -> str:
    """The digest of a disclosure, as `_sd` lists it."""
    return b64url(sha256(text.encode()))


def pae(payload: bytes) -> bytes:
    """What is signed (entry-10)."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def envelope(payload: bytes, *signers: Key) -> dict[str, Any]:
    """A DSSE envelope (entry-10)."""
    found = [{"keyid": key.id, "sig": b64(key.sign(pae(payload)))} for key in signers]
    signatures = sorted(found, key=lambda one: one["keyid"])
    return {"payload": b64(payload), "payloadType": PAYLOAD_TYPE, "signatures": signatures}


def leaf(salt: bytes, sealed: bytes) -> bytes:
    """The 97 bytes of an entry (entry-12)."""
    covered = b"probanda:leaf:1\0" + salt + len(sealed).to_bytes(8, "big") + sealed
    return b"\x01" + sha256(covered) + hashlib.sha512(covered).digest()


def leaf_hash(data: bytes) -> bytes:
    """The leaf hash (entry-13)."""
    return sha256(b"\0" + data)


@dataclass
class Log:
    """A log in the making. A hook named `STAGE INDEX` may change what the stage made."""

    hooks: Hooks = field(default_factory=dict)
    origin: str = ORIGIN
    openings: list[dict[str, Any]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)  # leaf hashes

    def hook(self, stage: str, value: Any) -> Any:
        """The value, changed where a case wants it wrong."""
        return self.hooks.get(stage, lambda same: same)(value)

    def id(self, index: int) -> str:
        """The id of an entry."""
        return self.leaves[index].hex()

    def add(
        self,
        kind: str,
        subject: list[dict[str, Any]],
        body: dict[str, Any],
        fields: dict[str, Any],
        agent: Key,
        enrolled: str | None,
        signers: list[Key],
        seen: int | None = None,
    ) -> str:
        """Append one entry; gives its id."""
        index = len(self.leaves)
        disclosures = sorted(disclosure(str(index), name, value) for name, value in fields.items())
        disclosures = self.hook(f"disclosures {index}", disclosures)
        if fields:
            body = {**body, "_sd": sorted(hidden(one) for one in disclosures)}
        body = self.hook(f"body {index}", body)
        known = index if seen is None else seen
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "predicate": {
                "agent": agent.id,
                "body": body,
                "enrolled": enrolled,
                "origin": self.origin,
                "seen": {"root": tree(self.leaves[:known]).hex(), "size": known},
                "stated": f"2026-05-04T10:{index:02}:00Z",
            },
            "predicateType": f"urn:x-probanda:entry:{kind}:1",
            "subject": subject,
        }
        statement = self.hook(f"statement {index}", statement)
        payload = statement if isinstance(statement, bytes) else canonical(statement)
        sealed = self.hook(f"envelope {index}", envelope(payload, *self.hook(f"signers {index}", signers)))
        salt = chance(f"salt {index}")
        self.openings.append({"disclosures": disclosures, "envelope": sealed, "salt": salt.hex()})
        self.leaves.append(leaf_hash(self.hook(f"leaf {index}", leaf(salt, canonical(sealed)))))
        return self.id(index)


# Packages.


def manifest(files: Files, algorithm: str, *, payload: bool) -> bytes:
    """A manifest of the payload, or of everything else but the tag manifests (package-2)."""
    lines = []
    for path in sorted(files):
        if path.startswith("data/") == payload and not path.startswith("tagmanifest-"):
            lines.append(f"{hashlib.new(algorithm, files[path]).hexdigest()}  {path}\n")
    return "".join(lines).encode()


def finish(files: Files, hooks: Hooks) -> Files:
    """The files with fresh manifests, each of which a hook may change."""
    files = {path: content for path, content in files.items() if "manifest-sha" not in path}
    for prefix in ("manifest", "tagmanifest"):
        made = {}
        for algorithm in ("sha256", "sha512"):
            name = f"{prefix}-{algorithm}.txt"
            made[name] = manifest(files, algorithm, payload=prefix == "manifest")
            made[name] = hooks.get(name, lambda same: same)(made[name])
        files |= made
    return hooks.get("final", lambda same: same)(files)
