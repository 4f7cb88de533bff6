"""A person at a terminal: the installed program in a process of its own, on a base below `tmp_path`."""

import pytest

from person import Person


@pytest.fixture
def person(tmp_path):
    return Person(tmp_path)


@pytest.fixture
def registrar(person):
    """A person with a base of their own, of which they are the first agent."""
    person("init", str(person.base), "--as", "Registrar")
    return person
