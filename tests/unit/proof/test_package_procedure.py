"""Corners of the package procedure that no vector reaches: sizes, and files that change under the reader."""

from pathlib import Path

import pytest

from probanda.model.digest import digests_of
from probanda.proof.bag import MAX_MANIFEST_BYTES, FileFacts
from probanda.proof.package import verify_package
from probanda.proof.package_record import MAX_RECORD_BYTES
from probanda.proof.verdict import EXIT_FAILS, EXIT_UNDECIDED, Finding, Outcome, Verdict

GOOD = Path(__file__).parents[3] / "vectors" / "packages" / "good"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def good() -> Files:
    return {str(path.relative_to(GOOD)): path.read_bytes() for path in GOOD.rglob("*") if path.is_file()}


def facts_of(files: Files) -> dict[str, FileFacts]:
    return {path: FileFacts(len(data), *both(data)) for path, data in files.items()}


def both(data: bytes):
    digests = digests_of(data)
    return digests.sha256, digests.sha512


def findings(files: Files) -> set[tuple[str, str]]:
    verdict = verify_package(facts_of(files), files.__getitem__, others=(), genesis=None)
    return {(one.name, one.where) for one in verdict.findings}


def test_the_good_package_has_no_findings(good: Files) -> None:
    assert findings(good) == set()


@pytest.mark.parametrize(
    ("path", "limit_bytes"),
    [("manifest-sha256.txt", MAX_MANIFEST_BYTES), ("proof/package.json", MAX_RECORD_BYTES)],
)
def test_a_file_beyond_its_limit_is_not_even_read(good: Files, path: str, limit_bytes: int) -> None:
    asked = []

    def read(wanted: str) -> bytes:
        asked.append(wanted)
        return good[wanted]

    facts = facts_of(good)
    facts[path] = FileFacts(limit_bytes + 1, facts[path].sha256, facts[path].sha512)
    verdict = verify_package(facts, read, others=(), genesis=None)

    assert path not in asked
    assert verdict.integrity is Outcome.FAILS


def test_a_file_that_changes_after_it_was_measured_is_found(good: Files) -> None:
    def read(path: str) -> bytes:
        return good["README.txt"] if path == "proof/checkpoint" else good[path]

    verdict = verify_package(facts_of(good), read, others=(), genesis=None)

    assert ("checkpoint", "proof/checkpoint") in {(one.name, one.where) for one in verdict.findings}


def test_another_bagit_txt_of_the_same_length_is_found(good: Files) -> None:
    other = good["bagit.txt"].replace(b"1.0", b"0.9")

    assert ("bagit", "bagit.txt") in findings({**good, "bagit.txt": other})


@pytest.mark.parametrize("record", [b"[]\n", b"null\n", b'"text"\n', b"1\n", b"{}\n", b"{}", b""])
def test_a_description_that_is_no_object_of_its_form_is_found(good: Files, record: bytes) -> None:
    assert ("record", "proof/package.json") in findings({**good, "proof/package.json": record})


def test_a_change_of_manifest_and_file_together_is_still_found_where_the_act_binds_it(good: Files) -> None:
    one = next(path for path in good if path.startswith("data/"))
    other = good[one] + b"x"
    redone = {**good, one: other}
    for name, digest in zip(("sha256", "sha512"), both(other), strict=True):
        manifest = f"manifest-{name}.txt"
        lines = good[manifest].decode().splitlines(keepends=True)
        redone[manifest] = "".join(
            f"{digest}  {one}\n" if line.endswith(f"  {one}\n") else line for line in lines
        ).encode()

    names = {name for name, _ in findings(redone)}

    assert {"item-digest", "package-made"} <= names


HOLDS, FAILS, UNDECIDED = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("integrity", "identity", "status"),
    [
        (HOLDS, HOLDS, 0),
        (HOLDS, UNDECIDED, 0),
        (HOLDS, FAILS, EXIT_FAILS),
        (FAILS, HOLDS, EXIT_FAILS),
        (FAILS, UNDECIDED, EXIT_FAILS),
        (UNDECIDED, UNDECIDED, EXIT_UNDECIDED),
        (UNDECIDED, FAILS, EXIT_FAILS),
    ],
)
def test_the_exit_status_follows_integrity_and_a_pinned_identity(
    integrity: Outcome, identity: Outcome, status: int
) -> None:
    assert Verdict(integrity, identity, UNDECIDED).exit_code == status


def test_a_finding_says_its_effect_in_json() -> None:
    assert Finding("item-digest", "data/x", "other bytes", FAILS).json() == {
        "name": "item-digest",
        "where": "data/x",
        "says": "other bytes",
        "effect": "fails",
    }
