"""What every package holds beside the evidence: a checker, the formats, a page for the recipient."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import probanda
from probanda.model.digest import EntryId
from probanda.proof.verdict import NOT_SHOWN

_README = """\
WHAT THIS IS

This folder is a package from an evidence base. It holds {items} item(s), the entries of the base's log that
say how and when each was received and by whom, and proofs that these entries stand in that log.

    data/        the items, each named by the SHA-256 of its bytes
    proof/       entries, proofs, the signed checkpoint of the log, time-stamps
    spec/        the formats, so that anybody can write a checker
    verify.py    a checker; it needs Python 3.11 or newer and nothing else

HOW TO CHECK IT IN FIVE MINUTES

1. With a checker that you got from somewhere else than this folder (the one in here could have been changed
   together with the rest):

       python3 verify.py --genesis ID PATH-OF-THIS-FOLDER

   ID is the genesis id of the base. Ask for it by another way than the one by which this folder came: by
   telephone, on paper, from somebody who has dealt with the base before. This package claims to be from

       {genesis}

   Without --genesis everything else is checked, but whose base it is stays undecided.

2. Exit status: 0 integrity holds; 3 it fails, or the base is another one; 4 undecided; 2 wrong use.

3. Without any Python, the bytes of the items alone:

       sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt

4. Time-stamps, if there are any below proof/anchors, are checked with openssl and the certificate of the
   authority, which you have to get from the authority. The checker prints the command.

Names, paths and dates in the entries are what the file, or whoever brought it, claims. Some fields may be
withheld; each is still bound by its digest, and the base can disclose it later.

WHAT A CHECK DOES NOT SHOW

{not_shown}
"""


def readme(items: int, genesis: EntryId) -> bytes:
    """The page for the recipient."""
    lines = "\n".join(f"- {one}" for one in NOT_SHOWN)
    return _README.format(items=items, genesis=genesis, not_shown=lines).encode()


def enclosed_files() -> Iterator[tuple[str, bytes]]:
    """The checker and the formats, by their paths in the package."""
    verifier, formats = _places()
    yield "verify.py", verifier.read_bytes()
    for page in sorted(formats.iterdir(), key=lambda one: one.name):
        if page.name.endswith(".md"):
            yield f"spec/{page.name}", page.read_bytes()


def _places() -> tuple[Traversable, Traversable]:
    """They are installed with the program; in a checkout they stand at its root."""
    data = resources.files(probanda) / "data"
    if data.is_dir():
        return data / "verify.py", data / "spec"
    root = Path(probanda.__file__).parents[2]
    return root / "verifier" / "verify.py", root / "spec"
