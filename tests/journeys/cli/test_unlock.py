"""`probanda unlock` and `probanda lock`."""

import pytest


@pytest.fixture
def unlocked(registrar):
    registrar("unlock", "--idle", "1")
    registrar.environment.pop("PROBANDA_PASSPHRASE")
    yield registrar
    registrar("lock", "--all")


def test_open_keys_need_no_passphrase(unlocked):
    said = unlocked("matter", "open", "Harbour", "--json")

    assert said.json["name"] == "Harbour"


def test_locked_keys_need_one_again(unlocked):
    closed = unlocked("lock")

    assert "Registrar" in closed.out
    assert unlocked("matter", "open", "Harbour", code=1).error == "E-KEY"


def test_locking_twice_is_no_failure(registrar):
    registrar("lock")

    assert registrar("lock", "--all", "--json").json["closed"] == []
