"""`probanda doctor`: what is well and what is not, safe to paste into a report."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from probanda import __version__
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import size_text
from probanda.faces.cli.terminal.program import verb
from probanda.faces.cli.terminal.volume import encryption_of

FORMAT = "probanda-doctor/1"
LIBRARIES = ("cryptography", "sqlalchemy", "litestar", "av", "pillow", "rfc3161-client")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TOOL_TIMEOUT_S = 10.0  # a program that does not even say its version in time is not of use


@dataclass(frozen=True, slots=True)
class Health:
    """How a base stands. Ids and counts only: no name, no path."""

    genesis: str
    head_size: int
    head_root: str
    checkpoint_size: int
    staged: int
    views_version: int
    views_size: int
    encryption: str
    free_bytes: int


@verb("doctor")
def command(invocation: Invocation) -> None:
    """Say which versions run here and how the base stands. Changes nothing, needs no passphrase.

    What it prints holds ids and counts only, no names and no paths, so it can go into a report of a fault.
    Whether the evidence is whole is another question: `probanda verify`.

    \b
    Exit status: 0 said, 2 there is no base.
    Example: probanda doctor --json
    """
    programs, tools = versions(), {"openssl": _openssl(), "browser": _browser()}
    health = _health(invocation)
    if invocation.as_json:
        members = {"probanda": __version__, "programs": programs, "tools": tools, **asdict(health)}
        invocation.output.document(FORMAT, members)
        return
    _print(invocation, programs, tools, health)


def _print(
    invocation: Invocation,
    programs: Mapping[str, str | None],
    tools: Mapping[str, str | None],
    health: Health,
) -> None:
    output = invocation.output
    output.fact("probanda", __version__)
    for name, said in {**programs, **tools}.items():
        output.fact(name, said or "not found")
    output.fact("genesis", health.genesis)
    output.fact("head", f"{health.head_size} entries, root {health.head_root}")
    behind = health.head_size - health.checkpoint_size
    output.fact("checkpoint", "of the head" if not behind else f"{behind} entries behind the head")
    output.fact("unfinished", f"{health.staged} staged groups" if health.staged else "nothing")
    lag = health.head_size - health.views_size
    views = "up to date" if not lag else f"{lag} entries behind; the next verb brings them up to date"
    output.fact("views", f"version {health.views_version}, {views}")
    output.fact("encryption", f"{health.encryption} (of the volume)")
    output.fact("space left", size_text(health.free_bytes))
    if not tools["openssl"]:
        output.note("openssl was not found: tokens cannot be checked with it. Install it with apt.")


def versions() -> dict[str, str | None]:
    """What this runs on."""
    found: dict[str, str | None] = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _openssl() -> str | None:
    return _says("openssl", "version")


def _browser() -> str | None:
    return next((said for name in BROWSERS if (said := _says(name, "--version"))), None)


def _says(program: str, argument: str) -> str | None:
    path = shutil.which(program)
    if path is None:
        return None
    try:
        done = subprocess.run(
            [path, argument], capture_output=True, text=True, timeout=TOOL_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.splitlines()
    return lines[0].strip() if lines else None


def _health(invocation: Invocation) -> Health:
    from probanda.views.store import Views
    from probanda.views.tables import VIEWS_VERSION

    base = invocation.base()
    head = base.ledger.head()
    views = Views.open(base.root / "views")
    applied = views.applied()
    views.close()
    return Health(
        genesis=base.identity.genesis,
        head_size=head.size,
        head_root=head.root.hex(),
        checkpoint_size=base.ledger.signed_size(),
        staged=len(base.folder.names("staging")),
        views_version=VIEWS_VERSION,
        views_size=applied.size,
        encryption=encryption_of(Path(base.root).resolve()).value,
        free_bytes=shutil.disk_usage(base.root).free,
    )
