"""`probanda demo`: the main job from end to end, on the synthetic case, by the verbs that anybody types."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from probanda.errors import ProbandaError, WrongUsage
from probanda.faces.cli.init import large
from probanda.faces.cli.terminal.invocation import BASE, KEYS, Invocation
from probanda.faces.cli.terminal.output import Output, counted
from probanda.faces.cli.terminal.program import verb

FORMAT = "probanda-demo/1"
PASSPHRASE = "demo-passphrase"  # noqa: S105  # it protects nothing: everybody may know it
FIRST, SECOND = "Registrar", "Reviewer"
MATTER = "Lower Maresh (synthetic)"
LEAVES = (
    "articles/courier/article_en.txt",
    "articles/visnyk/stattia_uk.txt",
    "official_post/agora_post_77120.json",
)
STAYS = "letters/2026-06-19_reply_from_icrc.txt"
REFUSED = 6

# What is done, and about how many seconds it takes, so that the time left can be told.
STEPS = (
    ("Draw the synthetic case: all parties and places are invented", 4),
    ("Make a base, and a key for its first agent", 2),
    ("Take the case in, with the labels that its manifest suggests", 16),
    ("Enrol a second agent, who is to see less", 3),
    ("Have a time-stamp authority answer (demonstration: proves no time)", 2),
    ("Audit: derive everything again, with both digests", 3),
    ("Make a package of three items that may leave", 2),
    ("Try to hand over what must not leave", 1),
    ("Check the package with the stand-alone verifier and nothing else", 1),
    ("Check the package with this program", 2),
)


@verb("demo")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
def command(invocation: Invocation, folder: Path | None) -> None:
    """Run the main job on a synthetic case: take in, seal, anchor, audit, package, check.

    The base is made in DIR (else PROBANDA_BASE, else ./demo-base), its keys in PROBANDA_KEYS (else beside
    it). A base that an earlier demo made there is made afresh; any other is left alone. Nothing leaves this
    machine.

    \b
    Exit status: 0 all of it worked, 1 something did not, 2 DIR holds something else.
    Example: probanda demo
    """
    given = folder or invocation.base_folder or invocation.environment.get(BASE, "demo-base")
    base = Path(given).absolute()
    named = invocation.keys_folder or invocation.environment.get(KEYS)
    keys = Path(named or base.with_name("demo-keys")).absolute()
    demo = Demonstration(base, keys, invocation.output, is_quiet=invocation.as_json)
    demo.run()
    if invocation.as_json:
        invocation.output.document(FORMAT, demo.told)
    else:
        _print_end(invocation.output, demo)


@dataclass
class Demonstration:
    """One run; `told` is what came out of it."""

    base: Path
    keys: Path
    output: Output
    is_quiet: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    _step: int = 0

    @property
    def kept(self) -> Path:
        """A place in the base for what is no evidence: the cache holds nothing that counts."""
        return self.base / "cache" / "demonstration"

    def run(self) -> None:
        """All steps in order.

        Raises:
            ProbandaError: a step did not do what it must.
        """
        self._start_afresh()
        with tempfile.TemporaryDirectory(prefix="probanda-demo-") as temporary:
            case = Path(temporary)
            groups = self._draw(case)
            genesis = self._begin()
            self._take_in(case, groups)
            self._enrol()
            self._anchor()
            self._audit(genesis)
        package = self._package()
        self._refuse()
        self._check(package, genesis)

    def _start_afresh(self) -> None:
        if self.kept.is_dir():
            self.say(f"{self.base} was made by an earlier demo; it is made afresh.")
            shutil.rmtree(self.base)
        elif self.base.exists() and (not self.base.is_dir() or any(self.base.iterdir())):
            raise WrongUsage(
                f"{self.base} is there and was not made by a demo. It was left alone; name another folder."
            )

    def _draw(self, case: Path) -> dict[tuple[str, ...], Path]:
        """The case on disk, apart by suggested labels, each file still under its own path."""
        from probanda.twin import build_twin

        with self._doing():
            manifest = build_twin(case)
            groups: dict[tuple[str, ...], Path] = {}
            for one in manifest.files:
                labels = tuple(sorted(one.labels))
                root = groups.setdefault(labels, case / f"material-{len(groups)}")
                target = root / one.path
                target.parent.mkdir(parents=True, exist_ok=True)
                (case / "material" / one.path).rename(target)
            return groups

    def _begin(self) -> str:
        with self._doing():
            genesis = str(self._probanda("init", str(self.base))["genesis"])
            self.kept.mkdir(parents=True)
            self.told |= {"base": str(self.base), "keys": str(self.keys), "genesis": genesis}
            self.told |= {"passphrase": PASSPHRASE, "agents": [FIRST, SECOND]}
            return genesis

    def _take_in(self, case: Path, groups: Mapping[tuple[str, ...], Path]) -> None:
        counts: dict[str, int] = {}
        with self._doing():
            for labels, root in groups.items():
                chosen = [word for label in labels for word in ("--label", label)]
                done = self._probanda("add", str(root), "--matter", MATTER, *chosen)
                for outcome, count in done["counts"].items():
                    counts[outcome] = counts.get(outcome, 0) + count
            self.told["counts"] = counts
        self.say(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))

    def _enrol(self) -> None:
        with self._doing():
            self._probanda("agent", "enrol", SECOND, "--role", "reviewer")
            kept = self._probanda("list", "--limit", "1", agent=SECOND)["kept_from_you"]
        self.say(f"{SECOND} is kept from {counted(kept, 'item')}.")

    def _anchor(self) -> None:
        from probanda.demonstration.authority import DemonstrationAuthority

        with self._doing(), DemonstrationAuthority() as authority:
            root = self.kept / "authority.pem"
            root.write_bytes(authority.root)
            done = self._probanda("anchor", "--tsa", authority.url, "--ca", str(root))
            _must(done["outcome"] == "holds" and done["openssl"] is not False, "The token does not verify.")

    def _audit(self, genesis: str) -> None:
        with self._doing():
            report = self._probanda("verify", "--both", "--genesis", genesis)
        self.say(f"integrity {report['integrity']}, {counted(report['head']['size'], 'entry', 'entries')}")

    def _package(self) -> Path:
        package = self.kept / "package"
        with self._doing():
            items = [self._digest(path) for path in LEAVES]
            self._probanda("export", *items, "-o", str(package), "--purpose", "demonstration")
        self.told["package"] = str(package)
        return package

    def _refuse(self) -> None:
        with self._doing():
            out = str(self.kept / "must-not-be")
            done = self._probanda("export", self._digest(STAYS), "-o", out, code=REFUSED)
            _must(not Path(out).exists(), "A package was made of what must not leave.")
        self.say(f"refused: {done['error']['refused'][0]['reason']}")

    def _check(self, package: Path, genesis: str) -> None:
        with self._doing():
            alone = [sys.executable, "-I", str(package / "verify.py"), "--genesis", genesis, str(package)]
            done = subprocess.run(alone, env={}, capture_output=True, text=True, check=False)
            _must(done.returncode == 0, f"The stand-alone verifier: {done.stdout}{done.stderr}")
        self.say("integrity and identity hold (exit status 0)")
        with self._doing():
            root = str(self.kept / "authority.pem")
            verdict = self._probanda("verify", str(package), "--genesis", genesis, "--ca", root)
        answers = {name: verdict[name] for name in ("integrity", "identity", "time")}
        self.told["verdict"] = answers
        said = ", ".join(f"{name} {outcome}" for name, outcome in answers.items())
        self.say(f"{said} (time: to whoever trusts this authority, which proves none)")

    def _digest(self, path: str) -> str:
        found = self._probanda("list", "--search", path)["items"]
        _must(len(found) == 1, f"{path} was not found once.")
        return str(found[0]["sha256"])

    def _probanda(self, *arguments: str, agent: str = FIRST, code: int = 0) -> dict[str, Any]:
        """What a call of the program answers, by itself as anybody would start it."""
        secrets = {"PROBANDA_PASSPHRASE": PASSPHRASE, "PROBANDA_NEW_PASSPHRASE": PASSPHRASE}
        place = {"PROBANDA_BASE": str(self.base), "PROBANDA_KEYS": str(self.keys), "PROBANDA_AS": agent}
        done = subprocess.run(
            [sys.executable, "-m", "probanda.faces.cli.main", *arguments, "--json"],
            env={**os.environ, **secrets, **place},
            capture_output=True,
            text=True,
            check=False,
        )
        _must(
            done.returncode == code, f"`probanda {arguments[0]}` ended with {done.returncode}: {done.stderr}"
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    @contextmanager
    def _doing(self) -> Iterator[None]:
        """Say which step begins, and how long the rest may take."""
        words, left_s = STEPS[self._step][0], sum(seconds for _, seconds in STEPS[self._step :])
        self._step += 1
        self.say(f"[{self._step}/{len(STEPS)}] {words} (about {left_s} s left)")
        yield

    def say(self, text: str) -> None:
        if not self.is_quiet:
            self.output.text(text)
            self.output.flush()


def _must(so: bool, otherwise: str) -> None:  # noqa: FBT001  # it is the condition
    if not so:
        raise ProbandaError(f"The demonstration did not come to its end. {otherwise}")


def _print_end(output: Output, demo: Demonstration) -> None:
    output.line()
    output.text("All steps done. The id of this base (its genesis):")
    for line in large(demo.told["genesis"]):
        output.line(f"    {line}")
    output.line()
    output.fact("base", demo.base)
    output.fact("keys", demo.keys)
    output.fact("package", demo.told["package"])
    output.fact("agents", f"{FIRST}, {SECOND}")
    output.fact("passphrase", PASSPHRASE)
    output.line()
    output.text("See it in a browser: `make serve`, or")
    output.line(f"  probanda --base {demo.base} --keys {demo.keys} serve")
