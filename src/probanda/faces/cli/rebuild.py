"""`probanda rebuild`: the tables, anew from the log."""

from __future__ import annotations

from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.output import counted
from probanda.faces.cli.terminal.program import verb
from probanda.faces.cli.terminal.progress import watching

FORMAT = "probanda-rebuild/1"


@verb("rebuild")
def command(invocation: Invocation) -> None:
    """Make the tables that lists and searches read anew from the log, beside the present ones, then swap.

    Evidence and log are only read. Who reads meanwhile reads the present tables.

    \b
    Exit status: 0 rebuilt, 3 the log is damaged.
    Example: probanda rebuild
    """
    from probanda.model.policy import Action
    from probanda.views.log_source import LogSource
    from probanda.views.store import Views
    from probanda.work.session import require

    base = invocation.base()
    require(invocation.reader(base), Action.REBUILD)
    what = "folding entries"
    with watching(what) as reached:
        views = Views.open(base.root / "views")
        entries = views.rebuild(LogSource(base.ledger.reader), lambda done, total: reached(what, done, total))
    if invocation.as_json:
        invocation.output.document(FORMAT, {"entries": entries})
        return
    invocation.output.text(f"Rebuilt from {counted(entries, 'entry', 'entries')}.")
