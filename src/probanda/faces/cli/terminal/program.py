"""The command line as click sees it: verbs that load when called, options on either side of them."""

from __future__ import annotations

import errno
import importlib
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import click

from probanda import __version__
from probanda.faces.cli.terminal.failures import DEBUG, report
from probanda.faces.cli.terminal.invocation import NEW_PASSPHRASE, PASSPHRASE, Invocation
from probanda.faces.cli.verbs import help_text, names

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 90}


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value and parameter.name:
        setattr(context.find_object(Invocation), parameter.name, value)


def shared_options() -> list[click.Parameter]:
    """The options that every verb takes, and the program itself."""
    folder = click.Path(path_type=Path)
    common: dict[str, Any] = {"expose_value": False, "callback": _keep}
    return [
        click.Option(["-b", "--base", "base_folder"], type=folder, metavar="DIR", help="The base.", **common),
        click.Option(["--keys", "keys_folder"], type=folder, metavar="DIR", help="Your keys.", **common),
        click.Option(["--as", "agent_name"], metavar="NAME", help="The agent who acts.", **common),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document.", **common),
    ]


def verb(name: str) -> Callable[[Callable[..., int | None]], click.Command]:
    """Makes a verb of a function that takes the invocation first and returns an exit code, if not 0."""

    def made(function: Callable[..., int | None]) -> click.Command:
        command = click.command(name, context_settings=SETTINGS)(click.pass_obj(function))
        command.params.extend(shared_options())
        return command

    return made


class Verbs(click.Group):
    """A verb that has verbs of its own."""

    def __init__(self, name: str, help: str, commands: Sequence[click.Command]) -> None:
        super().__init__(
            name, help=help, commands=list(commands), params=shared_options(), context_settings=SETTINGS
        )


class Program(click.Group):
    """All verbs; each module is imported when its verb is asked for."""

    def __init__(self) -> None:
        version = click.version_option(__version__, prog_name="probanda", message="%(prog)s %(version)s")
        super().__init__("probanda", params=shared_options(), context_settings=SETTINGS)
        version(self)

    def list_commands(self, context: click.Context) -> list[str]:
        return names()

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in names():
            return None
        command = importlib.import_module(f"probanda.faces.cli.{name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"the module of {name} holds no command")
        return command

    def get_help(self, context: click.Context) -> str:
        return help_text().rstrip("\n")


def run(arguments: list[str]) -> int:
    """Runs one command line; the exit status. Nothing escapes as a traceback."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    invocation = Invocation(dict(os.environ))
    for secret in (PASSPHRASE, NEW_PASSPHRASE):  # not for what reads hostile archives
        os.environ.pop(secret, None)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash writes no open keys to disk
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # both are text files
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = Program().main(arguments, prog_name="probanda", standalone_mode=False, obj=invocation)
        sys.stdout.flush()
        return code or 0
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(f"{error.format_message()}\n")
        return error.exit_code
    except OSError as error:
        if error.errno == errno.EPIPE:
            return _quiet()
        failure: BaseException = error
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # told in words, not as a traceback
        failure = error
    as_json = "--json" in options and not invocation.output.holds_document
    return report(failure, as_json=as_json, debug=bool(os.environ.get(DEBUG)))


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _quiet() -> int:
    """Whoever read our output has gone, so there is nobody to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
