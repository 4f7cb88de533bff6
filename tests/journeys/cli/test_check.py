"""`probanda verify`, `prove`, `anchor` and `export`."""

import hashlib
import json
import subprocess
import sys

import pytest

from probanda.demonstration.authority import DemonstrationAuthority

pytestmark = pytest.mark.slow

LETTER = hashlib.sha256(b"a letter").hexdigest()


@pytest.fixture
def registrar(registrar):
    registrar("add", "-", "--name", "letter.txt", given=b"a letter")
    return registrar


def contents(folder):
    return {
        path.relative_to(folder): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def holds_the_letter(path):
    """An object of its own or a pack: both hold the bytes as they are."""
    places = {"objects", "packs"}
    return path.is_file() and places & set(path.parts) and b"a letter" in path.read_bytes()


def genesis(person):
    return json.loads((person.base / "probanda.json").read_text())["genesis"]


def test_a_whole_base_holds_and_three_answers_are_told_apart(registrar):
    said = registrar("verify", "--both", "--json", PROBANDA_PASSPHRASE=None).json

    assert said["format"] == "probanda-audit/1"
    assert (said["integrity"], said["identity"], said["time"]) == ("holds", "undecided", "undecided")
    assert said["findings"] == []


def test_the_identity_is_pinned_by_the_genesis_also_in_groups(registrar):
    groups = " ".join(genesis(registrar)[i : i + 4] for i in range(0, 64, 4))

    assert registrar("verify", "--genesis", groups, "--json").json["identity"] == "holds"
    assert registrar("verify", "--genesis", "0" * 64, "--json", code=3).json["identity"] == "fails"


def test_a_changed_byte_fails_and_is_named(registrar):
    held = next(path for path in registrar.base.rglob("*") if holds_the_letter(path))
    held.chmod(0o644)
    held.write_bytes(held.read_bytes().replace(b"a letter", b"b letter"))

    said = registrar("verify", "--json", code=3).json

    assert said["integrity"] == "fails"
    assert held.name in said["findings"][0]["where"]


def test_a_log_that_was_set_back_is_found_with_an_earlier_checkpoint(registrar):
    kept = registrar.home / "checkpoint"
    subprocess.run(["cp", "-a", registrar.base, registrar.home / "copy"], check=True)
    registrar("matter", "open", "Later")
    kept.write_bytes((registrar.base / "log" / "checkpoint").read_bytes())

    registrar("verify", "--since", str(kept))
    said = registrar("verify", "--base", "copy", "--since", str(kept), "--json", code=3)

    assert said.json["integrity"] == "fails"


def test_checking_changes_nothing(registrar):
    before = evidence(registrar.base)

    registrar("verify", "--both", PROBANDA_PASSPHRASE=None)

    assert evidence(registrar.base) == before


def evidence(base):
    """All but the tables, which SQLite tidies whenever it lets go of them."""
    return {path: what for path, what in contents(base).items() if "views" not in path.parts}


def test_where_there_is_no_base_nothing_is_checked(person):
    assert person("verify", code=2).error == "E-NOT-FOUND"


def test_a_proof_is_written_as_files_that_packages_hold(registrar):
    said = registrar("prove", LETTER, "-o", "proof", "--json").json

    index = said["index"]
    names = sorted(path.name for path in (registrar.home / "proof").iterdir())
    assert names == sorted([f"{index}.json", f"{index}.tlog-proof", "checkpoint"])
    assert said["opening"].encode() == (registrar.home / "proof" / f"{index}.json").read_bytes()
    assert said["seal"] == index + 1


def test_an_entry_is_proved_by_its_index(registrar):
    assert registrar("prove", "0", "--json").json["id"] == genesis(registrar)
    assert registrar("prove", "999", code=2).error == "E-NOT-FOUND"


def test_what_is_kept_from_a_reader_is_not_proved_to_them(registrar):
    said = registrar("add", "-", "--label", "source_protected", "--json", given=b"who told us").json
    index = str(said["outcomes"][0]["index"])

    registrar("prove", index)
    refused = registrar("prove", index, PROBANDA_PASSPHRASE=None, code=2)
    assert refused.error == "E-NOT-FOUND"
    assert "source_protected" not in refused.err


def test_an_anchor_is_recorded_and_checked_with_its_certificate(registrar):
    certificate = registrar.home / "authority.pem"
    with DemonstrationAuthority() as authority:
        certificate.write_bytes(authority.root)

        said = registrar("anchor", "--tsa", authority.url, "--ca", str(certificate), "--json").json

    assert (said["outcome"], said["openssl"]) == ("holds", True)
    assert registrar("verify", "--json").json["time"] == "undecided"
    assert registrar("verify", "--ca", str(certificate), "--json").json["time"] == "holds"


def test_an_authority_that_does_not_answer_changes_nothing(registrar):
    before = registrar("doctor", "--json").json["head_size"]

    registrar("anchor", "--tsa", "http://127.0.0.1:9/", code=1)

    assert registrar("doctor", "--json").json["head_size"] == before


def test_a_package_is_checked_by_the_program_and_by_its_own_checker(registrar):
    made = registrar("export", LETTER, "-o", "out", "--purpose", "for a court", "--json").json
    ours = registrar("verify", "out", "--genesis", made["genesis"], "--json", PROBANDA_BASE=None).json
    alone = subprocess.run(
        [sys.executable, "-I", "out/verify.py", "--genesis", made["genesis"], "out"],
        cwd=registrar.home,
        env={},
        capture_output=True,
        check=False,
    )

    assert (ours["integrity"], ours["identity"]) == ("holds", "holds")
    assert alone.returncode == 0, alone.stdout


def test_a_package_whose_genesis_is_another_fails(registrar):
    registrar("export", LETTER, "-o", "out")

    said = registrar("verify", "out", "--genesis", "0" * 64, "--json", code=3).json

    assert (said["integrity"], said["identity"]) == ("holds", "fails")


def test_a_package_without_a_proof_is_undecided_or_fails_but_never_holds(registrar):
    made = registrar("export", LETTER, "-o", "out", "--json").json["made"]
    (registrar.home / "out" / "proof" / "entries" / f"{made}.json").unlink()

    assert registrar("verify", "out", "--json", code=3).json["integrity"] == "fails"


def test_a_field_that_is_withheld_is_not_in_the_package(registrar):
    registrar("export", LETTER, "-o", "out", "--withhold", "name", "--withhold", "path")

    held = b"".join(path.read_bytes() for path in (registrar.home / "out" / "proof").rglob("*.json"))
    disclosed = [one for line in held.splitlines() for one in json.loads(line).get("disclosures", [])]
    assert not any("letter.txt" in base64_text(one) for one in disclosed)


def base64_text(text):
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "==").decode()


def test_one_item_that_may_not_leave_stops_the_package_and_is_named(registrar):
    registrar("add", "-", "--label", "minor", given=b"a child")

    said = registrar("export", "PB-M000-000001", "PB-M000-000002", "-o", "out", "--json", code=6)

    (refused,) = said.json["error"]["refused"]
    assert refused["ref"] == "PB-M000-000002"
    assert "minor" in refused["reason"]
    assert not (registrar.home / "out").exists()


def test_an_archive_does_not_leave_with_a_member_that_must_stay(registrar):
    import tarfile

    (registrar.home / "child").write_text("a child")
    with tarfile.open(registrar.home / "all.tar", "w") as archive:
        archive.add(registrar.home / "child", "child")
    registrar("add", "all.tar", "--matter", "Archive")
    member = hashlib.sha256(b"a child").hexdigest()
    registrar("label", member, "--add", "minor")

    registrar("export", "PB-M001-000001", "-o", "out", code=6)


def test_a_package_is_not_written_over_anything(registrar):
    (registrar.home / "out").mkdir()

    assert registrar("export", LETTER, "-o", "out", code=2).error == "E-USAGE"


def test_history_shows_the_package_its_purpose_and_the_gap_behind_it(registrar):
    registrar("export", LETTER, "-o", "out", "--purpose", "for a court")

    said = registrar("history", LETTER, "--json").json

    made = said["events"][-1]
    assert made["kind"] == "package-made"
    assert "for a court" in made["words"]
    assert {"index": made["index"], "side": "after"}.items() <= said["gaps"][-1].items()
