"""What a failure looks like: one line on standard error, with `--json` one document on standard output."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence

import click

from probanda.errors import ProbandaError, Refused, WrongUsage
from probanda.faces.cli.terminal.output import json_line, safe

ERROR_FORMAT = "probanda-error/1"
STOPPED = 130
DEBUG = "PROBANDA_DEBUG"
FAULT, STOP = "E-FAULT", "E-STOPPED"
STOP_WORDS = "Stopped. What was acknowledged is safe; run it again to go on."
FAULT_WORDS = (
    "This is a fault of the program; nothing acknowledged is lost. "
    f"Run it again with {DEBUG}=1 and report what it prints, together with `probanda doctor`."
)


class ItemsRefused(Refused):
    """As Refused, naming each item and its reason: `ref`, `sha256`, `reason`."""

    def __init__(self, message: str, items: Sequence[Mapping[str, str]]) -> None:
        named = "; ".join(f"{one['ref']}: {one['reason']}" for one in items)
        super().__init__(f"{message} {named}.")
        self.items = items


def error_members(error: BaseException) -> dict[str, object]:
    """A failure as the member `error` of a JSON document."""
    if isinstance(error, ProbandaError):
        refused = {"refused": list(error.items)} if isinstance(error, ItemsRefused) else {}
        return {"name": error.name, "message": one_line(error), "exit_code": error.exit_code, **refused}
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return {"name": STOP, "message": STOP_WORDS, "exit_code": STOPPED}
    if isinstance(error, click.UsageError):
        where = f" See `{error.ctx.command_path} --help`." if error.ctx else ""
        return {"name": WrongUsage.name, "message": error.format_message() + where, "exit_code": 2}
    return {"name": FAULT, "message": f"{type(error).__name__}. {FAULT_WORDS}", "exit_code": 1}


def line_of(error: BaseException) -> str:
    """A failure as the one line on standard error."""
    members = error_members(error)
    return safe(f"probanda: {members['name']}: {members['message']}")


def one_line(error: ProbandaError) -> str:
    """The message of a failure, whatever lines it was written in."""
    return " ".join(str(error).split())


def report(error: BaseException, *, as_json: bool, debug: bool) -> int:
    """Say what went wrong; the exit code."""
    members = error_members(error)
    if debug:
        traceback.print_exception(error)
    if as_json:
        sys.stdout.write(json_line({"format": ERROR_FORMAT, "error": members}) + "\n")
    sys.stderr.write(line_of(error) + "\n")
    return int(str(members["exit_code"]))
