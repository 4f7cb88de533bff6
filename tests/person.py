"""Runs the program as people do."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PASSPHRASE = "three plain words"


@dataclass(frozen=True)
class Said:
    """What one call printed, and its exit status."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        """The name of the error, from the JSON document or the line on standard error."""
        return self.err.split(":")[1].strip()


class Person:
    """Somebody with keys, a passphrase in the environment, and a base that each call is told of."""

    def __init__(self, home):
        self.home = Path(home)
        self.base = self.home / "base"
        self.environment = {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "PATH": os.environ["PATH"],
            "PROBANDA_BASE": str(self.base),
            "PROBANDA_KEYS": str(self.home / "keys"),
            "PROBANDA_PASSPHRASE": PASSPHRASE,
            "COLUMNS": "50",
        }

    def __call__(self, *arguments, code=0, given=b"", **environment):
        """Runs `probanda ARGUMENTS`; a variable that is None is taken out of the environment."""
        wanted = {**self.environment, **environment}
        done = subprocess.run(
            [sys.executable, "-m", "probanda.faces.cli.main", *arguments],
            env={name: value for name, value in wanted.items() if value is not None},
            input=given,
            capture_output=True,
            cwd=self.home,
            timeout=120,
            check=False,
        )
        said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert said.code == code, f"{arguments}: {said}"
        return said
