"""`probanda unlock` and `probanda lock`."""

import os
import pty
import subprocess
import sys

import pytest

from probanda.faces.cli.terminal.program import run


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


def test_what_the_program_starts_inherits_no_passphrase_and_leaves_no_core(person, monkeypatch):
    monkeypatch.setenv("PROBANDA_PASSPHRASE", "three plain words")
    monkeypatch.setenv("PROBANDA_NEW_PASSPHRASE", "three plain words")

    run(["--base", str(person.base), "explain"])

    look = "import os, resource; print(*os.environ, resource.getrlimit(resource.RLIMIT_CORE))"
    child = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert "PASSPHRASE" not in child.stdout
    assert child.stdout.endswith("(0, 0)\n")


def at_a_terminal(person, *arguments, typed, environment):
    """Runs the program where somebody types; what it printed, and its exit status."""
    ours, theirs = pty.openpty()
    try:
        running = subprocess.Popen(
            [sys.executable, "-m", "probanda.faces.cli.main", *arguments],
            env=environment,
            cwd=person.home,
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
            start_new_session=True,
        )
        shown = b""
        for line in typed:
            while not shown.rstrip(b"\r\n").endswith(b": "):
                shown += os.read(ours, 1000)
            os.write(ours, line.encode() + b"\n")
            shown = b""
        out, _ = running.communicate()
    finally:
        os.close(ours)
        os.close(theirs)
    return running.returncode, out.decode()


@pytest.mark.slow
def test_at_a_terminal_a_new_passphrase_is_asked_twice_and_an_old_one_once(person):
    environment = dict(person.environment)
    secret = environment.pop("PROBANDA_PASSPHRASE")

    made, _ = at_a_terminal(
        person, "init", "base", "--as", "Registrar", typed=[secret, secret], environment=environment
    )
    opened, said = at_a_terminal(person, "matter", "open", "Harbour", typed=[secret], environment=environment)

    assert (made, opened) == (0, 0)
    assert "Opened M001 Harbour" in said
    assert secret not in said


@pytest.mark.slow
def test_two_different_new_passphrases_make_nothing(person):
    environment = dict(person.environment)
    environment.pop("PROBANDA_PASSPHRASE")

    code, _ = at_a_terminal(person, "init", "base", typed=["one", "other"], environment=environment)

    assert code == 1
    assert not person.base.exists()
