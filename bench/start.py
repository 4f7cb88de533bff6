"""P10: how soon the program answers.

Run: python bench/start.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sides import alternate, report

PROGRAM = str(Path(sys.executable).with_name("probanda"))


def main() -> None:
    took = alternate(
        lambda: _run([PROGRAM, "--help"]), lambda: _run([sys.executable, "-c", "pass"]), rounds=15
    )
    report("P10 probanda --help beside a bare interpreter", took[0] / took[1], 3, at_most=True)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
