"""Two readings of one specification: neither may say that holds which the other says fails."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probanda.proof.encoding import canonical
from probanda.proof.verdict import Outcome, Verdict
from probanda.work.disclose.packing import make_package
from probanda.work.disclose.reading import check_package
from unit.disclose.conftest import LARGER, MEMBERS, allowed, case, sha256_of
from unit.disclose.world_source import WorldSource
from vectors.package_cases import Case, package_cases
from vectors.stand_alone import stand_alone_verdict

Files = dict[str, bytes]
Change = Callable[[Files, st.DataObject], Files]

TAG_MANIFESTS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
STRANGE_PATHS = (
    "extra",
    "data/extra",
    "fetch.txt",
    "proof/extra",
    "proof/entries/1.txt",
    "proof/anchors/1/x",
)


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Files:
    place = tmp_path_factory.mktemp("good")
    items = [sha256_of(LARGER), sha256_of(MEMBERS[1])]
    root = make_package(WorldSource(case(place)), items, place / "package", may_leave=allowed).out
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def both(files: Files, place: Path) -> tuple[Verdict, dict]:
    """What each says of a package of these files."""
    shutil.rmtree(place, ignore_errors=True)
    for path, data in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return check_package(place)[0], stand_alone_verdict(place)


def assert_not_opposite(ours: Verdict, theirs: dict) -> None:
    said = {ours.integrity.value, theirs["integrity"]}
    assert said != {"holds", "fails"}, (ours.findings, theirs["findings"])
    if ours.integrity is Outcome.HOLDS:
        assert theirs["integrity"] == "holds", theirs["findings"]
        assert theirs["exit"] == ours.exit_code


def with_fitting_tag_manifests(files: Files) -> Files:
    """The same files under tag manifests that list them as they are, so that later checks are asked."""
    tags = sorted(path for path in files if not path.startswith("data/") and path not in TAG_MANIFESTS)
    manifests = {
        f"tagmanifest-{name}.txt": "".join(
            f"{hashlib.new(name, files[path]).hexdigest()}  {path}\n" for path in tags
        ).encode()
        for name in ("sha256", "sha512")
    }
    return {**files, **manifests}


def flipped(files: Files, data: st.DataObject) -> Files:
    path = data.draw(st.sampled_from(sorted(path for path in files if files[path])))
    position = data.draw(st.integers(0, len(files[path]) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    old = files[path]
    return {**files, path: old[:position] + bytes([old[position] ^ bit]) + old[position + 1 :]}


def cut(files: Files, data: st.DataObject) -> Files:
    path = data.draw(st.sampled_from(sorted(files)))
    return {**files, path: files[path][: data.draw(st.integers(0, len(files[path])))]}


def without_one(files: Files, data: st.DataObject) -> Files:
    gone = data.draw(st.sampled_from(sorted(files)))
    return {path: content for path, content in files.items() if path != gone}


def with_one_more(files: Files, data: st.DataObject) -> Files:
    return {data.draw(st.sampled_from(STRANGE_PATHS)): data.draw(st.binary(max_size=20)), **files}


def swapped(files: Files, data: st.DataObject) -> Files:
    one, other = data.draw(st.lists(st.sampled_from(sorted(files)), min_size=2, max_size=2, unique=True))
    return {**files, one: files[other], other: files[one]}


def withheld(files: Files, data: st.DataObject) -> Files:
    """A disclosure fewer: allowed, the package still holds together."""
    path = data.draw(st.sampled_from(sorted(path for path in files if path.startswith("proof/entries/"))))
    if not path.endswith(".json"):
        return files
    opening = json.loads(files[path])
    opening["disclosures"] = opening["disclosures"][1:]
    return {**files, path: canonical(opening) + b"\n"}


def record_changed(files: Files, data: st.DataObject) -> Files:
    """Another claim in package.json."""
    record = json.loads(files["proof/package.json"])
    name = data.draw(st.sampled_from(sorted(record)))
    match data.draw(st.sampled_from(["drop", "null", "more", "less"])):
        case "drop":
            del record[name]
        case "null":
            record[name] = None
        case "more" if isinstance(record[name], int):
            record[name] += 1
        case "less" if isinstance(record[name], list):
            record[name] = record[name][1:]
        case _:
            record[name + "-more"] = record[name]
    return {**files, "proof/package.json": canonical(record) + b"\n"}


CHANGES: list[Change] = [flipped, cut, without_one, with_one_more, swapped, withheld, record_changed]


def test_both_say_that_the_good_package_holds(good: Files, tmp_path: Path) -> None:
    ours, theirs = both(good, tmp_path / "package")

    assert ours.integrity is Outcome.HOLDS, ours.findings
    assert theirs["integrity"] == "holds", theirs["findings"]


@pytest.mark.parametrize("case", package_cases(), ids=lambda case: case.id)
def test_no_vector_expects_opposite_verdicts(case: Case) -> None:
    """That each verifier gives the verdict expected of it is tested beside this, one file each."""
    for question in ("integrity", "identity"):
        said = {case.expect[who][question] for who in ("package_verifier", "stand_alone")}
        assert said != {"holds", "fails"}


@pytest.mark.slow
@settings(max_examples=50)
@given(change=st.sampled_from(CHANGES), data=st.data())
def test_they_never_give_opposite_verdicts_on_a_changed_package(
    good: Files, tmp_path_factory: pytest.TempPathFactory, change: Change, data: st.DataObject
) -> None:
    changed = change(good, data)
    if data.draw(st.booleans()):
        changed = with_fitting_tag_manifests(changed)

    assert_not_opposite(*both(changed, tmp_path_factory.getbasetemp() / "changed"))
