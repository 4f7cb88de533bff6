"""Writes the pages of docs/reference that the program itself can tell: its verbs, errors and exit codes.

.venv/bin/python scripts/reference.py
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import click

import probanda
from probanda.faces.cli.explain import EXIT_CODES, error_classes
from probanda.faces.cli.terminal.failures import FAULT, STOP
from probanda.faces.cli.terminal.program import SETTINGS
from probanda.faces.cli.verbs import help_text, names

PAGES = Path(__file__).parents[1] / "docs" / "reference"
COLUMNS = 80
MADE = "<!-- Made by scripts/reference.py from the program; change it there. -->\n"

JSON_PAGE = (
    "See [JSON](json.md) for what `--json` prints, [exit codes](exit-codes.md) and [errors](errors.md)."
)


def cli_page() -> str:
    """Every verb with its help."""
    parts = [f"# Command line\n\n{MADE}\n{JSON_PAGE}\n\n```text\n{help_text()}```\n"]
    for name in names():
        command = importlib.import_module(f"probanda.faces.cli.{name}").command
        parts.append(f"## {name}\n\n{_help(command, f'probanda {name}')}")
        for inner, one in getattr(command, "commands", {}).items():
            parts.append(f"### {name} {inner}\n\n{_help(one, f'probanda {name} {inner}')}")
    return "\n".join(parts)


def _help(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path, terminal_width=COLUMNS, **SETTINGS)
    return f"```text\n{command.get_help(context)}\n```\n"


def errors_page() -> str:
    """Every error by its stable name."""
    rows = sorted((one.name, one.exit_code, " ".join((one.__doc__ or "").split())) for one in all_errors())
    rows.append((FAULT, 1, "A fault of the program itself; nothing acknowledged is lost."))
    rows.append((STOP, 130, "Stopped by Ctrl-C; what was acknowledged is safe."))
    lines = "".join(f"| `{name}` | {code} | {means} |\n" for name, code, means in rows)
    return (
        f"# Errors\n\n{MADE}\n"
        "A failure is one line on standard error, `probanda: NAME: message`, and with `--json` one document "
        "([probanda-error/1](json.md#probanda-error1)).\nNames are stable, messages are not. "
        "`probanda explain NAME` says the same as this page.\n\n"
        f"| name | exit code | means |\n|---|---|---|\n{lines}"
    )


def all_errors() -> Iterator[type[probanda.errors.ProbandaError]]:
    """Every error of the whole program, each name once."""
    for module in pkgutil.walk_packages(probanda.__path__, "probanda."):
        importlib.import_module(module.name)
    return error_classes()


def exit_codes_page() -> str:
    """What each exit status means."""
    lines = "".join(f"| {code} | {means} |\n" for code, means in EXIT_CODES.items())
    return (
        f"# Exit codes\n\n{MADE}\n"
        "Every verb ends with one of these, so that a script can tell whether to go on, ask, or try again."
        f"\n\n| code | means |\n|---|---|\n{lines}\n"
        "`verify` and the `verify.py` that travels in packages use 0, 2, 3 and 4 alike.\n"
    )


def pages() -> dict[Path, str]:
    """What each page must hold."""
    made = {"cli.md": cli_page, "errors.md": errors_page, "exit-codes.md": exit_codes_page}
    return {PAGES / name: make() for name, make in made.items()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
