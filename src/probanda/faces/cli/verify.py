"""`probanda verify`: whether a base, or a package, is what it was. Three questions are answered apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probanda.errors import Malformed, NotFound, StorageFailed, WrongUsage
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import Output, counted, size_text
from probanda.faces.cli.terminal.program import verb

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from probanda.model.digest import EntryId
    from probanda.proof.verdict import Finding, Outcome
    from probanda.vault.audit_report import AuditReport

SHOWN_FINDINGS = 50  # in text; JSON has all
FILE = click.Path(path_type=Path)


@verb("verify")
@click.argument("package", type=FILE, required=False)
@click.option("--both", is_flag=True, help="Of a base: SHA-512 besides SHA-256.")
@click.option("--since", type=FILE, metavar="FILE", help="Of a base: an earlier checkpoint, kept elsewhere.")
@click.option("--genesis", metavar="ID", help="The id that the base must have, known from elsewhere.")
@click.option(
    "--ca", type=FILE, metavar="FILE", help="A certificate (PEM) of a time-stamp authority you trust."
)
def command(
    invocation: Invocation,
    package: Path | None,
    both: bool,  # noqa: FBT001  # click hands it over by name
    since: Path | None,
    genesis: str | None,
    ca: Path | None,
) -> int:
    """Check the base, or the package in the folder PACKAGE. Needs no passphrase, changes nothing.

    Of a base everything is derived again and compared; nothing stored is trusted. With --since a log that was
    set back is found too. Three answers: integrity sets the exit status, and so does the identity if you
    give --genesis; the time is undecided without --ca.

    \b
    Exit status: 0 holds, 2 nothing there to check, 3 fails, 4 undecided.
    Example: probanda verify --both --genesis ID
    """
    from probanda.model.policy import NOBODY, Action
    from probanda.work.session import require

    require(NOBODY, Action.VERIFY)
    expected = _entry_id(genesis)
    roots = _roots(ca)
    if package is None:
        earlier = _read(since) if since else None
        return _verify_base(invocation, both=both, since=earlier, genesis=expected, roots=roots)
    if both or since:
        raise WrongUsage("--both and --since are for a base; a package is always checked whole.")
    return _verify_package(invocation, package, genesis=expected, roots=roots)


def _entry_id(given: str | None) -> EntryId | None:
    """The id as printed, also in groups."""
    from probanda.model.digest import entry_id

    if given is None:
        return None
    try:
        return entry_id("".join(given.split()).lower())
    except Malformed as error:
        raise WrongUsage(f"--genesis: {error}.") from error


def _roots(ca: Path | None) -> tuple[Certificate, ...]:
    if ca is None:
        return ()
    from probanda.proof.timestamp import trusted_roots

    try:
        return trusted_roots(_read(ca))
    except Malformed as error:
        raise WrongUsage(f"--ca {ca}: {error}.") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.") from error
    except OSError as error:
        raise StorageFailed(f"Could not read {path}: {error.strerror}.") from error


def _verify_base(
    invocation: Invocation,
    *,
    both: bool,
    since: bytes | None,
    genesis: EntryId | None,
    roots: Sequence[Certificate],
) -> int:
    from probanda.faces.cli.terminal.progress import watching
    from probanda.faces.cli.terminal.tokens import check_tokens
    from probanda.proof.timestamp import time_of
    from probanda.vault.audit import audit

    root = invocation.root
    if not any((root / name).exists() for name in ("probanda.json", "log")):
        raise NotFound(f"There is no base in {root}. Nothing was checked.")
    with watching("audit") as reached:
        report = audit(root, both=both, since=since, genesis=genesis, progress=reached)
    tokens = check_tokens(root, roots)
    time = time_of(report.integrity, (token.outcome for token in tokens), brought=bool(roots))
    if invocation.as_json:
        checked = [token.json() for token in tokens]
        invocation.output.document(
            str(report.json()["format"]), {**report.json(), "time": time.value, "tokens": checked}
        )
        return report.exit_code
    output = invocation.output
    _print_answers(output, report.integrity, report.identity, time)
    _print_counts(output, report)
    for token in tokens:
        output.fact("token", f"over {token.size:,} entries: {token.outcome}: {token.says}")
    _print_findings(output, report.findings)
    for note in report.notes[:SHOWN_FINDINGS]:
        output.text(f"note: {note.name} {note.where}: {note.says}")
    return report.exit_code


def _verify_package(
    invocation: Invocation, package: Path, *, genesis: EntryId | None, roots: Sequence[Certificate]
) -> int:
    from probanda.work.disclose.reading import check_package

    verdict, tokens = check_package(package, genesis=genesis, authorities=roots)
    output = invocation.output
    if invocation.as_json:
        shown = [
            {**token.json(), "outcome": checked.outcome.value, "says": checked.says}
            for token, checked in zip(verdict.tokens, tokens, strict=True)
        ]
        output.document(str(verdict.json()["format"]), {**verdict.json(), "tokens": shown})
        return verdict.exit_code
    _print_answers(output, verdict.integrity, verdict.identity, verdict.time)
    for one in verdict.agents:
        output.fact("agent", f"{one.name or '(name withheld)'} {one.id}")
    for token, checked in zip(verdict.tokens, tokens, strict=True):
        output.fact("token", f"over {token.size:,} entries: {checked.outcome}: {checked.says}")
    _print_findings(output, verdict.findings)
    output.line()
    output.text("This does not show:")
    for each in verdict.not_shown:
        output.hanging("-", each)
    return verdict.exit_code


def _print_answers(output: Output, integrity: Outcome, identity: Outcome, time: Outcome) -> None:
    from probanda.proof.verdict import Outcome

    output.fact("integrity", integrity)
    pins = {
        Outcome.UNDECIDED: " (give --genesis ID, from elsewhere)",
        Outcome.FAILS: " (its genesis id is not the one that you gave)",
    }
    output.fact("identity", f"{identity}{pins.get(identity, '')}")
    trust = " (give --ca FILE, of an authority)" if time is Outcome.UNDECIDED else ""
    output.fact("time", f"{time}{trust}")


def _print_counts(output: Output, report: AuditReport) -> None:
    counts = report.counts
    if report.genesis:
        output.fact("genesis", report.genesis)
    if report.head:
        output.fact("head", f"{counted(report.head.size, 'entry', 'entries')}, root {report.head.root.hex()}")
    output.fact(
        "looked at",
        f"{counted(counts.entries, 'entry', 'entries')}, {counted(counts.objects, 'object')}, "
        f"{counted(counts.packs, 'pack')} with {counted(counts.packed, 'object')}, "
        f"{counted(counts.anchors, 'anchor')}, {size_text(counts.size_bytes)}",
    )


def _print_findings(output: Output, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    output.line()
    output.text(f"{counted(len(findings), 'finding')}, the first first:")
    for one in findings[:SHOWN_FINDINGS]:
        output.text(f"{one.effect}: {one.name} {one.where}: {one.says}")
    if len(findings) > SHOWN_FINDINGS:
        output.text(f"and {len(findings) - SHOWN_FINDINGS:,} more: with --json all are listed")
