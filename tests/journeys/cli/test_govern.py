"""`probanda matter`, `agent` and `label`."""

import pytest

pytestmark = pytest.mark.slow

OTHER = {"PROBANDA_NEW_PASSPHRASE": "another"}
AS_OTHER = {"PROBANDA_PASSPHRASE": "another", "PROBANDA_AS": "Reviewer"}


@pytest.fixture
def two(registrar):
    """Two agents on one machine."""
    registrar.environment["PROBANDA_AS"] = "Registrar"
    registrar("agent", "enrol", "Reviewer", "--role", "reviewer", **OTHER)
    return registrar


def test_a_matter_is_opened_once(registrar):
    opened = registrar("matter", "open", "Harbour", "--purpose", "what happened there", "--json").json

    assert (opened["ref"], opened["purpose"]) == ("M001", "what happened there")
    assert registrar("matter", "open", "Harbour", code=2).error == "E-USAGE"


def test_the_inbox_is_there_from_the_beginning(registrar):
    said = registrar("matter", "list", "--json").json

    assert [one["name"] for one in said["matters"]] == ["Inbox"]


def test_a_new_agent_can_act_on_the_same_machine(two):
    two("add", "-", given=b"something")

    two("label", "PB-M000-000001", "--add", "graphic", **AS_OTHER)

    (event,) = two("history", "PB-M000-000001", "--json").json["events"][1:]
    assert event["agent_name"] == "Reviewer"


def test_with_two_agents_one_must_be_named(two):
    said = two("matter", "open", "Harbour", code=1, PROBANDA_AS=None)

    assert "Registrar, Reviewer" in said.err
    assert "--as" in said.err


def test_a_role_that_is_not_held_is_not_enough(two):
    assert two("matter", "open", "Harbour", code=6, **AS_OTHER).error == "E-REFUSED"


def test_who_may_not_enrol_leaves_no_key_behind(two):
    two("agent", "enrol", "Third", "--role", "reviewer", code=6, PROBANDA_NEW_PASSPHRASE="x", **AS_OTHER)

    assert len(list((two.home / "keys").glob("*.key"))) == 2


def test_roles_are_set_anew(two):
    said = two("agent", "grant", "Reviewer", "--role", "custodian", "--reason", "new task", "--json").json

    assert said["roles"] == ["custodian"]


def test_an_unknown_role_is_wrong_usage(two):
    assert "collector" in two("agent", "grant", "Reviewer", "--role", "king", "--reason", "x", code=2).err


def test_a_revoked_agent_acts_no_more(two):
    two("agent", "revoke", "Reviewer", "--reason", "key lost")

    assert two("label", "PB-M000-000001", "--add", "minor", code=1, **AS_OTHER).error == "E-KEY"


@pytest.mark.parametrize("done", [["revoke", "Registrar"], ["grant", "Registrar", "--role", "collector"]])
def test_the_last_supervisor_stays_one(two, done):
    said = two("agent", *done, "--reason", "x", code=2)

    assert "last supervisor" in said.err


def test_agents_are_listed_with_what_became_of_them(two):
    two("agent", "revoke", "Reviewer", "--reason", "key lost")

    said = two("agent", "list", "--json", PROBANDA_PASSPHRASE=None).json
    assert [(one["name"], one["revoked_reason"]) for one in said["agents"]] == [
        ("Registrar", None),
        ("Reviewer", "key lost"),
    ]


def test_to_protect_less_needs_a_reason_and_the_right(two):
    two("add", "-", "--label", "minor", given=b"something")

    assert two("label", "PB-M000-000001", "--remove", "minor", code=2).error == "E-USAGE"
    two("label", "PB-M000-000001", "--remove", "minor", "--reason", "an adult", code=6, **AS_OTHER)
    said = two("label", "PB-M000-000001", "--remove", "minor", "--reason", "an adult", "--json").json
    assert said["item"]["labels"] == []


def test_a_label_that_is_inherited_is_taken_away_from_the_archive(registrar):
    import tarfile

    with tarfile.open(registrar.home / "all.tar", "w") as archive:
        (registrar.home / "letter").write_text("a letter")
        archive.add(registrar.home / "letter", "letter")
    registrar("add", "all.tar", "--label", "minor")
    archive, member = registrar("list", "--json").json["items"]

    said = registrar("label", member["ref"], "--remove", "minor", "--reason", "x", code=2)

    assert member["labels"][0]["inherited_from"] == [archive["ref"]]
    assert archive["ref"] in said.err
