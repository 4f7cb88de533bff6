"""A mixed source for a whole intake, what the program told of it, and what must hold afterwards."""

import io
import json
import shutil
import sys
import tarfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from person import PASSPHRASE, Person
from probanda.base import Base
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.rawname import name_text
from probanda.proof.opening import parse_opening
from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from probanda.vault.keys import KeyRing

PROGRAM = [sys.executable, "-m", "probanda.faces.cli.main"]
MIB = 1 << 20
OPENINGS_PER_FILE = 256


@dataclass(frozen=True)
class Source:
    """A folder, and the path of every input in it, members of archives included."""

    root: Path
    paths: frozenset[str]


def make_source(root: Path, files: int) -> Source:
    """Many small files, some large ones, copies, an archive with members and an archive inside."""
    paths = set()
    for number in range(files):
        path = root / f"f{number % 7}" / f"{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"text %d\n" % (number - number % 20 if number % 20 == 1 else number))
        paths.add(f"{path.parent.name}/{path.name}")
    for number in range(3):
        (root / f"large{number}.bin").write_bytes(bytes([number]) * (MIB + 1 + number))
        paths.add(f"large{number}.bin")
    inner = _zipped({f"{number}.txt": b"deep %d" % number for number in range(5)})
    members = {f"m{number:02}.txt": b"member %d" % number for number in range(40)}
    (root / "archive.zip").write_bytes(
        _zipped({**members, "inner.zip": inner, "large.bin": b"L" * (MIB + 7)})
    )
    paths |= {"archive.zip", "archive.zip!/inner.zip", "archive.zip!/large.bin"}
    paths |= {f"archive.zip!/{name}" for name in members}
    paths |= {f"archive.zip!/inner.zip!/{number}.txt" for number in range(5)}
    with tarfile.open(root / "more.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("in a tar.bin")
        info.size = MIB + 5
        archive.addfile(info, io.BytesIO(b"T" * info.size))
    paths |= {"more.tar.gz", "more.tar.gz!/in a tar.bin"}
    return Source(root, frozenset(paths))


def _zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 17, 9, 30, 0)), data)
    return target.getvalue()


def outcomes_in(text: str) -> list[dict]:
    """Every whole outcome in as much of the JSON document as was printed."""
    found = []
    for line in text.splitlines()[1:]:
        try:
            found.append(json.JSONDecoder().raw_decode(line)[0])
        except json.JSONDecodeError:
            break  # the program died in the middle of this line
    return found


def received_in(root: Path) -> list[tuple[int, str, str]]:
    """Index, path and digest of every reception on the log."""
    reader = Base(root).ledger.reader
    size = reader.head().size
    lines = [line for n in range(-(-size // OPENINGS_PER_FILE)) for line in reader.opening_lines(n)]
    assert len(lines) == size
    found = []
    for index, line in enumerate(lines):
        opening = parse_opening(line)
        if opening.entry.kind == ItemReceived.KIND:
            item = ItemReceived.read(opening.entry, opening.fields)
            found.append((index, name_text(item.path), item.item.sha256))
    return found


def check_base(person: Person, told: list[dict]) -> None:
    """The base opens, audits clean, and has everything that was told; before it opens nothing fails."""
    found = audit(person.base, processes=1).findings
    assert {finding.name for finding in found} <= {"E-UNFINISHED", "E-UNSIGNED"}, found
    assert {finding.effect for finding in found} <= {Outcome.UNDECIDED}
    open_base(person)
    assert person("verify", "--json").json["findings"] == []
    held = {index: (path, sha256) for index, path, sha256 in received_in(person.base)}
    for one in told:
        if one["outcome"] in ("received", "held"):
            assert held[one["index"]] == (one["path"], one["sha256"])
    assert max(Counter(path for path, _ in held.values()).values(), default=1) == 1


def open_base(person: Person) -> None:
    """As an agent does who is about to write."""
    ring = KeyRing(person.home / "keys")
    Base(person.base).session(ring, ring.unlock(ring.files()[0], PASSPHRASE)).close()


def check_rerun(person: Person, source: Source) -> dict[str, int]:
    """The same command completes: every input is on the log once and answered once; the counts."""
    said = person("add", str(source.root), "--json").json
    assert Counter(one["path"] for one in said["outcomes"]) == Counter(source.paths)
    assert set(said["counts"]) <= {"received", "held"}
    check_base(person, said["outcomes"])
    assert {path for _, path, _ in received_in(person.base)} == source.paths
    leftovers = [path.name for path in person.base.rglob(".new-*")]
    assert leftovers == []
    assert list((person.base / "staging").iterdir()) == []
    return said["counts"]


def copy_of(person: Person, home: Path) -> Person:
    """The same base and the same keys in another place."""
    shutil.copytree(person.home, home)
    return Person(home)
