"""`probanda explain`: what the words and numbers mean that the program uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from probanda.errors import NotFound, ProbandaError
from probanda.faces.cli.terminal.failures import FAULT, STOP
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import listed
from probanda.faces.cli.terminal.program import verb

FORMAT = "probanda-words/1"

EXIT_CODES = {
    "0": "Done. For a check: integrity holds, and so does the identity if one was given.",
    "1": "Failed. The message says what was kept and what to do next.",
    "2": "Wrong usage: the request cannot be carried out as put. Nothing was changed.",
    "3": "A proof fails, or the genesis is not the one that was given.",
    "4": "Undecided: something that a check needs is missing. That is no weaker form of holds.",
    "5": "Partly done: some inputs were not taken in; each is named with its reason.",
    "6": "Refused by policy, with the reason. Nothing was changed.",
    "7": "Another process is writing to the base and did not finish in time. Try again.",
    "130": "Stopped by Ctrl-C. What was acknowledged is safe; run it again to go on.",
}

OUTCOMES = {
    "received": "The bytes are on disk and an entry of the log names them.",
    "held": "This matter received the same bytes under the same path before; no entry was made.",
    "refused": "Not taken in, because of a rule or a limit that the reason names.",
    "unreadable": "It could not be read; the reason says why.",
    "changed": "It changed while it was read, so nothing of it was kept. Run it again.",
    "link": "A symbolic link. It was not followed.",
    "special": "A pipe, socket or device. It was not opened.",
}

ROLES = {
    "collector": "Takes material in.",
    "reviewer": "Looks at items and labels them.",
    "analyst": "Looks at items and labels them.",
    "legal-officer": "Also sees what is privileged.",
    "protection-officer": "Sees what is protected, and may take protection away.",
    "custodian": "Keeps the items: takes in, labels, takes protection away, anchors.",
    "supervisor": "Enrols agents, sets their roles, revokes their keys; may do most other things too.",
    "disclosure-officer": "Makes packages.",
    "external-reader": "From outside: sees what is open to anybody.",
}

VERDICTS = {
    "holds": "The check went through and everything agrees.",
    "fails": "The check went through and something does not agree.",
    "undecided": "Something is missing that the check needs. Nothing was shown either way.",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the program: what sort of word, and what it means."""

    word: str
    sort: str
    means: str


def words() -> Iterator[Word]:
    """Every word there is an explanation for."""
    for sort, table in (("exit code", EXIT_CODES), ("outcome", OUTCOMES), ("role", ROLES)):
        yield from (Word(word, sort, means) for word, means in table.items())
    yield from (Word(word, "verdict", means) for word, means in VERDICTS.items())
    yield from _errors()
    yield from _protection()


def error_classes() -> Iterator[type[ProbandaError]]:
    """Every failure that a call can end with, each name once."""
    waiting: list[type[ProbandaError]] = [ProbandaError]
    seen: set[str] = set()
    while waiting:
        one = waiting.pop(0)
        waiting += one.__subclasses__()
        if one.name not in seen:
            seen.add(one.name)
            yield one


def _errors() -> Iterator[Word]:
    for one in error_classes():
        sentence = " ".join((one.__doc__ or "").split())
        yield Word(one.name, "error", f"{sentence} Exit code {one.exit_code}.")
    yield Word(FAULT, "error", "A fault of the program itself; nothing acknowledged is lost. Exit code 1.")
    yield Word(STOP, "error", "Stopped by Ctrl-C; what was acknowledged is safe. Exit code 130.")


def _protection() -> Iterator[Word]:
    from probanda.model.labels import DEFAULT_CONFIDENTIALITY, Confidentiality, Label
    from probanda.model.policy import SEES_CONFIDENTIALITY, SEES_LABEL, STAYS

    for label in Label:
        stays = f"Does not leave in a package: {STAYS[label]}." if label in STAYS else "May leave."
        yield Word(label, "label", f"{_seen_by(SEES_LABEL[label])} {stays}")
    for degree in Confidentiality:
        usual = " Where none is given." if degree is DEFAULT_CONFIDENTIALITY else ""
        yield Word(degree, "confidentiality", f"{_seen_by(SEES_CONFIDENTIALITY[degree])}{usual}")


def _seen_by(roles: frozenset[str] | None) -> str:
    return "Open to anybody." if roles is None else f"Open to: {listed(sorted(roles))}."


@verb("explain")
@click.argument("word", required=False)
def command(invocation: Invocation, word: str | None) -> None:
    """Say what WORD means: an exit code, the name of an error, a label, a role, an outcome, a verdict.

    Without WORD all of them are listed.

    \b
    Exit status: 0 explained, 2 no such word.
    Example: probanda explain E-BUSY
    """
    found = [one for one in words() if word is None or one.word.lower() == word.lower()]
    if not found:
        raise NotFound(f"There is no word {word!r} here. `probanda explain` lists all there are.")
    if invocation.as_json:
        shown = [{"word": one.word, "sort": one.sort, "means": one.means} for one in found]
        invocation.output.document(FORMAT, {"words": shown})
        return
    for one in found:
        invocation.output.line(f"{one.word} ({one.sort})")
        invocation.output.text(one.means, indent="  ")
