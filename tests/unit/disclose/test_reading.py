"""Packages that somebody touched."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probanda.errors import NotFound
from probanda.model.digest import digests_of
from probanda.proof.bag import FileFacts
from probanda.proof.package import verify_package
from probanda.proof.verdict import Outcome, Verdict
from probanda.work.disclose.reading import check_package, read_folder
from unit.disclose.conftest import Made

Files = dict[str, bytes]


def files_of(root: Path) -> Files:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def verdict_on(files: Files) -> Verdict:
    facts = {}
    for path, data in files.items():
        digests = digests_of(data)
        facts[path] = FileFacts(len(data), digests.sha256, digests.sha512)
    return verify_package(facts, files.__getitem__, others=(), genesis=None)


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made.root, tmp_path / "copy"))


@pytest.fixture(scope="module")
def whole(made: Made) -> Files:
    return files_of(made.root)


def test_reading_from_disk_and_from_memory_give_the_same_verdict(made: Made, whole: Files) -> None:
    assert check_package(made.root)[0] == verdict_on(whole)


@given(data=st.data())
def test_no_package_with_a_changed_byte_holds(whole: Files, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(whole)))
    position = data.draw(st.integers(0, len(whole[path]) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    old = whole[path]

    changed = old[:position] + bytes([old[position] ^ bit]) + old[position + 1 :]

    assert verdict_on({**whole, path: changed}).integrity is Outcome.FAILS


@given(data=st.data())
def test_no_package_with_a_file_cut_short_holds(whole: Files, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(whole)))
    end = data.draw(st.integers(0, len(whole[path]) - 1))

    assert verdict_on({**whole, path: whole[path][:end]}).integrity is Outcome.FAILS


def test_no_package_without_one_of_its_files_holds(whole: Files) -> None:
    for path in whole:
        rest = {other: data for other, data in whole.items() if other != path}
        assert verdict_on(rest).integrity is Outcome.FAILS, path


def test_a_file_that_no_manifest_lists_is_found_wherever_it_lies(whole: Files) -> None:
    for path in ("extra", "data/extra", "proof/extra", "proof/entries/999.json", "proof/anchors/x"):
        findings = verdict_on({**whole, path: b"extra"}).findings
        assert any(one.name == "manifest-unlisted" and one.where == path for one in findings)


def test_all_findings_are_reported_not_only_the_first(whole: Files) -> None:
    changed = {**whole, "bagit.txt": b"x", "proof/checkpoint": b"x", "README.txt": b"x"}

    where = {one.where for one in verdict_on(changed).findings}

    assert where >= {"bagit.txt", "proof/checkpoint", "README.txt"}


def test_a_link_in_a_package_fails_and_is_not_followed(copy: Path) -> None:
    target = copy / "README.txt"
    target.unlink()
    target.symlink_to("/etc/hostname")

    verdict, _ = check_package(copy)

    assert verdict.integrity is Outcome.FAILS
    assert "README.txt" in read_folder(copy).others


def test_a_linked_folder_is_not_walked_into(copy: Path) -> None:
    shutil.rmtree(copy / "spec")
    (copy / "spec").symlink_to(copy / "proof")

    assert read_folder(copy).others == ("spec",)


def test_a_pipe_in_a_package_fails_and_is_not_opened(copy: Path) -> None:
    os.mkfifo(copy / "proof" / "pipe")

    assert check_package(copy)[0].integrity is Outcome.FAILS


def test_a_name_that_is_not_utf8_fails(copy: Path) -> None:
    (Path(os.fsdecode(os.fsencode(copy) + b"/\xff"))).write_bytes(b"")

    verdict, _ = check_package(copy)

    assert [one.where for one in verdict.findings] == ["\\xff"]


def test_another_genesis_than_the_pinned_one_fails_identity_alone(made: Made) -> None:
    verdict, _ = check_package(made.root, genesis=made.source.genesis[:-1] + "x")  # type: ignore[arg-type]

    assert verdict.integrity is Outcome.HOLDS
    assert verdict.identity is Outcome.FAILS
    assert verdict.exit_code == 3


def test_without_a_pinned_genesis_identity_is_undecided_and_the_exit_status_good(made: Made) -> None:
    verdict, _ = check_package(made.root)

    assert verdict.identity is Outcome.UNDECIDED
    assert verdict.exit_code == 0


def test_what_is_not_a_folder_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        check_package(tmp_path / "nothing")


def test_the_json_form_has_exactly_its_members(made: Made) -> None:
    form = check_package(made.root)[0].json()

    assert set(form) == {
        "format", "integrity", "identity", "time", "findings", "agents", "tokens", "not_shown",
    }  # fmt: skip
    assert form["format"] == "probanda-verdict/1"
