"""Every measurement behind the targets, one after the other, each with both sides in one run.

Run: make bench
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOT_MEASUREMENTS = {"run.py", "sides.py"}


def main() -> None:
    scripts = sorted(path for path in HERE.glob("*.py") if path.name not in NOT_MEASUREMENTS)
    failed = []
    for number, script in enumerate(scripts, 1):
        print(f"\n[{number}/{len(scripts)}] {script.name}", flush=True)
        if subprocess.run([sys.executable, str(script)], check=False).returncode:
            failed.append(script.name)
    if failed:
        raise SystemExit(f"did not finish: {', '.join(failed)}")


if __name__ == "__main__":
    main()
