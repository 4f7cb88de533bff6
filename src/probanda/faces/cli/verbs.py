"""The verbs there are, each with one line of help; `--help` prints this without loading any of them."""

from __future__ import annotations

# By the heading they are listed under. Each is the module of its name in this folder.
VERBS: dict[str, dict[str, str]] = {
    "take in": {
        "init": "Make a new base.",
        "add": "Take in files, folders, archives.",
    },
    "look": {
        "list": "List items.",
        "show": "Show one item.",
        "history": "Show who held an item, and when.",
    },
    "check": {
        "prove": "Show that an item stands in the log.",
        "verify": "Check a base, or a package.",
        "anchor": "Have an authority state the time.",
    },
    "give": {
        "export": "Make a package of items.",
    },
    "govern": {
        "label": "Protect an item by labels.",
        "matter": "Open and list matters.",
        "agent": "Enrol agents, set their roles.",
        "unlock": "Keep an agent's keys open.",
        "lock": "Close an agent's keys.",
    },
    "run": {
        "serve": "Show the base in a browser, here.",
        "rebuild": "Make the tables anew from the log.",
        "doctor": "Say what is well and what is not.",
        "explain": "Say what a word or number means.",
        "demo": "Run everything on a synthetic case.",
    },
}

_TOP = """\
Usage: probanda [OPTIONS] VERB ...

An evidence base: take material in, seal it,
and let anyone check it offline.
"""

_BOTTOM = """\

Options, before or after the verb:
  -b, --base DIR   the base (or PROBANDA_BASE)
  --keys DIR       your keys (or PROBANDA_KEYS)
  --as NAME        the agent (or PROBANDA_AS)
  --json           one JSON document as result
  --version        which version this is
  -h, --help       this, or help on a verb

Passphrase: PROBANDA_PASSPHRASE, or `probanda
unlock`, or the prompt.

Exit status: 0 done, 1 failed, 2 wrong usage,
3 a proof fails, 4 undecided, 5 partly done,
6 refused by policy, 7 base busy, 130 stopped.

Example: probanda add photos/ --matter Harbour
"""


def help_text() -> str:
    """What `probanda --help` prints; fits 50 columns."""
    lines = [_TOP]
    for heading, verbs in VERBS.items():
        lines.append(f"{heading.capitalize()}:")
        lines += [f"  {name:8} {help}" for name, help in verbs.items()]
    return "\n".join(lines) + "\n" + _BOTTOM


def names() -> list[str]:
    """All verbs, in the order in which they are listed."""
    return [name for verbs in VERBS.values() for name in verbs]
