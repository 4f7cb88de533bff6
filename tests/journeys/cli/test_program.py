"""The program itself: help, options, passphrases, failures."""

import importlib
import re
import subprocess
import sys

import pytest

from probanda.faces.cli.verbs import VERBS, help_text, names

SLOW_TO_IMPORT = {"click", "cryptography", "sqlalchemy", "litestar", "typing", "json", "msgspec", "av"}


def test_help_is_printed_without_loading_any_verb(person):
    said = person.apart("--help", PYTHONPROFILEIMPORTTIME="1")

    imported = set(re.findall(r"\| +([\w.]+)$", said.err, re.MULTILINE))
    assert "probanda.faces.cli.verbs" in imported
    assert not imported & SLOW_TO_IMPORT


def test_help_fits_fifty_columns():
    assert max(map(len, help_text().splitlines())) <= 50


def test_help_after_an_option_is_the_same(person):
    assert person("--json", "--help").out == person.apart("--help").out


@pytest.mark.parametrize("name", names())
def test_every_verb_says_its_exit_codes_and_one_example(name):
    command = importlib.import_module(f"probanda.faces.cli.{name}").command
    shown = [command, *getattr(command, "commands", {}).values()]

    for one in shown:
        if not hasattr(one, "commands"):
            assert re.search(r"Exit status: 0 ", one.help), one.name
            assert re.search(r"\n *Example: probanda ", one.help), one.name
    assert command.name == name


@pytest.mark.parametrize("name", names())
def test_every_verb_takes_the_shared_options(name):
    command = importlib.import_module(f"probanda.faces.cli.{name}").command

    for one in [command, *getattr(command, "commands", {}).values()]:
        given = {option for parameter in one.params for option in parameter.opts}
        assert {"--base", "-b", "--keys", "--as", "--json"} <= given


def test_no_verb_is_listed_twice():
    assert len(set(names())) == sum(map(len, VERBS.values()))


def test_an_option_may_stand_before_or_after_the_verb(registrar):
    before = registrar("--base", str(registrar.base), "--json", "doctor", PROBANDA_BASE=None)
    after = registrar("doctor", "--base", str(registrar.base), "--json", PROBANDA_BASE=None)

    assert before.json["genesis"] == after.json["genesis"]


def test_the_later_option_wins_over_the_environment(registrar):
    said = registrar("doctor", "--base", "nowhere", "--json", code=2)

    assert said.json["error"]["name"] == "E-NOT-FOUND"


def test_an_unknown_option_is_wrong_usage(person):
    said = person("doctor", "--frobnicate", code=2)

    assert said.error == "E-USAGE"
    assert said.out == ""


def test_a_failure_is_one_line_on_standard_error(person):
    said = person("doctor", code=2)

    assert said.err.startswith("probanda: E-NOT-FOUND: There is no base in ")
    assert said.err.count("\n") == 1


def test_a_failure_with_json_is_one_document(person):
    said = person("doctor", "--json", code=2)

    assert said.json["format"] == "probanda-error/1"
    assert said.json["error"]["exit_code"] == 2
    assert "There is no base" in said.json["error"]["message"]


def test_without_a_base_it_says_how_to_name_one(person):
    said = person("doctor", code=2, PROBANDA_BASE=None)

    assert "--base" in said.err
    assert "PROBANDA_BASE" in said.err


def test_without_a_terminal_the_three_ways_to_a_passphrase_are_named(registrar):
    said = registrar("unlock", code=1, PROBANDA_PASSPHRASE=None)

    assert "PROBANDA_PASSPHRASE" in said.err
    assert "terminal" in said.err


def test_a_wrong_passphrase_opens_nothing(registrar):
    assert registrar("unlock", code=1, PROBANDA_PASSPHRASE="wrong").error == "E-KEY"


def test_an_unforeseen_fault_is_told_in_words(registrar):
    (registrar.home / "keys").rename(registrar.home / "moved")
    (registrar.home / "keys").write_text("a file where a folder belongs")
    (registrar.home / "moved").rename(registrar.home / "keys2")

    said = registrar("unlock", code=1)

    assert "Traceback" not in said.err


def test_who_reads_no_further_is_not_bothered(registrar):
    reading = subprocess.Popen(
        [sys.executable, "-m", "probanda.faces.cli.main", "explain", "--json"],
        env=registrar.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    reading.stdout.close()
    complaints = reading.stderr.read()
    reading.stderr.close()
    reading.wait()

    assert complaints == b""


@pytest.mark.parametrize("verb", ["agent", "matter"])
def test_a_verb_with_verbs_of_its_own_shows_them_when_none_is_given(person, verb):
    said = person(verb, code=2)

    assert said.err.startswith(f"Usage: probanda {verb}")
    assert "Commands:\n" in said.err
