"""The good package: a small invented case, with everything in it that a checker has to meet.

 0 genesis            Anna, and the key of the log
 1 agent-enrolled     Borys
 2 matter-opened
 3 item-received      an archive (sealed; in the package with all fields withheld)
 4 item-received      its member, the letter (sealed)
 5 item-received      something else (sealed; not in the package)
 6 item-received      the photo (sealed; one field withheld)
 7 acts-sealed        by Borys, over 3 to 6
 8 agent-enrolled     Clara
 9 item-received      the letter again, signed by Clara herself
10 role-granted       to Clara
11 agent-revoked      Clara
12 labelled           (not in the package)
13 anchor-recorded    a token over the head of size 12
14 package-made
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from maker import (
    ANNA,
    BORYS,
    CLARA,
    HERE,
    LOG,
    Files,
    Hooks,
    Log,
    chance,
    checkpoint,
    consistency,
    consistency_file,
    digest,
    finish,
    inclusion,
    line,
    manifest,
    proof_file,
    sha256,
    tree,
)

LETTER = "Лист без дати. Invented for a test.\n".encode()
PHOTO = b"P2 2 2 255\n0 90 180 255\n"  # a picture of four grey squares
ARCHIVE = b"bytes of an archive that is not handed over\n"
OTHER = b"bytes of an item that is not handed over\n"
ANCHORED = 12  # the size of the anchored head
SIZE = 15
IN_PACKAGE = [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 13, 14]


def token() -> tuple[bytes, bytes]:
    """Request and response of a real time-stamp over the checkpoint of size 12 (made once; see README.md)."""
    return (HERE / "token" / "token.tsq").read_bytes(), (HERE / "token" / "token.tsr").read_bytes()


def reception(
    log: Log, content: bytes, matter: str, more: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Subject and clear fields of a reception."""
    body = {"matter": matter, "media_type": "text/plain", "size": len(content)}
    return [digest(content)], {**body, **more}


def first_entries(log: Log) -> None:
    """Entries 0 to 11, which the token covers."""
    keys = {"agent_key": ANNA.hex, "log_key": LOG.hex}
    policy = sha256(b"everybody may do everything").hex()
    body = {"format": "probanda-base/1", "policy": policy, "roles": ["custodian", "supervisor"], **keys}
    name = {"name": "Анна Вигадана"}
    anna = log.add("genesis", [digest(LOG.raw), digest(ANNA.raw)], body, name, ANNA, None, [ANNA, LOG], 0)
    body = {"key": BORYS.hex, "roles": ["collector"]}
    fields = {"name": "Borys Invented", "holder": "self"}
    borys = log.add("agent-enrolled", [digest(BORYS.raw)], body, fields, ANNA, anna, [ANNA])
    body = {"nonce": chance("matter").hex()}
    matter = log.add("matter-opened", [digest(line(body)[:-1])], body, {"name": "Inbox"}, ANNA, anna, [ANNA])

    subject, body = reception(log, ARCHIVE, matter, {"labels": ["graphic", "minor"]})
    archive = log.add("item-received", subject, body, {"name": "box.zip"}, BORYS, borys, [], 3)
    subject, body = reception(log, LETTER, matter, {"container": archive, "confidentiality": "confidential"})
    fields = {"name": "лист.txt", "path": "box.zip!/лист.txt", "modified": "2030-01-01 00:00:00"}
    log.add("item-received", subject, body, fields, BORYS, borys, [], 3)
    subject, body = reception(log, OTHER, matter, {"container": archive})
    log.add("item-received", subject, body, {"name": "other"}, BORYS, borys, [], 3)
    subject, body = reception(log, PHOTO, matter, {})
    fields = {"path": {"base64": "Zm90by3/LnBnbQ=="}, "source": {"via": "folder"}}
    log.add("item-received", subject, body, fields, BORYS, borys, [], 3)
    leaves = [log.id(index) for index in range(3, 7)]
    log.add("acts-sealed", [digest(line(leaves)[:-1])], {"leaves": leaves}, {}, BORYS, borys, [BORYS])

    body = {"key": CLARA.hex, "roles": []}
    fields = {"name": "Clara Devised", "holder": "Anna keeps the key on her behalf"}
    clara = log.add("agent-enrolled", [digest(CLARA.raw)], body, fields, ANNA, anna, [ANNA])
    subject, body = reception(log, LETTER, matter, {})
    log.add("item-received", subject, body, {"name": "copy.txt"}, CLARA, clara, [CLARA])
    body = {"key": CLARA.hex, "roles": ["collector"]}
    log.add("role-granted", [digest(CLARA.raw)], body, {"reason": "helps out"}, ANNA, anna, [ANNA])
    log.add("agent-revoked", [digest(CLARA.raw)], {"key": CLARA.hex}, {}, ANNA, anna, [ANNA])


def last_entries(log: Log, payload: Files) -> None:
    """Entries 12 to 14: after the token."""
    anna = log.id(0)
    log.add("labelled", [digest(PHOTO)], {"add": ["graphic"], "remove": []}, {}, ANNA, anna, [ANNA])
    query, reply = token()
    body = {
        "query": sha256(query).hex(),
        "root": tree(log.leaves[:ANCHORED]).hex(),
        "size": ANCHORED,
        "token": sha256(reply).hex(),
        "type": "rfc3161",
    }
    fields = {"authority": "an authority made for this test"}
    log.add("anchor-recorded", [digest(reply)], body, fields, ANNA, anna, [ANNA])
    made = {
        "manifest": sha256(manifest(payload, "sha256", payload=True)).hex(),
        "manifest_sha512": sha256(manifest(payload, "sha512", payload=True)).hex(),
    }
    items = [digest(payload[path]) for path in sorted(payload)]
    log.add("package-made", items, made, {"purpose": "a test"}, ANNA, anna, [ANNA])


def build(hooks: Hooks | None = None, origin: str | None = None) -> Files:
    """All files of the package, each changed where a hook says so."""
    hooks = hooks or {}
    log = Log(hooks) if origin is None else Log(hooks, origin)
    payload = {f"data/{sha256(one).hex()}": one for one in (LETTER, PHOTO)}
    payload = log.hook("payload", payload)
    first_entries(log)
    last_entries(log, payload)
    size, root = len(log.leaves), tree(log.leaves)
    head = log.hook("checkpoint", checkpoint(size, root, log.origin))
    items = [
        {
            "received": received,
            "sha256": sha256(content).hex(),
            "sha512": hashlib.sha512(content).hexdigest(),
            "size": len(content),
        }
        for content, received in ((LETTER, [4, 9]), (PHOTO, [6]))
    ]
    description = {
        "entries": IN_PACKAGE,
        "format": "probanda-package/1",
        "genesis": log.id(0),
        "items": sorted(items, key=lambda one: str(one["sha256"])),
        "log_key": LOG.hex,
        "made": 14,
        "origin": log.origin,
        "root": root.hex(),
        "size": size,
    }
    description = log.hook("description", description)
    files = {
        "README.txt": b"A package made for tests. Nothing in it is real.\n",
        "bag-info.txt": b"Bagging-Date: 2026-05-04\nExternal-Identifier: vectors\n",
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "proof/checkpoint": head,
        "proof/package.json": description if isinstance(description, bytes) else line(description),
        **payload,
    }
    for index in IN_PACKAGE:
        opening = dict(log.openings[index])
        if index == 3:
            opening["disclosures"] = []
        if index == 6:
            opening["disclosures"] = opening["disclosures"][:1]
        opening = log.hook(f"opening {index}", opening)
        proof = proof_file(index, log.hook(f"path {index}", inclusion(index, log.leaves)), head)
        written = opening if isinstance(opening, bytes) else line(opening)
        files[f"proof/entries/{index}.json"] = written
        files[f"proof/entries/{index}.tlog-proof"] = log.hook(f"proof {index}", proof)
    query, reply = token()
    anchor, name = f"proof/anchors/{ANCHORED}/", sha256(reply).hex()
    files[anchor + "checkpoint"] = checkpoint(ANCHORED, tree(log.leaves[:ANCHORED]), log.origin)
    files[anchor + "consistency"] = consistency_file(consistency(ANCHORED, log.leaves))
    files |= {anchor + name + ".tsq": query, anchor + name + ".tsr": reply}
    return finish(log.hook("files", files), hooks)


def leaves() -> list[bytes]:
    """The leaf hashes of the log of the good package."""
    log = Log()
    first_entries(log)
    last_entries(log, {f"data/{sha256(one).hex()}": one for one in (LETTER, PHOTO)})
    return log.leaves


def anchored_checkpoint() -> bytes:
    """What the token is over."""
    log = Log()
    first_entries(log)
    return checkpoint(ANCHORED, tree(log.leaves))


def write(files: Files, folder: Path) -> None:
    """Write the files of a package into a folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
