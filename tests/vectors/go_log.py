"""Go's packages for transparent logs, asked through a small program (tests/go/logcheck.go)."""

import json
import os
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from probanda.model.entry import Head
from probanda.proof.note import NoteKey

SOURCE = Path(__file__).parents[1] / "go" / "logcheck.go"
DEBIAN_GO_PACKAGES = "/usr/share/gocode"


@dataclass(frozen=True)
class Answer:
    accepts: bool
    why: str
    text: str
    leaves: list[bytes]


class GoLog:
    """One running program for a whole session of tests. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        binary = folder / "logcheck"
        settings = {"GOPATH": DEBIAN_GO_PACKAGES, "GO111MODULE": "off", "GOCACHE": str(folder / "cache")}
        subprocess.run(
            ["go", "build", "-o", binary, SOURCE], check=True, env={**os.environ, **settings, "GOFLAGS": ""}
        )
        self._process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> "GoLog":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def open_note(self, note: bytes, key: NoteKey) -> Answer:
        return self._ask(ask="note", note=note, key=key.text())

    def check_inclusion(self, leaf: bytes, index: int, head: Head, proof: Sequence[bytes]) -> Answer:
        return self._ask(
            ask="inclusion", leaf=leaf, index=index, size=head.size, root=head.root, proof=list(proof)
        )

    def check_consistency(self, old: Head, new: Head, proof: Sequence[bytes]) -> Answer:
        return self._ask(
            ask="consistency",
            old_size=old.size,
            old_root=old.root,
            size=new.size,
            root=new.root,
            proof=list(proof),
        )

    def read_tiles(self, log: Path, head: Head) -> Answer:
        return self._ask(ask="tiles", folder=str(log), size=head.size, root=head.root)

    def _ask(self, **question: object) -> Answer:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(question, default=lambda data: b64encode(data).decode()).encode() + b"\n")
        stdin.flush()
        given = json.loads(stdout.readline())
        leaves = [b64decode(leaf) for leaf in given["leaves"] or []]
        return Answer(given["accepts"], given["why"], given["text"], leaves)
