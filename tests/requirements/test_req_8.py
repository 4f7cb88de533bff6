"""REQ-8: a third party can check a package with a stand-alone script and no access to the product."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from probanda.model.digest import EntryId
from probanda.work.disclose.packing import make_package
from unit.disclose.conftest import LARGER, MEMBERS, allowed, case, sha256_of
from unit.disclose.world_source import WorldSource


@pytest.fixture
def handed_over(tmp_path: Path) -> tuple[Path, EntryId]:
    """The package alone: the base that it came from is gone."""
    source = WorldSource(case(tmp_path))
    items = [sha256_of(LARGER), sha256_of(MEMBERS[1])]
    package = make_package(source, items, tmp_path / "package", may_leave=allowed).out
    genesis = source.genesis
    for folder in ("base", "keys"):
        shutil.rmtree(tmp_path / folder)
    return package, genesis


def run_alone(package: Path, *options: str) -> int:
    """The exit status of the script in the package, under a Python that finds no installed package at all."""
    command = [sys.executable, "-I", "-S", package / "verify.py", *options, package]
    return subprocess.run(command, cwd="/", env={}, capture_output=True, check=False).returncode


def test_req_8_a_third_party_can_check_a_package_with_a_script_and_without_the_product(
    handed_over: tuple[Path, EntryId],
) -> None:
    package, genesis = handed_over

    assert run_alone(package, "--genesis", genesis) == 0

    item = package / "data" / sha256_of(LARGER)
    item.write_bytes(item.read_bytes() + b"one more byte")
    assert run_alone(package, "--genesis", genesis) == 3
