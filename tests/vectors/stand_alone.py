"""The stand-alone verifier, run as anybody would run it."""

import json
import subprocess
import sys
from pathlib import Path

VERIFIER = Path(__file__).parents[2] / "verifier" / "verify.py"


def stand_alone_verdict(package: Path, *options: str) -> dict:
    """What `verify.py --json` prints, with its exit status under `exit`."""
    run = subprocess.run(
        [sys.executable, VERIFIER, "--json", *options, package], capture_output=True, check=False
    )
    assert run.stdout, run.stderr.decode()
    return {**json.loads(run.stdout), "exit": run.returncode}
