"""The stand-alone verifier over all vectors, as primitives and over whole packages."""

import ast
import base64
import filecmp
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectors.reading import ROOT, VECTORS, lay_out, name_of, vectors

VERIFIER = ROOT / "verifier" / "verify.py"
GOOD = VECTORS / "packages" / "good"
SPEC = importlib.util.spec_from_file_location("stand_alone_verify", VERIFIER)
assert SPEC is not None
assert SPEC.loader is not None
verify = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = verify
SPEC.loader.exec_module(verify)

Case = dict[str, Any]
PACKAGES = vectors("packages")
BY_ID = {case["id"]: case for case in PACKAGES}


def accepts(read: Callable[[], Any]) -> tuple[str, Any]:
    """What a reader makes of a case, and what it read."""
    try:
        return "accept", read()
    except verify.Refused:
        return "refuse", None


def unbase64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def encoded(case: Case) -> Any:
    """Read an encoding as what the case says it is."""
    data = unbase64(case["base64"])
    if case["what"] in ("json", "line"):
        return verify.parse_json(data, "E-X", b"\n" if case["what"] == "line" else b"")
    text = data.decode()
    if case["what"] == "instant":
        verify.need(verify.is_instant(text), "E-X", "no instant")
        return text
    return verify.unbase64(text, "E-X", url=case["what"] == "base64url")


@pytest.mark.parametrize("case", vectors("encoding"), ids=name_of)
def test_an_encoding_is_read_or_refused_as_its_vector_says(case: Case) -> None:
    assert accepts(lambda: encoded(case))[0] == case["expect"]


@pytest.mark.parametrize("case", vectors("ed25519"), ids=name_of)
def test_a_signature_fits_or_not_as_its_vector_says(case: Case) -> None:
    key, message, signature = (bytes.fromhex(case[name]) for name in ("key", "message", "signature"))
    assert verify.signature_fits(key, message, signature) == (case["expect"] == "accept")


@pytest.mark.parametrize("case", vectors("ed25519"), ids=name_of)
def test_a_key_that_no_signature_may_fit_is_refused_as_a_key(case: Case) -> None:
    refused = case["id"].startswith(("key-", "small-order-", "no-key", "short-key", "long-key"))
    assert (verify.key_steps(bytes.fromhex(case["key"])) is None) == refused


@pytest.mark.parametrize("case", vectors("note"), ids=name_of)
def test_a_checkpoint_is_read_or_refused_as_its_vector_says(case: Case) -> None:
    data, key = unbase64(case["base64"]), bytes.fromhex(case["key"])
    found, head = accepts(lambda: verify.read_checkpoint(data, case["origin"], key))
    assert found == case["expect"]
    assert head is None or head == (case["size"], bytes.fromhex(case["root"]))


@pytest.mark.parametrize("case", vectors("merkle", "inclusion"), ids=name_of)
def test_an_inclusion_proof_is_taken_or_refused_as_its_vector_says(case: Case) -> None:
    leaf_hash, root = bytes.fromhex(case["leaf_hash"]), bytes.fromhex(case["root"])
    proof = [bytes.fromhex(one) for one in case["proof"]]
    read = accepts(lambda: verify.check_inclusion(leaf_hash, case["index"], case["size"], root, proof))
    assert read[0] == case["expect"]


@pytest.mark.parametrize("case", vectors("merkle", "consistency"), ids=name_of)
def test_a_consistency_proof_is_taken_or_refused_as_its_vector_says(case: Case) -> None:
    old, new = ((case[name], bytes.fromhex(case[f"{name}_root"])) for name in ("old", "new"))
    proof = [bytes.fromhex(one) for one in case["proof"]]
    assert accepts(lambda: verify.check_consistency(*old, *new, proof))[0] == case["expect"]


@pytest.mark.parametrize("case", vectors("tlog-proof"), ids=name_of)
def test_a_proof_file_is_read_or_refused_as_its_vector_says(case: Case) -> None:
    found, read = accepts(lambda: verify.read_proof(unbase64(case["base64"])))
    # A short hash is refused one step later, by the proof itself.
    short = read is not None and any(len(one) != 32 for one in read[1])
    assert ("refuse" if short else found) == case["in_package"]
    if case["in_package"] == "accept":
        hashes = [bytes.fromhex(one) for one in case["hashes"]]
        assert read == (case["index"], hashes, unbase64(case["checkpoint_base64"]))


@pytest.mark.parametrize("case", vectors("envelope"), ids=name_of)
def test_an_envelope_is_read_or_refused_as_its_vector_says(case: Case) -> None:
    found, read = accepts(lambda: verify.read_envelope(case["envelope"]))
    assert found == case["expect"]
    assert read is None or (read[0], list(read[1])) == (unbase64(case["payload_base64"]), case["key_ids"])


@pytest.mark.parametrize("case", vectors("fields"), ids=name_of)
def test_hidden_fields_are_read_or_refused_as_their_vector_says(case: Case) -> None:
    found, shown = accepts(lambda: verify.read_disclosures(case["body"], case["disclosures"]))
    assert found == case["expect"]
    assert shown is None or shown == case["shown"]


@pytest.mark.parametrize("case", vectors("leaf"), ids=name_of)
def test_a_leaf_is_that_of_its_vector_or_another(case: Case) -> None:
    made = verify.leaf(bytes.fromhex(case["salt"]), unbase64(case["envelope_base64"]))
    assert (made.hex() == case["leaf"]) == (case["expect"] == "accept")


@pytest.mark.parametrize("case", vectors("opening"), ids=name_of)
def test_an_opening_is_read_or_refused_as_its_vector_says(case: Case) -> None:
    found, read = accepts(lambda: verify.read_opening(unbase64(case["base64"])))
    assert found == case["expect"]
    if read is not None:
        leaf_hash = verify.sha256(b"\0" + verify.leaf(read[0], read[1])).hexdigest()
        assert (leaf_hash, read[4]) == (case["leaf_hash"], case["disclosures"])


@pytest.mark.parametrize("case", PACKAGES, ids=name_of)
def test_a_package_gets_the_verdict_that_its_vector_says(case: Case, tmp_path: Path) -> None:
    found = verify.check(str(lay_out(case, tmp_path / "package")), case["genesis"])
    expected = case["expect"]["stand_alone"]
    answers = {name: found[name] for name in ("integrity", "identity")}
    assert {**expected, **answers} == expected, found["findings"]
    names = [finding["name"] for finding in found["findings"]]
    assert (expected["finding"] in names) if expected["finding"] else not names


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the verifier as its reader does."""
    command = [sys.executable, "-I", str(VERIFIER), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **environment})


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("good", 0),
        ("good-pinned", 0),
        ("good-other-pinned", 3),
        ("genesis-of-another-base", 3),
        ("genesis-absent", 4),
        ("item-flipped", 3),
        ("description-later-version", 4),
        ("description-deep", 3),
        ("name-not-utf-8", 3),
        ("pipe", 3),
    ],
)
def test_the_exit_status_says_the_verdict(name: str, status: int, tmp_path: Path) -> None:
    case = BY_ID[name]
    pin = ["--genesis", case["genesis"]] if case["genesis"] else []
    done = run(lay_out(case, tmp_path / "package"), "--json", *pin)
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (status, b"")
    assert found["format"] == "probanda-verify/1"
    assert found["integrity"] == case["expect"]["stand_alone"]["integrity"]


def test_a_package_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert run(tmp_path / "none").returncode == 2


def test_a_genesis_id_that_is_none_is_wrong_use() -> None:
    assert run(GOOD, "--genesis", "abc").returncode == 2


def test_a_terminal_without_unicode_still_gets_the_verdict() -> None:
    done = run(GOOD, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Анна Вигадана" in done.stdout.decode()


def test_the_three_answers_and_what_is_not_shown_are_printed_apart() -> None:
    lines = run(GOOD).stdout.decode().splitlines()
    assert lines[0] == "Integrity: holds"
    assert lines[1].startswith("Identity: undecided")
    assert lines[2].startswith("Time: undecided")
    assert sum(line.startswith("  - ") for line in lines) == len(verify.NOT_SHOWN)


def test_a_key_that_was_not_revoked_is_not_said_to_be_revoked_by_none() -> None:
    lines = [line for line in run(GOOD).stdout.decode().splitlines() if " signed " in line]
    assert [line.split("; ")[1] for line in lines] == ["not revoked here"] * 2 + ["revoked by entry 11"]


def test_names_in_a_package_cannot_drive_the_terminal(tmp_path: Path) -> None:
    found = verify.check(str(GOOD))
    found["agents"][0]["name"] = "\x1b[2J\u202eanna"
    assert "\x1b" not in verify.written(found, None)
    assert "\u202e" not in verify.written(found, None)


def test_agents_are_shown_with_what_they_disclosed() -> None:
    found = {one["name"]: one for one in verify.check(str(GOOD))["agents"]}
    assert found["Borys Invented"]["holder"] == "self"
    assert found["Clara Devised"]["holder"] == "Anna keeps the key on her behalf"
    assert (found["Clara Devised"]["revoked"], found["Clara Devised"]["signed"]) == (11, 1)
    assert found["Анна Вигадана"]["revoked"] is None


def test_the_command_for_a_token_works_with_the_certificate_of_its_authority(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "it's a package")
    [token] = verify.check(str(tmp_path / "it's a package"))["tokens"]
    command = token["command"].replace("AUTHORITY.pem", str(VECTORS / "token" / "authority.pem"))
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Verification: OK" in done.stdout + done.stderr


def test_the_token_is_refused_with_another_certificate(tmp_path: Path) -> None:
    [token] = verify.check(str(GOOD))["tokens"]
    other = tmp_path / "other.pem"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ed25519",
        "-nodes",
        "-subj",
        "/CN=other",
        "-out",
        str(other),
    ]
    subprocess.run([*make, "-keyout", str(tmp_path / "other.key")], capture_output=True, check=True)
    command = token["command"].replace("AUTHORITY.pem", str(other))
    assert subprocess.run(["sh", "-c", command], capture_output=True, check=False).returncode != 0


def files_under(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@settings(max_examples=150)
@given(st.data())
def test_no_package_with_any_damaged_file_holds(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files_under(GOOD)))
    content = (GOOD / path).read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    mask = data.draw(st.integers(1, 255))
    ways = {
        "flipped": content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :],
        "cut": content[:at],
        "longer": content + bytes([mask]),
    }
    damaged = ways[data.draw(st.sampled_from(sorted(ways)))]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "package"
        shutil.copytree(GOOD, folder)
        (folder / path).write_bytes(damaged)
        assert verify.check(str(folder))["integrity"] == "fails"


@settings(max_examples=150)
@given(st.data())
def test_no_damaged_proof_holds_even_under_fitting_manifests(data: st.DataObject) -> None:
    proofs = [path for path in files_under(GOOD) if path.startswith("proof/")]
    path = data.draw(st.sampled_from(proofs))
    content = (GOOD / path).read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    mask = data.draw(st.integers(1, 255))
    damaged = content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :]
    case = {"edits": [{"op": "write", "path": path, "base64": base64.b64encode(damaged).decode()}]}
    case["edits"].append({"op": "tag-manifests"})
    with tempfile.TemporaryDirectory() as place:
        assert verify.check(str(lay_out(case, Path(place) / "package")))["integrity"] != "holds"


@settings(max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_end_in_a_finding_and_not_in_a_fault(data: bytes) -> None:
    for path in ("proof/package.json", "proof/checkpoint", "proof/entries/0.json", "manifest-sha256.txt"):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
            assert verify.check(str(folder))["integrity"] == "fails"


def test_an_item_larger_than_memory_should_hold_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "READ_BYTES", 7)
    assert verify.check(str(GOOD))["integrity"] == "holds"


def test_a_folder_that_cannot_be_read_leaves_integrity_undecided_or_failing(tmp_path: Path) -> None:
    checker = verify.Checker(str(tmp_path / "gone"))
    checker.scan()
    assert [finding["name"] for finding in checker.findings] == ["U-UNREADABLE"]


def test_every_finding_of_the_verifier_has_a_hostile_package() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    names = {
        part for part in text.replace('"', " ").split() if part[:2] in ("E-", "U-") and part[2:3].isupper()
    }
    shown = {case["expect"]["stand_alone"]["finding"] for case in PACKAGES} - {None}
    # What depends on the machine or on sizes that no repository should hold.
    assert names - shown == {"U-LIMIT", "U-UNREADABLE"}
    assert shown <= names


def test_every_hostile_package_says_what_accepting_it_would_allow() -> None:
    for case in PACKAGES:
        expected = case["expect"]["stand_alone"]
        hostile = (expected["integrity"], expected["identity"]) not in {
            ("holds", "undecided"),
            ("holds", "holds"),
        }
        assert bool(case["effect"]) == hostile, case["id"]
        assert case["why"]
        assert case["rules"]


def test_generating_the_vectors_again_leaves_no_difference(tmp_path: Path) -> None:
    command = [sys.executable, str(VECTORS / "generate.py"), str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    made = files_under(tmp_path)
    kept = [path for path in files_under(VECTORS) if path.endswith(".json") or path.startswith("packages/")]
    assert made == kept
    assert filecmp.cmpfiles(VECTORS, tmp_path, made, shallow=False) == (made, [], [])


def test_the_generator_does_not_use_the_code_that_it_tests() -> None:
    for path in VECTORS.glob("*.py"):
        assert "probanda" not in modules(path)
        assert "verify" not in modules(path)


def modules(path: Path) -> set[str]:
    """The top-level names of what a file imports."""
    found = set()
    for part in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(part, ast.Import):
            found |= {one.name.split(".")[0] for one in part.names}
        elif isinstance(part, ast.ImportFrom):
            found.add((part.module or "").split(".")[0])
    return found


def test_the_verifier_is_one_short_file_that_needs_only_python() -> None:
    assert len(VERIFIER.read_text(encoding="utf-8").splitlines()) < 900
    assert modules(VERIFIER) <= set(sys.stdlib_module_names)
