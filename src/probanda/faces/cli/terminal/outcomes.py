"""What became of each input, told while it happens: for people, or as one JSON document, always closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from probanda.faces.cli.terminal.failures import error_members
from probanda.faces.cli.terminal.output import Output, json_line, listed, size_text
from probanda.model.rawname import name_text, name_value

if TYPE_CHECKING:
    from probanda.views.answers import Matter
    from probanda.work.intake.messages import Answer
    from probanda.work.intake.pipeline import Ending
    from probanda.work.intake.progress import Progress

FORMAT = "probanda-add/1"


class AsText:
    """A line for each input that was not simply received or held; the counts at the end."""

    is_begun = False

    def __init__(self, output: Output, clear: Callable[[], None]) -> None:
        """`clear` takes away the progress that stands in place."""
        self._output, self._clear = output, clear

    def tell(self, answer: Answer) -> None:
        self.is_begun = True
        if answer.reason is not None:
            self._clear()
            self._output.text(f"{answer.outcome}: {name_text(answer.path)}: {answer.reason}")

    def end(self, progress: Progress, ending: Ending | None, error: BaseException | None) -> None:
        counts = [f"{count:,} {outcome}" for outcome, count in sorted(progress.counts.items())]
        self._output.text(f"{listed(counts)}; {size_text(progress.size_bytes)}.")
        if ending is not None and ending.not_looked_at:
            self._output.text(f"Not looked at: {ending.not_looked_at:,}.")


class AsDocument:
    """`outcomes` grow while the intake goes on; counts, and what ended it, stand behind them."""

    is_begun = False

    def __init__(self, output: Output, matter: Matter, *, is_new: bool) -> None:
        """Nothing is printed before there is something to tell."""
        self._output = output
        self._matter = {"ref": matter.ref, "name": matter.name, "opened": is_new}

    def tell(self, answer: Answer) -> None:
        self._output.piece(("," if self.is_begun else self._beginning()) + "\n" + json_line(_outcome(answer)))
        self.is_begun = True

    def _beginning(self) -> str:
        opened = json_line({"format": FORMAT, "matter": self._matter})
        return opened[:-1] + ', "outcomes": ['

    def end(self, progress: Progress, ending: Ending | None, error: BaseException | None) -> None:
        rest = {
            "counts": {outcome.value: count for outcome, count in sorted(progress.counts.items())},
            "size_bytes": progress.size_bytes,
            "stopped": ending.stopped if ending else isinstance(error, KeyboardInterrupt),
            "not_looked_at": ending.not_looked_at if ending else None,
            "views_behind": bool(ending and ending.behind),
            "error": error_members(error) if error else None,
        }
        self._output.piece(("" if self.is_begun else self._beginning()) + "], " + json_line(rest)[1:] + "\n")


def _outcome(answer: Answer) -> dict[str, object]:
    return {
        "outcome": answer.outcome.value,
        "path": name_value(answer.path),
        "root": None if answer.root is None else name_value(answer.root),
        "member": answer.is_member,
        "sha256": answer.sha256,
        "index": answer.index,
        "reason": answer.reason,
    }
