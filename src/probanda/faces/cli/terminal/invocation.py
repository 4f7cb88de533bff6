"""One call of the program: which base, whose keys, how to answer. Passphrases come in here, nowhere else."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from probanda.errors import KeyUnavailable, WrongUsage
from probanda.faces.cli.terminal.output import Output

if TYPE_CHECKING:
    from probanda.base import Base, Session
    from probanda.model.policy import Reader
    from probanda.vault.keys import KeyFile, KeyRing, Unlocked

BASE, KEYS, AGENT = "PROBANDA_BASE", "PROBANDA_KEYS", "PROBANDA_AS"
PASSPHRASE, NEW_PASSPHRASE = "PROBANDA_PASSPHRASE", "PROBANDA_NEW_PASSPHRASE"


@dataclass
class Invocation:
    """Options as given before and after the verb; what was not given comes from the environment."""

    environment: Mapping[str, str]
    base_folder: Path | None = None
    keys_folder: Path | None = None
    agent_name: str | None = None
    as_json: bool = False
    output: Output = field(default_factory=Output)

    @property
    def root(self) -> Path:
        """The folder of the base.

        Raises:
            WrongUsage: none was named.
        """
        if self.base_folder is not None:
            return self.base_folder
        if named := self.environment.get(BASE):
            return Path(named)
        raise WrongUsage(f"No base was named. Give --base DIR, or set {BASE}.")

    def base(self) -> Base:
        """The base, open for reading."""
        from probanda.base import Base

        return Base(self.root)

    def ring(self) -> KeyRing:
        """The keys of the person at the terminal."""
        from probanda.vault.keys import KeyRing

        return KeyRing(self.keys_folder or default_keys(self.environment))

    def wanted_agent(self) -> str | None:
        return self.agent_name or self.environment.get(AGENT)

    def key_file(self, ring: KeyRing) -> KeyFile:
        """The key of the agent who is to act.

        Raises:
            KeyUnavailable: there is none, or several and none was named.
        """
        if name := self.wanted_agent():
            return ring.find(name)
        files = ring.files()
        if not files:
            raise KeyUnavailable(
                f"There is no key in {ring.folder}. Name the folder with --keys or {KEYS}; "
                "`probanda init` makes a first key."
            )
        if len(files) == 1:
            return files[0]
        from probanda.vault.unlocked import ask

        opened = [file for file in files if ask(ring, file.id)]
        if len(opened) == 1:
            return opened[0]
        names = ", ".join(file.name for file in files)
        raise KeyUnavailable(f"Several agents have a key here: {names}. Name one with --as, or set {AGENT}.")

    def unlocked(self) -> Unlocked:
        """The keys of the agent who is to act.

        Raises:
            KeyUnavailable: they are closed and no passphrase was given, or it is not theirs.
        """
        ring = self.ring()
        file = self.key_file(ring)
        return self._without_prompt(ring, file) or ring.unlock(
            file, self.ask_passphrase(f"Passphrase of {file.name}: ", PASSPHRASE)
        )

    def _without_prompt(self, ring: KeyRing, file: KeyFile) -> Unlocked | None:
        if passphrase := self.environment.get(PASSPHRASE):
            return ring.unlock(file, passphrase)
        from probanda.vault.unlocked import ask

        return ask(ring, file.id)

    def ask_passphrase(self, prompt: str, variable: str, *, twice: bool = False) -> str:
        """A passphrase from the environment, or typed.

        Raises:
            KeyUnavailable: neither is possible; the message names the ways there are.
        """
        if given := self.environment.get(variable):
            return given
        if not (sys.stdin.isatty() or sys.stderr.isatty()):
            others = ", run `probanda unlock` first," if variable == PASSPHRASE else ""
            raise KeyUnavailable(
                f"A passphrase is needed and there is no terminal to ask at. Set {variable}{others} "
                "or run this in a terminal. Nothing was changed."
            )
        typed = getpass.getpass(prompt, stream=sys.stderr)
        if twice and getpass.getpass("The same again: ", stream=sys.stderr) != typed:
            raise KeyUnavailable("The two passphrases differ. Nothing was changed.")
        return typed

    def session(self) -> Session:
        """The agent at work in the base."""
        base = self.base()
        return base.session(self.ring(), self.unlocked())

    def reader(self, base: Base) -> Reader:
        """Who looks: the agent if their keys are open or a passphrase is set, else nobody in particular.

        Nobody is asked for a passphrase only to look.
        """
        from probanda.model.policy import NOBODY

        ring = self.ring()
        try:
            file = self.key_file(ring)
        except KeyUnavailable:
            if self.wanted_agent():
                raise
            return NOBODY  # no key, or several and none was named: a look needs none
        unlocked = self._without_prompt(ring, file)
        return base.reader(unlocked.id) if unlocked else NOBODY


def default_keys(environment: Mapping[str, str]) -> Path:
    """Where keys lie if nothing else is said."""
    if named := environment.get(KEYS):
        return Path(named)
    configuration = environment.get("XDG_CONFIG_HOME")
    return (Path(configuration) if configuration else Path.home() / ".config") / "probanda" / "keys"
