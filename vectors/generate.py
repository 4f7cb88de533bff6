#!/usr/bin/env python3
"""Write all vectors anew. Run again, it leaves no difference: keys, salts and times are fixed.

    python3 vectors/generate.py [FOLDER]

The token in vectors/token was made once (make.sh there) and is only read here.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import anchor_cases
import cases
import folder_cases
import log_cases
import maker
import primitives
import story

PACKAGES = (
    log_cases.GENESES,
    folder_cases.FOLDER,
    folder_cases.DESCRIPTION,
    folder_cases.CHECKPOINT,
    log_cases.OPENINGS,
    log_cases.STATEMENTS,
    log_cases.SIGNATURES,
    log_cases.MADE,
    anchor_cases.ANCHORS,
)


def vectors() -> dict[str, dict[str, Any]]:
    """Name and content of each file of vectors."""
    return {
        "encoding": {"rules": "encoding-1 to encoding-8", "cases": primitives.encoding()},
        "ed25519": {"rules": "entry-11", "cases": primitives.ed25519()},
        "note": {"rules": "log-2 to log-4", "cases": primitives.notes()},
        "merkle": {"rules": "log-1, log-8", "leaf": "leaf N, N in decimal", **primitives.merkle()},
        "tlog-proof": {"rules": "log-9, package-4", "cases": primitives.tlog_proofs()},
        "envelope": {"rules": "entry-10", "cases": primitives.envelopes()},
        "fields": {"rules": "entry-6, entry-7", "cases": primitives.fields()},
        "leaf": {"rules": "entry-12, entry-13", "cases": primitives.leaf_cases()},
        "opening": {"rules": "entry-14", "cases": primitives.openings()},
        "tile": {"rules": "log-6", "cases": primitives.tiles()},
        "packages": {
            "rules": "package-1 to package-21",
            "good": "packages/good",
            "genesis": cases.GENESIS,
            "cases": [case.record() for group in PACKAGES for case in group],
        },
    }


def written(content: dict[str, Any]) -> str:
    """A file of vectors: members one a line, and of a list each case on its own line."""
    parts = []
    for name, value in content.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value)
            parts.append(f'"{name}": [\n{rows}\n]')
        else:
            parts.append(f'"{name}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Write the vectors into the folder given, or where this file lies."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else maker.HERE
    shutil.rmtree(target / "packages", ignore_errors=True)
    story.write(cases.GOOD, target / "packages" / "good")
    for name, content in vectors().items():
        found = [
            one["id"] for member in ("cases", "inclusion", "consistency") for one in content.get(member, [])
        ]
        twice = {one for one in found if found.count(one) > 1}
        assert not twice, (name, twice)
        text = written({"format": f"probanda-vectors-{name}/1", **content})
        (target / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
