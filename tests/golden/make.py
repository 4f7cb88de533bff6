"""Makes a golden base: `python tests/golden/make.py tests/golden/v1`. Once for each version of the formats.

What it writes is kept for ever: every later version of the program must open it, audit it clean and check its
package. So a change of this script changes nothing that is committed; it makes the next one.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from probanda.demonstration.authority import DemonstrationAuthority

ORIGIN = "probanda.example/golden"
PASSPHRASE = "words that open nothing any more"  # the keys are thrown away at the end
READINGS = ("views", "cache")
# More than one page of entries, so that there are whole tiles and parts of tiles.
MANY = 270
LARGE_BYTES = (1 << 20) + 1  # one more than a pack takes
ODD_NAMES = (
    b"plain.txt",
    "нотатка.txt".encode(),
    "مذكرة.txt".encode(),
    b"not utf-8 \xff\xfe.txt",
    b"line\nend.txt",
    "turned \u202e txt.exe".encode(),
    b" space ",
    b"-rf",
)


class Maker:
    """Types what a person would type."""

    def __init__(self, folder: Path) -> None:
        """Everything happens below `folder`."""
        self.folder, self.base, self.keys = folder, folder / "base", folder / "keys"

    def __call__(
        self, *arguments: str | bytes, agent: str = "Registrar", given: bytes = b"", code: int = 0
    ) -> Any:
        secrets = {"PROBANDA_PASSPHRASE": PASSPHRASE, "PROBANDA_NEW_PASSPHRASE": PASSPHRASE}
        place = {"PROBANDA_BASE": str(self.base), "PROBANDA_KEYS": str(self.keys), "PROBANDA_AS": agent}
        command = [sys.executable, "-m", "probanda.faces.cli.main", *arguments, "--json"]
        environment = {**os.environ, **secrets, **place}
        where = (
            self.folder
        )  # what was added is named as it was typed, so that no path of this machine is kept
        done = subprocess.run(
            command, env=environment, cwd=where, input=given, capture_output=True, check=False
        )
        if done.returncode != code:
            raise SystemExit(f"{arguments!r} ended with {done.returncode}: {done.stderr.decode()}")
        return json.loads(done.stdout)


def draw(folder: Path) -> None:
    """Material of no meaning."""
    odd = folder / "odd"
    (odd / "empty").mkdir(parents=True)
    for name in ODD_NAMES:
        (odd / os.fsdecode(name)).write_bytes(b"named " + name.hex().encode() + b"\n")
    (odd / "same bytes again.txt").write_bytes((odd / "plain.txt").read_bytes())
    (odd / "nothing in it").write_bytes(b"")
    (odd / "link").symlink_to("plain.txt")
    many = folder / "many"
    many.mkdir()
    for number in range(MANY):
        (many / f"{number:03}.txt").write_text(f"note {number}\n")
    (folder / "large.bin").write_bytes((b"0123456789abcdef" * (LARGE_BYTES // 16 + 1))[:LARGE_BYTES])
    (folder / "letter.txt").write_text("A letter that stays.\n")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("chats/чат.txt", "hello\n")
    with tarfile.open(folder / "export.tar.gz", "w:gz") as archive:
        for name, data in (("inner.zip", inner.getvalue()), ("../climbs.txt", b"a claim\n")):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def fill(probanda: Maker) -> dict[str, str]:
    """Entries of all kinds but two; the genesis id, and two items by reference."""
    genesis = probanda("init", str(probanda.base), "--origin", ORIGIN)["genesis"]
    probanda("matter", "open", "Harbour", "--purpose", "to be read for ever")
    probanda("agent", "enrol", "Reviewer", "--role", "reviewer")
    probanda("agent", "enrol", "Courier", "--role", "collector")
    probanda("add", "material/odd", "--matter", "Harbour", code=5)  # an empty folder and a link
    probanda("add", "material/many", "--matter", "Harbour")
    probanda("add", "material/large.bin", "--label", "graphic")
    probanda("add", "material/letter.txt", "--label", "icrc_privileged", "--label", "confidential")
    probanda("add", "material/export.tar.gz", "--matter", "Harbour", agent="Courier")
    probanda("add", "-", "--name", "typed.txt", given=b"typed\n", agent="Courier")
    probanda("agent", "grant", "Reviewer", "--role", "analyst", "--role", "reviewer", "--reason", "new task")
    probanda("agent", "revoke", "Courier", "--reason", "left")
    large, plain = found(probanda, "large.bin"), found(probanda, "plain.txt")
    probanda("label", plain, "--add", "minor", agent="Reviewer")
    probanda("label", plain, "--remove", "minor", "--reason", "by mistake")
    return {"genesis": genesis, "large": large, "plain": plain}


def found(probanda: Maker, name: str) -> str:
    """The reference of the item with this in its name."""
    return probanda("list", "--search", name)["items"][0]["ref"]


def make(out: Path) -> None:
    """The base, a package, and what is known of both, in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="golden-") as temporary:
        probanda = Maker(Path(temporary))
        draw(probanda.folder / "material")
        made = fill(probanda)
        with DemonstrationAuthority() as authority:
            (out / "authority.pem").write_bytes(authority.root)
            probanda("anchor", "--tsa", authority.url)
        wanted = (made["large"], made["plain"], found(probanda, "чат.txt"))
        probanda("export", *wanted, "-o", str(out / "package"), "--withhold", "path", "--purpose", "golden")
        probanda("add", "-", "--name", "after the package.txt", given=b"later\n")
        audited = probanda("verify", "--both", "--genesis", made["genesis"])
        known = {"audit": audited, "items": probanda("list", "--limit", "1000")["items"]}
        known |= {f"{what}s": probanda(what, "list")[f"{what}s"] for what in ("matter", "agent")}
        shutil.copytree(probanda.base, out / "base", ignore=shutil.ignore_patterns(*READINGS))
    (out / "known.json").write_text(json.dumps(known, sort_keys=True) + "\n")
    (out / "genesis").write_text(made["genesis"] + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or Path(sys.argv[1], "base").exists():
        raise SystemExit("Usage: make.py NEW-FOLDER. What is there already is never made again.")
    make(Path(sys.argv[1]).absolute())
