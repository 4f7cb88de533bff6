"""What whole intakes in these tests share."""

import gc
import os
import sys

import pytest
from inside import Threads

from person import Person
from probanda.work.intake import pipeline


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch):
    """From now on the workers of an intake are threads of this process."""
    before = gc.get_threshold()
    monkeypatch.setattr(pipeline, "Crew", Threads)
    monkeypatch.setattr(os, "_exit", sys.exit)  # a worker whose parent is gone ends its thread only
    yield monkeypatch
    gc.set_threshold(*before)


@pytest.fixture
def person(tmp_path) -> Person:
    """Somebody with an empty base."""
    person = Person(tmp_path / "home")
    person.home.mkdir()
    person("init", str(person.base))
    return person
