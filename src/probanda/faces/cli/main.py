"""The command `probanda`. What `--help` does not need is not imported: a verb loads when it is called."""

from __future__ import annotations

import sys

from probanda.faces.cli.verbs import help_text


def main() -> None:
    """Runs the command line of this process and ends it with its exit status."""
    given = sys.argv[1:]
    if given in ([], ["--help"], ["-h"]):
        sys.stdout.write(help_text())
        return
    from probanda.faces.cli.terminal.program import run

    sys.exit(run(given))


if __name__ == "__main__":
    main()
