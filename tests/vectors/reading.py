"""Reads the files of `vectors/` as their README says: what any reader of them would write."""

import base64
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "vectors"


def vectors(name: str, member: str = "cases") -> list[dict[str, Any]]:
    """The cases of one file."""
    content = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    assert content["format"] == f"probanda-vectors-{name}/1"
    return list(content[member])


def name_of(case: dict[str, Any]) -> str:
    """How pytest shows a case."""
    return str(case["id"])


def lay_out(case: dict[str, Any], folder: Path) -> Path:
    """The package of a case, written into a folder that does not exist yet."""
    shutil.copytree(VECTORS / "packages" / "good", folder)
    for edit in case["edits"]:
        if edit["op"] == "tag-manifests":
            write_tag_manifests(folder)
        else:
            change(edit, folder)
    return folder


def change(edit: dict[str, str], folder: Path) -> None:
    """One edit of one path."""
    name = base64.b64decode(edit["path_base64"]) if "path_base64" in edit else edit["path"].encode()
    path = os.fsencode(folder) + b"/" + name
    if edit["op"] == "write":
        content = edit["text"].encode() if "text" in edit else base64.b64decode(edit["base64"])
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - a name that is no text
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(content)
    elif edit["op"] == "delete":
        os.unlink(path)  # noqa: PTH108
    elif edit["op"] == "link":
        os.symlink(edit["target"], path)  # noqa: PTH211
    else:
        assert edit["op"] == "pipe", edit
        os.mkfifo(path)


def write_tag_manifests(folder: Path) -> None:
    """Both tag manifests, fitting the files that are there (package-2)."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    names = [name for name in names if not name.startswith(("data/", "tagmanifest-"))]
    for algorithm in ("sha256", "sha512"):
        rows = (
            f"{hashlib.new(algorithm, (folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
        )
        (folder / f"tagmanifest-{algorithm}.txt").write_bytes("".join(rows).encode())
