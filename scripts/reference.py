"""Writes the pages of docs/reference that the program can tell: verbs, errors, exit codes, policy.

.venv/bin/python scripts/reference.py
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

import probanda
from probanda.faces.cli.explain import EXIT_CODES, ROLES, error_classes
from probanda.faces.cli.terminal.failures import FAULT, STOP
from probanda.faces.cli.terminal.program import SETTINGS
from probanda.faces.cli.verbs import help_text, names
from probanda.model.labels import DEFAULT_CONFIDENTIALITY, Confidentiality, Label
from probanda.model.policy import BY_ROLE, SEES_CONFIDENTIALITY, SEES_LABEL, STAYS, STAYS_FROM, Action
from probanda.model.roles import Role

PAGES = Path(__file__).parents[1] / "docs" / "reference"
COLUMNS = 80
STAFF = BY_ROLE[Action.LABEL]
KEEPERS = BY_ROLE[Action.UNLABEL]
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


POLICY_PAGE = """\
# Policy

{made}
One function decides who may do what to what; every verb, page, JSON twin, download and package asks it. An
act is allowed if the role allows it, and the degree of confidentiality does, and every label does: each can
only take away. What you may not see is counted in lists, and otherwise as if it were not there.

## Roles

*Staff* is every role but `external-reader`; *keepers* are {keepers}.

| role | for |
|---|---|
{roles}
## Acts

| act | needs one of the roles |
|---|---|
{acts}
## Labels

They belong to the bytes, in every matter, and members of an archive inherit them. An archive does not leave
with a member that must stay. Originals whose label keeps them from leaving are downloaded only by keepers.

| label | seen by | may leave in a package |
|---|---|---|
{labels}
## Confidentiality

Every item has one degree; where none was given, `{usual}`.

| degree | seen by | may leave in a package |
|---|---|---|
{degrees}"""


def policy_page() -> str:
    """Who may do what to what, from the tables of the policy."""
    words = {True: "yes", False: "no"}
    degrees = [(one, SEES_CONFIDENTIALITY[one], one.rank < STAYS_FROM.rank) for one in Confidentiality]
    return POLICY_PAGE.format(
        made=MADE,
        keepers=_named(KEEPERS),
        roles="".join(f"| `{one}` | {ROLES[one]} |\n" for one in Role),
        acts="".join(f"| {action} | {_roles(wanted)} |\n" for action, wanted in BY_ROLE.items()),
        labels="".join(f"| `{one}` | {_roles(SEES_LABEL[one])} | {_leaves(one)} |\n" for one in Label),
        degrees="".join(f"| `{one}` | {_roles(seen)} | {words[go]} |\n" for one, seen, go in degrees),
        usual=DEFAULT_CONFIDENTIALITY,
    )


def _roles(wanted: frozenset[Role] | None) -> str:
    groups = {None: "anybody", frozenset(Role): "any agent", STAFF: "staff", KEEPERS: "keepers"}
    return groups.get(wanted) or _named(wanted or ())


def _named(roles: Iterable[Role]) -> str:
    return ", ".join(f"`{role}`" for role in sorted(roles))


def _leaves(label: Label) -> str:
    return f"no: {STAYS[label]}" if label in STAYS else "yes"


def pages() -> dict[Path, str]:
    """What each page must hold."""
    made = {"cli.md": cli_page, "errors.md": errors_page, "exit-codes.md": exit_codes_page}
    made["policy.md"] = policy_page
    return {PAGES / name: make() for name, make in made.items()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
