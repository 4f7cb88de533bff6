"""Runs what a page tells its reader to type, in one shell for each page, as its reader would."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from doc_pages import ROOT, Block

ELLIPSIS = "..."  # alone on a line: any lines; within a line: anything
PROMPT, MORE = "$ ", "> "
ASKS_STATUS = "echo $?"
_END = "\x1e end of command "


@dataclass(frozen=True)
class Step:
    """One command and what the page says it prints; None where the page does not say."""

    command: str
    expected: list[str] | None
    line: int
    may_fail: bool = False


class PageShell:
    """A shell in an empty folder that knows nothing of the machine but the program and its tools."""

    def __init__(self, folder: Path) -> None:
        """Nothing runs before the context is entered."""
        home, self._work = folder / "home", folder / "work"
        for made in (home, self._work):
            made.mkdir()
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._environment = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "PATH": programs,
            "REPOSITORY": str(ROOT),
            "COLUMNS": "100",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    def __enter__(self) -> PageShell:
        self._shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=self._work,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call("probanda lock --all")
        with self._shell:
            assert self._shell.stdin
            self._shell.stdin.close()

    def run(self, step: Step) -> None:
        """Run one step; an AssertionError says what came out otherwise than the page says."""
        status, printed = self._call(step.command)
        where = f"line {step.line}: {step.command}"
        assert status == 0 or step.may_fail, f"{where}\nended with {status}:\n{printed}"
        if step.expected is not None:
            said = "\n".join(step.expected)
            agrees = re.fullmatch(expression(step.expected), printed) is not None
            assert agrees, f"{where}\nthe page says:\n{said}\nit printed:\n{printed}"

    def _call(self, command: str) -> tuple[int, str]:
        assert self._shell.stdin and self._shell.stdout
        # The status of the command before must still be there for a page that asks `echo $?`.
        said = f"printf '\\n%s%s\\n' {shlex.quote(_END)} $?"
        before, after = "(exit ${status_before:-0})", f"status_before=$?; (exit $status_before); {said}"
        self._shell.stdin.write(f"{before}\n{{ {command}\n}} </dev/null\n{after}\n")
        self._shell.stdin.flush()
        lines: list[str] = []
        for line in self._shell.stdout:
            if line.startswith(_END):
                return int(line.removeprefix(_END)), "".join(lines).removesuffix("\n")
            lines.append(line)
        raise AssertionError(f"the shell ended at: {command}\n{''.join(lines)}")


def expression(expected: list[str]) -> str:
    """What output must match to be what the page shows."""
    parts = []
    for line in expected:
        if line.strip() == ELLIPSIS:
            parts.append(r"(?:.*\n)*")
        else:
            parts.append(".*".join(map(re.escape, line.split(ELLIPSIS))) + r"\n")
    return "".join(parts)


def steps(block: Block) -> list[Step]:
    """What a block has its reader do, in order."""
    if block.kind == "console":
        return _console(block)
    if block.kind == "python":
        return [Step(f"{shlex.quote(sys.executable)} -c {shlex.quote(block.body)}", None, block.line)]
    # In the same shell, so that what is exported stays; any line that fails counts.
    noticed = f"failed=0; trap 'failed=1' ERR\n{block.body}\ntrap - ERR; (exit $failed)"
    return [Step(noticed, None, block.line)]


def _console(block: Block) -> list[Step]:
    found: list[Step] = []
    for number, line in enumerate(block.body.splitlines(), start=block.line + 1):
        if line.startswith(PROMPT):
            found.append(Step(line.removeprefix(PROMPT), [], number))
        elif line.startswith(MORE) and found and not found[-1].expected:
            last = found.pop()
            found.append(Step(f"{last.command}\n{line.removeprefix(MORE)}", [], last.line))
        else:
            assert found and found[-1].expected is not None, f"line {number}: output before any command"
            found[-1].expected.append(line)
    asked = [one.command == ASKS_STATUS for one in found[1:]] + [False]
    return [Step(one.command, one.expected, one.line, may) for one, may in zip(found, asked, strict=True)]
