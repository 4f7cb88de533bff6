"""`probanda explain`."""

import pytest

from probanda.faces.cli.explain import EXIT_CODES, OUTCOMES, ROLES, VERDICTS, words
from probanda.model.roles import Role
from probanda.proof.verdict import Outcome as Verdict
from probanda.work.intake.outcomes import Outcome


def test_every_word_of_each_sort_is_explained():
    assert set(OUTCOMES) == set(Outcome)
    assert set(ROLES) == set(Role)
    assert set(VERDICTS) == set(Verdict)
    assert list(EXIT_CODES) == ["0", "1", "2", "3", "4", "5", "6", "7", "130"]


def test_no_word_is_explained_twice():
    found = [one.word for one in words()]

    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("word", "sort"),
    [
        ("5", "exit code"),
        ("e-busy", "error"),
        ("minor", "label"),
        ("secret", "confidentiality"),
        ("custodian", "role"),
        ("held", "outcome"),
        ("undecided", "verdict"),
    ],
)
def test_a_word_is_explained(person, word, sort):
    said = person("explain", word, "--json")

    assert [one["sort"] for one in said.json["words"]] == [sort]


def test_an_unknown_word_is_wrong_usage(person):
    assert person("explain", "xyzzy", code=2).error == "E-NOT-FOUND"
