"""A package with a real time-stamp: what it tells, and to whom."""

from pathlib import Path

import pytest

from probanda.demonstration.authority import DemonstrationAuthority
from probanda.demonstration.certificates import make_certificates
from probanda.proof.timestamp import time_of, trusted_roots
from probanda.proof.verdict import Outcome
from probanda.vault.anchors import anchor
from probanda.work.disclose.packing import make_package
from probanda.work.disclose.reading import check_package
from unit.disclose.conftest import LARGER, allowed, sha256_of
from unit.disclose.world_source import WorldSource
from world import new_world


@pytest.fixture(scope="module")
def package(authority: DemonstrationAuthority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("anchored")
    world = new_world(place)
    world.keep(LARGER)
    world.act(world.received(LARGER, "larger.txt"))
    source = WorldSource(world)
    anchored = anchor(world.folder, source.checkpoint(), source.log_key, authority.url)
    world.act(anchored.record().act())
    return make_package(source, [sha256_of(LARGER)], place / "package", may_leave=allowed).out


def test_who_trusts_the_authority_is_told_the_time(package: Path, authority: DemonstrationAuthority) -> None:
    verdict, (token,) = check_package(package, authorities=trusted_roots(authority.root))

    assert verdict.integrity is Outcome.HOLDS
    assert verdict.time is Outcome.HOLDS
    assert "existed not later than" in token.says


def test_who_trusts_nobody_is_not_told_a_time(package: Path) -> None:
    verdict, (token,) = check_package(package)

    assert verdict.time is Outcome.UNDECIDED
    assert token.time is not None


def test_who_trusts_somebody_else_is_not_told_a_time(package: Path) -> None:
    verdict, _ = check_package(package, authorities=trusted_roots(make_certificates().root))

    assert verdict.integrity is Outcome.HOLDS
    assert verdict.time is Outcome.UNDECIDED


def test_a_package_that_does_not_hold_together_tells_no_time(
    package: Path, authority: DemonstrationAuthority
) -> None:
    page = package / "README.txt"
    before = page.read_bytes()
    page.write_bytes(before + b"\n")

    verdict, _ = check_package(package, authorities=trusted_roots(authority.root))

    page.write_bytes(before)
    assert verdict.integrity is Outcome.FAILS
    assert verdict.time is Outcome.UNDECIDED


def test_a_token_of_no_use_says_nothing_about_time_to_who_trusts_nobody() -> None:
    assert time_of(Outcome.HOLDS, [Outcome.FAILS], brought=False) is Outcome.UNDECIDED
    assert time_of(Outcome.HOLDS, [Outcome.FAILS], brought=True) is Outcome.FAILS
