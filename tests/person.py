"""Runs the program as people do: in this process, which is quick, or apart, as the shell would."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from probanda.faces.cli.terminal.program import run

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
        """The name of the error, from the line on standard error."""
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
        out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        heard = contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)
        with self._stands_here(environment, given), heard[0], heard[1]:
            ended = run(list(arguments))
        said = Said(ended, _text(out), _text(err))
        assert said.code == code, f"{arguments}: {said}"
        return said

    def apart(self, *arguments, code=0, given=b"", **environment):
        """The same in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "probanda.faces.cli.main", *arguments],
            env=self._with(environment),
            input=given,
            capture_output=True,
            cwd=self.home,
            timeout=120,
            check=False,
        )
        said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert said.code == code, f"{arguments}: {said}"
        return said

    def _with(self, environment):
        wanted = {**self.environment, **environment}
        return {name: value for name, value in wanted.items() if value is not None}

    @contextlib.contextmanager
    def _stands_here(self, environment, given):
        """Environment, folder, standard input and signals as the shell would hand them over."""
        before = dict(os.environ), sys.stdin, signal.getsignal(signal.SIGTERM)
        os.environ.clear()
        os.environ.update(self._with(environment))
        sys.stdin = io.TextIOWrapper(io.BytesIO(given))
        try:
            with contextlib.chdir(self.home):
                yield
        finally:
            os.environ.clear()
            os.environ.update(before[0])
            sys.stdin = before[1]
            signal.signal(signal.SIGTERM, before[2])


def _text(stream):
    stream.flush()
    return stream.buffer.getvalue().decode()
