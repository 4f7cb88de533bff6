"""A base and a package of each version of the formats are kept for ever; every later program must read them.

They were made once by `make.py`, and are never made again: if a test here fails, the program is wrong.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from probanda.base import Base
from probanda.faces.cli.terminal import documents
from probanda.model.digest import EntryId
from probanda.model.policy import Reader
from probanda.model.roles import Role
from probanda.proof.timestamp import trusted_roots
from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from probanda.views.listing import items_page
from probanda.views.log_source import LogSource
from probanda.views.registers import all_agents, all_matters
from probanda.views.store import Views
from probanda.work.disclose.reading import check_package

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VERSIONS = sorted(path.parent for path in HERE.glob("v*/known.json"))
KEEPER = Reader(None, frozenset({Role.CUSTODIAN}))
VERIFIERS = ("verifier/verify.py", "package/verify.py")


@pytest.fixture(params=VERSIONS, ids=lambda path: path.name)
def golden(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def base(golden: Path, tmp_path: Path) -> Path:
    """A copy to work on, as a person has it who got the base on a disk."""
    return Path(shutil.copytree(golden / "base", tmp_path / "base"))


@pytest.fixture
def known(golden: Path) -> dict:
    return json.loads((golden / "known.json").read_text())


def genesis(golden: Path) -> EntryId:
    return EntryId((golden / "genesis").read_text().strip())


def test_the_base_of_the_first_version_is_kept() -> None:
    assert [path.name for path in VERSIONS][:1] == ["v1"]


def test_a_golden_base_is_audited_clean(golden: Path, base: Path, known: dict) -> None:
    report = audit(base, both=True, genesis=genesis(golden), processes=1)

    assert report.findings == ()
    assert (report.integrity, report.identity) == (Outcome.HOLDS, Outcome.HOLDS)
    assert asdict(report.counts) == known["audit"]["counts"]
    assert report.json()["head"] == known["audit"]["head"]


def test_views_of_a_golden_base_list_what_is_known(base: Path, known: dict) -> None:
    views = Base(base).views

    page = items_page(views, KEEPER, limit=1000)

    assert as_known(map(documents.item, page.items), known["items"]) == known["items"]


def test_registers_of_a_golden_base_hold_who_and_what_is_known(base: Path, known: dict) -> None:
    views = Base(base).views

    agents, matters = map(documents.agent, all_agents(views)), map(documents.matter, all_matters(views))

    assert as_known(agents, known["agents"]) == known["agents"]
    assert as_known(matters, known["matters"]) == known["matters"]


def test_tables_of_a_golden_base_can_be_made_anew(base: Path, known: dict) -> None:
    opened = Base(base)

    entries = Views.open(base / "views").rebuild(LogSource(opened.ledger.reader))

    assert entries == known["audit"]["head"]["size"]


def test_a_golden_package_is_accepted_by_the_program(golden: Path) -> None:
    verdict, tokens = check_package(golden / "package", genesis=genesis(golden))

    assert verdict.findings == ()
    assert (verdict.integrity, verdict.identity, verdict.time) == (
        Outcome.HOLDS,
        Outcome.HOLDS,
        Outcome.UNDECIDED,
    )
    assert len(tokens) == 1


def test_a_golden_token_holds_for_whoever_brings_the_certificate(golden: Path) -> None:
    roots = trusted_roots((golden / "authority.pem").read_bytes())

    verdict, _ = check_package(golden / "package", genesis=genesis(golden), authorities=roots)

    assert verdict.time is Outcome.HOLDS


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_golden_package_is_accepted_by_old_and_new_verifiers(golden: Path, verifier: str) -> None:
    said = run_verifier(golden, verifier, golden / "package")

    assert said["findings"] == []
    assert (said["integrity"], said["identity"], said["time"]) == ("holds", "holds", "undecided")


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_flipped_byte_in_a_golden_package_is_found(golden: Path, verifier: str, tmp_path: Path) -> None:
    package = Path(shutil.copytree(golden / "package", tmp_path / "package"))
    damaged = sorted((package / "data").iterdir())[0]
    flip(damaged)

    said = run_verifier(golden, verifier, package, code=3)

    assert said["integrity"] == "fails"
    assert any(damaged.name in finding["where"] for finding in said["findings"])


@pytest.mark.parametrize(
    "where",
    ["probanda.json", "log/head", "log/checkpoint", "log/tile", "log/anchors", "entries", "objects", "packs"],
)
def test_a_flipped_byte_in_a_golden_base_is_found(base: Path, where: str) -> None:
    for path in files_below(base / where):
        before = path.read_bytes()
        flip(path)

        report = audit(base, processes=1)

        assert report.integrity is Outcome.FAILS, path
        path.write_bytes(before)


def test_no_key_travels_with_a_golden_base(golden: Path) -> None:
    files = [path for path in golden.rglob("*") if path.is_file()]

    assert not [path for path in files if path.suffix in (".key", ".signed")]
    assert not [path for path in files if b"PRIVATE KEY" in path.read_bytes()]
    assert not [path for path in files if b'"box":' in path.read_bytes()]


def test_tables_and_caches_do_not_travel_with_a_golden_base(golden: Path) -> None:
    assert not (golden / "base/views").exists()
    assert not (golden / "base/cache").exists()


def as_known(found: Iterable[Mapping], known: list[dict]) -> list[dict]:
    """As JSON, and without members that are newer: JSON may gain members, but keeps those that it had."""
    documents_now = [json.loads(json.dumps(one)) for one in found]
    return [
        {name: value for name, value in one.items() if name in old}
        for one, old in zip(documents_now, known, strict=True)
    ]


def files_below(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    else:
        yield from sorted(path for path in place.rglob("*") if path.is_file())[:3]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def run_verifier(golden: Path, verifier: str, package: Path, code: int = 0) -> dict:
    folder = golden if verifier.startswith("package/") else ROOT
    command = [sys.executable, "-I", str(folder / verifier), "--json", str(package)]
    command += ["--genesis", genesis(golden)]
    done = subprocess.run(command, capture_output=True, check=False, env={})
    assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
    return json.loads(done.stdout)
