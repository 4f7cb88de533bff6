"""People at a terminal: the installed program in a process of its own, on a base in a temporary folder."""

import os
import zipfile

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


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A base with some items, for tests that only look: what they do to it, the next one sees."""
    person = Person(tmp_path_factory.mktemp("reader"))
    person("init", str(person.base), "--as", "Registrar")
    material = person.home / "material"
    (material / "photos").mkdir(parents=True)
    (material / "photos" / "harbour.txt").write_text("the harbour at noon")
    (material / "photos" / "пристань.txt").write_text("the same harbour, later")
    (material / os.fsdecode(b"odd \xff\xe2\x80\xae\nname.txt")).write_text("a name that nobody should print")
    with zipfile.ZipFile(material / "export.zip", "w") as archive:
        archive.writestr("inside.txt", "a member")
    person("add", str(material), "--matter", "Harbour")
    hidden = person.home / "hidden"
    hidden.mkdir()
    (hidden / "source.txt").write_text("who told us")
    (hidden / "visit.txt").write_text("what a delegate saw")
    person("add", str(hidden / "source.txt"), "--label", "source_protected")
    person("add", str(hidden / "visit.txt"), "--label", "icrc_privileged")
    return person
