"""What a failure looks like: one line on standard error, with `--json` one document on standard output."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence

from probanda.errors import ProbandaError, Refused
from probanda.faces.cli.terminal.output import json_line, safe

ERROR_FORMAT = "probanda-error/1"
STOPPED = 130
DEBUG = "PROBANDA_DEBUG"
FAULT, USAGE, STOP = "E-FAULT", "E-USAGE", "E-STOPPED"


class ItemsRefused(Refused):
    """As Refused, naming each item and its reason: `ref`, `sha256`, `reason`."""

    def __init__(self, message: str, items: Sequence[Mapping[str, str]]) -> None:
        named = "; ".join(f"{one['ref']}: {one['reason']}" for one in items)
        super().__init__(f"{message} {named}.")
        self.items = items


def report(
    name: str, message: str, exit_code: int, *, as_json: bool, more: Mapping[str, object] | None = None
) -> int:
    """Say what went wrong; the exit code."""
    message = " ".join(message.split())
    if as_json:
        error = {"name": name, "message": message, "exit_code": exit_code, **(more or {})}
        sys.stdout.write(json_line({"format": ERROR_FORMAT, "error": error}) + "\n")
    sys.stderr.write(safe(f"probanda: {name}: {message}") + "\n")
    return exit_code


def report_known(error: ProbandaError, *, as_json: bool) -> int:
    """A failure that has words for the user."""
    more = {"refused": list(error.items)} if isinstance(error, ItemsRefused) else None
    return report(error.name, str(error), error.exit_code, as_json=as_json, more=more)


def report_fault(error: BaseException, environment: Mapping[str, str], *, as_json: bool) -> int:
    """A failure that nobody foresaw."""
    if environment.get(DEBUG):
        traceback.print_exception(error)
    return report(
        FAULT,
        f"{type(error).__name__}. This is a fault of the program; nothing acknowledged is lost. "
        f"Run it again with {DEBUG}=1 and report what it prints together with `probanda doctor`.",
        1,
        as_json=as_json,
    )


def report_stop(*, as_json: bool) -> int:
    """Ctrl-C."""
    return report(
        STOP, "Stopped. What was acknowledged is safe; run it again to go on.", STOPPED, as_json=as_json
    )
