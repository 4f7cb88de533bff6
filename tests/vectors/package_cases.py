"""The vectors of packages: the good one, and what each case changes in it."""

import hashlib
import json
import os
import shutil
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

VECTORS = Path(__file__).parents[2] / "vectors"
PACKAGES = json.loads((VECTORS / "packages.json").read_bytes())
TAG_MANIFESTS = {name: f"tagmanifest-{name}.txt" for name in ("sha256", "sha512")}


@dataclass(frozen=True)
class Case:
    id: str
    genesis: str | None
    edits: list[dict[str, str]]
    expect: dict[str, dict[str, str]]

    def write(self, place: Path) -> Path:
        """The package of this case as a folder at `place`."""
        shutil.copytree(VECTORS / PACKAGES["good"], place)
        for edit in self.edits:
            _apply(edit, place)
        return place


def package_cases() -> list[Case]:
    return [Case(one["id"], one["genesis"], one["edits"], one["expect"]) for one in PACKAGES["cases"]]


def _apply(edit: dict[str, str], place: Path) -> None:
    if edit["op"] == "tag-manifests":
        _list_tags_anew(place)
        return
    raw = edit["path"].encode() if "path" in edit else b64decode(edit["path_base64"])
    path = Path(os.fsdecode(os.fsencode(place) + b"/" + raw))
    if edit["op"] == "delete":
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    match edit["op"]:
        case "write":
            path.write_bytes(edit["text"].encode() if "text" in edit else b64decode(edit["base64"]))
        case "link":
            path.symlink_to(edit["target"])
        case "pipe":
            os.mkfifo(path)
        case other:
            raise AssertionError(f"no edit {other!r}")


def _list_tags_anew(place: Path) -> None:
    """Tag manifests that list all files as they are now."""
    found = {str(path.relative_to(place)): path for path in place.rglob("*") if path.is_file()}
    tags = sorted(p for p in found if not p.startswith("data/") and p not in TAG_MANIFESTS.values())
    for name, manifest in TAG_MANIFESTS.items():
        lines = [f"{hashlib.new(name, found[path].read_bytes()).hexdigest()}  {path}\n" for path in tags]
        (place / manifest).write_text("".join(lines))
