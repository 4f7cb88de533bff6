"""How a package of the vectors differs from the good one, and small means to make it differ."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import story
from maker import Files, Hooks, b64, canonical, finish, line

Edit = dict[str, str]
GOOD = story.build()
GENESIS = json.loads(GOOD["proof/package.json"])["genesis"]


@dataclass
class Case:
    """One package of the vectors."""

    id: str
    why: str
    effect: str
    rules: str
    finding: str  # a finding that the stand-alone verifier gives, or nothing
    hooks: Hooks = field(default_factory=dict)  # changes while it is made: everything after is made anew
    edits: list[Edit] = field(default_factory=list)  # changes to the finished package
    pinned: str = ""  # the genesis that the reader names
    identity: str = "undecided"

    def integrity(self) -> str:
        """The verdict on integrity."""
        return "undecided" if self.finding.startswith("U-") else "fails" if self.finding else "holds"

    def record(self) -> dict[str, Any]:
        """The case as `packages.json` holds it."""
        integrity = self.integrity()
        edits = [*difference(GOOD, story.build(self.hooks) if self.hooks else GOOD), *self.edits]
        return {
            "id": self.id,
            "why": self.why,
            "effect": self.effect,
            "rules": self.rules.split(),
            "genesis": self.pinned or None,
            "edits": edits,
            "expect": {
                "package_verifier": {"identity": self.identity, "integrity": integrity},
                "stand_alone": {
                    "finding": self.finding or None,
                    "identity": self.identity,
                    "integrity": integrity,
                },
            },
        }


def difference(good: Files, other: Files) -> list[Edit]:
    """The edits that lead from one package to another."""
    edits = [{"op": "delete", "path": path} for path in sorted(good.keys() - other.keys())]
    changed = {path: content for path, content in other.items() if content != good.get(path)}
    fresh = finish(other, {})
    tags = {path for path in fresh if path.startswith("tagmanifest-")}
    anew = tags <= changed.keys() and all(other[path] == fresh[path] for path in tags)
    kept = changed.keys() - tags if anew else changed.keys()
    return [
        *edits,
        *(write(path, other[path]) for path in sorted(kept)),
        *([{"op": "tag-manifests"}] if anew else []),
    ]


def write(path: str, content: bytes) -> Edit:
    """Write a file, with the folders it needs; as text where it is UTF-8."""
    try:
        return {"op": "write", "path": path, "text": content.decode()}
    except UnicodeDecodeError:
        return {"op": "write", "path": path, "base64": b64(content)}


def delete(path: str) -> Edit:
    """Delete a file."""
    return {"op": "delete", "path": path}


def damaged(path: str, change: Callable[[bytes], bytes]) -> Edit:
    """A file of the good package, changed in place: no manifest knows."""
    return write(path, change(GOOD[path]))


def member(name: str, value: Any) -> Callable[[Any], Any]:
    """Set a member of an object."""
    return lambda found: {**found, name: value}


def without(name: str) -> Callable[[Any], Any]:
    """Leave a member out."""
    return lambda found: {key: value for key, value in found.items() if key != name}


def predicate(name: str, value: Any) -> Callable[[Any], Any]:
    """Set a member of the predicate of a statement."""
    return lambda found: {**found, "predicate": {**found["predicate"], name: value}}


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Replace bytes that must be there."""

    def change(content: bytes) -> bytes:
        assert old in content, (old, content)
        return content.replace(old, new, 1)

    return change


def text(change: Callable[[bytes], bytes]) -> Callable[[Any], bytes]:
    """Change the line that a value is written as."""
    return lambda value: change(line(value))


def flipped(content: bytes, at: int = 0) -> bytes:
    """One bit of one byte is another."""
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def file(path: str, content: bytes | None) -> Callable[[Files], Files]:
    """Add, replace or (None) remove a file before the manifests are made."""

    def change(files: Files) -> Files:
        kept = {name: found for name, found in files.items() if name != path}
        return kept if content is None else {**kept, path: content}

    return change


def files_of(*changes: Callable[[Files], Files]) -> Callable[[Files], Files]:
    """Several changes of files."""

    def change(files: Files) -> Files:
        for one in changes:
            files = one(files)
        return files

    return change


def no_entry(index: int) -> Hooks:
    """An entry is left out, and the description and manifests do not know it."""
    paths = [f"proof/entries/{index}.{end}" for end in ("json", "tlog-proof")]
    return {
        "description": lambda found: {**found, "entries": [one for one in found["entries"] if one != index]},
        "files": files_of(*(file(path, None) for path in paths)),
    }


def no_anchor(files: Files) -> Files:
    """No anchors: where entries that the token covers are made anew."""
    return {path: content for path, content in files.items() if not path.startswith("proof/anchors/")}


def payload(value: Any, change: Callable[[bytes], bytes]) -> bytes:
    """The payload of a statement, changed as bytes."""
    return change(canonical(value))


def signature_changed(found: Any, change: Callable[[bytes], bytes], at: int = 0) -> Any:
    """An envelope one of whose signatures is changed."""
    signatures = [dict(one) for one in found["signatures"]]
    signatures[at]["sig"] = b64(change(base64.b64decode(signatures[at]["sig"])))
    return {**found, "signatures": signatures}
