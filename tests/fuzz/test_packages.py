"""The package check must answer, whatever it is given: a verdict, never a failure of its own."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probanda.errors import Malformed
from probanda.model.digest import digests_of
from probanda.proof.bag import FileFacts
from probanda.proof.encoding import base64_bytes, base64_text, canonical
from probanda.proof.package import verify_package
from probanda.proof.verdict import Outcome, Verdict

GOOD = Path(__file__).parents[2] / "vectors" / "packages" / "good"
FILES = {str(path.relative_to(GOOD)): path.read_bytes() for path in GOOD.rglob("*") if path.is_file()}
OPENINGS = sorted(path for path in FILES if path.startswith("proof/entries/") and path.endswith(".json"))
TAG_MANIFESTS = {name: f"tagmanifest-{name}.txt" for name in ("sha256", "sha512")}

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
leaves = st.none() | st.booleans() | st.integers(-3, 2**53 - 1) | texts | st.just("0" * 64)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner))


def verdict_on(files: dict[str, bytes]) -> Verdict:
    """With tag manifests that fit, so that every later check is reached."""
    tags = sorted(p for p in files if not p.startswith("data/") and p not in TAG_MANIFESTS.values())
    whole = dict(files)
    for name, path in TAG_MANIFESTS.items():
        lines = [f"{hashlib.new(name, files[tag]).hexdigest()}  {tag}\n" for tag in tags]
        whole[path] = "".join(lines).encode()
    return verdict_on_exactly(whole)


def verdict_on_exactly(files: dict[str, bytes]) -> Verdict:
    facts = {}
    for path, data in files.items():
        digests = digests_of(data)
        facts[path] = FileFacts(len(data), digests.sha256, digests.sha512)
    return verify_package(facts, files.__getitem__, others=(), genesis=None)


def replaced(value, data: st.DataObject):
    """The same JSON value with one part of it, drawn at any depth, replaced, left out or given twice."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        rest = {name: one for name, one in value.items() if name != key}
        return rest if data.draw(st.integers(0, 4)) == 0 else {**rest, key: replaced(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(value) - 1))
        return [*value[:at], replaced(value[at], data), *value[at + data.draw(st.integers(0, 1)) :]]
    return data.draw(values)


@given(data=st.data())
def test_any_bytes_in_any_file_get_a_verdict(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(FILES)))

    verdict = verdict_on({**FILES, path: data.draw(st.binary(max_size=300))})

    assert verdict.integrity in Outcome


@given(data=st.data())
def test_any_value_in_any_json_file_gets_a_verdict(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(path for path in FILES if path.endswith(".json"))))
    try:
        changed = canonical(replaced(json.loads(FILES[path]), data)) + b"\n"
    except Malformed:
        changed = b"\n"

    verdict = verdict_on({**FILES, path: changed})

    assert verdict.integrity in Outcome


@given(data=st.data())
def test_no_changed_statement_holds(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(OPENINGS))
    opening = json.loads(FILES[path])
    statement = json.loads(base64_bytes(opening["envelope"]["payload"]))
    try:
        changed = canonical(replaced(statement, data))
    except Malformed:
        changed = b"{}"
    opening["envelope"]["payload"] = base64_text(changed)

    verdict = verdict_on({**FILES, path: canonical(opening) + b"\n"})

    assert changed == canonical(statement) or verdict.integrity is Outcome.FAILS


@pytest.mark.parametrize("count", range(3))
def test_a_package_of_almost_nothing_gets_a_verdict(count: int) -> None:
    few = dict(sorted(FILES.items())[:count])

    assert verdict_on_exactly(few).integrity is Outcome.FAILS
