"""`probanda add`."""

import hashlib
import json
import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def material(registrar):
    folder = registrar.home / "material"
    folder.mkdir()
    (folder / "letter.txt").write_text("a letter")
    return folder


def test_one_document_holds_counts_and_an_answer_for_every_input(registrar, material):
    (material / "link").symlink_to("letter.txt")
    os.mkfifo(material / "pipe")

    said = registrar("add", str(material), "--json").json

    assert said["format"] == "probanda-add/1"
    assert said["counts"] == {"link": 1, "received": 1, "special": 1}
    answers = {one["path"]: one for one in said["outcomes"]}
    assert answers["letter.txt"]["sha256"] == hashlib.sha256(b"a letter").hexdigest()
    assert isinstance(answers["letter.txt"]["index"], int)
    assert answers["link"]["reason"]
    assert said["matter"] == {"ref": "M000", "name": "Inbox", "opened": False}
    assert said["error"] is None


def test_inputs_that_were_not_taken_make_it_partly_done(registrar, material):
    said = registrar("add", str(material), str(registrar.home / "nowhere"), "--json", code=5)

    assert said.json["counts"] == {"received": 1, "unreadable": 1}


def test_the_same_again_is_held_with_the_earlier_index(registrar, material):
    first = registrar("add", str(material), "--json").json["outcomes"][0]
    second = registrar("add", str(material), "--json").json["outcomes"][0]
    third = registrar("add", str(material), "--again", "--json").json["outcomes"][0]

    assert (second["outcome"], second["index"]) == ("held", first["index"])
    assert third["outcome"] == "received"


def test_a_matter_that_does_not_exist_is_opened_on_the_way_and_said_so(registrar, material):
    said = registrar("add", str(material), "--matter", "Harbour")

    assert "Opened the matter M001 Harbour" in said.err
    assert registrar("list", "--matter", "Harbour", "--json").json["total"] == 1


def test_a_slip_in_a_reference_opens_no_matter(registrar, material):
    registrar("add", str(material), "--matter", "M007", code=2)

    assert len(registrar("matter", "list", "--json").json["matters"]) == 1


def test_standard_input_is_taken_in_under_the_name_given(registrar):
    said = registrar("add", "-", "--name", "call.txt", "--json", given=b"what was said")

    assert said.json["outcomes"][0]["path"] == "call.txt"
    assert said.json["outcomes"][0]["sha256"] == hashlib.sha256(b"what was said").hexdigest()


def test_members_of_an_archive_are_answered_under_its_path(registrar, material):
    subprocess.run(["tar", "-cf", material / "all.tar", "-C", material, "letter.txt"], check=True)

    answers = registrar("add", str(material), "--json").json["outcomes"]

    assert {one["path"] for one in answers if one["member"]} == {"all.tar!/letter.txt"}


def test_labels_are_set_at_intake(registrar, material):
    registrar("add", str(material), "--label", "minor", "--label", "confidential")

    item = registrar("list", "--json").json["items"][0]
    assert [one["label"] for one in item["labels"]] == ["minor"]
    assert item["confidentiality"] == "confidential"


def test_an_unknown_label_takes_nothing_in(registrar, material):
    registrar("add", str(material), "--label", "funny", code=2)

    assert registrar("list", "--json").json["total"] == 0


def test_in_text_only_what_was_not_simply_received_is_named(registrar, material):
    (material / "link").symlink_to("letter.txt")

    said = registrar("add", str(material))

    assert "link: link: a symbolic link" in said.out
    assert "1 link, 1 received" in said.out
    assert "letter.txt:" not in said.out


def test_a_hostile_name_cannot_write_to_the_terminal(registrar, material):
    (material / "bad\x1b[2J\u202e.txt").symlink_to("letter.txt")

    said = registrar("add", str(material))

    assert "\x1b" not in said.out
    assert "\u202e" not in said.out
    assert "bad\\x1b[2J\\u202e.txt" in said.out.replace("\n", " ")


def test_ctrl_c_closes_the_document_and_a_rerun_completes(registrar, material):
    for number in range(3000):
        (material / f"{number:05}.txt").write_text(str(number))

    intake = subprocess.Popen(
        [sys.executable, "-m", "probanda.faces.cli.main", "add", str(material), "--json"],
        env=registrar.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # or what was read ahead of the first line would be lost
        start_new_session=True,
    )
    first = intake.stdout.readline()
    os.killpg(intake.pid, signal.SIGINT)
    rest, complaints = intake.communicate()

    said = json.loads(first + rest)
    assert intake.returncode == 130, complaints
    assert said["stopped"] is True
    assert said["counts"].get("received", 0) == sum(one["outcome"] == "received" for one in said["outcomes"])
    again = registrar("add", str(material), "--json").json
    assert again["counts"]["held"] >= said["counts"].get("received", 0)
    assert registrar("list", "--limit", "1", "--json").json["total"] == 3001


def test_progress_is_no_part_of_the_result(registrar, material):
    said = registrar("add", str(material), "--json")

    assert said.err == ""
    json.loads(said.out)


def test_an_agent_without_the_role_takes_nothing_in(registrar, material):
    registrar("agent", "enrol", "Reviewer", "--role", "reviewer", PROBANDA_NEW_PASSPHRASE="another")

    said = registrar(
        "add", str(material), "--json", "--as", "Reviewer", PROBANDA_PASSPHRASE="another", code=6
    )

    assert said.json["error"]["name"] == "E-REFUSED"


def test_no_open_file_of_the_base_is_taken_in(registrar):
    said = registrar("add", str(registrar.base), "--json", code=5)

    assert said.json["counts"] == {"refused": 1}
